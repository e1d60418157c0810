//! Crossover, splitter, pedal and line.

use crate::bench::J;
use crate::bench::db;
use crate::bench::level;
use crate::bench::near;
use crate::bench::response;
use crate::bench::response_at;
use crate::bench::sweep;
use std::f64::consts::SQRT_2;
use std::f64::consts::TAU;

#[test]
fn the_bands_of_the_bi_amp_sum_to_an_all_pass() {
    /// In dB. Measured 2.6e-9.
    const TOL_DB: f64 = 8e-9;
    /// In degrees. Measured 3.9e-8.
    const TOL_PHASE: f64 = 1.2e-7;
    // From 100 Ω into 47 kΩ twice.
    let loss = (47.0f64 / 47.1).powi(2);
    for crossover in [60.0, 250.0, 800.0, 5e3] {
        let set = [("crossover", crossover)];
        let hz = sweep(20.0, 20e3, 61);
        let low = response_at("couplings/bi_amp", &set, "out", &hz);
        let high = response_at("couplings/bi_amp", &set, "high", &hz);
        let (mut worst_db, mut worst_phase) = (0.0f64, 0.0f64);
        for ((hz, low), high) in hz.iter().zip(low).zip(high) {
            let s = J * (hz / crossover);
            let all_pass = (1.0 - SQRT_2 * s + s * s) / (1.0 + SQRT_2 * s + s * s);
            let error = (low + high) / loss / all_pass;
            worst_db = worst_db.max(db(error.norm()).abs());
            worst_phase = worst_phase.max(error.arg().to_degrees().abs());
        }
        println!("{crossover} Hz: {worst_db:.1e} dB, {worst_phase:.1e} degrees");
        assert!(worst_db <= TOL_DB && worst_phase <= TOL_PHASE);
        let at_crossover = level("couplings/bi_amp", &set, crossover) - db(loss);
        near("low at the crossover", at_crossover, db(0.5), TOL_DB);
    }
    let low = level("couplings/bi_amp", &[("balance", 1.0)], 20.0);
    near("low, turned down", low - db(loss), db(0.02), 0.01);
}

#[test]
fn the_halves_of_the_splitter_cancel() {
    const DECK: &str = "couplings/splitter_transformer";
    // Null depth in dB, at most 3 dB above what was measured: −60.0, −59.0 and −44.2.
    for (hz, limit) in [(100.0, -57.0), (1e3, -56.0), (10e3, -41.2)] {
        let [out, inv] = ["out", "inv"].map(|node| response_at(DECK, &[], node, &[hz])[0]);
        let null = db((out + inv).norm() / out.norm());
        println!("{hz} Hz: {null:.1} dB");
        assert!(null <= limit, "{hz} Hz: {null:.1} dB");
    }
}

#[test]
fn the_volume_pedal_loads_and_is_loaded() {
    /// Relative. Measured 6.6e-14.
    const TOL: f64 = 2e-13;
    let mut worst = 0.0f64;
    for pot in [250e3, 500e3, 25e3] {
        for volume in [0.02, 0.1, 0.5, 1.0] {
            for hz in [100.0, 5e3] {
                let set = [("pot", pot), ("volume", volume), ("cable", 1e-9)];
                let ours = response("couplings/volume_pedal", &set, hz);
                let lower = 1.0 / (pot * volume + 10.0) + 1e-6 + J * TAU * hz * 1e-9;
                let upper = 10e3 + pot * (1.0 - volume) + 10.0;
                worst = worst.max((ours * (1.0 + upper * lower) - 1.0).norm());
            }
        }
    }
    println!("{worst:.1e}");
    assert!(worst <= TOL, "{worst:.1e}");
    // What a wide open 25k costs a guitar's 10 kΩ that 500k hardly does.
    let open = |pot| level("couplings/volume_pedal", &[("pot", pot)], 100.0);
    near("25k", open(25e3), db(25.01 / 35.02), 0.1);
    near("500k", open(500e3), db(500.0 / 510.0), 0.1);
}

#[test]
fn the_balanced_line_keeps_its_level_and_its_cable_its_corner() {
    const DECK: &str = "couplings/balanced_line";
    /// In dB. Measured 1e-5.
    const TOL: f64 = 3e-5;
    /// Of the cable, whose resistance lies before its capacitance here. Measured 0.025.
    const TOL_CABLE: f64 = 0.07;
    // From 100 Ω into 10 kΩ, through 49.9 Ω and 3 m into the receiver's 10 kΩ, from 50 Ω into 10 kΩ.
    let ends = db(10e3 / 10.1e3) + db(10e3 / 10_050.155) + db(10e3 / 10.05e3);
    for (driver, receiver, gain) in [
        (0.0, 1.0, 1.0),
        (1.0, 1.0, 2.0),
        (0.0, 0.5, 0.5),
        (1.0, 0.5, 1.0),
    ] {
        let set = [("driver", driver), ("receiver", receiver)];
        near("gain", level(DECK, &set, 1e3) - ends, db(gain), TOL);
    }
    // 300 m: a leg has 49.9 + 25.5 Ω and, to its image, 300·(82 + 2·98.4) pF: 25.3 kHz.
    let set = [("driver", 1.0), ("length", 300.0)];
    let pole = 1.0 + J * TAU * 20e3 * (49.9 + 25.5) * 300.0 * 278.8e-12;
    let loss = level(DECK, &set, 20e3) - level(DECK, &set, 100.0);
    near("300 m at 20 kHz", loss, -db(pole.norm()), TOL_CABLE);
}
