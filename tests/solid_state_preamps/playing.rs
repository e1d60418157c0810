//! Settings that the table of verified decks does not play: other choices, against ngspice at 384 kHz.

use crate::bench::Setting;
use crate::bench::path;
use crate::bench::point;
use crate::ngspice::Stimulus;
use crate::ngspice::error_db;
use crate::ngspice::play_well;
use crate::ngspice::transient;

const RATE: f64 = 384_000.0;
const T_STOP: f64 = 0.01;
/// ngspice's step in s.
const H: f64 = 0.5e-6;

fn check(model: &str, settings: &[Setting], stimulus: Stimulus, promise: f64, measured: f64) {
    let ours = play_well(
        &point(model, settings),
        &stimulus,
        RATE,
        (T_STOP * RATE) as usize,
    );
    let theirs = transient(
        path(model),
        settings,
        stimulus,
        &["out"],
        T_STOP + 4.0 * H,
        H,
    );
    let theirs = theirs.sample("out", RATE, ours.len());
    let error = error_db(&theirs, &ours, 0);
    println!("{model} {settings:?} {stimulus:?}: {error:.1} dB");
    assert!(
        error <= promise && error <= measured + 3.0,
        "{model} {settings:?}: {error:.1} dB"
    );
}

const fn sine(peak: f64, hz: f64) -> Stimulus {
    Stimulus::Sine { peak, hz }
}

/// A 741 in its slew rate, a 4558 into its rails on 5 V, the third-order rumble filter in overload, the class-A stage at its
/// highest gain, the JFET with everything bypassed.
#[test]
fn other_choices_follow_ngspice() {
    let slewing = [("chip", 3.0), ("gain", 0.0), ("level", 1.0)];
    check("opamp_choice", &slewing, sine(10.0, 5e3), -60.0, -87.1);
    let starved = [
        ("chip", 2.0),
        ("gain", 0.5),
        ("level", 1.0),
        ("supply", 5.0),
        ("stage", 4.0),
    ];
    check("opamp_choice", &starved, sine(1.0, 220.0), -90.0, -108.0);
    let rumble = [("rumble", 2.0)];
    check("phono_opamp", &rumble, sine(0.05, 220.0), -90.0, -120.5);
    let hot = [
        ("strap", 4.0),
        ("leg", 110.0),
        ("gain", 0.7),
        ("level", 0.5),
    ];
    check(
        "class_a_transistor",
        &hot,
        sine(0.005, 220.0),
        -90.0,
        -104.7,
    );
    let bypassed = [
        ("bypass", 22e-6),
        ("bright", 470e-12),
        ("supply", 18.0),
        ("gain", 0.5),
    ];
    check("jfet", &bypassed, sine(0.3, 220.0), -90.0, -121.5);
}
