//! A control on its way from one value that a host told to the next.

use crate::units::Hertz;
use crate::units::Seconds;

/// A value that goes straight to where it is wanted.
///
/// A host that draws a slope in a few points (one a block, say) means the slope: the way takes as long as it has been
/// since the value was told last, so that the next one finds it arrived. After a rest of more than [`LONGEST_GAP`] it
/// takes no longer than it must.
#[derive(Clone, Copy, Debug)]
pub struct Ramp {
    wanted: f64,
    step: f64,
    left: u32,
    told_at: u64,
}

/// Between two values of one slope at most: a block of 2048 samples at 44.1 kHz.
const LONGEST_GAP: Seconds = 50e-3;

impl Ramp {
    /// At rest, as if told long ago.
    pub fn at(value: f64) -> Self {
        Self {
            wanted: value,
            step: 0.0,
            left: 0,
            told_at: 0,
        }
    }

    pub fn now(&self) -> f64 {
        self.wanted - self.step * f64::from(self.left)
    }

    pub fn wanted(&self) -> f64 {
        self.wanted
    }

    pub fn is_still(&self) -> bool {
        self.left == 0
    }

    /// A new value, told at this time on the clock; the way there takes `least` samples at least.
    pub fn tell(&mut self, wanted: f64, clock: Clock, least: f64) {
        let way = wanted - self.now();
        let gap = clock.gap(self.told_at);
        self.left = gap.max(least.ceil() as u32).max(1);
        self.step = way / f64::from(self.left);
        self.wanted = wanted;
        self.told_at = clock.samples;
    }

    /// One sample further.
    #[inline]
    pub fn tick(&mut self) -> f64 {
        self.left = self.left.saturating_sub(1);
        self.now()
    }

    /// So many samples further; the integral of the value over them, in samples.
    pub fn pass(&mut self, samples: u32) -> f64 {
        let moving = samples.min(self.left);
        let (from, time) = (self.now(), f64::from(moving));
        self.left -= moving;
        from * time + 0.5 * self.step * time * time + self.wanted * f64::from(samples - moving)
    }
}

/// Time in samples since the start, which was a rest before it.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    samples: u64,
    longest_gap: u32,
}

impl Clock {
    pub fn new(sample_rate: Hertz) -> Self {
        Self {
            samples: 0,
            longest_gap: (LONGEST_GAP * sample_rate) as u32,
        }
    }

    /// To a time that nothing was told before.
    pub fn reset(&mut self) {
        self.samples = u64::from(self.longest_gap) + 1;
    }

    #[inline]
    pub fn pass(&mut self, samples: u32) {
        self.samples += u64::from(samples);
    }

    /// Samples so far.
    pub fn now(&self) -> u64 {
        self.samples
    }

    /// Whether what was told then can't be a point of a slope that goes on.
    pub fn has_rested_since(&self, then: u64) -> bool {
        self.samples - then > u64::from(self.longest_gap)
    }

    /// Samples since then, 0 if it was a rest.
    fn gap(&self, then: u64) -> u32 {
        if self.has_rested_since(then) {
            0
        } else {
            (self.samples - then) as u32
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clock_at(samples: u64) -> Clock {
        let mut clock = Clock::new(48e3);
        clock.samples = samples;
        clock
    }

    #[test]
    fn stairs_become_the_slope_that_they_stand_for() {
        let mut ramp = Ramp::at(0.0);
        let mut values = Vec::new();
        for k in 0..4096u64 {
            if k % 512 == 0 {
                let drawn = (k + 512) as f64 / 4096.0;
                ramp.tell(drawn, clock_at(10_000 + k), 10.0);
            }
            values.push(ramp.tick());
        }
        let steps = values[512..].windows(2).map(|w| w[1] - w[0]);
        for step in steps {
            assert!((step - 1.0 / 4096.0).abs() < 1e-15, "{step}");
        }
    }

    #[test]
    fn after_a_rest_it_takes_what_it_must_and_arrives_exactly() {
        let mut ramp = Ramp::at(0.1);
        ramp.tell(0.7, clock_at(50_000), 59.5);
        let values: Vec<f64> = (0..61).map(|_| ramp.tick()).collect();
        assert!(values[58] < 0.7 && values[59] == 0.7 && values[60] == 0.7);
    }

    #[test]
    fn the_integral_is_that_of_the_value() {
        let mut ramp = Ramp::at(2.0);
        ramp.tell(5.0, clock_at(90_000), 6.0);
        assert!((ramp.pass(4) - (2.0 + 4.0) / 2.0 * 4.0).abs() < 1e-12);
        assert!((ramp.pass(4) - (4.5 * 2.0 + 5.0 * 2.0)).abs() < 1e-12);
        assert!(ramp.is_still() && ramp.now() == 5.0);
    }
}
