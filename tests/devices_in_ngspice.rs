//! The device library, judged by ngspice against formulas and datasheets.

mod ngspice;

use ngspice::Stimulus;
use ngspice::ac;
use ngspice::operating_point;
use ngspice::scratch_deck;
use ngspice::transient;
use std::path::Path;
use std::path::PathBuf;

/// A deck of a few lines around `devices.lib`.
fn bench(lines: &str) -> PathBuf {
    let library = Path::new(env!("CARGO_MANIFEST_DIR")).join("plugin-assets/circuits/devices.lib");
    scratch_deck(&format!(
        "* bench\n.include \"{}\"\n{lines}",
        library.display()
    ))
}

fn value(at: &[(String, f64)], name: &str) -> f64 {
    at.iter()
        .find(|(key, _)| key == name)
        .unwrap_or_else(|| panic!("no {name}"))
        .1
}

fn db(x: f64) -> f64 {
    20.0 * x.log10()
}

/// Dempwolf and Zölzer's triode RSD-1, straight from the paper's formula: plate and grid current in A.
fn triode(v_ak: f64, v_gk: f64) -> (f64, f64) {
    let softplus = |x: f64| if x > 500.0 { x } else { x.exp().ln_1p() };
    let i_g = 6.177e-4 * (softplus(9.901 * v_gk) / 9.901).powf(1.314) + 8.025e-8;
    let i_k = 2.242e-3 * (softplus(3.40 * (v_ak / 103.2 + v_gk)) / 3.40).powf(1.26);
    (i_k - i_g, i_g)
}

#[test]
fn the_triode_is_its_formula() {
    /// Measured 4.8e-16 of the current or of 1 mA, whichever is more.
    const TOL_I: f64 = 1.4e-15;
    /// Measured 5.7e-9 of the slope or of 1 mS, whichever is more: the central difference's own error.
    const TOL_SLOPE: f64 = 1.7e-8;
    let (mut worst_i, mut worst_slope) = (0.0_f64, 0.0_f64);
    for v_ak in [-20.0, 0.0, 5.0, 120.0, 250.0, 400.0] {
        for v_gk in [-100.0, -8.0, -2.0, -0.5, 0.0, 0.3, 2.0, 100.0] {
            let deck = bench(&format!(
                "Va a 0 {v_ak}\nVin g 0 dc {v_gk} ac 1\nX1 a g 0 triode_dz\n"
            ));
            let at = operating_point(&deck, &[]);
            let (i_a, i_g) = triode(v_ak, v_gk);
            for (ours, formula) in [(-value(&at, "i(va)"), i_a), (-value(&at, "i(vin)"), i_g)] {
                let error = (ours - formula).abs() / formula.abs().max(1e-3);
                assert!(
                    error <= TOL_I,
                    "{v_ak} V, {v_gk} V: {ours:e} A, not {formula:e} A"
                );
                worst_i = worst_i.max(error);
            }
            let slope = -ac(&deck, &[], "i(va)", &[1.0])[0].re;
            let formula = (triode(v_ak, v_gk + 1e-4).0 - triode(v_ak, v_gk - 1e-4).0) / 2e-4;
            let error = (slope - formula).abs() / formula.abs().max(1e-3);
            assert!(
                error <= TOL_SLOPE,
                "{v_ak} V, {v_gk} V: {slope:e} S, not {formula:e} S"
            );
            worst_slope = worst_slope.max(error);
        }
    }
    println!("currents {worst_i:e}, slopes {worst_slope:e}");
}

