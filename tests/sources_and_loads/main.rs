//! Sources and loads as impedances: what their decks say, against formulas and ngspice.

mod loads;
#[path = "../ngspice/mod.rs"]
mod ngspice;
mod sources;
mod takes;

use loadline::circuit::Deck;
use loadline::circuit::Netlist;
use loadline::circuit::OperatingPoint;
use loadline::circuit::small_signal;
use realfft::num_complex::Complex;
use std::f64::consts::TAU;
use std::path::PathBuf;

type Z = Complex<f64>;

/// Path of a factory deck such as `loads/resistor`.
fn path(deck: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("plugin-assets/circuits")
        .join(format!("{deck}.cir"))
}

/// A deck's bench with these parameters.
fn open(deck: &str, params: &[(&str, f64)]) -> Deck {
    let mut deck = Deck::open(&path(deck)).unwrap_or_else(|why| panic!("{why}"));
    for (name, value) in params {
        deck.set(name, *value).unwrap_or_else(|why| panic!("{why}"));
    }
    deck
}

fn point(deck: &str, params: &[(&str, f64)]) -> OperatingPoint {
    OperatingPoint::solve(Netlist::expand(&open(deck, params)).unwrap()).unwrap()
}

/// From `Vin` to `out`.
fn response(deck: &str, params: &[(&str, f64)], frequencies: &[f64]) -> Vec<Z> {
    small_signal(&point(deck, params), "out", frequencies).unwrap()
}

/// |H| in dB at one frequency.
fn level(deck: &str, params: &[(&str, f64)], hz: f64) -> f64 {
    db(response(deck, params, &[hz])[0])
}

/// `n` frequencies from `from` to `to`, in equal ratios.
fn sweep(from: f64, to: f64, n: usize) -> Vec<f64> {
    let at = |k: usize| from * (to / from).powf(k as f64 / (n - 1) as f64);
    (0..n).map(at).collect()
}

fn db(h: Z) -> f64 {
    20.0 * h.norm().log10()
}

fn real(ohms: f64) -> Z {
    Z::from(ohms)
}

/// Impedance of an inductor.
fn coil(henries: f64, hz: f64) -> Z {
    Z::new(0.0, TAU * hz * henries)
}

/// Impedance of a capacitor.
fn capacitor(farads: f64, hz: f64) -> Z {
    1.0 / Z::new(0.0, TAU * hz * farads)
}

fn parallel(impedances: &[Z]) -> Z {
    1.0 / impedances.iter().map(|z| 1.0 / z).sum::<Z>()
}
