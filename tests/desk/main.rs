//! The desk: transparent, coloured and instrument preamps, and the couplings, against formulas and ngspice.

mod bench;
mod coloured;
mod couplings;
mod instrument;
mod mic;
#[path = "../ngspice/mod.rs"]
mod ngspice;
mod rigs;
mod transformers;

use bench::path;
use bench::point;
use loadline::circuit::Deck;
use loadline::circuit::small_signal;

const DECKS: [&str; 8] = [
    "preamps/mic_transparent",
    "preamps/transformer_coloured",
    "preamps/instrument",
    "couplings/balanced_line",
    "couplings/isolation_transformer",
    "couplings/splitter_transformer",
    "couplings/bi_amp",
    "couplings/volume_pedal",
];

/// Of every choice's every value, one at a time.
fn settings(deck: &str) -> Vec<Vec<(String, f64)>> {
    let text = Deck::open(&path(deck)).unwrap_or_else(|why| panic!("{why}"));
    let of = |id: &str, value: f64| vec![(id.to_string(), value)];
    let choices = text.annotations().choices.clone();
    let values = choices
        .iter()
        .flat_map(|choice| choice.values.iter().map(|(_, v)| of(&choice.id, *v)));
    std::iter::once(Vec::new()).chain(values).collect()
}

#[test]
fn every_choice_is_what_ngspice_makes_of_it_and_puts_no_dc_out() {
    /// Relative. Measured 7e-10.
    const TOL: f64 = 2e-9;
    /// In V. Measured 0.
    const TOL_DC: f64 = 1e-6;
    let hz = [30.0, 1e3, 15e3];
    for deck in DECKS {
        for setting in settings(deck) {
            let set: Vec<(&str, f64)> = setting.iter().map(|(id, v)| (id.as_str(), *v)).collect();
            let at_rest = point(deck, &set);
            let (_, dc) = at_rest
                .nodes()
                .into_iter()
                .find(|(name, _)| name == "out")
                .unwrap();
            assert!(dc.abs() <= TOL_DC, "{deck} {set:?}: {dc} V at the output");
            let ours = small_signal(&at_rest, "out", &hz).unwrap();
            let theirs = ngspice::ac(path(deck), &set, "out", &hz);
            let errors = ours.iter().zip(&theirs).map(|(a, b)| (a / b - 1.0).norm());
            let worst = errors.fold(0.0, f64::max);
            println!("{deck} {set:?}: {worst:.1e}");
            assert!(worst <= TOL, "{deck} {set:?}: {worst}");
        }
    }
}
