//! What an instance is made of and exchanges while it plays: circuits and cabinets.

use crate::circuit::CircuitError;
use crate::rig::CabinetError;
use crate::rig::Chain;
use crate::rig::ChainOrder;
use crate::rig::Library;
use crate::rig::Speaker;
use crate::rig::SpeakerOrder;
use std::fmt;

/// What is needed to build a part; made on the audio thread, filled off it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Order {
    Chain(ChainOrder),
    Speaker(SpeakerOrder),
}

/// A part, ready to play.
#[derive(Debug)]
pub enum Part {
    Chain(Box<Chain>),
    Speaker(Box<Speaker>),
}

impl Order {
    /// Allocates; never on the audio thread.
    pub fn build(&self, library: &Library) -> Result<Part, RigError> {
        Ok(match self {
            Self::Chain(order) => Part::Chain(Chain::build(order, library)?),
            Self::Speaker(order) => Part::Speaker(Speaker::build(order, library)?),
        })
    }

    /// Whether both ask for the same kind of part, so that the later one is enough.
    pub fn is_like(&self, other: &Order) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other)
    }
}

/// Why a rig can't be built: what is wrong, and what to do.
#[derive(Clone, Debug, PartialEq)]
pub enum RigError {
    Circuit(CircuitError),
    Cabinet(CabinetError),
}

impl fmt::Display for RigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Circuit(error) => error.fmt(f),
            Self::Cabinet(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for RigError {}

impl From<CircuitError> for RigError {
    fn from(error: CircuitError) -> Self {
        Self::Circuit(error)
    }
}

impl From<CabinetError> for RigError {
    fn from(error: CabinetError) -> Self {
        Self::Cabinet(error)
    }
}
