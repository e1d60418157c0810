//! Where circuits rest: as in ngspice, and a warning where they could rest elsewhere.

mod ngspice;

use loadline::circuit::Deck;
use loadline::circuit::Netlist;
use loadline::circuit::OperatingPoint;
use std::fs;
use std::path::Path;
use std::path::PathBuf;

/// Every deck of a folder.
fn decks(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let files = fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path());
    let mut decks: Vec<PathBuf> = files
        .filter(|path| path.extension().is_some_and(|e| e == "cir"))
        .collect();
    decks.sort();
    decks
}

fn point(path: &Path) -> OperatingPoint {
    let netlist = Netlist::expand(&Deck::open(path).unwrap()).unwrap();
    OperatingPoint::solve(netlist).unwrap_or_else(|why| panic!("{why}"))
}

/// Relative, from 1 mV up. Measured 1.1e-6: ngspice stops at 1e-7 of the change of one pass.
const TOL_NGSPICE: f64 = 3e-6;

#[test]
fn decks_rest_where_they_rest_in_ngspice() {
    for path in decks("tests/circuits") {
        let theirs = ngspice::operating_point(&path, &[]);
        let nodes = ngspice::at_rest(point(&path).nodes(), &theirs);
        let compared = nodes.len();
        for (node, [volts, reference], error) in nodes {
            assert!(
                error <= TOL_NGSPICE,
                "{} {node}: {volts} V against {reference} V",
                path.display()
            );
        }
        assert!(compared >= 6, "{}: {compared} nodes", path.display());
    }
}

#[test]
fn only_bistable_circuits_are_called_ambiguous() {
    let ordinary = [
        "tests/circuits",
        "plugin-assets/circuits/preamps",
        "plugin-assets/circuits/sources",
    ];
    for path in ordinary.into_iter().flat_map(decks) {
        let others = point(&path).other_rest();
        assert!(others.is_empty(), "{}: {others:?}", path.display());
    }
    let bistable = decks("tests/circuits/bistable");
    assert_eq!(bistable.len(), 5);
    for path in bistable {
        let others = point(&path).other_rest();
        let out = others.iter().find(|other| other.node == "out");
        let moves = out.is_some_and(|out| (out.found - out.other).abs() > 0.1);
        let is_coupled = path.ends_with("schmitt_window.cir");
        assert!(!others.is_empty() && (moves || is_coupled), "{others:?}");
    }
}

/// By hand: Q2 saturated holds the emitters at 9 V·470/1470 = 2.9 V, so Q1 waits for 3.5 V; once on it holds the base of
/// Q2 down until its own base falls below some 1.7 V. 150k from 9 V makes these of 96k and 35k.
#[test]
fn a_schmitt_trigger_is_ambiguous_within_its_hysteresis() {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/circuits/bistable/schmitt_window.cir");
    let is_ambiguous = |ohms: f64| {
        let mut deck = Deck::open(&path).unwrap();
        deck.set("r_bias", ohms).unwrap();
        let point = OperatingPoint::solve(Netlist::expand(&deck).unwrap()).unwrap();
        !point.other_rest().is_empty()
    };
    let seen = [10e3, 25e3, 45e3, 60e3, 80e3, 130e3, 200e3].map(is_ambiguous);
    assert_eq!(seen, [false, false, true, true, true, false, false]);
}

#[test]
fn what_cannot_rest_is_named() {
    let text = "* loop\nVin in 0 0\nV1 a 0 1\nV2 a 0 2\nR1 a in 1k\n";
    let deck = Deck::parse(Path::new("loop"), text, &|_| Err(String::new())).unwrap();
    let why = OperatingPoint::solve(Netlist::expand(&deck).unwrap()).unwrap_err();
    assert!(why.to_string().contains("the loop of v1 v2"), "{why}");
}
