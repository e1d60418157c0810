//! One stimulus at one setting, played by both engines.

use crate::drive::Drive;
use crate::figures::can_judge;
use crate::ngspice::Accuracy;
use crate::ngspice::Method;
use crate::ngspice::Run;
use crate::ngspice::Stimulus;
use crate::ngspice::error_db;
use crate::ngspice::harmonics_db;
use crate::ours;
use crate::ours::PROBE;
use crate::ours::RATE_HZ;
use crate::project;
use crate::references;
use crate::subject::Setting;
use crate::subject::Sound;
use crate::subject::Stimuli;
use crate::subject::Subject;
use anyhow::Result;
use loadline::circuit::OperatingPoint;
use std::time::Duration;

/// Fundamental of the sines whose harmonics are compared, in Hz.
const SINE_HZ: f64 = 220.0;
const PLUCK_HZ: f64 = 110.0;
/// Length of a run, in s: eleven periods of the sine; of a pluck its loudest part, of fast sines what shows.
const T_STOP: f64 = 0.05;
const T_STOP_FAST: f64 = 0.02;
/// The judge's accuracy, and the coarser one at which it has to agree with itself.
const USUAL: [Accuracy; 2] = [accuracy(0.5e-6, 1e-7, None), accuracy(1e-6, 1e-6, None)];
/// The same where it does not: half the steps, and errors of a step, at corners, held to the tolerances themselves.
const CLOSER: [Accuracy; 2] = [
    accuracy(0.25e-6, 1e-7, Some(1.0)),
    accuracy(0.5e-6, 1e-7, Some(1.0)),
];

const fn accuracy(h: f64, reltol: f64, trtol: Option<f64>) -> Accuracy {
    Accuracy {
        method: Method::Trapezoidal,
        h,
        reltol,
        trtol,
    }
}

/// More than is compared, by a few of the longest steps, so that the last sample lies inside, in s.
const T_MORE: f64 = 4e-6;
/// Longest that ngspice may take over a run. It hangs over none of the library's decks.
const PATIENCE: Duration = Duration::from_secs(900);
/// Harmonics weaker than this below the strongest are not compared, in dB.
const FLOOR_DB: f64 = -60.0;

/// Which figure a case belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Clean,
    Clipped,
    Hard,
}

pub struct Case<'a> {
    pub name: String,
    pub kind: Kind,
    deck: &'a std::path::Path,
    setting: &'a Setting,
    stimulus: Stimulus,
    t_stop: f64,
}

/// What a comparison gives, in dB.
pub struct Outcome {
    pub error_db: f64,
    /// Of ngspice against itself.
    pub ngspice_db: f64,
    /// Largest difference of a harmonic, where harmonics are compared.
    pub harmonics_db: Option<f64>,
    pub misses: u64,
}

/// The cases of a setting, at the peaks in V that its drives are.
pub fn cases<'a>(
    subject: &'a Subject,
    setting: &'a Setting,
    drives: &[(Drive, f64)],
) -> Vec<Case<'a>> {
    let case = |(drive, sound): &Stimuli| {
        let found = drives.iter().find(|(known, _)| known == drive);
        // A deck that never distorts is only ever clean.
        let (drive, peak) = *found.or(drives.first())?;
        let kind = match (drive, sound) {
            (_, Sound::Fast(_)) => Kind::Hard,
            (Drive::Clean, _) => Kind::Clean,
            (Drive::Edge | Drive::Hard, _) => Kind::Clipped,
        };
        let (stimulus, what, t_stop) = match sound {
            Sound::Sine => (
                Stimulus::Sine { peak, hz: SINE_HZ },
                "220 Hz sine".to_owned(),
                T_STOP,
            ),
            Sound::Pluck => (
                Stimulus::Pluck { peak, hz: PLUCK_HZ },
                "pluck".to_owned(),
                T_STOP_FAST,
            ),
            Sound::Fast(khz) => (
                Stimulus::Sine {
                    peak,
                    hz: 1e3 * f64::from(*khz),
                },
                format!("{khz} kHz sine"),
                T_STOP_FAST,
            ),
        };
        Some(Case {
            name: format!("{}, {}, {what} of {peak} V", subject.name, setting.name),
            kind,
            deck: &subject.deck,
            setting,
            stimulus,
            t_stop,
        })
    };
    let mut cases: Vec<Case> = setting.stimuli.iter().filter_map(case).collect();
    // Of a linear deck, levels would only repeat each other.
    cases.dedup_by(|a, b| a.name == b.name);
    cases
}

impl Case<'_> {
    /// Plays both engines. Panics where ngspice refuses.
    pub fn judge(&self, point: &OperatingPoint) -> Result<Outcome> {
        let (ours, misses) = ours::transient(point, self.stimulus, self.t_stop, RATE_HZ)?;
        let params = self.setting.params();
        let folder = project::references();
        let theirs = |accuracy: Accuracy| {
            let run = Run {
                accuracy,
                deck: self.deck,
                params: &params,
                stimulus: self.stimulus,
                probes: &[PROBE],
                t_stop: self.t_stop + T_MORE,
                patience: PATIENCE,
            };
            references::samples(&folder, &run, RATE_HZ, ours.len())
        };
        let mut pair = USUAL.map(theirs);
        let agree = |[fine, coarse]: &[Result<Vec<f64>>; 2]| match (fine, coarse) {
            (Ok(fine), Ok(coarse)) => can_judge(self.kind, error_db(fine, coarse, 0)),
            _ => false,
        };
        if !agree(&pair) {
            pair = CLOSER.map(theirs);
        }
        let [fine, coarse] = pair;
        let (fine, coarse) = (fine?, coarse?);
        let harmonics = match self.stimulus {
            Stimulus::Sine { hz: SINE_HZ, .. } => Some(worst_harmonic(&fine, &ours)),
            _ => None,
        };
        Ok(Outcome {
            error_db: error_db(&fine, &ours, 0),
            ngspice_db: error_db(&fine, &coarse, 0),
            harmonics_db: harmonics,
            misses,
        })
    }
}

/// Largest difference of harmonics 1 to 8, in dB, of those above the floor; over the second half, when settled.
fn worst_harmonic(reference: &[f64], ours: &[f64]) -> f64 {
    let levels = |y: &[f64]| harmonics_db(&y[y.len() / 2..], RATE_HZ, SINE_HZ, 8);
    let reference = levels(reference);
    let top = reference.iter().copied().fold(f64::MIN, f64::max);
    reference
        .iter()
        .zip(levels(ours))
        .filter(|(reference, _)| **reference > top + FLOOR_DB)
        .map(|(reference, ours)| (ours - reference).abs())
        .fold(0.0, f64::max)
}
