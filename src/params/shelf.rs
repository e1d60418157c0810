//! The library that every instance of this process plays from.

use crate::rig::Library;
use crate::rig::folders;
use crate::rig::library::Embedded;
use crate::rig::library::Kind;
use std::sync::Arc;
use std::sync::LazyLock;
use std::sync::PoisonError;
use std::sync::RwLock;
use std::sync::RwLockWriteGuard;

static SHELF: LazyLock<RwLock<Arc<Library>>> = LazyLock::new(|| RwLock::new(Arc::new(read())));

/// Not for the audio thread.
pub fn library() -> Arc<Library> {
    SHELF.read().unwrap_or_else(PoisonError::into_inner).clone()
}

/// Reads the user's folder again, so that a deck that was put there can be chosen. Not for the audio thread.
pub fn refresh() {
    let read = read();
    let mut shelf = write();
    *shelf = Arc::new(read.with_guests_of(&shelf));
}

/// Place of what a project or a preset carries along: where the library has the very same, `place` first, else a free
/// one, which it takes until the process ends. Errors say what is wrong with it. Not for the audio thread.
pub fn adopt(kind: Kind, embedded: &Embedded, place: usize) -> Result<usize, String> {
    if let Some(found) = library().find_embedded(kind, embedded, place) {
        return Ok(found);
    }
    let mut shelf = write();
    // Another instance may have brought it in meanwhile.
    if let Some(found) = shelf.find_embedded(kind, embedded, place) {
        return Ok(found);
    }
    let (joined, place) = shelf.join(kind, embedded)?;
    *shelf = Arc::new(joined);
    Ok(place)
}

fn write() -> RwLockWriteGuard<'static, Arc<Library>> {
    SHELF.write().unwrap_or_else(PoisonError::into_inner)
}

fn read() -> Library {
    let circuits = folders::circuits().unwrap_or_default();
    let cabinets = folders::cabinets().unwrap_or_default();
    Library::with_user(&circuits, &cabinets)
}
