//! Where the user keeps what is their own.

use std::fs;
use std::fs::File;
use std::io;
use std::io::Write;
use std::path::Path;
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

/// The user's presets.
pub fn presets() -> Option<PathBuf> {
    Some(own()?.join("presets"))
}

/// Writes a file by way of another one beside it, so that it is either complete or untouched.
pub fn replace(file: &Path, text: &str) -> io::Result<()> {
    let draft = file.with_extension(format!("{}.part", std::process::id()));
    let written = File::create(&draft).and_then(|mut open| {
        open.write_all(text.as_bytes())?;
        open.sync_all()?;
        fs::rename(&draft, file)
    });
    if written.is_err() {
        // The draft may never have come to be; the failure above is the one to report.
        let _ = fs::remove_file(&draft);
    }
    written
}
