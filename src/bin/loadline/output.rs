//! Results: whole files or none, and text on the screen.

use crate::failure::Failure;
use std::ffi::OsString;
use std::fmt::Display;
use std::fs;
use std::io;
use std::io::Write;
use std::path::Path;
use std::path::PathBuf;

/// Writes `path` by way of a hidden file beside it, so that `path` is either complete or untouched.
pub fn replace<E: Display>(
    path: &Path,
    write: impl FnOnce(&Path) -> Result<(), E>,
) -> Result<(), Failure> {
    let failure = |error: &dyn Display| {
        Failure::new(format!(
            "can't write {}: check the folder, its rights and the space left",
            path.display()
        ))
        .detail(error)
    };
    let draft = draft_of(path);
    let outcome = write(&draft)
        .map_err(|e| failure(&e))
        .and_then(|()| fs::rename(&draft, path).map_err(|e| failure(&e)));
    if outcome.is_err() {
        // The draft may never have come to be; the failure above is the one to report.
        let _ = fs::remove_file(&draft);
    }
    outcome
}

/// Refuses to write where something is that the command reads, whatever it is called there.
pub fn spare<'a>(path: &Path, inputs: impl IntoIterator<Item = &'a Path>) -> Result<(), Failure> {
    let Ok(there) = fs::canonicalize(path) else {
        return Ok(());
    };
    let is_there = |input: &&Path| fs::canonicalize(input).is_ok_and(|input| input == there);
    match inputs.into_iter().find(is_there) {
        Some(input) if input == path => Err(Failure::new(format!(
            "{} is also the input: choose another OUT",
            path.display()
        ))),
        Some(input) => Err(Failure::new(format!(
            "{} is also the input, {}: choose another OUT",
            path.display(),
            input.display()
        ))),
        None => Ok(()),
    }
}

/// Makes a folder and those above it, where they are missing.
pub fn make_folder(path: &Path) -> Result<(), Failure> {
    fs::create_dir_all(path).map_err(|e| {
        Failure::new(format!(
            "can't make the folder {}: choose another place",
            path.display()
        ))
        .detail(e)
    })
}

/// Prints to standard output. A reader that has seen enough (`| head`) is no failure.
pub fn say(text: &str) -> Result<(), Failure> {
    match writeln!(io::stdout().lock(), "{text}") {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::new("can't write to standard output").detail(error))
        }
        _ => Ok(()),
    }
}

/// Prints a value as indented JSON to standard output.
pub fn say_json(value: &serde_json::Value) -> Result<(), Failure> {
    say(&format!("{value:#}"))
}

/// `.name.PID.part.ext`: hidden, of this process only, with the extension that tells writers the format.
fn draft_of(path: &Path) -> PathBuf {
    let mut name = OsString::from(".");
    name.push(path.file_stem().unwrap_or_default());
    name.push(format!(".{}.part", std::process::id()));
    if let Some(extension) = path.extension() {
        name.push(".");
        name.push(extension);
    }
    path.with_file_name(name)
}
