//! `cargo xtask demo`: the shipped guitar take through A and B, in the built plugin.

use crate::audio::Audio;
use crate::bundle;
use crate::clap_host::ClapPlugin;
use crate::clap_host::Performance;
use crate::clap_host::RenderMode;
use crate::null;
use crate::packages;
use crate::project;
use crate::shell;
use crate::table::Table;
use anyhow::Context;
use anyhow::Result;
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::process::Stdio;

/// Frames a block, as in a usual DAW.
const BLOCK: usize = 512;

pub fn demo(yes: bool) -> Result<()> {
    packages::ensure(packages::BUILD, yes)?;
    bundle::bundle(&[])?;

    let out = project::target().join("demo");
    if out.exists() {
        fs::remove_dir_all(&out)?;
    }
    let mut compare = Command::new(project::loadline());
    compare
        .arg("compare")
        .arg(project::take())
        .arg("-o")
        .arg(&out)
        .arg("--json")
        .stdout(Stdio::null());
    shell::run(&mut compare)
        .context("next: run the same line by hand; it names what it could not do")?;
    let report = fs::read_to_string(out.join("report.json"))
        .context("`loadline compare` left no report.json")?;
    let report: Value = serde_json::from_str(&report).context("report.json is not JSON")?;

    println!(
        "\nplaying {} through {}",
        shown(&project::take()),
        shown(&project::clap_bundle())
    );
    let take = Audio::read(&project::take())?;
    let rig = |side: &str, heading| {
        let report = &report[side];
        let trim_db = report["trim_db"]
            .as_f64()
            .context("report.json has no trim")?;
        let file = out.join(side.to_uppercase()).with_extension("wav");
        let (performance, null_dbfs) = play(side, trim_db, &take, &Audio::read(&file)?)?;
        performance.audio.write(&file)?;
        anyhow::Ok(Rig {
            heading,
            report,
            performance,
            null_dbfs,
        })
    };
    let rigs = [rig("a", "A: tube")?, rig("b", "B: op-amp")?];

    println!("\n{}", table(&rigs)?);
    println!("Two WAV files to listen to, and pictures of them:");
    let mut files: Vec<_> = fs::read_dir(&out)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    files.sort();
    for file in files
        .iter()
        .filter(|file| file.extension().is_some_and(|kind| kind != "json"))
    {
        println!("  {}", shown(file));
    }
    println!(
        "\nNext: put the plugin where your DAW looks for it, then let the DAW scan for plugins:\n{}",
        bundle::next_step()
    );
    Ok(())
}

/// Plays one rig in the plugin and holds it to what the engine made of the same take.
fn play(side: &str, trim_db: f64, take: &Audio, engine: &Audio) -> Result<(Performance, f64)> {
    let mut plugin = ClapPlugin::load(&project::clap_library())?;
    plugin.set(&[
        ("active".into(), side.to_uppercase()),
        (format!("{side}_trim"), format!("{trim_db} dB")),
    ])?;
    let performance = plugin.play(take, BLOCK, RenderMode::Offline, &[])?;
    let null_dbfs = null::check(
        &format!("CLAP, rig {}", side.to_uppercase()),
        &performance.audio,
        engine,
    )?;
    Ok((performance, null_dbfs))
}

struct Rig<'a> {
    heading: &'static str,
    /// What `loadline compare` measured.
    report: &'a Value,
    performance: Performance,
    null_dbfs: f64,
}

/// Rows of the table that come from report.json: name, place, decimals, unit.
const MEASURED: [(&str, &str, usize, &str); 9] = [
    ("level in", "/level_in_dbu", 1, "dBu"),
    ("level out, before trim", "/level_out_dbu", 1, "dBu"),
    ("trim to match", "/trim_db", 2, "dB"),
    ("loudness, trimmed", "/loudness_lufs", 1, "LUFS"),
    ("H2 of 220 Hz", "/harmonics_db/h2", 1, "dBc"),
    ("H3", "/harmonics_db/h3", 1, "dBc"),
    ("H4", "/harmonics_db/h4", 1, "dBc"),
    ("H5", "/harmonics_db/h5", 1, "dBc"),
    ("THD", "/thd_percent", 3, "%"),
];

fn table(rigs: &[Rig; 2]) -> Result<Table> {
    let mut table = Table::new(["", rigs[0].heading, rigs[1].heading]);
    for (name, place, decimals, unit) in MEASURED {
        let cell = |rig: &Rig| -> Result<String> {
            let value = rig.report.pointer(place).and_then(Value::as_f64);
            let value = value.with_context(|| format!("report.json has no number at {place}"))?;
            Ok(format!("{value:.decimals$} {unit}"))
        };
        table.row([name.to_owned(), cell(&rigs[0])?, cell(&rigs[1])?]);
    }
    let mut row = |name: &str, cell: &dyn Fn(&Rig) -> String| {
        table.row([name.to_owned(), cell(&rigs[0]), cell(&rigs[1])]);
    };
    row("speed in the host", &|rig| {
        format!("{:.1} × real time", rig.performance.times_real_time())
    });
    row("latency", &|rig| {
        format!("{} samples", rig.performance.latency)
    });
    row("tail", &|rig| match rig.performance.tail {
        Some(samples) => format!("{samples} samples"),
        None => "endless".to_owned(),
    });
    row("plugin − engine", &|rig| null::shown(rig.null_dbfs));
    Ok(table)
}

/// A path as seen from the clone's root.
fn shown(path: &Path) -> String {
    path.strip_prefix(project::root())
        .unwrap_or(path)
        .display()
        .to_string()
}
