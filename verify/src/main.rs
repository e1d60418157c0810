//! Every factory deck and rig against ngspice: `cargo xtask verify [DECK.cir]`.

mod case;
mod drive;
mod figures;
#[path = "../../tests/ngspice/mod.rs"]
mod ngspice;
mod ours;
mod project;
mod readme;
mod rest;
mod subject;
mod work;

use crate::figures::Found;
use crate::subject::Subject;
use anyhow::Context;
use anyhow::Result;
use anyhow::ensure;
use loadline::rig::Library;
use loadline::rig::Slot;
use loadline::rig::verified::Table;
use loadline::rig::verified::VerifiedModel;
use loadline::rig::verified::VerifiedRig;
use std::fs;
use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    // The harness panics, as tests do; here a panic is an error that is shown where it belongs.
    std::panic::set_hook(Box::new(|_| {}));
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let done = match arguments.as_slice() {
        [] => factory(),
        [deck] => alone(Path::new(deck)),
        _ => Err(anyhow::anyhow!("write cargo xtask verify [DECK.cir]")),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// All of the library; writes the table, and fails where a figure is out of its margin.
fn factory() -> Result<()> {
    let library = Library::factory();
    let of = |slot: Slot| library.models(slot).map(|(_, model)| model);
    let of = |slot: Slot| of(slot).filter(|model| !model.is_none());
    let models: Vec<_> = Slot::ALL.into_iter().flat_map(of).collect();
    let rigs: Vec<_> = of(Slot::Preamp)
        .flat_map(|preamp| of(Slot::Source).map(move |source| (source, preamp)))
        .collect();
    let mut subjects = Vec::new();
    for model in &models {
        subjects.push(Subject::of_model(model)?);
    }
    for (source, preamp) in &rigs {
        subjects.push(Subject::of_rig(source, preamp)?);
    }
    let mut found = work::verify(&subjects)?;
    let of_rigs = found.split_off(models.len());
    let mut table = Table {
        ngspice: ngspice_version()?,
        rate_hz: ours::RATE_HZ,
        ..Table::default()
    };
    for (model, found) in models.iter().zip(&found) {
        table.models.push(VerifiedModel {
            id: model.id.to_string(),
            sha256: model.content_hash()?,
            figures: figures::rounded(&found.figures),
        });
    }
    for ((source, preamp), found) in rigs.iter().zip(&of_rigs) {
        table.rigs.push(VerifiedRig {
            source: source.id.to_string(),
            preamp: preamp.id.to_string(),
            figures: figures::rounded(&found.figures),
        });
    }
    println!("\n{}", readme::render(&table));
    let text = serde_json::to_string_pretty(&table)? + "\n";
    fs::write(project::table(), text).context("can't write the table")?;
    let text = fs::read_to_string(project::readme())?;
    let text = readme::replace(&text, &table).context("README.md has lost its markers")?;
    fs::write(project::readme(), text)?;
    println!("written: plugin-assets/verified.json and README.md");
    verdict(found.iter().chain(&of_rigs))
}

/// A deck of one's own; nothing is written.
fn alone(path: &Path) -> Result<()> {
    let found = work::verify(&[Subject::of_file(path)?])?;
    println!("\nsha256 {}", project::hash(path)?);
    println!("ngspice {}, {} Hz", ngspice_version()?, ours::RATE_HZ);
    for found in &found {
        println!("{}", figures::shown(&found.figures));
    }
    verdict(found.iter())
}

fn verdict<'a>(found: impl Iterator<Item = &'a Found>) -> Result<()> {
    let failures: Vec<&str> = found
        .flat_map(|found| &found.failures)
        .map(String::as_str)
        .collect();
    ensure!(
        failures.is_empty(),
        "out of their margins:\n{}",
        failures.join("\n")
    );
    Ok(())
}

/// As `ngspice --version` gives it, such as 39.
fn ngspice_version() -> Result<String> {
    let output = std::process::Command::new("ngspice")
        .arg("--version")
        .output()
        .context("ngspice could not be started; install it: apt-get install ngspice")?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let version = text
        .split("ngspice-")
        .nth(1)
        .and_then(|rest| rest.split_whitespace().next());
    Ok(version.context("ngspice tells no version")?.to_owned())
}
