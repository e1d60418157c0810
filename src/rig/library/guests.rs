//! What projects and presets bring along joins the library, in memory, beside what is in the user's folders.

use crate::rig::library::Embedded;
use crate::rig::library::Kind;
use crate::rig::library::Library;
use crate::rig::library::Model;
use crate::rig::library::PLACES;
use crate::rig::library::Response;
use crate::rig::library::USER;
use std::collections::BTreeMap;
use std::sync::Arc;

/// By place behind [`USER`]. They take the last free places, those of the folders take the first.
#[derive(Clone, Debug, Default)]
pub(super) struct Guests {
    pub models: [BTreeMap<usize, Arc<Model>>; 5],
    pub responses: BTreeMap<usize, Arc<Response>>,
}

/// What a guest's name ends in.
const FROM_PROJECT: &str = "(from the project)";

impl Library {
    /// The user's own model or response at a place, to be carried along; nothing where there is none, or it can't be
    /// read. Compressed once, then a copy.
    pub fn embedded(&self, kind: Kind, place: usize) -> Option<Embedded> {
        if place < USER {
            return None;
        }
        match kind {
            Kind::Response => self.response(place)?.embedded().cloned(),
            Kind::Deck(slot) => {
                let model = self.get(slot, place)?;
                let embedded = model.embedded.get_or_init(|| Embedded::deck(model));
                embedded.clone()
            }
        }
    }

    /// Where the very same content is, which may be at `place`.
    pub fn find_embedded(&self, kind: Kind, wanted: &Embedded, place: usize) -> Option<usize> {
        let is_it = |at: &usize| match kind {
            Kind::Deck(slot) => {
                let model = self.get(slot, *at);
                model.is_some_and(|model| model.own_hash() == wanted.sha256)
            }
            Kind::Response => {
                let found = self.response(*at).and_then(Response::embedded);
                found.is_some_and(|found| found.sha256 == wanted.sha256)
            }
        };
        let here = Some(place).filter(|place| *place >= USER).filter(is_it);
        here.or_else(|| (USER..PLACES).find(is_it))
    }

    /// The same library with one more, and its place there. Errors say what is wrong with it.
    pub fn join(&self, kind: Kind, embedded: &Embedded) -> Result<(Library, usize), String> {
        let mut joined = self.clone();
        // A second amplifier's parameter counts from 1, so the last place is out of its reach.
        let is_free = |place: &usize| match kind {
            Kind::Deck(slot) => self.get(slot, *place).is_none(),
            Kind::Response => self.response(*place).is_none(),
        };
        let place = (USER..PLACES - 1).rev().find(is_free);
        let place = place.ok_or("there is no place left for it: remove some of your own")?;
        match kind {
            Kind::Deck(slot) => {
                let mut model = embedded.to_model(slot)?;
                model.name = format!("{} {FROM_PROJECT}", model.name).into();
                let models = &mut joined.guests.models[slot.index()];
                models.insert(place - USER, Arc::new(model));
            }
            Kind::Response => {
                let response = embedded.to_response()?;
                let shown = format!("{} {FROM_PROJECT}", embedded.name);
                let guest = Response::guest(&embedded.name, shown, response);
                joined
                    .guests
                    .responses
                    .insert(place - USER, Arc::new(guest));
            }
        }
        Ok((joined, place))
    }

    /// This library, with the guests of another one. They keep their places.
    pub fn with_guests_of(self, other: &Library) -> Library {
        Library {
            guests: other.guests.clone(),
            ..self
        }
    }
}
