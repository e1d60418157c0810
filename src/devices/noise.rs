//! Currents that carry shot noise.

use crate::devices::Bjt;
use crate::devices::Device;
use crate::devices::Diode;
use crate::devices::Port;
use crate::devices::Response;
use crate::units::Amps;

impl Device {
    /// Ports between which a noise current of density 2·q·|I| flows, each with its I at rest.
    ///
    /// A transistor's collector and base currents are independent, as in SPICE. Tubes and op-amps have none here:
    /// their text in `devices.lib` is made of behavioural sources, which are noiseless.
    pub fn shot_currents(&self, at_rest: &Response) -> Vec<(Port, Amps)> {
        let i = |branch: usize| at_rest.i[branch].to_array()[0];
        match self {
            Self::Diode(_) => vec![(Diode::BRANCHES[0], i(0))],
            Self::Bjt(_) => {
                let base = (Bjt::BRANCHES[0], i(0) + i(1));
                let collector = (Bjt::BRANCHES[2], i(2) - i(1));
                vec![base, collector]
            }
            _ => Vec::new(),
        }
    }
}
