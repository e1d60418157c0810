//! The half-bands between the host's rate and the highest.

use crate::dsp::halfband::HalfBand;
use crate::dsp::halfband::Resampler;
use crate::dsp::symmetric::Symmetric;
use wide::f64x2;

/// A doubling for each mode, the host's rate first; either all double or all halve.
#[derive(Clone, Debug)]
pub struct Cascade<X2, X4, X8, X16> {
    x2: X2,
    x4: X4,
    x8: X8,
    x16: X16,
}

/// Elliptic, with the fewest all-passes for 100 dB.
pub type Minimum = Cascade<HalfBand<8>, HalfBand<4>, HalfBand<3>, HalfBand<2>>;

/// Symmetric, with the fewest taps for 100 dB.
pub type Linear = Cascade<Symmetric<17>, Symmetric<5>, Symmetric<3>, Symmetric<3>>;

impl Minimum {
    /// `pass` is the edge of the pass-band in cycles per host sample.
    pub fn new(pass: f64) -> Self {
        Self {
            x2: HalfBand::new(pass / 2.0),
            x4: HalfBand::new(pass / 4.0),
            x8: HalfBand::new(pass / 8.0),
            x16: HalfBand::new(pass / 16.0),
        }
    }
}

impl Linear {
    /// `pass` is the edge of the pass-band in cycles per host sample.
    pub fn new(pass: f64) -> Self {
        Self {
            x2: Symmetric::new(pass / 2.0),
            x4: Symmetric::new(pass / 4.0),
            x8: Symmetric::new(pass / 8.0),
            x16: Symmetric::new(pass / 16.0),
        }
    }
}

impl<X2: Resampler, X4: Resampler, X8: Resampler, X16: Resampler> Cascade<X2, X4, X8, X16> {
    /// As if `x` had come in for ever.
    pub fn settle(&mut self, x: f64x2) {
        self.x2.settle(x);
        self.x4.settle(x);
        self.x8.settle(x);
        self.x16.settle(x);
    }

    /// The first sample of `x` becomes all of it: 1, 2, 4, 8 or 16 samples.
    #[inline]
    pub fn up(&mut self, x: &mut [f64x2]) {
        let n = x.len();
        if 2 <= n {
            self.x2.double(&mut x[..2]);
        }
        if 4 <= n {
            self.x4.double(&mut x[..4]);
        }
        if 8 <= n {
            self.x8.double(&mut x[..8]);
        }
        if 16 <= n {
            self.x16.double(&mut x[..16]);
        }
    }

    /// All of `x`, 1, 2, 4, 8 or 16 samples, becomes its first one.
    #[inline]
    pub fn down(&mut self, x: &mut [f64x2]) {
        let n = x.len();
        if 16 <= n {
            self.x16.halve(&mut x[..16]);
        }
        if 8 <= n {
            self.x8.halve(&mut x[..8]);
        }
        if 4 <= n {
            self.x4.halve(&mut x[..4]);
        }
        if 2 <= n {
            self.x2.halve(&mut x[..2]);
        }
    }

    /// Low-frequency delay from 1 to `factor` samples, in host samples.
    pub fn delay_up(&self, factor: usize) -> f64 {
        self.stages(factor)
            .map(|(delay, rate)| delay / rate)
            .sum::<f64>()
    }

    /// Low-frequency delay from `factor` samples to 1, in host samples: halving takes the later sample of a pair.
    pub fn delay_down(&self, factor: usize) -> f64 {
        self.stages(factor)
            .map(|(delay, rate)| (delay - 1.0) / rate)
            .sum::<f64>()
    }

    /// Delays of the stages, each in samples of its own higher rate, and that rate in host rates.
    fn stages(&self, factor: usize) -> impl Iterator<Item = (f64, f64)> {
        [
            (self.x2.delay(), 2.0),
            (self.x4.delay(), 4.0),
            (self.x8.delay(), 8.0),
            (self.x16.delay(), 16.0),
        ]
        .into_iter()
        .filter(move |(_, rate)| *rate <= factor as f64)
    }
}
