//! Oversampling: what it lets through, what it stops, and when it comes out.

use loadline::dsp::Harmonic;
use loadline::dsp::LATENCY_SAMPLES;
use loadline::dsp::MAX_STAGES;
use loadline::dsp::Oversampler;
use loadline::dsp::SAMPLES_TO_SOLVER;
use loadline::dsp::harmonics;
use loadline::dsp::power_spectrum;
use std::f64::consts::TAU;
use wide::f64x2;

const MAX_FACTOR: usize = 1 << MAX_STAGES;

/// The promise is 1e-4 dB. Measured 3.7e-10 dB to 20 kHz, at 48 and 44.1 kHz.
const TOL_PASS_BAND_DB: f64 = 1e-9;

/// The promise is −100 dB. Measured −101.65 dB.
const TOL_IMAGE_DB: f64 = -101.6;

/// The promise is −100 dB. Measured −100.57 dB, at the edge of the stop-band.
const TOL_ALIAS_DB: f64 = -100.5;

/// Measured 6.7e-5 samples, most of it the rounding of the residual.
const TOL_LOW_NOTE_SAMPLES: f64 = 2e-4;

/// Measured 7e-14 samples.
const TOL_DELAY_SAMPLES: f64 = 2e-13;

/// Edge of linear phase's pass-band at 44.1 kHz.
const LINEAR_PASS_HZ: f64 = 18e3;

/// The promise is 0.1 dB. Measured 3.0e-4 dB.
const TOL_LINEAR_PASS_BAND_DB: f64 = 6e-4;

/// The promise is −80 dB. Measured −104.5 dB of images and −102.3 dB of aliases.
const TOL_LINEAR_STOP_DB: f64 = -102.0;

/// The promise is a tenth of a sample, 20 Hz to 18 kHz. Measured 4.1e-11 samples, all of it rounding.
const TOL_LINEAR_DELAY_SAMPLES: f64 = 1.2e-10;

/// What whole samples of each mode's rate leave of its delay, in host samples; the last digit is rounded.
const RESIDUAL_SAMPLES: [f64; MAX_STAGES + 1] = [0.0, 0.0982, -0.0324, 0.0230, -0.0254];

/// Samples before everything has settled.
const N_SETTLE: usize = 512;

/// Makes an oversampler of so many stages.
type Mode = fn(usize) -> Oversampler;

const MODES: [Mode; 2] = [Oversampler::new, Oversampler::linear_phase];

fn every_mode() -> impl Iterator<Item = (Mode, usize)> {
    let stages = |mode| (0..=MAX_STAGES).map(move |stages| (mode, stages));
    MODES.into_iter().flat_map(stages)
}

fn cosine(f: f64) -> impl Fn(usize) -> f64 {
    move |i| (TAU * (f * i as f64).fract()).cos()
}

/// The left lane of a signal of `n` host samples after going up; the right lane is silent.
fn up(mode: Mode, stages: usize, n: usize, x: impl Fn(usize) -> f64) -> Vec<f64> {
    let mut oversampler = mode(stages);
    let mut out = [f64x2::ZERO; MAX_FACTOR];
    let mut samples = Vec::new();
    for i in 0..n {
        oversampler.up(f64x2::new([x(i), 0.0]), &mut out);
        samples.extend(out[..1 << stages].iter().map(|lanes| lanes.to_array()[0]));
        assert!(
            out[..1 << stages]
                .iter()
                .all(|lanes| lanes.to_array()[1] == 0.0)
        );
    }
    samples
}

/// A signal of the higher rate after coming down to `n` host samples.
fn down(mode: Mode, stages: usize, n: usize, x: impl Fn(usize) -> f64) -> Vec<f64> {
    let mut oversampler = mode(stages);
    let mut host_sample = |i: usize| {
        let high: Vec<f64x2> = (0..1 << stages)
            .map(|j| f64x2::new([0.0, x((i << stages) + j)]))
            .collect();
        let lanes = oversampler.down(&high).to_array();
        assert_eq!(0.0, lanes[0]);
        lanes[1]
    };
    (0..n).map(&mut host_sample).collect()
}

/// Up and straight down again.
fn round_trip(oversampler: &mut Oversampler, x: &[f64x2]) -> Vec<[f64; 2]> {
    let mut high = [f64x2::ZERO; MAX_FACTOR];
    let mut host_sample = |&x: &f64x2| {
        oversampler.up(x, &mut high);
        oversampler.down(&high).to_array()
    };
    x.iter().map(&mut host_sample).collect()
}

