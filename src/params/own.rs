//! The user's own decks and responses that the rigs play, kept with the state.

use crate::params::rig::RigParams;
use crate::params::shelf::library;
use crate::rig::Slot;
use crate::rig::library::Embedded;
use crate::rig::library::Kind;
use crate::rig::library::PLACES;
use nice_plug::params::persist::PersistentField;
use nice_plug::prelude::IntParam;
use nice_plug::prelude::Param;
use std::collections::BTreeMap;
use std::sync::Arc;

/// By parameter and place, such as `preamp_64`: a place says nothing on another computer.
pub type Carried = BTreeMap<String, Embedded>;

/// Looked up in the library whenever a state is written. What a state brings has been taken in before it gets here.
pub struct Own {
    rigs: [Arc<RigParams>; 2],
}

/// A parameter that can choose something of the user's own.
pub struct Chooser<'a> {
    /// Of the parameter, without the rig's letter.
    pub id: &'static str,
    pub kind: Kind,
    /// What the parameter counts from: its value less this is the place.
    pub first: usize,
    param: &'a IntParam,
}

impl RigParams {
    /// Every parameter that can choose something of the user's own.
    pub fn choosers(&self) -> Vec<Chooser<'_>> {
        let chooser = |id, kind, first, param| Chooser {
            id,
            kind,
            first,
            param,
        };
        let slots = self.slots.iter();
        let mut all: Vec<Chooser> = slots
            .map(|slot| chooser(slot.slot.id(), Kind::Deck(slot.slot), 0, &slot.model))
            .collect();
        all.push(chooser(
            "second_amp",
            Kind::Deck(Slot::Amp),
            1,
            &self.second_amp,
        ));
        all.push(chooser("cabinet", Kind::Response, 0, &self.cabinet.model));
        all
    }
}

impl Chooser<'_> {
    /// Place in the library that it chooses.
    fn place(&self) -> Option<usize> {
        let value = usize::try_from(self.param.unmodulated_plain_value()).ok()?;
        self.place_of(value)
    }

    /// Place that a value stands for.
    pub fn place_of(&self, value: usize) -> Option<usize> {
        value
            .checked_sub(self.first)
            .filter(|place| *place < PLACES)
    }
}

/// What a state calls it.
pub fn key(kind: Kind, place: usize) -> String {
    format!("{}_{place}", kind.id())
}

impl Own {
    pub fn of(rigs: [Arc<RigParams>; 2]) -> Self {
        Self { rigs }
    }

    fn carried(&self) -> Carried {
        let library = library();
        let mut carried = Carried::new();
        for chooser in self.rigs.iter().flat_map(|rig| rig.choosers()) {
            if let Some(place) = chooser.place()
                && let Some(embedded) = library.embedded(chooser.kind, place)
            {
                carried.insert(key(chooser.kind, place), embedded);
            }
        }
        carried
    }
}

impl PersistentField<'_, Carried> for Own {
    fn set(&self, _: Carried) {}

    fn map<F, R>(&self, f: F) -> R
    where
        F: Fn(&Carried) -> R,
    {
        f(&self.carried())
    }
}
