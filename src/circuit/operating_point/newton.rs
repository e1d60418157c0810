//! Newton on the equations at rest, eased on demand.

use crate::circuit::dense::Matrix;
use crate::circuit::equations::Equations;
use crate::circuit::operating_point::controls;
use crate::circuit::operating_point::stamp;
use crate::units::Ohms;
use crate::units::Siemens;
use crate::units::Volts;
use std::cell::Cell;
use wide::f64x2;

/// Change of every unknown at which the point counts as found, relative and absolute.
const TOL_RELATIVE: f64 = 1e-9;
const TOL_ABSOLUTE: f64 = 1e-12;
/// A control that a device's limit moved by more than this is not where Newton wants it.
const TOL_LIMIT: Volts = 1e-9;
/// Where rounding alone moves an unknown by more than that (a node that hangs on diodes that are off), the change
/// stops shrinking. After so many passes such a point counts as found if every equation holds up to rounding, or nothing
/// moves by more than what rounding elsewhere explains.
const STALLED_PASSES: usize = 6;
/// Rounding of a sum, relative to its terms.
const ROUNDING: f64 = 1e-14;
/// Share of the largest voltage by which its rounding may move a node that next to nothing holds: measured 7e-12 behind
/// 90 MΩ in a rig with 500 V.
const TOL_ROUNDING: f64 = 1e-11;
/// Ties nodes that only capacitors hold. Beside a real path it is next to nothing: 40 nV on a grid that rests at 35 V
/// behind a megohm, which [`Rest::let_go`] takes away.
const GMIN_FLOATING: Siemens = 1e-15;

/// Of every inductor: says what flows at rest where a source lies across one, or two are in parallel.
const R_WINDING: Ohms = 1e-12;

/// Newton passes after the ties have moved, by less than a µV.
const PASSES_FREED: usize = 20;
/// How often the ties are moved: each time their draw shrinks by the ratio of [`GMIN_FLOATING`] to what else holds a node,
/// 500 times behind a junction that is off.
const MOVES_OF_TIES: usize = 4;

/// A node beyond this voltage that goes on by this share of it when its tie moves along is held by nothing else: what
/// flows into it finds no way out.
const V_RAN_OFF: Volts = 1e6;
const RAN_OFF: f64 = 0.1;

/// How the circuit is made easier to solve.
#[derive(Clone, Debug)]
pub struct Ease {
    /// Share of all sources.
    pub sources: f64,
    /// A conductance from each node to a voltage.
    pub ties: Vec<(Siemens, Volts)>,
}

/// The equations of a circuit at rest.
pub struct Rest<'a> {
    pub equations: &'a Equations,
    values: Vec<f64>,
    /// Number of nodes; they are the first of the unknowns.
    pub n_nodes: usize,
    /// Newton passes left before the search is given up.
    passes_left: Cell<usize>,
}

impl<'a> Rest<'a> {
    pub fn new(equations: &'a Equations, live: &[f64], n_nodes: usize, passes: usize) -> Self {
        Self {
            equations,
            values: equations.values_at(live),
            n_nodes,
            passes_left: Cell::new(passes),
        }
    }

    /// The circuit as it is.
    pub fn plain(&self) -> Ease {
        self.tied(0.0, &vec![0.0; self.n_nodes])
    }

    /// Every node tied to these voltages.
    pub fn tied(&self, siemens: Siemens, volts: &[f64]) -> Ease {
        let tie = |v: &f64| (siemens, *v);
        Ease {
            sources: 1.0,
            ties: volts[..self.n_nodes].iter().map(tie).collect(),
        }
    }

    /// A point without what its ties draw: each node is tied to where it was found instead. The solver has no ties,
    /// and would drift from them in the coupling capacitors' time: −76 dB of what a volume at its end lets through.
    ///
    /// Where a node hangs on next to nothing, as between two diodes that are off, what is left of the ties' draw still
    /// shows: they are moved again until nothing does.
    ///
    /// `Err` names the nodes that ran off with their ties, since nothing else holds them.
    pub fn let_go(&self, tied: Vec<f64>) -> Result<Vec<f64>, Vec<usize>> {
        let mut x = tied.clone();
        let mut is_lost = false;
        for _ in 0..MOVES_OF_TIES {
            let Ok(freed) = self.newton(&x, &self.tied(0.0, &x), PASSES_FREED) else {
                is_lost = true;
                break;
            };
            let changes = x.iter().zip(&freed).map(|(x, freed)| (freed - x).abs());
            let is_free = is_rounding(&freed, changes);
            x = freed;
            if is_free {
                break;
            }
        }
        let ran_off = |k: &usize| {
            let volts = tied[*k].abs();
            volts > V_RAN_OFF && (is_lost || (x[*k] - tied[*k]).abs() > RAN_OFF * volts)
        };
        let open: Vec<usize> = (0..self.n_nodes).filter(ran_off).collect();
        if open.is_empty() { Ok(x) } else { Err(open) }
    }

