//! The user's own decks and responses as text, so that a project or a preset carries them along.

use crate::rig::cabinet::ImpulseResponse;
use crate::rig::library::Model;
use crate::rig::library::user;
use crate::rig::slot::Slot;
use crate::rig::verified::hex;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use serde::Deserialize;
use serde::Serialize;
use sha2::Digest;
use sha2::Sha256;
use std::io::Read;
use std::io::Write;

/// What can be the user's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Deck(Slot),
    /// An impulse response in the place of a cabinet.
    Response,
}

impl Kind {
    /// As the parameter that chooses it.
    pub fn id(self) -> &'static str {
        match self {
            Self::Deck(slot) => slot.id(),
            Self::Response => "cabinet",
        }
    }
}

/// One of the user's own decks or responses, with all that it needs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Embedded {
    /// Of the deck's file or of the response, as errors name it.
    pub name: String,
    /// SHA-256 of the content, in hexadecimal.
    pub sha256: String,
    /// The content, deflated (RFC 1951), in base64.
    pub data: String,
}

/// A deck's text and what it includes of the user's, by the path that it names.
#[derive(Serialize, Deserialize)]
struct Texts<'a> {
    text: std::borrow::Cow<'a, str>,
    #[serde(default)]
    files: Vec<(String, std::borrow::Cow<'a, str>)>,
}

/// Most that one may be, unpacked: a deck has 4 MB of text at most, a response 0.5 s.
const LARGEST: usize = 8 << 20;
/// Most that it may be as base64, which is 4/3 as long; deflating makes nothing longer by 1 %.
const LONGEST_DATA: usize = LARGEST / 2 * 3;
/// Most characters of a name that are kept.
const LONGEST_NAME: usize = 200;

impl Embedded {
    pub(super) fn deck(model: &Model) -> Option<Self> {
        let files = model.files.iter();
        let texts = Texts {
            text: (&*model.text).into(),
            files: files
                .map(|(path, text)| (path.to_string_lossy().into_owned(), (&**text).into()))
                .collect(),
        };
        let sha256 = model.own_hash();
        Self::pack(&model.path, sha256, &serde_json::to_vec(&texts).ok()?)
    }

    pub(super) fn response(name: &str, response: &ImpulseResponse) -> Option<Self> {
        let bytes = response.to_bytes();
        Self::pack(name, hash(&bytes), &bytes)
    }

    fn pack(name: &str, sha256: String, content: &[u8]) -> Option<Self> {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(content).ok()?;
        Some(Self {
            name: name.chars().take(LONGEST_NAME).collect(),
            sha256,
            data: STANDARD.encode(encoder.finish().ok()?),
        })
    }

    /// The content, or what is wrong with it.
    fn unpack(&self) -> Result<Vec<u8>, String> {
        if self.data.len() > LONGEST_DATA || self.name.len() > 4 * LONGEST_NAME {
            return Err("it is too large".into());
        }
        let packed = STANDARD.decode(&self.data);
        let packed = packed.map_err(|why| format!("it is damaged ({why})"))?;
        let mut content = Vec::new();
        DeflateDecoder::new(&*packed)
            .take(LARGEST as u64 + 1)
            .read_to_end(&mut content)
            .map_err(|why| format!("it is damaged ({why})"))?;
        if content.len() > LARGEST {
            return Err("it is too large".into());
        }
        Ok(content)
    }

    fn check(&self, found: &str) -> Result<(), String> {
        let is_same = found == self.sha256;
        is_same
            .then_some(())
            .ok_or_else(|| "it is damaged (its hash is another)".into())
    }

    /// The deck as a model of this slot, as one of the user's folder is read.
    pub(super) fn to_model(&self, slot: Slot) -> Result<Model, String> {
        let content = self.unpack()?;
        let texts: Texts =
            serde_json::from_slice(&content).map_err(|why| format!("it is damaged ({why})"))?;
        let files = texts.files.into_iter();
        let files = files
            .map(|(path, text)| (path.into(), text.into_owned()))
            .collect();
        let (found, model) = user::model(&self.name, texts.text.into_owned(), files)
            .map_err(|why| why.to_string())?;
        self.check(&model.own_hash())?;
        if found != slot {
            return Err(format!("it is a {}", found.id()));
        }
        Ok(model)
    }

    pub(super) fn to_response(&self) -> Result<ImpulseResponse, String> {
        let content = self.unpack()?;
        self.check(&hash(&content))?;
        ImpulseResponse::from_bytes(&content).map_err(|why| why.to_string())
    }
}

impl Model {
    /// Of the deck and what it includes of the user's; the factory's devices are no part of it, so that a later
    /// version of them makes no other deck of it.
    pub(super) fn own_hash(&self) -> String {
        let mut hasher = Sha256::new_with_prefix(&*self.text);
        for (path, text) in &self.files {
            let path = path.to_string_lossy();
            for part in [&*path, text] {
                hasher.update((part.len() as u64).to_le_bytes());
                hasher.update(part);
            }
        }
        hex(hasher)
    }
}

pub(super) fn hash(content: &[u8]) -> String {
    hex(Sha256::new_with_prefix(content))
}
