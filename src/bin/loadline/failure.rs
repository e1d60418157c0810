//! Why a command could not do its work, in words for the person who typed it.

use loadline::circuit::CircuitError;
use loadline::rig::RigError;
use std::fmt;

/// One line that says what went wrong and what to do, then the detail, which may be empty.
#[derive(Debug)]
pub struct Failure {
    what: String,
    detail: String,
}

impl Failure {
    pub fn new(what: impl fmt::Display) -> Self {
        Self {
            what: what.to_string(),
            detail: String::new(),
        }
    }

    pub fn detail(mut self, detail: impl fmt::Display) -> Self {
        self.detail = detail.to_string();
        self
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)?;
        self.detail
            .lines()
            .try_for_each(|line| write!(f, "\n  {line}"))
    }
}

impl From<CircuitError> for Failure {
    fn from(error: CircuitError) -> Self {
        let text = error.to_string();
        let (what, detail) = text.split_once('\n').unwrap_or((&text, ""));
        Self::new(what).detail(detail)
    }
}

impl From<RigError> for Failure {
    fn from(error: RigError) -> Self {
        match error {
            RigError::Circuit(error) => error.into(),
            RigError::Cabinet(error) => Self::new(error),
        }
    }
}
