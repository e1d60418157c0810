//! A steady sine through a rig: harmonics and transfer loops.

use crate::audio::Take;
use crate::failure::Failure;
use crate::player;
use loadline::dsp::Harmonic;
use loadline::dsp::harmonics;
use loadline::dsp::thd;
use loadline::rig::Controls;
use loadline::units::Volts;
use loadline::units::db_to_ratio;
use loadline::units::v_full_scale;
use std::f64::consts::PI;
use std::f64::consts::TAU;

/// A below middle C. A whole number of periods fits a second, so a second at any rate closes on itself.
const FREQUENCY: u64 = 220;
const HARMONICS: usize = 10;

/// Levels of the transfer loops about the level of the harmonics, softest first.
const DRIVES_DB: [f64; 3] = [-6.0, 0.0, 6.0];

/// A second for the rig to settle, and a second to measure.
const SECONDS: usize = 2;

/// Seconds played for one rig.
pub const STEPS: u64 = (SECONDS * DRIVES_DB.len()) as u64;

/// Points of a transfer loop at most.
const POINTS: usize = 2400;

pub struct Sines {
    /// H1, H2, … in dB below the fundamental.
    pub dbc: Vec<f64>,
    /// √(h2² + … + h10²)/h1.
    pub thd: f64,
    /// By how much the fundamental comes out ahead, in rad, −π to π.
    pub phase: f64,
    /// (volts in, volts out after the trim), one loop for each drive level.
    pub loops: Vec<Vec<(Volts, Volts)>>,
}

/// RMS volts of a take's loudest 400 ms, the level at which the sine is played.
pub fn loudest_v_rms(take: &Take, v_full_scale: Volts) -> Volts {
    let block = (take.rate as usize * 2 / 5).clamp(1, take.frames());
    let starts = (0..=take.frames() - block).step_by((block / 4).max(1));
    let power = |start: usize| {
        let samples = take
            .channels
            .iter()
            .flat_map(|channel| &channel[start..start + block]);
        samples.map(|x| f64::from(*x).powi(2)).sum::<f64>() / (block * take.channels.len()) as f64
    };
    starts.map(power).fold(0.0, f64::max).sqrt() * v_full_scale
}

/// Plays the sine at each drive level through the rig that is heard.
pub fn play(
    rate: u32,
    v_rms: Volts,
    trim_db: f64,
    controls: &Controls,
    progress: impl Fn(usize),
) -> Result<Sines, Failure> {
    let gain = db_to_ratio(trim_db);
    let (mut loops, mut tones, mut phase) = (Vec::new(), Vec::new(), 0.0);
    for drive_db in DRIVES_DB {
        let v_peak = v_rms * db_to_ratio(drive_db) * std::f64::consts::SQRT_2;
        let (input, output) = second(rate, v_peak, controls, &progress)?;
        let partials = harmonics(&output, f64::from(rate), FREQUENCY as f64, HARMONICS);
        let ahead = partials
            .first()
            .map_or(0.0, |fundamental| wrap(fundamental.phase + PI / 2.0)); // a sine is −90°
        loops.push(closed_loop(&input, &output, ahead, gain));
        if drive_db == 0.0 {
            (tones, phase) = (partials, ahead);
        }
    }
    let fundamental = tones.first().map_or(0.0, |tone: &Harmonic| tone.db);
    Ok(Sines {
        dbc: tones.iter().map(|tone| tone.db - fundamental).collect(),
        thd: thd(&tones),
        phase,
        loops,
    })
}

/// A second of the sine, in and out, in volts, after a second to settle. It starts at a zero crossing.
fn second(
    rate: u32,
    v_peak: Volts,
    controls: &Controls,
    progress: impl Fn(usize),
) -> Result<(Vec<Volts>, Vec<Volts>), Failure> {
    let v_full_scale = v_full_scale(controls.calibration_dbu);
    let n = rate as usize;
    let input: Vec<Volts> = (0..n as u64)
        .map(|i| v_peak * (TAU * turn(i, n)).sin())
        .collect();
    let samples = input
        .iter()
        .cycle()
        .take(SECONDS * n)
        .map(|v| (v / v_full_scale) as f32)
        .collect();
    let played = player::play(
        &Take {
            rate,
            channels: vec![samples],
        },
        controls,
        progress,
    )?;
    let output = played.take.channels[0][(SECONDS - 1) * n..]
        .iter()
        .map(|x| f64::from(*x) * v_full_scale)
        .collect();
    Ok((input, output))
}

/// Part of a period at sample `i`, 0 to 1, without rounding.
fn turn(i: u64, n: usize) -> f64 {
    (i * FREQUENCY % n as u64) as f64 / n as f64
}

/// One period, gathered from a second and ordered by phase, with the fundamental's shift taken out (an inverted
/// output stays inverted).
fn closed_loop(input: &[Volts], output: &[Volts], ahead: f64, gain: f64) -> Vec<(Volts, Volts)> {
    let n = input.len();
    let shift = if ahead.abs() > PI / 2.0 {
        ahead - PI.copysign(ahead)
    } else {
        ahead
    };
    let late = shift / TAU * n as f64 / FREQUENCY as f64; // samples
    let at = |i: usize| {
        let place = (i as f64 - late).rem_euclid(n as f64);
        let (before, part) = (place as usize % n, place.fract());
        gain * (output[before] * (1.0 - part) + output[(before + 1) % n] * part)
    };
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by(|a, b| turn(*a as u64, n).total_cmp(&turn(*b as u64, n)));
    order.dedup_by(|a, b| turn(*a as u64, n) == turn(*b as u64, n));
    order
        .iter()
        .step_by(order.len().div_ceil(POINTS))
        .map(|i| (input[*i], at(*i)))
        .collect()
}

fn wrap(phase: f64) -> f64 {
    (phase + PI).rem_euclid(TAU) - PI
}

pub fn describe(dbu: f64) -> String {
    format!("{FREQUENCY} Hz sine at {dbu:.1} dBu, the level of the take's loudest 0.4 s")
        .replace('-', "\u{2212}")
}

pub fn describe_transfer(dbu: f64, phases: [f64; 2]) -> String {
    let [a, b] = phases.map(|phase| format!("{:.0}°", phase.to_degrees()));
    let [soft, _, loud] = DRIVES_DB;
    let text = format!(
        "{FREQUENCY} Hz sine, {soft}, 0 and +{loud} dB about {dbu:.1} dBu; its phase shift is taken out: A {a}, B {b}"
    );
    text.replace('-', "\u{2212}")
}
