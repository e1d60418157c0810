//! Every device's slopes against central differences of its currents and charges.

use crate::devices::Answer;
use crate::devices::BaseSpread;
use crate::devices::Bjt;
use crate::devices::BjtParameters;
use crate::devices::Breakdown;
use crate::devices::Depletion;
use crate::devices::Device;
use crate::devices::Diode;
use crate::devices::DiodeParameters;
use crate::devices::Drift;
use crate::devices::Epilayer;
use crate::devices::ExcessPhase;
use crate::devices::Flicker;
use crate::devices::GateCharge;
use crate::devices::Grid;
use crate::devices::Jfet;
use crate::devices::JfetParameters;
use crate::devices::KorenPentode;
use crate::devices::KorenTriode;
use crate::devices::MAX_CONTROLS;
use crate::devices::Magnet;
use crate::devices::MagnetParameters;
use crate::devices::Mosfet;
use crate::devices::MosfetParameters;
use crate::devices::Recombination;
use crate::devices::Rectifier;
use crate::devices::ReefmanPentode;
use crate::devices::Vdmos;
use crate::devices::VdmosParameters;
use crate::devices::law::tests::worst;
use wide::f64x2;

const GRID: Grid = Grid {
    gg: 1e-3,
    xi: 1.3,
    cg: 8.0,
    ig0: 1e-9,
};

/// Relative to the slope or to 1 µS, whichever is more; measured 2.5e-8, the difference's own error.
const TOL: f64 = 7.5e-8;

fn at(device: &Device, v: [f64; MAX_CONTROLS]) -> Answer {
    device.at(&v.map(f64x2::splat)[..device.controls().len()])
}

/// Differences over ±`step` V, or that part of a voltage above 1 V.
fn check(what: &str, device: &Device, step: f64, points: &[[f64; MAX_CONTROLS]]) {
    for v in points {
        for control in 0..device.controls().len() {
            let h = step * v[control].abs().max(1.0);
            let moved = |sign: f64| {
                let mut v = *v;
                v[control] += sign * h;
                at(device, v)
            };
            let (here, above, below) = (at(device, *v), moved(1.0), moved(-1.0));
            for branch in 0..device.branches().len() {
                let mut pairs = vec![(
                    above.i(branch) - below.i(branch),
                    here.g(branch, control),
                    1e-6,
                )];
                if branch < device.charged_branches() {
                    pairs.push((
                        above.q(branch) - below.q(branch),
                        here.c(branch, control),
                        1e-12,
                    ));
                }
                for (difference, slope, floor) in pairs {
                    let left_out = !device.depends(branch, control);
                    assert!(
                        !left_out || slope == 0.0,
                        "{what}: d{branch}/d{control} is left out"
                    );
                    let numeric = difference * (0.5 / h);
                    let error = (numeric - slope).abs() / slope.abs().max(floor);
                    assert!(
                        error <= TOL,
                        "{what} at {v:?}: d{branch}/d{control} {slope:e}, not {numeric:e}"
                    );
                }
            }
        }
    }
}

#[test]
fn slopes_of_tubes() {
    let mut points = Vec::new();
    for v_1 in [-30.0, -8.0, -1.3, 0.2, 6.0] {
        for v_2 in [-5.0, 2.0, 90.0, 320.0] {
            points.extend([-20.0, 0.7, 35.0, 280.0].map(|v| [v_1, v_2, v]));
        }
    }
    let triode = KorenTriode {
        mu: 21.5,
        ex: 1.3,
        kg1: 1180.0,
        kp: 84.0,
        kvb: 300.0,
        grid: GRID,
    };
    check("Koren triode", &Device::KorenTriode(triode), 1e-5, &points);
    let pentode = KorenPentode {
        mu: 8.8,
        ex: 1.35,
        kg1: 730.0,
        kg2: 4800.0,
        kp: 32.0,
        kvb: 16.0,
        grid: GRID,
    };
    check(
        "Koren pentode",
        &Device::KorenPentode(pentode),
        1e-5,
        &points,
    );
    let derk = ReefmanPentode {
        mu: 12.5,
        ex: 1.363,
        kg1: 217.7,
        kg2: 1950.2,
        kp: 50.5,
        kvb: 1282.7,
        alpha_s: 6.09,
        a: 3.48e-4,
        beta: 0.105,
        is_beam: false,
        grid: GRID,
    };
    check("Derk", &Device::ReefmanPentode(derk), 1e-5, &points);
    check(
        "DerkE",
        &Device::ReefmanPentode(ReefmanPentode {
            is_beam: true,
            ..derk
        }),
        1e-5,
        &points,
    );
    let points: Vec<_> = [-300.0, 0.3, 17.0, 60.0].map(|v| [v, 0.0, 0.0]).to_vec();
    check(
        "rectifier",
        &Device::Rectifier(Rectifier { p: 3.2e-3 }),
        1e-5,
        &points,
    );
}

