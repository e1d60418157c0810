//! Mean spectrum of a take in fractions of an octave.

use crate::audio::Take;
use realfft::RealFftPlanner;
use std::f64::consts::TAU;

/// Bands per octave by their width.
const PER_OCTAVE: f64 = 12.0;

/// Points per octave; more than bands, so that the curve is smooth.
const POINTS_PER_OCTAVE: f64 = 48.0;

/// Level of each band in dBFS (a full-scale sine in one band reads 0 there), at its middle frequency in Hz.
///
/// Welch's method: the mean power of Hann-windowed blocks, half overlapped, over the take and its channels; a
/// band is the integral of that density, so that bands narrower than a bin are right as well.
pub fn levels(take: &Take) -> Vec<(f64, f64)> {
    let rate = f64::from(take.rate);
    let power = mean_power(take, (take.rate as usize).next_power_of_two() / 2);
    let bin_hz = rate / (2 * (power.len() - 1)) as f64;
    // Running integral over frequency; straight lines between the bins.
    let sums: Vec<f64> = std::iter::once(0.0)
        .chain(power.iter().scan(0.0, |sum, power| {
            *sum += power;
            Some(*sum)
        }))
        .collect();
    let up_to = |f: f64| {
        let at = (f / bin_hz + 0.5).clamp(0.0, power.len() as f64);
        let below = (at as usize).min(power.len() - 1);
        sums[below] + (sums[below + 1] - sums[below]) * (at - below as f64)
    };
    let half = 2f64.powf(0.5 / PER_OCTAVE);
    let count = (1000f64.log2() * POINTS_PER_OCTAVE) as i32;
    let middles = (0..=count).map(|band| 20.0 * 2f64.powf(f64::from(band) / POINTS_PER_OCTAVE));
    let level = |f: f64| (f, 10.0 * (up_to(f * half) - up_to(f / half)).log10());
    middles
        .filter(|f| f * half < rate / 2.0)
        .map(level)
        .collect()
}

/// Mean power in each bin over whole blocks; a full-scale sine sums to 1. A take shorter than a block is padded.
fn mean_power(take: &Take, size: usize) -> Vec<f64> {
    let window: Vec<f64> = (0..size)
        .map(|i| 0.5 - 0.5 * (TAU * i as f64 / size as f64).cos())
        .collect();
    let scale = 4.0 / (size as f64 * window.iter().map(|w| w * w).sum::<f64>());
    let fft = RealFftPlanner::<f64>::new().plan_fft_forward(size);
    let (mut bins, mut power, mut blocks) = (fft.make_output_vec(), vec![0.0; size / 2 + 1], 0);
    for channel in &take.channels {
        for start in (0..=channel.len().saturating_sub(size)).step_by(size / 2) {
            let samples = channel[start..]
                .iter()
                .map(|x| f64::from(*x))
                .chain(std::iter::repeat(0.0));
            let mut input: Vec<f64> = window.iter().zip(samples).map(|(w, x)| w * x).collect();
            // The lengths are the plan's own, which is all that can fail.
            if fft.process(&mut input, &mut bins).is_ok() {
                power
                    .iter_mut()
                    .zip(&bins)
                    .for_each(|(power, bin)| *power += scale * bin.norm_sqr());
            }
            blocks += 1;
        }
    }
    power
        .iter_mut()
        .for_each(|power| *power /= f64::from(blocks.max(1)));
    power
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sine_reads_its_level_in_its_band_alone() {
        let rate = 48_000;
        let sine = |i: usize| (0.1 * (TAU * 1007.9 * i as f64 / f64::from(rate)).sin()) as f32;
        let take = Take {
            rate,
            channels: vec![(0..8 * rate as usize).map(sine).collect()],
        };
        let levels = levels(&take);
        let (f, db) = levels
            .iter()
            .copied()
            .max_by(|a, b| a.1.total_cmp(&b.1))
            .expect("there are bands");
        // Any point whose band holds the sine: half a twelfth of an octave and half a step away at most.
        assert!((f / 1007.9 - 1.0).abs() < 0.04, "{f} Hz");
        assert!((db + 20.0).abs() < 1e-8, "{db} dBFS"); // measured 2.2e-9
        // The rest is f32: measured −148.7.
        assert!(
            levels
                .iter()
                .filter(|(other, _)| (other / f).log2().abs() > 0.2)
                .all(|(_, db)| *db < -140.0)
        );
    }
}
