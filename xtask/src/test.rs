//! `cargo xtask test`: everything that CI checks, nothing skipped.

use crate::alloc;
use crate::bundle;
use crate::hosts;
use crate::packages;
use crate::shell;
use crate::table::Table;
use anyhow::Context;
use anyhow::Result;
use std::process::Command;
use std::time::Instant;

pub fn test(yes: bool) -> Result<()> {
    let steps: [(&str, &dyn Fn() -> Result<()>); 8] = [
        ("packages", &|| {
            packages::ensure(
                &[packages::BUILD, packages::TEST, packages::WINDOW].concat(),
                yes,
            )
        }),
        ("format", &format),
        ("clippy", &clippy),
        ("bundle", &|| bundle::bundle(&[])),
        ("tests", &tests),
        ("engine alone", &engine_alone),
        ("no allocation", &alloc::alloc),
        ("hosts", &hosts::hosts),
    ];
    let seconds = |since: Instant| format!("{:.0}", since.elapsed().as_secs_f64());
    let mut table = Table::new(["step", "seconds", ""]);
    let start = Instant::now();
    for (name, step) in steps {
        println!("\n── {name} ──");
        let step_start = Instant::now();
        let done = step();
        let verdict = if done.is_ok() { "ok" } else { "FAILED" };
        table.row([name.into(), seconds(step_start), verdict.into()]);
        println!("{name}: {verdict} after {} s", seconds(step_start));
        if done.is_err() {
            println!("\n{table}");
            return done;
        }
    }
    table.row(["all".into(), seconds(start), "ok".into()]);
    println!("\n{table}");
    Ok(())
}

fn format() -> Result<()> {
    component("rustfmt", "fmt")?;
    shell::run(&mut shell::cargo(["fmt", "--all", "--check"])).context("next: cargo fmt --all")
}

/// Package by package, here and in [`tests`]: built together they would share features, and much of what
/// `cargo build` has made would have to be built again.
const PACKAGES: [&str; 3] = ["loadline", "verify", "xtask"];

fn clippy() -> Result<()> {
    component("clippy", "clippy")?;
    for package in PACKAGES {
        let clippy = ["clippy", "--release", "--all-targets", "--package", package];
        shell::run(shell::cargo(clippy).args(["--", "-D", "warnings"]))
            .context("next: mend what clippy says above")?;
    }
    Ok(())
}

/// The circuits against ngspice are among them.
fn tests() -> Result<()> {
    for package in PACKAGES {
        shell::run(&mut shell::cargo([
            "test",
            "--release",
            "--package",
            package,
        ]))
        .context("next: run the failed test alone, `cargo test --release NAME`")?;
    }
    Ok(())
}

fn engine_alone() -> Result<()> {
    let test = [
        "test",
        "--release",
        "--package",
        "loadline",
        "--lib",
        "--no-default-features",
    ];
    shell::run(&mut shell::cargo(test))
        .context("next: the engine must not name the plugin, the panel or the command line")
}

/// rustup's minimal profile comes without these two.
fn component(name: &str, subcommand: &str) -> Result<()> {
    if shell::ask("cargo", &[subcommand, "--version"]).is_some() {
        return Ok(());
    }
    shell::run(Command::new("rustup").args(["component", "add", name]))
        .with_context(|| format!("next: install Rust's component {name}"))
}
