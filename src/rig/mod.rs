//! A rig: source → preamp → coupling → amp → load as one circuit, twice (A and B), between host samples and host
//! samples.

mod cabinet;
mod chain;
mod compose;
mod controls;
mod converting;
pub mod folders;
mod junctions;
pub mod legend;
mod levels;
pub mod library;
mod mix;
mod pair;
mod part;
mod preset;
pub mod settings;
mod slot;
mod speaker;
mod stretch;
mod swap;
pub mod verified;

pub use cabinet::{Cabinet, CabinetChoice, CabinetError, CabinetModel, CabinetOrder};
pub use cabinet::{ImpulseResponse, Mic, MicKind};
pub use chain::{CONTROL_TICK, Chain, ChainOrder};
pub use compose::BRIDGING_LOAD;
pub use controls::{Channels, Choices, Controls, Knobs, Listen, Oversampling, Phase};
pub use controls::{ROOM_TEMPERATURE, ranges};
pub use controls::{RigControls, Side, Tolerance};
pub use junctions::{F_REPORT, Loading, Loadings, loadings};
pub use levels::Levels;
pub use library::Library;
pub use pair::Pair;
pub use part::{Order, Part, RigError};
pub use preset::{Preset, PresetError};
pub use settings::Wanted;
pub use slot::{KnobPlace, MAX_SWITCHES, Slot, Turn};
pub use speaker::{Speaker, SpeakerControls, SpeakerOrder};

/// What a deck says of itself.
pub use crate::circuit::{Annotations, ChoiceCard, KnobCard};
/// Latency of every mode, in host samples.
pub use crate::dsp::LATENCY_SAMPLES;
