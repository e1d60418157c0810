//! The user's own impulse response in the library.

use crate::rig::cabinet::CabinetError;
use crate::rig::cabinet::ImpulseResponse;
use crate::rig::library::embedded::Embedded;
use std::path::PathBuf;
use std::sync::OnceLock;

/// A response by its name; its file is read when it is first asked for.
#[derive(Debug)]
pub struct Response {
    name: String,
    /// In menus: where it is from, too.
    shown: String,
    /// Nothing where it came with a project or a preset.
    file: PathBuf,
    read: OnceLock<Result<ImpulseResponse, CabinetError>>,
    embedded: OnceLock<Option<Embedded>>,
}

impl Response {
    pub(super) fn in_file(name: &str, file: PathBuf) -> Self {
        Self {
            name: name.to_owned(),
            shown: name.to_owned(),
            file,
            read: OnceLock::new(),
            embedded: OnceLock::new(),
        }
    }

    /// One that came along with something.
    pub(super) fn guest(name: &str, shown: String, response: ImpulseResponse) -> Self {
        Self {
            shown,
            read: OnceLock::from(Ok(response)),
            ..Self::in_file(name, PathBuf::new())
        }
    }

    pub fn shown(&self) -> &str {
        &self.shown
    }

    pub fn read(&self) -> Result<&ImpulseResponse, CabinetError> {
        let read = self.read.get_or_init(|| ImpulseResponse::read(&self.file));
        read.as_ref().map_err(CabinetError::clone)
    }

    /// Nothing where it can't be read.
    pub(super) fn embedded(&self) -> Option<&Embedded> {
        let write = || Embedded::response(&self.name, self.read().ok()?);
        self.embedded.get_or_init(write).as_ref()
    }
}
