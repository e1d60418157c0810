//! The DC operating point: Newton, and where that fails gmin stepping, source stepping and a pseudo-transient.

mod ambiguity;
mod continuation;
mod newton;

pub use ambiguity::OtherRest;

use crate::circuit::dense::Matrix;
use crate::circuit::equations::Equations;
use crate::circuit::equations::Placed;
use crate::circuit::equations::Unknown;
use crate::circuit::error::CircuitError;
use crate::circuit::netlist::Netlist;
use crate::circuit::operating_point::newton::Rest;
use crate::circuit::undetermined;
use crate::devices::Answer;
use crate::units::Amps;
use crate::units::Volts;
use wide::f64x2;

/// Where a circuit rests without signal.
#[derive(Clone, Debug)]
pub struct OperatingPoint {
    pub equations: Equations,
    netlist: Netlist,
    /// All unknowns.
    pub x: Vec<f64>,
}

/// One nonlinear device at rest.
#[derive(Clone, Debug)]
pub struct DevicePoint {
    pub name: String,
    /// Currents into the terminals.
    pub currents: Vec<(&'static str, Amps)>,
    /// Power turned into heat, in W.
    pub dissipation: f64,
}

/// Newton passes that a search may take in all.
const PASSES: usize = 6000;

impl OperatingPoint {
    pub fn solve(netlist: Netlist) -> Result<Self, CircuitError> {
        let equations = Equations::new(&netlist);
        let n_nodes = netlist.nodes.len() - 1;
        let rest = Rest::new(&equations, &netlist.live, n_nodes, PASSES);
        let named = match rest.find(&netlist.nodesets).map(|x| rest.let_go(x)) {
            Ok(Ok(x)) => {
                return Ok(Self {
                    equations,
                    netlist,
                    x,
                });
            }
            Ok(Err(open)) => undetermined::undetermined(&netlist, &equations, &open),
            Err(unsettled) => {
                undetermined::at_rest(&netlist, &equations, &rest.started(), &unsettled)
            }
        };
        Err(named)
    }

    /// The same point of the same circuit in other equations.
    pub fn restated(&self, equations: Equations, x: Vec<f64>) -> Self {
        Self {
            equations,
            netlist: self.netlist.clone(),
            x,
        }
    }

    pub fn netlist(&self) -> &Netlist {
        &self.netlist
    }

    /// The input's row and its voltage at rest.
    pub fn input(&self) -> Result<(usize, Volts), CircuitError> {
        let Some((row, value)) = self.equations.input else {
            let file = &self.netlist.file;
            return Err(CircuitError::new(format!(
                "{file}: no source named Vin; name the input source Vin"
            )));
        };
        Ok((row, self.equations.values[value].value(&self.netlist.live)))
    }

    /// Node voltages by name.
    pub fn nodes(&self) -> Vec<(String, Volts)> {
        self.netlist.nodes[1..]
            .iter()
            .cloned()
            .zip(self.x.iter().copied())
            .collect()
    }

    /// Every nonlinear device between nodes, in the order of the deck.
    pub fn devices(&self) -> Vec<DevicePoint> {
        let is_row = |end: &Unknown| end.is_some_and(|k| k + 1 >= self.netlist.nodes.len());
        self.equations
            .devices
            .iter()
            .filter(|placed| !placed.branches.iter().any(|(p, _)| is_row(p)))
            .map(|placed| self.device(placed))
            .collect()
    }

    /// Voltage or current of an unknown; ground is 0.
    pub fn at(&self, unknown: Unknown) -> f64 {
        unknown.map_or(0.0, |k| self.x[k])
    }

    fn device(&self, placed: &Placed) -> DevicePoint {
        let answer = respond(placed, &self.x);
        let terminals = placed.device.terminals();
        let mut currents: Vec<(&'static str, Amps)> =
            terminals.iter().map(|name| (*name, 0.0)).collect();
        let mut dissipation = 0.0;
        for (branch, (from, to)) in placed.device.branches().iter().enumerate() {
            let i = answer.i(branch);
            for (end, sign) in [(from, 1.0), (to, -1.0)] {
                if let crate::devices::Terminal::Pin(pin) = end {
                    currents[*pin].1 += sign * i;
                }
            }
            let (p, n) = placed.branches[branch];
            dissipation += i * (self.at(p) - self.at(n));
        }
        DevicePoint {
            name: placed.name.clone(),
            currents,
            dissipation,
        }
    }
}

/// Difference of two unknowns.
pub fn across(x: &[f64], (p, n): (Unknown, Unknown)) -> f64 {
    let at = |unknown: Unknown| unknown.map_or(0.0, |k| x[k]);
    at(p) - at(n)
}

/// Control voltages of a device, the same in both lanes.
fn controls(placed: &Placed, x: &[f64]) -> Vec<f64x2> {
    let all = placed.controls.iter();
    all.map(|control| f64x2::splat(across(x, *control)))
        .collect()
}

/// What a device answers at `x`.
pub fn respond(placed: &Placed, x: &[f64]) -> Answer {
    placed.device.at(&controls(placed, x))
}

/// Adds a device, straightened at `v`, to the equations.
fn stamp(placed: &Placed, answer: &Answer, v: &[f64x2], matrix: &mut Matrix<f64>, b: &mut [f64]) {
    for (branch, (p, n)) in placed.branches.iter().enumerate() {
        let mut i = answer.i(branch);
        for (control, (cp, cn)) in placed.controls.iter().enumerate() {
            let g = answer.g(branch, control);
            i -= g * v[control].to_array()[0];
            for (row, row_sign) in [(p, 1.0), (n, -1.0)] {
                for (col, col_sign) in [(cp, 1.0), (cn, -1.0)] {
                    if let (Some(row), Some(col)) = (row, col) {
                        matrix.add(*row, *col, row_sign * col_sign * g);
                    }
                }
            }
        }
        p.iter().for_each(|row| b[*row] -= i);
        n.iter().for_each(|row| b[*row] += i);
    }
}
