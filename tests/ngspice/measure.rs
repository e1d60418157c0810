//! How far two signals are apart, and what a sine has become.

use std::f64::consts::TAU;

/// Level of `ours − reference` against the AC part of `reference`, RMS over RMS, after the first `skip` samples.
///
/// A DC error counts in full; only the reference's own DC is taken out of the denominator.
pub fn error_db(reference: &[f64], ours: &[f64], skip: usize) -> f64 {
    assert_eq!(reference.len(), ours.len(), "signals of one length");
    assert!(
        reference.iter().chain(ours).all(|y| y.is_finite()),
        "every sample is finite"
    );
    let (reference, ours) = (&reference[skip..], &ours[skip..]);
    let mean = reference.iter().sum::<f64>() / reference.len() as f64;
    let signal: f64 = reference.iter().map(|r| (r - mean).powi(2)).sum();
    let error: f64 = reference
        .iter()
        .zip(ours)
        .map(|(r, y)| (y - r).powi(2))
        .sum();
    assert!(signal > 0.0, "the reference is not silent");
    10.0 * (error / signal).log10()
}

/// Peaks of harmonics 1 to `n` of `hz`, in dB re 1 V, from the last whole number of periods of `y`.
///
/// Under a Hann window, so that the slow settling of a coupling capacitor does not pass for a harmonic.
pub fn harmonics_db(y: &[f64], rate_hz: f64, hz: f64, n: usize) -> Vec<f64> {
    let periods = (y.len() as f64 * hz / rate_hz).floor();
    let length = (periods * rate_hz / hz).round() as usize;
    let y = &y[y.len() - length..];
    let harmonic = |k: usize| {
        let (mut re, mut im) = (0.0, 0.0);
        for (i, y) in y.iter().enumerate() {
            let window = 1.0 - (TAU * i as f64 / length as f64).cos();
            let (sin, cos) = (TAU * k as f64 * hz * i as f64 / rate_hz).sin_cos();
            re += window * y * cos;
            im += window * y * sin;
        }
        20.0 * (2.0 * re.hypot(im) / length as f64).log10()
    };
    (1..=n).map(harmonic).collect()
}