/// Of the laws on the tapes. Measured 3.4e-9 A and 1.0e-7 S.
const TOL_CURRENT: f64 = 1e-8;
const TOL_SLOPE: f64 = 3e-7;

/// Laws on the tapes against the formulas, over the voltages that a tube plays at: a current's error in A, a slope's
/// in S.
#[test]
fn laws_on_the_tapes_are_the_formulas() {
    let mut points = Vec::new();
    for v_1 in [-60.3, -17.9, -4.03, -1.31, -0.27, 0.19, 0.83, 4.7] {
        for v_2 in [11.3, 31.7, 119.1, 251.9, 433.3, 702.2] {
            points.extend([-7.1, 2.3, 11.77, 53.9, 151.3, 402.1, 933.6].map(|v| vec![v_1, v_2, v]));
        }
    }
    let pairs: Vec<Vec<f64>> = points.iter().map(|v| vec![v[0], v[2]]).collect();
    let (triode, derk, koren) = (
        KorenTriode {
            mu: 21.5,
            ex: 1.3,
            kg1: 1180.0,
            kp: 84.0,
            kvb: 300.0,
            grid: GRID,
        },
        ReefmanPentode {
            mu: 9.41,
            ex: 1.306,
            kg1: 446.6,
            kg2: 6672.5,
            kp: 45.2,
            kvb: 3205.1,
            alpha_s: 8.1,
            a: 4.91e-4,
            beta: 0.069,
            is_beam: false,
            grid: GRID,
        },
        KorenPentode {
            mu: 8.8,
            ex: 1.35,
            kg1: 730.0,
            kg2: 4800.0,
            kp: 32.0,
            kvb: 16.0,
            grid: GRID,
        },
    );
    let beam = ReefmanPentode {
        is_beam: true,
        ..derk
    };
    let rectified: Vec<Vec<f64>> = [-300.0, 0.31, 17.3, 61.7].map(|v| vec![v]).to_vec();
    for (device, points) in [
        (Device::KorenTriode(triode), &pairs),
        (Device::ReefmanPentode(derk), &points),
        (Device::ReefmanPentode(beam), &points),
        (Device::KorenPentode(koren), &points),
        (Device::Rectifier(Rectifier { p: 3.2e-3 }), &rectified),
    ] {
        let [current, slope, ..] = worst(&device, [-3.7, 211.3, 171.9], points);
        assert!(
            current <= TOL_CURRENT && slope <= TOL_SLOPE,
            "{device:?}: {current:e} A, {slope:e} S"
        );
    }
}

/// Of junctions: current, slope, charge, capacitance, in parts of 10 mA, 1 S, 10 pC and 1 nF. Measured 9.3e-10, 5.3e-8,
/// 4.1e-8 and 1.7e-6 up to 0.7 V.
const TOL_JUNCTION: [f64; 4] = [2.7e-9, 1.5e-7, 1.2e-7, 5e-6];

