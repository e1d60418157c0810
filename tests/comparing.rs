//! A set against B: the difference, what the rig costs that is not heard, and equal distortion.

use loadline::dsp::harmonics;
use loadline::dsp::thd;
use loadline::rig::Controls;
use loadline::rig::F_THD;
use loadline::rig::Library;
use loadline::rig::Listen;
use loadline::rig::Other;
use loadline::rig::Pair;
use loadline::rig::SameThdError;
use loadline::rig::Side;
use loadline::rig::Slot;
use loadline::rig::THD_TOLERANCE;
use loadline::rig::same_thd;
use rtrb::RingBuffer;
use std::f64::consts::TAU;

const RATE: f64 = 48_000.0;

/// A guitar-like tone, plucked again every half second.
fn take(n: usize) -> Vec<f32> {
    let tone = |k: usize| {
        let t = (k % 24_000) as f64 / RATE;
        let partial = |h: u32| (TAU * 110.0 * f64::from(h) * t).sin() / f64::from(h * h);
        (1..8).map(partial).sum::<f64>() * (-t * 3.0).exp() * 0.3
    };
    (0..n).map(|k| tone(k) as f32).collect()
}

fn new(controls: &Controls) -> Pair {
    Pair::new(RATE, controls, &Library::factory()).unwrap()
}

fn play(pair: &mut Pair, input: &[f32], controls: &Controls, block: usize) -> Vec<f32> {
    let (mut left, mut right) = (input.to_vec(), input.to_vec());
    for (left, right) in left.chunks_mut(block).zip(right.chunks_mut(block)) {
        pair.process(left, right, controls);
    }
    left
}

/// Both rigs alike.
fn alike() -> Controls {
    let mut controls = Controls::default();
    controls.rigs[1] = controls.rigs[0];
    controls
}

fn rms_db(signal: &[f32]) -> f64 {
    let power = signal.iter().map(|x| f64::from(*x).powi(2)).sum::<f64>() / signal.len() as f64;
    10.0 * power.log10()
}

#[test]
fn identical_rigs_null_to_the_last_bit() {
    let controls = Controls {
        listen: Listen::Difference,
        ..alike()
    };
    let out = play(&mut new(&controls), &take(24_000), &controls, 64);
    assert!(out.iter().all(|x| *x == 0.0));
}

/// In dBFS, of a rig that has played for two seconds less one that woke a second ago; measured −133.5. Its coupling
/// capacitors come to where those of the other are.
const TOL_WOKEN: f64 = -120.0;

#[test]
fn a_rig_that_has_woken_nulls() {
    let (input, mut controls) = (take(240_000), alike());
    let mut pair = new(&controls);
    play(&mut pair, &input[..96_000], &controls, 64);
    controls.listen = Listen::Difference;
    let out = play(&mut pair, &input[96_000..], &controls, 64);
    for (tenth, out) in out.chunks(4800).enumerate().take(12) {
        println!("after {} ms: {:.1} dBFS", 100 * tenth, rms_db(out));
    }
    let left = rms_db(&out[48_000..96_000]);
    assert!(left <= TOL_WOKEN, "{left:.1} dBFS");
}

#[test]
fn the_difference_is_the_heard_rig_less_the_other() {
    let input = take(24_000);
    let mut controls = Controls::default();
    controls.comparison.match_db = [1.0, -4.0];
    let [a, b] = Side::BOTH.map(|side| {
        let controls = Controls { side, ..controls };
        play(&mut new(&controls), &input, &controls, 64)
    });
    for side in Side::BOTH {
        let controls = Controls {
            side,
            listen: Listen::Difference,
            ..controls
        };
        let out = play(&mut new(&controls), &input, &controls, 64);
        let sign = if side == Side::A { 1.0 } else { -1.0 };
        let worst = (0..out.len())
            .map(|k| (out[k] - sign * (a[k] - b[k])).abs())
            .fold(0.0, f32::max);
        // Rounding of the host's f32; measured 3.0e-8.
        println!("{side:?}: {worst:e}");
        assert!(worst <= 6e-8, "{worst:e}");
    }
}

/// Largest jump between neighbouring samples.
fn steepest(signal: &[f32]) -> f32 {
    let jumps = signal.windows(2).map(|w| (w[1] - w[0]).abs());
    jumps.fold(0.0, f32::max)
}

#[test]
fn coming_and_going_does_not_click() {
    let input: Vec<f32> = (0..57_600)
        .map(|k| (k as f32 * 0.0144).sin() * 0.05)
        .collect();
    let mut controls = Controls::default();
    let mut pair = new(&controls);
    let (mut settled, mut moving, mut seam, mut last) = (0.0f32, 0.0f32, 0.0f32, 0.0);
    for (round, input) in input.chunks(4800).enumerate() {
        // Difference on, other side, off, muted, back, measured.
        let comparison = &mut controls.comparison;
        match round % 6 {
            1 => controls.listen = Listen::Difference,
            2 => controls.side = controls.side.other(),
            3 => controls.listen = Listen::Rig,
            4 => (comparison.is_muted, comparison.other) = (true, Other::Runs),
            5 => (comparison.is_muted, comparison.match_db) = (false, [-3.0, 2.0]),
            _ => comparison.other = Other::Measured,
        }
        let out = play(&mut pair, input, &controls, 128);
        moving = moving.max(steepest(&out[..2400]));
        settled = settled.max(steepest(&out[2400..]));
        if round > 0 {
            seam = seam.max((out[0] - last).abs());
        }
        last = out[4799];
    }
    println!("settled {settled}, moving {moving}, seam {seam}");
    assert!(settled > 0.0 && moving <= 2.0 * settled && seam <= 2.0 * settled);
}

