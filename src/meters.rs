//! Lock-free readings, audio to screen.

use atomic_float::AtomicF32;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;

/// Peaks below this, −80 dBFS, are not worth a frame of the panel.
pub const PEAK_FLOOR: f32 = 1e-4;

/// Outputs of source, preamp, coupling and amp.
pub const N_JUNCTIONS: usize = 4;

/// What the audio thread tells the panel. Peaks and junctions are measured only while a panel looks.
#[derive(Default)]
pub struct Meters {
    /// Highest sample since the panel last looked, per channel, 1.0 = 0 dBFS.
    input: [AtomicF32; 2],
    output: [AtomicF32; 2],
    /// RMS at the output of each slot, in V; 0 where the slot is empty.
    v_rms: [AtomicF32; N_JUNCTIONS],
    /// RMS of the sum of both amplifiers behind a splitter, in V.
    sum_rms: AtomicF32,
    /// Small-signal figures of the rig that is heard; written by the background thread, read by the panel.
    loadings: Mutex<Loadings>,
    misses: AtomicU64,
    non_finite: AtomicU64,
    latency_samples: AtomicU32,
    sample_rate: AtomicF32,
    viewers: AtomicU32,
    /// Written where chains are built, read by the panel; never locked by the audio thread.
    trouble: Mutex<Option<String>>,
    /// What setting the rigs against each other came to; written by the background thread, read by the panel.
    level_match: Mutex<LevelMatch>,
    same_thd: Mutex<Option<Thd>>,
}

impl Meters {
    /// Latency and rate that the host was told.
    pub fn prepared(&self, sample_rate: f32, latency_samples: u32) {
        self.sample_rate.store(sample_rate, Relaxed);
        self.latency_samples.store(latency_samples, Relaxed);
    }

    pub fn input(&self, channel: usize, peak: f32) {
        self.input[channel].fetch_max(peak, Relaxed);
    }

    pub fn output(&self, channel: usize, peak: f32) {
        self.output[channel].fetch_max(peak, Relaxed);
    }

    /// RMS volts at each junction, and of the sum of two amplifiers.
    pub fn junctions(&self, v_rms: [f32; N_JUNCTIONS], sum_rms: f32) {
        for (to, v_rms) in self.v_rms.iter().zip(v_rms) {
            to.store(v_rms, Relaxed);
        }
        self.sum_rms.store(sum_rms, Relaxed);
    }

    /// What the stages of the heard rig lose by driving each other. Not for the audio thread.
    pub fn loadings(&self, loadings: Loadings) {
        *self.loadings.lock().unwrap_or_else(PoisonError::into_inner) = loadings;
    }

    /// Solver steps that missed their tolerance since the rigs were built.
    pub fn missed(&self, total: u64) {
        self.misses.store(total, Relaxed);
    }

    /// Samples that were not finite, on their way in or out.
    pub fn non_finite(&self, count: u64) {
        self.non_finite.fetch_add(count, Relaxed);
    }

    pub fn is_watched(&self) -> bool {
        self.viewers.load(Relaxed) > 0
    }

    /// Why the last rig could not be built, or `None` when it could. Not for the audio thread.
    pub fn trouble(&self, message: Option<String>) {
        *self.trouble.lock().unwrap_or_else(PoisonError::into_inner) = message;
    }

    /// How loud both rigs have been found. Not for the audio thread.
    pub fn level_match(&self, found: LevelMatch) {
        *self
            .level_match
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = found;
    }

    /// What the search for the same distortion came to. Not for the audio thread.
    pub fn same_thd(&self, found: Thd) {
        *self.same_thd.lock().unwrap_or_else(PoisonError::into_inner) = Some(found);
    }

    /// The same for the panel, once.
    pub fn take_same_thd(&self) -> Option<Thd> {
        self.same_thd
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    }

    /// The rate that the host was told; 0 before it has prepared the plugin.
    pub fn sample_rate(&self) -> f32 {
        self.sample_rate.load(Relaxed)
    }

    /// The panel opened.
    pub fn watch(&self) {
        self.viewers.fetch_add(1, Relaxed);
    }

    /// The panel closed.
    pub fn unwatch(&self) {
        self.viewers.fetch_sub(1, Relaxed);
    }

