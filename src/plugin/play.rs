//! The audio thread's inner part: the rigs, between two looks at the level.

use crate::meters::Meters;
use crate::rig::Controls;
use crate::rig::Pair;

/// Plays a piece in place; returns the loudest peak that the meters saw, 0 while nobody watches them.
pub fn play(
    pair: &mut Pair,
    left: &mut [f32],
    right: &mut [f32],
    controls: &Controls,
    meters: &Meters,
) -> f32 {
    let bad = left
        .iter()
        .chain(&*right)
        .filter(|sample| !sample.is_finite())
        .count();
    if bad > 0 {
        meters.non_finite(bad as u64);
    }
    if !meters.is_watched() {
        pair.process(left, right, controls);
        return 0.0;
    }
    let before = [peak(left), peak(right)];
    pair.process(left, right, controls);
    let after = [peak(left), peak(right)];
    for channel in 0..2 {
        meters.input(channel, before[channel]);
        meters.output(channel, after[channel]);
    }
    meters.missed(pair.misses());
    before.into_iter().chain(after).fold(0.0, f32::max)
}

/// The highest sample; what is no number counts as silence.
fn peak(samples: &[f32]) -> f32 {
    samples
        .iter()
        .map(|sample| sample.abs())
        .filter(|peak| peak.is_finite())
        .fold(0.0, f32::max)
}
