//! `class_a_transistor`: quiescent currents, published gains and distortion, both transformers.

use crate::bench::ROOM;
use crate::bench::current;
use crate::bench::db;
use crate::bench::deck;
use crate::bench::last_period;
use crate::bench::path;
use crate::bench::point;
use crate::bench::response;
use crate::bench::response_db;
use crate::bench::rest;
use crate::bench::thd;
use crate::bench::volts;
use crate::ngspice::at_rest;
use crate::ngspice::operating_point;
use crate::ngspice::scratch_deck;

const MODEL: &str = "class_a_transistor";
const MIDBAND: f64 = 1e3;

#[test]
fn transistors_rest_where_they_should() {
    /// Of 64.6 mA, share; measured 0.03 %.
    const TOL: f64 = 0.001;
    let point = point(MODEL, &[]);
    let output = current(&point, "x1.xq3.q1");
    println!("2N3055 {:.2} mA", output * 1e3);
    assert!((output / 64.6e-3 - 1.0).abs() <= TOL, "{output} A");
    assert_eq!(volts(&point, "out"), 0.0);
    // The follower of the first half stands in the middle of its 24 V.
    let follower = volts(&point, "x1.emit6");
    assert!((11.0..15.0).contains(&follower), "{follower} V");
}

/// Hot and cold as ngspice has it: VBE and hFE move, the trim does not.
#[test]
fn temperature_moves_the_bias() {
    /// Relative, from 1 mV up; measured 1e-8.
    const TOL: f64 = 3e-8;
    let mut currents = Vec::new();
    for celsius in [0.0, ROOM, 60.0] {
        let ours = rest(&deck(MODEL, &[], celsius));
        let text = std::fs::read_to_string(path(MODEL)).expect("a deck");
        let library = path(MODEL).with_file_name("../devices.lib");
        let text = text.replace("../devices.lib", &library.display().to_string());
        let theirs = operating_point(
            scratch_deck(&format!("* hot\n.temp {celsius}\n{text}")),
            &[],
        );
        let nodes = at_rest(ours.nodes(), &theirs);
        let compared = nodes.len();
        for (node, [v, reference], error) in nodes {
            assert!(error <= TOL, "{celsius} °C {node}: {v}, {reference}");
        }
        assert!(compared >= 8, "{celsius} °C: {compared} nodes");
        currents.push(current(&ours, "x1.xq3.q1"));
    }
    println!("{currents:?} A at 0, 27, 60 °C");
    assert!(
        currents[0] > currents[1] && currents[1] > currents[2],
        "{currents:?}"
    );
}

/// 18 to 48 dB in steps of 5, a sixth of a turn each; 15, 25 and 35 dB by the leg of the second half.
#[test]
fn gains_are_the_published_ones() {
    /// In dB; measured 1.3: 35 dB into 600 Ω.
    const TOL_DB: f64 = 1.5;
    for step in 0..=6 {
        let settings = [("gain", f64::from(step) / 6.0)];
        let point = point(MODEL, &settings);
        let gain = response_db(&point, "x1.avout", MIDBAND) - response_db(&point, "x1.av", MIDBAND);
        let published = 18.0 + 5.0 * f64::from(step);
        println!("first half {gain:.2} dB, {published}");
        assert!(
            (gain - published).abs() <= TOL_DB,
            "{gain} dB, not {published}"
        );
    }
    for (leg, published) in [(1e6, 15.0), (470.0, 25.0), (110.0, 35.0)] {
        let point = point(MODEL, &[("leg", leg)]);
        let gain = response_db(&point, "out", MIDBAND) - response_db(&point, "x1.wiper", MIDBAND);
        println!("second half {gain:.2} dB, {published}");
        assert!(
            (gain - published).abs() <= TOL_DB,
            "{gain} dB, not {published}"
        );
    }
}

/// 1.2 kΩ or 300 Ω at the input, the loss of a microphone of 200 Ω, turns as wound.
#[test]
fn the_transformers_transform() {
    /// Share; measured 1.8 %.
    const TOL: f64 = 0.05;
    /// In dB; measured 0.06.
    const TOL_DB: f64 = 0.15;
    for (strap, ohms) in [(2.0, 1200.0), (4.0, 300.0)] {
        let point = point(MODEL, &[("strap", strap)]);
        let h = response(&point, "in", &[MIDBAND])[0].norm();
        let (z_in, loss) = (200.0 * h / (1.0 - h), db(h));
        let ratio = response(&point, "x1.av", &[MIDBAND])[0].norm() / h;
        println!("1:{strap}: {z_in:.0} ohm, {loss:.2} dB, ratio {ratio:.3}");
        assert!((z_in / ohms - 1.0).abs() <= TOL, "{z_in} ohm, not {ohms}");
        assert!(
            (loss - db(ohms / (ohms + 200.0))).abs() <= TOL_DB,
            "{loss} dB"
        );
        // The windings' resistance takes a tenth.
        assert!((0.85..1.0).contains(&(ratio / strap)), "{ratio}");
    }
    let point = point(MODEL, &[("r_load", 1e6)]);
    let ratio = (response(&point, "out", &[MIDBAND])[0]
        / response(&point, "x1.coll3", &[MIDBAND])[0])
        .norm();
    println!("output 1:{ratio:.4}");
    assert!((ratio / 1.68 - 1.0).abs() <= 0.01, "{ratio}");
}

/// The knob loads the secondary: a dynamic microphone hears it.
#[test]
fn the_input_impedance_follows_its_knob() {
    /// Share; measured 1.2 %.
    const TOL: f64 = 0.036;
    for knob in [300.0, 600.0, 2400.0] {
        let point = point(MODEL, &[("z_in", knob)]);
        let h = response(&point, "in", &[MIDBAND])[0].norm();
        let z_in = 200.0 * h / (1.0 - h);
        // Windings 140 Ω in series; termination and the first transistor's bias in parallel.
        let formula = 140.0 + 1.0 / (1.0 / knob + 4.0 / 40e3);
        println!("{knob}: {z_in:.0} ohm, formula {formula:.0}");
        assert!(
            (z_in / formula - 1.0).abs() <= TOL,
            "{z_in} ohm, not {formula}"
        );
    }
}

/// The maker promises 0.07 % at +20 dBu into 600 Ω.
#[test]
fn distortion_is_below_the_published() {
    const PROMISE: f64 = 0.07e-2;
    let peak = 7.746 * std::f64::consts::SQRT_2;
    for (settings, hz) in [
        ([("gain", 0.3), ("level", 0.5), ("leg", 1e6)], 1e3),
        ([("gain", 0.3), ("level", 0.5), ("leg", 1e6)], 100.0),
        ([("gain", 0.3), ("level", 0.9), ("leg", 470.0)], 1e3),
    ] {
        let point = point(MODEL, &settings);
        let gain = response(&point, "out", &[hz])[0].norm();
        let out = last_period(&point, "out", peak / gain, hz, 8, 400);
        let got = thd(&out);
        println!("{settings:?} at {hz} Hz: {:.4} %", got * 100.0);
        assert!(got <= PROMISE, "{got}");
    }
}
