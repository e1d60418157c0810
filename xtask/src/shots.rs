//! `cargo xtask shots`: pictures of the panel, from a real window on a screen that nobody sees.

use crate::packages;
use crate::project;
use crate::shell;
use anyhow::Context;
use anyhow::Result;
use anyhow::ensure;
use std::fs;
use std::io::BufRead;
use std::io::BufReader;
use std::process::Child;
use std::process::Command;
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
    packages::ensure(packages::SHOTS, yes)?;
    let player = ["--features", "standalone", "--bin", "loadline"];
    shell::run(shell::cargo(["build", "--release"]).args(player))?;
    let out = project::target().join("shots");
    fs::create_dir_all(&out)?;
    let screen = Screen::open()?;
    let mut panel = screen.on(&project::loadline().to_string_lossy());
    let _panel = Running(
        panel
            .args(["play", "--backend", "dummy"])
            .env("LIBGL_ALWAYS_SOFTWARE", "1")
            .env("GALLIUM_DRIVER", "llvmpipe")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("could not start the panel")?,
    );
    let window = screen.window()?;
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

/// A program that ends with its value.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to end.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// An X server without a display.
struct Screen {
    _server: Running,
    display: String,
}

impl Screen {
    fn open() -> Result<Self> {
        let screen = ["-screen", "0", "1600x1200x24", "+extension", "GLX"];
        let mut server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-nolisten", "tcp", "-noreset"])
            .args(screen)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("could not start Xvfb")?;
        let told = server.stdout.take().context("Xvfb has no output")?;
        let server = Running(server);
        let mut number = String::new();
        BufReader::new(told).read_line(&mut number)?;
        ensure!(!number.trim().is_empty(), "Xvfb found no free display");
        Ok(Self {
            _server: server,
            display: format!(":{}", number.trim()),
        })
    }

    /// A program on this screen.
    fn on(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.env("DISPLAY", &self.display);
        command
    }

    /// The panel's window, once it is there.
    fn window(&self) -> Result<String> {
        let start = Instant::now();
        loop {
            let search = ["search", "--onlyvisible", "--name", "Loadline"];
            let output = self.on("xdotool").args(search).output()?;
            let found = String::from_utf8_lossy(&output.stdout);
            if let Some(window) = found.lines().next_back() {
                return Ok(window.to_owned());
            }
            ensure!(start.elapsed() < PATIENCE, "the panel did not open");
            sleep(Duration::from_millis(200));
        }
    }
}
