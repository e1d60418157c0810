//! Parameters that choose: a slot's model, and the switches of the deck that is loaded there.

use crate::circuit::ChoiceCard;
use crate::params::shelf::library;
use crate::rig::Slot;
use crate::rig::library::PLACES;
use nice_plug::prelude::IntParam;
use nice_plug::prelude::IntRange;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::Relaxed;

/// Shown at a place that no model fills, and by a switch or knob that the loaded deck does not have.
pub const EMPTY: &str = "—";

/// Positions that every switch keeps for decks to come.
pub const SWITCH_PLACES: usize = 16;

/// Place of the model that a slot's parameter chooses, for the texts of the slot's other parameters.
#[derive(Clone)]
pub struct Loaded {
    slot: Slot,
    place: Arc<AtomicUsize>,
}

impl Loaded {
    pub fn new(slot: Slot, place: usize) -> Self {
        Self {
            slot,
            place: Arc::new(AtomicUsize::new(place)),
        }
    }

    pub fn slot(&self) -> Slot {
        self.slot
    }

    /// What the loaded deck says of itself. Not for the audio thread.
    pub fn with<T>(&self, read: impl FnOnce(&crate::circuit::Annotations) -> T) -> T {
        read(
            library()
                .at(self.slot, self.place.load(Relaxed))
                .annotations(),
        )
    }
}

/// Chooses among a slot's models by place; its text is the model's name, read in any case; the deck's id is read too.
pub fn model_choice(name: String, loaded: &Loaded) -> IntParam {
    let (slot, place) = (loaded.slot, loaded.place.clone());
    let default = place.load(Relaxed) as i32;
    places(name, slot, default, 0).with_callback(Arc::new(move |chosen| {
        place.store(usize::try_from(chosen).unwrap_or(0), Relaxed)
    }))
}

/// Chooses the amplifier behind a second output: the first place is "the same", the others follow.
pub fn second_choice(name: String, slot: Slot) -> IntParam {
    places(name, slot, 0, 1)
}

const SAME: &str = "Same";

/// `before` places come before the models.
fn places(name: String, slot: Slot, default: i32, before: usize) -> IntParam {
    let max = (PLACES - 1) as i32;
    IntParam::new(name, default, IntRange::Linear { min: 0, max })
        .with_value_to_string(Arc::new(move |place| name_of(slot, place, before)))
        .with_string_to_value(Arc::new(move |text| place_of(slot, text, before)))
}

fn name_of(slot: Slot, place: i32, before: usize) -> String {
    let Some(place) = usize::try_from(place)
        .ok()
        .and_then(|place| place.checked_sub(before))
    else {
        return SAME.into();
    };
    let library = library();
    let name = library.get(slot, place).map(|model| model.name.clone());
    name.unwrap_or(EMPTY.into()).into_owned()
}

fn place_of(slot: Slot, text: &str, before: usize) -> Option<i32> {
    if before > 0 && text.eq_ignore_ascii_case(SAME) {
        return Some(0);
    }
    let library = library();
    let named = library.models(slot).find(|(_, model)| {
        model.name.eq_ignore_ascii_case(text) || model.id.eq_ignore_ascii_case(text)
    });
    let empty = || (text == EMPTY).then(|| (0..PLACES).find(|at| library.get(slot, *at).is_none()));
    let place = named
        .map(|(place, _)| place)
        .or_else(|| empty().flatten())?;
    Some((place + before) as i32)
}

/// A switch of whatever deck is loaded; its text is the deck's label.
pub fn switch(name: String, loaded: &Loaded, index: usize) -> IntParam {
    let max = (SWITCH_PLACES - 1) as i32;
    let (shown, typed) = (loaded.clone(), loaded.clone());
    IntParam::new(name, 0, IntRange::Linear { min: 0, max })
        .with_value_to_string(Arc::new(move |at| {
            shown.with(|notes| label(notes.choices.get(index), at))
        }))
        .with_string_to_value(Arc::new(move |text| {
            typed.with(|notes| position(notes.choices.get(index), text))
        }))
}

fn label(card: Option<&ChoiceCard>, at: i32) -> String {
    let values = card.map_or(&[][..], |card| &card.values);
    let value = usize::try_from(at).ok().and_then(|at| values.get(at));
    value.map_or_else(|| format!("{EMPTY} {at}"), |(label, _)| label.clone())
}

fn position(card: Option<&ChoiceCard>, text: &str) -> Option<i32> {
    let values = card.map_or(&[][..], |card| &card.values);
    let named = values
        .iter()
        .position(|(label, _)| label.eq_ignore_ascii_case(text));
    let number = || text.trim_start_matches(EMPTY).trim().parse().ok();
    named.map(|at| at as i32).or_else(number)
}
