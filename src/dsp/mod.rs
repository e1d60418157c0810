//! Signal processing that is not a circuit.

mod denormals;

pub use denormals::{FlushToZero, flush_subnormal};
