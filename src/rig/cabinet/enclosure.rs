//! The loudspeakers: drivers, where they sit, and what is behind them.

use crate::rig::cabinet::CabinetModel;
use crate::rig::cabinet::driver::Cone;
use crate::rig::cabinet::driver::Motor;
use crate::rig::cabinet::driver::Port;
use crate::units::Hertz;
use realfft::num_complex::Complex64;
use std::f64::consts::TAU;

/// A loudspeaker as a microphone finds it. Lengths in m.
pub struct Enclosure {
    pub ways: Vec<Way>,
    /// Width and height of the baffle, whose middle is the origin.
    pub baffle: (f64, f64),
    /// Way from the cones around the sides to the baffle's edge less the way before it, where the back is open.
    pub open_back: Option<f64>,
}

/// Drivers of one kind, which all get the same.
pub struct Way {
    pub motor: Motor,
    pub cone: Cone,
    /// Sound pressure for the same acceleration per volt, against the first way; negative if wired the other way round.
    pub gain: f64,
    /// Middles of the drivers; the first of the first way is the one that microphones are aimed at.
    pub at: Vec<(f64, f64)>,
    pub crossover: Option<Branch>,
}

/// A branch of the two-way's passive crossover, with the values of its load deck.
#[derive(Clone, Copy, Debug)]
pub enum Branch {
    Woofer,
    Tweeter,
}

impl Way {
    /// Volts at the driver per volt at the terminals.
    pub fn share(&self, hz: Hertz) -> Complex64 {
        let s = Complex64::new(0.0, TAU * hz);
        let z = self.motor.impedance(hz);
        let parallel = |a: Complex64, b: Complex64| a * b / (a + b);
        match self.crossover {
            None => Complex64::from(1.0),
            Some(Branch::Woofer) => {
                let zobel = 6.8 + 1.0 / (s * 6.8e-6);
                let z = parallel(parallel(z, zobel), 1.0 / (s * 6.8e-6));
                z / (z + 0.3 + s * 0.8e-3)
            }
            Some(Branch::Tweeter) => {
                let padded = z + 2.7;
                let all = parallel(padded, 0.2 + s * 0.56e-3);
                all / (all + 1.0 / (s * 5.6e-6)) * (z / padded)
            }
        }
    }
}

/// A paper cone for guitar of 12 inch: it moves as one up to 1 kHz, rises to 3 kHz and gives in above 5 kHz. Own curve,
/// after what makers of such drivers print: 75 Hz to 5 kHz, peaks of 5 to 8 dB between 2 and 3.5 kHz.
const GUITAR_12: Cone = Cone {
    radius: 0.130,
    break_up: 1.2e3,
    rise: (0.8e3, 3.4e3),
    modes: &[
        (430.0, 1.6, -2.0),
        (1.35e3, 3.5, 2.5),
        (1.8e3, 4.0, -2.0),
        (2.5e3, 3.0, 5.0),
        (3.3e3, 4.5, 4.0),
        (4.6e3, 5.0, 4.0),
        (6.8e3, 5.0, 5.0),
    ],
    roll_off: &[(4.9e3, 1.0), (6.3e3, 0.9)],
};

/// The same with a heavier cone and a smoother top.
const GUITAR_12_SMOOTH: Cone = Cone {
    modes: &[
        (480.0, 1.5, -1.5),
        (1.2e3, 3.0, 1.5),
        (2.1e3, 2.5, 3.5),
        (3.0e3, 4.0, 4.0),
        (4.2e3, 5.0, 2.5),
        (7.2e3, 5.0, 4.0),
    ],
    ..GUITAR_12
};

/// A bass driver of 10 inch.
const BASS_10: Cone = Cone {
    radius: 0.1055,
    break_up: 1.4e3,
    rise: (1.0e3, 3.2e3),
    modes: &[
        (600.0, 1.5, -1.5),
        (1.6e3, 2.5, 3.5),
        (2.4e3, 3.0, 5.0),
        (3.6e3, 4.0, 3.0),
        (6.0e3, 5.0, 3.0),
    ],
    roll_off: &[(4.4e3, 0.9), (5.2e3, 0.8)],
};

