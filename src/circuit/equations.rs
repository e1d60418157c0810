//! The flat circuit as modified nodal equations.
//!
//! ```text
//! (G + s·C)·x + devices(x) = b,     s = 2/T for the trapezoidal step, jω for small signals, 0 at DC
//! ```
//!
//! Unknowns are node voltages without ground, then the currents of voltage sources, controlled voltage sources and
//! inductors. A node's row sums the currents that leave it.

use crate::circuit::expression::Expression;
use crate::circuit::netlist::Control;
use crate::circuit::netlist::Kind;
use crate::circuit::netlist::Netlist;
use crate::devices::Device;
use crate::devices::Port;
use crate::devices::Terminal;
use std::collections::BTreeSet;
use std::collections::HashMap;

/// A row or column; `None` is ground.
pub type Unknown = Option<usize>;

/// One entry of G or C: `factor · values[value]`.
#[derive(Clone, Copy, Debug)]
pub struct Stamp {
    pub row: usize,
    pub col: usize,
    pub value: usize,
    pub factor: f64,
    /// Belongs to C.
    pub is_reactive: bool,
}

/// A constant on the right side: `factor · values[value]`.
#[derive(Clone, Copy, Debug)]
pub struct Constant {
    pub row: usize,
    pub value: usize,
    pub factor: f64,
}

/// A capacitor or an inductor: what the trapezoidal rule remembers of it.
///
/// With w = (2/T)·Σ factor·value·x[col] (a capacitor's C·v, an inductor's flux) the history h stands on the right
/// side with these signs, and after a step becomes 2·w − h.
#[derive(Clone, Debug)]
pub struct State {
    pub right_side: Vec<(usize, f64)>,
    /// (column, value, factor)
    pub terms: Vec<(usize, usize, f64)>,
}

/// A nonlinear device with its terminals as unknowns.
#[derive(Clone, Debug)]
pub struct Placed {
    pub name: String,
    pub device: Device,
    pub controls: Vec<(Unknown, Unknown)>,
    pub branches: Vec<(Unknown, Unknown)>,
}

#[derive(Clone, Debug)]
pub struct Equations {
    /// Number of unknowns.
    pub size: usize,
    /// What each unknown is called in errors and tables.
    pub names: Vec<String>,
    pub values: Vec<Expression>,
    pub stamps: Vec<Stamp>,
    pub constants: Vec<Constant>,
    /// The input's row, and the value that it has at rest.
    pub input: Option<(usize, usize)>,
    pub states: Vec<State>,
    /// Rows of the inductors' currents.
    pub windings: Vec<usize>,
    pub devices: Vec<Placed>,
}

/// Place of node `node` among the unknowns.
pub fn unknown(node: usize) -> Unknown {
    node.checked_sub(1)
}

/// The up to four matrix entries of a slope from a control to a branch.
pub fn for_each_entry(
    branch: (Unknown, Unknown),
    control: (Unknown, Unknown),
    mut entry: impl FnMut(usize, usize, f64),
) {
    for (row, row_sign) in [(branch.0, 1.0), (branch.1, -1.0)] {
        for (col, col_sign) in [(control.0, 1.0), (control.1, -1.0)] {
            if let (Some(row), Some(col)) = (row, col) {
                entry(row, col, row_sign * col_sign);
            }
        }
    }
}

impl Equations {
    pub fn new(netlist: &Netlist) -> Self {
        let nodes = netlist.nodes.len() - 1;
        let mut equations = Self {
            size: nodes,
            names: netlist.nodes[1..].to_vec(),
            values: Vec::new(),
            stamps: Vec::new(),
            constants: Vec::new(),
            input: None,
            states: Vec::new(),
            windings: Vec::new(),
            devices: Vec::new(),
        };
        let with_current = netlist
            .elements
            .iter()
            .filter(|element| element.kind.has_current());
        let rows: HashMap<&str, usize> = with_current
            .enumerate()
            .map(|(k, element)| (element.name.as_str(), nodes + k))
            .collect();
        let mut inductors: Vec<(usize, usize)> = Vec::new();
        for element in &netlist.elements {
            equations.add(&element.name, &element.kind, &rows, &mut inductors);
        }
        equations.windings = inductors.iter().map(|(row, _)| *row).collect();
        equations.tie_islands(netlist);
        equations
    }

