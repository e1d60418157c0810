//! Equal loudness and equal distortion, found on the background thread.

use crate::dsp::LevelGap;
use crate::meters::LevelMatch;
use crate::meters::Meters;
use crate::meters::Thd;
use crate::params::LoadlineParams;
use crate::params::library;
use crate::rig::RigControls;
use crate::rig::SameThdError;
use crate::rig::Side;
use crate::rig::Tap;
use crate::rig::same_thd;
use rtrb::Consumer;
use rtrb::RingBuffer;
use std::sync::Arc;

/// Frames on their way: a second and a half at 192 kHz; what comes while a circuit takes longer to build is not
/// measured, of neither rig.
const QUEUE: usize = 300_000;

/// What is left out at the start, in s: a rig that has just woken comes to its working point.
const LEAD: f64 = 0.5;

/// Both rigs' outputs as they play, and what has been heard of them.
pub struct Matching {
    frames: Consumer<[[f32; 2]; 2]>,
    gap: Option<LevelGap>,
    /// Of the measurement that is under way.
    session: u32,
    /// Settings other than trims and knobs that it is for.
    rigs: [RigControls; 2],
    /// Frames still to be left out.
    lead: usize,
}

/// The audio thread's end, and the background thread's.
pub fn new() -> (Tap, Matching) {
    let (tap, frames) = RingBuffer::new(QUEUE);
    let matching = Matching {
        frames,
        gap: None,
        session: 0,
        rigs: Default::default(),
        lead: 0,
    };
    (tap, matching)
}

impl Matching {
    /// Hears what has been played and lets the gains follow, until they stand still.
    pub fn follow(&mut self, params: &LoadlineParams, meters: &Meters) {
        let rate = meters.sample_rate();
        if !params.comparing.is_measuring() || rate <= 0.0 {
            self.gap = None;
            self.skip(self.frames.slots());
            return;
        }
        self.begin(params, rate as u32);
        let Some(gap) = &mut self.gap else { return };
        let skipped = self.lead.min(self.frames.slots());
        self.lead -= skipped;
        if let Ok(chunk) = self.frames.read_chunk(skipped) {
            chunk.commit_all();
        }
        if let Ok(chunk) = self.frames.read_chunk(self.frames.slots()) {
            let (first, second) = chunk.as_slices();
            gap.add(first);
            gap.add(second);
            chunk.commit_all();
        }

        if self.lead > 0 {
            return;
        }
        let reference = params.comparing.reference();
        let mut told = LevelMatch {
            session: self.session,
            lufs: gap.lufs().map(|lufs| lufs.map(|lufs| lufs as f32)),
            heard_s: gap.heard() as f32,
            is_sounding: gap.is_sounding(),
            is_settled: gap.is_settled(),
            is_out_of_reach: false,
        };
        if let Some(louder) = gap.gap() {
            let louder = match reference {
                Side::A => louder,
                Side::B => -louder,
            };
            told.is_out_of_reach = !params.matched.bring(reference, louder);
        }
        // Unless another one has been asked for meanwhile.
        if told.is_settled && params.comparing.session() == self.session {
            params.comparing.freeze();
        }
        meters.level_match(told);
    }

    /// Starts afresh where another measurement was asked for, or other models were chosen.
    fn begin(&mut self, params: &LoadlineParams, rate: u32) {
        let session = params.comparing.session();
        let rigs = params.controls(false).rigs;
        let is_same = |(now, then): (&RigControls, &RigControls)| {
            now.choices == then.choices && now.cabinet == then.cabinet
        };
        let goes_on = self.gap.as_ref().is_some_and(|gap| gap.rate() == rate)
            && self.session == session
            && rigs.iter().zip(&self.rigs).all(is_same);
        if !goes_on {
            self.gap = LevelGap::new(rate);
            (self.session, self.rigs) = (session, rigs);
            self.skip(self.frames.slots());
            self.lead = (LEAD * f64::from(rate)) as usize;
        }
    }

    fn skip(&mut self, n: usize) {
        if let Ok(chunk) = self.frames.read_chunk(n) {
            chunk.commit_all();
        }
    }
}

/// Looks for the same distortion where it is wanted.
pub fn find_same_thd(params: &Arc<LoadlineParams>, meters: &Meters) {
    let Some(level_dbfs) = params.comparing.take_thd_level() else {
        return;
    };
    let controls = params.controls(false);
    let rate = match f64::from(meters.sample_rate()) {
        rate if rate > 0.0 => rate,
        _ => 48e3,
    };
    let other = controls.side.other();
    let found = same_thd(&controls, f64::from(level_dbfs), rate, &library());
    meters.same_thd(match found {
        Ok(found) => Thd::Found {
            side: other.index(),
            gain: found.gain,
            thd: found.thd,
            level_dbfs,
        },
        Err(why) => Thd::Not(explain(other, &why)),
    });
}

