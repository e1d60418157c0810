//! Host parameters, their text both ways, and the one door from host values to rig values.

mod cabinet;
mod choice;
mod comparing;
mod form;
mod fresh;
mod global;
mod knob;
mod made;
mod matched;
mod named;
mod notice;
mod own;
mod quality;
mod rig;
mod seed;
mod shelf;
mod state;
mod window;

pub use cabinet::{CabinetParams, MicParams};
pub use choice::EMPTY;
pub use comparing::Comparing;
pub use form::FORM;
pub use fresh::Fresh;
pub use global::{Active, ChannelMode, FilterPhase, GlobalParams};
pub use knob::stored;
pub use made::Made;
pub use matched::Matched;
pub use named::Named;
pub use notice::Notice;
pub use rig::RigParams;
pub use rig::SlotParams;
pub use seed::Seed;
pub use shelf::{adopt, library, refresh};
pub use state::{envelope, repair};
pub use window::{BASE_SIZE, SCALE_RANGE, Window, WindowSize};

use crate::params::form::Form;
use crate::params::knob::level;
use crate::params::own::Own;
use crate::rig::Channels;
use crate::rig::Choices;
use crate::rig::Controls;
use crate::rig::Listen;
use crate::rig::Phase;
use crate::rig::Side;
use crate::rig::Tolerance;
use crate::rig::ranges;
use nice_plug::prelude::IntParam;
use nice_plug::prelude::IntRange;
use nice_plug::prelude::Params;
use std::ops::RangeInclusive;
use std::sync::Arc;

/// Everything that a host stores and automates. Ids, ranges and defaults are frozen by `tests/params.rs`.
#[derive(Params)]
pub struct LoadlineParams {
    #[nested(group = "Global")]
    pub global: GlobalParams,
    #[nested(id_prefix = "a", group = "A")]
    pub a: Arc<RigParams>,
    #[nested(id_prefix = "b", group = "B")]
    pub b: Arc<RigParams>,
    #[persist = "window"]
    pub window: Window,
    #[persist = "seed"]
    pub seed: Seed,
    #[persist = "match"]
    pub matched: Matched,
    pub comparing: Comparing,
    /// Names of the presets that the rigs were made from.
    #[persist = "presets"]
    pub presets: Named,
    #[persist = "own"]
    own: Own,
    #[persist = "form"]
    form: Form,
    /// What was wrong with the state that was loaded last.
    #[persist = "notice"]
    pub notice: Notice,
}

impl Default for LoadlineParams {
    fn default() -> Self {
        let defaults = Controls::default();
        let [a, b] = &defaults.rigs;
        let a = Arc::new(RigParams::new("A", a));
        let b = Arc::new(RigParams::new("B", b));
        Self {
            global: GlobalParams::new(&defaults),
            own: Own::of([a.clone(), b.clone()]),
            a,
            b,
            window: Window::default(),
            seed: Seed::default(),
            matched: Matched::default(),
            comparing: Comparing::default(),
            presets: Named::default(),
            form: Form,
            notice: Notice::default(),
        }
    }
}

impl LoadlineParams {
    /// The only door from host values to rig values; `offline` where the host renders instead of playing. Reads
    /// atomics, allocates nothing.
    pub fn controls(&self, offline: bool) -> Controls {
        let global = &self.global;
        let channels = Channels::from(global.channels.value());
        let shared = Choices {
            oversampling: global.oversampling(offline),
            phase: Phase::from(global.phase.value()),
            tolerance: Tolerance {
                percent: within(&global.tolerance, ranges::TOLERANCE) as u8,
                unit: within(&global.unit, ranges::UNIT) as u16,
            },
            is_double: channels == Channels::DualMono,
            noise: global.noise.value().then(|| self.seed.get()),
            ..Choices::default()
        };
        Controls {
            calibration_dbu: level(&global.calibration),
            side: self
                .comparing
                .side(Side::from(global.active.value()), offline),
            bypass: global.bypass.value(),
            channels,
            // A blind listener hears rigs.
            listen: if global.difference.value() && self.comparing.blind().is_none() {
                Listen::Difference
            } else {
                Listen::Rig
            },
            comparison: self.comparing.comparison(&self.matched, offline),
            level: 1.0,
            rigs: [&self.a, &self.b].map(|rig| rig.controls(&shared)),
        }
    }

    pub fn rig(&self, active: Active) -> &RigParams {
        match active {
            Active::A => &self.a,
            Active::B => &self.b,
        }
    }
}

/// A value as it stands, whatever a broken state has put there.
fn within(param: &IntParam, range: RangeInclusive<i32>) -> i32 {
    param.value().clamp(*range.start(), *range.end())
}

fn linear(range: RangeInclusive<i32>) -> IntRange {
    let (min, max) = range.into_inner();
    IntRange::Linear { min, max }
}
