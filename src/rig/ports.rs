//! What a slot's decks are joined to the signal by.

use crate::circuit::CircuitError;
use crate::circuit::Deck;
use crate::rig::slot::Slot;

/// Ports of the subcircuit that a deck in a slot is, in their order: one with other ports than its kind has is refused.
pub fn ports<'a>(
    deck: &'a Deck,
    slot: Slot,
    path: &str,
    id: &str,
) -> Result<&'a [String], CircuitError> {
    let (wanted, form) = match slot {
        Slot::Load => (1..=1, "in"),
        Slot::Coupling => (2..=3, "in out, or in out inv, or in out high"),
        _ => (2..=2, "in out"),
    };
    let ports = deck.ports(id);
    ports
        .filter(|ports| wanted.contains(&ports.len()))
        .ok_or_else(|| {
            let found = ports.map_or(
                format!("the deck has no .subckt {id}, which its *@ model names"),
                |ports| format!(".subckt {id} has the ports {}", ports.join(" ")),
            );
            let kind = slot.id();
            CircuitError(format!(
                "{path}: {found}; a {kind} is a subcircuit: write .subckt {id} {form}"
            ))
        })
}