    /// Ties a node of each part of the circuit from which no current flows to ground: a pin that nothing is connected to,
    /// a winding of its own. Nothing flows through the tie, so its size is nothing to the circuit.
    fn tie_islands(&mut self, netlist: &Netlist) {
        let mut island: Vec<usize> = (0..netlist.nodes.len()).collect();
        let devices = self.devices.iter().flat_map(|placed| &placed.branches);
        let of_devices = devices.map(|ends| [ends.0, ends.1].map(|end| end.map_or(0, |k| k + 1)));
        let elements = netlist.elements.iter();
        let of_elements = elements.filter_map(|element| match &element.kind {
            // A pin that only measures does not connect.
            Kind::Device { .. } => None,
            kind => <[usize; 2]>::try_from(kind.nodes()).ok(),
        });
        for ends in of_elements.chain(of_devices) {
            // A row of its own belongs to a source, whose ends are its element's.
            let [Some(from), Some(to)] = ends.map(|node| island.get(node).copied()) else {
                continue;
            };
            let joined = island.iter_mut().filter(|at| **at == from);
            joined.for_each(|at| *at = to);
        }
        let mut tied = BTreeSet::new();
        for (node, at) in island.iter().enumerate() {
            // Ground's comes first, and what is tied to it there has no place.
            if tied.insert(at) {
                let one = self.value(Expression::Number(1.0));
                self.stamp(unknown(node), unknown(node), one, 1.0, false);
            }
        }
    }

    /// Matrix G + s·C without devices, at these values, handed out entry by entry.
    pub fn linear(&self, values: &[f64], s: f64, mut entry: impl FnMut(usize, usize, f64)) {
        for stamp in &self.stamps {
            let scale = if stamp.is_reactive { s } else { 1.0 };
            if scale != 0.0 {
                entry(
                    stamp.row,
                    stamp.col,
                    scale * stamp.factor * values[stamp.value],
                );
            }
        }
    }

    /// Element values at these positions of the live parameters.
    pub fn values_at(&self, live: &[f64]) -> Vec<f64> {
        self.values.iter().map(|value| value.value(live)).collect()
    }

    fn value(&mut self, value: Expression) -> usize {
        self.values.push(value);
        self.values.len() - 1
    }

    fn stamp(&mut self, row: Unknown, col: Unknown, value: usize, factor: f64, is_reactive: bool) {
        if let (Some(row), Some(col)) = (row, col) {
            self.stamps.push(Stamp {
                row,
                col,
                value,
                factor,
                is_reactive,
            });
        }
    }

    /// A two-terminal admittance between `a` and `b`.
    fn admittance(&mut self, a: Unknown, b: Unknown, value: usize, is_reactive: bool) {
        for (row, col, factor) in [(a, a, 1.0), (b, b, 1.0), (a, b, -1.0), (b, a, -1.0)] {
            self.stamp(row, col, value, factor, is_reactive);
        }
    }

    /// A new unknown: the current of a branch from `p` to `n`, and the row that says v_p − v_n = ….
    fn branch(&mut self, name: &str, p: Unknown, n: Unknown) -> usize {
        let row = self.size;
        self.size += 1;
        self.names.push(format!("i({name})"));
        let one = self.value(Expression::Number(1.0));
        for (node, factor) in [(p, 1.0), (n, -1.0)] {
            self.stamp(Some(row), node, one, factor, false);
            self.stamp(node, Some(row), one, factor, false);
        }
        row
    }

