//! Loadline: preamps and amplifiers as circuits, solved in real time.
//!
//! The engine (`units`, `devices`, `circuit`, `dsp`, `rig`) stands alone; `params`, `editor` and `plugin`
//! are the CLAP and VST3 plugin around it and need the `plugin` feature.

pub mod circuit;
pub mod devices;
pub mod dsp;
pub mod meters;
pub mod rig;
pub mod units;

#[cfg(feature = "plugin")]
pub mod editor;
#[cfg(feature = "plugin")]
pub mod params;
#[cfg(feature = "plugin")]
pub mod plugin;
