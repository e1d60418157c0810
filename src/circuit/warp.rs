//! What the trapezoidal rule does to a circuit's resonances, and how many steps it takes to keep them.
//!
//! At small signals the rule is exact but for the pitch: at f it answers as the circuit does at
//! f' = tan(π·f·T)/(π·T). Where the response is steep, as at the flanks of a wah's resonance, that is heard in the last
//! place: at 384 kHz it leaves −78 … −89 dB of a plucked string, where a response that is flat leaves −120 dB.

use crate::circuit::operating_point::OperatingPoint;
use crate::circuit::small_signal::small_signal;
use crate::units::Hertz;
use std::f64::consts::PI;

/// Steps a second from which on exactness is what is paid for: 8× at 44.1 kHz.
const EXACT: Hertz = 352.8e3;
/// What may be lost of a plucked string by the rule alone: ten decibels below what is promised.
const TOLERANCE: f64 = 1e-5;
/// Most steps that a tick is solved in. Each doubling leaves a quarter of the error.
const MOST_STEPS: u32 = 8;
/// Where the response is looked at: twelve tones an octave from the low E of a bass's octave up, in Hz.
const LOWEST: Hertz = 80.0;
const AN_OCTAVE: u32 = 12;
const OCTAVES: u32 = 8;

/// Where a circuit is heard at `hz` if it is solved with `rate` steps a second.
pub fn warped(hz: Hertz, rate: Hertz) -> Hertz {
    (PI * hz / rate).tan() * rate / PI
}

/// Steps that each of `rate` ticks a second has to be solved in, so that the string is heard at the first probe as it
/// should be.
pub fn steps_a_tick(point: &OperatingPoint, rate: Hertz, probes: &[&str]) -> u32 {
    match probes.first() {
        Some(probe) if rate >= EXACT => {
            let is_near = |steps: &u32| lost(point, f64::from(*steps) * rate, probe) <= TOLERANCE;
            [1, 2, 4].into_iter().find(is_near).unwrap_or(MOST_STEPS)
        }
        _ => 1,
    }
}

/// RMS of what is lost, relative to what is heard, of a plucked string, whose partials fall with the square of their number.
///
/// ```text
/// √( Σ |H(f') − H(f)|²/f³ / Σ |H(f)|²/f³ )      over tones in equal ratios
/// ```
///
/// A circuit that has no response loses nothing.
fn lost(point: &OperatingPoint, rate: Hertz, probe: &str) -> f64 {
    let tone = |tone: u32| LOWEST * 2f64.powf(f64::from(tone) / f64::from(AN_OCTAVE));
    let tones: Vec<Hertz> = (0..AN_OCTAVE * OCTAVES).map(tone).collect();
    let moved: Vec<Hertz> = tones.iter().map(|hz| warped(*hz, rate)).collect();
    let responses = [&tones, &moved].map(|tones| small_signal(point, probe, tones));
    let [Ok(should), Ok(is)] = responses else {
        return 0.0;
    };
    let (mut heard, mut lost) = (f64::MIN_POSITIVE, 0.0);
    for ((hz, should), is) in tones.iter().zip(should).zip(is) {
        heard += should.norm_sqr() / hz.powi(3);
        lost += (is - should).norm_sqr() / hz.powi(3);
    }
    (lost / heard).sqrt()
}
