//! From a SPICE deck to samples: parse and expand, operating point, plan, solve.

pub mod deck;
mod dense;
mod elements;
mod environment;
mod equations;
mod error;
mod expression;
mod factors;
mod floating;
mod hiss;
mod native;
mod netlist;
mod number;
mod operating_point;
mod order;
mod plan;
mod small_signal;
mod solver;
mod tape;
mod x86;

pub use deck::Deck;
pub use deck::annotation::Annotations;
pub use deck::annotation::KnobCard;
pub use deck::annotation::ModelCard;
pub use deck::annotation::Taper;
pub use error::CircuitError;
pub use hiss::Noise;
pub use netlist::Netlist;
pub use number::number;
pub use operating_point::DevicePoint;
pub use operating_point::OperatingPoint;
pub use operating_point::OtherRest;
pub use small_signal::output_noise;
pub use small_signal::small_signal;
pub use solver::Solver;
pub use solver::SolverReadings;
