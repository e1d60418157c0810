//! Poles and zeros of analogue low-passes.

use crate::units::Seconds;
use realfft::num_complex::Complex64;
use std::f64::consts::FRAC_PI_2;
use std::f64::consts::PI;

/// An analogue low-pass of unity gain at 0 Hz:
///
/// ```text
/// H(s) = Π (1 + s²/zero²) / Π (1 − s/pole)
/// ```
///
/// In rad/s. Poles above and on the real axis are listed; those above have a twin below it.
#[derive(Clone, Debug, PartialEq)]
pub struct Prototype {
    pub poles: Vec<Complex64>,
    /// Each on the imaginary axis, with its twin.
    pub zeros: Vec<f64>,
}

/// Stop-band edge of the steep low-pass, in pass-band edges: 0.55 to 0.45.
pub const STEEPNESS: f64 = 0.55 / 0.45;
/// Ripple of the steep low-pass in its pass-band, in dB.
pub const RIPPLE_DB: f64 = 0.03;
/// Order of the steep low-pass: 94 dB.
const STEEP_ORDER: usize = 11;
/// Order of the gentle low-pass.
const GENTLE_ORDER: usize = 6;

impl Prototype {
    /// Elliptic of order 11: −0.03 dB at `edge` in rad/s, −94 dB from [`STEEPNESS`] edges on.
    ///
    /// ```text
    /// zero_i = 1/(k·cd(u_i·K, k)),  pole_i = j·cd((u_i − j·v0)·K, k),  pole_0 = j·sn(j·v0·K, k)
    /// u_i = (2i − 1)/N,  v0 = −j/(N·K1)·asn(j/ε, k1),  k1 = k^N·Π sn⁴(u_i·K, k)
    /// ```
    ///
    /// Source: S. J. Orfanidis, "Lecture notes on elliptic filter design", 2006, eqs. 45 to 60.
    pub fn steep(edge: f64) -> Self {
        let modulus = 1.0 / STEEPNESS;
        let moduli = landen(modulus);
        let u = |i: usize| (2 * i - 1) as f64 / STEEP_ORDER as f64;
        let pairs = 1..=STEEP_ORDER / 2;
        let cosine = |u: f64| ascend(Complex64::from((FRAC_PI_2 * u).cos()), &moduli).re;
        let sine = |u: f64| ascend(Complex64::from((FRAC_PI_2 * u).sin()), &moduli).re;
        let k1 = pairs.clone().map(|i| sine(u(i)).powi(4)).product::<f64>()
            * modulus.powi(STEEP_ORDER as i32);
        let ripple = (10f64.powf(RIPPLE_DB / 10.0) - 1.0).sqrt();
        let v0 = descend(1.0 / ripple, &landen(k1)) / STEEP_ORDER as f64;

        let angle = |u: f64| Complex64::new(u, -v0) * FRAC_PI_2;
        let pair = |i: usize| Complex64::i() * ascend(angle(u(i)).cos(), &moduli);
        let real = Complex64::i() * ascend((Complex64::i() * v0 * FRAC_PI_2).sin(), &moduli);
        let upper = |pole: Complex64| Complex64::new(pole.re, pole.im.abs()) * edge;
        let mut poles: Vec<Complex64> = pairs.clone().map(|i| upper(pair(i))).collect();
        poles.push(Complex64::from(real.re * edge));
        let zeros = pairs.map(|i| edge / (modulus * cosine(u(i)))).collect();
        Self { poles, zeros }
    }

    /// Butterworth of order 6: −3 dB at `edge` in rad/s.
    pub fn gentle(edge: f64) -> Self {
        let pole = |i: usize| {
            let angle = FRAC_PI_2 + PI * (2 * i + 1) as f64 / (2 * GENTLE_ORDER) as f64;
            Complex64::from_polar(edge, angle)
        };
        Self {
            poles: (0..GENTLE_ORDER / 2).map(pole).collect(),
            zeros: Vec::new(),
        }
    }

    /// One filter after the other.
    pub fn and(mut self, other: Prototype) -> Self {
        self.poles.extend(other.poles);
        self.zeros.extend(other.zeros);
        self
    }

