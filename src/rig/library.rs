//! Every model that a rig can be made of: the factory's, compiled in, and the user's own.

mod factory;
mod user;

use crate::circuit::Annotations;
use crate::circuit::ChoiceCard;
use crate::circuit::CircuitError;
use crate::circuit::Deck;
use crate::rig::library::user::Found;
use crate::rig::slot::Slot;
use crate::rig::verified::content_hash;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::LazyLock;
use std::sync::OnceLock;

/// A deck that fills a slot.
#[derive(Debug)]
pub struct Model {
    /// Name of the deck's `.subckt`.
    pub id: Cow<'static, str>,
    pub name: Cow<'static, str>,
    /// The deck's file, as errors name it and as seen from the folder of circuits.
    pub path: Cow<'static, str>,
    /// The deck, as text; nothing where the slot is left empty.
    text: Cow<'static, str>,
    /// What the user's decks include beside the factory's devices, by the path that they name.
    files: Vec<(PathBuf, String)>,
    /// A digital preamp's second deck: its own ends in an analogue-to-digital converter, this begins behind a
    /// digital-to-analogue one.
    pub behind: Option<Box<Model>>,
    annotations: OnceLock<Annotations>,
}

/// Models by slot and place. A place is what hosts store: a model never leaves its own.
#[derive(Debug)]
pub struct Library {
    factory: [Vec<Model>; 5],
    user: Found,
    /// Impulse responses by place behind [`USER`]: name and file.
    responses: BTreeMap<usize, (String, PathBuf)>,
}

/// Places of a slot; the last half is the user's.
pub const PLACES: usize = 128;
/// Place of the user's first model.
pub const USER: usize = PLACES / 2;

/// Id of the model that leaves its slot empty: what follows is joined to what comes before.
pub const NONE: &str = "none";

const DEVICES: &str = include_str!("../../plugin-assets/circuits/devices.lib");

impl Model {
    pub fn new(
        id: impl Into<Cow<'static, str>>,
        name: impl Into<Cow<'static, str>>,
        path: impl Into<Cow<'static, str>>,
        text: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            id: id.into(),
            name: name.into(),
            path: path.into(),
            text: text.into(),
            files: Vec::new(),
            behind: None,
            annotations: OnceLock::new(),
        }
    }

    /// Whether it leaves its slot empty.
    pub fn is_none(&self) -> bool {
        self.text.is_empty()
    }

    pub fn deck(&self) -> Result<Deck, CircuitError> {
        Deck::parse(Path::new(&*self.path), &self.text, &|path| {
            self.included(path)
        })
    }

    fn included(&self, path: &Path) -> Result<String, String> {
        let own = self.files.iter().find(|(known, _)| known == path);
        own.map_or_else(|| included(path), |(_, text)| Ok(text.clone()))
    }

    /// What its deck says of itself; nothing where it can't be read.
    pub fn annotations(&self) -> &Annotations {
        self.annotations.get_or_init(|| {
            let deck = (!self.is_none()).then(|| self.deck().ok()).flatten();
            deck.map(|deck| deck.annotations().clone())
                .unwrap_or_default()
        })
    }

    /// Where a switch stands at first: at the default of its parameter, else at its first position.
    pub fn start_of(&self, switch: &ChoiceCard) -> usize {
        let deck = self.deck().ok();
        let default = deck.and_then(|deck| deck.default_of(&self.id, &switch.id));
        let at = |default| {
            switch
                .values
                .iter()
                .position(|(_, value)| *value == default)
        };
        default.and_then(at).unwrap_or(0)
    }

    /// Of the deck with all that it includes.
    pub fn content_hash(&self) -> Result<String, CircuitError> {
        content_hash(Path::new(&*self.path), &self.text, &|path| {
            self.included(path)
        })
    }
}

/// What every deck may include.
fn included(path: &Path) -> Result<String, String> {
    if path.file_name().is_some_and(|name| name == "devices.lib") {
        Ok(DEVICES.to_string())
    } else {
        Err("a deck of the library includes only ../devices.lib".to_string())
    }
}

impl Library {
    /// The factory's models alone.
    pub fn factory() -> Arc<Library> {
        static FACTORY: LazyLock<Arc<Library>> = LazyLock::new(|| {
            Arc::new(Library {
                factory: factory::models(),
                user: Found::default(),
                responses: BTreeMap::new(),
            })
        });
        FACTORY.clone()
    }

    /// The factory's models and the user's: decks in one folder, impulse responses in the other.
    pub fn with_user(circuits: &Path, cabinets: &Path) -> Library {
        Library {
            factory: factory::models(),
            user: user::read(circuits),
            responses: user::responses(cabinets),
        }
    }

    /// A response in the user's folder of cabinets: its name and its file.
    pub fn response(&self, place: usize) -> Option<(&str, &Path)> {
        let response = self.responses.get(&place.checked_sub(USER)?)?;
        Some((&response.0, &response.1))
    }

    /// Why some of the user's decks are not among the models.
    pub fn troubles(&self) -> &[String] {
        &self.user.troubles
    }

    pub fn get(&self, slot: Slot, place: usize) -> Option<&Model> {
        match place.checked_sub(USER) {
            None => self.factory[slot.index()].get(place),
            Some(place) => self.user.models[slot.index()].get(&place),
        }
    }

    /// The model at a place, or the slot's first one where the place is empty.
    pub fn at(&self, slot: Slot, place: usize) -> &Model {
        self.get(slot, place)
            .unwrap_or(&self.factory[slot.index()][0])
    }

    /// All models of a slot, each with its place.
    pub fn models(&self, slot: Slot) -> impl Iterator<Item = (usize, &Model)> {
        let factory = self.factory[slot.index()].iter().enumerate();
        let user = self.user.models[slot.index()].iter();
        factory.chain(user.map(|(place, model)| (USER + place, model)))
    }

    /// Place of the model with this id.
    pub fn find(&self, slot: Slot, id: &str) -> Option<usize> {
        let found = self.models(slot).find(|(_, model)| model.id == id);
        found.map(|(place, _)| place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_model_is_what_its_deck_says() {
        let library = Library::factory();
        for slot in Slot::ALL {
            for (_, model) in library.models(slot).filter(|(_, model)| !model.is_none()) {
                let deck = model.deck().unwrap_or_else(|why| panic!("{why}"));
                let notes = deck.annotations();
                let card = notes
                    .model
                    .as_ref()
                    .expect("a factory deck has a *@ model line");
                assert_eq!(
                    (&*card.id, &*card.name, &*card.kind),
                    (&*model.id, &*model.name, slot.id())
                );
                assert!(notes.from.is_some(), "{}: no *@ from", model.id);
                let unplaced = slot
                    .places_of(&notes.knobs)
                    .iter()
                    .position(Option::is_none);
                assert_eq!(unplaced.map(|at| &notes.knobs[at].id), None, "{}", model.id);
                assert!(
                    notes.choices.len() <= slot.n_switches(),
                    "{}: too many switches",
                    model.id
                );
            }
        }
    }
}
