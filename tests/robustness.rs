//! Bad input: never a number that is none, never stuck, and over as soon as the circuit itself is over it.

use loadline::circuit::Deck;
use loadline::circuit::Netlist;
use loadline::circuit::OperatingPoint;
use loadline::circuit::Solver;
use std::f64::consts::TAU;
use std::fs;
use std::path::Path;
use std::path::PathBuf;
use wide::f64x2;

/// Rates as host rate and oversampling, and how much finer the engine is that tells how fast the circuit recovers.
const RATES: [(f64, usize, usize); 2] = [(44_100.0, 1, 8), (48_000.0, 4, 2)];
/// The abuse, the quiet after it, and the tone that is compared, in s.
const ABUSE: f64 = 0.05;
const QUIET: f64 = 0.1;
const TONE: f64 = 0.1;
const V_TONE: f64 = 0.05;

/// Volts at a time in seconds.
type Waveform = fn(f64) -> f64;

/// Bad input that is a number.
const BAD: [(&str, Waveform); 5] = [
    ("1000 V sine", |t| 1e3 * (TAU * 997.0 * t).sin()),
    ("1000 V at once", |_| 1e3),
    ("DC steps", |t| 100.0 * sign((t * 50.0).fract() < 0.5)),
    ("20 kHz square", |t| 10.0 * sign((t * 2e4).fract() < 0.5)),
    ("1000 V 20 kHz square", |t| {
        1e3 * sign((t * 2e4).fract() < 0.5)
    }),
];

fn sign(is_up: bool) -> f64 {
    if is_up { 1.0 } else { -1.0 }
}

fn decks(folders: &[&str]) -> Vec<PathBuf> {
    let list = |folder: &&str| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        fs::read_dir(folder)
            .unwrap()
            .map(|file| file.unwrap().path())
    };
    let files = folders.iter().flat_map(list);
    let mut decks: Vec<PathBuf> = files
        .filter(|path| path.extension().is_some_and(|e| e == "cir"))
        .collect();
    decks.sort();
    decks
}

const ORDINARY: [&str; 2] = ["tests/circuits", "plugin-assets/circuits/preamps"];
const BISTABLE: [&str; 1] = ["tests/circuits/bistable"];

fn point(path: &Path) -> OperatingPoint {
    let netlist = Netlist::expand(&Deck::open(path).unwrap()).unwrap();
    OperatingPoint::solve(netlist).unwrap_or_else(|why| panic!("{why}"))
}

/// Bad input, quiet and a tone at `rate`.
fn session(rate: f64, bad: impl Fn(usize) -> f64) -> Vec<f64> {
    let count = |time: f64| (time * rate) as usize;
    let tone = |k: usize| V_TONE * (TAU * 220.0 * k as f64 / rate).sin();
    let bad = (0..count(ABUSE)).map(bad);
    let quiet = std::iter::repeat_n(0.0, count(QUIET));
    bad.chain(quiet).chain((0..count(TONE)).map(tone)).collect()
}

/// What an engine makes of `input` after the quiet when it takes `finer` steps a sample, the input on straight lines. No
/// miss then, and never a value that is not finite.
fn play(point: &OperatingPoint, rate: f64, finer: usize, input: &[f64]) -> Vec<f64> {
    let mut solver = Solver::new(point, rate * finer as f64, &["out"]).unwrap();
    let (mut out, mut last, mut misses) = (Vec::with_capacity(input.len()), 0.0, 0);
    let after = ((ABUSE + QUIET) * rate) as usize;
    for (k, v) in input.iter().enumerate() {
        if k == after {
            misses = solver.readings().misses;
        }
        for part in 1..=finer {
            let share = part as f64 / finer as f64;
            let v = if finer == 1 {
                *v
            } else {
                last + (v - last) * share
            };
            solver.tick(f64x2::new([v, 0.0]));
        }
        last = *v;
        let [y, untouched] = solver.probe(0).to_array();
        assert!(y.is_finite() && untouched.is_finite(), "{v} V gives {y} V");
        out.push(y);
    }
    assert_eq!(solver.readings().misses, misses, "misses go on");
    out.split_off(after)
}

fn rms(y: impl Iterator<Item = f64>) -> f64 {
    y.map(|y| y * y).sum::<f64>().sqrt()
}

