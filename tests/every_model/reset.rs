//! Reset in the middle of a take, a rig is as new: bit for bit, wherever its knobs have been turned to.

use crate::rigs::models;
use loadline::rig::Controls;
use loadline::rig::Library;
use loadline::rig::Oversampling;
use loadline::rig::Pair;
use loadline::rig::Side;
use loadline::rig::Slot;
use loadline::rig::Turn;
use std::f64::consts::TAU;

const RATE: f64 = 48e3;
const FRAMES: usize = 2400;

/// Where every knob is turned to, 0 to 1: a bias, a feedback and a supply move what a circuit rests at.
const TURNS: [f64; 2] = [0.2, 0.85];

fn take(pair: &mut Pair, controls: &Controls) -> Vec<u32> {
    let tone = |k: usize| (0.3 * (TAU * 220.0 / RATE * k as f64).sin()) as f32;
    let (mut left, mut right): (Vec<f32>, Vec<f32>) = (0..FRAMES).map(|k| (tone(k), 0.5)).unzip();
    pair.process(&mut left, &mut right, controls);
    left.iter().chain(&right).map(|y| y.to_bits()).collect()
}

/// Fills what is ordered, at once.
fn serve(pair: &mut Pair, controls: &Controls, library: &Library) -> usize {
    let mut served = 0;
    for side in Side::BOTH {
        while let Some(order) = pair.order(side, controls) {
            assert!(pair.install(side, order.build(library).unwrap()).is_none());
            pair.retired().unwrap();
            served += 1;
        }
    }
    served
}

#[test]
fn every_model_is_as_new_after_a_reset() {
    let library = Library::factory();
    let mut differing = Vec::new();
    for (name, mut rig) in models(&library) {
        rig.choices.oversampling = Oversampling::X1;
        let mut built = Controls::default();
        built.rigs[0] = rig;
        let mut used = Pair::new(RATE, &built, &library).unwrap();
        for turn in TURNS {
            let mut controls = built;
            for slot in Slot::ALL {
                for (place, knob) in slot.knobs().iter().enumerate() {
                    if let Turn::Rotation { .. } = knob.turn {
                        controls.rigs[0].knobs.set(slot, place, turn);
                    }
                }
            }
            let first = take(&mut used, &controls);
            used.reset();
            let served = serve(&mut used, &controls, &library);
            let again = take(&mut used, &controls);
            let mut new = Pair::new(RATE, &controls, &library).unwrap();
            let expected = take(&mut new, &controls);
            assert_eq!(served, 1, "{name}");
            if again != expected {
                differing.push(name.clone());
            }
            assert!(first != again, "{name}: nothing was heard");
            // Nothing has been turned since: a reset is enough.
            used.reset();
            assert_eq!(serve(&mut used, &controls, &library), 0, "{name}");
            if take(&mut used, &controls) != expected {
                differing.push(format!("{name}, again"));
            }
        }
    }
    assert!(differing.is_empty(), "{differing:?}");
}
