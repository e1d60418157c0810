//! One rig as one solved circuit at one rate.

use crate::circuit::CircuitError;
use crate::rig::Choices;
use crate::rig::Knobs;
use wide::f64x2;

/// What is needed to build a chain; made on the audio thread, filled off it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Order {
    pub choices: Choices,
    pub knobs: Knobs,
    pub sample_rate: f64,
}

/// A rig ready to play: its circuit, its oversampler and its knobs.
pub struct Chain {
    choices: Choices,
}

impl Chain {
    /// Builds and settles the chain. Allocates; never on the audio thread.
    pub fn build(order: &Order) -> Result<Box<Chain>, CircuitError> {
        Ok(Box::new(Chain {
            choices: order.choices,
        }))
    }

    pub fn choices(&self) -> Choices {
        self.choices
    }

    /// Back to the operating point, keeping the knobs. Never allocates.
    pub fn reset(&mut self) {}

    /// Where the knobs go by the end of the next control tick.
    pub fn set_knobs(&mut self, _knobs: &Knobs) {}

    /// One host sample: volts at the source, volts at the output; a lane is a channel.
    pub fn tick(&mut self, v_source: f64x2) -> f64x2 {
        v_source
    }

    /// Solver steps since the start that missed their tolerance.
    pub fn misses(&self) -> u64 {
        0
    }
}
