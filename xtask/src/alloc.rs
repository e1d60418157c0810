//! Proof that the plugin never allocates while it plays: nice-plug's wrapper aborts when it does, in debug builds.

use crate::audio::Audio;
use crate::clap_host::ClapPlugin;
use crate::clap_host::Move;
use crate::clap_host::RenderMode;
use crate::project;
use crate::shell;
use anyhow::Context;
use anyhow::Result;
use anyhow::ensure;
use std::env;
use std::fs;
use std::path::Path;
use std::process::Command;

/// Played with every kind of change on the way.
const SECONDS: usize = 2;
const BLOCK: usize = 256;

const MOVES: &[Move] = &[
    Move::text(20 * BLOCK, "a_gain", "9"),
    Move::text(40 * BLOCK, "a_input_z", "47k"),
    Move::text(60 * BLOCK, "active", "B"),
    Move::text(80 * BLOCK, "b_bass", "1"),
    Move::text(100 * BLOCK, "a_preamp", "Op-amp: Baxandall"),
    Move::text(120 * BLOCK, "active", "A"),
    Move::text(140 * BLOCK, "quality", "8x"),
    Move::text(180 * BLOCK, "bypass", "On"),
    Move::text(200 * BLOCK, "bypass", "Off"),
    Move::text(220 * BLOCK, "a_source", "Humbucker"),
    Move::text(240 * BLOCK, "calibration", "+18 dBu"),
];

/// What nice-plug's guard says when it trips; a library without it checks nothing.
const GUARD: &[u8] = b"assert_no_alloc";

/// Builds the plugin with debug assertions and plays it in a process of its own, which the guard may abort.
pub fn alloc() -> Result<()> {
    let build = [
        "build",
        "--lib",
        "--no-default-features",
        "--features",
        "plugin",
    ];
    shell::run(shell::cargo(build).args(["--config", "profile.dev.debug=false"]))?;
    let library = project::library("debug");
    let bytes = fs::read(&library)?;
    ensure!(
        bytes.windows(GUARD.len()).any(|window| window == GUARD),
        "{} has no allocation guard\nnext: does Cargo.toml still ask for nice-plug's `assert_process_allocs`?",
        library.display()
    );
    shell::run(Command::new(env::current_exe()?).arg("play-guarded").arg(&library)).context(
        "`memory allocation of … bytes failed` above means that `process` allocated or freed memory\n\
         next: gdb --args target/release/xtask play-guarded target/debug/libloadline.so, then `run` and `backtrace`",
    )
}

/// The process of its own.
pub fn play_guarded(library: &Path) -> Result<()> {
    let take = Audio::read(&project::take())?;
    let take = take.start(take.sample_rate as usize * SECONDS);
    let performance = ClapPlugin::load(library)?.play(&take, BLOCK, RenderMode::Realtime, MOVES)?;
    ensure!(
        performance.audio.peak_dbfs().is_finite(),
        "the plugin played silence or a sample that is not a number"
    );
    println!(
        "{SECONDS} s played without an allocation, with {} changes on the way",
        MOVES.len()
    );
    Ok(())
}
