//! `phono_opamp`: the RIAA curve, the two rumble filters, the cartridge's load.

use crate::bench::db;
use crate::bench::last_period;
use crate::bench::point;
use crate::bench::response;
use crate::bench::response_db;
use realfft::num_complex::Complex;
use std::f64::consts::TAU;

const MODEL: &str = "phono_opamp";

/// RIAA playback, its time constants 3180, 318 and 75 µs, without scale.
fn riaa(hz: f64) -> Complex<f64> {
    let s = Complex::new(0.0, TAU * hz);
    (1.0 + s * 318e-6) / ((1.0 + s * 3180e-6) * (1.0 + s * 75e-6))
}

/// 20 Hz to 20 kHz, twenty to the decade.
fn audible() -> Vec<f64> {
    (0..=60)
        .map(|n| 20.0 * 10f64.powf(f64::from(n) / 20.0))
        .collect()
}

/// Response in dB, 1 kHz at 0.
fn relative(settings: &[(&str, f64)], frequencies: &[f64]) -> Vec<f64> {
    let point = point(MODEL, settings);
    let reference = response_db(&point, "out", 1e3);
    let levels = response(&point, "out", frequencies);
    levels.iter().map(|h| db(h.norm()) - reference).collect()
}

#[test]
fn the_response_is_riaas() {
    /// In dB; the promise is 0.1; measured 0.008.
    const TOL_DB: f64 = 0.024;
    /// Of the published 40 dB; measured 0.28: 100 Ω and the load take 0.2.
    const TOL_GAIN_DB: f64 = 0.5;
    let frequencies = audible();
    let played = relative(&[], &frequencies);
    let worst = frequencies
        .iter()
        .zip(played)
        .map(|(hz, played)| (played - db((riaa(*hz) / riaa(1e3)).norm())).abs());
    let worst = worst.fold(0.0, f64::max);
    let gain = response_db(&point(MODEL, &[]), "out", 1e3);
    println!("within {worst:.4} dB, {gain:.2} dB at 1 kHz");
    assert!(worst <= TOL_DB, "{worst} dB");
    assert!((gain - 40.0).abs() <= TOL_GAIN_DB, "{gain} dB");
}

#[test]
fn rumble_filters_are_the_iecs_and_a_butterworths() {
    /// In dB; measured 0.093 at 10 Hz, where the op-amp has no gain to spare.
    const TOL_DB: f64 = 0.2;
    let frequencies: Vec<f64> = (0..=20)
        .map(|n| 10.0 * 10f64.powf(f64::from(n) / 10.0))
        .collect();
    let open = relative(&[("rumble", 0.0)], &frequencies);
    type Law = fn(f64) -> f64;
    let iec: Law = |hz| {
        let x = TAU * hz * 7950e-6;
        x / (1.0 + x * x).sqrt()
    };
    let butterworth: Law = |hz| 1.0 / (1.0 + (20.0 / hz).powi(6)).sqrt();
    for (choice, law) in [(1.0, iec), (2.0, butterworth)] {
        let filtered = relative(&[("rumble", choice)], &frequencies);
        for ((hz, filtered), open) in frequencies.iter().zip(filtered).zip(&open) {
            let (got, want) = (filtered - open, db(law(*hz) / law(1e3)));
            println!("{choice}: {hz:.1} Hz {got:.3} dB, {want:.3} dB");
            assert!(
                (got - want).abs() <= TOL_DB,
                "{choice}: {hz} Hz: {got} dB, not {want}"
            );
        }
    }
}

/// What a cartridge sees: 47 kΩ and the capacitance by choice.
#[test]
fn the_cartridge_is_loaded_by_choice() {
    /// Share; measured 1e-14.
    const TOL: f64 = 1e-9;
    for c_in in [47e-12, 100e-12, 220e-12, 330e-12] {
        // Conductance and susceptance at the input, seen through a source of 10 kΩ.
        let settings = [("c_in", c_in), ("z_source", 10e3)];
        let point = point(MODEL, &settings);
        let hz = 20e3;
        let h = response(&point, "in", &[hz])[0];
        let admittance = (1.0 / h - 1.0) / 10e3;
        let (ohms, farads) = (1.0 / admittance.re, admittance.im / (TAU * hz));
        println!("{c_in:e} F: {ohms:.0} ohm, {farads:e} F");
        assert!((ohms / 47e3 - 1.0).abs() <= TOL, "{ohms} ohm");
        assert!((farads / c_in - 1.0).abs() <= TOL, "{farads:e} F");
    }
}

/// 130 mV at 1 kHz is what it takes; the level pot is behind.
#[test]
fn it_overloads_at_the_rails() {
    /// Share; measured 0.6 %.
    const TOL: f64 = 0.018;
    let point = point(MODEL, &[("gain", 0.5)]);
    let gain = response(&point, "x1.out1", &[1e3])[0].norm();
    for (peak, top) in [(0.1, 0.1 * gain), (0.3, 12.99)] {
        let out = last_period(&point, "x1.out1", peak, 1e3, 20, 400);
        let most = out.iter().copied().fold(0.0, f64::max);
        println!("{peak} V: {most:.3} V");
        assert!((most / top - 1.0).abs() <= TOL, "{peak} V: {most} V");
    }
}
