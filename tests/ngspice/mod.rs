//! The judge: plays a deck through ngspice and hands back what it computed.
//!
//! A test of a deck says `mod ngspice;` and compares its own result with [`transient`], [`operating_point`] or
//! [`ac`]. ngspice gets the deck's own text: only the input `Vin`, the parameters asked for and the analysis are
//! replaced. A machine without ngspice fails these tests; it never skips them.

// Every integration test is a program of its own and uses its part of this module.
#![allow(dead_code, unused_imports)]

mod band;
mod deck;
mod measure;
mod player;
mod raw;
mod run;
mod stimulus;
mod waveforms;

pub use band::audible;
pub use deck::rig_deck;
pub use deck::scratch_deck;
pub use measure::error_db;
pub use measure::harmonics_db;
pub use player::play;
pub use player::play_well;
pub use run::Accuracy;
pub use run::Method;
pub use run::PATIENCE;
pub use run::Run;
pub use run::ac;
pub use run::as_it_stands;
pub use run::at_rest;
pub use run::noise;
pub use run::operating_point;
pub use run::sent;
pub use run::transient;
pub use run::transient_by;
pub use run::transient_of;
pub use run::transient_with;
pub use stimulus::Stimulus;
pub use waveforms::Waveforms;
