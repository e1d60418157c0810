//! A screen that nobody sees, for windows that have to be seen to work.

use anyhow::Context;
use anyhow::Result;
use anyhow::ensure;
use std::io::BufRead;
use std::io::BufReader;
use std::path::Path;
use std::process::Child;
use std::process::Command;
use std::process::Stdio;

/// An X server without a display, as long as it is kept.
pub struct Screen {
    _server: Running,
    pub display: String,
}

impl Screen {
    /// Large enough for the panel at its largest, 3120 by 1800.
    pub fn open() -> Result<Self> {
        let screen = ["-screen", "0", "3200x1900x24", "+extension", "GLX"];
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

    /// A program on this screen, drawn without a graphics card.
    pub fn on(&self, program: impl AsRef<Path>) -> Command {
        let mut command = Command::new(program.as_ref());
        command
            .env("DISPLAY", &self.display)
            .env("LIBGL_ALWAYS_SOFTWARE", "1")
            .env("GALLIUM_DRIVER", "llvmpipe");
        command
    }
}

/// A program that ends with its value.
pub struct Running(pub Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to end.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
