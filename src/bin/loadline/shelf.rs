//! The models that a command plays: the factory's and the user's own.

use loadline::rig::Library;
use loadline::rig::folders;
use std::sync::LazyLock;

pub fn library() -> &'static Library {
    static SHELF: LazyLock<Library> = LazyLock::new(|| {
        let circuits = folders::circuits().unwrap_or_default();
        let cabinets = folders::cabinets().unwrap_or_default();
        Library::with_user(&circuits, &cabinets)
    });
    &SHELF
}
