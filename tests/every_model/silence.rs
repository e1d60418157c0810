//! After a loud take every rig falls silent, falls asleep, and wakes as if it had never slept.

use crate::rigs::models;
use loadline::rig::Channels;
use loadline::rig::Controls;
use loadline::rig::Library;
use loadline::rig::Oversampling;
use loadline::rig::Pair;
use loadline::rig::RigControls;
use loadline::rig::Side;
use loadline::rig::Slot;
use std::f64::consts::TAU;

const RATE: f64 = 48e3;
/// Samples of the tone, loud before the silence, and again after it.
const LOUD: usize = 4800;
const AGAIN: usize = 2400;
/// Samples of silence at most.
const QUIET: usize = 33 * 48_000;
/// Samples of sleep.
const ASLEEP: usize = 5 * 48_000;
const BLOCK: usize = 480;
/// What is fed instead of silence to a rig that may not sleep.
const NEARLY_NOTHING: f32 = 1e-30;

/// Of the take after the sleep from that of a rig that was awake meanwhile, RMS, re the peak of the loud tone or full scale.
/// Measured −77 (class-A transistor: one corner that is solved in other parts, −43 for two samples), −93 and −102 (300B and
/// single-ended EL84, whose cores' remanence goes on creeping for half an hour), then −121.
const TOL_AWAKE_DB: f64 = -74.0;
/// What is not heard, of the loud tone's peak.
const NOTHING: f32 = 1e-6;

struct Night {
    /// Samples from the last of the tone to the last that is heard, and to sleep.
    tail: usize,
    awake: usize,
    /// RMS of the difference after waking, re the peak of the loud tone or full scale: a single corner may be solved in other
    /// parts.
    off: f64,
}

fn tone(k: usize) -> f32 {
    (0.5 * (TAU * 220.0 / RATE * k as f64).sin()) as f32
}

fn block(pair: &mut Pair, controls: &Controls, input: impl Fn(usize) -> f32) -> Vec<f32> {
    let (mut left, mut right): (Vec<f32>, Vec<f32>) =
        (0..BLOCK).map(|k| (input(k), input(k))).unzip();
    pair.process(&mut left, &mut right, controls);
    left
}

/// Plays a tone, silence until the rig sleeps, and the tone again, beside a rig that can't sleep.
fn night(rig: &RigControls, library: &Library) -> Night {
    let mut controls = Controls::default();
    controls.rigs[0] = *rig;
    let mut sleeper = Pair::new(RATE, &controls, library).unwrap();
    let mut other = Pair::new(RATE, &controls, library).unwrap();
    let both = |sleeper: &mut Pair, other: &mut Pair, at: usize, quiet: bool| {
        let heard = |k: usize| if quiet { 0.0 } else { tone(at + k) };
        let out = block(sleeper, &controls, heard);
        let beside = block(other, &controls, |k| {
            if quiet { NEARLY_NOTHING } else { tone(at + k) }
        });
        (out, beside)
    };
    let mut peak = 0.0f32;
    for at in (0..LOUD).step_by(BLOCK) {
        let (out, _) = both(&mut sleeper, &mut other, at, false);
        peak = out.iter().fold(peak, |peak, y| peak.max(y.abs()));
    }
    let mut quiet = Vec::new();
    sleeper.take_levels(Side::A);
    for at in (0..QUIET).step_by(BLOCK) {
        quiet.extend(both(&mut sleeper, &mut other, at, true).0);
        if sleeper.take_levels(Side::A).samples == 0 {
            break;
        }
    }
    // Some rest off 0: a bias that the feedback hands on.
    let rest = quiet.last().copied().unwrap_or(0.0);
    let heard = |y: &f32| (y - rest).abs() > NOTHING * peak.max(1.0);
    for at in (0..ASLEEP).step_by(BLOCK) {
        both(&mut sleeper, &mut other, at, true);
    }
    let mut power = 0.0;
    for at in (0..AGAIN).step_by(BLOCK) {
        let (out, beside) = both(&mut sleeper, &mut other, at, false);
        for (a, b) in out.iter().zip(&beside) {
            power += f64::from(a - b).powi(2);
        }
    }
    Night {
        tail: quiet.iter().rposition(heard).unwrap_or(0),
        awake: quiet.len(),
        off: (power / AGAIN as f64).sqrt() / f64::from(peak.max(1.0)),
    }
}

