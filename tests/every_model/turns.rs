//! Every continuous control of every model, from one end to the other in 10 ms: nothing steps.

use crate::rigs::models;
use loadline::rig::Controls;
use loadline::rig::Library;
use loadline::rig::Pair;
use loadline::rig::RigControls;
use loadline::rig::Slot;
use loadline::rig::Turn;
use loadline::rig::ranges;
use std::f64::consts::TAU;
use std::ops::RangeInclusive;

const RATE: f64 = 48e3;
/// Left a sine of this frequency in Hz, right a direct voltage, both of this peak.
const HZ: f64 = 1e3;
const PEAK: f64 = 0.05;
/// Samples before the turn, of the turn as a host draws it, and after it.
const BEFORE: usize = 2400;
const TURN: usize = 480;
const AFTER: usize = 3840;
/// Of a block while the knob turns.
const PIECE: usize = 16;
/// Whose largest steps are the settled slope, at either end of a take.
const PERIODS: usize = 480;

/// Largest step from one sample to the next, in the settled slopes of the sine at the louder end. Measured 1.99, of a
/// balance whose middle is twice as loud as its ends; next is 1.39. A direct voltage has no slope of its own, so it may
/// not step by more than a sine of its size; measured 1.26.
const MOST: f64 = 2.0;

/// A continuous control.
#[derive(Clone, Copy)]
enum Control {
    Knob(Slot, usize),
    Trim,
    Calibration,
}

impl Control {
    /// Puts it at a share of its range.
    fn set(self, controls: &mut Controls, share: f64) {
        let between =
            |range: RangeInclusive<f64>| range.start() + share * (range.end() - range.start());
        match self {
            Self::Trim => controls.rigs[0].trim_db = between(ranges::TRIM),
            Self::Calibration => controls.calibration_dbu = between(ranges::CALIBRATION),
            Self::Knob(slot, place) => {
                let position = match &slot.knobs()[place].turn {
                    Turn::Rotation { .. } => share,
                    Turn::Impedance { range, .. } => {
                        range.start() * (range.end() / range.start()).powf(share)
                    }
                };
                controls.rigs[0].knobs.set(slot, place, position);
            }
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Trim => "trim",
            Self::Calibration => "calibration",
            Self::Knob(slot, place) => slot.knobs()[place].param,
        }
    }
}

/// The controls that do something in a model's slot.
fn controls_of(library: &Library, slot: Slot, rig: &RigControls) -> Vec<Control> {
    let cards = &library.at(slot, rig.choices[slot]).annotations().knobs;
    let is_balance = |place: usize| {
        slot.knobs()[place].id == "balance"
            && library.at(slot, rig.choices[slot]).has_second_output()
    };
    (0..slot.knobs().len())
        .filter(|place| slot.card_at(*place, cards).is_some() || is_balance(*place))
        .map(|place| Control::Knob(slot, place))
        .collect()
}

/// Both channels while a control goes from one end to the other.
fn turn(pair: &mut Pair, start: &Controls, control: Control) -> [Vec<f32>; 2] {
    let frames = BEFORE + TURN + AFTER;
    let sine = |k: usize| (PEAK * (TAU * HZ / RATE * k as f64).sin()) as f32;
    let mut left: Vec<f32> = (0..frames).map(sine).collect();
    let mut right = vec![PEAK as f32; frames];
    let mut controls = *start;
    pair.reset();
    for at in (0..frames).step_by(PIECE) {
        let turned = (at + PIECE).saturating_sub(BEFORE).min(TURN) as f64 / TURN as f64;
        control.set(&mut controls, turned);
        let piece = at..(at + PIECE).min(frames);
        pair.process(&mut left[piece.clone()], &mut right[piece], &controls);
    }
    [left, right]
}

fn steepest(signal: &[f32]) -> f64 {
    let steps = signal.windows(2).map(|w| f64::from((w[1] - w[0]).abs()));
    steps.fold(0.0, f64::max)
}

#[test]
fn no_control_of_any_model_steps() {
    let library = Library::factory();
    let mut worst: Vec<(f64, String)> = Vec::new();
    let mut seen = Vec::new();
    for (name, rig) in models(&library) {
        let slot = Slot::ALL
            .into_iter()
            .find(|slot| name.starts_with(slot.id()));
        let slot = slot.expect("a slot's name");
        let mut controls = Controls::default();
        controls.rigs[0] = rig;
        let mut wanted = controls_of(&library, slot, &rig);
        if slot == Slot::Preamp {
            wanted.extend([Control::Trim, Control::Calibration]);
        }
        if wanted.is_empty() {
            continue;
        }
        let mut pair = Pair::new(RATE, &controls, &library).unwrap();
        for control in wanted {
            let [sine, direct] = turn(&mut pair, &controls, control);
            assert!(sine.iter().chain(&direct).all(|x| x.is_finite()));
            let first = steepest(&sine[BEFORE - PERIODS..BEFORE]);
            let last = steepest(&sine[sine.len() - PERIODS..]);
            let settled = first.max(last);
            let turning = BEFORE..sine.len() - PERIODS;
            let [sine, direct] =
                [&sine, &direct].map(|of| steepest(&of[turning.clone()]) / settled);
            let text = format!(
                "{name}, {}: sine {sine:.2}, direct {direct:.2}",
                control.name()
            );
            worst.push((sine.max(direct), text));
        }
        seen.push(name);
    }
    worst.sort_by(|a, b| b.0.total_cmp(&a.0));
    println!("{} controls of {} models", worst.len(), seen.len());
    for (_, text) in worst.iter().take(8) {
        println!("{text}");
    }
    assert!(worst[0].0 <= MOST, "{}", worst[0].1);
}