/// A hi-fi woofer of 17 cm, stiff to its crossover.
const WOOFER_17: Cone = Cone {
    radius: 0.0615,
    break_up: 2.5e3,
    rise: (1.8e3, 2.6e3),
    modes: &[(5.5e3, 3.0, 4.0)],
    roll_off: &[(6.5e3, 0.8)],
};

/// A dome of 29 mm.
const DOME_29: Cone = Cone {
    radius: 0.0165,
    break_up: 14e3,
    rise: (11e3, 16e3),
    modes: &[],
    roll_off: &[(28e3, 0.8)],
};

/// `None` for no cabinet. Parameters of the drivers are those of the load decks, which name their data sheets.
pub fn of(model: CabinetModel) -> Option<Enclosure> {
    let way = |motor, cone, at: &[(f64, f64)]| Way {
        motor,
        cone,
        gain: 1.0,
        at: at.to_vec(),
        crossover: None,
    };
    let driver = |re, le, fs, qms, qes, alpha| Motor {
        re,
        le,
        fs,
        qes,
        res: re * qms / qes,
        alpha,
        port: None,
    };
    Some(match model {
        CabinetModel::None => return None,
        CabinetModel::Open1x12 => Enclosure {
            ways: vec![way(
                driver(6.05, 0.90e-3, 113.0, 7.52, 1.18, 0.0),
                GUITAR_12,
                &[(0.0, -0.02)],
            )],
            baffle: (0.56, 0.42),
            open_back: Some(0.30),
        },
        CabinetModel::Open2x12 => Enclosure {
            ways: vec![way(
                driver(6.03, 0.8e-3, 90.0, 4.36, 0.934, 0.0),
                GUITAR_12_SMOOTH,
                &[(-0.16, 0.0), (0.16, 0.0)],
            )],
            baffle: (0.67, 0.50),
            open_back: Some(0.30),
        },
        CabinetModel::Closed4x12 => Enclosure {
            ways: vec![way(
                driver(6.7, 0.7e-3, 75.0, 4.773, 0.8523, 1.151),
                GUITAR_12,
                &[
                    (-0.165, -0.165),
                    (0.165, -0.165),
                    (-0.165, 0.165),
                    (0.165, 0.165),
                ],
            )],
            baffle: (0.76, 0.75),
            open_back: None,
        },
        CabinetModel::Bass8x10 => {
            let rows = [-0.42, -0.14, 0.14, 0.42];
            let at: Vec<_> = rows
                .iter()
                .flat_map(|y| [(-0.14, *y), (0.14, *y)])
                .collect();
            let mut motor = driver(3.4375, 0.45e-3, 52.07, 13.91, 0.68, 2.05);
            // Losses of the box: Q 7 across the cone, as in the load deck.
            let box_loss = 7.0 * motor.re / (motor.qes * (1.0 + motor.alpha).sqrt());
            motor.res = 1.0 / (1.0 / motor.res + 1.0 / box_loss);
            Enclosure {
                ways: vec![way(motor, BASS_10, &at)],
                baffle: (0.66, 1.22),
                open_back: None,
            }
        }
        CabinetModel::HifiTwoWay => {
            let mut woofer = driver(5.7, 0.15e-3, 33.0, 4.9, 0.40, 0.0);
            woofer.port = Some(Port {
                tuning: 38.0,
                alpha: 39.0 / 27.0,
                q: 7.0,
            });
            let tweeter = driver(6.2, 0.04e-3, 650.0, 1.74, 0.66, 0.0);
            let woofer = Way {
                crossover: Some(Branch::Woofer),
                ..way(woofer, WOOFER_17, &[(0.0, 0.0)])
            };
            let tweeter = Way {
                crossover: Some(Branch::Tweeter),
                gain: -1.0,
                ..way(tweeter, DOME_29, &[(0.0, 0.14)])
            };
            Enclosure {
                ways: vec![woofer, tweeter],
                baffle: (0.21, 0.38),
                open_back: None,
            }
        }
    })
}