#[test]
fn pass_band_is_flat_to_20_khz() {
    let mut worst: f64 = 0.0;
    for stages in 0..=MAX_STAGES {
        for rate in [44_100.0, 48_000.0] {
            for f_hz in [
                500.0, 1000.0, 5000.0, 10_000.0, 15_000.0, 18_000.0, 19_000.0, 20_000.0,
            ] {
                let cosine = cosine(f_hz / rate);
                let x: Vec<f64x2> = (0..N_SETTLE + 4096)
                    .map(|i| f64x2::splat(cosine(i)))
                    .collect();
                let y = round_trip(&mut Oversampler::new(stages), &x);
                let left: Vec<f64> = y[N_SETTLE..].iter().map(|lanes| lanes[0]).collect();
                let gain_db = harmonics(&left, rate, f_hz, 1)[0].db;
                assert!(gain_db.is_finite());
                worst = worst.max(gain_db.abs());
            }
        }
    }
    assert!(worst <= TOL_PASS_BAND_DB, "{worst:e} dB");
}

#[test]
fn images_of_20_khz_and_below_stay_under_100_db() {
    const N: usize = 4096;
    // A sine of the Kaiser window fills 9 bins to each side of its own.
    const N_LOBE: usize = 12;
    let mut worst = f64::NEG_INFINITY;
    for stages in 1..=MAX_STAGES {
        for f_hz in [
            1000.0, 7000.0, 14_000.0, 18_375.0, 20_000.0, 21_000.0, 22_000.0,
        ] {
            // The nearest bin below.
            let bin = (f_hz / 48_000.0 * N as f64) as usize;
            let high = up(
                Oversampler::new,
                stages,
                N_SETTLE + N,
                cosine(bin as f64 / N as f64),
            );
            let spectrum = power_spectrum(
                &high[N_SETTLE << stages..],
                48_000.0 * f64::from(1 << stages),
            );
            assert!((spectrum.db[bin]).abs() < 1e-7);
            for (i, &db) in spectrum.db.iter().enumerate() {
                assert!(db.is_finite());
                if bin.abs_diff(i) > N_LOBE {
                    worst = worst.max(db);
                }
            }
        }
    }
    assert!(worst <= TOL_IMAGE_DB, "{worst} dB");
}

#[test]
fn nothing_folds_to_20_khz_or_below_above_minus_100_db() {
    const N: usize = 1024;
    const PASS: f64 = 22.0 / 48.0;
    let mut worst = f64::NEG_INFINITY;
    for stages in 1..=MAX_STAGES {
        // Around each multiple of the host's rate lies a band that folds into the pass-band.
        for multiple in 1..=1usize << (stages - 1) {
            for i in -11..=11 {
                let offset = PASS * f64::from(i) / 11.0;
                if i == 0 || 2 * multiple == 1 << stages && 0 < i {
                    continue;
                }
                let f = (multiple as f64 + offset) / f64::from(1 << stages);
                let low = down(Oversampler::new, stages, N_SETTLE + N, cosine(f));
                let db = harmonics(&low[N_SETTLE..], 1.0, offset.abs(), 1)[0].db;
                assert!(!db.is_nan());
                worst = worst.max(db);
            }
        }
    }
    assert!(worst <= TOL_ALIAS_DB, "{worst} dB");
}

#[test]
fn delay_is_the_centroid_of_the_impulse_response_and_within_a_tenth_of_the_latency() {
    for (stages, expected) in RESIDUAL_SAMPLES.into_iter().enumerate() {
        let mut oversampler = Oversampler::new(stages);
        let mut x = vec![f64x2::ZERO; 4096];
        x[0] = f64x2::splat(1.0);
        let h = round_trip(&mut oversampler, &x);

        let sum: f64 = h.iter().map(|h| h[1]).sum();
        let moment: f64 = h.iter().enumerate().map(|(i, h)| i as f64 * h[1]).sum();
        let error = moment / sum - oversampler.delay_samples();
        assert!(
            error.abs() <= TOL_DELAY_SAMPLES,
            "{stages} stages: {error:e} samples"
        );

        let residual = oversampler.delay_samples() - LATENCY_SAMPLES as f64;
        let error = residual - expected;
        assert!(error.abs() <= 0.5e-4, "{stages} stages: {residual} samples");
    }
}

