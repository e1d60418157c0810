//! A fade between two signals that lets the new one wake up first.

use crate::dsp::End;
use crate::dsp::Fade;
use crate::dsp::LATENCY_SAMPLES;
use crate::dsp::Law;
use crate::rig::pair::FADE;
use crate::units::Hertz;

/// What is not heard sleeps. A change is known [`LATENCY_SAMPLES`] before it is heard, and so long both ends are awake:
/// filters fill, and a start is over.
#[derive(Debug)]
pub struct Switch {
    fade: Fade,
    wanted: End,
    /// Samples for which nothing may fall asleep.
    stirring: usize,
}

impl Switch {
    /// At rest at A.
    pub fn new(law: Law, sample_rate: Hertz) -> Self {
        Self {
            fade: Fade::new(law, (FADE * sample_rate).ceil() as u32, End::A),
            wanted: End::A,
            stirring: 0,
        }
    }

    pub fn jump(&mut self, end: End) {
        self.fade.jump(end);
        (self.wanted, self.stirring) = (end, 0);
    }

    /// Another end will be wanted as soon as the sample that this is told with is heard. Whether this one was asleep.
    pub fn foresee(&mut self, end: End) -> bool {
        let was_asleep = self.sleeps(end);
        self.stirring = LATENCY_SAMPLES + 1;
        was_asleep
    }

    /// Whether this end is neither heard nor about to be.
    #[inline]
    pub fn sleeps(&self, end: End) -> bool {
        self.stirring == 0 && self.wanted != end && self.fade.settled()
    }

    /// One sample on; gains of both ends on the way to the wanted one.
    #[inline]
    pub fn tick(&mut self, wanted: End) -> (f64, f64) {
        self.stirring = self.stirring.saturating_sub(1);
        self.wanted = wanted;
        self.fade.to(wanted);
        self.fade.tick()
    }
}
