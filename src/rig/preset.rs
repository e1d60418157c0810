//! Presets: a rig with a name, as a file.

mod collection;
mod factory;
mod like;
mod ordered;
mod own;

use crate::rig::Choices;
use crate::rig::Library;
use crate::rig::ROOM_TEMPERATURE;
use crate::rig::RigControls;
use crate::rig::Slot;
use crate::rig::folders::replace;
use crate::rig::library::Embedded;
use crate::rig::ranges;
use crate::rig::settings::chooses_model;
use crate::units::Decibels;
use serde::Deserialize;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::io;
use std::path::Path;
use std::path::PathBuf;

pub use collection::{Collection, Entry, Wish};

/// A whole rig by its settings; what they leave out is at its default.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Preset {
    /// Of the file's form: [`Preset::VERSION`].
    pub version: u32,
    pub name: String,
    pub category: String,
    /// What to listen for, in one line.
    pub listen: String,
    #[serde(default)]
    pub tags: Vec<String>,
    /// The factory's recording that it is levelled with: a file in `plugin-assets/audio`, without its extension.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub take: Option<String>,
    /// Level of a full-scale sine at the source, in dBu, that it is meant for.
    #[serde(rename = "calibration", default = "usual_calibration")]
    pub calibration_dbu: Decibels,
    /// As [`RigControls::settings`].
    #[serde(with = "ordered")]
    pub settings: Vec<(String, String)>,
    /// The user's own decks and responses that it plays, by the setting that chooses them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub own: BTreeMap<String, Embedded>,
}

/// Why a preset can't be used or kept: the file, what is wrong in it, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PresetError(pub String);

impl fmt::Display for PresetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for PresetError {}

fn usual_calibration() -> Decibels {
    12.0
}

/// What can be read of a preset of any version.
#[derive(Deserialize)]
struct Version {
    version: u32,
}

impl Preset {
    pub const VERSION: u32 = 1;

    /// Compiled in; level-matched to −18 LUFS, each with its take.
    pub fn factory() -> &'static [Preset] {
        factory::presets()
    }

    /// A rig as it stands, still without a name.
    pub fn of(rig: &RigControls, calibration_dbu: Decibels, library: &Library) -> Self {
        Self {
            version: Self::VERSION,
            name: String::new(),
            category: String::new(),
            listen: String::new(),
            tags: Vec::new(),
            take: None,
            calibration_dbu,
            settings: rig.settings(library),
            own: own::of(rig, library),
        }
    }

    /// Every preset in a folder, by file name, and why others there can't be used.
    pub fn in_folder(folder: &Path, library: &Library) -> (Vec<Preset>, Vec<PresetError>) {
        let (presets, troubles) = Self::files_in(folder, library);
        let presets = presets.into_iter().map(|(_, preset)| preset);
        (presets.collect(), troubles)
    }

    /// The same, each with its file.
    fn files_in(folder: &Path, library: &Library) -> (Vec<(PathBuf, Preset)>, Vec<PresetError>) {
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        let mut files: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
        files.retain(|file| file.extension().is_some_and(|kind| kind == EXTENSION));
        files.sort();
        let (mut presets, mut troubles) = (Vec::new(), Vec::new());
        for file in files {
            match Self::read(&file, library) {
                Ok(preset) => presets.push((file, preset)),
                Err(why) => troubles.push(why),
            }
        }
        (presets, troubles)
    }

    /// Reads a file, and tries its settings.
    pub fn read(file: &Path, library: &Library) -> Result<Self, PresetError> {
        let shown = file.display();
        let text = fs::read_to_string(file)
            .map_err(|why| PresetError(format!("{shown}: can't read this preset: {why}")))?;
        let wrong = |why| PresetError(format!("{shown}: {why}"));
        let preset = Self::parse(&text).map_err(wrong)?;
        let library = preset.welcomed(library).map_err(wrong)?;
        let mut rig = RigControls::default();
        preset.make(&mut rig, &library).map_err(wrong)?;
        Ok(preset)
    }

    fn parse(text: &str) -> Result<Self, String> {
        let Version { version } = serde_json::from_str(text)
            .map_err(|why| format!("not a preset of Loadline's: {why}"))?;
        if version != Self::VERSION {
            return Err(format!(
                "`version` {version} was written by a later Loadline; this one reads version {}",
                Self::VERSION
            ));
        }
        let preset: Self = serde_json::from_str(text).map_err(|why| why.to_string())?;
        if preset.name.trim().is_empty() {
            return Err("`name` is empty: give the preset one".into());
        }
        if !ranges::CALIBRATION.contains(&preset.calibration_dbu) {
            return Err("`calibration` takes -20 to 30, in dBu".into());
        }
        Ok(preset)
    }

    /// Makes a rig of it; the quality and the noise stay as they are. A preset that can't be used leaves all as it was.
    /// What it carries of the user's own has to be in the library: [`welcomed`](Self::welcomed).
    pub fn apply(&self, rig: &mut RigControls, library: &Library) -> Result<(), PresetError> {
        self.make(rig, library)
            .map_err(|why| PresetError(format!("preset \"{}\": {why}", self.name)))
    }

    fn make(&self, rig: &mut RigControls, library: &Library) -> Result<(), String> {
        let mut made = RigControls {
            choices: Choices {
                models: Choices::default().models,
                second_amp: 0,
                switches: Choices::default().switches,
                temperature: ROOM_TEMPERATURE,
                ..rig.choices
            },
            ..RigControls::default()
        };
        for slot in Slot::ALL {
            made.choose(slot, 0, library);
        }
        let (models, rest): (Vec<_>, Vec<_>) =
            self.settings.iter().partition(|(id, _)| chooses_model(id));
        for (id, value) in models.into_iter().chain(rest) {
            if let Some(embedded) = self.own.get(id) {
                own::choose(&mut made, id, embedded, library)?;
                continue;
            }
            made.set(id, value, library).map_err(|wanted| {
                let (what, list) = wanted.explain(id, value, library);
                format!("{what}\n{list}").trim_end().to_owned()
            })?;
        }
        *rig = made;
        Ok(())
    }

    /// Writes a file in a folder, which is made if need be, under its name; one of the same name is replaced.
    pub fn save(&self, folder: &Path) -> Result<PathBuf, PresetError> {
        let file = folder.join(file_name(&self.name)).with_extension(EXTENSION);
        let wrong = |why: io::Error| {
            PresetError(format!(
                "can't write {}: check the folder, its rights and the space left: {why}",
                file.display()
            ))
        };
        let text = serde_json::to_string_pretty(self).map_err(io::Error::from);
        fs::create_dir_all(folder).map_err(wrong)?;
        replace(&file, &(text.map_err(wrong)? + "\n")).map_err(wrong)?;
        Ok(file)
    }
}

const EXTENSION: &str = "json";

/// A name as every system takes it for a file.
fn file_name(name: &str) -> String {
    let safe = |c: char| if c.is_alphanumeric() { c } else { ' ' };
    let words: String = name.to_lowercase().chars().map(safe).collect();
    let words: Vec<&str> = words.split_whitespace().collect();
    // Windows has devices by some short names; none has this before it.
    format!("preset-{}", words.join("-"))
}
