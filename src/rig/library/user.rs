//! The user's own models: decks in a folder, each with a place that stays its own.

use crate::circuit::CircuitError;
use crate::circuit::Deck;
use crate::circuit::Netlist;
use crate::circuit::decoded;
use crate::rig::library::Model;
use crate::rig::library::PLACES;
use crate::rig::library::Response;
use crate::rig::library::USER;
use crate::rig::library::included;
use crate::rig::ports::ports;
use crate::rig::slot::Slot;
use serde::Deserialize;
use serde::Serialize;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;

/// What was found in a folder.
#[derive(Debug, Default)]
pub struct Found {
    /// By slot, each at its place behind [`USER`].
    pub models: [BTreeMap<usize, Arc<Model>>; 5],
    /// Why decks can't be used: file, line and what to write instead.
    pub troubles: Vec<String>,
}

/// Files by kind, in the order of their places; written beside them, so that a file keeps its place, which is what
/// projects store, when others come and go.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
struct Places(BTreeMap<String, Vec<String>>);

const PLACES_FILE: &str = "places.json";

/// Reads every `*.cir` in `folder` and in the folders in it. A folder that is not there holds nothing.
pub fn read(folder: &Path) -> Found {
    let mut found = Found::default();
    let (mut places, kept) = Places::read(folder);
    for path in files(folder, "cir") {
        match in_folder(folder, &path) {
            Ok((slot, model)) => match places.of(slot.id(), &model.path) {
                Some(place) => drop(found.models[slot.index()].insert(place, Arc::new(model))),
                None => found.troubles.push(format!(
                    "{}: there is no place left for another {}; remove some from {}",
                    model.path,
                    slot.id(),
                    folder.join(PLACES_FILE).display()
                )),
            },
            Err(error) => found.troubles.push(error.to_string()),
        }
    }
    places.keep(folder, &kept);
    found
}

/// Every `*.wav` in `folder` and in the folders in it, each at its place behind [`USER`].
pub fn responses(folder: &Path) -> BTreeMap<usize, Arc<Response>> {
    let (mut places, kept) = Places::read(folder);
    let mut found = BTreeMap::new();
    for path in files(folder, "wav") {
        let shown = path.strip_prefix(folder).unwrap_or(&path).to_string_lossy();
        if let Some(place) = places.of("cabinet", &shown) {
            let name = path.file_stem().unwrap_or_default().to_string_lossy();
            found.insert(place, Arc::new(Response::in_file(&name, path.clone())));
        }
    }
    places.keep(folder, &kept);
    found
}

impl Places {
    /// With the text that they were read from.
    fn read(folder: &Path) -> (Self, String) {
        let kept = fs::read_to_string(folder.join(PLACES_FILE)).unwrap_or_default();
        (serde_json::from_str(&kept).unwrap_or_default(), kept)
    }

    /// Writes them down where they have changed.
    fn keep(&self, folder: &Path, kept: &str) {
        let now = serde_json::to_string_pretty(self).unwrap_or_default() + "\n";
        if now != kept && !self.0.is_empty() {
            // A folder that can't be written still plays; its places then follow the names.
            let draft = folder.join(".places.json.new");
            let _ =
                fs::write(&draft, now).and_then(|()| fs::rename(&draft, folder.join(PLACES_FILE)));
        }
    }

    /// A file's place, a new one if it has none yet.
    fn of(&mut self, kind: &str, path: &str) -> Option<usize> {
        let files = self.0.entry(kind.into()).or_default();
        let known = files.iter().position(|file| file == path);
        let place = known.unwrap_or(files.len());
        if known.is_none() {
            if place >= PLACES - USER {
                return None;
            }
            files.push(path.into());
        }
        Some(place)
    }
}

/// Files of a kind in a folder and in those in it, by name.
fn files(folder: &Path, kind: &str) -> Vec<PathBuf> {
    let inside = |folder: &Path| -> Vec<PathBuf> {
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        entries.map(|entry| entry.path()).collect()
    };
    let mut found = Vec::new();
    for path in inside(folder) {
        let more = if path.is_dir() {
            inside(&path)
        } else {
            vec![path]
        };
        found.extend(more.into_iter().filter(|path| {
            path.extension()
                .is_some_and(|extension| extension.eq_ignore_ascii_case(kind))
        }));
    }
    found.sort();
    found
}

