//! A rig: source → preamp → coupling → amp → load as one circuit, twice (A and B), between host samples and host
//! samples.

mod automation;
mod cabinet;
mod chain;
mod compose;
mod controls;
mod converting;
mod desk;
pub mod folders;
mod gains;
mod junctions;
mod leaving;
pub mod legend;
mod levels;
pub mod library;
mod listening;
mod mid_side;
mod mix;
mod oversampling;
mod pair;
mod part;
mod parts;
mod ports;
mod preset;
mod ramp;
mod same_thd;
pub mod settings;
mod settling;
mod sleep;
mod slot;
mod speaker;
mod stretch;
mod swap;
mod switch;
mod tolerance;
mod unit;
pub mod verified;
mod warp;

pub use cabinet::{Cabinet, CabinetChoice, CabinetError, CabinetModel, CabinetOrder};
pub use cabinet::{ImpulseResponse, Mic, MicKind};
pub use chain::{CONTROL_TICK, Chain, ChainOrder};
pub use compose::BRIDGING_LOAD;
pub use controls::{Channels, Choices, Comparison, Controls, Knobs, Listen, Other};
pub use controls::{Phase, ROOM_TEMPERATURE, RigControls, Side, Tolerance, ranges};
pub use junctions::{F_REPORT, Loading, Loadings, loadings};
pub use levels::Levels;
pub use library::Library;
pub use oversampling::Oversampling;
pub use pair::{Pair, Tap};
pub use part::{Order, Part, RigError};
pub use parts::{UnitPart, parts};
pub use preset::{Collection, Entry, Preset, PresetError, Wish};
pub use same_thd::{F_THD, SameThd, SameThdError, THD_TOLERANCE, same_thd};
pub use settings::Wanted;
pub use slot::{KnobPlace, MAX_SWITCHES, Slot, Turn};
pub use speaker::{Speaker, SpeakerControls, SpeakerOrder};

/// What a deck says of itself.
pub use crate::circuit::{Annotations, ChoiceCard, KnobCard};
/// Latency of every mode, in host samples.
pub use crate::dsp::LATENCY_SAMPLES;
