//! The preamp gain at which one rig distorts as much as the other.

use crate::dsp::harmonics;
use crate::dsp::thd;
use crate::rig::Comparison;
use crate::rig::Controls;
use crate::rig::Library;
use crate::rig::Listen;
use crate::rig::Pair;
use crate::rig::RigError;
use crate::rig::Slot;
use crate::units::Decibels;
use crate::units::Hertz;
use crate::units::Seconds;
use crate::units::db_to_ratio;
use std::f64::consts::TAU;

/// A below middle C.
pub const F_THD: Hertz = 220.0;
/// The search ends when both agree within this share of the distortion.
pub const THD_TOLERANCE: f64 = 0.02;

/// Of the fundamental and so many harmonics in all.
const N_HARMONICS: usize = 10;
/// For a rig to come to rest after a step of its gain.
const SETTLE: Seconds = 0.4;
/// 22 periods.
const MEASURE: Seconds = 0.1;
/// Positions of the knob that are tried before the two about the wanted distortion are halved.
const POSITIONS: usize = 13;
/// Halvings; a knob has six decimals.
const HALVINGS: usize = 18;

/// Where the other rig's gain has to be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SameThd {
    /// Rotation of the preamp's gain.
    pub gain: f64,
    /// Of the rig that is heard, and of the other one at that gain; ratios.
    pub thd: [f64; 2],
}

/// Why there is no such place.
#[derive(Clone, Debug, PartialEq)]
pub enum SameThdError {
    /// The other rig's preamp has none.
    NoGain,
    /// The rig that is heard makes nothing of the sine.
    Silent,
    /// The most and the least that the other rig comes to, where the one that is heard has `wanted`.
    StaysBelow {
        wanted: f64,
        most: f64,
    },
    StaysAbove {
        wanted: f64,
        least: f64,
    },
    /// Its distortion leaps over `wanted`.
    Leaps {
        wanted: f64,
    },
    Rig(RigError),
}

/// Turns the gain of the rig that is not heard until a sine of `level_dbfs` comes out of it as distorted as out of
/// the one that is heard.
///
/// Both are played as a host plays them, cabinet and all, without noise; the distortion is √(h2² + … + h10²)/h1 at
/// [`F_THD`]. Of several places the one nearest to where the knob stands is taken. Some tenths of a second of work;
/// never on the audio thread.
pub fn same_thd(
    controls: &Controls,
    level_dbfs: Decibels,
    sample_rate: Hertz,
    library: &Library,
) -> Result<SameThd, SameThdError> {
    let other = controls.side.other();
    let rig = &controls.rigs[other.index()];
    let model = library.at(Slot::Preamp, rig.choices[Slot::Preamp]);
    let cards = &model.annotations().knobs;
    let at = Slot::Preamp
        .knob("gain")
        .filter(|at| Slot::Preamp.places_of(cards).contains(&Some(*at)))
        .ok_or(SameThdError::NoGain)?;
    let start = rig.knobs.at(Slot::Preamp, at);

    let amplitude = db_to_ratio(level_dbfs);
    let mut bench = Bench::new(controls, amplitude, sample_rate, library)?;
    let wanted = bench.thd();
    if !wanted.is_finite() {
        return Err(SameThdError::Silent);
    }
    bench.controls.side = other;
    let mut at_gain = |gain: f64| {
        bench.controls.rigs[other.index()]
            .knobs
            .set(Slot::Preamp, at, gain);
        bench.thd()
    };
    let mut tried: Vec<(f64, f64)> = Vec::with_capacity(POSITIONS);
    for n in 0..POSITIONS {
        let gain = n as f64 / (POSITIONS - 1) as f64;
        tried.push((gain, at_gain(gain)));
    }
    tried.retain(|(_, thd)| thd.is_finite());
    let (mut low, mut high) = about(&tried, wanted, start)?;
    for _ in 0..HALVINGS {
        let gain = (low.0 + high.0) / 2.0;
        let middle = (gain, at_gain(gain));
        if is_close(middle.1, wanted) {
            let (gain, found) = middle;
            return Ok(SameThd {
                gain,
                thd: [wanted, found],
            });
        }
        if (middle.1 > wanted) == (high.1 > wanted) {
            high = middle;
        } else {
            low = middle;
        }
    }
    Err(SameThdError::Leaps { wanted })
}

