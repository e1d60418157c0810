//! Benches that put one circuit before both engines.

use crate::ngspice;
use crate::ngspice::Stimulus;
use loadline::circuit::Deck;
use loadline::circuit::Netlist;
use loadline::circuit::OperatingPoint;
use std::fmt::Write;
use std::path::Path;
use std::path::PathBuf;

/// Steps per second of the solver in [`playing_error_db`].
const RATE: f64 = 1_536_000.0;
/// How long it plays, in s.
const T_STOP: f64 = 0.02;
/// ngspice's step, in s.
const H: f64 = 0.5e-6;

/// One device under every set of voltages: `element` with `{n}` for the number of the copy and `{0}`, `{1}`… for
/// the nodes that the voltages drive. Its currents are those of the sources.
pub fn copies(element: &str, models: &str, voltages: &[Vec<f64>]) -> PathBuf {
    let library = Path::new(env!("CARGO_MANIFEST_DIR")).join("plugin-assets/circuits/devices.lib");
    let mut deck = format!("* bench\n.include \"{}\"\n{models}\n", library.display());
    for (n, set) in voltages.iter().enumerate() {
        let mut copy = element.replace("{n}", &n.to_string());
        for (pin, volts) in set.iter().enumerate() {
            let node = format!("n{n}_{pin}");
            copy = copy.replace(&format!("{{{pin}}}"), &node);
            writeln!(deck, "V{n}_{pin} {node} 0 {volts:e}").expect("a string takes text");
        }
        writeln!(deck, "{copy}").expect("a string takes text");
    }
    ngspice::scratch_deck(&deck)
}

/// Below this times the voltage a current is lost, in S: the search for the operating point ties each node to ground by
/// 1e-15 S, and the doubles of a node behind 0.1 Ω are that coarse.
pub const G_LOST: f64 = 1e-14;
/// The same where no node lies inside.
pub const G_TIED: f64 = 1.1e-15;
/// Currents below are nothing, in A: both engines leave 1e-80 A and the like at 0 V.
const I_NOTHING: f64 = 1e-20;

/// Largest difference of a source's current between the engines, relative to the current, beyond what `g_lost` lets go.
pub fn worst_current(element: &str, models: &str, voltages: &[Vec<f64>], g_lost: f64) -> f64 {
    let path = copies(element, models, voltages);
    let deck = Deck::open(&path).unwrap_or_else(|why| panic!("{why}"));
    let point = OperatingPoint::solve(Netlist::expand(&deck).unwrap_or_else(|why| panic!("{why}")));
    let point = point.unwrap_or_else(|why| panic!("{why}"));
    let theirs = ngspice::operating_point(&path, &[]);
    let mut worst = 0.0_f64;
    for (n, set) in voltages.iter().enumerate() {
        for pin in 0..set.len() {
            let name = format!("i(v{n}_{pin})");
            let place = point
                .equations
                .names
                .iter()
                .position(|known| *known == name)
                .expect("a source's current");
            let expected = theirs
                .iter()
                .find(|(known, _)| *known == name)
                .expect("a source's current")
                .1;
            let lost = g_lost * set.iter().map(|v| v.abs()).sum::<f64>();
            let error =
                ((point.x[place] - expected).abs() - lost).max(0.0) / expected.abs().max(I_NOTHING);
            assert!(error.is_finite(), "{name} at {set:?}");
            if error > 1e-4 {
                println!(
                    "{element} at {set:?}, pin {pin}: {:e} A, ngspice {expected:e} A",
                    point.x[place]
                );
            }
            worst = worst.max(error);
        }
    }
    worst
}

/// Level of the difference at node `out` while both engines play `stimulus`, in dB below the signal.
pub fn playing_error_db(lines: &str, stimulus: Stimulus) -> f64 {
    let path = ngspice::scratch_deck(&format!("* bench\n{lines}\n"));
    let deck = Deck::open(&path).unwrap_or_else(|why| panic!("{why}"));
    let netlist = Netlist::expand(&deck).unwrap_or_else(|why| panic!("{why}"));
    let point = OperatingPoint::solve(netlist).unwrap_or_else(|why| panic!("{why}"));
    let n = (T_STOP * RATE) as usize - 8;
    let ours = ngspice::play_well(&point, &stimulus, RATE, n);
    let theirs = ngspice::transient(path, &[], stimulus, &["out"], T_STOP, H).sample(
        "out",
        RATE,
        ours.len(),
    );
    ngspice::error_db(&theirs, &ours, 0)
}

/// Every pair of one voltage each.
pub fn grid(first: &[f64], second: &[f64]) -> Vec<Vec<f64>> {
    first
        .iter()
        .flat_map(|x| second.iter().map(|y| vec![*x, *y]))
        .collect()
}
