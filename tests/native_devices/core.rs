//! Cores with hysteresis: the native law against its text, and against Jiles and Atherton's equations integrated here.

use crate::bench::G_TIED;
use crate::bench::playing_error_db;
use crate::bench::worst_current;
use crate::ngspice::Stimulus;
use loadline::circuit::Deck;
use loadline::circuit::Netlist;
use loadline::circuit::OperatingPoint;
use loadline::circuit::Solver;
use loadline::circuit::small_signal;
use std::f64::consts::TAU;
use std::path::Path;
use wide::f64x2;

const MU_0: f64 = 1.256_637_06e-6;

fn library() -> String {
    let library = Path::new(env!("CARGO_MANIFEST_DIR")).join("plugin-assets/circuits/devices.lib");
    format!(".include \"{}\"", library.display())
}

fn point(lines: &str) -> OperatingPoint {
    let deck = format!("* bench\n{}\n{lines}\n", library());
    let path = crate::ngspice::scratch_deck(&deck);
    let deck = Deck::open(&path).unwrap_or_else(|why| panic!("{why}"));
    OperatingPoint::solve(Netlist::expand(&deck).unwrap_or_else(|why| panic!("{why}")))
        .unwrap_or_else(|why| panic!("{why}"))
}

#[test]
fn magnets_are_their_text() {
    /// Relative. Measured 1.2e-13.
    const TOL: f64 = 3.5e-13;
    let mut sets = Vec::new();
    for v in [-40.0, -1.3, -0.05, 0.0, 0.02, 0.7, 9.0] {
        for x in [-2.0, -1e-3, 0.0, 2e-4, 0.3] {
            sets.extend([-0.95, -0.2, 0.0, 1e-3, 0.6].map(|m| vec![v, 0.0, -x, m]));
        }
    }
    for parameters in [
        "v0=1m rs=1 gm=1u",
        "v0=1m rs=2 gm=1u length=0.2 ms=1.6e6 ha=1100 alpha=1.6m hk=400 c=0.2",
    ] {
        let element = format!("X{{n}} {{0}} {{1}} {{2}} {{3}} ja_magnet {parameters}");
        let worst = worst_current(&element, "", &sets, G_TIED);
        println!("{parameters}: {worst:e}");
        assert!(worst <= TOL, "{parameters}: {worst:e}");
    }
}

/// A microphone's input transformer, 1:1.68 from 200 Ω into 10 kΩ, from clean into deep saturation, and its primary
/// fed by a current.
#[test]
fn transformers_follow_ngspice() {
    for (what, source, peak, hz, measured) in [
        ("clean", "R1 in p 214", 0.5, 220.0, -123.7),
        ("driven", "R1 in p 214", 10.0, 220.0, -123.6),
        ("saturated", "R1 in p 214", 20.0, 60.0, -121.9),
        ("from a current", "R1 in p 47k", 100.0, 100.0, -134.6),
    ] {
        let lines = format!(
            "{}\nVin in 0 dc 0\n{source}\nXp p 0 a x ja_winding turns=759\nXs s 0 x 0 ja_winding turns=1275\nXc a 0 ja_core\n\
             R2 s out 44\nR3 out 0 10k\nC1 out 0 300p",
            library()
        );
        let error = playing_error_db(&lines, Stimulus::Sine { peak, hz });
        println!("{what}: {error:.1} dB");
        assert!(error <= measured + 3.0, "{what}: {error:.1} dB");
    }
}

/// A set of the paper's parameters, in A/m.
struct Set {
    ms: f64,
    a: f64,
    alpha: f64,
    k: f64,
    c: f64,
    h_peak: f64,
}

/// D. C. Jiles, D. L. Atherton, J. Magn. Magn. Mater. 61, 1986; and Holters and Zölzer's transformer, DAFx-16.
const SETS: [Set; 2] = [
    Set {
        ms: 1.6e6,
        a: 1100.0,
        alpha: 1.6e-3,
        k: 400.0,
        c: 0.2,
        h_peak: 6000.0,
    },
    Set {
        ms: 2.75e5,
        a: 14.1,
        alpha: 5e-5,
        k: 17.8,
        c: 0.55,
        h_peak: 300.0,
    },
];

/// Steps of a loop.
const STEPS: usize = 48_000;

/// H and M over the third cycle of a sine of H from the demagnetised state: Jiles and Atherton's equations as the paper
/// has them, by the classical method of Runge and Kutta.
fn integrated(set: &Set) -> Vec<(f64, f64)> {
    let slope = |h: f64, m: f64, rising: f64| {
        let q = (h + set.alpha * m) / set.a;
        let (l, dl) = if q.abs() < 1e-3 {
            (q / 3.0, 1.0 / 3.0)
        } else {
            (
                1.0 / q.tanh() - 1.0 / q,
                1.0 / (q * q) - 1.0 / q.sinh().powi(2),
            )
        };
        let gap = set.ms * l - m;
        let irreversible = if rising * gap > 0.0 {
            (1.0 - set.c) * gap / ((1.0 - set.c) * set.k * rising - set.alpha * gap)
        } else {
            0.0
        };
        let an = set.ms / set.a * dl;
        (irreversible + set.c * an) / (1.0 - set.alpha * set.c * an)
    };
    let h_at = |step: f64| set.h_peak * (TAU * step / STEPS as f64).sin();
    let (mut m, mut loops) = (0.0, Vec::new());
    for step in 0..3 * STEPS {
        let s = step as f64;
        let (h0, h1, h2) = (h_at(s), h_at(s + 0.5), h_at(s + 1.0));
        let (dh, rising) = (h2 - h0, (h2 - h0).signum());
        let k1 = slope(h0, m, rising);
        let k2 = slope(h1, m + 0.5 * dh * k1, rising);
        let k3 = slope(h1, m + 0.5 * dh * k2, rising);
        let k4 = slope(h2, m + dh * k3, rising);
        m += dh * (k1 + 2.0 * k2 + 2.0 * k3 + k4) / 6.0;
        if step >= 2 * STEPS {
            loops.push((h2, m));
        }
    }
    loops
}

