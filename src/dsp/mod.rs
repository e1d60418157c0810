//! Signal processing that is not a circuit.

mod cascade;
mod converter;
mod convolver;
mod crossfade;
mod delay;
mod denormals;
mod elliptic;
mod emphasis;
mod equiripple;
mod halfband;
mod harmonics;
mod level_gap;
mod loudness;
mod oversampler;
mod spectrum;
mod symmetric;

pub use converter::{Converter, ConverterFilter, ConverterSettings};
pub use convolver::Convolver;
pub use crossfade::{End, Fade, Law};
pub use delay::Delay;
pub use denormals::{FlushToZero, flush_subnormal};
pub use emphasis::Emphasis;
pub use harmonics::{Harmonic, harmonics, thd};
pub use level_gap::LevelGap;
pub use loudness::{integrated_lufs, match_gain_db};
pub use oversampler::{LATENCY_SAMPLES, MAX_STAGES, Oversampler};
pub use oversampler::{SAMPLES_TO_SOLVER, SHORTEST_WAY};
pub use spectrum::{Spectrum, power_spectrum};