#[test]
fn junctions_on_the_tapes_are_the_formulas() {
    let (i_s, v_t) = (1e-14, 0.025865);
    let depletion = Depletion {
        cj: 3e-12,
        vj: 0.8,
        m: 0.4,
        fc: 0.5,
    };
    let diode = DiodeParameters {
        i_s,
        v_t,
        breakdown: None,
        recombination: None,
        ikf: f64::INFINITY,
        ikr: f64::INFINITY,
        tt: 3e-9,
        depletion,
        flicker: Flicker::NONE,
    };
    let bare = DiodeParameters {
        tt: 0.0,
        depletion: Depletion::NONE,
        ..diode
    };
    let broken = DiodeParameters {
        breakdown: Some(Breakdown::fitted(5.0, 1e-3, i_s, v_t, v_t)),
        ..diode
    };
    // As of a Zener of 5.1 V: at its knee the leakage is no longer little beside the breakdown.
    let leaky = DiodeParameters {
        i_s: 1.5e-9,
        breakdown: Some(Breakdown::fitted(5.1, 5e-3, 1.5e-9, 1.5 * v_t, v_t)),
        ..diode
    };
    let volts = [
        -5.01, -4.6, -2.03, -0.31, -0.04, 0.303, 0.4017, 0.55, 0.617, 0.701,
    ];
    let alone: Vec<Vec<f64>> = volts.iter().map(|v| vec![*v]).collect();
    let below = &alone[..6];
    for (parameters, at) in [
        (diode, &alone[..]),
        (bare, &alone),
        (broken, &alone),
        (leaky, below),
    ] {
        let device = Device::Diode(Diode::new(parameters));
        check_junction(worst(&device, [0.41, 0.0, 0.0], at));
    }
    for polarity in [1.0, -1.0] {
        for (ise, xtf) in [(0.0, 0.0), (1e-13, 4.0)] {
            let bjt = Bjt::new(BjtParameters {
                polarity,
                i_s,
                i_sr: 1.3 * i_s,
                bf: 150.0,
                br: 4.0,
                v_tf: v_t,
                v_tr: 1.01 * v_t,
                vaf: 60.0,
                var: if ise > 0.0 { 9.0 } else { f64::INFINITY },
                ikf: 0.02,
                ikr: f64::INFINITY,
                nkf: 0.5,
                ise,
                isc: ise,
                v_te: 1.5 * v_t,
                v_tc: 2.0 * v_t,
                tf: 4e-10,
                tr: 5e-8,
                xtf,
                vtf: 3.0,
                itf: 0.03,
                base_emitter: depletion,
                base_collector: depletion,
                flicker: Flicker::NONE,
            });
            let mut pairs = Vec::new();
            for v_be in volts {
                let points = volts.map(|v_bc| vec![polarity * v_be, polarity * v_bc]);
                pairs.extend(points);
            }
            let rest = [polarity * 0.62, polarity * -4.1, 0.0];
            let errors = worst(&Device::Bjt(bjt), rest, &pairs);
            check_junction(errors);
        }
    }
}

fn check_junction([current, slope, charge, capacitance]: [f64; 4]) {
    let errors = [
        current / 1e-2,
        slope / 1.0,
        charge / 1e-11,
        capacitance / 1e-9,
    ];
    assert!(
        errors
            .iter()
            .zip(TOL_JUNCTION)
            .all(|(error, most)| *error <= most),
        "{errors:?}"
    );
}

#[test]
fn slopes_of_field_effect_transistors() {
    let depletion = Depletion {
        cj: 3e-12,
        vj: 0.8,
        m: 0.4,
        fc: 0.5,
    };
    for polarity in [1.0, -1.0] {
        let mut points = Vec::new();
        for v_1 in [-2.7, -0.6, 0.1, 1.9, 4.0] {
            for v_2 in [-6.0, -1.1, 0.2, 0.55] {
                points.extend(
                    [-4.0, -0.5, 0.3, 0.6].map(|v_3| [v_1, v_2, v_3].map(|v| polarity * v)),
                );
            }
        }
        let mosfet = Mosfet::new(MosfetParameters {
            polarity,
            vto: 0.7 * polarity,
            beta: 2e-3,
            gamma: 0.5,
            phi: 0.65,
            lambda: 0.02,
            i_s: [1e-14, 3e-14],
            v_t: 0.025865,
            bulk_source: depletion,
            bulk_drain: depletion,
            flicker: Flicker::NONE,
        });
        check("MOSFET", &Device::Mosfet(mosfet), 1e-5, &points);
        let gate = GateCharge {
            c_ox: 1e-12,
            overlap: [3e-13, 2e-13, 1e-13],
            transistor: mosfet,
        };
        // The bulk's part of the threshold has corners where drain or source is its equal, and far above.
        let mut points = points.clone();
        points
            .iter_mut()
            .for_each(|v| v[2] = v[0].min(v[1]) * polarity + 0.37);
        check("gate", &Device::GateCharge(gate), 1e-6, &points);
        let jfet = Jfet::new(JfetParameters {
            polarity,
            vto: -2.0,
            beta: 1e-3,
            lambda: 0.01,
            b: 0.6,
            b_slope: 0.4 / 2.8,
            i_s: 1e-14,
            v_t: 0.025865,
            gate_source: depletion,
            gate_drain: depletion,
            flicker: Flicker::NONE,
        });
        points.retain(|v| v[0] * polarity < 0.7);
        check("JFET", &Device::Jfet(jfet), 1e-5, &points);
    }
}

