//! The library that every instance of this process plays from.

use crate::rig::Library;
use std::sync::Arc;

/// Not for the audio thread.
pub fn library() -> Arc<Library> {
    Library::factory()
}
