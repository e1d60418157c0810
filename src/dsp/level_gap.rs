//! How much louder one of two signals is, followed until it stands still.

use crate::units::Decibels;
use crate::units::Seconds;
use ebur128::EbuR128;
use ebur128::Mode;
use std::collections::VecDeque;

/// Loudness of two stereo signals that play at the same time, and the difference.
///
/// Each is measured for itself after ITU-R BS.1770: K-weighted, integrated from the start, gated at −70 LUFS and
/// 10 LU below the rest. The difference is settled when over the last three seconds of sound it has stayed within
/// 0.05 LU, four seconds of sound at least having been heard; or after thirty seconds of sound, when a phrase that is
/// played again and again and differs within itself moves it by less than 0.1 LU. Silence counts for neither, and what
/// is below the gates does not make it steady. Not for the audio thread.
pub struct LevelGap {
    meters: [EbuR128; 2],
    rate: u32,
    /// Frames of the step under way.
    pending: usize,
    /// The difference at the end of the last steps that passed both gates, in LU.
    gaps: VecDeque<Decibels>,
    /// Steps that passed both gates, and those that were no silence.
    gated: usize,
    steps: usize,
    is_sounding: bool,
}

/// Steps a second: one for each gating block of BS.1770.
const STEPS_PER_S: usize = 10;
/// Steps over which the difference must stand still.
const STEADY_STEPS: usize = 3 * STEPS_PER_S;
/// Steps with sound before it may.
const LEAST_STEPS: usize = 4 * STEPS_PER_S;
/// Steps with sound that are enough.
const MOST_STEPS: usize = 30 * STEPS_PER_S;
/// How still, in LU.
const STEADY: Decibels = 0.05;
/// Gates of BS.1770, in LUFS and LU.
const GATE_LUFS: f64 = -70.0;
const GATE_LU: f64 = -10.0;

impl LevelGap {
    /// `None` at a rate that can't be metered.
    pub fn new(rate: u32) -> Option<Self> {
        let meter = || EbuR128::new(2, rate, Mode::I).ok();
        Some(Self {
            meters: [meter()?, meter()?],
            rate,
            pending: 0,
            gaps: VecDeque::with_capacity(STEADY_STEPS),
            gated: 0,
            steps: 0,
            is_sounding: false,
        })
    }

    pub fn rate(&self) -> u32 {
        self.rate
    }

    /// Frames of both signals, left and right each, 1.0 = 0 dBFS.
    pub fn add(&mut self, mut frames: &[[[f32; 2]; 2]]) {
        let step = (self.rate as usize / STEPS_PER_S).max(1);
        while !frames.is_empty() {
            let (now, later) = frames.split_at(frames.len().min(step - self.pending));
            for (n, meter) in self.meters.iter_mut().enumerate() {
                let samples: Vec<f32> = now.iter().flat_map(|frame| frame[n]).collect();
                // It refuses odd lengths only.
                let _ = meter.add_frames_f32(&samples);
            }
            self.pending += now.len();
            if self.pending == step {
                self.pending = 0;
                self.step();
            }
            frames = later;
        }
    }

    /// Integrated loudness of either; `None` where nothing has passed the gate.
    pub fn lufs(&self) -> [Option<f64>; 2] {
        [0, 1].map(|n| {
            let lufs = self.meters[n].loudness_global().ok();
            lufs.filter(|lufs| lufs.is_finite())
        })
    }

    /// By how much the first is louder, in LU.
    pub fn gap(&self) -> Option<Decibels> {
        let [first, second] = self.lufs();
        Some(first? - second?)
    }

    /// Whether both sounded when last looked at.
    pub fn is_sounding(&self) -> bool {
        self.is_sounding
    }

    /// How long both have sounded.
    pub fn heard(&self) -> Seconds {
        self.steps as f64 / STEPS_PER_S as f64
    }

    pub fn is_settled(&self) -> bool {
        let (least, most) = self
            .gaps
            .iter()
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(least, most), gap| {
                (least.min(*gap), most.max(*gap))
            });
        let is_steady = self.gated >= LEAST_STEPS && most - least < STEADY;
        self.steps >= MOST_STEPS || is_steady
    }

    fn step(&mut self) {
        let now = [0, 1].map(|n| {
            let lufs = self.meters[n].loudness_momentary();
            lufs.unwrap_or(f64::NEG_INFINITY)
        });
        self.is_sounding = now.iter().all(|now| *now > GATE_LUFS);
        self.steps += usize::from(self.is_sounding);
        let passes = |(now, all): (&f64, Option<f64>)| all.is_some_and(|all| *now > all + GATE_LU);
        if self.is_sounding
            && now.iter().zip(self.lufs()).all(passes)
            && let Some(gap) = self.gap()
        {
            self.gated += 1;
            self.gaps.truncate(STEADY_STEPS - 1);
            self.gaps.push_front(gap);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::db_to_ratio;
    use std::f64::consts::TAU;

    const RATE: u32 = 48_000;

    /// A second of a 1 kHz sine, in A at this level, in B 6 dB softer.
    fn second(dbfs: f64) -> Vec<[[f32; 2]; 2]> {
        let at = |k: u32| {
            let x = db_to_ratio(dbfs) * (TAU * f64::from(k) / 48.0).sin();
            [[x as f32; 2], [(x * db_to_ratio(-6.0)) as f32; 2]]
        };
        (0..RATE).map(at).collect()
    }

    #[test]
    fn a_steady_tone_settles_after_four_seconds_whatever_the_pieces() {
        for piece in [RATE as usize, 480, 77] {
            let mut gap = LevelGap::new(RATE).unwrap();
            for played in 1..=5 {
                for frames in second(-20.0).chunks(piece) {
                    gap.add(frames);
                }
                // The first gating block takes 0.4 s.
                assert_eq!(gap.is_settled(), played == 5, "{played} s of {piece}");
            }
            // f32 rounds every sample by up to 6e-8 of it, which is 5e-7 dB.
            assert!((gap.gap().unwrap() - 6.0).abs() < 3e-6);
        }
    }

    #[test]
    fn silence_neither_settles_nor_counts() {
        let mut gap = LevelGap::new(RATE).unwrap();
        for _ in 0..10 {
            gap.add(&[[[0.0; 2]; 2]; RATE as usize / 10]);
        }
        assert_eq!((gap.gap(), gap.heard()), (None, 0.0));
        gap.add(&second(-20.0));
        let heard = gap.heard();
        for _ in 0..200 {
            gap.add(&[[[0.0; 2]; 2]; RATE as usize / 10]);
        }
        assert!(!gap.is_settled() && !gap.is_sounding());
        // What still rings in the last gating block.
        assert!(gap.heard() - heard <= 0.4 && gap.gap().is_some());
    }

    #[test]
    fn a_gap_that_moves_settles_only_after_half_a_minute() {
        let mut gap = LevelGap::new(RATE).unwrap();
        for k in 0..30 {
            let mut second = second(-20.0);
            // B comes up by 1 dB a second.
            second.iter_mut().for_each(|frame| {
                frame[1] = frame[1].map(|x| x * db_to_ratio(f64::from(k)) as f32)
            });
            gap.add(&second);
            assert_eq!(gap.is_settled(), k == 29, "after {} s", k + 1);
        }
    }
}
