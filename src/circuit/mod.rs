//! From a SPICE deck to samples: parse and expand, operating point, plan, solve.

use std::fmt;

/// Why a deck can't be played: one line with file, line and element, then what to write instead.
#[derive(Clone, Debug, PartialEq)]
pub struct CircuitError(pub String);

impl fmt::Display for CircuitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for CircuitError {}