    /// Everything at once for the panel; the peaks start again from nothing.
    pub fn read(&self) -> Readings {
        let take =
            |peaks: &[AtomicF32; 2]| [peaks[0].swap(0.0, Relaxed), peaks[1].swap(0.0, Relaxed)];
        let loadings = self
            .loadings
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        let mut junctions = [None; N_JUNCTIONS];
        for (junction, (loading, v_rms)) in junctions
            .iter_mut()
            .zip(loadings.junctions.iter().zip(&self.v_rms))
        {
            *junction = loading.map(|loading| Junction {
                v_rms: v_rms.load(Relaxed),
                loading,
            });
        }
        Readings {
            junctions,
            sum_rms: loadings.is_split.then(|| self.sum_rms.load(Relaxed)),
            input: take(&self.input),
            output: take(&self.output),
            misses: self.misses.load(Relaxed),
            non_finite: self.non_finite.load(Relaxed),
            latency_samples: self.latency_samples.load(Relaxed),
            sample_rate: self.sample_rate.load(Relaxed),
            trouble: self
                .trouble
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .clone(),
            level_match: *self
                .level_match
                .lock()
                .unwrap_or_else(PoisonError::into_inner),
        }
    }
}

/// How loud both rigs are on what is played.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LevelMatch {
    /// The measurement that it is of.
    pub session: u32,
    /// Integrated and gated, behind the trims and before the gains that match them; `None` in silence.
    pub lufs: [Option<f32>; 2],
    /// Seconds of sound.
    pub heard_s: f32,
    /// Whether anything was to be heard last.
    pub is_sounding: bool,
    pub is_settled: bool,
    /// It would take more gain than is given.
    pub is_out_of_reach: bool,
}

/// What the search for the same distortion came to.
#[derive(Clone, Debug, PartialEq)]
pub enum Thd {
    /// The rig at this index has to have its preamp's gain at this rotation; the distortion of the rig that is heard
    /// and of that one then, as ratios; and the level of the sine.
    Found {
        side: usize,
        gain: f64,
        thd: [f64; 2],
        level_dbfs: f32,
    },
    /// Why not.
    Not(String),
}

/// A junction at small signals.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Loading {
    /// Impedance of the stage before it and of the one behind it, in Ω.
    pub z_source: f32,
    pub z_load: f32,
    /// What the voltage loses by the load; negative.
    pub loss_db: f32,
}

/// Of a whole rig; `None` where a slot is empty.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Loadings {
    pub junctions: [Option<Loading>; N_JUNCTIONS],
    /// A splitter drives two amplifiers, one of them upside down.
    pub is_split: bool,
}

/// A junction as it plays.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Junction {
    pub v_rms: f32,
    pub loading: Loading,
}

/// What the panel shows of one moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Readings {
    /// Outputs of source, preamp, coupling and amp.
    pub junctions: [Option<Junction>; N_JUNCTIONS],
    /// RMS of the sum of both amplifiers behind a splitter, in V; the smaller, the better they null.
    pub sum_rms: Option<f32>,
    pub input: [f32; 2],
    pub output: [f32; 2],
    pub misses: u64,
    pub non_finite: u64,
    pub latency_samples: u32,
    /// 0 before the host has prepared the plugin.
    pub sample_rate: f32,
    pub trouble: Option<String>,
    pub level_match: LevelMatch,
}

/// Fall of a peak meter: 20 dB in 1.7 s is IEC 60268-18; a plugin's are watched for level, so a little faster.
const FALL_DB_PER_S: f32 = 24.0;
/// How long the highest peak stays marked.
const HOLD_S: f32 = 1.5;

/// One bar of a meter: rises at once, falls at a fixed rate, marks its highest peak for a while.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Ballistics {
    pub level: f32,
    pub hold: f32,
    /// Since a sample last passed 0 dBFS, until it is clicked away.
    pub clipped: bool,
    held_s: f32,
}

impl Ballistics {
    pub fn advance(&mut self, peak: f32, dt_s: f32) {
        let fall = 10f32.powf(-FALL_DB_PER_S * dt_s / 20.0);
        self.level = peak.max(self.level * fall);
        self.held_s += dt_s;
        if peak >= self.hold {
            (self.hold, self.held_s) = (peak, 0.0);
        } else if self.held_s > HOLD_S {
            self.hold = self.level.max(self.hold * fall);
        }
        self.clipped |= peak > 1.0;
    }

    /// Whether anything would move in the next frame.
    pub fn is_moving(&self) -> bool {
        self.hold > PEAK_FLOOR
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_peak_is_read_once() {
        let meters = Meters::default();
        meters.input(1, 0.25);
        meters.input(1, 0.5);
        meters.input(1, 0.1);
        assert_eq!(meters.read().input, [0.0, 0.5]);
        assert_eq!(meters.read().input, [0.0, 0.0]);
    }

    #[test]
    fn a_bar_falls_at_its_rate_and_comes_to_rest() {
        let mut bar = Ballistics::default();
        bar.advance(1.0, 0.033);
        for _ in 0..100 {
            bar.advance(0.0, 0.01);
        }
        assert!(
            (20.0 * bar.level.log10() + FALL_DB_PER_S).abs() < 0.01,
            "{}",
            bar.level
        );
        assert_eq!(bar.hold, 1.0);
        for _ in 0..1000 {
            bar.advance(0.0, 0.01);
        }
        assert!(!bar.is_moving());
    }
}
