//! From magnitudes to responses that are played.

use crate::rig::cabinet::CabinetChoice;
use crate::rig::cabinet::CabinetError;
use crate::rig::cabinet::enclosure::Enclosure;
use crate::rig::cabinet::field::field;
use crate::rig::cabinet::field::travel;
use crate::rig::cabinet::microphone::Mic;
use crate::units::Hertz;
use crate::units::Seconds;
use crate::units::db_to_ratio;
use realfft::RealFftPlanner;
use realfft::num_complex::Complex64;
use std::f64::consts::PI;
use std::f64::consts::TAU;

/// Impulse responses of both lanes, ready to be played.
#[derive(Clone, Debug, PartialEq)]
pub struct Response {
    pub lanes: [Vec<f64>; 2],
}

/// Magnitudes are computed at steps of this at most; the sound has died away long before its inverse.
const FINEST: Hertz = 3.0;
/// Above this the last octave's fall goes on.
const HIGHEST: Hertz = 24e3;
/// Magnitudes are at least this of the highest.
const FLOOR_DB: f64 = -140.0;
/// Computed responses end here at the latest.
const LONGEST: Seconds = 0.12;
/// Responses end where what is left is below this of the whole.
const TAIL_DB: f64 = -90.0;
/// Length of the fade to the end, in parts of the response.
const FADE: f64 = 0.1;
/// Power of a response in the band that sets its level, against its power in all.
const LEAST_DB: f64 = -60.0;
/// The band whose pink noise is as loud after as before.
const BAND: (Hertz, Hertz) = (100.0, 5e3);

impl Response {
    /// Computes the response of a cabinet with its microphones.
    pub fn generate(enclosure: &Enclosure, choice: &CabinetChoice, rate: Hertz) -> Self {
        let mix = if choice.mix.is_finite() {
            choice.mix.clamp(0.0, 1.0)
        } else {
            0.0
        };
        let mics = choice.mics.map(Mic::sane);
        let heard: Vec<(Mic, f64)> = mics
            .into_iter()
            .zip([1.0 - mix, mix])
            .filter(|(_, share)| *share > 0.0)
            .collect();
        let n = ((rate / FINEST) as usize).next_power_of_two();
        let times = heard.iter().map(|(mic, _)| travel(enclosure, mic));
        let first = times.clone().fold(f64::INFINITY, f64::min);
        let mut sum = vec![0.0; n];
        for ((mic, share), time) in heard.iter().zip(times) {
            let one = minimum_phase(enclosure, mic, rate, n, time - first);
            let gain = share / loudness(&one, rate).sqrt();
            for (sum, one) in sum.iter_mut().zip(one) {
                *sum += gain * one;
            }
        }
        sum.truncate((LONGEST * rate) as usize);
        let mut lane = [sum];
        trim_and_level(&mut lane, rate);
        let [lane] = lane;
        Self {
            lanes: [lane.clone(), lane],
        }
    }

    /// Trims and levels a user's response; both lanes by the same gain.
    pub fn finish(mut lanes: [Vec<f64>; 2], rate: Hertz) -> Result<Self, CabinetError> {
        let power: f64 = lanes.iter().flatten().map(|x| x * x).sum();
        let heard: f64 = lanes.iter().map(|lane| loudness(lane, rate)).sum();
        if heard <= power * db_to_ratio(LEAST_DB).powi(2) {
            return Err(CabinetError(
                "the impulse response holds next to nothing between 100 Hz and 5 kHz: it is no loudspeaker's".into(),
            ));
        }
        trim_and_level(&mut lanes, rate);
        Ok(Self { lanes })
    }
}

