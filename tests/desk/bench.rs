//! A deck with its bench: what it rests at and how it answers.

use loadline::circuit::Deck;
use loadline::circuit::Netlist;
use loadline::circuit::OperatingPoint;
use loadline::circuit::small_signal;
use realfft::num_complex::Complex;
use std::path::Path;
use std::path::PathBuf;

pub type C64 = Complex<f64>;
pub const J: C64 = C64::new(0.0, 1.0);

/// Parameters of a deck's bench.
pub type Set<'a> = &'a [(&'a str, f64)];

/// Of the deck, such as `couplings/bi_amp`.
pub fn path(deck: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("plugin-assets/circuits/{deck}.cir"))
}

/// A deck at rest.
pub fn point(deck: &str, set: Set) -> OperatingPoint {
    let mut text = Deck::open(&path(deck)).unwrap_or_else(|why| panic!("{why}"));
    for (name, value) in set {
        text.set(name, *value).unwrap_or_else(|why| panic!("{why}"));
    }
    let netlist = Netlist::expand(&text).unwrap_or_else(|why| panic!("{why}"));
    OperatingPoint::solve(netlist).unwrap_or_else(|why| panic!("{why}"))
}

/// Complex response at a node to 1 V at the source.
pub fn response_at(deck: &str, set: Set, node: &str, hz: &[f64]) -> Vec<C64> {
    small_signal(&point(deck, set), node, hz).unwrap_or_else(|why| panic!("{why}"))
}

/// The same at the output, at one frequency.
pub fn response(deck: &str, set: Set, hz: f64) -> C64 {
    response_at(deck, set, "out", &[hz])[0]
}

/// Ratio of voltages in dB.
pub fn db(x: f64) -> f64 {
    20.0 * x.log10()
}

/// Level at the output in dB below the source.
pub fn level(deck: &str, set: Set, hz: f64) -> f64 {
    db(response(deck, set, hz).norm())
}

/// Of two resistances side by side.
pub fn parallel(a: f64, b: f64) -> f64 {
    a * b / (a + b)
}

/// `n` frequencies evenly spaced in octaves from `low` to `high`.
pub fn sweep(low: f64, high: f64, n: usize) -> Vec<f64> {
    let at = |k: usize| low * (high / low).powf(k as f64 / (n - 1) as f64);
    (0..n).map(at).collect()
}

/// Fails unless `got` is within `tolerance` of `want`.
pub fn near(what: &str, got: f64, want: f64, tolerance: f64) {
    println!("{what}: {got:.6}, wanted {want:.6}");
    assert!(
        (got - want).abs() <= tolerance,
        "{what}: {got}, not {want} ± {tolerance}"
    );
}
