//! Noise currents inside devices.

use crate::devices::Answer;
use crate::devices::BaseSpread;
use crate::devices::Bjt;
use crate::devices::Device;
use crate::devices::Diode;
use crate::devices::Drift;
use crate::devices::Jfet;
use crate::devices::Mosfet;
use crate::devices::Port;
use crate::devices::Vdmos;
use crate::units::Amps;
use crate::units::BOLTZMANN_OVER_CHARGE;
use crate::units::ELEMENTARY_CHARGE;
use crate::units::Kelvin;
use crate::units::Siemens;

/// 4·kT·g: thermal noise of a conductance, in A²/Hz.
pub fn thermal(t: Kelvin, g: Siemens) -> f64 {
    4.0 * BOLTZMANN_OVER_CHARGE * ELEMENTARY_CHARGE * t * g
}

/// 2·q·|i|: shot noise of a current, in A²/Hz.
fn shot(i: Amps) -> f64 {
    2.0 * ELEMENTARY_CHARGE * i.abs()
}

/// SPICE's flicker noise, kf·|i|^af/f.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Flicker {
    /// In A^(2 − af).
    pub kf: f64,
    pub af: f64,
}

impl Flicker {
    pub const NONE: Self = Self { kf: 0.0, af: 1.0 };

    /// Density times frequency, in A².
    fn of(&self, i: Amps) -> f64 {
        if self.kf == 0.0 {
            0.0
        } else {
            self.kf * i.abs().powf(self.af)
        }
    }

    /// That of `m` equal devices in parallel, as a function of their whole current.
    pub fn parallel(&self, m: f64) -> Self {
        Self {
            kf: self.kf * m.powf(1.0 - self.af),
            ..*self
        }
    }
}

/// A noise current between two terminals, of density `white + flicker/f`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NoiseCurrent {
    pub port: Port,
    /// In A²/Hz.
    pub white: f64,
    /// In A².
    pub flicker: f64,
}

impl Device {
    /// The noise currents at rest, at temperature `t`.
    ///
    /// ```text
    /// junction: 2·q·|i|; a transistor's collector and base currents are independent
    /// channel of a field-effect transistor: 4·kT·(2/3)·gm
    /// 1/f: kf·|i|^af/f, i of the diode, the base or the drain
    /// ```
    ///
    /// As in SPICE. Tubes and op-amps have none: their text in `devices.lib` is made of behavioural sources, which are
    /// noiseless.
    pub fn noise_currents(&self, at_rest: &Answer, t: Kelvin) -> Vec<NoiseCurrent> {
        let i = |branch: usize| at_rest.i(branch);
        let slope = |control: usize| at_rest.g(2, control);
        let current = |port: Port, white: f64, flicker: f64| NoiseCurrent {
            port,
            white,
            flicker,
        };
        // The drain's own current is the channel's less that of its junction.
        let channel = |port: Port, gm: Siemens, flicker: Flicker| {
            let white = thermal(t, 2.0 / 3.0 * gm.abs());
            vec![current(port, white, flicker.of(i(2) - i(1)))]
        };
        match self {
            Self::Diode(diode) => {
                vec![current(
                    Diode::BRANCHES[0],
                    shot(i(0)),
                    diode.flicker().of(i(0)),
                )]
            }
            Self::Bjt(bjt) => {
                let base = i(0) + i(1);
                vec![
                    current(Bjt::BRANCHES[0], shot(base), bjt.flicker().of(base)),
                    current(Bjt::BRANCHES[2], shot(i(2) - i(1)), 0.0),
                ]
            }
            Self::BaseSpread(_) => {
                let white = thermal(t, at_rest.g(0, 0));
                vec![current(BaseSpread::BRANCHES[0], white, 0.0)]
            }
            // The drain current follows v_gs and v_gd; moved together they are the gate alone.
            Self::Jfet(jfet) => channel(Jfet::BRANCHES[2], slope(0) + slope(1), jfet.flicker()),
            Self::Mosfet(mosfet) => channel(Mosfet::BRANCHES[2], slope(0), mosfet.flicker()),
            Self::Vdmos(_) => {
                let gm = at_rest.g(1, 0) + at_rest.g(1, 1);
                vec![current(
                    Vdmos::BRANCHES[1],
                    thermal(t, 2.0 / 3.0 * gm.abs()),
                    0.0,
                )]
            }
            Self::Drift(_) => vec![current(
                Drift::BRANCHES[0],
                thermal(t, at_rest.g(0, 0)),
                0.0,
            )],
            _ => Vec::new(),
        }
    }
}