/// A deck in the user's folder as a model.
fn in_folder(folder: &Path, path: &Path) -> Result<(Slot, Model), CircuitError> {
    let shown = path.strip_prefix(folder).unwrap_or(path).to_string_lossy();
    let from_disk = |path: &Path| {
        let bytes = fs::read(path).map_err(|why| why.to_string())?;
        Ok::<_, String>(decoded(bytes))
    };
    let text = from_disk(path).map_err(|why| {
        CircuitError(format!(
            "{shown}: can't read this deck: {why}; check the file's rights"
        ))
    })?;
    let files = RefCell::new(Vec::new());
    let include = |asked: &Path| {
        included(asked).or_else(|_| {
            let text = from_disk(&folder.join(asked))?;
            files.borrow_mut().push((asked.to_owned(), text.clone()));
            Ok(text)
        })
    };
    let deck = Deck::parse(Path::new(&*shown), &text, &include)?;
    usable(&shown, text, files.into_inner(), &deck)
}

/// A deck by its text and by what it includes beside the factory's devices.
pub fn model(
    shown: &str,
    text: String,
    files: Vec<(PathBuf, String)>,
) -> Result<(Slot, Model), CircuitError> {
    let include = |asked: &Path| {
        included(asked).or_else(|_| {
            let file = files.iter().find(|(path, _)| path == asked);
            let file = file.map(|(_, text)| text.clone());
            file.ok_or_else(|| "this file did not come with the deck".to_owned())
        })
    };
    let deck = Deck::parse(Path::new(shown), &text, &include)?;
    usable(shown, text, files, &deck)
}

/// A deck as a model, expanded once to see that it can be used.
fn usable(
    shown: &str,
    text: String,
    files: Vec<(PathBuf, String)>,
    deck: &Deck,
) -> Result<(Slot, Model), CircuitError> {
    let card = deck.annotations().model.clone().ok_or_else(|| {
        CircuitError(format!(
            "{shown}:1: the deck says not what it is; write *@ model NAME \"Title\" kind=preamp family=tube"
        ))
    })?;
    let slot = Slot::of_kind(&card.kind).ok_or_else(|| {
        CircuitError(format!(
            "{shown}: kind={} is none; write kind=source, preamp, coupling, amp or load",
            card.kind
        ))
    })?;
    let notices = check(shown, slot, deck, &card.id)?;
    let model = Model {
        files,
        notices,
        ..Model::new(card.id, card.name, shown.to_owned(), text)
    };
    Ok((slot, model))
}

/// What the rig would stumble over later; gives what the circuit ignores.
fn check(shown: &str, slot: Slot, deck: &Deck, id: &str) -> Result<Vec<String>, CircuitError> {
    let notes = deck.annotations();
    if let Some(at) = slot
        .places_of(&notes.knobs)
        .iter()
        .position(Option::is_none)
    {
        return Err(CircuitError(format!(
            "{shown}: no place is left for the knob `{}`; a {} has {} knobs, some with ids of their own: remove one",
            notes.knobs[at].id,
            slot.id(),
            slot.knobs().len()
        )));
    }
    if notes.choices.len() > slot.n_switches() {
        return Err(CircuitError(format!(
            "{shown}: {} *@ choice lines; a {} has at most {}",
            notes.choices.len(),
            slot.id(),
            slot.n_switches()
        )));
    }
    let n_ports = ports(deck, slot, shown, id)?.len();
    let nodes = ["a", "b", "c"][..n_ports].join(" ");
    let bench = format!("* bench\nVin a 0 0\nXmodel {nodes} {id}\n");
    let mut bench = Deck::parse(Path::new(shown), &bench, &included)?;
    bench.adopt(id, deck.clone(), id)?;
    Ok(Netlist::expand(&bench)?.notices)
}
