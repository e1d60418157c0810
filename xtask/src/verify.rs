//! `cargo xtask verify`: the factory decks, some of them by their ids, or a deck of one's own, against ngspice.

use crate::packages;
use crate::shell;
use anyhow::Context;
use anyhow::Result;
use std::path::absolute;

/// A package of its own does the work, so that xtask builds without the engine.
pub fn verify(yes: bool, wanted: &[&str]) -> Result<()> {
    packages::ensure(packages::JUDGE, yes)?;
    let mut command = shell::cargo(["run", "--release", "--package", "verify", "--"]);
    for one in wanted {
        if one.ends_with(".cir") {
            command.arg(absolute(one).with_context(|| format!("no such deck: {one}"))?);
        } else {
            command.arg(one);
        }
    }
    shell::run(&mut command)
        .context("next: see above which deck is out of its margin, and by how much")
}
