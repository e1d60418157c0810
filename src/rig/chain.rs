//! One rig as one solved circuit at one rate.

use crate::circuit::CircuitError;
use crate::circuit::Deck;
use crate::circuit::KnobCard;
use crate::circuit::Netlist;
use crate::circuit::Noise;
use crate::circuit::OperatingPoint;
use crate::circuit::Solver;
use crate::circuit::SolverReadings;
use crate::dsp::MAX_STAGES;
use crate::dsp::Oversampler;
use crate::rig::Choices;
use crate::rig::Knobs;
use crate::rig::library;
use crate::rig::library::Model;
use crate::units::Hertz;
use crate::units::Seconds;
use std::path::Path;
use wide::f64x2;

/// What is needed to build a chain; made on the audio thread, filled off it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Order {
    pub choices: Choices,
    pub knobs: Knobs,
    pub sample_rate: Hertz,
}

/// A rig ready to play: its circuit, its oversampler and its knobs.
#[derive(Clone, Debug)]
pub struct Chain {
    choices: Choices,
    solver: Solver,
    oversampler: Oversampler,
    /// One for each live parameter of the circuit.
    knobs: Vec<LiveKnob>,
    /// Values of the live parameters.
    live: Vec<f64>,
    /// How far a knob turns in one control tick at most.
    turn_per_tick: f64,
}

/// A knob of the rig that moves a parameter of the circuit.
#[derive(Clone, Debug)]
struct LiveKnob {
    card: KnobCard,
    /// Rotation, 0 to 1, as far as it has come.
    rotation: f64,
}

/// Samples at the host's rate from one control tick to the next, counted from reset.
///
/// Coefficients glide straight over a tick while a pot bends them: at 8 samples of 48 kHz a gain ramp of 50 ms is within
/// -82 dB of a rebuild at every step, at 32 samples within -51 dB (`tests/moving_knobs.rs`).
pub const CONTROL_TICK: u32 = 8;
/// A whole turn takes this long: a quick wrist.
const WHOLE_TURN: Seconds = 20e-3;
/// Rotations of all knobs at which the noise is compared, to find the parts that make most of it.
const NOISE_TURNS: [f64; 3] = [0.0, 0.5, 1.0];
/// Load of the last stage where no amplifier follows: a bridging input, 1 MΩ.
pub const BRIDGING_LOAD: &str = "1Meg";

impl Chain {
    /// Builds and settles the chain. Allocates; never on the audio thread.
    pub fn build(order: &Order) -> Result<Box<Chain>, CircuitError> {
        let (deck, cards) = compose(order)?;
        let knobs: Vec<LiveKnob> = cards
            .into_iter()
            .map(|card| LiveKnob {
                rotation: rotation(&card, &order.knobs),
                card,
            })
            .collect();
        let live: Vec<f64> = knobs
            .iter()
            .map(|knob| knob.card.at_rotation(knob.rotation))
            .collect();
        let point = OperatingPoint::solve(Netlist::expand(&deck)?)?;
        let rate = order.sample_rate * order.choices.oversampling.factor() as f64;
        let solver = match order.choices.noise {
            None => Solver::new(&point, rate, &["out"])?,
            Some(seed) => {
                let all_at = |turn: f64| {
                    knobs
                        .iter()
                        .map(|knob| knob.card.at_rotation(turn))
                        .collect()
                };
                let mut positions: Vec<Vec<f64>> = NOISE_TURNS.map(all_at).into();
                positions.push(live.clone());
                let seed = u64::from(seed);
                Solver::with_noise(&point, rate, &["out"], &Noise { seed, positions })?
            }
        };
        let mut chain = Chain {
            choices: order.choices,
            solver,
            oversampler: Oversampler::new(order.choices.oversampling.stages()),
            knobs,
            live,
            turn_per_tick: f64::from(CONTROL_TICK) / (WHOLE_TURN * order.sample_rate),
        };
        chain.reset();
        Ok(Box::new(chain))
    }

    pub fn choices(&self) -> Choices {
        self.choices
    }

    /// Back to the operating point, keeping the knobs. Never allocates.
    pub fn reset(&mut self) {
        self.solver.reset();
        self.oversampler.settle(f64x2::ZERO, self.solver.probe(0));
    }

