//! The user's own decks and responses in a preset.

use crate::rig::Library;
use crate::rig::Preset;
use crate::rig::RigControls;
use crate::rig::Slot;
use crate::rig::library::Embedded;
use crate::rig::library::Kind;
use std::collections::BTreeMap;

const SECOND_AMP: &str = "second_amp";

/// What a setting chooses, if it chooses something that can be the user's own.
fn kind(id: &str) -> Option<Kind> {
    match id {
        SECOND_AMP => Some(Kind::Deck(Slot::Amp)),
        "cabinet" => Some(Kind::Response),
        _ => Slot::of_kind(id).map(Kind::Deck),
    }
}

/// What a rig plays of the user's own, by the setting that chooses it.
pub fn of(rig: &RigControls, library: &Library) -> BTreeMap<String, Embedded> {
    let decks = Slot::ALL.map(|slot| (slot.id(), Some(rig.choices[slot])));
    let second = (SECOND_AMP, rig.choices.second_amp.checked_sub(1));
    let cabinet = ("cabinet", Some(rig.cabinet.place));
    let all = decks.into_iter().chain([second, cabinet]);
    let own = all.filter_map(|(id, place)| {
        let embedded = library.embedded(kind(id)?, place?)?;
        Some((id.to_owned(), embedded))
    });
    own.collect()
}

/// Makes the setting by content; the library has it.
pub fn choose(
    rig: &mut RigControls,
    id: &str,
    embedded: &Embedded,
    library: &Library,
) -> Result<(), String> {
    let kind = kind(id).ok_or_else(|| format!("`own` has `{id}`, which chooses no model"))?;
    let place = library.find_embedded(kind, embedded, 0);
    let place = place.ok_or_else(|| format!("{}: it is not in the library", embedded.name))?;
    match kind {
        Kind::Deck(_) if id == SECOND_AMP => rig.choices.second_amp = place + 1,
        Kind::Deck(slot) => rig.choose(slot, place, library),
        Kind::Response => rig.cabinet.place = place,
    }
    Ok(())
}

impl Preset {
    /// What it carries of the user's own, each with its kind.
    pub fn carried(&self) -> impl Iterator<Item = (Kind, &Embedded)> {
        let own = self.own.iter();
        own.filter_map(|(id, embedded)| Some((kind(id)?, embedded)))
    }

    /// The library with what the preset carries of the user's own. Errors name what can't be used.
    pub fn welcomed(&self, library: &Library) -> Result<Library, String> {
        let mut welcomed = library.clone();
        for (kind, embedded) in self.carried() {
            if welcomed.find_embedded(kind, embedded, 0).is_none() {
                let joined = welcomed.join(kind, embedded);
                (welcomed, _) = joined.map_err(|why| format!("{}: {why}", embedded.name))?;
            }
        }
        Ok(welcomed)
    }
}
