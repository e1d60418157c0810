//! `J`.

use crate::bench::G_LOST;
use crate::bench::grid;
use crate::bench::playing_error_db;
use crate::bench::worst_current;
use crate::ngspice::Stimulus;

const MODELS: &str = "\
.model bare NJF()
.model full NJF(VTO=-1.3 BETA=1.8m LAMBDA=8m RD=12 RS=9 IS=3e-14)
.model doped NJF(VTO=-2.4 BETA=0.7m LAMBDA=3m B=0.6 PB=0.8 IS=1e-13)
.model opposite PJF(VTO=-1.8 BETA=1m LAMBDA=5m RD=15 RS=20)";

/// Relative. Measured 1.8e-5: kT/q as for the diodes.
const TOL_CURRENT: f64 = 3e-5;

#[test]
fn transistors_carry_the_current_of_ngspice() {
    let gate = [-4.0, -2.0, -1.2, -0.5, 0.0, 0.3, 0.6];
    let drain = [-3.0, -0.8, -0.1, 0.0, 0.07, 0.5, 1.1, 2.5, 15.0];
    for (model, sign) in [
        ("bare", 1.0),
        ("full", 1.0),
        ("full 3", 1.0),
        ("doped", 1.0),
        ("opposite", -1.0),
    ] {
        // Nothing but RD keeps a gate that is 3 V forward from 1e30 A.
        let drain = if ["bare", "doped"].contains(&model) {
            &drain[1..]
        } else {
            &drain
        };
        let signed = |volts: &[f64]| volts.iter().map(|v| sign * v).collect::<Vec<_>>();
        let sets = grid(&signed(&gate), &signed(drain));
        let worst = worst_current(
            &format!("J{{n}} {{1}} {{0}} 0 {model}"),
            MODELS,
            &sets,
            G_LOST,
        );
        println!("{model}: {worst:e}");
        assert!(worst <= TOL_CURRENT, "{model}: {worst:e}");
    }
}

#[test]
fn transistors_hold_the_charge_of_ngspice() {
    for (what, card, peak, measured) in [
        (
            "small",
            "VTO=-1.3 BETA=1.8m LAMBDA=8m CGS=2n CGD=1n PB=0.7 FC=0.4",
            0.3,
            -125.0,
        ),
        (
            "into the gate",
            "VTO=-1.3 BETA=1.8m LAMBDA=8m CGS=2n CGD=1n RD=10 RS=10",
            3.0,
            -106.6,
        ),
    ] {
        let lines = format!(
            ".model m NJF({card})\nVdd dd 0 15\nVin in 0 dc 0\nR1 in g 10k\nR2 dd out 4.7k\nR3 s 0 470\nC2 s 0 10u\n\
             J1 out g s m"
        );
        let error = playing_error_db(&lines, Stimulus::Sine { peak, hz: 1000.0 });
        println!("{what}: {error:.1} dB");
        assert!(error <= measured + 3.0, "{what}: {error:.1} dB");
    }
}
