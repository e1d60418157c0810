//! Signal processing that is not a circuit.

mod converter;
mod convolver;
mod crossfade;
mod delay;
mod denormals;
mod elliptic;
mod halfband;
mod harmonics;
mod loudness;
mod oversampler;
mod spectrum;

pub use converter::{Converter, ConverterFilter, ConverterSettings};
pub use convolver::Convolver;
pub use crossfade::{End, Fade, Law};
pub use delay::Delay;
pub use denormals::{FlushToZero, flush_subnormal};
pub use harmonics::{Harmonic, harmonics, thd};
pub use loudness::{integrated_lufs, match_gain_db};
pub use oversampler::{LATENCY_SAMPLES, MAX_STAGES, Oversampler};
pub use spectrum::{Spectrum, power_spectrum};
