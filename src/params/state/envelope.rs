//! What a host hands over, looked over before the framework takes it: of what it can't read, the framework tells no one.

use crate::params::state::DAMAGED_FIELD;
use crate::params::state::form;
use crate::params::state::shown;
use nice_plug::prelude::PluginState;
use serde_json::error::Category;
use std::collections::BTreeMap;
use std::io::Read;

/// Bytes of a state that are read: as many as the framework reads of a CLAP's.
pub const MOST_BYTES: u64 = 256 << 20;

/// Everything that a host's stream gives, or why that is no state.
pub fn drain(stream: impl Read) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let read = stream.take(MOST_BYTES + 1).read_to_end(&mut bytes);
    match read {
        Ok(_) if bytes.len() as u64 > MOST_BYTES => Err(too_long()),
        Ok(_) => Ok(bytes),
        Err(why) => Err(format!("after {} bytes {why}", bytes.len())),
    }
}

/// Why a state of more than [`MOST_BYTES`] is none.
pub fn too_long() -> String {
    format!("it is longer than {} MB", MOST_BYTES >> 20)
}

/// Why so many bytes are no state, where more should come.
pub fn broken_off(bytes: usize) -> String {
    match bytes {
        0 => "it is empty".into(),
        _ => format!("it breaks off after {bytes} bytes"),
    }
}

/// A state as the framework reads it, of a form that can be brought up to date; or why it is none.
pub fn parse(bytes: &[u8]) -> Result<PluginState, String> {
    let state = serde_json::from_slice(bytes).map_err(|error| match error.classify() {
        Category::Eof => broken_off(bytes.len()),
        Category::Syntax | Category::Data | Category::Io => {
            format!("it is damaged ({})", shown(error))
        }
    })?;
    form(&state)?;
    Ok(state)
}

/// What is loaded in place of something that is no state: it moves nothing and brings to the panel why.
pub fn refusal(why: String) -> PluginState {
    PluginState {
        version: String::new(),
        params: BTreeMap::new(),
        fields: BTreeMap::from([(DAMAGED_FIELD.into(), why)]),
    }
}
