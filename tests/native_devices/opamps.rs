//! Op-amps: the native pair against its text at any temperature.

use crate::bench::G_TIED;
use crate::bench::playing_error_db;
use crate::bench::worst_current;
use crate::ngspice::Stimulus;
use std::path::Path;

/// Relative. Measured 1.2e-10: the table of tanh is within 4e-11 of imax.
const TOL_CURRENT: f64 = 3.5e-10;

#[test]
fn pairs_are_their_text() {
    for t in [-20.0, 27.0, 80.0] {
        let sets: Vec<Vec<f64>> = [-9.0, -0.6, -1e-2, 2e-4, 0.3, 2.0]
            .map(|v| vec![v, 0.0])
            .into();
        let element = "X{n} {0} 0 {1} diff_pair gmt=0.75";
        let worst = worst_current(element, &format!(".temp {t}"), &sets, G_TIED);
        println!("{t} °C: {worst:e}");
        assert!(worst <= TOL_CURRENT, "{t} °C: {worst:e}");
    }
}

/// Gain of 20 dB on rails of 9 V behind 100 Ω, slewing and into the rails, at 60 °C.
#[test]
fn amplifiers_follow_ngspice() {
    let library = Path::new(env!("CARGO_MANIFEST_DIR")).join("plugin-assets/circuits/devices.lib");
    for (amplifier, measured) in [
        ("tl072", -102.7),
        ("ne5532", -109.5),
        ("ua741", -106.4),
        ("rc4558", -107.2),
    ] {
        let lines = format!(
            ".include \"{}\"\n.temp 60\nVin in 0 dc 0\nVp p 0 9\nVn 0 n 9\nR1 p vcc 100\nR2 n vee 100\nC1 vcc 0 10u\n\
             C2 vee 0 10u\nX1 in f vcc vee out {amplifier}\nR3 out f 9k\nR4 f 0 1k\nR5 out 0 2k",
            library.display()
        );
        let error = playing_error_db(
            &lines,
            Stimulus::Sine {
                peak: 1.0,
                hz: 2000.0,
            },
        );
        println!("{amplifier}: {error:.1} dB");
        assert!(error <= measured + 3.0, "{amplifier}: {error:.1} dB");
    }
}
