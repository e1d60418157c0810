//! The host's block size changes no bit, and nothing but numbers comes out.

use crate::rigs::RATES;
use crate::rigs::cabinets;
use crate::rigs::models;
use loadline::rig::Controls;
use loadline::rig::Library;
use loadline::rig::Pair;
use loadline::rig::RigControls;
use loadline::rig::Side;
use loadline::rig::Slot;
use loadline::rig::Turn;
use std::f64::consts::TAU;

const BLOCKS: [usize; 4] = [1, 17, 64, RANDOM];
/// What they are compared with.
const LONG: usize = 1024;
/// Stands for sizes drawn anew for each block.
const RANDOM: usize = 0;
/// Samples played: a long block as the knobs are, and some ticks while all of them turn.
const N: usize = LONG + 80;
/// How far each knob is turned, of its way.
const TURN: f64 = 0.2;
/// Peak of what is played, of full scale: some of the rigs clip.
const PEAK: f64 = 0.1;
/// Quieter than this, of full scale, a rig is taken for broken.
const SILENT: f32 = 1e-7;

/// A low note under a high one, the channels apart, from the first sample on.
fn tone(rate: f64) -> [Vec<f32>; 2] {
    let at = |k: usize, low: f64, high: f64| {
        let t = k as f64 / rate;
        (PEAK * (0.7 * (TAU * low * t).sin() + 0.3 * (TAU * high * t).cos())) as f32
    };
    [(220.0, 2750.0), (330.0, 5000.0)].map(|(low, high)| (0..N).map(|k| at(k, low, high)).collect())
}

/// Every knob of both rigs turned from the side where there is less room.
fn turned(controls: &Controls) -> Controls {
    let mut turned = *controls;
    for knobs in turned.rigs.iter_mut().map(|rig| &mut rig.knobs) {
        for slot in Slot::ALL {
            for (place, knob) in slot.knobs().iter().enumerate() {
                let at = knobs.at(slot, place);
                let to = match &knob.turn {
                    Turn::Rotation { .. } if at < 0.5 => at + TURN,
                    Turn::Rotation { .. } => at - TURN,
                    Turn::Impedance { .. } => at * 2.0,
                };
                knobs.set(slot, place, to);
            }
        }
    }
    turned
}

/// Plays from a fresh start, in blocks of one size.
fn play(
    pair: &mut Pair,
    input: &[Vec<f32>; 2],
    controls: &Controls,
    block: usize,
) -> [Vec<f32>; 2] {
    pair.reset();
    let [mut left, mut right] = input.clone();
    let turned = turned(controls);
    let (mut at, mut chance) = (0, 1u32);
    while at < N {
        // Numerical Recipes' generator; sizes of 1 to 256.
        chance = chance.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let size = if block == RANDOM {
            1 + (chance >> 24) as usize
        } else {
            block
        };
        // A host cuts its block where a knob is turned.
        let (controls, until) = if at < LONG {
            (controls, LONG)
        } else {
            (&turned, N)
        };
        let end = until.min(at + size);
        pair.process(&mut left[at..end], &mut right[at..end], controls);
        at = end;
    }
    [left, right]
}

/// One rig of a pair in every size of blocks.
fn check(pair: &mut Pair, controls: &Controls, rate: f64, name: &str) {
    let input = tone(rate);
    let long = play(pair, &input, controls, LONG);
    let loudest = long.iter().flatten().fold(0.0, |peak, x| x.abs().max(peak));
    assert!(long.iter().flatten().all(|x| x.is_finite()), "{name}");
    assert!(loudest > SILENT, "{name}: {loudest}");
    for block in BLOCKS {
        let split = play(pair, &input, controls, block);
        assert!(long == split, "{name}: blocks of {block}");
    }
}

#[test]
fn every_model_plays_the_same_in_blocks_of_any_size_at_any_rate() {
    let library = Library::factory();
    let rigs: Vec<(String, RigControls)> = [models(&library), cabinets(&library)].concat();
    for rate in RATES {
        // An instance has two rigs: two models for one.
        for two in rigs.chunks(2) {
            let (first, last) = (&two[0], &two[two.len() - 1]);
            let mut controls = Controls {
                rigs: [first.1, last.1],
                ..Controls::default()
            };
            let mut pair = Pair::new(rate, &controls, &library)
                .unwrap_or_else(|why| panic!("{} or {}: {why}", first.0, last.0));
            for (side, (name, _)) in Side::BOTH.into_iter().zip([first, last]) {
                controls.side = side;
                check(&mut pair, &controls, rate, &format!("{name} at {rate} Hz"));
            }
        }
    }
}
