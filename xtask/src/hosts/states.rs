//! States come back as they were, and broken ones change nothing.

use crate::audio::Audio;
use crate::clap_host::ClapPlugin;
use crate::clap_host::Move;
use crate::clap_host::RenderMode;
use crate::project;
use anyhow::Result;
use anyhow::ensure;

const BLOCK: usize = 512;
/// Bytes of the framework's header: the length of what follows.
const HEADER: usize = 8;
/// Places where a state is cut off, and bytes whose lowest bit is turned over.
const CUTS: usize = 12;
const FLIPS: usize = 48;
/// How a state tells its form, and how one of a plugin to come may.
const FORM: &str = r#""form":"1""#;
const LATER: &str = r#""form":"2""#;
const LONG: usize = 100 << 20;

pub fn check(take: &Audio) -> Result<()> {
    let mut plugin = ClapPlugin::load(&project::clap_library())?;
    plugin.set(&[("a_gain", "7.5"), ("a_trim", "-20 dB"), ("active", "A")])?;
    let state = plugin.save()?;
    let parameters = plugin.parameters()?;
    let sound = play(&mut plugin, take, &[])?;

    let mut moves = Vec::new();
    for parameter in &parameters {
        let [min, max] = parameter.range;
        let to = if parameter.normalized < 0.5 { max } else { min };
        moves.push(Move::value(0, parameter.id, to));
    }
    play(&mut plugin, take, &moves)?;
    ensure!(
        plugin.parameters()? != parameters,
        "nothing was changed, which proves nothing"
    );
    plugin.restore(&state)?;
    ensure!(
        plugin.parameters()? == parameters,
        "CLAP: a state does not bring back what it was saved with"
    );
    ensure!(
        play(&mut plugin, take, &[])? == sound,
        "CLAP: a restored state sounds different"
    );
    println!("CLAP: everything changed and restored, equal in every bit");

    let broken = broken(&state);
    for (what, broken) in &broken {
        let refused = plugin.restore(broken).is_err();
        ensure!(refused, "CLAP: a state that is {what} was taken");
        ensure!(
            plugin.parameters()? == parameters && plugin.save()? == state,
            "CLAP: a state that is {what} moved a parameter"
        );
    }
    let apart = take.frames() / broken.len();
    let loads = broken.iter().enumerate();
    let loads = loads.map(|(n, (_, broken))| Move::broken_state(n * apart, broken));
    ensure!(
        play(&mut plugin, take, &loads.collect::<Vec<_>>())? == sound,
        "CLAP: a broken state that was loaded while playing changed the sound"
    );
    println!(
        "CLAP: {} broken states loaded while playing: the host is told, and not a bit of the sound changes",
        broken.len()
    );

    // A turned bit may leave a state that says something else; it may not leave one that can't be played.
    let mut taken = 0;
    for flip in 0..FLIPS {
        let mut flipped = state.clone();
        let at = HEADER + flip * (state.len() - HEADER) / FLIPS;
        flipped[at] ^= 1;
        taken += usize::from(plugin.restore(&flipped).is_ok());
    }
    let after = play(&mut plugin, take, &[])?;
    ensure!(
        after.channels.iter().flatten().all(|x| x.is_finite()),
        "CLAP: a state with a turned bit plays what is no number"
    );
    plugin.restore(&state)?;
    ensure!(
        play(&mut plugin, take, &[])? == sound,
        "CLAP: after states with turned bits a good one sounds different"
    );
    println!("CLAP: of {FLIPS} states with a turned bit {taken} are states");
    Ok(())
}

fn play(plugin: &mut ClapPlugin, take: &Audio, moves: &[Move]) -> Result<Audio> {
    Ok(plugin.play(take, BLOCK, RenderMode::Offline, moves)?.audio)
}

/// With a header that tells the length of the body.
fn framed(body: &[u8]) -> Vec<u8> {
    [&(body.len() as u64).to_le_bytes(), body].concat()
}

/// States that no plugin should take, and what each is.
fn broken(state: &[u8]) -> Vec<(String, Vec<u8>)> {
    let body = &state[HEADER..];
    let mut all = vec![
        ("empty".to_owned(), Vec::new()),
        ("without a body".to_owned(), framed(&[])),
        (format!("{LONG} bytes of nothing"), framed(&vec![0; LONG])),
        (
            format!("{LONG} bytes of brackets"),
            framed(&vec![b'['; LONG]),
        ),
        ("of a later form".to_owned(), {
            let text = String::from_utf8_lossy(body);
            framed(text.replace(FORM, LATER).as_bytes())
        }),
        ("told to be endless".to_owned(), {
            [&u64::MAX.to_le_bytes(), body].concat()
        }),
        ("random".to_owned(), {
            // Numerical Recipes' generator.
            let mut chance = 1u32;
            let mut byte = || {
                chance = chance.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (chance >> 24) as u8
            };
            framed(&(0..body.len()).map(|_| byte()).collect::<Vec<u8>>())
        }),
    ];
    for cut in 0..CUTS {
        let at = cut * body.len() / CUTS;
        all.push((format!("cut off at {at}"), framed(&body[..at])));
        // The header still tells the whole length.
        all.push((format!("broken off at {at}"), state[..HEADER + at].to_vec()));
    }
    all
}
