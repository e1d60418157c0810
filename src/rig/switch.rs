//! A switch between two signals.

use crate::dsp::Delay;
use crate::dsp::End;
use crate::dsp::Fade;
use crate::dsp::LATENCY_SAMPLES;
use crate::dsp::Law;
use crate::rig::pair::FADE;
use crate::units::Hertz;

/// A fade between two signals that begins with the output of the sample that it is asked for with, and lets the new
/// signal wake up meanwhile.
#[derive(Debug)]
pub struct Switch {
    fade: Fade,
    told: End,
    late: Delay<LATENCY_SAMPLES, End>,
    /// Samples for which nothing may fall asleep.
    stirring: usize,
}

impl Switch {
    /// At rest at A.
    pub fn new(law: Law, sample_rate: Hertz) -> Self {
        Self {
            fade: Fade::new(law, (FADE * sample_rate).ceil() as u32, End::A),
            told: End::A,
            late: Delay::holding(LATENCY_SAMPLES, End::A),
            stirring: 0,
        }
    }

    pub fn jump(&mut self, end: End) {
        self.fade.jump(end);
        self.late.settle(end);
        (self.told, self.stirring) = (end, 0);
    }

    /// Sets off towards `end` as soon as the next sample is heard. From here on both ends are awake: filters fill, and a
    /// start is over.
    pub fn want(&mut self, end: End) {
        if end != self.told {
            self.stirring = LATENCY_SAMPLES + 1;
            self.told = end;
        }
    }

    /// Whether what was told last is all that is heard, and was long enough ago that nothing else is on its way.
    pub fn is_still(&self) -> bool {
        self.stirring == 0 && self.fade.target() == self.told && self.fade.settled()
    }

    /// Whether this end is neither heard nor about to be.
    #[inline]
    pub fn sleeps(&self, end: End) -> bool {
        self.stirring == 0 && self.fade.target() != end && self.fade.settled()
    }

    /// One sample on; gains of A and B for it.
    #[inline]
    pub fn tick(&mut self) -> (f64, f64) {
        self.stirring = self.stirring.saturating_sub(1);
        self.fade.to(self.late.tick(self.told));
        self.fade.tick()
    }
}
