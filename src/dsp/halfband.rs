//! One doubling or halving of the rate.

use crate::dsp::elliptic::half_band;
use wide::f64x2;

/// One doubling or one halving of the rate.
pub trait Resampler {
    /// As if `x` had come in for ever.
    fn settle(&mut self, x: f64x2);

    /// Group delay at low frequency, in samples of the higher rate.
    fn delay(&self) -> f64;

    /// Doubles the rate in place: the first half of `x` becomes all of it.
    fn double(&mut self, x: &mut [f64x2]);

    /// Halves the rate in place: all of `x` becomes its first half.
    ///
    /// Of the two samples of a pair the later one is filtered, so the output leads the pair's first sample by
    /// one sample of the higher rate.
    fn halve(&mut self, x: &mut [f64x2]);
}

/// An elliptic half-band in polyphase form: both branches run at the lower rate, so that doubling or halving
/// costs N all-passes a pair of samples. A lane is a channel.
///
/// One instance either doubles or halves: the two share coefficients, not states.
#[derive(Clone, Debug)]
pub struct HalfBand<const N: usize> {
    sections: [AllPass; N],
}

impl<const N: usize> HalfBand<N> {
    /// `pass` is the edge of the pass-band in cycles per sample of the higher rate, below ¼.
    pub fn new(pass: f64) -> Self {
        let section = |a| AllPass {
            a: f64x2::splat(a),
            w: f64x2::ZERO,
        };
        Self {
            sections: half_band::<N>(pass).map(section),
        }
    }

    /// Each sample through its branch.
    #[inline(always)]
    fn branches(&mut self, mut x: [f64x2; 2]) -> [f64x2; 2] {
        for (i, section) in self.sections.iter_mut().enumerate() {
            x[i % 2] = section.tick(x[i % 2]);
        }
        x
    }
}

impl<const N: usize> Resampler for HalfBand<N> {
    fn settle(&mut self, x: f64x2) {
        for section in &mut self.sections {
            section.w = x / (f64x2::ONE + section.a);
        }
    }

    /// ½ + Σ (1 − a)/(1 + a).
    ///
    /// At 0 Hz the branches are in phase, so the delay is the mean of theirs; an all-pass in z⁻² delays by
    /// 2·(1 − a)/(1 + a), the second branch by one sample more.
    fn delay(&self) -> f64 {
        let delay = |section: &AllPass| {
            let a = section.a.to_array()[0];
            (1.0 - a) / (1.0 + a)
        };
        0.5 + self.sections.iter().map(delay).sum::<f64>()
    }

    fn double(&mut self, x: &mut [f64x2]) {
        let n = x.len() / 2;
        x.copy_within(..n, n);
        for i in 0..n {
            let sample = x[n + i];
            [x[2 * i], x[2 * i + 1]] = self.branches([sample; 2]);
        }
    }

    fn halve(&mut self, x: &mut [f64x2]) {
        for i in 0..x.len() / 2 {
            let [late, early] = self.branches([x[2 * i + 1], x[2 * i]]);
            x[i] = 0.5 * (late + early);
        }
    }
}

/// (a + z⁻¹)/(1 + a·z⁻¹) at the lower rate, with one state: w = x − a·w⁻, y = a·w + w⁻.
#[derive(Clone, Copy, Debug)]
struct AllPass {
    a: f64x2,
    w: f64x2,
}

impl AllPass {
    #[inline(always)]
    fn tick(&mut self, x: f64x2) -> f64x2 {
        let w = x - self.a * self.w;
        let y = self.a * w + self.w;
        self.w = w;
        y
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dsp::harmonics;
    use std::f64::consts::TAU;

    const PASS: f64 = 22.0 / 96.0;
    const N_SAMPLES: usize = 16_384;

    /// Level in dB of a sine of `f` cycles per sample of the higher rate after halving; aliases are followed.
    fn level_after_halving(f: f64) -> f64 {
        let mut filter = HalfBand::<8>::new(PASS);
        let mut out = Vec::new();
        for i in 0..N_SAMPLES {
            let sine = |j: usize| f64x2::splat((TAU * f * (2 * i + j) as f64).cos());
            let mut pair = [sine(0), sine(1)];
            filter.halve(&mut pair);
            out.push(pair[0].to_array()[0]);
        }
        let folded = (2.0 * f - (2.0 * f).round()).abs();
        harmonics(&out[N_SAMPLES / 2..], 1.0, folded, 1)[0].db
    }

    /// Measured −100.57 dB at the edge of the stop-band; the design gives 100.57 dB.
    const STOP_DB: f64 = -100.5;

    /// Measured 4e-10 dB; the design gives 3.8e-10 dB.
    const TOL_PASS_DB: f64 = 1e-9;

    #[test]
    fn halving_keeps_the_pass_band_and_stops_what_would_fold_into_it() {
        for i in 1..=40 {
            let f = PASS * f64::from(i) / 40.0;
            let pass_db = level_after_halving(f);
            assert!(pass_db.abs() < TOL_PASS_DB, "{f}: {pass_db:e} dB");
            let stop_db = level_after_halving(0.5 - f);
            assert!(stop_db < STOP_DB, "{}: {stop_db} dB", 0.5 - f);
        }
    }

    #[test]
    fn doubling_is_the_same_filter() {
        let mut doubler = HalfBand::<8>::new(PASS);
        let mut halver = HalfBand::<8>::new(PASS);
        for i in 0..200 {
            let x = if i == 0 { f64x2::ONE } else { f64x2::ZERO };
            let mut doubled = [x, f64x2::ZERO];
            doubler.double(&mut doubled);
            // Both are every second sample of the impulse response; the doubler's has twice the size, because it
            // makes up for the zeros between its samples.
            let mut halved = [f64x2::ZERO, x];
            halver.halve(&mut halved);
            assert_eq!(doubled[0], 2.0 * halved[0]);
        }
    }

    #[test]
    fn delay_is_the_centroid_of_the_impulse_response() {
        let mut filter = HalfBand::<8>::new(PASS);
        let (mut moment, mut sum) = (0.0, 0.0);
        for i in 0..2000 {
            let mut pair = [if i == 0 { f64x2::ONE } else { f64x2::ZERO }; 2];
            filter.double(&mut pair);
            for (j, h) in pair.iter().map(|h| h.to_array()[1]).enumerate() {
                moment += h * (2 * i + j) as f64;
                sum += h;
            }
        }
        // Measured 1e-14 samples.
        assert!((moment / sum - filter.delay()).abs() < 3e-14);
    }

    #[test]
    fn settled_is_at_rest() {
        let v = f64x2::new([174.0, -3.0]);
        let mut filter = HalfBand::<8>::new(PASS);
        filter.settle(v);
        let mut pair = [v; 2];
        filter.halve(&mut pair);
        // Measured 0; one unit in the last place is 2.8e-14 V.
        let error = (pair[0] - v).abs().to_array();
        assert!(error[0] < 1e-13 && error[1] < 1e-13, "{error:?}");
    }
}