fn explain(other: Side, why: &SameThdError) -> String {
    let percent = |thd: &f64| format!("{:.3} %", 100.0 * thd);
    match why {
        SameThdError::NoGain => format!("{other:?}'s preamp has no gain knob to turn"),
        SameThdError::Silent => "a rig is silent at these settings".into(),
        SameThdError::StaysBelow { wanted, most } => format!(
            "{other:?} stays below {}: {} is out of its reach",
            percent(most),
            percent(wanted)
        ),
        SameThdError::StaysAbove { wanted, least } => format!(
            "{other:?} never comes below {}: {} is out of its reach",
            percent(least),
            percent(wanted)
        ),
        SameThdError::Leaps { wanted } => {
            format!("{other:?} leaps over {}", percent(wanted))
        }
        SameThdError::Rig(error) => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::TAU;

    const RATE: u32 = 48_000;
    /// Of the gain, in dB: samples are rounded by up to 5e-7 dB, the gain by 2.4e-7.
    const TOL: f64 = 2e-6;

    /// Plays so many tenths of a second of a tone, in B 6 dB softer than in A, as the plugin's threads would.
    fn play(
        (tap, matching): &mut (Tap, Matching),
        (params, meters): &(LoadlineParams, Meters),
        tenths: usize,
        amplitude: f64,
    ) {
        for _ in 0..tenths {
            for k in 0..RATE / 10 {
                let x = amplitude * (TAU * f64::from(k) / 48.0).sin();
                let (a, b) = (x as f32, (x * 10f64.powf(-0.3)) as f32);
                if params.comparing.is_measuring() {
                    tap.push([[a; 2], [b; 2]]).unwrap();
                }
            }
            matching.follow(params, meters);
        }
    }

    fn instance() -> (LoadlineParams, Meters) {
        let meters = Meters::default();
        meters.prepared(RATE as f32, 0);
        (LoadlineParams::default(), meters)
    }

    #[test]
    fn the_gain_follows_at_once_and_freezes_by_itself() {
        for (reference, gains) in [(Side::A, [0.0, 6.0]), (Side::B, [-6.0, 0.0])] {
            let (mut ends, instance) = (new(), instance());
            let (params, meters) = &instance;
            params.comparing.measure(reference);
            play(&mut ends, &instance, 15, 0.1);
            assert!(params.comparing.is_measuring() && !meters.read().level_match.is_settled);
            let off = |n: usize| (params.matched.gains_db()[n] - gains[n]).abs();
            assert!(
                off(0) < TOL && off(1) < TOL,
                "{:?}",
                params.matched.gains_db()
            );
            play(&mut ends, &instance, 50, 0.1);
            assert!(!params.comparing.is_measuring() && meters.read().level_match.is_settled);
            assert!(
                off(0) < TOL && off(1) < TOL,
                "{:?}",
                params.matched.gains_db()
            );
        }
    }

    #[test]
    fn silence_leaves_the_gain_alone_and_is_told() {
        let (mut ends, instance) = (new(), instance());
        let (params, meters) = &instance;
        params.matched.set_db([0.0, 2.0]);
        params.comparing.measure(Side::A);
        play(&mut ends, &instance, 400, 0.0);
        assert!(params.comparing.is_measuring());
        assert_eq!(params.matched.gains_db(), [0.0, 2.0]);
        assert_eq!(meters.read().level_match.lufs, [None; 2]);
    }

    #[test]
    fn what_was_played_for_another_measurement_is_not_heard() {
        let (mut ends, instance) = (new(), instance());
        let (params, meters) = &instance;
        params.comparing.measure(Side::A);
        play(&mut ends, &instance, 20, 0.1);
        assert!(meters.read().level_match.heard_s > 1.0);
        params.comparing.measure(Side::A);
        play(&mut ends, &instance, 8, 0.1);
        let told = meters.read().level_match;
        assert_eq!(told.session, params.comparing.session());
        assert!(told.heard_s < 0.5, "{}", told.heard_s);
        // More than there is room for comes while the thread is busy.
        while ends.0.push([[0.1; 2]; 2]).is_ok() {}
        params.comparing.freeze();
        play(&mut ends, &instance, 1, 0.1);
        assert_eq!(ends.1.frames.slots(), 0);
    }
}
