//! Which of the two rigs run, and how they are heard.

use crate::dsp::End;
use crate::dsp::Law;
use crate::rig::Controls;
use crate::rig::Listen;
use crate::rig::Other;
use crate::rig::Side;
use crate::rig::switch::Switch;
use crate::units::Hertz;

/// The switch between A and B, the difference of both, and what the other rig does meanwhile.
///
/// ```text
/// heard = (a − d·b)·A + (b − d·a)·B     a² + b² = 1: the switch;  d from 0, a rig, to 1, the difference
/// ```
///
/// So the difference is the chosen rig less the other one, and the switch turns it over by way of silence.
#[derive(Debug)]
pub struct Listening {
    /// A is rig A, B is rig B.
    side: Switch,
    /// A is a rig, B is the difference.
    difference: Switch,
    /// A is what is heard, B is silence.
    mute: Switch,
    other: Other,
}

impl Listening {
    pub fn new(sample_rate: Hertz) -> Self {
        Self {
            side: Switch::new(Law::EqualPower, sample_rate),
            difference: Switch::new(Law::EqualGain, sample_rate),
            mute: Switch::new(Law::EqualGain, sample_rate),
            other: Other::Rests,
        }
    }

    /// Takes over controls without a fade.
    pub fn jump(&mut self, controls: &Controls) {
        self.side.jump(end_of(controls.side));
        self.difference.jump(difference(controls));
        self.mute.jump(mute(controls));
        self.other = controls.comparison.other;
    }

    /// Sets off towards what `controls` ask for.
    pub fn want(&mut self, controls: &Controls) {
        self.side.want(end_of(controls.side));
        self.difference.want(difference(controls));
        self.mute.want(mute(controls));
        self.other = controls.comparison.other;
    }

    pub fn is_still(&self) -> bool {
        [&self.side, &self.difference, &self.mute]
            .into_iter()
            .all(Switch::is_still)
    }

    /// Whether this rig does nothing: it is neither heard nor about to be, nor measured.
    #[inline]
    pub fn rests(&self, side: Side) -> bool {
        self.side.sleeps(end_of(side))
            && self.difference.sleeps(End::B)
            && self.other == Other::Rests
    }

    #[inline]
    pub fn measures(&self) -> bool {
        self.other == Other::Measured
    }

    /// One sample on; the weights of A and B for it.
    #[inline]
    pub fn tick(&mut self) -> [f64; 2] {
        let (a, b) = self.side.tick();
        let (_, d) = self.difference.tick();
        let (heard, _) = self.mute.tick();
        [(a - d * b) * heard, (b - d * a) * heard]
    }
}

fn end_of(side: Side) -> End {
    match side {
        Side::A => End::A,
        Side::B => End::B,
    }
}

fn difference(controls: &Controls) -> End {
    match controls.listen {
        Listen::Rig => End::A,
        Listen::Difference => End::B,
    }
}

fn mute(controls: &Controls) -> End {
    if controls.comparison.is_muted {
        End::B
    } else {
        End::A
    }
}
