//! Where the user keeps what is their own.

use std::path::PathBuf;

/// Names another folder than the system's.
pub const VARIABLE: &str = "LOADLINE_FOLDER";

/// `~/.local/share/loadline` on Linux, `Library/Application Support/loadline` on macOS, `AppData/Roaming/loadline` on
/// Windows; `None` where the system knows no such place.
pub fn own() -> Option<PathBuf> {
    let named = std::env::var_os(VARIABLE).filter(|name| !name.is_empty());
    named
        .map(PathBuf::from)
        .or_else(|| Some(dirs::data_dir()?.join("loadline")))
}

/// The user's decks.
pub fn circuits() -> Option<PathBuf> {
    Some(own()?.join("circuits"))
}

/// The user's impulse responses.
pub fn cabinets() -> Option<PathBuf> {
    Some(own()?.join("cabinets"))
}
