//! The isolation transformer as its formula, and how cores distort.

use crate::bench::C64;
use crate::bench::J;
use crate::bench::Set;
use crate::bench::db;
use crate::bench::near;
use crate::bench::parallel;
use crate::bench::point;
use crate::bench::response;
use crate::bench::response_at;
use crate::bench::sweep;
use crate::ngspice;
use crate::ngspice::Stimulus;
use loadline::circuit::output_noise;
use std::f64::consts::TAU;

/// The isolation transformer's elements by winding: primary, turns, area, length, core loss, leakage, secondary,
/// capacitances of primary and secondary, damping.
struct Winding {
    z: f64,
    r: f64,
    turns: f64,
    area: f64,
    length: f64,
    r_core: f64,
    leakage: f64,
    c: [f64; 2],
    damping: (f64, f64),
}

const WINDINGS: [Winding; 2] = [
    Winding {
        z: 600.0,
        r: 40.0,
        turns: 1000.0,
        area: 100e-6,
        length: 0.1,
        r_core: 30e3,
        leakage: 1.5e-3,
        c: [400e-12, 400e-12],
        damping: (2e3, 1.5e-9),
    },
    Winding {
        z: 10e3,
        r: 1.4e3,
        turns: 3500.0,
        area: 50e-6,
        length: 75e-3,
        r_core: 400e3,
        leakage: 15e-3,
        c: [100e-12, 150e-12],
        damping: (12e3, 400e-12),
    },
];

impl Winding {
    /// mu0·(1 + chi)·area/length·turns², chi = c·an/(1 − alpha·c·an), an = ms/(3·ha): what Jiles and Atherton's
    /// core is to a small signal.
    fn inductance(&self) -> f64 {
        let an = 597e3 / (3.0 * 3.0);
        let chi = 0.3 * an / (1.0 - 1e-6 * 0.3 * an);
        1.25663706e-6 * (1.0 + chi) * self.area / self.length * self.turns.powi(2)
    }

    /// From and into its own impedance, from the ladder of its elements.
    fn ladder(&self, hz: f64) -> C64 {
        let s = J * TAU * hz;
        let load =
            1.0 / self.z + s * self.c[1] + 1.0 / (self.damping.0 + 1.0 / (s * self.damping.1));
        let secondary = self.r + s * self.leakage;
        let magnetising = 1.0 / self.r_core + 1.0 / (s * self.inductance());
        // From the load backwards: voltage and current for 1 V across it.
        let (v, i) = (1.0 + secondary * load, load);
        let i = i + v * magnetising;
        let v = v + i * self.r;
        let i = i + v * s * self.c[0];
        1.0 / (v + i * self.z)
    }
}

#[test]
fn the_isolation_transformer_is_its_formula() {
    /// Relative, of the response from 1 Hz to 100 kHz. Measured 2.8e-6.
    const TOL: f64 = 8e-6;
    /// Of the corner, in dB and degrees. Measured 0.0013 and 0.27, which is the leakage's.
    const TOL_DB: f64 = 0.004;
    const TOL_PHASE: f64 = 0.6;
    const DECK: &str = "couplings/isolation_transformer";
    for winding in &WINDINGS {
        let set = [
            ("winding", winding.z),
            ("z_source", winding.z),
            ("r_load", winding.z),
        ];
        let hz = sweep(1.0, 100e3, 41);
        let ours = response_at(DECK, &set, "out", &hz);
        let errors = ours
            .iter()
            .zip(&hz)
            .map(|(ours, hz)| (ours / winding.ladder(*hz) - 1.0).norm());
        let worst = errors.fold(0.0, f64::max);
        println!("{}: {worst:.1e}", winding.z);
        assert!(worst <= TOL, "{worst}");
        let leg = winding.r + winding.z;
        let corner = parallel(parallel(leg, leg), winding.r_core) / (TAU * winding.inductance());
        let at_corner = response(DECK, &set, corner) / response(DECK, &set, 500.0);
        println!(
            "{}: {:.1} H, -3 dB at {corner:.2} Hz",
            winding.z,
            winding.inductance()
        );
        near("at the corner, dB", db(at_corner.norm()), -3.0103, TOL_DB);
        near("phase there", at_corner.arg().to_degrees(), 45.0, TOL_PHASE);
    }
}

/// Third harmonic at the output in dB below the fundamental.
fn third(deck: &str, set: Set, peak: f64, hz: f64) -> f64 {
    const RATE_HZ: f64 = 96e3;
    let n = (RATE_HZ * 10.0 / hz).max(RATE_HZ / 10.0) as usize;
    let y = ngspice::play_well(&point(deck, set), &Stimulus::Sine { peak, hz }, RATE_HZ, n);
    let levels = ngspice::harmonics_db(&y[y.len() / 2..], RATE_HZ, hz, 3);
    levels[2] - levels[0]
}

#[test]
fn cores_distort_by_level_over_frequency() {
    // Measured −35.7, −63.0 and −90.0 dB: 9 V fill the core at 20 Hz only.
    let iron = |hz| third("couplings/isolation_transformer", &[], 9.0, hz);
    let [full, half, free] = [20.0, 50.0, 1e3].map(iron);
    println!("isolation transformer: {full:.1}, {half:.1}, {free:.1} dB");
    assert!(full > -42.0 && half < -60.0 && free < -80.0);
    // Measured −47.7, −62.9 and −96.5 dB at about 1.2 V.
    let iron = |hz| third("preamps/transformer_coloured", &[], 0.02, hz);
    let [low, mid, free] = [20.0, 100.0, 1e3].map(iron);
    println!("coloured: {low:.1}, {mid:.1}, {free:.1} dB");
    assert!((-52.0..-44.0).contains(&low) && (-67.0..-58.0).contains(&mid) && free < -80.0);
}

#[test]
fn a_core_has_no_noise_of_its_own() {
    // A conductance senses dH/dt inside the core. Were it a resistor, its thermal noise would give 13 µV/√Hz at 20 Hz.
    let point = point("couplings/isolation_transformer", &[]);
    let densities = output_noise(&point, "out", &[20.0, 1e3]).unwrap();
    println!("{densities:?} V/√Hz");
    // 100, 40 and 40 Ω, and the load beside them.
    let thermal = (4.0 * 1.380649e-23 * 300.15 * parallel(180.0, 10e3)).sqrt();
    for density in densities {
        near("over thermal", density / thermal, 1.0, 0.01);
    }
}
