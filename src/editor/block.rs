//! The blocks of the signal path that can be selected.

use crate::params::RigParams;
use crate::params::library;
use crate::rig::Slot;
use nice_plug::prelude::Param;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Block {
    Deck(Slot),
    Cabinet,
    Out,
    /// No block of the path: how both rigs are built and played.
    Setup,
}

impl Block {
    /// The path, in the signal's order.
    pub const ALL: [Block; 7] = [
        Self::Deck(Slot::Source),
        Self::Deck(Slot::Preamp),
        Self::Deck(Slot::Coupling),
        Self::Deck(Slot::Amp),
        Self::Deck(Slot::Load),
        Self::Cabinet,
        Self::Out,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Deck(slot) => slot.name(),
            Self::Cabinet => "Cabinet",
            Self::Out => "Out",
            Self::Setup => "Setup",
        }
    }

    /// What is loaded there, and whether the signal passes it unchanged.
    pub fn content(self, rig: &RigParams) -> (String, bool) {
        match self {
            Self::Deck(slot) => {
                let (library, place) = (library(), rig.slot(slot).place());
                let plays = library.at(slot, place);
                let name = match library.get(slot, place) {
                    Some(model) => model.name.to_string(),
                    None => format!("Not found: plays {}", plays.name),
                };
                (name, plays.is_none())
            }
            Self::Cabinet => {
                let model = &rig.cabinet.model;
                (shown(model), model.unmodulated_plain_value() == 0)
            }
            Self::Out => (format!("Trim {}", shown(&rig.trim)), false),
            Self::Setup => (String::new(), false),
        }
    }
}

/// A parameter's value as text.
fn shown<P: Param>(param: &P) -> String {
    param.normalized_value_to_string(param.unmodulated_normalized_value(), true)
}
