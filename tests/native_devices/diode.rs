//! `D`.

use crate::bench::G_LOST;
use crate::bench::playing_error_db;
use crate::bench::worst_current;
use crate::ngspice::Stimulus;

const MODELS: &str = "\
.model bare D(IS=1e-14)
.model small D(IS=2.52e-9 N=1.752 RS=0.568 BV=75 IBV=5u)
.model sharp D(IS=1e-14 N=1.1 RS=2 BV=5.1 IBV=5m)
.model soft D(IS=1e-14 N=1.3 BV=12)";

/// Relative. Measured 1.05e-5: ngspice's kT/q is the one of CODATA 2014, 3.4e-7 below the exact one, and V/(kT/q) is up to
/// 31 here.
const TOL_CURRENT: f64 = 3e-5;

#[test]
fn diodes_carry_the_current_of_ngspice() {
    for (model, volts) in [
        (
            "bare",
            vec![
                -20.0, -5.0, -0.3, -0.0776, -0.05, 0.0, 0.1, 0.3, 0.5, 0.6, 0.7, 0.8,
            ],
        ),
        (
            "small",
            vec![
                -80.0, -76.0, -75.2, -75.0, -74.8, -74.0, -30.0, -1.0, -0.1, 0.0, 0.2, 0.5, 0.8,
                1.2,
            ],
        ),
        ("small area=3", vec![-75.5, -1.0, 0.4, 0.9]),
        (
            "sharp",
            vec![
                -6.0, -5.3, -5.1, -5.0, -4.8, -4.6, -4.3, -4.0, -3.0, -0.2, 0.3, 0.7, 1.0,
            ],
        ),
        (
            "soft",
            vec![-12.2, -12.1, -12.0, -11.9, -11.5, -11.0, -10.0, 0.6],
        ),
    ] {
        let sets: Vec<Vec<f64>> = volts.into_iter().map(|v| vec![v]).collect();
        let worst = worst_current(&format!("D{{n}} {{0}} 0 {model}"), MODELS, &sets, G_LOST);
        println!("{model}: {worst:e}");
        assert!(worst <= TOL_CURRENT, "{model}: {worst:e}");
    }
}

#[test]
fn diodes_hold_the_charge_of_ngspice() {
    for (what, card, measured) in [
        ("depletion", "IS=1e-14 CJO=50n VJ=0.8 M=0.42 FC=0.6", -114.8),
        (
            "past the corner",
            "IS=1e-18 CJO=50n VJ=0.5 M=0.33 FC=0.3",
            -114.9,
        ),
        ("transit", "IS=2.52e-9 N=1.752 TT=20u RS=1 CJO=5n", -104.0),
        (
            "both, in breakdown",
            "IS=1e-14 CJO=10n TT=5u BV=3 IBV=1m",
            -118.8,
        ),
    ] {
        let lines =
            format!(".model m D({card})\nVin in 0 dc 0\nR1 in out 1k\nD1 out 0 m\nR2 out 0 10k");
        let error = playing_error_db(
            &lines,
            Stimulus::Sine {
                peak: 4.0,
                hz: 1000.0,
            },
        );
        println!("{what}: {error:.1} dB");
        assert!(error <= measured + 3.0, "{what}: {error:.1} dB");
    }
}
