//! `cargo xtask hosts`: the built plugin in three foreign hosts: against `loadline render` at the same settings, and
//! against whatever else hosts do.

mod clap;
mod crowd;
mod desktop;
mod foot;
mod process;
mod states;
mod window;

use crate::audio::Audio;
use crate::bundle;
use crate::clap_host::ClapPlugin;
use crate::clap_host::Parameter;
use crate::clap_host::RenderMode;
use crate::null;
use crate::null::LIMIT_DBFS;
use crate::packages;
use crate::project;
use crate::python;
use crate::shell;
use anyhow::Context;
use anyhow::Result;
use anyhow::ensure;
use serde_json::json;
use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;

pub use window::open_panel;

/// The rigs as they are set for the comparison: knob and text, as on the panel. Every knob is off its default.
const RIGS: [(&str, &[(&str, &str)]); 2] = [
    (
        "a",
        &[
            ("gain", "7.5"),
            ("bass", "2.5"),
            ("mid", "6.25"),
            ("treble", "8.75"),
            ("source_z", "2k2"),
            ("input_z", "470k"),
            ("trim", "-20 dB"),
        ],
    ),
    (
        "b",
        &[
            ("gain", "6.25"),
            ("bass", "7.5"),
            ("mid", "3.75"),
            ("treble", "2.5"),
            ("source_z", "600R"),
            ("input_z", "100k"),
            ("trim", "-10 dB"),
        ],
    ),
];

/// Block lengths: a common one, an odd one that never lines up with a control tick, and a long one.
const BLOCKS: [usize; 3] = [512, 37, 4096];

/// The command: packages and bundles first.
pub fn alone(yes: bool) -> Result<()> {
    packages::ensure(
        &[packages::BUILD, packages::TEST, packages::WINDOW].concat(),
        yes,
    )?;
    bundle::bundle(&[])?;
    hosts()
}

pub fn hosts() -> Result<()> {
    let out = project::target().join("hosts");
    fs::create_dir_all(&out)?;
    let take = Audio::read(&project::take())?;
    // For pedalboard, which scales 16-bit samples by 1/32767.
    let float_take = out.join("take.wav");
    take.write(&float_take)?;
    states::check(&take.start(take.sample_rate as usize / 2))?;
    crowd::check(&take)?;
    clap::check(&take)?;
    window::check()?;
    let python = python::with_hosts()?;
    foot::vst3(&python)?;
    for (side, knobs) in RIGS {
        let mut settings: Vec<(String, String)> = knobs
            .iter()
            .map(|(knob, text)| (format!("{side}_{knob}"), (*text).to_owned()))
            .collect();
        settings.push(("calibration".into(), "+16 dBu".into()));
        let rendered = render(side, &settings, &out)?;
        settings.push(("active".into(), side.to_uppercase()));
        let parameters = null_clap(side, &settings, &take, &Audio::read(&rendered)?)?;
        null_vst3(side, &parameters, &float_take, &rendered, &python)?;
    }
    for host in ["pedalboard", "dawdreamer"] {
        let script = project::root().join(format!("tests/hosts/{host}_host.py"));
        shell::run(
            Command::new(&python)
                .arg(script)
                .arg(project::vst3_bundle()),
        )
        .with_context(|| format!("next: see what {host} says above"))?;
    }
    Ok(())
}

/// What the engine makes of the take, without any plugin around it.
fn render(side: &str, settings: &[(String, String)], out: &Path) -> Result<PathBuf> {
    let file = out.join(format!("render_{side}.wav"));
    let mut command = Command::new(project::loadline());
    command
        .arg("render")
        .arg(project::take())
        .arg("-o")
        .arg(&file)
        .args(["--rig", &side.to_uppercase()]);
    for (id, text) in settings {
        command.arg("--set").arg(format!("{id}={text}"));
    }
    shell::run(&mut command)
        .context("next: run the same line by hand; it names what it could not do")?;
    Ok(file)
}

/// The CLAP in clack-host: at several block lengths, and again in an instance that only got the first one's state.
/// Gives its parameters as they were set.
fn null_clap(
    side: &str,
    settings: &[(String, String)],
    take: &Audio,
    rendered: &Audio,
) -> Result<Vec<Parameter>> {
    let side = side.to_uppercase();
    let mut plugin = ClapPlugin::load(&project::clap_library())?;
    plugin.set(settings)?;
    for block in BLOCKS {
        let performance = plugin.play(take, block, RenderMode::Offline, &[])?;
        null::check(
            &format!("CLAP, rig {side}, blocks of {block}"),
            &performance.audio,
            rendered,
        )?;
    }
    let parameters = plugin.parameters()?;
    let state = plugin.save()?;

    let mut second = ClapPlugin::load(&project::clap_library())?;
    second.restore(&state)?;
    let restored = second.parameters()?;
    ensure!(
        restored == parameters,
        "CLAP, rig {side}: state lost a setting: {parameters:?} became {restored:?}"
    );
    let performance = second.play(take, BLOCKS[0], RenderMode::Offline, &[])?;
    null::check(
        &format!("CLAP, rig {side}, from saved state"),
        &performance.audio,
        rendered,
    )?;
    Ok(parameters)
}

/// The VST3 in pedalboard, with every parameter where the CLAP has it.
fn null_vst3(
    side: &str,
    parameters: &[Parameter],
    take: &Path,
    rendered: &Path,
    python: &Path,
) -> Result<()> {
    let place = |p: &Parameter| json!({ "name": p.name, "normalized": p.normalized });
    let job = json!({
        "label": format!("VST3, rig {}", side.to_uppercase()),
        "bundle": project::vst3_bundle(),
        "take": take,
        "rendered": rendered,
        "parameters": parameters.iter().map(place).collect::<Vec<_>>(),
        "limit_dbfs": LIMIT_DBFS,
    });
    let file = rendered.with_file_name(format!("pedalboard_{side}.json"));
    fs::write(&file, serde_json::to_string_pretty(&job)?)?;
    let script = project::root().join("tests/hosts/pedalboard_null.py");
    shell::run(Command::new(python).arg(script).arg(file))
        .context("next: see what pedalboard says above")
}
