//! The presets that a command can name: the user's, the factory's, and any file.

use crate::failure::Failure;
use crate::shelf::library;
use loadline::rig::Preset;
use loadline::rig::PresetError;
use loadline::rig::folders;
use loadline::rig::settings::letters;
use std::path::Path;

impl From<PresetError> for Failure {
    fn from(PresetError(text): PresetError) -> Self {
        let (what, detail) = text.split_once('\n').unwrap_or((&text, ""));
        Self::new(what).detail(detail)
    }
}

/// The user's presets, and why some of them can't be used.
pub fn own() -> (Vec<Preset>, Vec<PresetError>) {
    let folder = folders::presets().unwrap_or_default();
    Preset::in_folder(&folder, library())
}

/// A preset by its name, whatever the case, spaces and signs in it, or by its file.
pub fn find(named: &str) -> Result<Preset, Failure> {
    let file = Path::new(named);
    let is_file = file.extension().is_some_and(|kind| kind == "json");
    if is_file {
        return Ok(Preset::read(file, library())?);
    }
    let (own, _) = own();
    let mut all = own.iter().chain(Preset::factory());
    let found = all.find(|preset| letters(&preset.name) == letters(named));
    found.cloned().ok_or_else(|| {
        let names = own.iter().chain(Preset::factory());
        let names: Vec<&str> = names.map(|preset| &*preset.name).collect();
        Failure::new(format!(
            "there is no preset `{named}`: use one of the names below, or a .json file"
        ))
        .detail(names.join("\n"))
    })
}
