//! A take through a rig, as a host would play it.

use crate::audio::Take;
use crate::failure::Failure;
use crate::shelf::library;
use loadline::rig::Controls;
use loadline::rig::LATENCY_SAMPLES;
use loadline::rig::Levels;
use loadline::rig::Pair;
use std::time::Duration;
use std::time::Instant;

/// Samples per block, as a host at an easy setting; the sound does not depend on it.
const BLOCK: usize = 512;

/// What came out, as long as what went in and on the same samples, and how long it took.
pub struct Played {
    pub take: Take,
    pub time: Duration,
    /// Of the rig that was heard, over the whole take.
    pub levels: Levels,
}

/// Plays a take through the rig that `controls` select. `progress` is told the samples done after each block.
///
/// The latency is taken out: that many zeros follow the take, and that many samples are dropped from the start.
pub fn play(take: &Take, controls: &Controls, progress: impl Fn(usize)) -> Result<Played, Failure> {
    let mut pair = Pair::new(f64::from(take.rate), controls, library())?;
    let total = take.frames() + LATENCY_SAMPLES;
    let padded = |channel: &Vec<f32>| {
        let mut channel = channel.clone();
        channel.resize(total, 0.0);
        channel
    };
    let mut left = padded(&take.channels[0]);
    let mut right = padded(take.channels.last().unwrap_or(&take.channels[0]));

    let start = Instant::now();
    for (left, right) in left.chunks_mut(BLOCK).zip(right.chunks_mut(BLOCK)) {
        pair.process(left, right, controls);
        progress(left.len());
    }
    let time = start.elapsed();

    let mut channels = vec![left, right];
    channels.truncate(take.channels.len());
    for channel in &mut channels {
        channel.drain(..LATENCY_SAMPLES);
    }
    Ok(Played {
        take: Take {
            rate: take.rate,
            channels,
        },
        time,
        levels: pair.take_levels(controls.side),
    })
}
