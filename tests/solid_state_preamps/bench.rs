//! A preamp's deck on its own bench, at any setting and temperature.

use loadline::circuit::Deck;
use loadline::circuit::Netlist;
use loadline::circuit::OperatingPoint;
use loadline::circuit::Solver;
use loadline::circuit::small_signal;
use realfft::num_complex::Complex;
use std::path::Path;
use std::path::PathBuf;
use wide::f64x2;

/// A parameter of the bench and its value.
pub type Setting<'a> = (&'a str, f64);

/// °C, as decks give it; ngspice's default.
pub const ROOM: f64 = 27.0;

pub fn path(model: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("plugin-assets/circuits/preamps")
        .join(format!("{model}.cir"))
}

/// The deck with a `.temp` line, and with these parameters set.
pub fn deck(model: &str, settings: &[Setting], celsius: f64) -> Deck {
    let read = |path: &Path| std::fs::read_to_string(path).map_err(|why| why.to_string());
    let path = path(model);
    let text = read(&path).unwrap_or_else(|why| panic!("{why}"));
    let text = format!("* {model}\n.temp {celsius}\n{text}");
    let mut deck = Deck::parse(&path, &text, &read).unwrap_or_else(|why| panic!("{why}"));
    for (name, value) in settings {
        deck.set(name, *value).unwrap_or_else(|why| panic!("{why}"));
    }
    deck
}

pub fn rest(deck: &Deck) -> OperatingPoint {
    let netlist = Netlist::expand(deck).unwrap_or_else(|why| panic!("{why}"));
    OperatingPoint::solve(netlist).unwrap_or_else(|why| panic!("{why}"))
}

pub fn point(model: &str, settings: &[Setting]) -> OperatingPoint {
    rest(&deck(model, settings, ROOM))
}

pub fn volts(point: &OperatingPoint, node: &str) -> f64 {
    let nodes = point.nodes();
    let found = nodes.iter().find(|(name, _)| name == node);
    found.unwrap_or_else(|| panic!("no {node} in {nodes:?}")).1
}

/// Into the collector or drain of a transistor.
pub fn current(point: &OperatingPoint, device: &str) -> f64 {
    let devices = point.devices();
    let found = devices.iter().find(|known| known.name == device);
    found.unwrap_or_else(|| panic!("no {device}")).currents[0].1
}

pub fn response(point: &OperatingPoint, probe: &str, frequencies: &[f64]) -> Vec<Complex<f64>> {
    small_signal(point, probe, frequencies).unwrap_or_else(|why| panic!("{why}"))
}

pub fn response_db(point: &OperatingPoint, probe: &str, hz: f64) -> f64 {
    db(response(point, probe, &[hz])[0].norm())
}

pub fn db(x: f64) -> f64 {
    20.0 * x.log10()
}

/// Plays so many periods of a sine and returns the last one at the probe.
pub fn last_period(
    point: &OperatingPoint,
    probe: &str,
    peak: f64,
    hz: f64,
    periods: usize,
    steps: usize,
) -> Vec<f64> {
    let mut solver =
        Solver::new(point, hz * steps as f64, &[probe]).unwrap_or_else(|why| panic!("{why}"));
    let mut out = Vec::with_capacity(periods * steps);
    for n in 1..=periods * steps {
        let phase = std::f64::consts::TAU * (n % steps) as f64 / steps as f64;
        solver.tick(f64x2::splat(peak * phase.sin()));
        out.push(solver.probe(0).to_array()[0]);
    }
    assert_eq!(solver.readings().misses, 0);
    out.split_off((periods - 1) * steps)
}

/// Peaks of harmonics 1 to 9 of one period, in V.
pub fn harmonics(period: &[f64]) -> Vec<f64> {
    let n = period.len() as f64;
    let harmonic = |k: usize| {
        let sum = period.iter().enumerate().map(|(i, v)| {
            let phase = std::f64::consts::TAU * k as f64 * i as f64 / n;
            Complex::from_polar(*v, phase)
        });
        2.0 * sum.sum::<Complex<f64>>().norm() / n
    };
    (1..=9).map(harmonic).collect()
}

/// Harmonics 2 to 9 over the fundamental.
pub fn thd(period: &[f64]) -> f64 {
    let levels = harmonics(period);
    let rest: f64 = levels[1..].iter().map(|level| level * level).sum();
    rest.sqrt() / levels[0]
}
