//! What a frame costs in Loadline's rigs and in LV2 peers: the same take, played in turns in one run.
//!
//! `cargo xtask bench --peers` builds and starts this program; it needs lilv, as the rest of xtask doesn't.

#[path = "../audio.rs"]
#[allow(dead_code)]
mod audio;
mod lv2;
mod rigs;
#[path = "../table.rs"]
mod table;

use crate::audio::Audio;
use crate::table::Table;
use anyhow::Context;
use anyhow::Result;
use anyhow::ensure;
use loadline::dsp::FlushToZero;
use std::fs;
use std::path::Path;
use std::time::Instant;

/// Rate at which the take's samples are played, in Hz.
const RATE: f64 = 48e3;
/// Frames a call, as in a usual DAW.
const BLOCK: usize = 512;
/// Length of a performance, in s.
const LENGTH: f64 = 10.0;
/// RMS re full scale that a player that works gives at least.
const AUDIBLE: f64 = 1e-3;
/// Rounds; of each block the fastest counts.
const ROUNDS: usize = 5;
/// Every gain knob stands here, as a part of its way.
const GAIN: f64 = 0.75;

/// Around the ratios in README.md.
const BEGIN: &str = "<!-- peers: written by `cargo xtask bench --peers` -->\n";
const END: &str = "<!-- /peers -->";

/// Something that plays a block of the take: left and right in, left and right out.
struct Player {
    name: &'static str,
    /// How many it computes.
    channels: usize,
    settings: String,
    play: Box<Play>,
}

/// Left and right of a block, in and out.
type Play = dyn FnMut(&[Vec<f32>; 2], &mut [Vec<f32>; 2]) -> Result<()>;

/// What a player has shown.
#[derive(Clone)]
struct Measured {
    /// Shortest time of each block over the rounds, in ns: what a busy machine adds drops out.
    blocks: Vec<u128>,
    /// RMS of the output's left channel in the last round, re full scale.
    rms: f64,
}

impl Measured {
    /// Nanoseconds per frame and channel.
    fn ns(&self, channels: usize) -> f64 {
        let frames = self.blocks.len() * BLOCK;
        self.blocks.iter().sum::<u128>() as f64 / (frames * channels) as f64
    }
}

fn main() -> Result<()> {
    let take = std::env::args()
        .nth(1)
        .context("write peers TAKE; `cargo xtask bench --peers` does")?;
    let blocks = blocks(&Audio::read(Path::new(&take))?);
    let mut players = rigs::players()?;
    let n_ours = players.len();
    players.extend(lv2::players()?);
    let measured = perform(&mut players, &blocks)?;
    report(&players, &measured);
    let ns: Vec<f64> = players
        .iter()
        .zip(&measured)
        .map(|(player, measured)| measured.ns(player.channels))
        .collect();
    let table = ratios(&players, &ns, n_ours);
    println!("\n{table}");
    write(&table)
}

/// The take over and over, in blocks.
fn blocks(take: &Audio) -> Vec<[Vec<f32>; 2]> {
    let count = (LENGTH * RATE / BLOCK as f64).ceil() as usize;
    let cut = |channel: &Vec<f32>, number: usize| {
        let frames = channel.iter().cycle().skip(number * BLOCK % channel.len());
        frames.take(BLOCK).copied().collect()
    };
    (0..count)
        .map(|number| {
            [
                cut(&take.channels[0], number),
                cut(&take.channels[1], number),
            ]
        })
        .collect()
}

/// All players in turns, round after round.
fn perform(players: &mut [Player], blocks: &[[Vec<f32>; 2]]) -> Result<Vec<Measured>> {
    let _flush = FlushToZero::enable();
    let unmeasured = Measured {
        blocks: vec![u128::MAX; blocks.len()],
        rms: 0.0,
    };
    let mut measured = vec![unmeasured; players.len()];
    let mut out = [vec![0.0; BLOCK], vec![0.0; BLOCK]];
    for _ in 0..ROUNDS {
        for (player, measured) in players.iter_mut().zip(&mut measured) {
            let mut power = 0.0;
            for (block, shortest) in blocks.iter().zip(&mut measured.blocks) {
                let start = Instant::now();
                (player.play)(block, &mut out)?;
                *shortest = start.elapsed().as_nanos().min(*shortest);
                power += out[0].iter().map(|y| f64::from(*y).powi(2)).sum::<f64>();
            }
            measured.rms = (power / (blocks.len() * BLOCK) as f64).sqrt();
            ensure!(
                measured.rms.is_finite() && measured.rms > AUDIBLE,
                "{} is silent or broken: {} RMS",
                player.name,
                measured.rms
            );
        }
    }
    Ok(measured)
}

fn report(players: &[Player], measured: &[Measured]) {
    println!(
        "\n{RATE} Hz, blocks of {BLOCK}, {LENGTH} s, {ROUNDS} rounds in turns, of each block the fastest counts; \
         gains at {GAIN}\n"
    );
    let mut table = Table::new(["", "ns per frame", "and channel"]);
    for (player, measured) in players.iter().zip(measured) {
        println!(
            "{}: {} channels, {:.1} dBFS out, {}",
            player.name,
            player.channels,
            20.0 * measured.rms.log10(),
            player.settings
        );
        let ns = measured.ns(player.channels);
        table.row([
            player.name.to_owned(),
            format!("{:.0}", ns * player.channels as f64),
            format!("{ns:.0}"),
        ]);
    }
    println!("\n{table}");
}

/// Our cost per channel over each peer's, as Markdown.
fn ratios(players: &[Player], ns: &[f64], n_ours: usize) -> String {
    let (ours, peers) = players.split_at(n_ours);
    let mut text = String::from("| cost of a channel over that of |");
    text.extend(ours.iter().map(|player| format!(" {} |", player.name)));
    text += "\n|---|";
    text.extend(ours.iter().map(|_| "---|"));
    for (peer, theirs) in peers.iter().zip(&ns[n_ours..]) {
        text += &format!("\n| {} |", peer.name);
        text.extend(
            ns[..n_ours]
                .iter()
                .map(|ns| format!(" {:.2} |", ns / theirs)),
        );
    }
    text + "\n"
}

fn write(table: &str) -> Result<()> {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("../README.md");
    let text = fs::read_to_string(&readme)?;
    let parts = text
        .split_once(BEGIN)
        .and_then(|(before, rest)| Some((before, rest.split_once(END)?.1)));
    let (before, after) = parts.context("README.md has lost its markers for the peers")?;
    fs::write(readme, format!("{before}{BEGIN}{table}{END}{after}"))?;
    println!("written: README.md");
    Ok(())
}
