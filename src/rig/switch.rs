//! A switch between two signals.

use crate::dsp::End;
use crate::dsp::Fade;
use crate::dsp::Law;
use crate::rig::pair::FADE;
use crate::rig::pair::WARM_UP;
use crate::units::Hertz;
use crate::units::Seconds;

/// A fade between two signals that lets the new one warm up first.
#[derive(Debug)]
pub struct Switch {
    fade: Fade,
    wanted: End,
    warming: u32,
    warm_up: u32,
}

impl Switch {
    /// At rest at A.
    pub fn new(law: Law, sample_rate: Hertz) -> Self {
        let samples = |time: Seconds| (time * sample_rate).ceil() as u32;
        Self {
            fade: Fade::new(law, samples(FADE), End::A),
            wanted: End::A,
            warming: 0,
            warm_up: samples(WARM_UP),
        }
    }

    pub fn jump(&mut self, end: End) {
        self.fade.jump(end);
        (self.wanted, self.warming) = (end, 0);
    }

    /// Sets off towards `end`, after the warm-up if it was asleep.
    pub fn want(&mut self, end: End) {
        if end != self.wanted {
            self.warming = if self.sleeps(end) { self.warm_up } else { 0 };
            self.wanted = end;
        }
    }

    /// Whether this end is neither heard nor about to be.
    pub fn sleeps(&self, end: End) -> bool {
        self.wanted != end && self.fade.settled() && self.fade.target() != end
    }

    /// One sample on; gains of A and B for it.
    #[inline]
    pub fn tick(&mut self) -> (f64, f64) {
        if self.warming > 0 {
            self.warming -= 1;
        } else {
            self.fade.to(self.wanted);
        }
        self.fade.tick()
    }
}
