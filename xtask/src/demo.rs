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
    let mut rigs = Vec::new();
    for (side, heading) in [("a", "A: tube"), ("b", "B: op-amp")] {
        let rig = &report[side];
        let trim_db = rig["trim_db"]
            .as_f64()
            .with_context(|| format!("report.json has no {side}.trim_db"))?;
        let file = out.join(side.to_uppercase()).with_extension("wav");
        let (performance, null_dbfs) = play(side, trim_db, &take, &Audio::read(&file)?)?;
        performance.audio.write(&file)?;
        rigs.push(Rig {
            heading,
            report: rig,
            performance,
            null_dbfs,
        });
    }

    println!("\n{}", table(&rigs));
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

fn table(rigs: &[Rig]) -> Table {
    let mut table = Table::new(
        ["".to_owned()]
            .into_iter()
            .chain(rigs.iter().map(|rig| rig.heading.to_owned()))
            .collect(),
    );
    let mut row = |name: &str, cell: &dyn Fn(&Rig) -> Option<String>| {
        let cells = rigs
            .iter()
            .map(|rig| cell(rig).unwrap_or_else(|| "not measured".to_owned()));
        table.row([name.to_owned()].into_iter().chain(cells).collect());
    };
    let measured = |key: &'static str| move |rig: &Rig| rig.report[key].as_f64();
    row("level in", &|rig| {
        Some(format!("{:.1} dBu", measured("level_in_dbu")(rig)?))
    });
    row("level out", &|rig| {
        Some(format!("{:.1} dBu", measured("level_out_dbu")(rig)?))
    });
    row("loudness, with trim", &|rig| {
        Some(format!("{:.1} LUFS", measured("loudness_lufs")(rig)?))
    });
    row("trim", &|rig| {
        Some(format!("{:.2} dB", measured("trim_db")(rig)?))
    });
    for harmonic in ["h2", "h3", "h4", "h5"] {
        let name = format!("{} of 220 Hz", harmonic.to_uppercase());
        row(&name, &|rig| {
            Some(format!(
                "{:.1} dB",
                rig.report["harmonics_db"][harmonic].as_f64()?
            ))
        });
    }
    row("THD", &|rig| {
        Some(format!("{:.3} %", measured("thd_percent")(rig)?))
    });
    row("speed in the host", &|rig| {
        Some(format!(
            "{:.1} × real time",
            rig.performance.times_real_time()
        ))
    });
    row("latency", &|rig| {
        Some(format!("{} samples", rig.performance.latency))
    });
    row("tail", &|rig| {
        Some(
            rig.performance
                .tail
                .map_or("endless".to_owned(), |tail| format!("{tail} samples")),
        )
    });
    row("plugin − engine", &|rig| Some(null::shown(rig.null_dbfs)));
    table
}

/// A path as seen from the clone's root.
fn shown(path: &Path) -> String {
    path.strip_prefix(project::root())
        .unwrap_or(path)
        .display()
        .to_string()
}
