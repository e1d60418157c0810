//! A rig: source → preamp → coupling → amp → load as one circuit, twice (A and B), between host samples and host
//! samples.

mod chain;
mod compose;
mod controls;
mod junctions;
pub mod legend;
mod levels;
pub mod library;
mod mix;
mod pair;
mod slot;
pub mod verified;

pub use chain::{CONTROL_TICK, Chain, Order};
pub use compose::BRIDGING_LOAD;
pub use controls::ranges;
pub use controls::{Choices, Controls, Knobs, Oversampling, RigControls, Side};
pub use junctions::{F_REPORT, Loading, Loadings, loadings};
pub use levels::Levels;
pub use library::Library;
pub use pair::Pair;
pub use slot::{KnobPlace, MAX_SWITCHES, Slot, Turn};

/// Latency of every mode, in host samples.
pub use crate::dsp::LATENCY_SAMPLES;
