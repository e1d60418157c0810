//! Noise currents inside devices.

use crate::devices::Answer;
use crate::devices::Bjt;
use crate::devices::Device;
use crate::devices::Diode;
use crate::devices::Jfet;
use crate::devices::Mosfet;
use crate::devices::Port;
use crate::units::BOLTZMANN_OVER_CHARGE;
use crate::units::ELEMENTARY_CHARGE;
use crate::units::T_NOMINAL;

/// 4·kT at 27 °C, in J.
pub const FOUR_KT: f64 = 4.0 * BOLTZMANN_OVER_CHARGE * ELEMENTARY_CHARGE * T_NOMINAL;

impl Device {
    /// Ports between which a noise current flows, each with its density in A²/Hz.
    ///
    /// ```text
    /// junction: 2·q·|I|; a transistor's collector and base currents are independent
    /// channel of a field-effect transistor: 4·kT·(2/3)·gm
    /// ```
    ///
    /// As in SPICE. Left out: 1/f noise. Tubes and op-amps have none: their text in `devices.lib` is made of
    /// behavioural sources, which are noiseless.
    pub fn noise_currents(&self, at_rest: &Answer) -> Vec<(Port, f64)> {
        let i = |branch: usize| at_rest.i(branch);
        let slope = |control: usize| at_rest.g(2, control);
        let shot = |current: f64| 2.0 * ELEMENTARY_CHARGE * current.abs();
        let channel = |gm: f64| FOUR_KT * 2.0 / 3.0 * gm.abs();
        match self {
            Self::Diode(_) => vec![(Diode::BRANCHES[0], shot(i(0)))],
            Self::Bjt(_) => {
                let base = (Bjt::BRANCHES[0], shot(i(0) + i(1)));
                vec![base, (Bjt::BRANCHES[2], shot(i(2) - i(1)))]
            }
            // The drain current follows v_gs and v_gd; moved together they are the gate alone.
            Self::Jfet(_) => vec![(Jfet::BRANCHES[2], channel(slope(0) + slope(1)))],
            Self::Mosfet(_) => vec![(Mosfet::BRANCHES[2], channel(slope(0)))],
            _ => Vec::new(),
        }
    }
}
