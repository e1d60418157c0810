//! Every preset that can be chosen: the factory's and the user's, by category, with those that the user marked.

use crate::rig::Library;
use crate::rig::Preset;
use crate::rig::PresetError;
use crate::rig::folders::replace;
use crate::rig::settings::letters;
use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;
use std::path::PathBuf;

#[derive(Debug, Default)]
pub struct Collection {
    /// The user's; nothing where the system knows no such place.
    folder: Option<PathBuf>,
    /// Category by category, each the factory's first.
    entries: Vec<Entry>,
    troubles: Vec<PresetError>,
    /// By name.
    favourites: BTreeSet<String>,
}

#[derive(Clone, Debug)]
pub struct Entry {
    pub preset: Preset,
    /// Of the user's; the factory's have none.
    pub file: Option<PathBuf>,
    pub is_favourite: bool,
}

/// What somebody looks for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Wish {
    /// Words, or parts of words, that all have to be there.
    pub words: String,
    pub only_favourites: bool,
    pub only_own: bool,
}

const FAVOURITES: &str = "favourites.txt";

impl Collection {
    /// The factory's and those in the user's folder, which need not be there.
    pub fn read(folder: Option<&Path>, library: &Library) -> Self {
        let mut read = Self {
            folder: folder.map(Path::to_owned),
            ..Self::default()
        };
        let favourites = folder.map(|folder| fs::read_to_string(folder.join(FAVOURITES)));
        let favourites = favourites.and_then(Result::ok).unwrap_or_default();
        read.favourites = favourites.lines().map(str::to_owned).collect();
        let own = folder.map(|folder| Preset::files_in(folder, library));
        let (own, troubles) = own.unwrap_or_default();
        read.troubles = troubles;
        let factory = Preset::factory().iter().cloned();
        let all = factory
            .map(|preset| (None, preset))
            .chain(own.into_iter().map(|(file, preset)| (Some(file), preset)));
        let mut categories: Vec<String> = Vec::new();
        for (file, preset) in all {
            let category = letters(&preset.category);
            let known = categories.iter().position(|known| *known == category);
            let group = known.unwrap_or_else(|| {
                categories.push(category);
                categories.len() - 1
            });
            let is_favourite = read.favourites.contains(&preset.name);
            let entry = Entry {
                preset,
                file,
                is_favourite,
            };
            let is_later = |other: &Entry| {
                let category = letters(&other.preset.category);
                categories.iter().position(|known| *known == category) > Some(group)
            };
            let at = read.entries.iter().position(is_later);
            read.entries.insert(at.unwrap_or(read.entries.len()), entry);
        }
        read
    }

    /// Why some of the user's presets can't be used.
    pub fn troubles(&self) -> &[PresetError] {
        &self.troubles
    }

    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// By name, whatever the case, spaces and signs in it; the user's before the factory's.
    pub fn find(&self, name: &str) -> Option<&Entry> {
        let wanted = letters(name);
        let mut found = self
            .entries
            .iter()
            .filter(|entry| letters(&entry.preset.name) == wanted);
        let first = found.next()?;
        let own = found.find(|entry| first.file.is_none() && entry.file.is_some());
        Some(own.unwrap_or(first))
    }

    /// What a wish lets through.
    pub fn matching(&self, wish: &Wish) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(|entry| wish.takes(entry))
    }

    /// The one `by` further than `name`, round and round, of those that a wish lets through.
    pub fn step(&self, name: &str, by: isize, wish: &Wish) -> Option<&Entry> {
        let all: Vec<&Entry> = self.matching(wish).collect();
        let wanted = letters(name);
        let at = all
            .iter()
            .position(|entry| letters(&entry.preset.name) == wanted);
        let n = isize::try_from(all.len()).ok().filter(|n| *n > 0)?;
        let next = match at {
            Some(at) => at as isize + by,
            None if by > 0 => 0,
            None => -1,
        };
        all.get(next.rem_euclid(n) as usize).copied()
    }

    /// Writes a preset into the user's folder; one of theirs with the same name is replaced.
    pub fn save(&mut self, preset: &Preset, library: &Library) -> Result<(), PresetError> {
        let name = preset.name.trim();
        if name.is_empty() {
            return Err(PresetError("a preset needs a name: type one".into()));
        }
        let is_it = |factory: &Preset| letters(&factory.name) == letters(name);
        if Preset::factory().iter().any(is_it) {
            return Err(PresetError(format!(
                "the factory has a preset \"{name}\": choose another name"
            )));
        }
        let folder = self.folder()?.to_owned();
        preset.save(&folder)?;
        *self = Self::read(Some(&folder), library);
        Ok(())
    }

    /// Removes the file of one of the user's.
    pub fn delete(&mut self, name: &str, library: &Library) -> Result<(), PresetError> {
        let file = self.find(name).and_then(|entry| entry.file.clone());
        let file = file.ok_or_else(|| PresetError(format!("\"{name}\" is none of yours")))?;
        fs::remove_file(&file).map_err(|why| wrong(&file, &why))?;
        let folder = self.folder()?.to_owned();
        *self = Self::read(Some(&folder), library);
        Ok(())
    }

    /// Marks a preset, or takes its mark away.
    pub fn toggle_favourite(&mut self, name: &str) -> Result<(), PresetError> {
        let folder = self.folder()?.to_owned();
        let file = folder.join(FAVOURITES);
        let mut favourites = self.favourites.clone();
        if !favourites.remove(name) {
            favourites.insert(name.to_owned());
        }
        let text: String = favourites.iter().map(|name| format!("{name}\n")).collect();
        fs::create_dir_all(&folder)
            .and_then(|()| replace(&file, &text))
            .map_err(|why| wrong(&file, &why))?;
        for entry in &mut self.entries {
            entry.is_favourite = favourites.contains(&entry.preset.name);
        }
        self.favourites = favourites;
        Ok(())
    }

    fn folder(&self) -> Result<&Path, PresetError> {
        let none = || PresetError("this system names no folder for presets".into());
        self.folder.as_deref().ok_or_else(none)
    }
}

fn wrong(file: &Path, why: &io::Error) -> PresetError {
    PresetError(format!(
        "can't change {}: check the folder, its rights and the space left: {why}",
        file.display()
    ))
}

impl Wish {
    fn takes(&self, entry: &Entry) -> bool {
        let preset = &entry.preset;
        let said = format!(
            "{} {} {} {}",
            preset.name,
            preset.category,
            preset.listen,
            preset.tags.join(" ")
        );
        let said = said.to_lowercase();
        let words = self.words.to_lowercase();
        (entry.is_favourite || !self.only_favourites)
            && (entry.file.is_some() || !self.only_own)
            && words.split_whitespace().all(|word| said.contains(word))
    }
}
