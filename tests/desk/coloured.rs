//! The coloured preamp's phase correction.

use crate::bench::C64;
use crate::bench::J;
use crate::bench::db;
use crate::bench::response_at;
use crate::bench::sweep;
use std::f64::consts::TAU;

/// Delay in µs from phases a hair apart.
fn delay(phase: &str, hz: f64, value: f64) -> f64 {
    let ends = [hz * 0.999, hz * 1.001];
    let at = response_at(
        "preamps/transformer_coloured",
        &[(phase, value)],
        "out",
        &ends,
    );
    -(at[1] / at[0]).arg() / (TAU * (ends[1] - ends[0])) * 1e6
}

#[test]
fn phase_correction_is_an_all_pass_and_evens_the_delay() {
    const DECK: &str = "preamps/transformer_coloured";
    /// In dB and degrees, from 20 Hz to 20 kHz. Measured 3.5e-5 and 6e-8.
    const TOL_DB: f64 = 1e-4;
    const TOL_PHASE: f64 = 1.8e-7;
    let hz = sweep(20.0, 20e3, 61);
    let high = |hz: f64| {
        let s = J * TAU * hz * 7.65e-6;
        (1.0 - s) / (1.0 + s)
    };
    let low = |hz: f64| {
        let s = J * TAU * hz;
        let (even, odd) = (s * s * 9.8 * 154e-9 + 1.0, s * 10e3 * 154e-9);
        (even - odd) / (even + odd)
    };
    let off = response_at(DECK, &[], "out", &hz);
    for phase in [1.0, 2.0, 3.0] {
        let on = response_at(DECK, &[("phase", phase)], "out", &hz);
        let (mut worst_db, mut worst_phase) = (0.0f64, 0.0f64);
        for ((hz, off), on) in hz.iter().zip(&off).zip(&on) {
            let mut want = C64::new(1.0, 0.0);
            if phase != 2.0 {
                want *= high(*hz);
            }
            if phase > 1.0 {
                want *= low(*hz);
            }
            let error = on / off / want;
            worst_db = worst_db.max(db(error.norm()).abs());
            worst_phase = worst_phase.max(error.arg().to_degrees().abs());
        }
        println!("phase {phase}: {worst_db:.1e} dB, {worst_phase:.1e} degrees");
        assert!(worst_db <= TOL_DB && worst_phase <= TOL_PHASE);
    }
    let spread = |low_hz, high_hz, phase| {
        let delays = sweep(low_hz, high_hz, 25)
            .into_iter()
            .map(|hz| delay("phase", hz, phase));
        let (least, most) = delays.fold((f64::MAX, f64::MIN), |(a, b), d| (a.min(d), b.max(d)));
        most - least
    };
    // Measured 5.36 → 0.31 µs, and 1.33 → 0.52 ms.
    let [before, after] = [0.0, 1.0].map(|phase| spread(2e3, 16e3, phase));
    println!("2 to 16 kHz: {before:.2} µs, corrected {after:.2} µs");
    assert!(before > 4.5 && after < 0.6);
    let [before, after] = [0.0, 2.0].map(|phase| spread(30.0, 120.0, phase));
    println!("30 to 120 Hz: {before:.0} µs, corrected {after:.0} µs");
    assert!(before > 1200.0 && after < 650.0);
}
