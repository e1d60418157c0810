//! A Python of our own under `target/`, with the VST3 host in it.

use crate::project;
use crate::shell;
use anyhow::Context;
use anyhow::Result;
use std::path::PathBuf;
use std::process::Command;

/// A VST3 host from PyPI, the version that the comparison was written for.
const PEDALBOARD: &str = "0.9.26";

/// The interpreter of a virtual environment that holds pedalboard; made on first use.
pub fn with_pedalboard() -> Result<PathBuf> {
    let home = project::target().join("python");
    let python = home.join(if cfg!(windows) {
        "Scripts/python.exe"
    } else {
        "bin/python"
    });
    let version = "import importlib.metadata as m; print(m.version('pedalboard'))";
    if shell::ask(&python.to_string_lossy(), &["-c", version])
        .is_some_and(|version| version == PEDALBOARD)
    {
        return Ok(python);
    }
    let system = if cfg!(windows) { "python" } else { "python3" };
    shell::run(Command::new(system).args(["-m", "venv"]).arg(&home))
        .context("next: install Python 3.10 or later with its venv module")?;
    let pip = [
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--no-cache-dir",
    ];
    shell::run(
        Command::new(&python)
            .args(pip)
            .arg(format!("pedalboard=={PEDALBOARD}")),
    )
    .context("next: see what pip says above; it needs to reach PyPI")?;
    Ok(python)
}