#[test]
fn slopes_of_diodes_and_bipolar_transistors() {
    let depletion = Depletion {
        cj: 3e-12,
        vj: 0.8,
        m: 0.4,
        fc: 0.5,
    };
    let (i_s, v_t) = (1e-13, 0.025865);
    let breakdown = Some(Breakdown::fitted(5.0, 1e-3, i_s, v_t, v_t));
    let diode = Diode::new(DiodeParameters {
        i_s,
        v_t,
        breakdown,
        recombination: Some(Recombination {
            i_s: 1e-9,
            v_t: 2.0 * v_t,
        }),
        ikf: 1e-3,
        ikr: 1e-13,
        tt: 3e-9,
        depletion,
        flicker: Flicker::NONE,
    });
    let points = [-5.1, -4.6, -2.0, -0.04, 0.3, 0.55, 0.7, 0.9].map(|v| [v, 0.0, 0.0]);
    check("diode", &Device::Diode(diode), 1e-6, &points);
    for polarity in [1.0, -1.0] {
        let bjt = Bjt::new(BjtParameters {
            polarity,
            i_s,
            i_sr: 1.3 * i_s,
            bf: 150.0,
            br: 4.0,
            v_tf: v_t,
            v_tr: 1.01 * v_t,
            vaf: 60.0,
            var: 9.0,
            ikf: 0.02,
            ikr: 0.01,
            nkf: if polarity > 0.0 { 0.5 } else { 0.7 },
            ise: 1e-12,
            isc: 1e-12,
            v_te: 1.5 * v_t,
            v_tc: 2.0 * v_t,
            tf: 4e-10,
            tr: 5e-8,
            xtf: 4.0,
            vtf: 3.0,
            itf: 0.03,
            base_emitter: depletion,
            base_collector: depletion,
            flicker: Flicker::NONE,
        });
        let volts = [-6.0, -0.5, -0.03, 0.35, 0.6, 0.7];
        let points = volts.map(|v_be| volts.map(|v_bc| [polarity * v_be, polarity * v_bc, 0.0]));
        check("BJT", &Device::Bjt(bjt), 1e-6, &points.concat());
        let points = points
            .concat()
            .into_iter()
            .map(|[v_be, v_bc, _]| [1e-3, v_be, v_bc]);
        let points: Vec<_> = points.collect();
        for irb in [None, Some(1e-5)] {
            let (rb, rbm) = (100.0, 20.0);
            let spread = BaseSpread {
                rb,
                rbm,
                irb,
                transistor: bjt,
            };
            check("base", &Device::BaseSpread(spread), 1e-5, &points);
        }
        let phase = Device::ExcessPhase(ExcessPhase {
            delay: 2e-8,
            transistor: bjt,
        });
        // With both ends of the epilayer at one voltage its law has a corner.
        let points = points.iter().map(|v| [v[1], v[2], 1e-3]);
        let points: Vec<_> = points.filter(|v| v[0] != v[1]).collect();
        check("excess phase", &phase, 1e-6, &points);
        let layer = Device::Epilayer(Epilayer {
            polarity,
            rco: 30.0,
            vo: 5.0,
            gamma: 1e-8,
            qco: 1e-12,
            v_t,
        });
        check("epilayer", &layer, 1e-6, &points);
    }
}

#[test]
fn slopes_of_power_mosfets() {
    let volts = [-7.0, -1.3, -0.02, 0.3, 1.1, 4.2, 9.0];
    for polarity in [1.0, -1.0] {
        let mut points = volts
            .map(|a| volts.map(|b| [polarity * a, polarity * b, 0.0]))
            .concat();
        points.retain(|v| v[0] != v[1]);
        let parameters = VdmosParameters {
            polarity,
            vto: 2.1 * polarity,
            beta: 0.32,
            lambda: 0.02,
            theta: 0.03,
            mtriode: 0.7,
            ksubthres: 0.1,
            subshift: 0.05,
            cgdmin: 6e-12,
            cgdmax: 40e-12,
            a: 0.4,
        };
        check("VDMOS", &Device::Vdmos(Vdmos { parameters }), 1e-5, &points);
        let drift = Drift {
            polarity,
            rd: 1.0,
            rq: 2.0,
            vq: 4.0,
        };
        check("drift", &Device::Drift(drift), 1e-5, &points);
    }
}

#[test]
fn slopes_of_magnets() {
    let magnet = Magnet {
        p: MagnetParameters {
            length: 0.0754,
            ms: 2.75e5,
            ha: 14.1,
            alpha: 5e-5,
            hk: 17.8,
            c: 0.55,
            rs: 100.0,
            v0: 0.1,
            gm: 1e-9,
        },
    };
    let mut points = Vec::new();
    for v in [-8.0, -0.9, -0.02, 0.0, 0.3, 2.0] {
        for x in [-3.0, -0.1, 0.0, 0.02, 3.0] {
            points.extend([-0.97, -0.3, 0.002, 0.5].map(|m| [v, x, m]));
        }
    }
    check("magnet", &Device::Magnet(magnet), 1e-5, &points);
}
