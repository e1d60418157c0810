//! The decks in a rig: after a source and before one another, as the host composes them.

use crate::bench::path;
use crate::ngspice::Stimulus;
use crate::ngspice::play_well;
use loadline::circuit::Deck;
use loadline::circuit::Netlist;
use loadline::circuit::OperatingPoint;
use loadline::circuit::Solver;
use std::f64::consts::TAU;
use std::path::Path;
use wide::f64x2;

/// Largest output in V of a pluck of 0.1 V through line, preamp and coupling into 1 MΩ.
fn played(preamp: &str, coupling: &str, outputs: &str) -> f64 {
    let text = format!(
        "* rig\nVin emf 0\nXs emf in line\nXp in mid {preamp}\nXc mid {outputs} {coupling}\nRl out 0 1Meg\n"
    );
    let alone = |_: &Path| Err("nothing to include".to_string());
    let mut deck = Deck::parse(Path::new("rig"), &text, &alone).unwrap();
    let models = [
        ("sources", "line"),
        ("preamps", preamp),
        ("couplings", coupling),
    ];
    for (folder, id) in models {
        let model = Deck::open(&path(&format!("{folder}/{id}"))).unwrap();
        deck.adopt(id, model, id).unwrap();
    }
    let point = OperatingPoint::solve(Netlist::expand(&deck).unwrap()).unwrap();
    let pluck = Stimulus::Pluck {
        peak: 0.1,
        hz: 110.0,
    };
    let out = play_well(&point, &pluck, 96e3, 4800);
    out.iter().fold(0.0, |top, v| top.max(v.abs()))
}

#[test]
fn every_preamp_drives_every_coupling() {
    for preamp in [
        "mic_transparent",
        "transformer_coloured",
        "instrument",
        "tube_two_stage",
    ] {
        for (coupling, outputs) in [
            ("balanced_line", "out"),
            ("isolation_transformer", "out"),
            ("splitter_transformer", "out inv"),
            ("bi_amp", "out high"),
            ("volume_pedal", "out"),
        ] {
            let top = played(preamp, coupling, outputs);
            println!("{preamp} into {coupling}: {top:.3} V");
            assert!((0.01..50.0).contains(&top), "{preamp}, {coupling}: {top} V");
        }
    }
}

/// Turns every knob up and down once within 50 ms; the steps that missed their tolerance.
fn misses_while_turning(name: &str, setting: &[(String, f64)]) -> u64 {
    let mut deck = Deck::open(&path(name)).unwrap();
    let knobs = deck.annotations().knobs.clone();
    for knob in &knobs {
        deck.set_live(&knob.id, knob.default).unwrap();
    }
    for (id, value) in setting {
        deck.set(id, *value).unwrap();
    }
    let point = OperatingPoint::solve(Netlist::expand(&deck).unwrap()).unwrap();
    let mut solver = Solver::new(&point, 96e3, &["out"]).unwrap();
    for step in 0..4800 {
        if step % 32 == 0 {
            let turn = 0.5 - 0.5 * (TAU * f64::from(step) / 4800.0).cos();
            let values: Vec<f64> = knobs.iter().map(|knob| knob.at_rotation(turn)).collect();
            solver.glide(&values, 32);
        }
        let v = 1e-3 * (TAU * 220.0 * f64::from(step) / 96e3).sin();
        solver.tick(f64x2::splat(v));
        assert!(solver.probe(0).to_array()[0].is_finite(), "{name}");
    }
    solver.readings().misses
}

#[test]
fn every_knob_turns_while_playing() {
    for name in crate::DECKS {
        for setting in crate::settings(name) {
            assert_eq!(
                misses_while_turning(name, &setting),
                0,
                "{name} {setting:?}"
            );
        }
    }
}
