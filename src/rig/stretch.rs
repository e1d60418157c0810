//! A stretch of a rig that is solved as one circuit, with its knobs.

use crate::circuit::CircuitError;
use crate::circuit::Netlist;
use crate::circuit::Noise;
use crate::circuit::OperatingPoint;
use crate::circuit::Solver;
use crate::rig::Knobs;
use crate::rig::compose::Circuit;
use crate::rig::compose::PlacedKnob;
use crate::units::Hertz;
use wide::f64x2;

#[derive(Clone, Debug)]
pub struct Stretch {
    solver: Solver,
    /// One for each live parameter of the circuit.
    knobs: Vec<Turning>,
    /// Values of the live parameters.
    live: Vec<f64>,
}

/// A knob that turns towards where it is wanted.
#[derive(Clone, Debug)]
pub struct Turning {
    knob: PlacedKnob,
    /// 0 to 1, as far as it has come.
    rotation: f64,
}

/// Rotations of all knobs at which the noise is compared, to find the parts that make most of it.
const NOISE_TURNS: [f64; 3] = [0.0, 0.5, 1.0];

impl Turning {
    pub fn new(knob: &PlacedKnob, knobs: &Knobs) -> Self {
        Self {
            rotation: knob.rotation(knobs),
            knob: knob.clone(),
        }
    }

    /// What the knob is worth where it stands.
    pub fn value(&self) -> f64 {
        self.knob.card.at_rotation(self.rotation)
    }

    /// Turns it by `most` at most. Whether it moved.
    pub fn turn(&mut self, knobs: &Knobs, most: f64) -> bool {
        let wanted = self.knob.rotation(knobs);
        let missing = wanted - self.rotation;
        self.rotation = if missing.abs() <= most {
            wanted
        } else {
            self.rotation + most * missing.signum()
        };
        missing != 0.0
    }
}

impl Stretch {
    /// Finds the circuit's operating point. Allocates; never on the audio thread.
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
        let point = OperatingPoint::solve(Netlist::expand(&circuit.deck)?)?;
        let solver = match noise {
            None => Solver::new(&point, rate, probes)?,
            Some(seed) => {
                let all_at = |turn: f64| {
                    let cards = circuit.knobs.iter().map(|knob| &knob.card);
                    cards.map(|card| card.at_rotation(turn)).collect()
                };
                let mut positions: Vec<Vec<f64>> = NOISE_TURNS.map(all_at).into();
                positions.push(live.clone());
                Solver::with_noise(&point, rate, probes, &Noise { seed, positions })?
            }
        };
        Ok(Self {
            solver,
            knobs,
            live,
        })
    }

    /// Back to the operating point, keeping the knobs.
    pub fn reset(&mut self) {
        self.solver.reset();
    }

    /// Turns every knob by `most` at most; the circuit follows within `steps` steps.
    pub fn turn(&mut self, knobs: &Knobs, most: f64, steps: u32) {
        let mut moved = false;
        for (knob, value) in self.knobs.iter_mut().zip(&mut self.live) {
            if knob.turn(knobs, most) {
                *value = knob.value();
                moved = true;
            }
        }
        if moved {
            self.solver.glide(&self.live, steps);
        }
    }

    /// One step of the solver.
    #[inline]
    pub fn tick(&mut self, v_in: f64x2) {
        self.solver.tick(v_in);
    }

    #[inline]
    pub fn probe(&self, index: usize) -> f64x2 {
        self.solver.probe(index)
    }

    pub fn misses(&self) -> u64 {
        self.solver.readings().misses
    }
}
