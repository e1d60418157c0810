//! Runs all cases, as many at a time as there are cores.

use crate::case::Case;
use crate::case::Outcome;
use crate::case::cases;
use crate::drive::Drive;
use crate::drive::drives;
use crate::figures::Found;
use crate::ours;
use crate::rest;
use crate::subject::Setting;
use crate::subject::Subject;
use anyhow::Context;
use anyhow::Result;
use anyhow::anyhow;
use loadline::circuit::OperatingPoint;
use std::panic::AssertUnwindSafe;
use std::panic::catch_unwind;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;
use std::thread;

/// A setting of a subject at rest.
struct Prepared<'a> {
    number: usize,
    subject: &'a Subject,
    setting: &'a Setting,
    point: OperatingPoint,
    drives: Vec<(Drive, f64)>,
    operating_point: f64,
    noise_db: f64,
}

/// What was found of each subject, in their order.
pub fn verify(subjects: &[Subject]) -> Result<Vec<Found>> {
    let settings: Vec<(usize, &Setting)> = subjects
        .iter()
        .enumerate()
        .flat_map(|(number, subject)| {
            subject
                .settings
                .iter()
                .map(move |setting| (number, setting))
        })
        .collect();
    let prepared = each(&settings, |(number, setting)| {
        prepare(*number, &subjects[*number], setting)
    });
    let prepared: Vec<Prepared> = prepared.into_iter().collect::<Result<_>>()?;
    let jobs: Vec<(&Prepared, Case)> = prepared
        .iter()
        .flat_map(|prepared| {
            let cases = cases(prepared.subject, prepared.setting, &prepared.drives);
            cases.into_iter().map(move |case| (prepared, case))
        })
        .collect();
    let done = AtomicUsize::new(0);
    let outcomes = each(&jobs, |(prepared, case)| {
        let outcome = caught(|| case.judge(&prepared.point));
        let number = done.fetch_add(1, Ordering::Relaxed) + 1;
        println!(
            "{number:>4}/{} {}: {}",
            jobs.len(),
            case.name,
            told(&outcome)
        );
        outcome
    });
    let mut found: Vec<Found> = subjects.iter().map(|_| Found::default()).collect();
    for prepared in &prepared {
        let name = format!("{}, {}", prepared.subject.name, prepared.setting.name);
        found[prepared.number].rests(&name, prepared.operating_point, prepared.noise_db);
    }
    for ((prepared, case), outcome) in jobs.iter().zip(outcomes) {
        found[prepared.number].adds(case, outcome);
    }
    Ok(found)
}

fn prepare<'a>(number: usize, subject: &'a Subject, setting: &'a Setting) -> Result<Prepared<'a>> {
    let prepare = || {
        let point = ours::point(&subject.deck, &setting.params())?;
        let drives = drives(&point)?;
        Ok(Prepared {
            number,
            subject,
            setting,
            drives,
            operating_point: rest::operating_point(&subject.deck, setting, &point)?,
            noise_db: rest::noise(&subject.deck, setting, &point)?,
            point,
        })
    };
    caught(prepare).with_context(|| format!("{}, {}", subject.name, setting.name))
}

/// Turns the harness's panics into errors: a test may end there, a table may not.
fn caught<T>(work: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|payload| {
        let text = payload.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| payload.downcast_ref::<&str>().copied());
        Err(anyhow!("{}", text.unwrap_or("ngspice gave up")))
    })
}

fn told(outcome: &Result<Outcome>) -> String {
    match outcome {
        Ok(outcome) => {
            let harmonics = outcome
                .harmonics_db
                .map(|db| format!(", harmonics {db:.5} dB"))
                .unwrap_or_default();
            format!(
                "{:.1} dB (ngspice {:.1} dB){harmonics}",
                outcome.error_db, outcome.ngspice_db
            )
        }
        Err(why) => format!("{why:#}"),
    }
}

/// `work` on every item, in their order, on all cores.
fn each<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let results = Mutex::new(Vec::with_capacity(items.len()));
    let threads = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    let Some(item) = items.get(number) else { break };
                    let result = work(item);
                    let mut results = results.lock().unwrap_or_else(PoisonError::into_inner);
                    results.push((number, result));
                }
            });
        }
    });
    let mut results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
    results.sort_by_key(|(number, _)| *number);
    results.into_iter().map(|(_, result)| result).collect()
}
