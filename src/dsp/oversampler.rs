//! From the host's rate to the solver's and back.

use crate::dsp::delay::Delay;
use crate::dsp::halfband::HalfBand;
use wide::f64x2;

/// Latency of every mode from `up` to `down`, in host samples: the smallest whole number that all can be padded
/// to. 16× needs 4.787 by itself.
pub const LATENCY_SAMPLES: usize = 5;

/// Doublings at most: 16×.
pub const MAX_STAGES: usize = 4;

/// Samples of the fastest mode in one host sample.
const MAX_FACTOR: usize = 1 << MAX_STAGES;

/// Edge of the pass-band in cycles per host sample: 22 kHz at 48 kHz, 20.2 kHz at 44.1 kHz.
const PASS: f64 = 22.0 / 48.0;

/// Oversampling by 1, 2, 4, 8 or 16 with polyphase elliptic half-bands. A lane is a channel.
///
/// The rows are the half-bands and the modes that end with them. "Delay" is the round trip at low frequency in
/// host samples; whole samples of the higher rate, between up and down, pad it to [`LATENCY_SAMPLES`] as
/// nearly as they can; "residual" is what is left.
///
/// | mode | all-passes | stop-band | from, at 48 kHz | delay | pad  | residual |
/// |------|------------|-----------|-----------------|-------|------|----------|
/// | 1×   |            |           |                 | 0     | 5    | 0        |
/// | 2×   | 8          | 100.6 dB  | 26 kHz          | 3.098 | 4/2  | +0.098   |
/// | 4×   | 4          | 124.4 dB  | 74 kHz          | 4.218 | 3/4  | −0.032   |
/// | 8×   | 3          | 139.7 dB  | 170 kHz         | 4.648 | 3/8  | +0.023   |
/// | 16×  | 2          | 128.5 dB  | 362 kHz         | 4.787 | 3/16 | −0.025   |
///
/// The pass-band is flat within 1e-9 dB. Images and aliases of the transition band, 22 to 26 kHz, stay above
/// 22 kHz. The phase bends: at 20 kHz and 48 kHz, 16× takes 13.2 samples.
/// Memory is all inside; nothing is allocated, not even by `new`.
#[derive(Clone, Debug)]
pub struct Oversampler {
    factor: usize,
    up: Cascade,
    down: Cascade,
    pad: Delay<LATENCY_SAMPLES>,
}

impl Oversampler {
    /// `stages` doublings, 0 to [`MAX_STAGES`]; more are taken as [`MAX_STAGES`].
    pub fn new(stages: usize) -> Self {
        let factor = 1 << stages.min(MAX_STAGES);
        let (up, down) = (Cascade::new(), Cascade::new());
        let missing = LATENCY_SAMPLES as f64 - round_trip(&up, factor);
        let pad = Delay::new((missing * factor as f64).round() as usize);
        Self {
            factor,
            up,
            down,
            pad,
        }
    }

    /// Samples of the higher rate in one host sample.
    pub fn factor(&self) -> usize {
        self.factor
    }

    /// Group delay of `up` and `down` together at low frequency, in host samples.
    pub fn delay_samples(&self) -> f64 {
        round_trip(&self.up, self.factor) + self.pad.n_samples() as f64 / self.factor as f64
    }

    /// To silence.
    pub fn reset(&mut self) {
        self.settle(f64x2::ZERO, f64x2::ZERO);
    }

    /// As if `x_up` had gone up and `x_down` down for ever: for an output that does not rest at 0 V.
    pub fn settle(&mut self, x_up: f64x2, x_down: f64x2) {
        self.up.settle(x_up);
        self.down.settle(x_down);
        self.pad.settle(x_down);
    }

    /// One host sample to the first [`factor`](Self::factor) samples of `out`, which must be there.
    pub fn up(&mut self, x: f64x2, out: &mut [f64x2]) {
        out[0] = x;
        let n = self.factor;
        if 2 <= n {
            self.up.x2.double(&mut out[..2]);
        }
        if 4 <= n {
            self.up.x4.double(&mut out[..4]);
        }
        if 8 <= n {
            self.up.x8.double(&mut out[..8]);
        }
        if 16 <= n {
            self.up.x16.double(&mut out[..16]);
        }
    }

    /// The first [`factor`](Self::factor) samples of `x`, which must be there, to one host sample.
    pub fn down(&mut self, x: &[f64x2]) -> f64x2 {
        let n = self.factor;
        let mut work = [f64x2::ZERO; MAX_FACTOR];
        for (work, &x) in work.iter_mut().zip(&x[..n]) {
            *work = self.pad.tick(x);
        }
        if 16 <= n {
            self.down.x16.halve(&mut work[..16]);
        }
        if 8 <= n {
            self.down.x8.halve(&mut work[..8]);
        }
        if 4 <= n {
            self.down.x4.halve(&mut work[..4]);
        }
        if 2 <= n {
            self.down.x2.halve(&mut work[..2]);
        }
        work[0]
    }
}

/// The half-bands between the host's rate and the highest, each with the fewest all-passes for 100 dB.
#[derive(Clone, Debug)]
struct Cascade {
    x2: HalfBand<8>,
    x4: HalfBand<4>,
    x8: HalfBand<3>,
    x16: HalfBand<2>,
}

impl Cascade {
    fn new() -> Self {
        Self {
            x2: HalfBand::new(PASS / 2.0),
            x4: HalfBand::new(PASS / 4.0),
            x8: HalfBand::new(PASS / 8.0),
            x16: HalfBand::new(PASS / 16.0),
        }
    }

    fn settle(&mut self, x: f64x2) {
        self.x2.settle(x);
        self.x4.settle(x);
        self.x8.settle(x);
        self.x16.settle(x);
    }

    /// One-way delays of the stages at low frequency, each in samples of its own higher rate.
    fn delays(&self) -> [f64; MAX_STAGES] {
        [
            self.x2.delay(),
            self.x4.delay(),
            self.x8.delay(),
            self.x16.delay(),
        ]
    }
}

/// Low-frequency delay of up and down without padding, in host samples.
///
/// Each stage delays twice and gains one sample of its higher rate, because halving takes the later sample of
/// a pair.
fn round_trip(cascade: &Cascade, factor: usize) -> f64 {
    let stages = cascade.delays().into_iter().zip([2, 4, 8, 16]);
    stages
        .filter(|&(_, rate)| rate <= factor)
        .map(|(delay, rate)| (2.0 * delay - 1.0) / rate as f64)
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn latency_is_the_smallest_that_every_mode_fits() {
        let slowest = round_trip(&Cascade::new(), MAX_FACTOR);
        let half_step = 0.5 / MAX_FACTOR as f64;
        assert!(slowest <= LATENCY_SAMPLES as f64 + half_step);
        assert!(slowest > LATENCY_SAMPLES as f64 - 1.0 + half_step);
    }
}
