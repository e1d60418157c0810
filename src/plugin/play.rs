//! The audio thread's inner part: the rigs, between two looks at the level.

use crate::meters::Meters;
use crate::rig::Controls;
use crate::rig::Levels;
use crate::rig::Pair;

/// Between two readings of the volts inside a rig, at least, in samples.
const WINDOW: u32 = 2048;

/// Plays a piece in place; returns the loudest peak that the meters saw, 0 while nobody watches them.
pub fn play(
    pair: &mut Pair,
    left: &mut [f32],
    right: &mut [f32],
    controls: &Controls,
    meters: &Meters,
    levels: &mut Levels,
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
    levels.add(pair.take_levels(controls.side));
    if levels.samples >= WINDOW {
        let of = std::mem::take(levels);
        let v_rms = of.junctions.map(|level| of.v_rms(level) as f32);
        meters.junctions(v_rms, of.v_rms(of.sum) as f32);
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