    fn add(
        &mut self,
        name: &str,
        kind: &Kind,
        rows: &HashMap<&str, usize>,
        inductors: &mut Vec<(usize, usize)>,
    ) {
        let control = |control: &Control| match control {
            Control::Voltage(a, b) => (unknown(*a), unknown(*b)),
            Control::Current(of) => (rows.get(of.as_str()).copied(), None),
        };
        match kind {
            Kind::Conductance { a, b, siemens } => {
                let value = self.value(siemens.clone());
                self.admittance(unknown(*a), unknown(*b), value, false);
            }
            Kind::Capacitor { a, b, farads } => {
                let (a, b) = (unknown(*a), unknown(*b));
                let value = self.value(farads.clone());
                self.admittance(a, b, value, true);
                let ends = [(a, 1.0), (b, -1.0)];
                let ends = || {
                    ends.iter()
                        .filter_map(|(end, sign)| end.map(|end| (end, *sign)))
                };
                let right_side: Vec<(usize, f64)> = ends().collect();
                let terms = ends().map(|(end, sign)| (end, value, sign)).collect();
                self.states.push(State { right_side, terms });
            }
            Kind::Inductor { a, b, henries } => {
                let row = self.branch(name, unknown(*a), unknown(*b));
                let value = self.value(Expression::Number(*henries));
                self.stamp(Some(row), Some(row), value, -1.0, true);
                inductors.push((row, self.states.len()));
                self.states.push(State {
                    right_side: vec![(row, -1.0)],
                    terms: vec![(row, value, 1.0)],
                });
            }
            Kind::Mutual {
                first,
                second,
                henries,
            } => {
                let value = self.value(Expression::Number(*henries));
                let ((row1, state1), (row2, state2)) = (inductors[*first], inductors[*second]);
                self.stamp(Some(row1), Some(row2), value, -1.0, true);
                self.stamp(Some(row2), Some(row1), value, -1.0, true);
                self.states[state1].terms.push((row2, value, 1.0));
                self.states[state2].terms.push((row1, value, 1.0));
            }
            Kind::Voltage {
                p,
                n,
                volts,
                is_input,
            } => {
                let row = self.branch(name, unknown(*p), unknown(*n));
                let value = self.value(volts.clone());
                if *is_input {
                    self.input = Some((row, value));
                } else {
                    self.constants.push(Constant {
                        row,
                        value,
                        factor: 1.0,
                    });
                }
            }
            Kind::Current { p, n, amps } => {
                let value = self.value(amps.clone());
                for (node, factor) in [(unknown(*p), -1.0), (unknown(*n), 1.0)] {
                    self.constants
                        .extend(node.map(|row| Constant { row, value, factor }));
                }
            }
            Kind::Controlled {
                p,
                n,
                is_voltage,
                terms,
                constant,
            } => {
                let (p, n) = (unknown(*p), unknown(*n));
                // Into which rows the source goes: its own, or those of its nodes.
                let targets = if *is_voltage {
                    [(Some(self.branch(name, p, n)), 1.0), (None, 0.0)]
                } else {
                    [(p, -1.0), (n, 1.0)]
                };
                for (at, gain) in terms {
                    let value = self.value(gain.clone());
                    let (a, b) = control(at);
                    for (row, sign) in targets {
                        self.stamp(row, a, value, -sign, false);
                        self.stamp(row, b, value, sign, false);
                    }
                }
                if constant.constant() != Some(0.0) {
                    let value = self.value(constant.clone());
                    let into = targets
                        .iter()
                        .filter_map(|(row, factor)| Some((row.as_ref()?, factor)));
                    self.constants.extend(into.map(|(row, factor)| Constant {
                        row: *row,
                        value,
                        factor: *factor,
                    }));
                }
            }
            Kind::Behavioural {
                p,
                n,
                is_voltage,
                controls,
                device,
            } => {
                let (p, n) = (unknown(*p), unknown(*n));
                let branch = if *is_voltage {
                    (Some(self.branch(name, p, n)), None)
                } else {
                    (p, n)
                };
                self.devices.push(Placed {
                    name: name.to_string(),
                    controls: controls.iter().map(control).collect(),
                    branches: vec![branch],
                    device: device.clone(),
                });
            }
            Kind::Device { device, nodes } => {
                let terminal = |terminal: Terminal| match terminal {
                    Terminal::Pin(pin) => unknown(nodes[pin]),
                    Terminal::Ground => None,
                };
                let ports = |ports: &[Port]| {
                    ports
                        .iter()
                        .map(|(from, to)| (terminal(*from), terminal(*to)))
                        .collect()
                };
                self.devices.push(Placed {
                    name: name.to_string(),
                    controls: ports(device.controls()),
                    branches: ports(device.branches()),
                    device: device.clone(),
                });
            }
        }
    }
}
