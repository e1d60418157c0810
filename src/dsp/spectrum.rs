//! A power spectrum for pictures and tests.

use crate::units::Decibels;
use crate::units::Hertz;
use crate::units::ratio_to_db;
use realfft::RealFftPlanner;

/// Levels from 0 Hz to half the rate, one every `bin_hz`.
#[derive(Clone, Debug, PartialEq)]
pub struct Spectrum {
    pub bin_hz: Hertz,
    /// dBFS: a sine of amplitude 1 in the middle of a bin reads 0. Never below [`Spectrum::FLOOR_DB`].
    pub db: Vec<Decibels>,
}

impl Spectrum {
    /// Well below what f64 resolves, so that silence can still be drawn.
    pub const FLOOR_DB: Decibels = -400.0;
}

/// Spectrum of the whole `signal` through a Kaiser window of β = 28.
///
/// A sine fills 9 bins on each side of its own; farther away the window is below −200 dB, so that nothing but
/// the signal is seen. Not for the audio thread.
pub fn power_spectrum(signal: &[f64], rate: Hertz) -> Spectrum {
    let window = kaiser(signal.len());
    let mut input: Vec<f64> = signal.iter().zip(&window).map(|(x, w)| x * w).collect();
    let fft = RealFftPlanner::new().plan_fft_forward(input.len());
    let mut bins = fft.make_output_vec();
    // The lengths are right by construction, which is all that can fail.
    if input.is_empty() || fft.process(&mut input, &mut bins).is_err() {
        return Spectrum {
            bin_hz: rate,
            db: Vec::new(),
        };
    }

    let scale = 2.0 / window.iter().sum::<f64>();
    let level = |amplitude: f64| ratio_to_db(amplitude).max(Spectrum::FLOOR_DB);
    Spectrum {
        bin_hz: rate / signal.len() as f64,
        db: bins.iter().map(|bin| level(scale * bin.norm())).collect(),
    }
}

/// Kaiser window of β = 28, periodic: I0(β·√(1 − (2i/n − 1)²))/I0(β).
pub fn kaiser(n: usize) -> Vec<f64> {
    const BETA: f64 = 28.0;
    let at = |i: usize| {
        let x = 2.0 * i as f64 / n as f64 - 1.0;
        bessel_i0(BETA * (1.0 - x * x).sqrt()) / bessel_i0(BETA)
    };
    (0..n).map(at).collect()
}

/// Modified Bessel function of order 0: Σ ((x/2)^m/m!)². Eighty terms reach f64 for x ≤ 30.
fn bessel_i0(x: f64) -> f64 {
    let series = (1..80).scan(1.0, |term, m| {
        *term *= (x / (2.0 * f64::from(m))).powi(2);
        Some(*term)
    });
    1.0 + series.sum::<f64>()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::PI;
    use std::f64::consts::TAU;

    const RATE: f64 = 48_000.0;
    const N: usize = 4800;

    fn sine(amplitude: f64, f: f64) -> impl Fn(usize) -> f64 {
        move |i| amplitude * (TAU * f * i as f64 / RATE).sin()
    }

    #[test]
    fn a_full_scale_sine_reads_0_dbfs_and_a_faint_one_beside_it_is_seen() {
        let (loud, faint) = (sine(1.0, 1000.0), sine(1e-8, 1200.0));
        let signal: Vec<f64> = (0..N).map(|i| loud(i) + faint(i)).collect();
        let spectrum = power_spectrum(&signal, RATE);
        assert_eq!(10.0, spectrum.bin_hz);
        assert_eq!(N / 2 + 1, spectrum.db.len());
        assert!(spectrum.db[100].abs() < 1e-12, "{} dBFS", spectrum.db[100]); // measured 3e-13
        assert!(
            (spectrum.db[120] + 160.0).abs() < 4e-4,
            "{} dBFS",
            spectrum.db[120]
        ); // measured 1.5e-4
        assert!(spectrum.db[200] < -250.0, "{} dBFS", spectrum.db[200]);
    }

    #[test]
    fn silence_and_nothing_can_be_drawn() {
        assert!(
            power_spectrum(&[0.0; 64], RATE)
                .db
                .iter()
                .all(|&db| db == Spectrum::FLOOR_DB)
        );
        assert!(power_spectrum(&[], RATE).db.is_empty());
    }

    #[test]
    fn the_first_zero_of_the_window_is_where_kaiser_puts_it() {
        // √(π² + β²)/π bins from the middle: 8.9687 for β = 28.
        let window = kaiser(N);
        let at = |bins: f64| {
            let turn = |i: usize| TAU * bins * (i as f64 / N as f64 - 0.5);
            window
                .iter()
                .enumerate()
                .map(|(i, w)| w * turn(i).cos())
                .sum::<f64>()
        };
        let zero = (PI * PI + 28.0 * 28.0f64).sqrt() / PI;
        assert!(at(zero - 0.05) > 0.0 && at(zero + 0.05) < 0.0);
    }
}
