//! Loudness of a take, for matching A and B.

use crate::units::Decibels;
use ebur128::EbuR128;
use ebur128::Mode;

/// Integrated loudness of a stereo take in LUFS: K-weighted, gated at −70 LUFS and 10 LU below the rest.
///
/// `None` where nothing passes the gate: silence, or less than one block of 400 ms. Not for the audio thread.
/// Where the channels differ in length, the longer one's tail is not heard.
///
/// Source: ITU-R BS.1770-4; tested with the signals of EBU Tech 3341.
pub fn integrated_lufs(left: &[f32], right: &[f32], rate: u32) -> Option<f64> {
    let n = left.len().min(right.len());
    let mut meter = EbuR128::new(2, rate, Mode::I).ok()?;
    meter
        .add_frames_planar_f32(&[&left[..n], &right[..n]])
        .ok()?;
    meter.loudness_global().ok().filter(|lufs| lufs.is_finite())
}

/// Gain in dB that makes `other` as loud as `reference`; 0 dB where one of them is silent.
pub fn match_gain_db(reference: Option<f64>, other: Option<f64>) -> Decibels {
    match (reference, other) {
        (Some(reference), Some(other)) => reference - other,
        _ => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::db_to_ratio;
    use std::f64::consts::TAU;

    /// EBU Tech 3341 asks for 0.1 LU; measured 0.031 LU (three parts, 96 kHz).
    const TOL_LU: f64 = 0.06;

    /// A 1 kHz sine, the same in both channels, of `(dBFS peak, s)` one after the other.
    fn tone(rate: u32, parts: &[(f64, f64)]) -> Vec<f32> {
        let levels = parts.iter().flat_map(|&(dbfs, s)| {
            std::iter::repeat_n(db_to_ratio(dbfs), (s * f64::from(rate)) as usize)
        });
        let sine = |(i, level): (usize, f64)| {
            (level * (TAU * 1000.0 * i as f64 / f64::from(rate)).sin()) as f32
        };
        levels.enumerate().map(sine).collect()
    }

    fn check(rate: u32, parts: &[(f64, f64)], lufs: f64) {
        let tone = tone(rate, parts);
        let measured = integrated_lufs(&tone, &tone, rate).unwrap();
        assert!(
            (measured - lufs).abs() < TOL_LU,
            "{rate} Hz: {measured} LUFS, not {lufs}"
        );
    }

    #[test]
    fn reads_the_tones_of_ebu_tech_3341() {
        for rate in [44_100, 48_000, 96_000] {
            check(rate, &[(-23.0, 20.0)], -23.0);
            check(rate, &[(-33.0, 20.0)], -33.0);
            // The relative gate leaves the soft ends out; without it this reads −24.2.
            check(rate, &[(-36.0, 10.0), (-23.0, 60.0), (-36.0, 10.0)], -23.0);
        }
    }

    #[test]
    fn a_channel_alone_is_half_the_power() {
        let tone = tone(48_000, &[(-20.0, 2.0)]);
        let silence = vec![0.0; tone.len()];
        let both = integrated_lufs(&tone, &tone, 48_000).unwrap();
        for (left, right) in [(&tone, &silence), (&silence, &tone)] {
            let alone = integrated_lufs(left, right, 48_000).unwrap();
            // Measured 1e-15 LU.
            assert!((both - alone - 10.0 * 2.0f64.log10()).abs() < 3e-14);
        }
    }

    #[test]
    fn silence_has_no_loudness_and_asks_for_no_gain() {
        let silence = vec![0.0; 48_000];
        assert_eq!(None, integrated_lufs(&silence, &silence, 48_000));
        assert_eq!(None, integrated_lufs(&[], &[], 48_000));
        assert_eq!(0.0, match_gain_db(Some(-20.0), None));
    }

    #[test]
    fn gain_brings_the_other_to_the_reference() {
        let (a, b) = (tone(48_000, &[(-18.0, 2.0)]), tone(48_000, &[(-30.5, 2.0)]));
        let gain = match_gain_db(
            integrated_lufs(&a, &a, 48_000),
            integrated_lufs(&b, &b, 48_000),
        );
        assert!((gain - 12.5).abs() < 4e-7, "{gain} dB"); // measured 1.4e-7 dB
    }
}
