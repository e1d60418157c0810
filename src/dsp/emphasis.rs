//! A little more treble.

use wide::f64x2;

/// y = x + c·(x − x⁻): nothing at low frequency, 20·log(1 + 2·c) dB at half the rate. A lane is a channel.
///
/// ```text
/// |H|² = 1 + q·sin²(ω·T/2),   q = 4·c·(1 + c)
/// ```
///
/// One zero of minimum phase: low notes come c samples early.
#[derive(Clone, Debug)]
pub struct Emphasis {
    c: f64x2,
    last: f64x2,
}

/// Largest q: 6 dB at half the rate.
const Q_MAX: f64 = 3.0;

impl Emphasis {
    /// As near as it comes, in least squares of |H|², to these gains at frequencies in cycles per sample. Never less than
    /// flat.
    pub fn fit(wanted: impl Iterator<Item = (f64, f64)>) -> Self {
        let (mut product, mut square) = (0.0, 0.0);
        for (frequency, gain) in wanted {
            let u = (std::f64::consts::PI * frequency).sin().powi(2);
            product += u * (gain * gain - 1.0);
            square += u * u;
        }
        let q = product / square;
        // Nothing wanted, or nothing that is a number, is flat.
        let q = if q.is_finite() {
            q.clamp(0.0, Q_MAX)
        } else {
            0.0
        };
        Self {
            c: f64x2::splat(((1.0 + q).sqrt() - 1.0) / 2.0),
            last: f64x2::ZERO,
        }
    }

    /// To silence.
    pub fn reset(&mut self) {
        self.last = f64x2::ZERO;
    }

    #[inline]
    pub fn tick(&mut self, x: f64x2) -> f64x2 {
        let y = x + self.c * (x - self.last);
        self.last = x;
        y
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gain at a frequency in cycles per sample, from its two taps.
    fn gain(emphasis: &mut Emphasis, frequency: f64) -> f64 {
        emphasis.reset();
        let taps = [f64x2::ONE, f64x2::ZERO].map(|x| emphasis.tick(x).to_array()[0]);
        let turn = std::f64::consts::TAU * frequency;
        (taps[0] + taps[1] * turn.cos()).hypot(taps[1] * turn.sin())
    }

    #[test]
    fn it_has_the_gain_that_is_wanted() {
        for wanted in [1.0, 1.01, 1.07] {
            let mut emphasis = Emphasis::fit([(0.1, wanted)].into_iter());
            for (frequency, wanted) in [(0.0, 1.0), (0.1, wanted)] {
                let error = gain(&mut emphasis, frequency) - wanted;
                // Measured 2.2e-16.
                assert!(error.abs() < 6e-16, "{wanted} at {frequency}: {error:e}");
            }
        }
    }

    #[test]
    fn it_is_never_less_than_flat_and_never_loud() {
        for (wanted, expected) in [(0.5, 1.0), (f64::NAN, 1.0), (1e9, 2.0)] {
            let mut emphasis = Emphasis::fit([(0.1, wanted)].into_iter());
            assert_eq!(gain(&mut emphasis, 0.5), expected);
        }
        assert_eq!(gain(&mut Emphasis::fit(std::iter::empty()), 0.5), 1.0);
    }
}
