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

/// What is done to the window.
enum Hand {
    /// At a place of the panel at 100 %.
    Click(&'static str, &'static str),
    Key(&'static str),
    Size(&'static str, &'static str),
}

use Hand::Click;
use Hand::Key;
use Hand::Size;

const NEXT_PRESET: Hand = Click("268", "37");
const PRESETS: Hand = Click("394", "37");
const BLIND_TEST: Hand = Click("468", "88");
const SETUP: Hand = Click("771", "88");
const CABINET: Hand = Click("812", "151");
/// Where nothing is at any size, so that nothing in a picture is lit for the pointer.
const ASIDE: [&str; 2] = ["2", "2"];

/// Pictures, each with what comes before it.
const SHOTS: [(&str, &[Hand]); 8] = [
    ("panel", &[NEXT_PRESET]),
    ("cabinet", &[CABINET]),
    ("setup", &[SETUP]),
    ("focus", &[SETUP, Key("Tab"), Key("Tab"), Key("Tab")]),
    ("presets", &[Key("Escape"), PRESETS]),
    ("panel_300", &[PRESETS, Size("3120", "1800")]),
    ("panel_50", &[Size("520", "300")]),
    ("blind_test", &[Size("1040", "600"), BLIND_TEST]),
];
/// The window has to be there after this.
const PATIENCE: Duration = Duration::from_secs(30);
/// A software renderer needs this to draw what has changed.
const DRAWING: Duration = Duration::from_secs(1);
/// And a rig this until its readings show silence.
const SETTLING: Duration = Duration::from_secs(4);

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
    for (name, hands) in SHOTS {
        for hand in hands {
            act(&screen, &window, hand)?;
        }
        let [x, y] = ASIDE;
        shell::run(
            screen
                .on("xdotool")
                .args(["mousemove", "--window", &window, x, y]),
        )?;
        sleep(SETTLING);
        let file = out.join(name).with_extension("png");
        shell::run(screen.on("import").args(["-window", &window]).arg(&file))?;
        println!("{}", file.display());
    }
    println!(
        "README shows plugin-assets/panel.png: copy panel.png there if the panel has changed."
    );
    Ok(())
}

fn act(screen: &Screen, window: &str, hand: &Hand) -> Result<()> {
    let mut hands = screen.on("xdotool");
    match hand {
        Click(x, y) => hands.args([
            "mousemove",
            "--window",
            window,
            x,
            y,
            "sleep",
            "0.2",
            "click",
            "1",
        ]),
        Key(key) => hands.args(["windowfocus", window, "key", key]),
        Size(width, height) => hands.args(["windowsize", window, width, height]),
    };
    shell::run(&mut hands)?;
    sleep(DRAWING);
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
