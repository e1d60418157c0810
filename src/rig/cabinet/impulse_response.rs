//! A user's impulse response.

use crate::rig::cabinet::CabinetError;
use crate::units::Hertz;
use crate::units::Seconds;
use crate::units::db_to_ratio;
use hound::SampleFormat;
use hound::WavReader;
use realfft::RealFftPlanner;
use realfft::num_complex::Complex64;
use std::f64::consts::PI;
use std::fs::File;
use std::io::BufReader;
use std::io::Read;
use std::path::Path;

/// An impulse response of one or two channels at the rate it was made at.
///
/// Silence before it is left out, the same from both channels, so that it adds no delay; at most [`LONGEST`] is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct ImpulseResponse {
    rate: Hertz,
    lanes: [Vec<f64>; 2],
}

/// What is kept of a response.
pub const LONGEST: Seconds = 0.5;
/// A longer file is no impulse response.
const LONGEST_FILE: Seconds = 30.0;
/// Anything below this of the peak is silence before the response.
const SILENCE_DB: f64 = -60.0;
/// Kept before the first sample that is no silence.
const LEAD: Seconds = 0.15e-3;
/// The part of a resampled response's band that fades out, at its top.
const SLOPE: f64 = 0.15;
/// Silence on both sides of a response while it is resampled.
const MARGIN: Seconds = 20e-3;

impl ImpulseResponse {
    /// Reads a WAV file: mono or stereo, any rate and depth.
    pub fn read(path: &Path) -> Result<Self, CabinetError> {
        let name = path.display();
        let wrong = |what: String| CabinetError(format!("{name}: {what}"));
        let file = File::open(path).map_err(|why| {
            wrong(format!(
                "can't be opened ({why}): check the name and the rights"
            ))
        })?;
        Self::decode(BufReader::new(file)).map_err(|CabinetError(what)| wrong(what))
    }

    fn decode(wav: impl Read) -> Result<Self, CabinetError> {
        let unreadable = |why: hound::Error| {
            CabinetError(format!(
                "is no intact WAV file ({why}): export it again as WAV"
            ))
        };
        let reader = WavReader::new(wav).map_err(unreadable)?;
        let spec = reader.spec();
        let seconds = f64::from(reader.duration()) / f64::from(spec.sample_rate.max(1));
        if seconds > LONGEST_FILE {
            return Err(CabinetError(format!(
                "is {seconds:.0} s long, so it is no impulse response: cut it to the response, half a second at most"
            )));
        }
        let scale = 0.5f64.powi(i32::from(spec.bits_per_sample) - 1);
        let samples: Result<Vec<f64>, _> = match spec.sample_format {
            SampleFormat::Float => reader
                .into_samples::<f32>()
                .map(|x| x.map(f64::from))
                .collect(),
            SampleFormat::Int => reader
                .into_samples::<i32>()
                .map(|x| x.map(|x| f64::from(x) * scale))
                .collect(),
        };
        let samples = samples.map_err(unreadable)?;
        let n = usize::from(spec.channels).max(1);
        let lane = |lane: usize| samples.iter().skip(lane).step_by(n).copied().collect();
        let lanes: Vec<Vec<f64>> = (0..n).map(lane).collect();
        Self::from_samples(f64::from(spec.sample_rate), &lanes)
    }

    /// What is kept, as a WAV file of 32-bit floats, which [`from_bytes`](Self::from_bytes) reads.
    pub fn to_bytes(&self) -> Vec<u8> {
        let [left, right] = &self.lanes;
        let is_mono = left == right;
        let mut wav = wav_header(self.rate as u32, if is_mono { 1 } else { 2 }, left.len());
        for (left, right) in left.iter().zip(right) {
            wav.extend((*left as f32).to_le_bytes());
            if !is_mono {
                wav.extend((*right as f32).to_le_bytes());
            }
        }
        wav
    }

    /// Reads a WAV file in memory.
    pub fn from_bytes(wav: &[u8]) -> Result<Self, CabinetError> {
        Self::decode(wav)
    }