#[test]
fn the_12ax7_meets_mullards_table() {
    let at = operating_point(bench("Va a 0 250\nVg g 0 -2\nX1 a g 0 12ax7\n"), &[]);
    let i_a = -value(&at, "i(va)");
    assert!(
        (i_a / triode(250.0, -2.0).0 - 1.0).abs() < 1e-12,
        "RSD-1, not {i_a:e} A"
    );
    // Mullard's ECC83 as a resistance-coupled amplifier: 250 V, 100 kΩ, 1.5 kΩ, next grid leak 330 kΩ.
    let deck = bench(
        "Vb bp 0 250\nVin g 0 dc 0 ac 1\nX1 p g k 12ax7\nRp bp p 100k\nRk k 0 1.5k\nCk k 0 100u\nCo p o 1u\nRl o 0 330k\n",
    );
    let i_k = value(&operating_point(&deck, &[]), "v(k)") / 1.5e3;
    let gain = ac(&deck, &[], "o", &[1e3])[0].norm();
    println!("{:.3} mA, gain {gain:.1}", i_k * 1e3);
    assert!(
        (i_k / 0.86e-3 - 1.0).abs() < 0.1,
        "measured −4 %: {i_k:e} A"
    );
    assert!(db(gain / 54.5).abs() < 1.5, "measured +0.7 dB: {gain}");
}

/// Rated points, by tube: plate, grid and screen in V; plate and screen current in mA; how far the model is above or
/// below in %, plate first. The parameters are others' fits to other specimens.
#[test]
fn tubes_meet_their_datasheets() {
    /// Around what was measured, in % of the rated current.
    const TOL: f64 = 0.2;
    for (tube, [v_a, v_g], rated, measured) in [
        ("12at7", [250.0, -2.0], 10.0, 9.0),
        ("12au7", [250.0, -8.5], 10.5, -1.0),
        ("12ay7", [250.0, -4.0], 3.0, 1.5),
        ("6sl7", [250.0, -2.0], 2.3, -31.1),
        ("6dj8", [90.0, -1.3], 15.0, -4.5),
    ] {
        let at = operating_point(
            bench(&format!("Va a 0 {v_a}\nVg g 0 {v_g}\nX1 a g 0 {tube}\n")),
            &[],
        );
        let deviation = (-value(&at, "i(va)") * 1e3 / rated - 1.0) * 100.0;
        println!("{tube}: {deviation:+.1} %");
        assert!(
            (deviation - measured).abs() <= TOL,
            "{tube}: {deviation:+.1} %"
        );
    }
    for (tube, [v_a, v_g, v_s], rated, measured) in [
        ("6l6gc", [250.0, -14.0, 250.0], [72.0, 5.0], [-2.4, -10.9]),
        ("el34", [250.0, -12.2, 250.0], [100.0, 15.0], [-15.6, -18.5]),
        ("el84", [250.0, -7.3, 250.0], [48.0, 5.5], [-19.6, -21.8]),
        ("6v6gt", [250.0, -12.5, 250.0], [45.0, 4.5], [-2.2, -67.2]),
        ("ef86", [250.0, -2.0, 140.0], [3.0, 0.6], [-27.3, -24.1]),
        ("kt88", [250.0, -15.0, 250.0], [140.0, 3.0], [11.1, 241.0]),
    ] {
        let lines = format!("Va a 0 {v_a}\nVg g 0 {v_g}\nVs s 0 {v_s}\nX1 a g s 0 {tube}\n");
        let at = operating_point(bench(&lines), &[]);
        for (source, rated, measured) in [
            ("i(va)", rated[0], measured[0]),
            ("i(vs)", rated[1], measured[1]),
        ] {
            let deviation = (-value(&at, source) * 1e3 / rated - 1.0) * 100.0;
            println!("{tube} {source}: {deviation:+.1} %");
            assert!(
                (deviation - measured).abs() <= TOL,
                "{tube} {source}: {deviation:+.1} %"
            );
        }
    }
    for (tube, drop) in [("gz34", 17.0), ("5u4gb", 44.0)] {
        let at = operating_point(
            bench(&format!("V1 a 0 {drop}\nX1 a b 0 {tube}\nR1 b 0 1\n")),
            &[],
        );
        let deviation = -value(&at, "i(v1)") / 225e-3 - 1.0;
        println!("{tube}: {:+.2} %", deviation * 100.0);
        assert!(deviation.abs() < 0.003, "{tube}: {deviation}");
    }
}

