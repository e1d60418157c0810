//! One rig as one solved circuit at one rate.

use crate::circuit::CircuitError;
use crate::circuit::Netlist;
use crate::circuit::Noise;
use crate::circuit::OperatingPoint;
use crate::circuit::Solver;
use crate::circuit::SolverReadings;
use crate::dsp::MAX_STAGES;
use crate::dsp::Oversampler;
use crate::rig::Choices;
use crate::rig::Knobs;
use crate::rig::compose::Composition;
use crate::rig::compose::PlacedKnob;
use crate::rig::compose::compose;
use crate::rig::levels::Levels;
use crate::rig::levels::N_JUNCTIONS;
use crate::rig::library::Library;
use crate::rig::mix::Mix;
use crate::units::Hertz;
use crate::units::Seconds;
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
    mix: Mix,
    junctions: [Tap; N_JUNCTIONS],
    levels: Levels,
}

/// A knob of the rig that moves a parameter of the circuit.
#[derive(Clone, Debug)]
struct LiveKnob {
    knob: PlacedKnob,
    /// Rotation, 0 to 1, as far as it has come.
    rotation: f64,
}

/// Probe of a junction, where there is one.
type Tap = Option<usize>;

/// Samples at the host's rate from one control tick to the next, counted from reset.
///
/// Coefficients glide straight over a tick while a pot bends them: at 8 samples of 48 kHz a gain ramp of 50 ms is within
/// -82 dB of a rebuild at every step, at 32 samples within -51 dB (`tests/moving_knobs.rs`).
pub const CONTROL_TICK: u32 = 8;
/// A whole turn takes this long: a quick wrist.
const WHOLE_TURN: Seconds = 20e-3;
/// Rotations of all knobs at which the noise is compared, to find the parts that make most of it.
const NOISE_TURNS: [f64; 3] = [0.0, 0.5, 1.0];
/// Probe of the node that is heard; that of a second amplifier follows.
const HEARD: usize = 0;

impl Chain {
    /// Builds and settles the chain. Allocates; never on the audio thread.
    pub fn build(order: &Order, library: &Library) -> Result<Box<Chain>, CircuitError> {
        let rig = compose(&order.choices, &order.knobs, library, None)?;
        let mix = Mix::new(&rig, &order.knobs, order.sample_rate);
        let (probes, junctions) = probes(&rig);
        let knobs: Vec<LiveKnob> = rig
            .knobs
            .iter()
            .map(|knob| LiveKnob {
                rotation: knob.rotation(&order.knobs),
                knob: knob.clone(),
            })
            .collect();
        let live: Vec<f64> = knobs
            .iter()
            .map(|knob| knob.knob.card.at_rotation(knob.rotation))
            .collect();
        let point = OperatingPoint::solve(Netlist::expand(&rig.deck)?)?;
        let rate = order.sample_rate * order.choices.oversampling.factor() as f64;
        let solver = match order.choices.noise {
            None => Solver::new(&point, rate, &probes)?,
            Some(seed) => {
                let all_at = |turn: f64| {
                    knobs
                        .iter()
                        .map(|knob| knob.knob.card.at_rotation(turn))
                        .collect()
                };
                let mut positions: Vec<Vec<f64>> = NOISE_TURNS.map(all_at).into();
                positions.push(live.clone());
                let seed = u64::from(seed);
                Solver::with_noise(&point, rate, &probes, &Noise { seed, positions })?
            }
        };
        let mut chain = Chain {
            choices: order.choices,
            solver,
            oversampler: Oversampler::new(order.choices.oversampling.stages()),
            knobs,
            live,
            turn_per_tick: f64::from(CONTROL_TICK) / (WHOLE_TURN * order.sample_rate),
            mix,
            junctions,
            levels: Levels::default(),
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
        self.oversampler.settle(f64x2::ZERO, self.heard());
        self.levels = Levels::default();
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
        self.mix.turn(knobs, most);
        let mut moved = false;
        for (knob, value) in self.knobs.iter_mut().zip(&mut self.live) {
            let wanted = knob.knob.rotation(knobs);
            let missing = wanted - knob.rotation;
            if missing != 0.0 {
                knob.rotation = if missing.abs() <= most {
                    wanted
                } else {
                    knob.rotation + most * missing.signum()
                };
                *value = knob.knob.card.at_rotation(knob.rotation);
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
            *v = self.heard();
        }
        self.mix.tick();
        for (level, tap) in self.levels.junctions.iter_mut().zip(self.junctions) {
            if let Some(probe) = tap {
                let v = self.solver.probe(probe);
                *level += v * v;
            }
        }
        if self.mix.is_double() {
            let [one, other] = [HEARD, HEARD + 1].map(|probe| self.solver.probe(probe));
            self.levels.sum += (one + other) * (one + other);
        }
        self.levels.samples += 1;
        self.oversampler.down(work)
    }

    #[inline]
    fn heard(&self) -> f64x2 {
        if self.mix.is_double() {
            let (one, other) = (self.solver.probe(HEARD), self.solver.probe(HEARD + 1));
            self.mix.of(one, other)
        } else {
            self.solver.probe(HEARD)
        }
    }

    /// What has been summed up since it was last taken.
    pub fn take_levels(&mut self) -> Levels {
        std::mem::take(&mut self.levels)
    }

    pub fn readings(&self) -> SolverReadings {
        self.solver.readings()
    }
}

/// Nodes that are read while playing, and which of them is each slot's output.
fn probes(rig: &Composition) -> (Vec<&str>, [Tap; N_JUNCTIONS]) {
    let mut probes = vec![rig.output.as_str()];
    probes.extend(rig.second.iter().map(|(node, _)| node.as_str()));
    let mut taps = [None; N_JUNCTIONS];
    for junction in &rig.junctions {
        let known = probes.iter().position(|probe| *probe == junction.node);
        taps[junction.after.index()] = Some(known.unwrap_or(probes.len()));
        if known.is_none() {
            probes.push(&junction.node);
        }
    }
    (probes, taps)
}
