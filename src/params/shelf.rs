//! The library that every instance of this process plays from.

use crate::rig::Library;
use crate::rig::folders;
use std::sync::Arc;
use std::sync::LazyLock;
use std::sync::PoisonError;
use std::sync::RwLock;

static SHELF: LazyLock<RwLock<Arc<Library>>> = LazyLock::new(|| RwLock::new(read()));

/// Not for the audio thread.
pub fn library() -> Arc<Library> {
    SHELF.read().unwrap_or_else(PoisonError::into_inner).clone()
}

/// Reads the user's folder again, so that a deck that was put there can be chosen. Not for the audio thread.
pub fn refresh() {
    *SHELF.write().unwrap_or_else(PoisonError::into_inner) = read();
}

fn read() -> Arc<Library> {
    match (folders::circuits(), folders::cabinets()) {
        (Some(circuits), Some(cabinets)) => Arc::new(Library::with_user(&circuits, &cabinets)),
        _ => Library::factory(),
    }
}
