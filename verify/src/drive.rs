//! How hard a deck is driven: found from where its distortion begins.

use crate::ngspice::Stimulus;
use crate::ngspice::harmonics_db;
use crate::ours;
use anyhow::Result;
use loadline::circuit::OperatingPoint;

/// The three levels of a deck that distorts; a linear one is only ever clean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drive {
    Clean,
    Edge,
    Hard,
}

/// Total harmonic distortion of a 220 Hz sine that counts as the edge.
const EDGE_THD: f64 = 0.01;
/// *Clean* is this much below the edge, *hard* this much above.
const SPREAD: f64 = 8.0;
/// No input is driven further, in V: what a loud line output gives.
const MOST: f64 = 10.0;
/// Levels that are tried on the way to the edge, in V: the R5 series from 1 mV to 10 V.
const DECADES: std::ops::RangeInclusive<i32> = -3..=0;
const R5: [f64; 5] = [1.0, 1.6, 2.5, 4.0, 6.3];

/// Peaks at the source, in V. The edge is the level from which on it distorts up to the loudest: where a volume at its
/// end leaves next to nothing, a whisper may seem to, by the solver's rounding.
pub fn drives(point: &OperatingPoint) -> Result<Vec<(Drive, f64)>> {
    let levels = DECADES.flat_map(|decade| R5.map(|step| step * 10f64.powi(decade)));
    let levels: Vec<f64> = levels.collect();
    let mut edge = None;
    for peak in levels.into_iter().rev() {
        if thd(point, peak)? < EDGE_THD {
            break;
        }
        edge = Some(peak);
    }
    Ok(match edge {
        Some(peak) => vec![
            (Drive::Clean, peak / SPREAD),
            (Drive::Edge, peak),
            (Drive::Hard, (peak * SPREAD).min(MOST)),
        ],
        None => vec![(Drive::Clean, MOST)],
    })
}

/// Harmonics 2 to 8 over the fundamental.
fn thd(point: &OperatingPoint, peak: f64) -> Result<f64> {
    const RATE_HZ: f64 = 96e3;
    const T_STOP: f64 = 0.04;
    const HZ: f64 = 220.0;
    let stimulus = Stimulus::Sine { peak, hz: HZ };
    let (y, _) = ours::transient(point, stimulus, T_STOP, RATE_HZ)?;
    let levels = harmonics_db(&y[y.len() / 2..], RATE_HZ, HZ, 8);
    let power = |db: &f64| 10f64.powf(db / 10.0);
    Ok((levels[1..].iter().map(power).sum::<f64>() / power(&levels[0])).sqrt())
}
