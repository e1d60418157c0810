//! The models that a command plays: the factory's, the user's own, and those that presets carry along.

use loadline::rig::Library;
use loadline::rig::Preset;
use loadline::rig::PresetError;
use loadline::rig::folders;
use std::sync::LazyLock;
use std::sync::PoisonError;
use std::sync::RwLock;

static SHELF: LazyLock<RwLock<&'static Library>> = LazyLock::new(|| {
    let circuits = folders::circuits().unwrap_or_default();
    let cabinets = folders::cabinets().unwrap_or_default();
    RwLock::new(kept(Library::with_user(&circuits, &cabinets)))
});

pub fn library() -> &'static Library {
    *SHELF.read().unwrap_or_else(PoisonError::into_inner)
}

/// Takes in what a preset carries of the user's own.
pub fn welcome(preset: &Preset) -> Result<(), PresetError> {
    if preset.own.is_empty() {
        return Ok(());
    }
    let welcomed = preset.welcomed(library());
    let welcomed = welcomed.map_err(|why| PresetError(format!("{}: {why}", preset.name)))?;
    *SHELF.write().unwrap_or_else(PoisonError::into_inner) = kept(welcomed);
    Ok(())
}

/// A command loads a few presets at most, and ends: what it plays from stays until then.
fn kept(library: Library) -> &'static Library {
    Box::leak(Box::new(library))
}
