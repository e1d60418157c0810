//! A stretch of a rig that is solved as one circuit, with its knobs.

use crate::circuit::CircuitError;
use crate::circuit::Noise;
use crate::circuit::OperatingPoint;
use crate::circuit::Solver;
use crate::circuit::SolverReadings;
use crate::rig::Knobs;
use crate::rig::compose::Circuit;
use crate::rig::compose::PlacedKnob;
use crate::rig::settling::Settling;
use crate::units::Hertz;
use wide::f64x2;

#[derive(Clone, Debug)]
pub struct Stretch {
    /// Plays both channels, or the left one where the right is another unit.
    solver: Solver,
    right: Option<Solver>,
    /// One for each live parameter of the circuit.
    knobs: Vec<Turning>,
    /// Values of the live parameters.
    live: Vec<f64>,
    settling: Settling,
}

/// A knob that turns towards where it is wanted.
#[derive(Clone, Debug)]
pub struct Turning {
    knob: PlacedKnob,
    /// What was told last, and the rotation that it means, 0 to 1.
    told: f64,
    wanted: f64,
    /// As far as it has come.
    rotation: f64,
}

/// Rotations of all knobs at which the noise is compared, to find the parts that make most of it.
const NOISE_TURNS: [f64; 3] = [0.0, 0.5, 1.0];

impl Turning {
    pub fn new(knob: &PlacedKnob, knobs: &Knobs) -> Self {
        let told = knob.position(knobs);
        let wanted = knob.rotation(told);
        Self {
            knob: knob.clone(),
            told,
            wanted,
            rotation: wanted,
        }
    }

    /// What the knob is worth where it stands.
    pub fn value(&self) -> f64 {
        self.knob.card.at_rotation(self.rotation)
    }

    /// Turns it by `most` at most. Whether it moved.
    pub fn turn(&mut self, knobs: &Knobs, most: f64) -> bool {
        let told = self.knob.position(knobs);
        if told.to_bits() != self.told.to_bits() {
            (self.told, self.wanted) = (told, self.knob.rotation(told));
        }
        let missing = self.wanted - self.rotation;
        self.rotation = if missing.abs() <= most {
            self.wanted
        } else {
            self.rotation + most * missing.signum()
        };
        missing != 0.0
    }
}

impl Stretch {
    /// Finds the circuit's operating point, of both channels where they differ. Allocates; never on the audio thread.
    pub fn build(
        circuit: &Circuit,
        wanted: &Knobs,
        rate: Hertz,
        probes: &[&str],
        noise: Option<u64>,
    ) -> Result<Self, CircuitError> {
        let turning = |knob: &PlacedKnob| Turning::new(knob, wanted);
        let knobs: Vec<Turning> = circuit.knobs.iter().map(turning).collect();
        let live: Vec<f64> = knobs.iter().map(Turning::value).collect();
        let solver = |channel: usize| {
            let point = OperatingPoint::solve(circuit.netlist(channel)?)?;
            let Some(seed) = noise else {
                return Solver::new(&point, rate, probes);
            };
            let all_at = |turn: f64| {
                let cards = circuit.knobs.iter().map(|knob| &knob.card);
                cards.map(|card| card.at_rotation(turn)).collect()
            };
            let mut positions: Vec<Vec<f64>> = NOISE_TURNS.map(all_at).into();
            positions.push(live.clone());
            Solver::with_noise(&point, rate, probes, &Noise { seed, positions })
        };
        let channels_differ = circuit.unit.channels_differ();
        let left = solver(0)?;
        let right = channels_differ.then(|| solver(1)).transpose()?;
        let n_states = left.state().len() + right.as_ref().map_or(0, |right| right.state().len());
        Ok(Self {
            solver: left,
            right,
            knobs,
            live,
            settling: Settling::new(n_states),
        })
    }

    /// Back to the operating point, keeping the knobs.
    pub fn reset(&mut self) {
        self.solver.reset();
        self.right.iter_mut().for_each(Solver::reset);
        self.settling.reset();
    }

    /// Steps of the solver in a second.
    pub fn rate(&self) -> Hertz {
        self.solver.rate()
    }

    /// Turns every knob by `most` at most; the circuit follows within `ticks` ticks, wherever it was heading.
    pub fn turn(&mut self, knobs: &Knobs, most: f64, ticks: u32) {
        let mut moved = ticks == 1;
        for (knob, value) in self.knobs.iter_mut().zip(&mut self.live) {
            if knob.turn(knobs, most) {
                *value = knob.value();
                moved = true;
            }
        }
        if moved {
            self.solver.glide(&self.live, ticks);
            let live = &self.live;
            self.right
                .iter_mut()
                .for_each(|right| right.glide(live, ticks));
        }
    }

    /// One tick of the solver.
    #[inline]
    pub fn tick(&mut self, v_in: f64x2) {
        match &mut self.right {
            None => self.solver.tick(v_in),
            Some(right) => {
                let [v_left, v_right] = v_in.to_array();
                self.solver.tick(f64x2::splat(v_left));
                right.tick(f64x2::splat(v_right));
            }
        }
    }

    #[inline]
    pub fn probe(&self, index: usize) -> f64x2 {
        let v = self.solver.probe(index);
        match &self.right {
            None => v,
            Some(right) => f64x2::new([v.to_array()[0], right.probe(index).to_array()[1]]),
        }
    }

    /// Whether the circuit has stood still since this was last asked.
    pub fn has_settled(&mut self) -> bool {
        let left = self.solver.state().iter();
        let right = self.right.iter().flat_map(|right| right.state());
        self.settling.has_settled(left.chain(right))
    }

    /// Of each of its solvers.
    pub fn readings(&self) -> impl Iterator<Item = SolverReadings> {
        std::iter::once(&self.solver)
            .chain(&self.right)
            .map(Solver::readings)
    }
}