#[test]
fn every_model_falls_asleep_and_wakes_as_it_was() {
    let library = Library::factory();
    let mut worst = (0, 0, 0.0f64);
    let mut sleepless = Vec::new();
    for (name, mut rig) in models(&library) {
        rig.choices.oversampling = Oversampling::X1;
        let found = night(&rig, &library);
        let db = 20.0 * found.off.log10();
        println!(
            "{name}: heard for {:.2} s, asleep after {:.2} s, wakes within {db:.0} dB",
            found.tail as f64 / RATE,
            found.awake as f64 / RATE,
        );
        if found.awake >= QUIET {
            sleepless.push(name);
            continue;
        }
        worst = (
            worst.0.max(found.tail),
            worst.1.max(found.awake),
            worst.2.max(found.off),
        );
    }
    println!("sleepless: {sleepless:?}");
    let db = 20.0 * worst.2.log10();
    assert!(db <= TOL_AWAKE_DB, "{db:.1} dB");
    assert!(worst.0 as f64 <= TAIL * RATE, "{} samples", worst.0);
    assert!(worst.1 as f64 <= AWAKE * RATE, "{} samples", worst.1);
    // Its converters' dither is noise that is heard.
    assert_eq!(sleepless, ["preamp digital_in"]);
}

/// Of every circuit, in s: what hosts are told. Measured 9.8.
const TAIL: f64 = 10.0;
/// Until the last is asleep, in s: a tail that nobody hears and 20 s. Measured 28.2.
const AWAKE: f64 = 30.0;

#[test]
fn what_makes_noise_of_its_own_never_sleeps() {
    let library = Library::factory();
    let mut controls = Controls::default();
    let asleep = |controls: &Controls| {
        let mut pair = Pair::new(RATE, controls, &library).unwrap();
        block(&mut pair, controls, tone);
        for _ in 0..600 {
            block(&mut pair, controls, |_| 0.0);
        }
        pair.take_levels(Side::A);
        block(&mut pair, controls, |_| 0.0);
        (pair.take_levels(Side::A).samples == 0, pair.tail_samples())
    };
    let (sleeps, tail) = asleep(&controls);
    assert!(sleeps && tail.is_some_and(|tail| tail as f64 >= TAIL * RATE));
    controls.rigs[0].choices.noise = Some(1);
    assert_eq!(asleep(&controls), (false, None));
}

#[test]
fn a_knob_wakes() {
    let library = Library::factory();
    let mut controls = Controls::default();
    let mut pair = Pair::new(RATE, &controls, &library).unwrap();
    block(&mut pair, &controls, tone);
    for _ in 0..600 {
        block(&mut pair, &controls, |_| 0.0);
    }
    pair.take_levels(Side::A);
    block(&mut pair, &controls, |_| 0.0);
    assert_eq!(pair.take_levels(Side::A).samples, 0);
    controls.rigs[0].knobs[(Slot::Preamp, "gain")] = 0.9;
    pair.take_levels(Side::A);
    block(&mut pair, &controls, |_| 0.0);
    assert!(pair.take_levels(Side::A).samples > 0);
}

/// Samples of a stretch of [`SCRIPT`]: whole blocks.
const STRETCH: usize = 50 * BLOCK;

/// What is told at the beginning of each stretch, and whether there is a tone in it.
type Told = (fn(&mut Controls), bool);

const SCRIPT: [Told; 12] = [
    (|_| (), true),
    (|controls| controls.calibration_dbu = 9.0, false),
    (|_| (), false),
    (|_| (), false),
    (|controls| controls.rigs[0].trim_db -= 3.0, false),
    (|controls| controls.channels = Channels::MidSide, true),
    (|_| (), false),
    (|controls| controls.side = Side::B, false),
    (|controls| controls.rigs[1].inverted = true, true),
    (|controls| controls.bypass = true, true),
    (|_| (), false),
    (|controls| controls.bypass = false, false),
];

/// Told anew before each sample, a pair does everything for each sample; told once a block, it does what is needed.
#[test]
fn what_stands_still_is_left_alone_bit_for_bit() {
    let library = Library::factory();
    let mut controls = Controls::default();
    for rig in &mut controls.rigs {
        rig.choices[Slot::Preamp] = library.find(Slot::Preamp, "none").unwrap();
        rig.choices.oversampling = Oversampling::X1;
    }
    let mut lazy = Pair::new(RATE, &controls, &library).unwrap();
    let mut busy = Pair::new(RATE, &controls, &library).unwrap();
    let (mut slept, mut lazily, mut busily) = (0, Vec::new(), Vec::new());
    for (stretch, (tell, sounds)) in SCRIPT.iter().enumerate() {
        tell(&mut controls);
        for at in (0..STRETCH).step_by(BLOCK) {
            let input = |k: usize| f32::from(*sounds) * tone(stretch * STRETCH + at + k);
            let side = controls.side;
            lazy.take_levels(side);
            lazily.extend(block(&mut lazy, &controls, input));
            slept += usize::from(lazy.take_levels(side).samples == 0);
            for k in 0..BLOCK {
                let (mut left, mut right) = ([input(k)], [input(k)]);
                busy.process(&mut left, &mut right, &controls);
                busily.extend(left);
            }
        }
    }
    let differs = (0..lazily.len()).find(|k| lazily[*k].to_bits() != busily[*k].to_bits());
    assert_eq!(differs, None, "samples of {}", lazily.len());
    assert!(slept > 50 && lazily.iter().any(|y| *y != 0.0), "{slept}");
}
