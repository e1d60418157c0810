//! Automation: what is drawn at a sample is heard with that sample, and between few points there is a slope.

use loadline::rig::Controls;
use loadline::rig::LATENCY_SAMPLES;
use loadline::rig::Library;
use loadline::rig::Oversampling;
use loadline::rig::Pair;
use loadline::rig::Phase;
use loadline::rig::Side;
use loadline::rig::Slot;
use std::f64::consts::TAU;

const RATE: f64 = 48e3;
/// Of the tone, in Hz: far enough up that a circuit answers it at once.
const HZ: f64 = 6000.0;
const PEAK: f64 = 0.01;
/// Samples before the change, while the circuits settle.
const START: usize = 2400;
const AFTER: usize = 2400;

/// The tone, left as a cosine and right as a sine, so that both together tell the gain at every sample.
fn tone(frames: usize) -> [Vec<f32>; 2] {
    let turn = |k: usize| TAU * (HZ / RATE * k as f64).fract();
    [
        (0..frames).map(|k| (PEAK * turn(k).cos()) as f32).collect(),
        (0..frames).map(|k| (PEAK * turn(k).sin()) as f32).collect(),
    ]
}

/// Plays a take; `draw` says the controls for each sample, and the host cuts its blocks there as it must.
fn play(
    controls: &Controls,
    [mut left, mut right]: [Vec<f32>; 2],
    block: usize,
    draw: impl Fn(usize, &mut Controls),
) -> [Vec<f32>; 2] {
    let mut pair = Pair::new(RATE, controls, &Library::factory()).unwrap();
    let mut now = *controls;
    let (mut from, mut at) = (0, 0);
    while at < left.len() {
        let mut next = now;
        draw(at, &mut next);
        if next != now || at - from == block {
            pair.process(&mut left[from..at], &mut right[from..at], &now);
            (now, from) = (next, at);
        }
        at += 1;
    }
    pair.process(&mut left[from..], &mut right[from..], &now);
    [left, right]
}

/// The gain at every sample: both channels turned back by the tone's phase.
fn gain([left, right]: &[Vec<f32>; 2]) -> Vec<f64> {
    let at = |(k, (l, r)): (usize, (&f32, &f32))| {
        let (sin, cos) = (TAU * (HZ / RATE * k as f64).fract()).sin_cos();
        let (l, r) = (f64::from(*l), f64::from(*r));
        (l * cos + r * sin).hypot(r * cos - l * sin) / PEAK
    };
    left.iter().zip(right).enumerate().map(at).collect()
}

/// The op-amp rig, which is straight at this level.
fn straight() -> Controls {
    let mut controls = Controls {
        side: Side::B,
        ..Controls::default()
    };
    for rig in &mut controls.rigs {
        rig.choices[Slot::Preamp] = 1;
        rig.knobs[(Slot::Preamp, "gain")] = 0.3;
    }
    controls
}

/// First sample that the drawing changes, and where the gain is halfway from old to new by its area, both behind the
/// drawn sample.
fn measure(controls: &Controls, at: usize, block: usize) -> (usize, f64) {
    let take = tone(START + AFTER);
    let plain = play(controls, take.clone(), block, |_, _| ());
    let drawn = play(controls, take, block, |k, now| {
        if k >= at {
            now.rigs[1].knobs[(Slot::Preamp, "gain")] = 0.35;
        }
    });
    let differs = |k: &usize| plain[0][*k] != drawn[0][*k] || plain[1][*k] != drawn[1][*k];
    let first = (0..START + AFTER).find(differs).unwrap();
    let gain = gain(&drawn);
    let (old, new) = (gain[at], gain[at + 400]);
    let to_go = gain[at..at + 400].iter().map(|g| (new - g) / (new - old));
    (first - at, to_go.sum::<f64>())
}

/// A knob begins to turn within this many samples behind the latency.
const LATEST_START: usize = 11;
/// How far the middle of a turn wanders with the phases of the control ticks and of the tone, in samples; measured 0.28.
const TOL_MIDDLE: f64 = 0.5;
/// And with the quality; measured 1.43, of which a step of the slowest mode is half.
const TOL_QUALITY: f64 = 2.0;

