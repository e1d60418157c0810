//! The two rigs of an instance, from host samples to host samples.

use crate::circuit::CircuitError;
use crate::rig::Chain;
use crate::rig::Controls;
use crate::rig::Order;
use crate::rig::Side;

/// Rigs A and B, the switch between them, calibration, trim and bypass.
pub struct Pair {
    sample_rate: f64,
    chains: [Box<Chain>; 2],
}

impl Pair {
    /// Builds both rigs. Allocates; never on the audio thread.
    pub fn new(sample_rate: f64, controls: &Controls) -> Result<Self, CircuitError> {
        let build = |side: Side| {
            let rig = &controls.rigs[side.index()];
            Chain::build(&Order {
                choices: rig.choices,
                knobs: rig.knobs,
                sample_rate,
            })
        };
        Ok(Self {
            sample_rate,
            chains: [build(Side::A)?, build(Side::B)?],
        })
    }

    /// Back to the operating points, as freshly built. Never allocates.
    pub fn reset(&mut self) {}

    /// What has to be built before `side` plays what `controls` choose; asked once for each change.
    pub fn order(&mut self, _side: Side, _controls: &Controls) -> Option<Order> {
        let _ = self.sample_rate;
        None
    }

    /// Crossfades a newly built chain in. Returns a retired one to be dropped off the audio thread, if there is one.
    pub fn install(&mut self, side: Side, chain: Box<Chain>) -> Option<Box<Chain>> {
        Some(std::mem::replace(&mut self.chains[side.index()], chain))
    }

    /// A chain that has been faded out, to be dropped off the audio thread.
    pub fn retired(&mut self) -> Option<Box<Chain>> {
        None
    }

    /// Plays a block in place. Slices are of equal length; for a mono host, pass the same samples twice.
    pub fn process(&mut self, _left: &mut [f32], _right: &mut [f32], _controls: &Controls) {}
}
