//! How far each model is from ngspice: the figures that `cargo xtask verify` wrote, compiled in.

use crate::circuit::CircuitError;
use crate::circuit::deck::lines;
use crate::circuit::deck::lines::Files;
use crate::rig::library::Model;
use serde::Deserialize;
use serde::Serialize;
use sha2::Digest;
use sha2::Sha256;
use std::cell::RefCell;
use std::path::Path;
use std::sync::LazyLock;

/// The whole table.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Table {
    /// Version of the ngspice that judged.
    pub ngspice: String,
    /// Steps of the solver per second.
    pub rate_hz: f64,
    pub models: Vec<VerifiedModel>,
    pub rigs: Vec<VerifiedRig>,
}

/// A factory deck on its own bench.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VerifiedModel {
    pub id: String,
    /// [`content_hash`] of the deck that was verified.
    pub sha256: String,
    #[serde(flatten)]
    pub figures: Figures,
}

/// A source that drives a preamp, both as they are in the table's models.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VerifiedRig {
    pub source: String,
    pub preamp: String,
    #[serde(flatten)]
    pub figures: Figures,
}

/// The worst that was found over all cases of a deck. Errors of a waveform are RMS over RMS of the output's AC part.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Figures {
    /// Error of plucks and 220 Hz sines up to where distortion begins, in dB.
    pub clean_db: Option<f64>,
    /// Error of plucks and 220 Hz sines from there on, in dB; a linear deck has none.
    pub clipped_db: Option<f64>,
    /// Error of the hardest 1 and 2 kHz sines, in dB.
    pub hard_db: Option<f64>,
    /// Largest difference of a harmonic of 220 Hz, of the first eight, in dB.
    pub harmonics_db: Option<f64>,
    /// Relative error of the node voltages at rest.
    pub operating_point: f64,
    /// Largest difference of the output's noise density from 20 Hz to 20 kHz, in dB.
    pub noise_db: f64,
    /// What ngspice differs from itself by in the same cases, at coarser steps and tolerances, in dB.
    pub ngspice_db: Option<f64>,
    /// Cases that were compared.
    pub cases: usize,
    /// Cases in which ngspice differs too much from itself to judge.
    pub unjudged: usize,
}

/// The table as it was compiled in.
pub fn table() -> &'static Table {
    static TABLE: LazyLock<Table> = LazyLock::new(|| {
        // `tests/verified.rs` holds the file to this form.
        serde_json::from_str(include_str!("../../plugin-assets/verified.json")).unwrap_or_default()
    });
    &TABLE
}

impl Model {
    /// What was verified of this very deck; `None` if it was never, or has changed since.
    pub fn verified(&self) -> Option<&'static Figures> {
        let hash = self.content_hash().ok()?;
        let mut models = table().models.iter();
        let found = models.find(|model| model.id == self.id && model.sha256 == hash)?;
        Some(&found.figures)
    }
}

/// SHA-256, in hexadecimal, of a deck's text with the texts that it includes behind it in their order: what
/// `cat deck.cir devices.lib | sha256sum` prints.
pub fn content_hash(path: &Path, text: &str, files: Files) -> Result<String, CircuitError> {
    let hasher = RefCell::new(Sha256::new_with_prefix(text));
    let hashed = |path: &Path| {
        let text = files(path)?;
        hasher.borrow_mut().update(&text);
        Ok(text)
    };
    lines::read(path, text, &hashed)?;
    let digest = hasher.into_inner().finalize();
    Ok(digest.iter().map(|byte| format!("{byte:02x}")).collect())
}