/// The same cycle played through the core: 1 m long, 1 m² of area, 5 Hz.
fn played(set: &Set) -> Vec<(f64, f64)> {
    let Set {
        ms, a, alpha, k, c, ..
    } = set;
    let (hz, tau) = (5.0, 1e-7);
    let rs = tau / MU_0;
    let lines = format!(
        "Vin a 0 dc 0\nCair a s {MU_0:e}\nRs s 0 {rs:e}\nCm m 0 {:e}\nXm a s 0 m ja_magnet length=1 ms={ms} ha={a} \
         alpha={alpha} hk={k} c={c} rs={rs:e} v0={:e} gm={:e}\n",
        MU_0 * ms,
        0.1 * tau,
        1e-4 * MU_0 * ms
    );
    let mut solver = Solver::new(&point(&lines), hz * STEPS as f64, &["m"]).expect("a plan");
    let mut loops = Vec::new();
    for step in 1..=3 * STEPS {
        let h = set.h_peak * (TAU * step as f64 / STEPS as f64).sin();
        solver.tick(f64x2::splat(h));
        if step > 2 * STEPS {
            loops.push((h, ms * solver.probe(0).to_array()[0]));
        }
    }
    assert_eq!(solver.readings().misses, 0);
    loops
}

/// Coercive field in A/m, remanence in T, largest flux density in T, loss in J/m³ of one cycle.
fn figures(loops: &[(f64, f64)]) -> [f64; 4] {
    let (mut coercive, mut remanent, mut loss) = (0.0, 0.0, 0.0);
    for pair in loops.windows(2) {
        let [(h0, m0), (h1, m1)] = [pair[0], pair[1]];
        if m0 < 0.0 && m1 >= 0.0 {
            coercive = h0 + (h1 - h0) * m0 / (m0 - m1);
        }
        if h0 > 0.0 && h1 <= 0.0 {
            remanent = MU_0 * (m0 + (m1 - m0) * h0 / (h0 - h1));
        }
        loss += 0.5 * (h0 + h1) * MU_0 * (m1 - m0);
    }
    let most = loops
        .iter()
        .map(|(h, m)| MU_0 * (h + m))
        .fold(0.0, f64::max);
    [coercive, remanent, most, loss]
}

#[test]
fn loops_are_those_of_jiles_and_atherton() {
    /// Of each figure. Measured 1.4e-4: the delay tau of the field.
    const TOL: f64 = 2e-4;
    for set in SETS {
        let (expected, ours) = (figures(&integrated(&set)), figures(&played(&set)));
        println!("{expected:?}, played {ours:?}");
        for (expected, ours) in expected.into_iter().zip(ours) {
            let error = (ours / expected - 1.0).abs();
            assert!(error <= TOL, "{ours}, not {expected}: {error:e}");
        }
    }
}

/// A core at rest has the reversible permeability only: L = N²·mu0·area/length·(1 + chi), chi = c·an/(1 − alpha·c·an),
/// an = ms/(3·ha).
#[test]
fn a_winding_has_its_inductance_at_rest() {
    /// Of the inductance. Measured 4e-7: the delay tau, squared.
    const TOL: f64 = 1.2e-6;
    let point =
        point("Vin in 0 dc 0\nR1 in p 10k\nXp p 0 a 0 ja_winding turns=759\nXc a 0 ja_core");
    let an = 275e3 / (3.0 * 14.1);
    let chi = 0.55 * an / (1.0 - 50e-6 * 0.55 * an);
    let henries = 759f64.powi(2) * MU_0 * 45.4e-6 / 75.4e-3 * (1.0 + chi);
    let h = small_signal(&point, "p", &[1000.0]).expect("a response")[0];
    let z = h * 1e4 / (realfft::num_complex::Complex::new(1.0, 0.0) - h);
    let measured = z.im / (TAU * 1000.0);
    println!("{henries} H, measured {measured} H");
    assert!(
        (measured / henries - 1.0).abs() <= TOL,
        "{measured} H, not {henries} H"
    );
}

/// Under a bias the core rests on its anhysteretic curve, m = L((h + alpha·ms·m)/ha).
#[test]
fn a_core_under_bias_rests_on_the_anhysteretic_curve() {
    /// Measured 3.3e-7: the search for rest ties m to ground by 1e-15 S, against gm of 1.6e-9 S.
    const TOL: f64 = 1e-6;
    let biased = point("Vin a 0 dc 1.5\nXc a 0 ja_core");
    let m = biased.x[biased.netlist().node("xc.m").expect("a node") - 1];
    let q = (1.5 / 75.4e-3 + 50e-6 * 275e3 * m) / 14.1;
    let expected = 1.0 / q.tanh() - 1.0 / q;
    println!("{m}, anhysteretic {expected}");
    assert!((m - expected).abs() <= TOL, "{m}, not {expected}");
}
