//! Every model that a rig can be made of: the factory's, compiled in, and the user's own.

mod embedded;
mod factory;
mod guests;
mod response;
mod user;

use crate::circuit::Annotations;
use crate::circuit::ChoiceCard;
use crate::circuit::CircuitError;
use crate::circuit::Deck;
use crate::rig::CabinetModel;
use crate::rig::library::guests::Guests;
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

pub use embedded::{Embedded, Kind};
pub use response::Response;

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
    /// What of its cards the circuit ignores: file, line and what.
    pub notices: Vec<String>,
    /// A digital preamp's second deck: its own ends in an analogue-to-digital converter, this begins behind a
    /// digital-to-analogue one.
    pub behind: Option<Box<Model>>,
    told: OnceLock<Told>,
    /// Written when it is first asked for.
    embedded: OnceLock<Option<Embedded>>,
}

/// What a deck says of itself: read once, and nothing of one that can't be read.
#[derive(Debug, Default)]
struct Told {
    annotations: Annotations,
    /// First position of each switch.
    starts: Vec<u8>,
    n_ports: usize,
}

/// Models by slot and place. A place is what hosts store: a model never leaves its own.
#[derive(Clone, Debug)]
pub struct Library {
    factory: Arc<[Vec<Model>; 5]>,
    user: Arc<Found>,
    /// Impulse responses by place behind [`USER`].
    responses: Arc<BTreeMap<usize, Arc<Response>>>,
    /// What projects and presets brought along.
    guests: Guests,
}

/// Places of a slot; the last half is the user's.
pub const PLACES: usize = 128;
/// Place of the user's first model.
pub const USER: usize = PLACES / 2;

/// Id of the model that leaves its slot empty: what follows is joined to what comes before.
pub const NONE: &str = "none";

/// The same for every library, so that what was read of a deck is read once.
static FACTORY: LazyLock<Arc<[Vec<Model>; 5]>> = LazyLock::new(|| Arc::new(factory::models()));

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
            notices: Vec::new(),
            behind: None,
            told: OnceLock::new(),
            embedded: OnceLock::new(),
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
        &self.told().annotations
    }

    /// Whether it is a splitter or a crossover, and drives a second amplifier.
    pub fn has_second_output(&self) -> bool {
        self.told().n_ports == 3
    }

    /// Where each switch stands at first: at the default of its parameter, else at its first position.
    pub fn starts(&self) -> &[u8] {
        &self.told().starts
    }

    fn told(&self) -> &Told {
        self.told.get_or_init(|| {
            let deck = (!self.is_none()).then(|| self.deck().ok()).flatten();
            deck.map(|deck| Told::by(&deck, &self.id))
                .unwrap_or_default()
        })
    }

    /// Of the deck with all that it includes.
    pub fn content_hash(&self) -> Result<String, CircuitError> {
        content_hash(Path::new(&*self.path), &self.text, &|path| {
            self.included(path)
        })
    }
}

impl Told {
    fn by(deck: &Deck, id: &str) -> Self {
        let annotations = deck.annotations().clone();
        let start = |switch: &ChoiceCard| {
            let default = deck.default_of(id, &switch.id)?;
            let at = switch
                .values
                .iter()
                .position(|(_, value)| *value == default)?;
            u8::try_from(at).ok()
        };
        let starts = annotations
            .choices
            .iter()
            .map(|switch| start(switch).unwrap_or(0));
        Self {
            starts: starts.collect(),
            n_ports: deck.ports(id).map_or(0, <[String]>::len),
            annotations,
        }
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
        Arc::new(Library {
            factory: FACTORY.clone(),
            user: Arc::default(),
            responses: Arc::default(),
            guests: Guests::default(),
        })
    }

    /// The factory's models and the user's: decks in one folder, impulse responses in the other.
    pub fn with_user(circuits: &Path, cabinets: &Path) -> Library {
        Library {
            factory: FACTORY.clone(),
            user: Arc::new(user::read(circuits)),
            responses: Arc::new(user::responses(cabinets)),
            guests: Guests::default(),
        }
    }

    /// The user's own response at a place.
    pub fn response(&self, place: usize) -> Option<&Response> {
        let place = place.checked_sub(USER)?;
        let guest = self.guests.responses.get(&place);
        guest.or_else(|| self.responses.get(&place)).map(|it| &**it)
    }

    /// Name of the cabinet at a place: a computed one, or the user's own response.
    pub fn cabinet(&self, place: usize) -> Option<&str> {
        let computed = CabinetModel::ALL.get(place).map(|model| model.name());
        computed.or_else(|| Some(self.response(place)?.shown()))
    }

    /// All cabinets, each with its place.
    pub fn cabinets(&self) -> impl Iterator<Item = (usize, &str)> {
        (0..PLACES).filter_map(|place| Some((place, self.cabinet(place)?)))
    }

    /// Why some of the user's decks are not among the models.
    pub fn troubles(&self) -> &[String] {
        &self.user.troubles
    }

    pub fn get(&self, slot: Slot, place: usize) -> Option<&Model> {
        match place.checked_sub(USER) {
            None => self.factory[slot.index()].get(place),
            Some(place) => {
                let guest = self.guests.models[slot.index()].get(&place);
                let own = || self.user.models[slot.index()].get(&place);
                guest.or_else(own).map(|model| &**model)
            }
        }
    }

    /// The model at a place, or the slot's first one where the place is empty.
    pub fn at(&self, slot: Slot, place: usize) -> &Model {
        self.get(slot, place)
            .unwrap_or(&self.factory[slot.index()][0])
    }

    /// All models of a slot, each with its place.
    pub fn models(&self, slot: Slot) -> impl Iterator<Item = (usize, &Model)> {
        (0..PLACES).filter_map(move |place| Some((place, self.get(slot, place)?)))
    }

    /// Source that a switch's position is meant for, of the model at a place; `None` where it names none, or the
    /// source is one of those already.
    pub fn source_for(
        &self,
        (slot, place): (Slot, usize),
        switch: usize,
        position: usize,
        source: usize,
    ) -> Option<usize> {
        let card = self.at(slot, place).annotations().choices.get(switch)?;
        let wanted = card.sources.get(position)?;
        let now = &self.at(Slot::Source, source).id;
        let usual = wanted
            .first()
            .filter(|_| !wanted.iter().any(|id| id == now))?;
        self.find(Slot::Source, usual)
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