/// A quarter of what is promised, so that the rig's way there makes no difference.
fn is_close(thd: f64, wanted: f64) -> bool {
    (thd - wanted).abs() <= 0.25 * THD_TOLERANCE * wanted
}

type Tried = (f64, f64);

/// The two neighbours between which the wanted distortion lies, nearest to where the knob stands.
fn about(tried: &[Tried], wanted: f64, start: f64) -> Result<(Tried, Tried), SameThdError> {
    let distance = |pair: &[Tried]| (0.5 * (pair[0].0 + pair[1].0) - start).abs();
    let lies_between = |pair: &&[Tried]| (pair[0].1 > wanted) != (pair[1].1 > wanted);
    let nearest = tried
        .windows(2)
        .filter(lies_between)
        .min_by(|a, b| distance(a).total_cmp(&distance(b)));
    if let Some(pair) = nearest {
        return Ok((pair[0], pair[1]));
    }
    let all = tried.iter().map(|(_, thd)| *thd);
    let most = all.clone().reduce(f64::max).ok_or(SameThdError::Silent)?;
    Err(if most <= wanted {
        SameThdError::StaysBelow { wanted, most }
    } else {
        let least = all.fold(f64::INFINITY, f64::min);
        SameThdError::StaysAbove { wanted, least }
    })
}

/// Both rigs with a sine at their input, one of which is heard.
struct Bench {
    pair: Pair,
    controls: Controls,
    sample_rate: Hertz,
    amplitude: f64,
    /// Samples played.
    at: u64,
}

impl Bench {
    fn new(
        controls: &Controls,
        amplitude: f64,
        sample_rate: Hertz,
        library: &Library,
    ) -> Result<Self, SameThdError> {
        let mut controls = Controls {
            bypass: false,
            listen: Listen::Rig,
            comparison: Comparison::default(),
            ..*controls
        };
        for rig in &mut controls.rigs {
            rig.choices.noise = None;
        }
        let pair = Pair::new(sample_rate, &controls, library).map_err(SameThdError::Rig)?;
        Ok(Self {
            pair,
            controls,
            sample_rate,
            amplitude,
            at: 0,
        })
    }

    /// At the controls as they are; NaN where nothing comes out.
    fn thd(&mut self) -> f64 {
        self.play(SETTLE);
        let output = self.play(MEASURE);
        thd(&harmonics(&output, self.sample_rate, F_THD, N_HARMONICS))
    }

    fn play(&mut self, time: Seconds) -> Vec<f64> {
        let n = (time * self.sample_rate).ceil() as u64;
        let turn = |at: u64| (F_THD / self.sample_rate * at as f64).fract();
        let mut left: Vec<f32> = (self.at..self.at + n)
            .map(|at| (self.amplitude * (TAU * turn(at)).sin()) as f32)
            .collect();
        self.at += n;
        let mut right = left.clone();
        self.pair.process(&mut left, &mut right, &self.controls);
        left.into_iter().map(f64::from).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_two_places_the_nearer_one() {
        let tried = [(0.0, 1.0), (0.25, 3.0), (0.5, 1.0), (0.75, 0.5), (1.0, 4.0)];
        let near = |start| about(&tried, 2.0, start).map(|(low, high)| (low.0, high.0));
        assert_eq!(near(0.3), Ok((0.25, 0.5)));
        assert_eq!(near(0.0), Ok((0.0, 0.25)));
        assert_eq!(near(1.0), Ok((0.75, 1.0)));
        let below = SameThdError::StaysBelow {
            wanted: 5.0,
            most: 4.0,
        };
        assert_eq!(about(&tried, 5.0, 0.5), Err(below));
        let above = SameThdError::StaysAbove {
            wanted: 0.1,
            least: 0.5,
        };
        assert_eq!(about(&tried, 0.1, 0.5), Err(above));
    }
}
