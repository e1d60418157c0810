//! `cargo xtask shots`: pictures of the panel, from a real window on a screen that nobody sees.

use crate::packages;
use crate::project;
use crate::screen::Running;
use crate::screen::Screen;
use crate::shell;
use anyhow::Context;
use anyhow::Result;
use anyhow::ensure;
use std::fs;
use std::process::Stdio;
use std::thread::sleep;
use std::time::Duration;
use std::time::Instant;

/// Pictures, and the size of the window in each: as it opens, and enlarged.
const SHOTS: [(&str, Option<[&str; 2]>); 2] =
    [("panel", None), ("panel_large", Some(["1440", "960"]))];
/// The window has to be there after this.
const PATIENCE: Duration = Duration::from_secs(30);
/// A software renderer needs this to draw what has changed.
const DRAWING: Duration = Duration::from_secs(2);

pub fn shots(yes: bool) -> Result<()> {
    packages::ensure(&[packages::WINDOW, packages::SHOTS].concat(), yes)?;
    let player = ["--features", "standalone", "--bin", "loadline"];
    shell::run(shell::cargo(["build", "--release"]).args(player))?;
    let out = project::target().join("shots");
    fs::create_dir_all(&out)?;
    let screen = Screen::open()?;
    let mut panel = screen.on(project::loadline());
    let _panel = Running(
        panel
            .args(["play", "--backend", "dummy"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("could not start the panel")?,
    );
    let window = window(&screen)?;
    for (name, size) in SHOTS {
        if let Some([width, height]) = size {
            shell::run(
                screen
                    .on("xdotool")
                    .args(["windowsize", &window, width, height]),
            )?;
        }
        sleep(DRAWING);
        let file = out.join(name).with_extension("png");
        shell::run(screen.on("import").args(["-window", &window]).arg(&file))?;
        println!("{}", file.display());
    }
    println!(
        "README shows plugin-assets/panel.png: copy panel.png there if the panel has changed."
    );
    Ok(())
}

/// The panel's window, once it is there.
fn window(screen: &Screen) -> Result<String> {
    let start = Instant::now();
    loop {
        let search = ["search", "--onlyvisible", "--name", "Loadline"];
        let output = screen.on("xdotool").args(search).output()?;
        let found = String::from_utf8_lossy(&output.stdout);
        if let Some(window) = found.lines().next_back() {
            return Ok(window.to_owned());
        }
        ensure!(start.elapsed() < PATIENCE, "the panel did not open");
        sleep(Duration::from_millis(200));
    }
}
