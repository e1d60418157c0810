//! `cargo xtask bench`: what a step costs; `--peers`: and what it costs elsewhere.

use crate::packages;
use crate::project;
use crate::shell;
use anyhow::Context;
use anyhow::Result;

/// Instructions of a step of each deck, then of a frame of each rig.
pub fn bench(yes: bool) -> Result<()> {
    packages::ensure(packages::COUNT, yes)?;
    for bench in ["rig", "step"] {
        shell::run(&mut shell::cargo([
            "bench",
            "--no-default-features",
            "--bench",
            bench,
        ]))
        .context("next: see above which case needs more instructions than it may")?;
    }
    Ok(())
}

/// Time a frame, beside that of LV2 plugins on the same take.
pub fn peers(yes: bool) -> Result<()> {
    packages::ensure(packages::PEERS, yes)?;
    let peers = [
        "run",
        "--release",
        "--package",
        "xtask",
        "--features",
        "peers",
        "--bin",
        "peers",
        "--",
    ];
    shell::run(shell::cargo(peers).arg(project::take()))
        .context("next: see above; the peers are Debian's guitarix-lv2 and zam-plugins")
}
