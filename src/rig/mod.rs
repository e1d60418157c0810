//! A rig: source → preamp → … as one circuit, twice (A and B), between host samples and host samples.

mod cabinet;
mod chain;
mod controls;
pub mod library;
mod pair;
pub mod verified;

pub use cabinet::{Cabinet, CabinetChoice, CabinetError, CabinetModel, CabinetOrder};
pub use cabinet::{ImpulseResponse, Mic, MicKind};
pub use chain::BRIDGING_LOAD;
pub use chain::{CONTROL_TICK, Chain, Order};
pub use controls::ranges;
pub use controls::{Choices, Controls, Knobs, Oversampling, RigControls, Side};
pub use pair::Pair;

/// Latency of every mode, in host samples.
pub use crate::dsp::LATENCY_SAMPLES;
