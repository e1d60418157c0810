//! The device library, judged by ngspice against formulas. `datasheets.rs` judges what it says of real parts.

mod ngspice;

use ngspice::ac;
use ngspice::operating_point;
use ngspice::scratch_deck;
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
