//! The audible part of a signal at an oversampled rate.

use std::f64::consts::PI;

/// Passed up to here, in Hz.
const PASS_HZ: f64 = 20e3;
/// Gone from here on, in Hz: what would fold below 20 kHz at 48 kHz.
const STOP_HZ: f64 = 28e3;
/// Kaiser's window parameter for 120 dB.
const BETA: f64 = 0.1102 * (120.0 - 8.7);

/// What is left of `y` after decimation to 48 kHz would have filtered it: a linear-phase low-pass without delay.
///
/// Trapezoidal integration rings at half the solver's rate behind a kink; no listener and no decimator's output
/// knows of it, so errors are judged on this. The first and last few ms are not filtered well.
pub fn audible(y: &[f64], rate_hz: f64) -> Vec<f64> {
    let transition = 2.0 * PI * (STOP_HZ - PASS_HZ) / rate_hz;
    let half = ((120.0 - 7.95) / (2.285 * transition) / 2.0).ceil() as isize;
    let cut = (PASS_HZ + STOP_HZ) / rate_hz;
    let taps: Vec<f64> = (-half..=half)
        .map(|n| {
            let sinc = if n == 0 {
                cut
            } else {
                (PI * cut * n as f64).sin() / (PI * n as f64)
            };
            let place = n as f64 / half as f64;
            sinc * bessel_i0(BETA * (1.0 - place * place).sqrt()) / bessel_i0(BETA)
        })
        .collect();
    let gain: f64 = taps.iter().sum();
    let last = y.len() as isize - 1;
    (0..=last)
        .map(|i| {
            let from = |n: isize| y[(i + n).clamp(0, last) as usize];
            taps.iter()
                .zip(-half..)
                .map(|(tap, n)| tap * from(n))
                .sum::<f64>()
                / gain
        })
        .collect()
}

/// Modified Bessel function of the first kind, order 0, by its power series.
fn bessel_i0(x: f64) -> f64 {
    let mut term = 1.0;
    let mut sum = 1.0;
    for k in 1..60 {
        term *= (x / 2.0 / f64::from(k)).powi(2);
        sum += term;
    }
    sum
}