/// Cuts the tail, fades what is left to its end and sets the level.
fn trim_and_level(lanes: &mut [Vec<f64>], rate: Hertz) {
    let power: f64 = lanes.iter().flatten().map(|x| x * x).sum();
    let least = power * db_to_ratio(TAIL_DB).powi(2);
    let end = |lane: &Vec<f64>| {
        let mut rest = 0.0;
        let heard = lane.iter().rposition(|x| {
            rest += x * x;
            rest > least
        });
        heard.map_or(0, |last| last + 1)
    };
    let length = lanes.iter().map(end).max().unwrap_or(0);
    let n_fade = (length as f64 * FADE) as usize;
    for lane in lanes.iter_mut() {
        lane.truncate(length);
        let start = length - n_fade;
        for (k, x) in lane.iter_mut().skip(start).enumerate() {
            *x *= 0.5 + 0.5 * (PI * (k + 1) as f64 / (n_fade + 1) as f64).cos();
        }
    }
    let mean = lanes.iter().map(|lane| loudness(lane, rate)).sum::<f64>() / lanes.len() as f64;
    let gain = 1.0 / mean.sqrt();
    lanes.iter_mut().flatten().for_each(|x| *x *= gain);
}

/// Power that pink noise between 100 Hz and 5 kHz gains by a response.
pub fn loudness(response: &[f64], rate: Hertz) -> f64 {
    let n = response
        .len()
        .max((rate / FINEST) as usize)
        .next_power_of_two();
    let fft = RealFftPlanner::new().plan_fft_forward(n);
    let (mut time, mut bins) = (response.to_vec(), fft.make_output_vec());
    time.resize(n, 0.0);
    if fft.process(&mut time, &mut bins).is_err() {
        return 0.0;
    }
    let (mut power, mut weight) = (0.0, 0.0);
    for (k, bin) in bins.iter().enumerate() {
        let hz = rate / n as f64 * k as f64;
        if (BAND.0..BAND.1).contains(&hz) {
            power += bin.norm_sqr() / hz;
            weight += 1.0 / hz;
        }
    }
    if weight > 0.0 { power / weight } else { 0.0 }
}

/// The minimum-phase response of what a microphone hears, delayed; `n` samples, a power of two.
///
/// Folding the cepstrum of the magnitude: A. V. Oppenheim, R. W. Schafer, "Discrete-time signal processing", ch. 12.
fn minimum_phase(
    enclosure: &Enclosure,
    mic: &Mic,
    rate: Hertz,
    n: usize,
    delay: Seconds,
) -> Vec<f64> {
    let bin = rate / n as f64;
    let n_bins = n / 2 + 1;
    let n_known = n_bins.min((HIGHEST / bin) as usize + 1);
    let mut level: Vec<f64> = field(enclosure, mic, bin, n_known)
        .iter()
        .map(|bin| bin.norm())
        .collect();
    let highest = level.iter().copied().fold(0.0, f64::max);
    // Beyond, as steeply as over the octave before.
    let (last, octave) = (n_known - 1, (n_known - 1) / 2);
    let slope = (level[last] / level[octave]).log2().min(0.0);
    for k in n_known..n_bins {
        level.push(level[last] * (k as f64 / last as f64).powf(slope));
    }
    level[0] = 0.0;
    let floor = highest * db_to_ratio(FLOOR_DB);
    let mut spectrum: Vec<Complex64> = level
        .iter()
        .map(|level| Complex64::from(level.max(floor).ln()))
        .collect();

    let mut planner = RealFftPlanner::new();
    let (forward, inverse) = (planner.plan_fft_forward(n), planner.plan_fft_inverse(n));
    let mut time = vec![0.0; n];
    let mut done = inverse.process(&mut spectrum, &mut time).is_ok();
    for x in &mut time {
        *x /= n as f64;
    }
    time[1..n / 2].iter_mut().for_each(|x| *x *= 2.0);
    time[n / 2 + 1..].fill(0.0);
    done &= forward.process(&mut time, &mut spectrum).is_ok();
    for (k, bin) in spectrum.iter_mut().enumerate() {
        let turn = Complex64::new(0.0, -TAU * k as f64 / n as f64 * delay * rate);
        *bin = (*bin + turn).exp() / n as f64;
    }
    spectrum[0].im = 0.0;
    spectrum[n / 2].im = 0.0;
    done &= inverse.process(&mut spectrum, &mut time).is_ok();
    debug_assert!(done, "lengths are right by construction");
    time
}
