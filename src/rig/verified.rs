//! How far each model is from ngspice: the figures that `cargo xtask verify` wrote, compiled in.

use crate::circuit::CircuitError;
use crate::circuit::deck::lines;
use crate::circuit::deck::lines::Files;
use crate::rig::library::Model;
use serde::Deserialize;
use serde::Serialize;
use sha2::Digest;
use sha2::Sha256;
use std::collections::BTreeMap;
use std::collections::HashSet;
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
    /// Models of the library that are not in the table, or not as they were when they came into it.
    #[serde(default)]
    pub unverified: Vec<String>,
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

/// A whole rig, its models by slot as they are in the library.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VerifiedRig {
    /// Ids of the models, by kind; a slot that is left empty has none.
    pub models: BTreeMap<String, String>,
    /// Of the hashes of its models, in the signal's order.
    pub sha256: String,
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

/// SHA-256, in hexadecimal, of a deck's text and of what it uses of the texts that it includes: the blocks
/// (`.subckt … .ends`, or a line by itself) that it names, and those that they name, in their order, as logical lines.
///
/// So a deck stays verified when something is added to a library that it does not use.
pub fn content_hash(path: &Path, text: &str, files: Files) -> Result<String, CircuitError> {
    let own = path.display().to_string();
    let mut blocks: Vec<Block> = Vec::new();
    let mut depth = 0;
    for line in lines::read(path, text, files)? {
        if *line.place.file == *own || line.text.starts_with("*@") {
            continue;
        }
        match blocks.last_mut() {
            Some(block) if depth > 0 => block.text += &line.text,
            _ => blocks.push(Block::opened_by(&line.text)),
        }
        if let Some(block) = blocks.last_mut() {
            block.text.push('\n');
        }
        depth += usize::from(line.text.starts_with(".subckt"));
        depth -= usize::from(line.text.starts_with(".ends") && depth > 0);
    }
    let mut said = words(&text.to_ascii_lowercase());
    while let Some(block) = blocks.iter_mut().find(|block| block.is_new(&said)) {
        block.is_used = true;
        said.extend(words(&block.text));
    }
    let mut hasher = Sha256::new_with_prefix(text);
    for block in blocks.iter().filter(|block| block.is_used) {
        hasher.update(&block.text);
    }
    Ok(hex(hasher))
}

/// SHA-256 of hashes one after the other.
pub fn joint_hash<'a>(hashes: impl Iterator<Item = &'a str>) -> String {
    let mut hasher = Sha256::new();
    hashes.for_each(|hash| hasher.update(hash));
    hex(hasher)
}

pub(super) fn hex(hasher: Sha256) -> String {
    let digest = hasher.finalize();
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A definition in a library.
struct Block {
    name: String,
    text: String,
    is_used: bool,
}

impl Block {
    fn opened_by(line: &str) -> Self {
        let name = line.split_whitespace().nth(1).unwrap_or_default();
        Self {
            name: name.to_owned(),
            text: line.to_owned(),
            is_used: false,
        }
    }

    fn is_new(&self, said: &HashSet<String>) -> bool {
        !self.is_used && said.contains(&self.name)
    }
}

/// Everything in a text that could be a name.
fn words(text: &str) -> HashSet<String> {
    let is_between = |c: char| c.is_whitespace() || "(){}=,".contains(c);
    text.split(is_between).map(str::to_owned).collect()
}
