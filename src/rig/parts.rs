//! A unit's parts, for those who want to see them.

use crate::circuit::CircuitError;
use crate::circuit::Part;
use crate::circuit::Quantity;
use crate::rig::Choices;
use crate::rig::Knobs;
use crate::rig::compose::Circuit;
use crate::rig::compose::compose;
use crate::rig::library::Library;
use crate::rig::slot::Slot;
use crate::rig::unit;
use crate::units::text;
use std::collections::HashMap;

/// A part of a rig and what it is worth in this unit.
#[derive(Clone, Debug, PartialEq)]
pub struct UnitPart {
    /// The stage that it is in; a second amplifier and its load are stages of their own.
    pub stage: &'static str,
    pub slot: Slot,
    /// Id of the deck.
    pub model: String,
    /// As on the schematic, `R3` or `V1`; of a pot the name of its knob.
    pub name: String,
    /// What of it is off: `R`, `C`, `L`, `track`, `mu`, `perveance`, `IS`, `BF` and so on.
    pub quantity: &'static str,
    /// What the deck says, with its unit; of a pot what its arms come to as the knobs stand.
    pub nominal: String,
    /// Left and right, in % of the nominal value.
    pub deviations: [f64; 2],
}

/// Every part of the rig that differs from unit to unit, in the signal's order. Allocates; takes as long as reading the
/// rig's decks.
pub fn parts(
    choices: &Choices,
    knobs: &Knobs,
    library: &Library,
) -> Result<Vec<UnitPart>, CircuitError> {
    let mut all = Vec::new();
    for circuit in compose(choices, knobs, library, None)?.circuits {
        all.extend(of_circuit(&circuit)?);
    }
    all.sort_by_key(|part| part.slot);
    Ok(all)
}

fn of_circuit(circuit: &Circuit) -> Result<Vec<UnitPart>, CircuitError> {
    let mut found: Vec<(UnitPart, f64, Quantity)> = Vec::new();
    let mut known: HashMap<(String, Quantity), usize> = HashMap::new();
    let mut collect = |part: &Part| {
        let (Some((stage, left)), Some((_, right))) = (
            circuit.unit.deviation(0, part),
            circuit.unit.deviation(1, part),
        ) else {
            return;
        };
        let key = (part.knob.unwrap_or(part.name).to_owned(), part.quantity);
        if let Some(place) = known.get(&key) {
            // The arms of a pot make its track; of coupled windings the first is told.
            if part.quantity == Quantity::Track {
                found[*place].1 += part.nominal;
            }
            return;
        }
        let knob = part.knob.and_then(|knob| stage.knob(knob));
        let name = knob.map_or_else(|| designator(part.name), str::to_owned);
        known.insert(key, found.len());
        let row = UnitPart {
            stage: stage.name,
            slot: stage.maker.slot,
            model: stage.model.clone(),
            name,
            quantity: unit::id(part.quantity),
            nominal: String::new(),
            deviations: [100.0 * left, 100.0 * right],
        };
        found.push((row, part.nominal, part.quantity));
    };
    circuit.each_part(&mut collect)?;
    let told = found.into_iter().map(|(row, nominal, quantity)| UnitPart {
        nominal: with_unit(nominal, quantity),
        ..row
    });
    Ok(told.collect())
}

/// `xpreamp.xv1` as `V1`, `xsource.xw.r1` as `W.R1`.
fn designator(name: &str) -> String {
    let own = name.split('.').skip(1).map(|word| {
        let bare = word.strip_prefix('x').unwrap_or(word);
        let is_named = bare.starts_with(|c: char| c.is_alphabetic());
        if is_named { bare } else { word }.to_uppercase()
    });
    own.collect::<Vec<_>>().join(".")
}

fn with_unit(nominal: f64, quantity: Quantity) -> String {
    match quantity {
        Quantity::Resistance | Quantity::Track => text::ohms(nominal),
        Quantity::Capacitance => text::si(nominal, "F"),
        Quantity::Inductance => text::si(nominal, "H"),
        Quantity::Amplification | Quantity::CurrentGain => text::digits(nominal, 3),
        Quantity::Perveance => format!("{nominal:.2e}"),
        Quantity::DiodeCurrent | Quantity::TransistorCurrent => format!("{nominal:.2e} A"),
        Quantity::Breakdown | Quantity::Threshold => text::si(nominal, "V"),
        Quantity::Beta => text::si(nominal, "A/V²"),
        Quantity::PairTransconductance => text::si(nominal, "S"),
        Quantity::TailCurrent => text::si(nominal, "A"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn designators_are_those_of_the_schematic() {
        for (name, told) in [
            ("xpreamp.r3", "R3"),
            ("xpreamp.xv1", "V1"),
            ("xsource.xw.r1", "W.R1"),
            ("xload.x1.l5", "X1.L5"),
        ] {
            assert_eq!(designator(name), told);
        }
    }
}
