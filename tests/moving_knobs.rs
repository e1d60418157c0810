//! A knob that turns sounds as if the circuit were built anew at every step.

use loadline::circuit::Deck;
use loadline::circuit::Netlist;
use loadline::circuit::OperatingPoint;
use loadline::circuit::Solver;
use loadline::rig::CONTROL_TICK;
use std::path::Path;
use wide::f64x2;

const RATE: f64 = 192_000.0;
/// Steps of a control tick at 48 kHz and four times that.
const TICK: u32 = 4 * CONTROL_TICK;
/// The gain pot goes over its whole range in 50 ms.
const RAMP_STEPS: usize = 9600;
/// Where the ramp sets off, when the start is over, in steps.
const START: usize = 9600;
const STEPS: usize = 38_400;

/// Plays a tone while the gain goes from 0 to 1, its coefficients built every `every` steps.
fn play(deck: &str, peak: f64, every: u32) -> Vec<f64> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("plugin-assets/circuits/preamps");
    let mut deck = Deck::open(&path.join(deck)).unwrap();
    deck.set_live("gain", 0.0).unwrap();
    let point = OperatingPoint::solve(Netlist::expand(&deck).unwrap()).unwrap();
    let mut solver = Solver::new(&point, RATE, &["out"]).unwrap();
    let gain = |step: usize| (step.saturating_sub(START) as f64 / RAMP_STEPS as f64).min(1.0);
    let mut step = |k: usize| {
        if k.is_multiple_of(every as usize) {
            solver.glide(&[gain(k + every as usize)], every);
        }
        let phase = k as f64 / RATE * std::f64::consts::TAU;
        solver.tick(f64x2::splat(
            peak * ((220.0 * phase).sin() + 0.3 * (1310.0 * phase).sin()),
        ));
        solver.probe(0).to_array()[0]
    };
    (0..STEPS).map(&mut step).collect()
}

/// Root mean square of what changes.
fn rms(y: &[f64]) -> f64 {
    let mean = y.iter().sum::<f64>() / y.len() as f64;
    (y.iter().map(|y| (y - mean).powi(2)).sum::<f64>() / y.len() as f64).sqrt()
}

/// The promise, in dB, for every row below.
const PROMISE_DB: f64 = -80.0;

#[test]
fn a_gain_ramp_is_that_of_a_rebuild_at_every_step() {
    for (deck, peak, measured) in [
        ("tube_two_stage.cir", 0.02, -94.6),
        ("tube_two_stage.cir", 0.5, -83.2),
        ("opamp_baxandall.cir", 0.02, -90.4),
        ("opamp_baxandall.cir", 0.5, -82.5),
    ] {
        let exact = play(deck, peak, 1);
        let glided = play(deck, peak, TICK);
        let ramp = START..START + RAMP_STEPS + 4800;
        let error: Vec<f64> = glided.iter().zip(&exact).map(|(a, b)| a - b).collect();
        assert!(error.iter().all(|e| e.is_finite()));
        let db = 20.0 * (rms(&error[ramp.clone()]) / rms(&exact[ramp])).log10();
        println!("{deck} {peak} V: {db:.1} dB");
        assert!(
            db <= PROMISE_DB && db <= measured + 3.0,
            "{deck} {peak} V: {db:.1} dB"
        );
    }
}

/// A sweep may reach beyond what the knob's ends give, by what its couplers recharge.
const BEYOND: f64 = 3.0;

/// Highest voltage at the output, and missed steps, while a knob goes from one value to another in 50 ms.
fn sweep(deck: &Path, knob: &str, ends: [f64; 2], rate: f64) -> (f64, u64) {
    let mut deck = Deck::open(deck).unwrap();
    deck.set_live(knob, ends[0]).unwrap();
    let point = OperatingPoint::solve(Netlist::expand(&deck).unwrap()).unwrap();
    let mut solver = Solver::new(&point, rate, &["out"]).unwrap();
    let ramp = (0.05 * rate) as usize;
    let rest = solver.probe(0).to_array()[0];
    let mut peak = 0.0f64;
    for k in 0..2 * ramp {
        if k.is_multiple_of(TICK as usize) && k < ramp {
            let turn = ((k + TICK as usize) as f64 / ramp as f64).min(1.0);
            solver.glide(&[ends[0] + (ends[1] - ends[0]) * turn], TICK);
        }
        let phase = k as f64 / rate * std::f64::consts::TAU;
        solver.tick(f64x2::splat(0.1 * (220.0 * phase).sin()));
        peak = peak.max((solver.probe(0).to_array()[0] - rest).abs());
    }
    (peak, solver.readings().misses)
}

/// A pot that leaves its end stop changes by more than any straight way of coefficients bears.
#[test]
fn no_knob_runs_away_from_its_end_stop() {
    for deck in ["tube_two_stage", "tube_high_gain"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join(format!("plugin-assets/circuits/preamps/{deck}.cir"));
        for knob in ["gain", "bass", "mid", "treble"] {
            let still = |at: f64| sweep(&path, knob, [at, at], 48e3).0;
            let most = BEYOND * still(0.0).max(still(1.0));
            for rate in [48e3, 192e3, 768e3] {
                for ends in [[0.0, 1.0], [1.0, 0.0]] {
                    let (peak, misses) = sweep(&path, knob, ends, rate);
                    println!("{deck} {knob} {ends:?} at {rate}: {peak:.2} V of {most:.2} V");
                    assert!(
                        peak <= most && misses == 0,
                        "{deck} {knob} {ends:?} at {rate}: {peak} V, {misses} misses"
                    );
                }
            }
        }
    }
}