#[test]
fn a_low_note_comes_out_in_step_with_the_latency() {
    const F: f64 = 100.0 / 48_000.0;
    for (stages, residual) in RESIDUAL_SAMPLES.into_iter().enumerate() {
        let cosine = cosine(F);
        let x: Vec<f64x2> = (0..9600).map(|i| f64x2::splat(cosine(i))).collect();
        let y = round_trip(&mut Oversampler::new(stages), &x);
        let left: Vec<f64> = y[N_SETTLE..].iter().map(|lanes| lanes[0]).collect();
        let Harmonic { phase, .. } = harmonics(&left, 1.0, F, 1)[0];
        // The window begins N_SETTLE samples in; turns are counted from there.
        let turns = F * N_SETTLE as f64 - phase / TAU;
        let delay = (turns - turns.round()) / F;
        let error = delay - LATENCY_SAMPLES as f64 - residual;
        assert!(
            error.abs() <= TOL_LOW_NOTE_SAMPLES,
            "{stages} stages: {error:e} samples"
        );
    }
}

/// Group delay at a frequency, from the phases a little to each side, in samples.
fn group_delay(mode: Mode, stages: usize, rate: f64, f_hz: f64) -> f64 {
    const STEP_HZ: f64 = 10.0;
    let phase = |f_hz: f64| {
        let cosine = cosine(f_hz / rate);
        let x: Vec<f64x2> = (0..N_SETTLE + rate as usize / 10)
            .map(|i| f64x2::splat(cosine(i)))
            .collect();
        let y = round_trip(&mut mode(stages), &x);
        let left: Vec<f64> = y[N_SETTLE..].iter().map(|lanes| lanes[0]).collect();
        harmonics(&left, rate, f_hz, 1)[0].phase / TAU - f_hz / rate * N_SETTLE as f64
    };
    let turns = phase(f_hz - STEP_HZ) - phase(f_hz + STEP_HZ);
    (turns - turns.round()) * rate / (2.0 * STEP_HZ)
}

#[test]
fn the_phase_bends_towards_20_khz() {
    let delay = group_delay(Oversampler::new, MAX_STAGES, 48e3, 20e3);
    // Analytic.
    let bent = delay - LATENCY_SAMPLES as f64 - RESIDUAL_SAMPLES[MAX_STAGES];
    assert!((bent - 8.246).abs() < 0.001, "{bent} samples");
}

#[test]
fn linear_phase_delays_every_frequency_by_the_latency() {
    let mut worst: f64 = 0.0;
    for stages in 0..=MAX_STAGES {
        for f_hz in [120.0, 500.0, 2e3, 5e3, 9e3, 13e3, 16e3, 17.9e3] {
            let delay = group_delay(Oversampler::linear_phase, stages, 44.1e3, f_hz);
            let error = delay - LATENCY_SAMPLES as f64;
            assert!(error.is_finite());
            worst = worst.max(error.abs());
        }
        // At 20 Hz by symmetry: as far as the response reaches, it is the same backwards.
        let mut x = vec![f64x2::ZERO; 2 * LATENCY_SAMPLES + 1];
        x[0] = f64x2::ONE;
        let h = round_trip(&mut Oversampler::linear_phase(stages), &x);
        for (one, other) in h.iter().zip(h.iter().rev()) {
            assert!((one[0] - other[0]).abs() < 1e-16, "{stages} stages");
        }
    }
    println!("group delay within {worst:e} samples");
    assert!(worst <= TOL_LINEAR_DELAY_SAMPLES, "{worst:e} samples");
}

#[test]
fn linear_phase_is_flat_to_18_khz_at_44_1_khz() {
    let (rate, mut worst) = (44.1e3, 0.0f64);
    for stages in 0..=MAX_STAGES {
        for f_hz in [500.0, 1e3, 5e3, 10e3, 15e3, 17e3, LINEAR_PASS_HZ] {
            let cosine = cosine(f_hz / rate);
            let x: Vec<f64x2> = (0..N_SETTLE + 4410)
                .map(|i| f64x2::splat(cosine(i)))
                .collect();
            let y = round_trip(&mut Oversampler::linear_phase(stages), &x);
            let left: Vec<f64> = y[N_SETTLE..].iter().map(|lanes| lanes[0]).collect();
            let gain_db = harmonics(&left, rate, f_hz, 1)[0].db;
            assert!(gain_db.is_finite());
            worst = worst.max(gain_db.abs());
        }
    }
    println!("flat within {worst:e} dB");
    assert!(worst <= TOL_LINEAR_PASS_BAND_DB, "{worst:e} dB");
}

