//! Pictures of a comparison, 1600 by 900: the dry take in grey, A in warm orange, B in cool blue.

mod canvas;
mod harmonics;
mod panel;
mod spectrum;
mod transfer;
mod waveform;

pub use harmonics::harmonics;
pub use spectrum::spectrum;
pub use transfer::transfer;
pub use waveform::waveform;
