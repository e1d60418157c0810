//! The factory models, compiled in.

use crate::circuit::CircuitError;
use crate::circuit::Deck;
use crate::rig::verified::content_hash;
use std::path::Path;

/// A model's place among its kind, and its deck.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Model {
    /// Name of the deck's `.subckt`.
    pub id: &'static str,
    pub name: &'static str,
    /// The deck's file, as seen from `plugin-assets/circuits`.
    pub path: &'static str,
    /// The deck, as text.
    pub deck: &'static str,
}

macro_rules! model {
    ($folder:literal, $id:literal, $name:literal) => {
        Model {
            id: $id,
            name: $name,
            path: concat!($folder, "/", $id, ".cir"),
            deck: include_str!(concat!(
                "../../plugin-assets/circuits/",
                $folder,
                "/",
                $id,
                ".cir"
            )),
        }
    };
}

/// Sources, in the order of the host parameter's values; new ones go at the end.
pub const SOURCES: &[Model] = &[
    model!("sources", "line", "Line"),
    model!("sources", "single_coil", "Single coil"),
    model!("sources", "humbucker", "Humbucker"),
    model!("sources", "hot_humbucker", "Hot humbucker"),
];

/// Preamps, in the order of the host parameter's values; new ones go at the end.
pub const PREAMPS: &[Model] = &[
    model!("preamps", "tube_two_stage", "Tube: two-stage 12AX7"),
    model!("preamps", "opamp_baxandall", "Op-amp: Baxandall"),
];

const DEVICES: &str = include_str!("../../plugin-assets/circuits/devices.lib");

impl Model {
    pub fn deck(&self) -> Result<Deck, CircuitError> {
        Deck::parse(Path::new(self.path), self.deck, &included)
    }

    /// Of the deck with all that it includes.
    pub fn content_hash(&self) -> Result<String, CircuitError> {
        content_hash(Path::new(self.path), self.deck, &included)
    }
}

/// What a factory deck may include.
fn included(path: &Path) -> Result<String, String> {
    match path.to_str() {
        Some("devices.lib") => Ok(DEVICES.to_string()),
        _ => Err("a factory deck includes only devices.lib".to_string()),
    }
}

/// The model at a place, or the first one where the place is empty.
pub fn at(models: &'static [Model], place: usize) -> &'static Model {
    models.get(place).unwrap_or(&models[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_model_is_what_its_deck_says() {
        for model in SOURCES.iter().chain(PREAMPS) {
            let deck = model.deck().unwrap_or_else(|why| panic!("{why}"));
            let card = deck
                .annotations()
                .model
                .clone()
                .expect("a factory deck has a *@ model line");
            assert_eq!(
                (card.id.as_str(), card.name.as_str()),
                (model.id, model.name)
            );
            assert!(
                deck.annotations().from.is_some(),
                "{}: no *@ from",
                model.id
            );
        }
    }
}
