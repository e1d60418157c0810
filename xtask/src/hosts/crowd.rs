//! Many instances at once, and many one after the other.

use crate::audio::Audio;
use crate::clap_host::ClapPlugin;
use crate::clap_host::Move;
use crate::clap_host::RenderMode;
use crate::hosts::process::holdings;
use crate::project;
use anyhow::Result;
use anyhow::anyhow;
use anyhow::ensure;
use std::thread;
use std::time::Instant;

const INSTANCES: usize = 32;
const LOADS: usize = 200;
/// Loads after which the allocator has what it needs.
const WARM: usize = 50;
/// Of the loads, one in so many plays.
const PLAYED: usize = 10;
const BLOCK: usize = 512;
/// In kB, over the loads after [`WARM`].
const TOL_GROWTH: i64 = 4096;

pub fn check(take: &Audio) -> Result<()> {
    let short = take.start(take.sample_rate as usize / 5);
    side_by_side(&short)?;
    one_goes(&short)?;
    again_and_again(&short)
}

fn play(take: &Audio) -> Result<Audio> {
    let mut plugin = ClapPlugin::load(&project::clap_library())?;
    Ok(plugin.play(take, BLOCK, RenderMode::Offline, &[])?.audio)
}

/// All play at the same time, each in a thread of its own, and sound as one alone.
fn side_by_side(take: &Audio) -> Result<()> {
    let alone = play(take)?;
    let together: Vec<Result<Audio>> = thread::scope(|scope| {
        let start = |_| scope.spawn(|| play(take));
        let threads: Vec<_> = (0..INSTANCES).map(start).collect();
        let end = |thread: thread::ScopedJoinHandle<Result<Audio>>| {
            let failed = |_| Err(anyhow!("CLAP: an instance among {INSTANCES} panicked"));
            thread.join().unwrap_or_else(failed)
        };
        threads.into_iter().map(end).collect()
    });
    for audio in together {
        ensure!(
            audio? == alone,
            "CLAP: one of {INSTANCES} instances sounds different"
        );
    }
    println!("CLAP: {INSTANCES} instances at once, each equal in every bit to one alone");
    Ok(())
}

/// One that is dropped while its models are being built leaves another one's to be built.
fn one_goes(take: &Audio) -> Result<()> {
    const MODELS: [&str; 2] = ["Op-amp: Baxandall", "Tube: high gain"];
    let load = || ClapPlugin::load(&project::clap_library());
    let moves = [Move::text(4 * BLOCK, "a_preamp", MODELS[0])];
    let alone = load()?.play(take, BLOCK, RenderMode::Offline, &moves)?;
    ensure!(
        alone.audio != play(take)?,
        "CLAP: `{}` is what it starts with, which proves nothing",
        MODELS[0]
    );

    let (mut stays, mut goes) = (load()?, load()?);
    let choose = |block| Move::text(block * BLOCK, "a_preamp", MODELS[block % MODELS.len()]);
    let choices: Vec<Move> = (0..take.frames() / BLOCK).map(choose).collect();
    goes.play(take, BLOCK, RenderMode::Realtime, &choices)?;
    drop(goes);
    let after = stays.play(take, BLOCK, RenderMode::Offline, &moves)?;
    ensure!(
        after.audio == alone.audio,
        "CLAP: after another instance has gone a model that was chosen is not built"
    );
    println!("CLAP: an instance that goes while its models are built leaves the others theirs");
    Ok(())
}

/// The library is loaded and unloaded; afterwards the process holds what it held.
fn again_and_again(take: &Audio) -> Result<()> {
    let (start, mut warm) = (Instant::now(), holdings()?);
    for load in 0..LOADS {
        if load == WARM {
            warm = holdings()?;
        }
        if load % PLAYED == 0 {
            play(take)?;
        } else {
            drop(ClapPlugin::load(&project::clap_library())?);
        }
    }
    let (Some(warm), Some(end)) = (warm, holdings()?) else {
        return Ok(());
    };
    println!(
        "CLAP: loaded {LOADS} times in {:.1} s: {} since the {WARM}th",
        start.elapsed().as_secs_f64(),
        end.since(warm)
    );
    ensure!(
        end.since(warm).is_within(TOL_GROWTH),
        "CLAP: loading again and again leaves something behind: {warm:?} became {end:?}"
    );
    Ok(())
}