    /// One control tick: turns the knobs towards these positions, to be there at the next tick. Never allocates.
    pub fn set_knobs(&mut self, knobs: &Knobs) {
        let steps = CONTROL_TICK * self.oversampler.factor() as u32;
        self.turn_knobs(knobs, self.turn_per_tick, steps);
    }

    /// Puts the knobs where they are wanted without turning them, for a rig that has not been heard yet.
    pub fn jump_knobs(&mut self, knobs: &Knobs) {
        self.turn_knobs(knobs, 1.0, 1);
    }

    /// Turns every knob by `most` at most; the circuit follows within `steps` steps.
    fn turn_knobs(&mut self, knobs: &Knobs, most: f64, steps: u32) {
        let mut moved = false;
        for (knob, value) in self.knobs.iter_mut().zip(&mut self.live) {
            let wanted = rotation(&knob.card, knobs);
            let missing = wanted - knob.rotation;
            if missing != 0.0 {
                knob.rotation = if missing.abs() <= most {
                    wanted
                } else {
                    knob.rotation + most * missing.signum()
                };
                *value = knob.card.at_rotation(knob.rotation);
                moved = true;
            }
        }
        if moved {
            self.solver.glide(&self.live, steps);
        }
    }

    /// One host sample: volts at the source, volts at the output; a lane is a channel.
    #[inline]
    pub fn tick(&mut self, v_source: f64x2) -> f64x2 {
        let mut work = [f64x2::ZERO; 1 << MAX_STAGES];
        let work = &mut work[..self.oversampler.factor()];
        self.oversampler.up(v_source, work);
        for v in work.iter_mut() {
            self.solver.tick(*v);
            *v = self.solver.probe(0);
        }
        self.oversampler.down(work)
    }

    pub fn readings(&self) -> SolverReadings {
        self.solver.readings()
    }
}

/// Position of the knob that a card asks for; a knob that the panel doesn't have stays at its default.
fn rotation(card: &KnobCard, knobs: &Knobs) -> f64 {
    let turn = |rotation: f64| {
        if rotation.is_finite() {
            rotation.clamp(0.0, 1.0)
        } else {
            0.5
        }
    };
    match card.id.as_str() {
        "gain" => turn(knobs.gain),
        "bass" => turn(knobs.bass),
        "mid" => turn(knobs.mid),
        "treble" => turn(knobs.treble),
        "z_in" if knobs.z_in.is_finite() => card.rotation_of(knobs.z_in),
        "z_source" if knobs.z_source.is_finite() => card.rotation_of(knobs.z_source),
        _ => card.rotation_of(card.default),
    }
}

/// The rig as a deck of two `X` lines, and the cards of its live parameters in their order.
fn compose(order: &Order) -> Result<(Deck, Vec<KnobCard>), CircuitError> {
    let source = library::at(library::SOURCES, order.choices.source);
    let preamp = library::at(library::PREAMPS, order.choices.preamp);
    let stages = [
        ("source", source, "emf", "in"),
        ("preamp", preamp, "in", "out"),
    ];
    let mut text = format!("* rig\nVin emf 0 0\nRload out 0 {BRIDGING_LOAD}\n");
    let mut decks: Vec<(&Model, Deck)> = Vec::new();
    let mut live = Vec::new();
    for (slot, model, from, to) in stages {
        let deck = model.deck()?;
        text += &format!("X{slot} {from} {to} {}", model.id);
        for card in &deck.annotations().knobs {
            let parameter = format!("{slot}_{}", card.id);
            text += &format!(" {}={{{parameter}}}", card.id);
            live.push((parameter, card.clone()));
        }
        text += "\n";
        decks.push((model, deck));
    }
    for (parameter, card) in &live {
        text += &format!(".param {parameter}={}\n", card.default);
    }
    let mut rig = Deck::parse(Path::new("rig"), &text, &|_| {
        Err("a rig includes nothing".to_string())
    })?;
    for (model, deck) in decks {
        rig.adopt(model.id, deck)?;
    }
    for (parameter, card) in &live {
        rig.set_live(parameter, card.at_rotation(rotation(card, &order.knobs)))?;
    }
    Ok((rig, live.into_iter().map(|(_, card)| card).collect()))
}
