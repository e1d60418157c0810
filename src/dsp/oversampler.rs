//! From the host's rate to the solver's and back.

use crate::dsp::cascade::Linear;
use crate::dsp::cascade::Minimum;
use crate::dsp::delay::Delay;
use wide::f64x2;

/// Latency of every mode from `up` to `down`, in host samples: the smallest whole number that all can be padded
/// to. 16× with linear phase needs 38.4375 by itself.
pub const LATENCY_SAMPLES: usize = 39;

/// The part of it from the host to the solver, in some modes up to 0.63 less: as much as the slowest mode needs, so that
/// a control which is told with a host's sample has one time to wait for it, whatever the mode.
pub const SAMPLES_TO_SOLVER: usize = 20;

/// The shortest way from the host to the host: filters of minimum phase answer at once, what pads them does not.
pub const SHORTEST_WAY: usize = 34;

/// Doublings at most: 16×.
pub const MAX_STAGES: usize = 4;

/// Samples of the fastest mode in one host sample.
const MAX_FACTOR: usize = 1 << MAX_STAGES;

/// Edge of the pass-band in cycles per host sample: 22 kHz at 48 kHz, 20.2 kHz at 44.1 kHz.
const PASS: f64 = 22.0 / 48.0;

/// The same with linear phase, where what is narrower is later: 18 kHz at 44.1 kHz, 19.6 kHz at 48 kHz.
const LINEAR_PASS: f64 = 18.0 / 44.1;

/// Oversampling by 1, 2, 4, 8 or 16 with polyphase half-bands. A lane is a channel.
///
/// The rows are the half-bands and the modes that end with them. "Delay" is the round trip at low frequency in
/// host samples; whole samples of the host's rate before and after, and a few of the higher rate between up and down, pad
/// it to [`LATENCY_SAMPLES`] as nearly as they can; "residual" is what is left.
///
/// | mode | all-passes | stop-band | from, at 48 kHz | delay | residual |
/// |------|------------|-----------|-----------------|-------|----------|
/// | 1×   |            |           |                 | 0     | 0        |
/// | 2×   | 8          | 100.6 dB  | 26 kHz          | 3.098 | +0.098   |
/// | 4×   | 4          | 124.4 dB  | 74 kHz          | 4.218 | −0.032   |
/// | 8×   | 3          | 139.7 dB  | 170 kHz         | 4.648 | +0.023   |
/// | 16×  | 2          | 128.5 dB  | 362 kHz         | 4.787 | −0.025   |
///
/// The pass-band is flat within 1e-9 dB. Images and aliases of the transition band, 22 to 26 kHz, stay above
/// 22 kHz. The phase bends: at 20 kHz and 48 kHz, 16× takes 8.2 samples more than at low frequency.
///
/// With linear phase every frequency takes [`LATENCY_SAMPLES`], exactly:
///
/// | mode | taps | stop-band | from, at 44.1 kHz | delay   |
/// |------|------|-----------|-------------------|---------|
/// | 2×   | 67   | 102.3 dB  | 26.1 kHz          | 32.5    |
/// | 4×   | 19   | 107.9 dB  | 70.2 kHz          | 36.75   |
/// | 8×   | 11   | 105.1 dB  | 158 kHz           | 37.875  |
/// | 16×  | 11   | 141.5 dB  | 335 kHz           | 38.4375 |
///
/// The pass-band is flat within 1e-4 dB; what is in the transition band, 18 to 26.1 kHz, stays above 18 kHz.
#[derive(Clone, Debug)]
pub struct Oversampler {
    factor: usize,
    filters: Filters,
    before: Delay<LATENCY_SAMPLES>,
    between: Delay<MAX_FACTOR>,
    after: Delay<LATENCY_SAMPLES>,
}

/// Those that go up and those that come down.
#[derive(Clone, Debug)]
enum Filters {
    Minimum(Box<[Minimum; 2]>),
    Linear(Box<[Linear; 2]>),
}

impl Oversampler {
    /// `stages` doublings, 0 to [`MAX_STAGES`]; more are taken as [`MAX_STAGES`]. Allocates.
    pub fn new(stages: usize) -> Self {
        let cascade = || Minimum::new(PASS);
        Self::with(stages, Filters::Minimum(Box::new([cascade(), cascade()])))
    }

    /// The same with linear phase.
    pub fn linear_phase(stages: usize) -> Self {
        let cascade = Linear::new(LINEAR_PASS);
        Self::with(
            stages,
            Filters::Linear(Box::new([cascade.clone(), cascade])),
        )
    }

