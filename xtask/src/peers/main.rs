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
use std::path::Path;
use std::time::Instant;

/// Rate at which the take's samples are played, in Hz.
const RATE: f64 = 48e3;
/// Frames a call, as in a usual DAW.
const BLOCK: usize = 512;
/// Length of a performance, in s.
const LENGTH: f64 = 10.0;
/// Rounds; the fastest of each player counts.
const ROUNDS: usize = 5;
/// Every gain knob stands here, as a part of its way.
const GAIN: f64 = 0.75;

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
#[derive(Clone, Copy)]
struct Measured {
    /// Per frame and channel, of the fastest and of the slowest round.
    ns: f64,
    ns_slowest: f64,
    /// RMS of the output, left, re full scale.
    rms: f64,
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
    report(&players, &measured, n_ours);
    Ok(())
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
    let mut measured = vec![
        Measured {
            ns: f64::INFINITY,
            ns_slowest: 0.0,
            rms: 0.0
        };
        players.len()
    ];
    let mut out = [vec![0.0; BLOCK], vec![0.0; BLOCK]];
    for _ in 0..ROUNDS {
        for (player, measured) in players.iter_mut().zip(&mut measured) {
            let mut power = 0.0;
            let start = Instant::now();
            for block in blocks {
                (player.play)(block, &mut out)?;
                power += out[0].iter().map(|y| f64::from(*y).powi(2)).sum::<f64>();
            }
            let frames = (blocks.len() * BLOCK) as f64;
            let ns = start.elapsed().as_nanos() as f64 / frames / player.channels as f64;
            measured.ns = measured.ns.min(ns);
            measured.ns_slowest = measured.ns_slowest.max(ns);
            measured.rms = (power / frames).sqrt();
            ensure!(
                measured.rms.is_finite() && measured.rms > 1e-4,
                "{} is silent or broken: {}",
                player.name,
                measured.rms
            );
        }
    }
    Ok(measured)
}

fn report(players: &[Player], measured: &[Measured], n_ours: usize) {
    println!(
        "\n{RATE} Hz, blocks of {BLOCK}, {LENGTH} s, {ROUNDS} rounds in turns, the fastest counts; gains at {GAIN}\n"
    );
    for (player, measured) in players.iter().zip(measured) {
        println!(
            "{}: {} channels, {:.1} dBFS out, {}",
            player.name,
            player.channels,
            20.0 * measured.rms.log10(),
            player.settings
        );
    }
    let mut table = Table::new(["", "ns per frame and channel", "slowest round"]);
    for (player, measured) in players.iter().zip(measured) {
        table.row([
            player.name.to_owned(),
            format!("{:.0}", measured.ns),
            format!(
                "+{:.0} %",
                100.0 * (measured.ns_slowest / measured.ns - 1.0)
            ),
        ]);
    }
    println!("\n{table}");
    let ours = &players[..n_ours];
    let mut table = Table::new(["cost per channel against", ours[0].name, ours[1].name]);
    for (peer, theirs) in players.iter().zip(measured).skip(n_ours) {
        let ratio = |ours: usize| format!("{:.2}", measured[ours].ns / theirs.ns);
        table.row([peer.name.to_owned(), ratio(0), ratio(1)]);
    }
    println!("{table}");
}