    /// Newton from `x`; on failure the unknowns that would not settle.
    pub fn newton(&self, x: &[f64], ease: &Ease, budget: usize) -> Result<Vec<f64>, Vec<usize>> {
        let mut x = x.to_vec();
        let placed = &self.equations.devices;
        let mut at: Vec<_> = placed.iter().map(|placed| controls(placed, &x)).collect();
        let mut unsettled: Vec<usize> = (0..x.len()).collect();
        let (mut least, mut stalled) = (f64::INFINITY, 0);
        for _ in 0..budget {
            if self.passes_left.get() == 0 {
                break;
            }
            self.passes_left.set(self.passes_left.get() - 1);
            let (mut matrix, mut b) = self.linear(ease);
            let mut limited = false;
            for (placed, v_old) in placed.iter().zip(&mut at) {
                let wanted = controls(placed, &x);
                let mut v = wanted.clone();
                placed.device.limit(&mut v, v_old);
                let moved =
                    |(v, wanted): (&f64x2, &f64x2)| (*v - *wanted).to_array()[0].abs() > TOL_LIMIT;
                limited |= v.iter().zip(&wanted).any(moved);
                stamp(placed, &placed.device.at(&v), &v, &mut matrix, &mut b);
                *v_old = v;
            }
            let has_stalled = stalled >= STALLED_PASSES && !limited;
            let was_found = has_stalled && holds(&matrix, &x, &b);
            let is_near = stalled > 0 && !limited;
            solve(matrix, &mut b, is_near).map_err(|col| vec![col])?;
            let changes: Vec<f64> = x.iter().zip(&b).map(|(x, b)| (b - x).abs()).collect();
            let moved = |k: usize| match changes[k] {
                change if change.is_finite() => {
                    change / (TOL_ABSOLUTE + TOL_RELATIVE * b[k].abs().max(x[k].abs()))
                }
                _ => f64::INFINITY,
            };
            unsettled = (0..x.len()).filter(|k| moved(*k) > 1.0).collect();
            let most = unsettled.iter().map(|k| moved(*k)).fold(0.0, f64::max);
            let is_found = was_found
                || unsettled.is_empty() && !limited
                || has_stalled && is_rounding(&b, unsettled.iter().map(|k| changes[*k]));
            x = b;
            if is_found {
                return Ok(x);
            }
            (least, stalled) = if most < 0.5 * least {
                (most, 0)
            } else {
                (least, stalled + 1)
            };
        }
        Err(unsettled)
    }

    /// The matrix that the search starts with.
    pub fn started(&self) -> Matrix<f64> {
        let (mut matrix, mut b) = self.linear(&self.plain());
        for placed in &self.equations.devices {
            let v = controls(placed, &vec![0.0; self.equations.size]);
            stamp(placed, &placed.device.at(&v), &v, &mut matrix, &mut b);
        }
        matrix
    }

    /// Everything but the devices.
    fn linear(&self, ease: &Ease) -> (Matrix<f64>, Vec<f64>) {
        let equations = self.equations;
        let mut matrix = Matrix::zero(equations.size);
        let mut b = vec![0.0; equations.size];
        equations.linear(&self.values, 0.0, |row, col, value| {
            matrix.add(row, col, value);
        });
        for (node, (siemens, volts)) in ease.ties.iter().enumerate() {
            matrix.add(node, node, siemens + GMIN_FLOATING);
            b[node] += (siemens + GMIN_FLOATING) * volts;
        }
        for row in &equations.windings {
            matrix.add(*row, *row, -R_WINDING);
        }
        if let Some((row, value)) = equations.input {
            b[row] += ease.sources * self.values[value];
        }
        for constant in &equations.constants {
            b[constant.row] += ease.sources * constant.factor * self.values[constant.value];
        }
        (matrix, b)
    }
}

/// Solves A·x = b in place of `b`; `Err` names the column without a pivot.
///
/// With conductances many decades apart the solution is off by their ratio times the rounding of a sum, in another way
/// in each pass: near the point it is refined by what is left of b.
fn solve(matrix: Matrix<f64>, b: &mut [f64], is_near: bool) -> Result<(), usize> {
    if !is_near {
        matrix.factored()?.solve(b);
        return Ok(());
    }
    let (factored, right) = (matrix.clone().factored()?, b.to_vec());
    factored.solve(b);
    let mut off = matrix.residual(b, &right);
    factored.solve(&mut off);
    b.iter_mut().zip(off).for_each(|(x, off)| *x += off);
    Ok(())
}

/// Whether A·x = b up to rounding.
fn holds(matrix: &Matrix<f64>, x: &[f64], b: &[f64]) -> bool {
    (0..x.len()).all(|row| {
        let terms = || (0..x.len()).map(|col| matrix.get(row, col) * x[col]);
        let (sum, size): (f64, f64) = (terms().sum(), terms().map(f64::abs).sum());
        (sum - b[row]).abs() <= ROUNDING * (size + b[row].abs())
    })
}

/// Whether changes are no more than rounding of the largest of the unknowns explains.
fn is_rounding(x: &[f64], mut changes: impl Iterator<Item = f64>) -> bool {
    let largest = x.iter().fold(0.0f64, |largest, x| largest.max(x.abs()));
    changes.all(|change| change < TOL_ROUNDING * largest)
}
