//! `cargo xtask bundle`: the plugin as `.clap` and `.vst3`, and the command line beside it.

use crate::project;
use crate::shell;
use anyhow::Context;
use anyhow::Result;
use anyhow::ensure;
use std::env;
use std::fs;

/// Builds with `cargo build --release` and whatever options follow, then hands over to nice-plug's bundler.
pub fn bundle(options: &[String]) -> Result<()> {
    let options = [&["--release".to_owned()], options].concat();
    shell::run(shell::cargo(["build", "--package", "loadline"]).args(&options))
        .context("next: mend what the compiler says above")?;

    let bundled = project::target().join("bundled");
    if bundled.exists() {
        fs::remove_dir_all(&bundled)?;
    }
    env::set_current_dir(project::root())?;
    nice_plug_xtask::bundle(&project::target(), "loadline", &options, false)?;
    for bundle in [project::clap_bundle(), project::vst3_bundle()] {
        ensure!(
            bundle.exists(),
            "{} was not made\nnext: does src/plugin/formats still export both formats?",
            bundle.display()
        );
    }
    Ok(())
}

/// Where hosts look for what was bundled.
pub fn next_step() -> String {
    let (clap, vst3) = (project::clap_bundle(), project::vst3_bundle());
    let (clap, vst3) = (clap.display(), vst3.display());
    let places = if cfg!(target_os = "macos") {
        (
            "~/Library/Audio/Plug-Ins/CLAP/",
            "~/Library/Audio/Plug-Ins/VST3/",
        )
    } else if cfg!(windows) {
        (
            r"C:\Program Files\Common Files\CLAP\",
            r"C:\Program Files\Common Files\VST3\",
        )
    } else {
        ("~/.clap/", "~/.vst3/")
    };
    if cfg!(windows) {
        return format!("copy {clap} to {}\n     {vst3} to {}", places.0, places.1);
    }
    format!(
        "mkdir -p {0} {1}\ncp -r {clap} {0}\ncp -r {vst3} {1}",
        places.0, places.1
    )
}
