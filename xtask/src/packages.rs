//! The system packages that Loadline's commands need, by their Debian and Ubuntu names; and gungraun's runner.

use crate::project;
use crate::shell;
use anyhow::Context;
use anyhow::Result;
use anyhow::bail;
use std::io;
use std::io::IsTerminal;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;

/// To build the plugin and the command line: nothing beyond what Rust itself needs to link, `cc` and the C library's
/// headers. Measured on a bare Debian 12 with gcc and libc6-dev alone; X11 and GL are opened when a panel is.
pub const BUILD: &[&str] = &[];

/// To verify decks: the reference simulator.
pub const JUDGE: &[&str] = &["ngspice"];

/// To count instructions.
pub const COUNT: &[&str] = &["valgrind"];

/// To host the peers, and the peers themselves.
pub const PEERS: &[&str] = &["pkg-config", "liblilv-dev", "guitarix-lv2", "zam-plugins"];

/// To open the panel: a screen, a renderer, and what the plugin opens for a window.
pub const WINDOW: &[&str] = &[
    "xvfb",
    "libgl1-mesa-dri",
    "libx11-xcb1",
    "libxkbcommon-x11-0",
];

/// To take pictures of it in a program of its own: sound libraries to link, a hand, and a camera.
pub const SHOTS: &[&str] = &[
    "pkg-config",
    "libasound2-dev",
    "libjack-jackd2-dev",
    "xdotool",
    "imagemagick",
];

/// To test them: the reference simulator, and Python for the VST3 host.
pub const TEST: &[&str] = &["ngspice", "python3", "python3-venv"];

/// Sees to it that `packages` are installed, asking first unless `yes` or run by root. Away from Debian and Ubuntu
/// it only names them.
pub fn ensure(packages: &[&str], yes: bool) -> Result<()> {
    if packages.is_empty() {
        println!("System packages: none needed beyond Rust and its C linker.");
        return Ok(());
    }
    if !cfg!(target_os = "linux") {
        println!("Needed, by their Debian names: {}", packages.join(" "));
        return Ok(());
    }
    if !Path::new("/etc/debian_version").exists() {
        println!(
            "Needed, by their Debian names; install what your system calls them: {}",
            packages.join(" ")
        );
        return Ok(());
    }
    let missing = missing(packages);
    if missing.is_empty() {
        println!("System packages: all there ({}).", packages.join(" "));
        return Ok(());
    }
    let root = shell::ask("id", &["-u"]).is_some_and(|id| id == "0");
    println!(
        "These Debian packages are needed and not installed: {}",
        missing.join(" ")
    );
    if !root && !yes && !agreed()? {
        bail!(
            "nothing was installed\nnext: sudo apt-get install {}\n      or run the command again with --yes",
            missing.join(" ")
        );
    }
    apt_get(root, &["update", "-q"])?;
    let install = [
        &["install", "-q", "-y", "--no-install-recommends"],
        missing.as_slice(),
    ]
    .concat();
    apt_get(root, &install)
}

/// The folder of the program that runs gungraun's benches, of the very release that Cargo.lock names; built on first use,
/// under `target/`.
pub fn gungraun_runner() -> Result<PathBuf> {
    let lock = shell::cargo(["pkgid", "gungraun"]).output()?;
    let id = String::from_utf8(lock.stdout)?;
    let (_, release) = id
        .trim()
        .rsplit_once('@')
        .context("cargo knows no gungraun")?;
    let home = project::target()
        .join("tools")
        .join(format!("gungraun-{release}"));
    let bin = home.join("bin");
    if !bin.exists() {
        let install = [
            "install",
            "gungraun-runner",
            "--locked",
            "--version",
            release,
            "--root",
        ];
        shell::run(shell::cargo(install).arg(&home))
            .context("next: see what cargo says above; it needs to reach crates.io")?;
    }
    Ok(bin)
}

/// Those of `packages` that dpkg does not call installed.
fn missing<'a>(packages: &[&'a str]) -> Vec<&'a str> {
    let installed = |package: &&&str| {
        let status = shell::ask(
            "dpkg-query",
            &["--show", "--showformat=${db:Status-Status}", package],
        );
        status.is_some_and(|status| status == "installed")
    };
    packages
        .iter()
        .filter(|package| !installed(package))
        .copied()
        .collect()
}

fn apt_get(root: bool, args: &[&str]) -> Result<()> {
    let mut command = Command::new(if root { "env" } else { "sudo" });
    command
        .args(if root { &[][..] } else { &["env"] })
        .args(["DEBIAN_FRONTEND=noninteractive", "apt-get"])
        .args(args);
    shell::run(&mut command).context(
        "next: see what apt-get says above; `cargo xtask` goes on once its packages are installed",
    )
}

fn agreed() -> Result<bool> {
    if !io::stdin().is_terminal() {
        return Ok(false);
    }
    println!("Install them now with sudo apt-get? [y/N]");
    let mut answer = String::new();
    io::stdin().read_line(&mut answer)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}
