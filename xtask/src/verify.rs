//! `cargo xtask verify`: the factory decks, one of them by its id, or a deck, against ngspice.

use crate::packages;
use crate::shell;
use anyhow::Context;
use anyhow::Result;
use std::path::absolute;

/// A package of its own does the work, so that xtask builds without the engine.
pub fn verify(yes: bool, deck: Option<&str>) -> Result<()> {
    packages::ensure(packages::JUDGE, yes)?;
    let mut command = shell::cargo(["run", "--release", "--package", "verify", "--"]);
    match deck {
        Some(deck) if deck.ends_with(".cir") => {
            command.arg(absolute(deck).with_context(|| format!("no such deck: {deck}"))?);
        }
        Some(id) => {
            command.arg(id);
        }
        None => {}
    }
    shell::run(&mut command)
        .context("next: see above which deck is out of its margin, and by how much")
}
