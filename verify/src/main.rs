//! Factory decks and rigs against ngspice: `cargo xtask verify [--all | ID… | DECK.cir]`.

mod case;
mod drive;
mod figures;
#[path = "../../tests/ngspice/mod.rs"]
mod ngspice;
mod ours;
mod project;
mod readme;
mod references;
mod rest;
mod rigs;
mod subject;
mod work;

use crate::rigs::RIGS;
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
        [] => factory(Wanted::Stale),
        [all] if all == "--all" => factory(Wanted::All),
        [deck] if deck.ends_with(".cir") => alone(Path::new(deck)),
        ids => factory(Wanted::Named(ids)),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Which of the library are verified.
enum Wanted<'a> {
    /// Those that are not the ones that the table is of.
    Stale,
    All,
    /// By id; of rigs, by the ids in it.
    Named(&'a [String]),
}

impl Wanted<'_> {
    fn has(&self, ids: &[&str], is_stale: bool) -> bool {
        match self {
            Self::Stale => is_stale,
            Self::All => true,
            Self::Named(named) => ids.iter().any(|id| named.iter().any(|name| name == id)),
        }
    }
}

/// Subjects that are verified together, before what was found is written.
const BATCH: usize = 4;

/// Models of the library and whole rigs; writes the table as it goes, and fails where a figure is out of its margin.
fn factory(wanted: Wanted) -> Result<()> {
    let library = Library::factory();
    let mut table = project::read_table()?;
    table.ngspice = references::judge()?.to_owned();
    table.rate_hz = ours::RATE_HZ;
    let mut models = Vec::new();
    for slot in Slot::ALL {
        for (_, model) in library.models(slot).filter(|(_, model)| !model.is_none()) {
            models.push(model);
            models.extend(model.behind.as_deref());
        }
    }
    let ids: Vec<&str> = models.iter().map(|model| &*model.id).collect();
    table.models.retain(|known| ids.contains(&&*known.id));
    table
        .models
        .sort_by_key(|known| ids.iter().position(|id| *id == known.id));
    let mut failures = Vec::new();
    models.retain(|model| wanted.has(&[&model.id], model.verified().is_none()));
    for batch in models.chunks(BATCH) {
        let subjects: Vec<Subject> = batch
            .iter()
            .map(|model| Subject::of_model(model))
            .collect::<Result<_>>()?;
        for (model, found) in batch.iter().zip(work::verify(&subjects)?) {
            let verified = VerifiedModel {
                id: model.id.to_string(),
                sha256: model.content_hash()?,
                figures: figures::rounded(&found.figures),
            };
            table.models.retain(|known| known.id != verified.id);
            table.models.push(verified);
            failures.extend(found.failures);
        }
        table
            .models
            .sort_by_key(|known| ids.iter().position(|id| *id == known.id));
        write(&mut table, &library)?;
    }

    let mut rigs = Vec::new();
    for rig in RIGS {
        let models = rigs::models(&library, rig).map_err(anyhow::Error::msg)?;
        let ids: Vec<&str> = models.iter().map(|(_, model)| &*model.id).collect();
        let known = |known: &&VerifiedRig| known.models == rigs::named(&models);
        let found = table.rigs.iter().find(known);
        let is_stale = found.is_none_or(|found| found.sha256 != rigs::hash(&models));
        if wanted.has(&ids, is_stale) {
            rigs.push(models);
        }
    }
    for models in rigs {
        let found = work::verify(&[Subject::of_rig(&models)?])?.remove(0);
        let verified = VerifiedRig {
            models: rigs::named(&models),
            sha256: rigs::hash(&models),
            figures: figures::rounded(&found.figures),
        };
        table.rigs.retain(|known| known.models != verified.models);
        table.rigs.push(verified);
        failures.extend(found.failures);
        write(&mut table, &library)?;
    }
    println!("\n{}", readme::render(&table));
    verdict(&failures)
}

/// Writes the table and README, with what of the library is not in it.
fn write(table: &mut Table, library: &Library) -> Result<()> {
    table.unverified.clear();
    for slot in Slot::ALL {
        for (_, model) in library.models(slot).filter(|(_, model)| !model.is_none()) {
            for model in [Some(model), model.behind.as_deref()].into_iter().flatten() {
                let hash = model.content_hash()?;
                let is_it = |known: &VerifiedModel| known.id == model.id && known.sha256 == hash;
                if !table.models.iter().any(is_it) {
                    table.unverified.push(model.id.to_string());
                }
            }
        }
    }
    let text = serde_json::to_string_pretty(&*table)? + "\n";
    fs::write(project::table(), text).context("can't write the table")?;
    let text = fs::read_to_string(project::readme())?;
    let text = readme::replace(&text, table).context("README.md has lost its markers")?;
    fs::write(project::readme(), text).context("can't write README.md")
}

/// A deck of one's own; nothing is written.
fn alone(path: &Path) -> Result<()> {
    let found = work::verify(&[Subject::of_file(path)?])?;
    println!("\nsha256 {}", project::hash(path)?);
    println!("ngspice {}, {} Hz", references::judge()?, ours::RATE_HZ);
    for found in &found {
        println!("{}", figures::shown(&found.figures));
    }
    let failures: Vec<String> = found.into_iter().flat_map(|found| found.failures).collect();
    verdict(&failures)
}

fn verdict(failures: &[String]) -> Result<()> {
    ensure!(
        failures.is_empty(),
        "out of their margins:\n{}",
        failures.join("\n")
    );
    Ok(())
}
