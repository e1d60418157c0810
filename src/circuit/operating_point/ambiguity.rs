//! Whether a circuit could rest elsewhere.

use crate::circuit::operating_point::OperatingPoint;
use crate::circuit::operating_point::newton::Rest;
use crate::units::Siemens;
use crate::units::Volts;
use std::collections::BTreeSet;

/// A node that rests at different voltages in two solutions.
#[derive(Clone, Debug, PartialEq)]
pub struct OtherRest {
    pub node: String,
    /// Where the circuit is taken to rest.
    pub found: Volts,
    /// Where it could rest as well.
    pub other: Volts,
}

/// Voltages of two solutions that differ by more than this part of the largest voltage are different.
const TOL_DIFFERENT: f64 = 1e-3;
/// Conductance that pulls a node aside.
const PULL: Siemens = 1.0;
/// Newton passes of a search.
const PASSES: usize = 20_000;
/// Newton passes of each trial.
const BUDGET: usize = 60;

impl OperatingPoint {
    /// A second solution of the circuit at rest, as the nodes that differ; empty where none was found.
    ///
    /// Each node that a device is controlled by is pulled to the lowest and to the highest voltage of the circuit and
    /// let go, as a finger on a flip-flop would. A circuit with one solution comes back to it. Takes milliseconds to
    /// a second: for reports, not for loading.
    pub fn other_rest(&self) -> Vec<OtherRest> {
        let n_nodes = self.netlist.nodes.len() - 1;
        let rest = Rest::new(&self.equations, &self.netlist.live, n_nodes, PASSES);
        let volts = &self.x[..n_nodes];
        let low = volts.iter().copied().fold(0.0, f64::min);
        let high = volts.iter().copied().fold(0.0, f64::max);
        let scale = f64::max(high, -low);
        let is_other = |x: &[f64]| {
            let differs = |(a, b): (&f64, &f64)| (a - b).abs() > TOL_DIFFERENT * scale;
            volts.iter().zip(x).any(differs)
        };
        for node in self.controlling_nodes() {
            for pull in [low, high] {
                let other = self.let_go(&rest, node, pull).filter(|x| is_other(x));
                if let Some(other) = other {
                    return self.differences(&other, TOL_DIFFERENT * scale);
                }
            }
        }
        Vec::new()
    }

    /// Where the circuit comes to rest after `node` was pulled to `volts`.
    fn let_go(&self, rest: &Rest, node: usize, volts: Volts) -> Option<Vec<f64>> {
        let mut pulled = rest.plain();
        pulled.ties[node] = (PULL, volts);
        let aside = rest.newton(&self.x, &pulled, BUDGET).ok()?;
        rest.newton(&aside, &rest.plain(), BUDGET).ok()
    }

    /// Nodes that control a device.
    fn controlling_nodes(&self) -> BTreeSet<usize> {
        let n_nodes = self.netlist.nodes.len() - 1;
        let ports = self.equations.devices.iter().flat_map(|d| &d.controls);
        let ends = ports.flat_map(|(p, n)| [*p, *n]).flatten();
        ends.filter(|node| *node < n_nodes).collect()
    }

    fn differences(&self, other: &[f64], least: Volts) -> Vec<OtherRest> {
        let pairs = self.nodes().into_iter().zip(other);
        pairs
            .filter(|((_, found), other)| (found - **other).abs() > least)
            .map(|((node, found), other)| OtherRest {
                node,
                found,
                other: *other,
            })
            .collect()
    }
}
