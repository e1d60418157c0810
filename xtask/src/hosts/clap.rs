//! What a CLAP host may do to the plugin beyond playing a take: every parameter, at exact samples, modulated, offline.

use crate::audio::Audio;
use crate::clap_host::ClapPlugin;
use crate::clap_host::Move;
use crate::clap_host::RenderMode;
use crate::clap_host::hash;
use crate::null;
use crate::project;
use anyhow::Context;
use anyhow::Result;
use anyhow::ensure;

const BLOCK: usize = 512;
/// Frames between two turns of the sweep.
const STEP: usize = 64;
/// Where the trim is turned down.
const FRAME: usize = 5003;
/// What the host adds to a knob, of its range.
const OFFSET: f64 = 0.25;
/// Knobs that are modulated, and what has to be chosen for them to be there.
const MODULATED: [(&str, &[(&str, &str)]); 2] = [
    ("a_gain", &[]),
    ("a_amp_volume", &[("a_amp", "Headphone: op-amp + buffer")]),
];

pub fn check(take: &Audio) -> Result<()> {
    let short = take.start(take.sample_rate as usize / 2);
    every_parameter_moves(take)?;
    modulation_is_heard_and_not_kept(&short)?;
    pedals_do_what_knobs_do(&short)?;
    live_is_offline(&short)?;
    pages_are_there()?;
    automation_is_exact(&short)
}

fn fresh() -> Result<ClapPlugin> {
    ClapPlugin::load(&project::clap_library())
}

/// Each parameter to its ends and back while the take plays: numbers come out, at the end as at the start.
fn every_parameter_moves(take: &Audio) -> Result<()> {
    let mut plugin = fresh()?;
    let parameters = plugin.parameters()?;
    let mut moves = Vec::new();
    for parameter in &parameters {
        let [min, max] = parameter.range;
        let start = min + (max - min) * parameter.normalized;
        for value in [min, max, start] {
            moves.push(Move::value(moves.len() * STEP, parameter.id, value));
        }
    }
    let mut long = take.start(0);
    while long.frames() < moves.len() * STEP {
        long.append(take);
    }
    let swept = plugin.play(&long, BLOCK, RenderMode::Realtime, &moves)?;
    ensure!(
        swept.audio.peak_dbfs().is_finite(),
        "CLAP: a parameter sweep gave silence or a sample that is not a number"
    );
    ensure!(
        plugin.parameters()? == parameters,
        "CLAP: after a sweep and back the parameters are not what they were"
    );
    println!(
        "CLAP: {} parameters swept in {:.1} s",
        parameters.len(),
        long.seconds()
    );
    Ok(())
}

/// A change lands on the frame that it was drawn at, whatever the blocks are.
fn automation_is_exact(take: &Audio) -> Result<()> {
    let play = |block, moves: &[Move]| -> Result<Audio> {
        Ok(fresh()?
            .play(take, block, RenderMode::Offline, moves)?
            .audio)
    };
    let still = play(BLOCK, &[])?;
    let moves = [Move::text(FRAME, "a_trim", "-60 dB")];
    let moved = play(BLOCK, &moves)?;
    for block in [1, 37, 4096] {
        ensure!(
            play(block, &moves)? == moved,
            "CLAP: automation sounds different in blocks of {block}"
        );
    }
    let pairs = still.channels[0].iter().zip(&moved.channels[0]);
    let first = pairs.take_while(|(still, moved)| still == moved).count();
    println!("CLAP: a trim drawn at frame {FRAME} is heard from frame {first} on");
    ensure!(first == FRAME, "CLAP: that is not where it was drawn");
    Ok(())
}