/// Distance of two takes, relative to the second's change about its mean.
fn distance(y: &[f64], untouched: &[f64]) -> f64 {
    let mean = untouched.iter().sum::<f64>() / untouched.len() as f64;
    rms(y.iter().zip(untouched).map(|(a, b)| a - b)) / rms(untouched.iter().map(|y| y - mean))
}

#[test]
fn decks_recover_as_fast_as_their_capacitors() {
    let mut worst = Vec::new();
    for name in RECOVERING {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join(name)
            .with_extension("cir");
        let point = point(&path);
        for (host, factor, finer) in RATES {
            let rate = host * factor as f64;
            let clean = session(rate, |_| 0.0);
            let untouched = [1, finer].map(|finer| play(&point, rate, finer, &clean));
            for (what, bad) in BAD {
                let input = session(rate, |k| bad(k as f64 / rate));
                let [ours, own] = [(1, &untouched[0]), (finer, &untouched[1])]
                    .map(|(finer, clean)| distance(&play(&point, rate, finer, &input), clean));
                let name = path.file_stem().unwrap().to_str().unwrap().to_string();
                worst.push((
                    ours - MOST * own,
                    format!("{name} at {rate} Hz, {what}: {ours:.4}, its own {own:.4}"),
                ));
            }
        }
    }
    worst.sort_by(|a, b| b.0.total_cmp(&a.0));
    for (_, line) in worst.iter().take(12) {
        println!("{line}");
    }
    assert!(worst[0].0 <= TOL_RECOVERY, "{}", worst[0].1);
}

/// Decks whose capacitors let go within the quiet.
const RECOVERING: [&str; 6] = [
    "plugin-assets/circuits/preamps/tube_two_stage",
    "plugin-assets/circuits/preamps/opamp_baxandall",
    "tests/circuits/feedback_clipper",
    "tests/circuits/fuzz_pair",
    "tests/circuits/jfet_buffer",
    "tests/circuits/mosfet_boost",
];
/// Of the distance from rest that the circuit itself still has; measured 1.2, an overdrive at 44.1 kHz.
const MOST: f64 = 1.5;
/// Beyond that, relative to the tone.
const TOL_RECOVERY: f64 = 1e-3;

#[test]
fn what_is_no_number_is_silence() {
    for path in decks(&ORDINARY).into_iter().chain(decks(&BISTABLE)) {
        let point = point(&path);
        let none = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY];
        let bad = session(48e3, |k| none[k % 3]);
        let silent = session(48e3, |_| 0.0);
        let [bad, silent] = [bad, silent].map(|input| play(&point, 48e3, 1, &input));
        assert!(bad == silent, "{}", path.display());
    }
}

/// Relative to 1 V.
const TOL_SUBNORMAL: f64 = 1e-9;

#[test]
fn subnormal_input_is_silence() {
    for path in decks(&ORDINARY) {
        let point = point(&path);
        let [small, silent] = [1e-310, 0.0].map(|v| {
            let input = session(48e3, |k| v * (k % 3) as f64);
            play(&point, 48e3, 1, &input)
        });
        let off = small.iter().zip(&silent).map(|(a, b)| (a - b).abs());
        let off = off.fold(0.0, f64::max);
        assert!(off <= TOL_SUBNORMAL, "{}: {off:e} V", path.display());
    }
}

#[test]
fn bistable_circuits_stay_finite_and_come_unstuck() {
    for path in decks(&BISTABLE) {
        let point = point(&path);
        for (host, factor, _) in RATES {
            let rate = host * factor as f64;
            for (_, bad) in BAD {
                play(&point, rate, 1, &session(rate, |k| bad(k as f64 / rate)));
            }
        }
    }
}

/// No circuit of tubes follows 10³⁰ V, and every part of such a step misses.
#[test]
fn a_step_misses_once() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/circuits/mu_amp.cir");
    let mut solver = Solver::new(&point(&path), 48e3, &["out"]).unwrap();
    for step in 0..4800 {
        solver.tick(f64x2::splat(1e30 * sign(step % 2 == 0)));
    }
    let readings = solver.readings();
    println!("{} of {} steps", readings.misses, readings.steps);
    assert!((1..=readings.steps).contains(&readings.misses));
}