#[test]
fn the_input_pair_is_its_formula() {
    for v in [-2.0, -0.4, -1e-3, 0.0, 0.1, 0.7, 5.0_f64] {
        let deck = bench(&format!(
            "V1 p 0 {v}\nX1 p 0 o diff_pair gm=282.8u imax=195u\nR1 o 0 1\n"
        ));
        let i = value(&operating_point(deck, &[]), "v(o)");
        let expected = 195e-6 * (282.8e-6 * v / 195e-6).tanh();
        assert!(
            (i - expected).abs() < 1e-14,
            "{v} V: {i:e} A, not {expected:e} A"
        );
    }
}

#[test]
fn op_amps_meet_their_datasheets() {
    /// Measured 0.16 % (TL072).
    const TOL_A0: f64 = 0.005;
    /// Measured 0.46 % (uA741).
    const TOL_GBW: f64 = 0.013;
    /// Measured 1.6 % (uA741: 10.16 µA into 20 pF).
    const TOL_SLEW: f64 = 0.04;
    /// Measured 0.04 V (TL072).
    const TOL_SWING: f64 = 0.1;
    // Gain-bandwidth in Hz, slew rate in V/s, open-loop gain, output swing on ±15 V rails in V.
    for (name, gbw, slew, a0, swing) in [
        ("tl072", 3e6, 13e6, 200e3, 13.5),
        ("ne5532", 10e6, 9e6, 100e3, 13.0),
        ("ua741", 1.1e6, 0.5e6, 200e3, 13.0),
        ("rc4558", 3e6, 1.7e6, 300e3, 14.0),
    ] {
        let rails = "Vp vcc 0 15\nVn 0 vee 15\nRl o 0 100k\n";
        let open = bench(&format!(
            "{rails}Vin a 0 dc 0 ac 1\nX1 a 0 vcc vee o {name}\n"
        ));
        let response = ac(&open, &[], "o", &[1e-3, 100e3]);
        assert!(
            (response[0].norm() / a0 - 1.0).abs() < TOL_A0,
            "{name}: A0 {}",
            response[0].norm()
        );
        assert!(
            (response[1].norm() * 100e3 / gbw - 1.0).abs() < TOL_GBW,
            "{name}: GBW {}",
            response[1].norm() * 100e3
        );

        let follower = bench(&format!(
            "{rails}Vin a 0 dc 0 ac 1\nX1 a o vcc vee o {name}\n"
        ));
        let freqs: Vec<f64> = (0..40)
            .map(|i| 1e4 * 10f64.powf(f64::from(i) / 13.0))
            .collect();
        let peak = ac(&follower, &[], "o", &freqs)
            .iter()
            .map(|h| h.norm())
            .fold(0.0, f64::max);
        assert!(
            db(peak) < 0.01,
            "{name}: a follower peaks by {:.2} dB",
            db(peak)
        );

        let hz = 2e-2 * slew;
        let out = transient(
            &follower,
            &[],
            Stimulus::Sine { peak: 20.0, hz },
            &["o"],
            3.0 / hz,
            1e-3 / hz,
        );
        let points: Vec<_> = out.points("o").filter(|(t, _)| *t > 1.0 / hz).collect();
        let steepest = points
            .windows(2)
            .map(|p| ((p[1].1 - p[0].1) / (p[1].0 - p[0].0)).abs())
            .fold(0.0, f64::max);
        println!("{name}: {:.3} V/us", steepest / 1e6);
        assert!(
            (steepest / slew - 1.0).abs() < TOL_SLEW,
            "{name}: slews {steepest:e} V/s"
        );
        let slow = transient(
            &follower,
            &[],
            Stimulus::Sine {
                peak: 20.0,
                hz: 50.0,
            },
            &["o"],
            0.04,
            2e-5,
        );
        let highest = slow.points("o").map(|(_, v)| v).fold(0.0, f64::max);
        println!(
            "{name}: A0 {:.0}, GBW {:.4e} Hz, follower peak {:.4} dB, {highest:.3} V",
            response[0].norm(),
            response[1].norm() * 100e3,
            db(peak)
        );
        assert!(
            (highest - swing).abs() < TOL_SWING,
            "{name}: swings to {highest} V"
        );
    }
}
