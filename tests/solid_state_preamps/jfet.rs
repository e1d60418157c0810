//! `jfet`: the first stage as its author describes it, the second harmonic, the supply.

use crate::bench::current;
use crate::bench::db;
use crate::bench::harmonics;
use crate::bench::last_period;
use crate::bench::path;
use crate::bench::point;
use crate::bench::response_db;
use crate::bench::volts;

const MODEL: &str = "jfet";

/// "R2 biases the FET at around 0.5 mA", on 9 V.
#[test]
fn the_first_stage_rests_as_its_author_says() {
    /// Share; measured 2.6 %.
    const TOL: f64 = 0.08;
    let point = point(MODEL, &[]);
    let drain = current(&point, "x1.xj1.j1");
    println!(
        "{:.3} mA, second drain {:.2} V",
        drain * 1e3,
        volts(&point, "x1.d2")
    );
    assert!((drain / 0.5e-3 - 1.0).abs() <= TOL, "{drain} A");
    assert!((4.0..5.0).contains(&volts(&point, "x1.d2")));
}

/// gm·R/(1 + gm·Rs), with gm of the square law at that current; bypassed gm·R.
#[test]
fn gain_is_that_of_the_square_law() {
    /// In dB; measured 0.17: the gain pot loads the drain, lambda.
    const TOL_DB: f64 = 0.5;
    let plain = point(MODEL, &[]);
    let gm = 2.0 * (1.125e-3 * current(&plain, "x1.xj1.j1")).sqrt();
    let (r_d, r_s) = (6.8e3, 2.2e3);
    for (bypass, gain) in [(1e-12, gm * r_d / (1.0 + gm * r_s)), (22e-6, gm * r_d)] {
        let got = response_db(&point(MODEL, &[("bypass", bypass)]), "x1.d1", 1e3);
        println!("{got:.2} dB, {:.2} dB", db(gain));
        assert!(
            (got - db(gain)).abs() <= TOL_DB,
            "{got} dB, not {}",
            db(gain)
        );
    }
}

/// A square law bends into the second harmonic and little else.
#[test]
fn it_distorts_evenly() {
    let point = point(MODEL, &[("gain", 0.1), ("level", 1.0)]);
    let gain = 10f64.powf(response_db(&point, "out", 220.0) / 20.0);
    let levels = harmonics(&last_period(&point, "out", 1.0 / gain, 220.0, 60, 400));
    let [second, third] = [1, 2].map(|k| db(levels[k] / levels[0]));
    println!("second {second:.1} dB, third {third:.1} dB");
    assert!((-35.0..-29.0).contains(&second), "{second} dB");
    assert!(third < second - 20.0, "{third} dB");
}

/// A higher supply leaves the bottom of the swing and lifts the top.
#[test]
fn supply_is_headroom() {
    let swing = |supply: f64| {
        let settings = [("gain", 1.0), ("level", 1.0), ("supply", supply)];
        let out = last_period(&point(MODEL, &settings), "x1.d2", 1.0, 220.0, 20, 400);
        let top = out.iter().copied().fold(f64::MIN, f64::max);
        (out.iter().copied().fold(f64::MAX, f64::min), top)
    };
    let ((low9, high9), (low18, high18)) = (swing(9.0), swing(18.0));
    println!("9 V: {low9:.2}..{high9:.2} V, 18 V: {low18:.2}..{high18:.2} V");
    assert!((low18 - low9).abs() < 1.0, "{low9} V, {low18} V");
    assert!(high18 - high9 > 8.0, "{high9} V, {high18} V");
}

/// Makers' limits of the two transistors: drain current with the gate at the source, from and to, in A.
#[test]
fn specimens_are_within_their_makers_limits() {
    let text = std::fs::read_to_string(path(MODEL).with_file_name("../devices.lib"));
    let library = text.expect("the library");
    for (name, least, most) in [("j201", 0.2e-3, 1e-3), ("2n5457", 1e-3, 5e-3)] {
        let card = library
            .lines()
            .find(|line| line.starts_with(&format!(".model {name}_card ")))
            .expect("a card");
        let number = |key: &str| {
            let word = card
                .split([' ', '(', ')'])
                .find_map(|word| word.strip_prefix(key));
            loadline::circuit::number(word.expect("a parameter")).expect("a number")
        };
        let i_dss = number("BETA=") * number("VTO=").powi(2);
        println!("{name}: {:.2} mA", i_dss * 1e3);
        assert!((least..=most).contains(&i_dss), "{name}: {i_dss} A");
    }
}