    /// A resonance: 1/(1 + s/(q·w) + s²/w²), for q above ½.
    pub fn resonance(w: f64, q: f64) -> Self {
        let re = -0.5 / q;
        Self {
            poles: vec![Complex64::new(re, (1.0 - re * re).sqrt()) * w],
            zeros: Vec::new(),
        }
    }

    /// Delay of low frequencies: minus the sum of the poles' inverses.
    pub fn delay(&self) -> Seconds {
        let inverse = |pole: &Complex64| {
            let both = if pole.im == 0.0 { 1.0 } else { 2.0 };
            -both * (1.0 / pole).re
        };
        self.poles.iter().map(inverse).sum()
    }

    /// Residue of each listed pole.
    pub fn residues(&self) -> Vec<Complex64> {
        let twins = |pole: &Complex64| {
            let twin = (pole.im != 0.0).then(|| pole.conj());
            std::iter::once(*pole).chain(twin)
        };
        let all: Vec<Complex64> = self.poles.iter().flat_map(twins).collect();
        let residue = |at: &Complex64| {
            let zeros = self.zeros.iter().map(|zero| 1.0 + at * at / (zero * zero));
            let others = all.iter().filter(|pole| *pole != at);
            let poles = others.map(|pole| 1.0 / (1.0 - at / pole));
            zeros.product::<Complex64>() * poles.product::<Complex64>() * -at
        };
        self.poles.iter().map(residue).collect()
    }
}

/// Moduli of the descending Landen transformation, down to where elliptic functions are trigonometric.
fn landen(modulus: f64) -> Vec<f64> {
    let smaller = |k: &f64| {
        let rest = (1.0 - k * k).sqrt();
        (k / (1.0 + rest)).powi(2)
    };
    std::iter::successors(Some(modulus), |k| Some(smaller(k)))
        .take_while(|k| *k > 1e-30)
        .collect()
}

/// From cos or sin, the functions at the smallest modulus, to cd or sn at the largest.
fn ascend(at_zero: Complex64, moduli: &[f64]) -> Complex64 {
    let smaller = moduli.iter().skip(1).rev();
    smaller.fold(at_zero, |w, v| (1.0 + v) * w / (1.0 + v * w * w))
}

/// The x for which sn(j·x·K) = j·`y`.
fn descend(y: f64, moduli: &[f64]) -> f64 {
    let steps = moduli.windows(2);
    let at_zero = steps.fold(y, |y, k| {
        2.0 * y / ((1.0 + k[1]) * (1.0 + (1.0 + (k[0] * y).powi(2)).sqrt()))
    });
    at_zero.asinh() / FRAC_PI_2
}

#[cfg(test)]
mod tests {
    use super::*;

    fn db(filter: &Prototype, w: f64) -> f64 {
        let s = Complex64::new(0.0, w);
        let residues = filter.residues();
        let modal = filter.poles.iter().zip(&residues).map(|(pole, residue)| {
            let twin = if pole.im == 0.0 {
                Complex64::default()
            } else {
                residue.conj() / (s - pole.conj())
            };
            residue / (s - pole) + twin
        });
        20.0 * modal.sum::<Complex64>().norm().log10()
    }

    #[test]
    fn steep_is_flat_then_94_db_down() {
        let filter = Prototype::steep(2.0);
        let scan = |from: f64, to: f64| {
            (0..=2000).map(move |i| from + (to - from) * f64::from(i) / 2000.0)
        };
        for w in scan(0.0, 2.0) {
            let db = db(&filter, w);
            assert!((-RIPPLE_DB - 1e-6..=1e-6).contains(&db), "{w}: {db} dB");
        }
        assert!((db(&filter, 2.0) + RIPPLE_DB).abs() < 1e-6);
        let top = scan(2.0 * STEEPNESS, 40.0)
            .map(|w| db(&filter, w))
            .fold(-400.0, f64::max);
        assert!((-94.4..-93.9).contains(&top), "{top} dB");
    }

    #[test]
    fn gentle_is_butterworth() {
        let filter = Prototype::gentle(3.0);
        for w in [0.0, 1.0, 3.0, 5.0, 12.0] {
            let wanted = -10.0 * (1.0 + (w / 3.0f64).powi(12)).log10();
            assert!((db(&filter, w) - wanted).abs() < 1e-9);
        }
    }
}
