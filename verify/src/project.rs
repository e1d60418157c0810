//! Where things are.

use anyhow::Result;
use loadline::rig::verified::Table;
use loadline::rig::verified::content_hash;
use std::fs;
use std::path::Path;
use std::path::PathBuf;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("this package lies inside the clone")
}

pub fn circuits() -> PathBuf {
    root().join("plugin-assets/circuits")
}

pub fn table() -> PathBuf {
    root().join("plugin-assets/verified.json")
}

pub fn readme() -> PathBuf {
    root().join("README.md")
}

/// Where references are kept.
pub fn references() -> PathBuf {
    root().join("target/verify")
}

/// The table as it was written last; an empty one where it is of another form.
pub fn read_table() -> Result<Table> {
    let text = fs::read_to_string(table())?;
    Ok(serde_json::from_str(&text).unwrap_or_default())
}

/// Of a deck on the disk, with its includes.
pub fn hash(path: &Path) -> Result<String> {
    let text = read(path).map_err(anyhow::Error::msg)?;
    Ok(content_hash(path, &text, &read)?)
}

/// A text on the disk.
pub fn read(path: &Path) -> Result<String, String> {
    let bytes = fs::read(path).map_err(|why| why.to_string())?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