#[test]
fn block_size_changes_no_bit_while_rigs_are_compared() {
    let input = take(9000);
    let played = |block: usize| {
        let mut controls = Controls::default();
        let mut pair = new(&controls);
        let (tap, mut frames) = RingBuffer::new(9000);
        pair.tap(Some(tap));
        let mut out = Vec::new();
        for (turn, input) in input.chunks(500).enumerate() {
            controls.listen = [Listen::Rig, Listen::Difference][turn / 3 % 2];
            controls.comparison.other = [Other::Rests, Other::Measured, Other::Runs][turn / 4 % 3];
            controls.comparison.match_db[1] = (turn as f64).sin();
            controls.comparison.is_muted = turn % 5 == 4;
            controls.side = Side::BOTH[turn / 7 % 2];
            out.push(play(&mut pair, input, &controls, block));
        }
        let told: Vec<_> = frames
            .read_chunk(frames.slots())
            .unwrap()
            .into_iter()
            .collect();
        assert!(!told.is_empty());
        (out, told)
    };
    let whole = played(500);
    for block in [1, 7, 64, 331] {
        assert!(whole == played(block), "blocks of {block}");
    }
}

#[test]
fn what_is_told_is_both_rigs_behind_their_trims() {
    let input = take(9600);
    let mut controls = Controls::default();
    controls.comparison.match_db = [3.0, -7.0];
    controls.comparison.other = Other::Measured;
    let mut pair = new(&controls);
    let (tap, mut frames) = RingBuffer::new(9600);
    pair.tap(Some(tap));
    play(&mut pair, &input, &controls, 64);
    let told: Vec<_> = frames
        .read_chunk(frames.slots())
        .unwrap()
        .into_iter()
        .collect();
    for side in Side::BOTH {
        let controls = Controls {
            side,
            ..Controls::default()
        };
        let alone = play(&mut new(&controls), &input, &controls, 64);
        assert!(told.iter().map(|frame| frame[side.index()][0]).eq(alone));
    }
}

#[test]
fn the_other_rig_rests_again_when_all_is_over() {
    let input = take(4800);
    let mut controls = Controls::default();
    let mut pair = new(&controls);
    let mut ran = |controls: &Controls| {
        play(&mut pair, &input, controls, 64);
        let [a, b] = Side::BOTH.map(|side| pair.take_levels(side).samples > 0);
        assert!(a, "A is heard");
        b
    };
    assert!(!ran(&controls));
    controls.listen = Listen::Difference;
    assert!(ran(&controls));
    controls.listen = Listen::Rig;
    ran(&controls); // it fades
    assert!(!ran(&controls));
    for other in [Other::Measured, Other::Runs] {
        controls.comparison.other = other;
        assert!(ran(&controls), "{other:?}");
        controls.comparison.other = Other::Rests;
        assert!(!ran(&controls), "after {other:?}");
    }
}

/// Distortion of a rig as a host hears it, after a second.
fn distortion(controls: &Controls, dbfs: f64) -> f64 {
    let amplitude = 10f64.powf(dbfs / 20.0);
    let sine: Vec<f32> = (0..96_000)
        .map(|k| (amplitude * (TAU * (F_THD / RATE * f64::from(k)).fract()).sin()) as f32)
        .collect();
    let out = play(&mut new(controls), &sine, controls, 512);
    let settled: Vec<f64> = out[48_000..].iter().map(|x| f64::from(*x)).collect();
    thd(&harmonics(&settled, RATE, F_THD, 10))
}

#[test]
fn the_other_rig_comes_to_distort_as_much() {
    for (side, gain, dbfs) in [(Side::A, 0.4, -12.0), (Side::B, 0.75, -20.0)] {
        let mut controls = Controls {
            side,
            ..Controls::default()
        };
        controls.rigs[side.index()].knobs[(Slot::Preamp, "gain")] = gain;
        let found = same_thd(&controls, dbfs, RATE, &Library::factory()).unwrap();
        let wanted = distortion(&controls, dbfs);
        controls.side = side.other();
        let before = distortion(&controls, dbfs);
        controls.rigs[controls.side.index()].knobs[(Slot::Preamp, "gain")] = found.gain;
        let after = distortion(&controls, dbfs);
        println!(
            "{side:?} {:.4} %: the other at {:.3} from {:.4} % to {:.4} %",
            100.0 * wanted,
            found.gain,
            100.0 * before,
            100.0 * after
        );
        assert!((after / wanted - 1.0).abs() <= THD_TOLERANCE);
        assert!(
            (before / wanted - 1.0).abs() > 5.0 * THD_TOLERANCE,
            "nothing to do"
        );
    }
}

#[test]
fn what_is_out_of_reach_is_said() {
    let library = Library::factory();
    let mut controls = Controls::default();
    // A driven tube, and an op-amp that a sine so soft brings nowhere near its rails.
    controls.rigs[0].knobs[(Slot::Preamp, "gain")] = 1.0;
    let found = same_thd(&controls, -60.0, RATE, &library);
    let Err(SameThdError::StaysBelow { wanted, most }) = found else {
        panic!("{found:?}");
    };
    assert!(most < wanted, "{most} and {wanted}");
    // Nothing to turn.
    let none = library.find(Slot::Preamp, "none").unwrap();
    controls.rigs[1].choose(Slot::Preamp, none, &library);
    let found = same_thd(&controls, -12.0, RATE, &library);
    assert_eq!(found, Err(SameThdError::NoGain));
}
