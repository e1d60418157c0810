//! The judge, judged: ngspice plays what we think it plays, and agrees with itself.

mod ngspice;

use ngspice::Method;
use ngspice::Stimulus;
use ngspice::error_db;
use ngspice::transient;
use ngspice::transient_by;
use std::path::Path;
use std::path::PathBuf;

const RATE_HZ: f64 = 96e3;
const T_STOP: f64 = 0.06;
const N: usize = 5760;
/// 20 ms, for the coupling capacitors to settle.
const SKIP: usize = 1920;
/// Step of a reference run.
const H: f64 = 2e-6;

fn circuit(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("plugin-assets/circuits")
        .join(path)
}

#[test]
fn a_stimulus_is_what_ngspice_plays() {
    /// Measured 3.2e-15 of the peak.
    const TOL: f64 = 5e-15;
    for stimulus in [
        Stimulus::Sine {
            peak: 1.5,
            hz: 220.0,
        },
        Stimulus::Pluck {
            peak: 1.5,
            hz: 110.0,
        },
    ] {
        let deck = circuit("sources/line.cir");
        let played = transient(deck, &[], stimulus, &["stimulus"], 0.03, 1e-5);
        let worst = played
            .points("stimulus")
            .map(|(t, v)| (v - stimulus.at(t)).abs())
            .fold(0.0, f64::max);
        assert!(played.points("stimulus").all(|(_, v)| v.is_finite()));
        assert!(worst / 1.5 <= TOL, "{stimulus:?}: {worst:e} V");
        let sampled = played.sample("stimulus", RATE_HZ, 2880);
        let error = error_db(&stimulus.samples(RATE_HZ, 2880), &sampled, 0);
        println!("{stimulus:?}: {worst:e} V, sampled {error:.1} dB");
    }
}

#[test]
fn ngspice_agrees_with_itself() {
    /// Measured −113.3 dB for half the step, −120.7 dB for the other method too: the hardest drive of the tube preamp.
    const TOL_DB: f64 = -105.0;
    let stimulus = Stimulus::Sine {
        peak: 1.0,
        hz: 220.0,
    };
    let run = |method, h| {
        transient_by(
            method,
            circuit("preamps/tube_two_stage.cir"),
            &[("gain", 1.0)],
            stimulus,
            &["out"],
            T_STOP,
            h,
        )
        .sample("out", RATE_HZ, N)
    };
    let reference = run(Method::Trapezoidal, H);
    for (method, h) in [(Method::Trapezoidal, H / 2.0), (Method::Gear, H / 2.0)] {
        let error = error_db(&reference, &run(method, h), SKIP);
        println!("{method:?} {h:e}: {error:.1} dB");
        assert!(error <= TOL_DB, "{method:?} at {h:e} s: {error:.1} dB");
    }
}

#[test]
fn the_audible_band_is_20_khz() {
    /// Measured −123.5 dB, in the passed band and behind it.
    const TOL: f64 = 1e-6;
    let sine = |hz: f64| Stimulus::Sine { peak: 1.0, hz }.samples(384e3, 8000);
    let middle = 2000..6000;
    for hz in [100.0, 1e3, 19.9e3] {
        let passed = ngspice::audible(&sine(hz), 384e3);
        let played = sine(hz);
        let off = middle
            .clone()
            .map(|i| (passed[i] - played[i]).abs())
            .fold(0.0, f64::max);
        assert!(off < TOL, "{hz} Hz is changed by {off:e}");
    }
    for hz in [28e3, 96e3, 192e3 - 1.0] {
        let stopped = ngspice::audible(&sine(hz), 384e3);
        let left = stopped[middle.clone()]
            .iter()
            .fold(0.0, |left: f64, y| left.max(y.abs()));
        assert!(left < TOL, "{hz} Hz leaves {left:e}");
    }
}
