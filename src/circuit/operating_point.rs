//! The DC operating point: Newton, and where that fails gmin and source stepping.

use crate::circuit::dense::Matrix;
use crate::circuit::equations::Equations;
use crate::circuit::equations::Placed;
use crate::circuit::equations::Unknown;
use crate::circuit::error::CircuitError;
use crate::circuit::netlist::Netlist;
use crate::devices::Answer;
use crate::units::Amps;
use crate::units::Siemens;
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

/// Newton passes at one source level.
const BUDGET: usize = 200;
/// Change of every unknown at which the point counts as found, relative and absolute.
const TOL_RELATIVE: f64 = 1e-9;
const TOL_ABSOLUTE: f64 = 1e-12;
/// Conductance to ground in the gmin steps, from easy to nothing, in S.
const GMIN_STEPS: [Siemens; 8] = [1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-8, 1e-10, 1e-12];
const SOURCE_STEPS: usize = 50;
/// Ties nodes that only capacitors hold; 1e-12 S beside a real path is below everything.
const GMIN_FLOATING: Siemens = 1e-15;

impl OperatingPoint {
    pub fn solve(netlist: Netlist) -> Result<Self, CircuitError> {
        let equations = Equations::new(&netlist);
        let values = equations.values_at(&netlist.live);
        let zero = vec![0.0; equations.size];
        let newton =
            |x: &[f64], sources: f64, gmin: f64| newton(&equations, &values, x, sources, gmin);

        let by_gmin = || {
            let eased = GMIN_STEPS
                .iter()
                .try_fold(zero.clone(), |x, gmin| newton(&x, 1.0, *gmin));
            eased.and_then(|x| newton(&x, 1.0, GMIN_FLOATING))
        };
        let by_sources = || {
            let mut levels = (1..=SOURCE_STEPS).map(|k| k as f64 / SOURCE_STEPS as f64);
            levels.try_fold(zero.clone(), |x, level| newton(&x, level, GMIN_FLOATING))
        };
        let found = newton(&zero, 1.0, GMIN_FLOATING)
            .or_else(|_| by_gmin())
            .or_else(|_| by_sources());
        match found {
            Ok(x) => Ok(Self {
                equations,
                netlist,
                x,
            }),
            Err(unsettled) => {
                let names: Vec<&str> = unsettled
                    .iter()
                    .map(|k| equations.names[*k].as_str())
                    .collect();
                Err(CircuitError::new(format!(
                    "{}: no operating point: these would not settle: {}\nLook for a node without a DC path to ground, a loop of voltage sources or inductors, or a bias that can't be met.",
                    netlist.file,
                    names.join(" ")
                )))
            }
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

/// Newton from `x`; on failure the unknowns that would not settle.
fn newton(
    equations: &Equations,
    values: &[f64],
    x: &[f64],
    sources: f64,
    gmin: Siemens,
) -> Result<Vec<f64>, Vec<usize>> {
    let mut x = x.to_vec();
    let mut at: Vec<_> = equations
        .devices
        .iter()
        .map(|placed| controls(placed, &x))
        .collect();
    let mut unsettled: Vec<usize> = (0..equations.size).collect();
    for _ in 0..BUDGET {
        let mut matrix = Matrix::zero(equations.size);
        let mut b = vec![0.0; equations.size];
        equations.linear(values, 0.0, |row, col, value| matrix.add(row, col, value));
        (0..equations.size)
            .filter(|k| !equations.names[*k].starts_with("i("))
            .for_each(|k| matrix.add(k, k, gmin));
        if let Some((row, value)) = equations.input {
            b[row] += sources * values[value];
        }
        for constant in &equations.constants {
            b[constant.row] += sources * constant.factor * values[constant.value];
        }
        let mut limited = false;
        for (placed, v_old) in equations.devices.iter().zip(&mut at) {
            let wanted = controls(placed, &x);
            let mut v = wanted.clone();
            placed.device.limit(&mut v, v_old);
            let moved = |(v, wanted): (&f64x2, &f64x2)| (*v - *wanted).to_array()[0].abs() > 1e-9;
            limited |= v.iter().zip(&wanted).any(moved);
            stamp(placed, &placed.device.at(&v), &v, &mut matrix, &mut b);
            *v_old = v;
        }
        matrix.solve(&mut b).map_err(|col| vec![col])?;
        let moved = |k: &usize| {
            (b[*k] - x[*k]).abs() > TOL_ABSOLUTE + TOL_RELATIVE * b[*k].abs().max(x[*k].abs())
        };
        unsettled = (0..x.len())
            .filter(|k| !b[*k].is_finite() || moved(k))
            .collect();
        x = b;
        if unsettled.is_empty() && !limited {
            return Ok(x);
        }
    }
    Err(unsettled)
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
