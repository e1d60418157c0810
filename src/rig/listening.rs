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

/// Positions of the switches.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Heard {
    side: End,
    difference: End,
    mute: End,
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
    pub fn jump(&mut self, heard: Heard, other: Other) {
        self.side.jump(heard.side);
        self.difference.jump(heard.difference);
        self.mute.jump(heard.mute);
        self.other = other;
    }

    /// Something else than `told` will be heard with the sample that this is said with; what the other rig does
    /// changes at once.
    pub fn foresee(&mut self, told: Heard, heard: Heard, other: Other) {
        let ends = [
            (&mut self.side, told.side, heard.side),
            (&mut self.difference, told.difference, heard.difference),
            (&mut self.mute, told.mute, heard.mute),
        ];
        for (switch, told, end) in ends {
            if end != told {
                switch.foresee(end);
            }
        }
        self.other = other;
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
    pub fn tick(&mut self, wanted: Heard) -> [f64; 2] {
        let (a, b) = self.side.tick(wanted.side);
        let (_, d) = self.difference.tick(wanted.difference);
        let (heard, _) = self.mute.tick(wanted.mute);
        [(a - d * b) * heard, (b - d * a) * heard]
    }
}

fn end_of(side: Side) -> End {
    match side {
        Side::A => End::A,
        Side::B => End::B,
    }
}

impl Heard {
    pub fn of(controls: &Controls) -> Self {
        Self {
            side: end_of(controls.side),
            difference: match controls.listen {
                Listen::Rig => End::A,
                Listen::Difference => End::B,
            },
            mute: if controls.comparison.is_muted {
                End::B
            } else {
                End::A
            },
        }
    }
}
