//! Host parameters, their text both ways, and the one door from host values to rig values.

mod cabinet;
mod choice;
mod knob;
mod rig;
mod seed;
mod shelf;
mod state;
mod window;

pub use cabinet::{CabinetParams, MicParams};
pub use choice::EMPTY;
pub use knob::stored;
pub use rig::RigParams;
pub use rig::SlotParams;
pub use seed::Seed;
pub use shelf::{library, refresh};
pub use state::repair;
pub use window::{BASE_SIZE, SCALE_RANGE, Window, WindowSize};

use crate::params::knob::decibels;
use crate::params::knob::level;
use crate::rig::Controls;
use crate::rig::Oversampling;
use crate::rig::Side;
use crate::rig::ranges;
use nice_plug::prelude::BoolParam;
use nice_plug::prelude::Enum;
use nice_plug::prelude::EnumParam;
use nice_plug::prelude::FloatParam;
use nice_plug::prelude::Params;

/// The rig that is heard and shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum Active {
    #[id = "a"]
    A,
    #[id = "b"]
    B,
}

/// Oversampling of both rigs, as hosts show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum Quality {
    #[id = "1x"]
    #[name = "1x"]
    X1,
    #[id = "2x"]
    #[name = "2x"]
    X2,
    #[id = "4x"]
    #[name = "4x"]
    X4,
    #[id = "8x"]
    #[name = "8x"]
    X8,
    #[id = "16x"]
    #[name = "16x"]
    X16,
}

/// Everything that a host stores and automates. Ids, ranges and defaults are frozen by `tests/params.rs`.
#[derive(Params)]
pub struct LoadlineParams {
    /// Time-keeping bypass, linked to the host's own.
    #[id = "bypass"]
    pub bypass: BoolParam,
    /// Which rig is heard; the switch crossfades.
    #[id = "active"]
    pub active: EnumParam<Active>,
    /// Level of a full-scale sine at the input, in dBu.
    #[id = "calibration"]
    pub calibration: FloatParam,
    /// Oversampling of both rigs.
    #[id = "quality"]
    pub quality: EnumParam<Quality>,
    /// The circuits' own noise in both rigs.
    #[id = "noise"]
    pub noise: BoolParam,
    #[nested(id_prefix = "a", group = "A")]
    pub a: RigParams,
    #[nested(id_prefix = "b", group = "B")]
    pub b: RigParams,
    #[persist = "window"]
    pub window: Window,
    #[persist = "seed"]
    pub seed: Seed,
}

impl Default for LoadlineParams {
    fn default() -> Self {
        let defaults = Controls::default();
        let [a, b] = &defaults.rigs;
        Self {
            bypass: BoolParam::new("Bypass", defaults.bypass).make_bypass(),
            active: EnumParam::new("Active", Active::from(defaults.side)),
            calibration: decibels(
                "Calibration".into(),
                defaults.calibration_dbu,
                ranges::CALIBRATION,
                " dBu",
            ),
            quality: EnumParam::new("Quality", Quality::from(a.choices.oversampling)),
            noise: BoolParam::new("Noise", a.choices.noise.is_some()),
            a: RigParams::new("A", a),
            b: RigParams::new("B", b),
            window: Window::default(),
            seed: Seed::default(),
        }
    }
}

impl LoadlineParams {
    /// The only door from host values to rig values. Reads atomics, allocates nothing.
    pub fn controls(&self) -> Controls {
        let oversampling = Oversampling::from(self.quality.value());
        let noise = self.noise.value().then(|| self.seed.get());
        Controls {
            calibration_dbu: level(&self.calibration),
            side: Side::from(self.active.value()),
            bypass: self.bypass.value(),
            rigs: [&self.a, &self.b].map(|rig| rig.controls(oversampling, noise)),
        }
    }

    pub fn rig(&self, active: Active) -> &RigParams {
        match active {
            Active::A => &self.a,
            Active::B => &self.b,
        }
    }
}

impl From<Active> for Side {
    fn from(active: Active) -> Self {
        match active {
            Active::A => Self::A,
            Active::B => Self::B,
        }
    }
}

impl From<Side> for Active {
    fn from(side: Side) -> Self {
        match side {
            Side::A => Self::A,
            Side::B => Self::B,
        }
    }
}

impl From<Quality> for Oversampling {
    fn from(quality: Quality) -> Self {
        Self::ALL[quality as usize]
    }
}

impl From<Oversampling> for Quality {
    fn from(oversampling: Oversampling) -> Self {
        [Self::X1, Self::X2, Self::X4, Self::X8, Self::X16][oversampling.stages()]
    }
}
