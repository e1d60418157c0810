//! Two rigs are made equally loud as a plugin does it, and measured again for themselves.

mod takes;

use crate::takes::take;
use loadline::dsp::LevelGap;
use loadline::dsp::integrated_lufs;
use loadline::rig::Controls;
use loadline::rig::Library;
use loadline::rig::Other;
use loadline::rig::Pair;
use loadline::rig::Side;
use rtrb::RingBuffer;

/// Residual in LU on pink noise; measured 0.006, promised 0.1.
const TOL_NOISE: f64 = 0.018;
/// On recordings; measured 0.048 (guitar), 0.077 (bass), 0.064 (drums), promised 0.3.
const TOL_TAKE: f64 = 0.23;
/// A take is played again and again for so long at most, in s.
const PATIENCE: f64 = 40.0;
/// The plugin leaves out what a rig plays that has just woken, in s.
const LEAD: f64 = 0.5;

/// Ten seconds of pink noise, about −23 LUFS, different left and right.
///
/// Source: P. Kellet's economy filter, ±0.5 dB of −3 dB per octave (musicdsp.org, 76).
fn pink(rate: u32) -> [Vec<f32>; 2] {
    [1u64, 2].map(|seed| {
        let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let mut poles = [0.0f64; 3];
        let sample = |_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            let white = (state >> 11) as f64 / (1u64 << 52) as f64 - 1.0;
            poles[0] = 0.99765 * poles[0] + white * 0.0990460;
            poles[1] = 0.96300 * poles[1] + white * 0.2965164;
            poles[2] = 0.57000 * poles[2] + white * 1.0526913;
            (0.04 * (poles.iter().sum::<f64>() + white * 0.1848)) as f32
        };
        (0..10 * rate).map(sample).collect()
    })
}

/// Plays the take over and over until the match is settled. Gain of B in dB, and the seconds that it took.
fn matched(channels: &[Vec<f32>; 2], rate: u32) -> (f64, f64) {
    let mut controls = Controls::default();
    let mut pair = Pair::new(f64::from(rate), &controls, &Library::factory()).unwrap();
    let (tap, mut frames) = RingBuffer::new(rate as usize);
    pair.tap(Some(tap));
    let mut gap = LevelGap::new(rate).unwrap();
    controls.comparison.other = Other::Measured;
    let mut lead = (LEAD * f64::from(rate)) as usize;
    let blocks = channels[0].chunks(512).zip(channels[1].chunks(512)).cycle();
    let mut played = 0.0;
    for (left, right) in blocks {
        pair.process(&mut left.to_vec(), &mut right.to_vec(), &controls);
        let chunk = frames.read_chunk(frames.slots()).unwrap();
        let told: Vec<_> = chunk.into_iter().collect();
        assert_eq!(told.len(), left.len());
        let skipped = lead.min(told.len());
        lead -= skipped;
        gap.add(&told[skipped..]);
        played += left.len() as f64 / f64::from(rate);
        if gap.is_settled() {
            return (gap.gap().unwrap(), played);
        }
        assert!(played < PATIENCE, "not settled after {played:.0} s");
    }
    unreachable!("a take has blocks");
}

/// Loudness of the take through one rig of a fresh pair, with the gain in force.
fn heard(channels: &[Vec<f32>; 2], rate: u32, side: Side, gain_db: f64) -> f64 {
    let mut controls = Controls {
        side,
        ..Controls::default()
    };
    controls.comparison.match_db[1] = gain_db;
    let mut pair = Pair::new(f64::from(rate), &controls, &Library::factory()).unwrap();
    let [mut left, mut right] = channels.clone();
    pair.process(&mut left, &mut right, &controls);
    integrated_lufs(&left, &right, rate).unwrap()
}

/// What is left between A, a tube, and B, an op-amp, in LU.
fn residual(name: &str, channels: &[Vec<f32>; 2], rate: u32) -> f64 {
    let (gain, played) = matched(channels, rate);
    let [a, b] = Side::BOTH.map(|side| heard(channels, rate, side, gain));
    println!(
        "{name}: B {gain:+.2} dB after {played:.1} s, then A {a:.2}, B {b:.2} LUFS: {:+.3} LU",
        b - a
    );
    (b - a).abs()
}

#[test]
fn pink_noise_is_equally_loud() {
    let rate = 48_000;
    let left = residual("pink noise", &pink(rate), rate);
    assert!(left <= TOL_NOISE, "{left:.3} LU");
}

#[test]
fn guitar_bass_and_drums_are_equally_loud() {
    for name in ["guit_em9", "bass_woodsy_c", "loop_amen"] {
        let (channels, rate) = take(name, 20.0);
        let left = residual(name, &channels, rate);
        assert!(left <= TOL_TAKE, "{name}: {left:.3} LU");
    }
}
