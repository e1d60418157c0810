//! Inputs in closed form: the same function of time for ngspice, as text, and for us.

use std::f64::consts::PI;
use std::f64::consts::TAU;

/// Partials of a pluck.
const N_PARTIALS: u32 = 14;
/// Where along the string it is plucked, as a fraction of its length.
const PLUCK_POINT: f64 = 0.13;
/// Attack time constant of a pluck, in s.
const ATTACK_S: f64 = 1e-3;
/// Decay time constant of the fundamental, in s; partial k decays in this over k^0.7.
const DECAY_S: f64 = 0.35;
/// Stiffness of the string: partial k is at k·f·√(1 + this·k²).
const INHARMONICITY: f64 = 1e-4;

/// A voltage as a closed form of time, zero at t = 0.
#[derive(Clone, Copy, Debug)]
pub enum Stimulus {
    /// `peak·sin(2π·hz·t)`.
    Sine { peak: f64, hz: f64 },
    /// `(1 − exp(−t/1 ms))·Σ a_k·exp(−t/τ_k)·sin(2π·f_k·t)`, a damped and slightly inharmonic string.
    ///
    /// `peak` is the sum of the partials' |a_k|, an upper bound; the wave itself reaches 0.7 of it.
    Pluck { peak: f64, hz: f64 },
}

/// One damped sine: amplitude, decay time constant, angular frequency.
struct Partial {
    a: f64,
    tau: f64,
    omega: f64,
}

impl Stimulus {
    /// Its expression for a behavioural source of ngspice.
    pub fn spice(&self) -> String {
        match *self {
            Self::Sine { peak, hz } => format!("{}*sin({}*time)", exact(peak), exact(TAU * hz)),
            Self::Pluck { peak, hz } => {
                let terms = partials(peak, hz).map(|p| {
                    format!(
                        "{}*exp(-time/{})*sin({}*time)",
                        exact(p.a),
                        exact(p.tau),
                        exact(p.omega)
                    )
                });
                format!(
                    "(1-exp(-time/{}))*({})",
                    exact(ATTACK_S),
                    terms.collect::<Vec<_>>().join("+")
                )
            }
        }
    }

    /// Its value at `t` seconds.
    pub fn at(&self, t: f64) -> f64 {
        match *self {
            Self::Sine { peak, hz } => peak * (TAU * hz * t).sin(),
            Self::Pluck { peak, hz } => {
                let string: f64 = partials(peak, hz)
                    .map(|p| p.a * (-t / p.tau).exp() * (p.omega * t).sin())
                    .sum();
                (1.0 - (-t / ATTACK_S).exp()) * string
            }
        }
    }

    /// `n` samples at `rate_hz`, the first at t = 0.
    pub fn samples(&self, rate_hz: f64, n: usize) -> Vec<f64> {
        (0..n).map(|i| self.at(i as f64 / rate_hz)).collect()
    }
}

fn partials(peak: f64, hz: f64) -> impl Iterator<Item = Partial> {
    let shape = |k: f64| (PI * k * PLUCK_POINT).sin() / k;
    let sum: f64 = (1..=N_PARTIALS).map(|k| shape(f64::from(k)).abs()).sum();
    (1..=N_PARTIALS).map(f64::from).map(move |k| Partial {
        a: peak * shape(k) / sum,
        tau: DECAY_S / k.powf(0.7),
        omega: TAU * hz * k * (1.0 + INHARMONICITY * k * k).sqrt(),
    })
}

/// A number in full precision. ngspice rounds a number in an expression to eleven digits, so this one is a sum of
/// two shorter ones; the brackets also keep its sign out of trouble.
fn exact(x: f64) -> String {
    let short = format!("{x:.7e}");
    let rest = x - short.parse::<f64>().expect("a number just written");
    format!("({short}{rest:+.9e})")
}