#[test]
fn a_knob_is_heard_with_its_sample_wherever_that_lies() {
    let mut middles = Vec::new();
    for oversampling in Oversampling::ALL {
        let mut controls = straight();
        controls.rigs[1].choices.oversampling = oversampling;
        let (mut firsts, mut here) = (Vec::new(), Vec::new());
        for n in 0..16 {
            let block = [64, 1, 512, 17][n % 4];
            let (first, middle) = measure(&controls, START + n, block);
            firsts.push(first);
            here.push(middle);
        }
        let spread = |of: &[f64]| {
            let most = of.iter().copied().fold(f64::MIN, f64::max);
            most - of.iter().copied().fold(f64::MAX, f64::min)
        };
        println!(
            "{oversampling:?}: begins {firsts:?}, middle {:.3} ± {:.4}",
            here[0],
            spread(&here)
        );
        for first in firsts {
            assert!((LATENCY_SAMPLES..LATENCY_SAMPLES + LATEST_START).contains(&first));
        }
        assert!(spread(&here) <= TOL_MIDDLE);
        middles.push(here[0]);
        controls.rigs[1].choices.phase = Phase::Linear;
        let (_, middle) = measure(&controls, START, 64);
        println!("  linear: middle {middle:.3}");
        middles.push(middle);
    }
    let off = middles.iter().map(|m| (m - middles[0]).abs());
    assert!(off.fold(0.0, f64::max) <= TOL_QUALITY, "{middles:?}");
}

/// Gains and switches know no ticks: the output follows from the very sample on.
#[test]
fn gains_and_switches_are_heard_from_their_sample_on() {
    let controls = straight();
    let take = tone(START + AFTER);
    let plain = play(&controls, take.clone(), 64, |_, _| ());
    type Draw = fn(&mut Controls);
    let draws: [(&str, Draw, usize); 4] = [
        ("trim", |c| c.rigs[1].trim_db += 3.0, 1),
        ("bypass", |c| c.bypass = true, 3),
        ("side", |c| c.side = Side::A, 3),
        ("polarity", |c| c.rigs[1].inverted = true, 6),
    ];
    for (name, draw, late) in draws {
        for n in 0..10 {
            let at = START + n;
            let drawn = play(&controls, take.clone(), 64, |k, now| {
                if k >= at {
                    draw(now);
                }
            });
            let first = (0..START + AFTER).find(|k| plain[0][*k] != drawn[0][*k]);
            let first = first.unwrap() - at;
            println!("{name} at {n}: {first}");
            assert!(
                (LATENCY_SAMPLES..LATENCY_SAMPLES + late).contains(&first),
                "{name}"
            );
        }
    }
}

/// Of the gain between few points, from that of a point at every sample a block earlier, in dB. Measured 0.0012.
const TOL_SPARSE_DB: f64 = 0.003;

#[test]
fn between_few_points_there_is_a_slope() {
    const BLOCK: usize = 512;
    const RAMP: usize = 40 * BLOCK;
    let controls = straight();
    let slope = |k: usize| 0.2 + 0.6 * k.saturating_sub(START).min(RAMP) as f64 / RAMP as f64;
    let knob = |c: &mut Controls, at: f64| c.rigs[1].knobs[(Slot::Preamp, "gain")] = at;
    let take = tone(START + RAMP + 4 * BLOCK);
    let few = play(&controls, take.clone(), BLOCK, |k, now| {
        knob(now, slope(START + k.saturating_sub(START) / BLOCK * BLOCK));
    });
    let many = play(&controls, take, BLOCK, |k, now| {
        knob(now, slope(k.saturating_sub(BLOCK)));
    });
    let (few, many) = (gain(&few), gain(&many));
    let from = START + 4 * BLOCK;
    let db = |k: usize| 20.0 * (few[k] / many[k]).log10();
    let worst = (from..START + RAMP)
        .map(|k| db(k).abs())
        .fold(0.0, f64::max);
    println!("{worst:.4} dB");
    assert!(worst <= TOL_SPARSE_DB, "{worst} dB");
}
