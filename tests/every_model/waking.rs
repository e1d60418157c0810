//! Knobs of the rig that rests are turned, then it is switched to: it wakes as if it had always rested there.

use crate::rigs::models;
use loadline::rig::Controls;
use loadline::rig::Library;
use loadline::rig::Oversampling;
use loadline::rig::Pair;
use loadline::rig::RigControls;
use loadline::rig::Side;
use loadline::rig::Slot;
use loadline::rig::Turn;

const RATE: f64 = 48e3;
const BLOCK: usize = 480;
/// Blocks from the turn to the switch, and from the switch to the end.
const RESTING: usize = 8;
const HEARD: usize = 20;

/// Where every knob of the rig that rests is turned to.
const TURNS: [f64; 2] = [0.0, 1.0];

/// Peak of what is heard in the first 0.2 s of silence, re full scale, in dB: how far an operating point is from where its
/// circuit comes to rest. Measured −121.3 (push-pull 6L6); with one of its knobs at an end −95, where a knob that glided
/// there gave −3 (push-pull EL34, resonance), −6 (push-pull 6L6, feedback), −13 (JFET, supply), −14 (EL84, bias).
const TOL_THUMP_DB: f64 = -112.0;
/// Its converters' dither is heard.
const DITHERED: &str = "preamp digital_in";

fn silence(pair: &mut Pair, controls: &Controls, blocks: usize) -> Vec<f32> {
    let (mut left, mut right) = (vec![0.0; blocks * BLOCK], vec![0.0; blocks * BLOCK]);
    for (left, right) in left.chunks_mut(BLOCK).zip(right.chunks_mut(BLOCK)) {
        pair.process(left, right, controls);
    }
    left
}

/// Blocks of silence in which what is ordered is built at once. How many orders there were.
fn served(pair: &mut Pair, controls: &Controls, blocks: usize, library: &Library) -> usize {
    let mut orders = 0;
    for _ in 0..blocks {
        while let Some(order) = pair.order(Side::B, controls) {
            let unused = pair.install(Side::B, order.build(library).unwrap());
            assert!(unused.is_none());
            orders += 1;
        }
        silence(pair, controls, 1);
        pair.retired();
    }
    orders
}

/// A rig that is not heard beside one that is, and the same with all of its knobs turned.
fn turned(mut rig: RigControls, turn: f64, library: &Library) -> (Controls, Controls) {
    rig.choices.oversampling = Oversampling::X1;
    let mut built = Controls::default();
    built.rigs[0].choices.oversampling = Oversampling::X1;
    built.rigs[0].choices[Slot::Preamp] = library.find(Slot::Preamp, "none").unwrap();
    built.rigs[1] = rig;
    let mut turned = built;
    for slot in Slot::ALL {
        for (place, knob) in slot.knobs().iter().enumerate() {
            if let Turn::Rotation { .. } = knob.turn {
                turned.rigs[1].knobs.set(slot, place, turn);
            }
        }
    }
    (built, turned)
}

fn switched(controls: &Controls) -> Controls {
    Controls {
        side: Side::B,
        ..*controls
    }
}

#[test]
fn every_model_wakes_as_if_it_had_rested_where_its_knobs_are() {
    let library = Library::factory();
    let mut worst = (f64::NEG_INFINITY, String::new());
    // Sources and loads are at rest wherever their pots stand.
    let is_active = |name: &String| !name.starts_with("source") && !name.starts_with("load");
    for (name, rig) in models(&library)
        .into_iter()
        .filter(|(name, _)| is_active(name))
    {
        for turn in TURNS {
            let (built, turned) = turned(rig, turn, &library);
            let mut used = Pair::new(RATE, &built, &library).unwrap();
            silence(&mut used, &built, 1);
            assert_eq!(served(&mut used, &turned, RESTING, &library), 1, "{name}");
            let woken = silence(&mut used, &switched(&turned), HEARD);

            let mut new = Pair::new(RATE, &turned, &library).unwrap();
            silence(&mut new, &turned, 1 + RESTING);
            let expected = silence(&mut new, &switched(&turned), HEARD);
            assert!(
                woken
                    .iter()
                    .map(|y| y.to_bits())
                    .eq(expected.iter().map(|y| y.to_bits())),
                "{name} at {turn} is not as new"
            );
            let peak = woken.iter().fold(0.0f32, |peak, y| peak.max(y.abs()));
            let db = 20.0 * f64::from(peak).log10();
            if name != DITHERED && db > worst.0 {
                worst = (db, format!("{name} at {turn}"));
            }
        }
    }
    println!("loudest: {:.1} dBFS, {}", worst.0, worst.1);
    assert!(worst.0 <= TOL_THUMP_DB, "{:.1} dBFS, {}", worst.0, worst.1);
}

/// In a drawn slope knobs never stand for long; each stop costs one circuit, and what is heard is left alone.
#[test]
fn only_what_rests_is_built_anew_and_only_where_its_knobs_have_stopped() {
    let library = Library::factory();
    let (start, mut controls) = turned(RigControls::default(), 0.0, &library);
    let mut pair = Pair::new(RATE, &start, &library).unwrap();
    silence(&mut pair, &start, 1);
    for k in 0..50 {
        controls.rigs[1].knobs[(Slot::Preamp, "gain")] = f64::from(k) / 50.0;
        assert_eq!(served(&mut pair, &controls, 4, &library), 0, "step {k}");
    }
    assert_eq!(served(&mut pair, &controls, RESTING, &library), 1);
    assert_eq!(served(&mut pair, &controls, RESTING, &library), 0);
    let mut heard = switched(&controls);
    heard.rigs[1].knobs[(Slot::Preamp, "gain")] = 0.25;
    assert_eq!(served(&mut pair, &heard, RESTING, &library), 0);
    heard.side = Side::A;
    assert_eq!(served(&mut pair, &heard, RESTING, &library), 1);
}
