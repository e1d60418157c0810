//! Tubes: the subcircuits of `devices.lib`, native by name, against their text in ngspice.

use crate::bench::G_TIED;
use crate::bench::grid;
use crate::bench::playing_error_db;
use crate::bench::worst_current;
use crate::ngspice::Stimulus;
use std::path::Path;

/// Relative, beyond [`G_TIED`]. Measured 6.2e-16.
const TOL_CURRENT: f64 = 1.8e-15;
/// Relative, for the law in tables, whose error is 8e-12 A at most. Measured 3.8e-7, where the current is 10 µA.
const TOL_TABLES: f64 = 1.1e-6;

#[test]
fn triodes_are_their_text() {
    for (tube, tolerance) in [
        ("triode_dz", TOL_TABLES),
        ("12at7", TOL_CURRENT),
        ("12au7", TOL_CURRENT),
        ("12ay7", TOL_CURRENT),
        ("6sl7", TOL_CURRENT),
        ("6dj8", TOL_CURRENT),
    ] {
        let grids = [-40.0, -12.0, -4.0, -1.5, -0.4, 0.0, 0.3, 2.0, 8.0];
        let sets = grid(&grids, &[-30.0, 0.0, 0.5, 12.0, 90.0, 250.0, 480.0]);
        let worst = worst_current(&format!("X{{n}} {{1}} {{0}} 0 {tube}"), "", &sets, G_TIED);
        println!("{tube}: {worst:e}");
        assert!(worst <= tolerance, "{tube}: {worst:e}");
    }
}

#[test]
fn pentodes_are_their_text() {
    for tube in [
        "6l6gc",
        "el34",
        "el84",
        "6v6gt",
        "ef86",
        "kt88",
        "pentode_koren",
    ] {
        let mut sets = Vec::new();
        for v_1 in [-60.0, -14.0, -2.0, 0.0, 0.4, 9.0] {
            for v_2 in [-5.0, 0.0, 20.0, 140.0, 400.0] {
                sets.extend([-30.0, 0.0, 3.0, 30.0, 180.0, 600.0].map(|v| vec![v_1, v_2, v]));
            }
        }
        let worst = worst_current(
            &format!("X{{n}} {{2}} {{0}} {{1}} 0 {tube}"),
            "",
            &sets,
            G_TIED,
        );
        println!("{tube}: {worst:e}");
        assert!(worst <= TOL_CURRENT, "{tube}: {worst:e}");
    }
}

#[test]
fn rectifiers_are_their_text() {
    for tube in ["gz34", "5u4gb"] {
        let sets = grid(
            &[-600.0, -1.0, 0.0, 0.1, 5.0, 60.0],
            &[-400.0, 0.0, 2.0, 30.0],
        );
        let worst = worst_current(&format!("X{{n}} {{0}} {{1}} 0 {tube}"), "", &sets, G_TIED);
        println!("{tube}: {worst:e}");
        assert!(worst <= TOL_CURRENT, "{tube}: {worst:e}");
    }
}

/// Cathode-biased stages far into both ends: plate, screen and grid all bend.
#[test]
fn stages_follow_ngspice() {
    for (tube, measured) in [
        ("el34", -114.5),
        ("6v6gt", -118.3),
        ("kt88", -114.7),
        ("12au7", -118.9),
    ] {
        let pins = if tube == "12au7" {
            "out g k"
        } else {
            "out g s k"
        };
        let library =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("plugin-assets/circuits/devices.lib");
        let lines = format!(
            ".include \"{}\"\nVb bp 0 300\nVin in 0 dc 0\nC1 in g 100n\nR1 g 0 220k\nX1 {pins} {tube}\nRk k 0 470\n\
             Ck k 0 22u\nRs bp s 1k\nCs s 0 10u\nRp bp out 3k",
            library.display()
        );
        let error = playing_error_db(
            &lines,
            Stimulus::Sine {
                peak: 40.0,
                hz: 220.0,
            },
        );
        println!("{tube}: {error:.1} dB");
        assert!(error <= measured + 3.0, "{tube}: {error:.1} dB");
    }
}