    fn with(stages: usize, filters: Filters) -> Self {
        let factor = 1 << stages.min(MAX_STAGES);
        let [up, down] = filters.delays(factor);
        let before = (SAMPLES_TO_SOLVER as f64 - up).floor();
        let missing = LATENCY_SAMPLES as f64 - up - down - before;
        // In samples of the higher rate, as many of them as make whole samples of the host's rate taken there.
        let missing = (missing * factor as f64).round() as usize;
        Self {
            factor,
            filters,
            before: Delay::new(before as usize),
            between: Delay::new(missing % factor),
            after: Delay::new(missing / factor),
        }
    }

    /// Samples of the higher rate in one host sample.
    pub fn factor(&self) -> usize {
        self.factor
    }

    /// Group delay of `up` and `down` together at low frequency, in host samples.
    pub fn delay_samples(&self) -> f64 {
        let [up, down] = self.filters.delays(self.factor);
        let padding = (self.before.n_samples() + self.after.n_samples()) as f64;
        up + down + padding + self.between.n_samples() as f64 / self.factor as f64
    }

    /// Group delay of `up` alone.
    pub fn delay_to_solver(&self) -> f64 {
        self.before.n_samples() as f64 + self.filters.delays(self.factor)[0]
    }

    /// To silence.
    pub fn reset(&mut self) {
        self.settle(f64x2::ZERO, f64x2::ZERO);
    }

    /// As if `x_up` had gone up and `x_down` down for ever: for an output that does not rest at 0 V.
    pub fn settle(&mut self, x_up: f64x2, x_down: f64x2) {
        self.before.settle(x_up);
        self.between.settle(x_down);
        let mut rest = [x_down; MAX_FACTOR];
        let rest = &mut rest[..self.factor];
        match &mut self.filters {
            Filters::Minimum(both) => {
                both[0].settle(x_up);
                both[1].settle(x_down);
                both[1].down(rest);
            }
            Filters::Linear(both) => {
                both[0].settle(x_up);
                both[1].settle(x_down);
                both[1].down(rest);
            }
        }
        self.after.settle(rest[0]);
    }

    /// One host sample to the first [`factor`](Self::factor) samples of `out`, which must be there.
    pub fn up(&mut self, x: f64x2, out: &mut [f64x2]) {
        let out = &mut out[..self.factor];
        out[0] = self.before.tick(x);
        match &mut self.filters {
            Filters::Minimum(both) => both[0].up(out),
            Filters::Linear(both) => both[0].up(out),
        }
    }

    /// The first [`factor`](Self::factor) samples of `x`, which must be there, to one host sample.
    pub fn down(&mut self, x: &[f64x2]) -> f64x2 {
        let mut work = [f64x2::ZERO; MAX_FACTOR];
        let work = &mut work[..self.factor];
        for (work, &x) in work.iter_mut().zip(x) {
            *work = self.between.tick(x);
        }
        match &mut self.filters {
            Filters::Minimum(both) => both[1].down(work),
            Filters::Linear(both) => both[1].down(work),
        }
        self.after.tick(work[0])
    }
}

impl Filters {
    /// Of up and of down at low frequency without padding, in host samples.
    fn delays(&self, factor: usize) -> [f64; 2] {
        match self {
            Self::Minimum(both) => [both[0].delay_up(factor), both[1].delay_down(factor)],
            Self::Linear(both) => [both[0].delay_up(factor), both[1].delay_down(factor)],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn latency_is_the_smallest_that_every_mode_fits() {
        let slowest = |oversampler: Oversampler| {
            let [up, down] = oversampler.filters.delays(MAX_FACTOR);
            (up, up + down)
        };
        let modes = [Oversampler::new, Oversampler::linear_phase].map(|mode| mode(MAX_STAGES));
        let half_step = 0.5 / MAX_FACTOR as f64;
        let [up, both] = modes
            .map(slowest)
            .into_iter()
            .fold([0.0f64; 2], |worst, now| {
                [worst[0].max(now.0), worst[1].max(now.1)]
            });
        assert!(both <= LATENCY_SAMPLES as f64 + half_step);
        assert!(both > LATENCY_SAMPLES as f64 - 1.0 + half_step);
        assert_eq!(up.ceil(), SAMPLES_TO_SOLVER as f64);
        let padding = |stages| {
            let oversampler = Oversampler::new(stages);
            oversampler.before.n_samples() + oversampler.after.n_samples()
        };
        assert_eq!((0..=MAX_STAGES).map(padding).min(), Some(SHORTEST_WAY));
    }
}
