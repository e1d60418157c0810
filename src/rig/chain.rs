//! One rig at one rate: one solved circuit, or two with a converter between them.

use crate::circuit::CircuitError;
use crate::circuit::SolverReadings;
use crate::dsp::Emphasis;
use crate::dsp::MAX_STAGES;
use crate::dsp::Oversampler;
use crate::rig::Choices;
use crate::rig::Knobs;
use crate::rig::Phase;
use crate::rig::RigControls;
use crate::rig::compose::CONVERTER;
use crate::rig::compose::compose;
use crate::rig::converting::Converting;
use crate::rig::levels::Levels;
use crate::rig::levels::N_JUNCTIONS;
use crate::rig::library::Library;
use crate::rig::mix::Mix;
use crate::rig::stretch::Stretch;
use crate::rig::warp::unwarped;
use crate::units::Hertz;
use crate::units::Seconds;
use wide::f64x2;

/// What is needed to build a chain.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ChainOrder {
    pub choices: Choices,
    pub knobs: Knobs,
    pub sample_rate: Hertz,
}

impl ChainOrder {
    pub fn of(rig: &RigControls, sample_rate: Hertz) -> Self {
        Self {
            choices: rig.choices,
            knobs: rig.knobs,
            sample_rate,
        }
    }
}

/// A rig ready to play: its circuits, its oversampler and its knobs.
#[derive(Clone, Debug)]
pub struct Chain {
    order: ChainOrder,
    first: Stretch,
    /// Behind a converter, what it drives.
    rest: Option<(Converting, Stretch)>,
    oversampler: Oversampler,
    emphasis: Emphasis,
    /// How far a knob turns in one control tick at most.
    turn_per_tick: f64,
    mix: Mix,
    taps: [Option<Tap>; N_JUNCTIONS],
    levels: Levels,
}

/// Where a junction is read.
#[derive(Clone, Copy, Debug)]
struct Tap {
    is_behind_converter: bool,
    probe: usize,
}

/// Samples at the host's rate from one control tick to the next, counted from reset.
///
/// Coefficients glide straight over a tick while a pot bends them: at 8 samples of 48 kHz a gain ramp of 50 ms is within
/// -82 dB of a rebuild at every step, at 32 samples within -51 dB (`tests/moving_knobs.rs`).
pub const CONTROL_TICK: u32 = 8;
/// A whole turn takes this long: a quick wrist.
pub const WHOLE_TURN: Seconds = 20e-3;
/// Probe of the node that is heard; that of a second amplifier follows.
const HEARD: usize = 0;

impl Chain {
    /// Builds and settles the chain. Allocates; never on the audio thread.
    pub fn build(order: &ChainOrder, library: &Library) -> Result<Box<Chain>, CircuitError> {
        let rig = compose(&order.choices, &order.knobs, library, None)?;
        let mix = Mix::new(&rig, &order.knobs, order.sample_rate);
        let stages = order.choices.oversampling.stages_at(order.sample_rate);
        let oversampler = match order.choices.phase {
            Phase::Minimum => Oversampler::new(stages),
            Phase::Linear => Oversampler::linear_phase(stages),
        };
        let rate = order.sample_rate * oversampler.factor() as f64;
        let noise = order.choices.noise.map(u64::from);
        let (mut stretches, mut taps) = (Vec::new(), [None; N_JUNCTIONS]);
        for (n, circuit) in rig.circuits.iter().enumerate() {
            let is_last = n + 1 == rig.circuits.len();
            let mut probes = Vec::new();
            if is_last {
                probes.push(rig.output.as_str());
                probes.extend(rig.second.iter().map(|(node, _)| node.as_str()));
            } else {
                probes.push(CONVERTER);
            }
            for junction in rig.junctions.iter().filter(|found| found.circuit == n) {
                let known = probes.iter().position(|probe| *probe == junction.node);
                taps[junction.after.index()] = Some(Tap {
                    is_behind_converter: n > 0,
                    probe: known.unwrap_or(probes.len()),
                });
                if known.is_none() {
                    probes.push(&junction.node);
                }
            }
            stretches.push(Stretch::build(circuit, &order.knobs, rate, &probes, noise)?);
        }
        let mut stretches = stretches.into_iter();
        let converting = rig
            .converter
            .map(|plan| Converting::new(&plan, &order.knobs, rate));
        let (Some(first), rest) = (stretches.next(), converting.zip(stretches.next())) else {
            return Err(CircuitError("a rig has at least a source".to_owned()));
        };
        let emphasis = unwarped(&order.choices, library, rate, first.rate());
        let mut chain = Chain {
            order: *order,
            first,
            rest,
            oversampler,
            emphasis,
            turn_per_tick: f64::from(CONTROL_TICK) / (WHOLE_TURN * order.sample_rate),
            mix,
            taps,
            levels: Levels::default(),
        };
        chain.reset();
        Ok(Box::new(chain))
    }

