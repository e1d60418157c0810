//! Why a deck can't be played.

use std::fmt;

/// One line with file, line and element, then what to write instead.
#[derive(Clone, Debug, PartialEq)]
pub struct CircuitError(pub String);

impl CircuitError {
    pub fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}

impl fmt::Display for CircuitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for CircuitError {}

/// Where a statement stands: file and line, as errors name it.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    pub file: std::sync::Arc<str>,
    pub line: usize,
}

impl Place {
    pub fn error(&self, what: impl fmt::Display) -> CircuitError {
        CircuitError(format!("{}:{}: {what}", self.file, self.line))
    }
}
