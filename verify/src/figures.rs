//! The worst of a subject's cases, and what is out of its margin.

use crate::case::Case;
use crate::case::Kind;
use crate::case::Outcome;
use anyhow::Result;
use loadline::rig::verified::Figures;

/// What the project promises. Error of plucks and 220 Hz sines, and of the hardest 1 and 2 kHz sines, in dB.
const PROMISE_DB: f64 = -90.0;
const PROMISE_HARD_DB: f64 = -60.0;
/// Of a harmonic, in dB.
const PROMISE_HARMONICS_DB: f64 = 0.01;
/// Relative, of the node voltages at rest.
const PROMISE_OPERATING_POINT: f64 = 1e-3;
/// Of the noise density, in dB.
const PROMISE_NOISE_DB: f64 = 0.5;
/// Where ngspice differs from itself by more than the promise less this, it is no judge: it has to know three times
/// better. Met only where the output is microvolts beside plates of 200 V, below the resolution of both.
const MARGIN_DB: f64 = 10.0;

/// The error in dB that is promised of such a case.
fn promise(kind: Kind) -> f64 {
    match kind {
        Kind::Clean | Kind::Clipped => PROMISE_DB,
        Kind::Hard => PROMISE_HARD_DB,
    }
}

/// Whether ngspice, this far in dB from itself, can say if a case is within the promise.
pub fn can_judge(kind: Kind, ngspice_db: f64) -> bool {
    ngspice_db <= promise(kind) - MARGIN_DB
}

/// Of one subject.
#[derive(Default)]
pub struct Found {
    pub figures: Figures,
    /// A line for each figure out of its margin.
    pub failures: Vec<String>,
}

impl Found {
    /// Adds what a setting is at rest.
    pub fn rests(&mut self, name: &str, operating_point: f64, noise_db: f64) {
        let figures = &mut self.figures;
        figures.operating_point = figures.operating_point.max(operating_point);
        figures.noise_db = figures.noise_db.max(noise_db);
        if operating_point > PROMISE_OPERATING_POINT {
            let line = format!("{name}: operating point off by {operating_point:.1e}");
            self.failures.push(line);
        }
        if noise_db > PROMISE_NOISE_DB {
            self.failures
                .push(format!("{name}: noise off by {noise_db:.2} dB"));
        }
    }

    /// Adds a case; one without a judge only counts.
    pub fn adds(&mut self, case: &Case, outcome: Result<Outcome>) {
        let figures = &mut self.figures;
        let promise = promise(case.kind);
        let judged = outcome
            .ok()
            .filter(|outcome| can_judge(case.kind, outcome.ngspice_db));
        let Some(outcome) = judged else {
            figures.unjudged += 1;
            return;
        };
        figures.cases += 1;
        let worst = match case.kind {
            Kind::Clean => &mut figures.clean_db,
            Kind::Clipped => &mut figures.clipped_db,
            Kind::Hard => &mut figures.hard_db,
        };
        raise(worst, outcome.error_db);
        raise(&mut figures.ngspice_db, outcome.ngspice_db);
        if outcome.error_db > promise {
            let line = format!("{}: {:.1} dB, not {promise}", case.name, outcome.error_db);
            self.failures.push(line);
        }
        if outcome.misses > 0 {
            let line = format!("{}: {} steps missed", case.name, outcome.misses);
            self.failures.push(line);
        }
        if let Some(db) = outcome.harmonics_db {
            raise(&mut figures.harmonics_db, db);
            if db > PROMISE_HARMONICS_DB {
                let line = format!("{}: a harmonic is off by {db:.4} dB", case.name);
                self.failures.push(line);
            }
        }
    }
}

/// As the table keeps them: no more digits than mean something, so that a second run writes the same.
pub fn rounded(figures: &Figures) -> Figures {
    let tenth = |value: Option<f64>| value.map(|db| (10.0 * db).round() / 10.0);
    Figures {
        clean_db: tenth(figures.clean_db),
        clipped_db: tenth(figures.clipped_db),
        hard_db: tenth(figures.hard_db),
        harmonics_db: figures.harmonics_db.map(|db| (1e5 * db).round() / 1e5),
        operating_point: one_digit(figures.operating_point),
        noise_db: one_digit(figures.noise_db),
        ngspice_db: tenth(figures.ngspice_db),
        ..*figures
    }
}

fn one_digit(value: f64) -> f64 {
    format!("{value:.0e}").parse().unwrap_or(value)
}

fn raise(worst: &mut Option<f64>, value: f64) {
    *worst = Some(worst.map_or(value, |worst| worst.max(value)));
}

/// As lines of text.
pub fn shown(figures: &Figures) -> String {
    let db = |value: Option<f64>| value.map_or("-".into(), |db| format!("{db:.1} dB"));
    format!(
        "clean {}, clipped {}, hard {}, harmonics {} dB, operating point {:.1e}, noise {:.5} dB\n\
         {} cases, ngspice within {} of itself; {} more in which it is no judge",
        db(figures.clean_db),
        db(figures.clipped_db),
        db(figures.hard_db),
        figures
            .harmonics_db
            .map_or("-".into(), |db| format!("{db:.5}")),
        figures.operating_point,
        figures.noise_db,
        figures.cases,
        db(figures.ngspice_db),
        figures.unjudged,
    )
}
