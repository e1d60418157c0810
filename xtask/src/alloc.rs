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
    (20, "a_gain", "9"),
    (40, "a_input_z", "47k"),
    (60, "active", "B"),
    (80, "b_bass", "1"),
    (100, "a_preamp", "Op-amp: Baxandall"),
    (120, "active", "A"),
    (140, "quality", "8x"),
    (180, "bypass", "On"),
    (200, "bypass", "Off"),
    (220, "a_source", "Humbucker"),
    (240, "calibration", "+18 dBu"),
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