    /// What it was built for.
    pub fn order(&self) -> &ChainOrder {
        &self.order
    }

    pub fn choices(&self) -> Choices {
        self.order.choices
    }

    /// Back to the operating point, keeping the knobs. Never allocates.
    pub fn reset(&mut self) {
        self.first.reset();
        if let Some((converting, behind)) = &mut self.rest {
            converting.reset();
            behind.reset();
        }
        self.oversampler.settle(f64x2::ZERO, self.heard());
        self.emphasis.reset();
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
        // The balance of two amplifiers weighs what is heard at rest.
        self.oversampler.settle(f64x2::ZERO, self.heard());
    }

    /// Turns every knob by `most` at most; the circuits follow within `steps` steps.
    fn turn_knobs(&mut self, knobs: &Knobs, most: f64, steps: u32) {
        self.mix.turn(knobs, most);
        self.first.turn(knobs, most, steps);
        if let Some((converting, behind)) = &mut self.rest {
            converting.turn(knobs, most);
            behind.turn(knobs, most, steps);
        }
    }

    /// One host sample: volts at the source, volts at the output; a lane is a channel.
    #[inline]
    pub fn tick(&mut self, v_source: f64x2) -> f64x2 {
        let mut work = [f64x2::ZERO; 1 << MAX_STAGES];
        let work = &mut work[..self.oversampler.factor()];
        self.oversampler.up(v_source, work);
        for v in work.iter_mut() {
            self.first.tick(self.emphasis.tick(*v));
            if let Some((converting, behind)) = &mut self.rest {
                behind.tick(converting.tick(self.first.probe(HEARD)));
            }
            *v = self.heard();
        }
        self.mix.tick();
        self.measure();
        self.oversampler.down(work)
    }

    /// The stretch that is heard.
    #[inline]
    fn last(&self) -> &Stretch {
        self.rest.as_ref().map_or(&self.first, |(_, behind)| behind)
    }

    #[inline]
    fn heard(&self) -> f64x2 {
        let last = self.last();
        if self.mix.is_double() {
            self.mix.of(last.probe(HEARD), last.probe(HEARD + 1))
        } else {
            last.probe(HEARD)
        }
    }

    /// Adds up the levels between the stages.
    #[inline]
    fn measure(&mut self) {
        let last = self.rest.as_ref().map_or(&self.first, |(_, behind)| behind);
        for (level, tap) in self.levels.junctions.iter_mut().zip(self.taps) {
            if let Some(tap) = tap {
                let stretch = if tap.is_behind_converter {
                    last
                } else {
                    &self.first
                };
                level.add(stretch.probe(tap.probe));
            }
        }
        if self.mix.is_double() {
            let sum = last.probe(HEARD) + last.probe(HEARD + 1);
            self.levels.sum.add(sum);
        }
        self.levels.samples += 1;
    }

    /// Whether everything has stood still since this was last asked. Ask at intervals.
    pub fn has_settled(&mut self) -> bool {
        let first = self.first.has_settled();
        let behind = self
            .rest
            .as_mut()
            .is_none_or(|(_, behind)| behind.has_settled());
        first && behind
    }

    /// Whether the rig makes noise of its own.
    pub fn is_restless(&self) -> bool {
        let rest = self.rest.as_ref();
        self.order.choices.noise.is_some()
            || rest.is_some_and(|(converting, _)| converting.is_dithered())
    }

    /// What has been summed up since it was last taken.
    pub fn take_levels(&mut self) -> Levels {
        std::mem::take(&mut self.levels)
    }

    /// What each of its solvers has met since the chain was built.
    pub fn readings(&self) -> impl Iterator<Item = SolverReadings> {
        let behind = self.rest.iter().flat_map(|(_, behind)| behind.readings());
        self.first.readings().chain(behind)
    }

    /// Solver steps that missed their tolerance since the chain was built.
    pub fn misses(&self) -> u64 {
        self.readings().map(|readings| readings.misses).sum()
    }
}