/// A knob with an offset sounds as the knob turned that far; the state knows nothing of it.
fn modulation_is_heard_and_not_kept(take: &Audio) -> Result<()> {
    for (id, settings) in MODULATED {
        let mut plugin = fresh()?;
        plugin.set(settings)?;
        let before = plugin.save()?;
        let turned_to = plugin
            .parameters()?
            .iter()
            .find(|parameter| parameter.id == hash(id))
            .map(|parameter| parameter.normalized + OFFSET)
            .with_context(|| format!("no parameter `{id}`"))?;
        let still = plugin.play(take, BLOCK, RenderMode::Offline, &[])?;
        let offset = [Move::offset(0, id, OFFSET)];
        let modulated = plugin.play(take, BLOCK, RenderMode::Offline, &offset)?;
        ensure!(
            plugin.save()? == before,
            "CLAP: the state keeps the modulation of `{id}`"
        );
        let turned = [Move::value(0, hash(id), turned_to)];
        let mut other = fresh()?;
        other.set(settings)?;
        let turned = other.play(take, BLOCK, RenderMode::Offline, &turned)?;
        null::check(
            &format!("CLAP, `{id}` modulated and turned"),
            &modulated.audio,
            &turned.audio,
        )?;
        ensure!(
            still.audio.null_dbfs(&turned.audio)? > null::LIMIT_DBFS,
            "CLAP: `{id}` does nothing, which proves nothing"
        );
    }
    Ok(())
}

/// MIDI's expression is the volume pedal's knob, its volume the output's level.
fn pedals_do_what_knobs_do(take: &Audio) -> Result<()> {
    const EXPRESSION: u8 = 11;
    const VOLUME: u8 = 7;
    let coupling = ("a_coupling", "Volume pedal");
    let play = |block, setting: (&str, &str), moves: &[Move]| -> Result<Audio> {
        let mut plugin = fresh()?;
        plugin.set(&[coupling, setting])?;
        Ok(plugin.play(take, block, RenderMode::Offline, moves)?.audio)
    };
    let trim = ("a_trim", "0 dB");
    let half = format!("{}", 10.0 * 64.0 / 127.0);
    let turned = play(BLOCK, ("a_coupling_volume", &half), &[])?;
    let pressed = [Move::controller(0, EXPRESSION, 64)];
    let pressed = play(BLOCK, ("a_coupling_volume", "10"), &pressed)?;
    null::check("CLAP, expression pedal and knob", &pressed, &turned)?;

    let full = play(BLOCK, trim, &[])?;
    // 40·log10(64/127) dB.
    let quieter = full.scaled((64.0 / 127.0_f32).powi(2));
    let down = [Move::controller(0, VOLUME, 64)];
    let down = play(BLOCK, trim, &down)?;
    null::check("CLAP, MIDI volume and trim", &down, &quieter)?;

    let moves = [
        Move::controller(FRAME, VOLUME, 100),
        Move::controller(FRAME + 1001, EXPRESSION, 30),
    ];
    let long = play(BLOCK, trim, &moves)?;
    ensure!(
        play(37, trim, &moves)? == long,
        "CLAP: a MIDI pedal sounds different in other blocks"
    );
    Ok(())
}

/// At the same quality a rendering is what was heard.
fn live_is_offline(take: &Audio) -> Result<()> {
    let live = fresh()?.play(take, BLOCK, RenderMode::Realtime, &[])?;
    let offline = fresh()?.play(take, BLOCK, RenderMode::Offline, &[])?;
    null::check("CLAP, live and offline", &live.audio, &offline.audio)?;
    Ok(())
}

/// Each page names parameters that are there.
fn pages_are_there() -> Result<()> {
    let mut plugin = fresh()?;
    let known: Vec<u32> = plugin.parameters()?.iter().map(|p| p.id).collect();
    let pages = plugin.pages();
    for wanted in ["Preamp A", "Tone A", "Power A", "Preamp B", "A/B"] {
        let page = pages.iter().find(|(name, _)| name == wanted);
        let (_, ids) = page.with_context(|| format!("CLAP: no remote-control page `{wanted}`"))?;
        ensure!(
            !ids.is_empty() && ids.iter().all(|id| known.contains(id)),
            "CLAP: the page `{wanted}` names parameters that are not there"
        );
    }
    println!("CLAP: {} remote-control pages", pages.len());
    Ok(())
}
