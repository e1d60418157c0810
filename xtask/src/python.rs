//! A Python of our own under `target/`, with two VST3 hosts in it.

use crate::project;
use crate::shell;
use anyhow::Context;
use anyhow::Result;
use std::path::PathBuf;
use std::process::Command;

/// VST3 hosts from PyPI, the versions that the tests were written for.
const HOSTS: [(&str, &str); 2] = [("pedalboard", "0.9.26"), ("dawdreamer", "0.9.0")];

/// The interpreter of a virtual environment that holds the hosts; made on first use.
pub fn with_hosts() -> Result<PathBuf> {
    let home = project::target().join("python");
    let python = home.join(if cfg!(windows) {
        "Scripts/python.exe"
    } else {
        "bin/python"
    });
    let is_there = |(host, version): &(&str, &str)| {
        let ask = format!("import importlib.metadata as m; print(m.version('{host}'))");
        let told = shell::ask(&python.to_string_lossy(), &["-c", &ask]);
        told.is_some_and(|told| told == *version)
    };
    if HOSTS.iter().all(is_there) {
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
            .args(HOSTS.map(|(host, version)| format!("{host}=={version}"))),
    )
    .context("next: see what pip says above; it needs to reach PyPI")?;
    Ok(python)
}