#[test]
fn linear_phase_keeps_images_and_aliases_under_102_db() {
    const N: usize = 4096;
    const N_LOBE: usize = 12;
    let rate = 44.1e3;
    let mut worst = [f64::NEG_INFINITY; 2];
    for stages in 1..=MAX_STAGES {
        for f_hz in [1e3, 7e3, 14e3, 17e3, LINEAR_PASS_HZ] {
            let bin = (f_hz / rate * N as f64) as usize;
            let cosine = cosine(bin as f64 / N as f64);
            let high = up(Oversampler::linear_phase, stages, N_SETTLE + N, cosine);
            let high = &high[N_SETTLE << stages..];
            let spectrum = power_spectrum(high, rate * f64::from(1 << stages));
            for (i, &db) in spectrum.db.iter().enumerate() {
                if bin.abs_diff(i) > N_LOBE {
                    worst[0] = worst[0].max(db);
                }
            }
        }
        for multiple in 1..=1usize << (stages - 1) {
            for i in [-9, -5, -1, 1, 5, 9] {
                let offset = LINEAR_PASS_HZ / rate * f64::from(i) / 9.0;
                if 2 * multiple == 1 << stages && 0 < i {
                    continue;
                }
                let f = (multiple as f64 + offset) / f64::from(1 << stages);
                let low = down(
                    Oversampler::linear_phase,
                    stages,
                    N_SETTLE + 1024,
                    self::cosine(f),
                );
                let db = harmonics(&low[N_SETTLE..], 1.0, offset.abs(), 1)[0].db;
                worst[1] = worst[1].max(db);
            }
        }
    }
    println!("images {:.2} dB, aliases {:.2} dB", worst[0], worst[1]);
    assert!(
        worst.iter().all(|db| *db <= TOL_LINEAR_STOP_DB),
        "{worst:?} dB"
    );
}

#[test]
fn the_solver_is_reached_at_the_same_time_in_every_mode() {
    for mode in MODES {
        for stages in 0..=MAX_STAGES {
            let late = mode(stages).delay_to_solver() - SAMPLES_TO_SOLVER as f64;
            assert!(
                (-0.63..=0.0).contains(&late),
                "{stages} stages: {late} samples"
            );
        }
    }
}

#[test]
fn reset_is_as_good_as_new_and_lanes_do_not_meet() {
    for (mode, stages) in every_mode() {
        let noise = |seed: u64| {
            let mut state = seed;
            std::iter::repeat_with(move || {
                state = state
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1_442_695_040_888_963_407);
                (state >> 11) as f64 / (1u64 << 53) as f64 - 0.5
            })
        };
        let x: Vec<f64x2> = noise(1)
            .zip(noise(2))
            .take(300)
            .map(|(l, r)| f64x2::new([l, r]))
            .collect();
        let alone: Vec<f64x2> = noise(1).take(300).map(|l| f64x2::new([l, 0.0])).collect();

        let mut oversampler = mode(stages);
        let first = round_trip(&mut oversampler, &x);
        oversampler.reset();
        assert_eq!(first, round_trip(&mut oversampler, &x));
        oversampler.reset();
        let alone = round_trip(&mut oversampler, &alone);
        assert!(
            first
                .iter()
                .zip(&alone)
                .all(|(both, alone)| both[0] == alone[0] && alone[1] == 0.0)
        );
    }
}

#[test]
fn settled_on_a_direct_voltage_it_stays_there() {
    // Measured 0; one unit in the last place is 2.8e-14 V.
    const TOL: f64 = 6e-14;
    // Its ripple, twice; measured 2.5e-5.
    const TOL_LINEAR: f64 = 4e-5 * 180.0;
    let v = f64x2::new([180.0, -4.0]);
    for ((mode, stages), tol) in every_mode().zip(
        [TOL; MAX_STAGES + 1]
            .into_iter()
            .chain([TOL_LINEAR; MAX_STAGES + 1]),
    ) {
        let mut oversampler = mode(stages);
        oversampler.settle(v, v);
        for y in round_trip(&mut oversampler, &[v; 100]) {
            assert!(
                (y[0] - 180.0).abs() <= tol && (y[1] + 4.0).abs() <= tol,
                "{stages} stages: {y:?}"
            );
        }
    }
}