    /// One or two channels of samples.
    pub fn from_samples(rate: Hertz, channels: &[Vec<f64>]) -> Result<Self, CabinetError> {
        let wrong = |what: &str| Err(CabinetError(what.to_string()));
        let (left, right) = match channels {
            [mono] => (mono, mono),
            [left, right] => (left, right),
            _ => {
                let n = channels.len();
                return wrong(&format!("has {n} channels: export it as mono or stereo"));
            }
        };
        if !(4e3..=1e6).contains(&rate) {
            return wrong(&format!(
                "has a sample rate of {rate} Hz: export it at 44.1 to 192 kHz"
            ));
        }
        let all = || left.iter().chain(right);
        if all().any(|x| !x.is_finite()) {
            return wrong("holds samples that are no numbers: export it again");
        }
        let peak = all().fold(0.0, |peak: f64, x| peak.max(x.abs()));
        if peak < db_to_ratio(-120.0) {
            return wrong("holds no sound: export it again, louder than -120 dBFS");
        }
        let loud = |lane: &Vec<f64>| {
            let least = peak * db_to_ratio(SILENCE_DB);
            lane.iter().position(|x| x.abs() > least)
        };
        let first = loud(left).into_iter().chain(loud(right)).min().unwrap_or(0);
        let from = first.saturating_sub((LEAD * rate) as usize);
        let n = (LONGEST * rate) as usize;
        let keep = |lane: &[f64]| lane.iter().skip(from).take(n).copied().collect();
        Ok(Self {
            rate,
            lanes: [keep(left), keep(right)],
        })
    }

    /// Of what is kept.
    pub fn seconds(&self) -> Seconds {
        let n = self.lanes.iter().map(Vec::len).max().unwrap_or(0);
        n as f64 / self.rate
    }

    /// Both lanes at another rate, with the same gain.
    pub(super) fn at_rate(&self, rate: Hertz) -> [Vec<f64>; 2] {
        self.lanes
            .each_ref()
            .map(|lane| resample(lane, self.rate, rate))
    }
}

/// Of a RIFF WAVE file of 32-bit floats (format tag 3).
fn wav_header(rate: u32, channels: u16, n_frames: usize) -> Vec<u8> {
    const SAMPLE: u32 = 4;
    let frame = SAMPLE * u32::from(channels);
    let data = frame * n_frames as u32;
    let mut header = Vec::new();
    header.extend(b"RIFF");
    header.extend((36 + data).to_le_bytes());
    header.extend(b"WAVEfmt ");
    header.extend(16u32.to_le_bytes());
    header.extend(3u16.to_le_bytes());
    header.extend(channels.to_le_bytes());
    header.extend(rate.to_le_bytes());
    header.extend((rate * frame).to_le_bytes());
    header.extend((frame as u16).to_le_bytes());
    header.extend((8 * SAMPLE as u16).to_le_bytes());
    header.extend(b"data");
    header.extend(data.to_le_bytes());
    header
}

/// A signal at another rate, through its spectrum: exact up to the last [`SLOPE`] of the narrower band, which fades out.
///
/// What rings ahead of a sharp start is left out but for [`LEAD`].
fn resample(x: &[f64], from: Hertz, to: Hertz) -> Vec<f64> {
    if from == to {
        return x.to_vec();
    }
    // Whole hertz, as files have it: a whole number of samples at both rates lasts a whole number of 1/gcd seconds.
    let step = gcd(from.round() as usize, to.round() as usize);
    let (unit_from, unit_to) = (from.round() as usize / step, to.round() as usize / step);
    let margin = (MARGIN * from) as usize;
    let units = (x.len() + 2 * margin).div_ceil(unit_from);
    let (n_from, n_to) = (units * unit_from, units * unit_to);
    let mut padded = vec![0.0; n_from];
    padded[margin..margin + x.len()].copy_from_slice(x);

    let mut planner = RealFftPlanner::new();
    let (forward, inverse) = (
        planner.plan_fft_forward(n_from),
        planner.plan_fft_inverse(n_to),
    );
    let (mut input, mut output) = (forward.make_output_vec(), vec![0.0; n_to]);
    let mut done = forward.process(&mut padded, &mut input).is_ok();
    let top = 0.5 * n_from.min(n_to) as f64;
    let fade = |k: usize| {
        let part = ((k as f64 / top - (1.0 - SLOPE)) / SLOPE).clamp(0.0, 1.0);
        0.5 + 0.5 * (PI * part).cos()
    };
    // A sample of a response stands for its spacing.
    let scale = 1.0 / n_to as f64;
    let mut spectrum: Vec<Complex64> = (0..n_to / 2 + 1)
        .map(|k| {
            input
                .get(k)
                .map_or(Complex64::default(), |bin| bin * (fade(k) * scale))
        })
        .collect();
    if let Some(last) = spectrum.last_mut() {
        last.im = 0.0;
    }
    done &= inverse.process(&mut spectrum, &mut output).is_ok();
    debug_assert!(done, "lengths are right by construction");
    let start = (margin as f64 / from - LEAD) * to;
    output.split_off((start.round() as usize).min(n_to))
}

fn gcd(a: usize, b: usize) -> usize {
    if b == 0 { a } else { gcd(b, a % b) }
}
