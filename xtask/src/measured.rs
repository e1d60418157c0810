//! What the benches' cases needed when that was last accepted: `benches/measured.tsv`, from which their limits follow.

use crate::project;
use anyhow::Context;
use anyhow::Result;
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

/// Room above what was measured, which was with Rust 1.95 for x86-64 with AVX and FMA.
const ROOM: f64 = 1.03;

/// Instructions a step, by the names of cases.
pub type Counts = BTreeMap<String, f64>;

/// What a case may need that needed `count`.
pub fn limit(count: f64) -> f64 {
    (count * ROOM).floor()
}

pub fn read() -> Result<Counts> {
    let text = fs::read_to_string(file()).unwrap_or_default();
    let count = |line: &str| {
        let (name, count) = line.split_once('\t')?;
        Some((name.to_owned(), count.parse().ok()?))
    };
    let counts = text.lines().map(|line| {
        count(line).with_context(|| format!("not a line of {}: {line}", file().display()))
    });
    counts.collect()
}

/// Writes `found` over what was there.
pub fn write(mut counts: Counts, found: Counts) -> Result<()> {
    counts.extend(found);
    let lines = counts
        .iter()
        .map(|(name, count)| format!("{name}\t{count}\n"));
    fs::write(file(), lines.collect::<String>())?;
    println!("written: {}", file().display());
    Ok(())
}

fn file() -> PathBuf {
    project::root().join("benches/measured.tsv")
}
