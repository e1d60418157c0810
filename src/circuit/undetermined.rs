//! What a circuit's equations leave open, in the deck's own names: for errors.
//!
//! Where a matrix A is singular there is a z with A·z = 0, along which the unknowns may go anywhere. A z of currents
//! alone is a loop of sources, in which any current may circle; nodes in it hang in the air.

use crate::circuit::dense::Matrix;
use crate::circuit::equations::Equations;
use crate::circuit::equations::for_each_entry;
use crate::circuit::equations::unknown;
use crate::circuit::error::CircuitError;
use crate::circuit::netlist::Element;
use crate::circuit::netlist::Kind;
use crate::circuit::netlist::Netlist;
use crate::circuit::operating_point::OperatingPoint;
use crate::circuit::operating_point::respond;
use crate::devices::Answer;
use crate::units::Volts;
use crate::units::text::si;

/// A pivot below this share of its scaled matrix' largest is rounding.
const TOL_PIVOT: f64 = 1e-13;
/// A part of z below this share of its largest is rounding.
const TOL_PART: f64 = 1e-6;
/// Elements or nodes that an error names.
const MAX_NAMED: usize = 8;
/// No circuit rests beyond.
const V_FAR: Volts = 1e6;

/// Why the circuit's trapezoidal steps, with s = 2/T, can't be solved.
pub fn in_steps(point: &OperatingPoint, s: f64) -> CircuitError {
    let netlist = point.netlist();
    // As the deck has it: in the point's own equations devices may float.
    let equations = Equations::new(netlist);
    let answers = point.equations.devices.iter();
    let answers: Vec<Answer> = answers.map(|placed| respond(placed, &point.x)).collect();
    // A pivot may vanish at a knob's end.
    let positions = [&netlist.live].into_iter().chain(&netlist.ends);
    let mut least = positions.map(|live| least_determined(&stepped(&equations, &answers, live, s)));
    let (here, is_singular) = least.next().unwrap_or_default();
    let at_end = least.find(|(_, is_singular)| *is_singular);
    if let Some(open) = is_singular
        .then_some(&here)
        .or(at_end.as_ref().map(|at| &at.0))
    {
        return undetermined(netlist, &equations, open);
    }
    let nodes = point.nodes();
    let farthest = nodes.iter().max_by(|a, b| a.1.abs().total_cmp(&b.1.abs()));
    let what = match farthest.filter(|(_, v)| v.abs() > V_FAR) {
        Some((name, v)) => format!(
            "node {name} rests at {}\nLook for what drives a current there that nothing takes.",
            si(*v, "V")
        ),
        None => format!(
            "beside the others they hardly say what {} is\nLook there for values many decades apart.",
            listed(here.iter().map(|k| &*equations.names[*k]))
        ),
    };
    let file = &netlist.file;
    CircuitError::new(format!(
        "{file}: the circuit's equations are too badly scaled to be solved: {what}"
    ))
}

/// The matrix of a step.
fn stepped(equations: &Equations, answers: &[Answer], live: &[f64], s: f64) -> Matrix<f64> {
    let mut matrix = Matrix::zero(equations.size);
    equations.linear(&equations.values_at(live), s, |row, col, value| {
        matrix.add(row, col, value);
    });
    for (placed, answer) in equations.devices.iter().zip(answers) {
        for (branch, ends) in placed.branches.iter().enumerate() {
            for (control, across) in placed.controls.iter().enumerate() {
                let slope = answer.g(branch, control) + s * answer.c(branch, control);
                for_each_entry(*ends, *across, |row, col, sign| {
                    matrix.add(row, col, sign * slope);
                });
            }
        }
    }
    matrix
}

/// Why a circuit has no operating point: its equations leave something open in this matrix, or these did not settle.
pub fn at_rest(
    netlist: &Netlist,
    equations: &Equations,
    matrix: &Matrix<f64>,
    unsettled: &[usize],
) -> CircuitError {
    let (open, is_singular) = least_determined(matrix);
    if is_singular {
        return undetermined(netlist, equations, &open);
    }
    let is_unsettled = |node: &usize| unknown(*node).is_some_and(|k| unsettled.contains(&k));
    let there = netlist.elements.iter().filter(|element| {
        let is_lawful = matches!(element.kind, Kind::Device { .. } | Kind::Behavioural { .. });
        is_lawful && element.kind.nodes().iter().any(is_unsettled)
    });
    let at = listed(there.clone().map(|element| &*element.name));
    let at = if at.is_empty() {
        at
    } else {
        format!(", at {at}")
    };
    let names = listed(unsettled.iter().map(|k| &*equations.names[*k]));
    let what = format!(
        "no operating point: these would not settle: {names}{at}\nLook for a node without a DC path to ground, or a bias that can't be met."
    );
    located(netlist, there.clone().next(), what)
}

/// Says of unknowns that they could be anything.
pub fn undetermined(netlist: &Netlist, equations: &Equations, open: &[usize]) -> CircuitError {
    let nodes: Vec<usize> = (1..netlist.nodes.len())
        .filter(|node| unknown(*node).is_some_and(|k| open.contains(&k)))
        .collect();
    let Some(first) = nodes.first() else {
        let mut around = netlist.elements.iter().filter(|element| {
            let current = format!("i({})", element.name);
            open.iter().any(|k| equations.names[*k] == current)
        });
        let what = format!(
            "any current could flow in the loop of {}\nA loop of voltage sources and windings needs a resistor: put one in, or take one of them out.",
            listed(around.clone().map(|element| &*element.name))
        );
        return located(netlist, around.next_back(), what);
    };
    let there = netlist
        .elements
        .iter()
        .filter(|element| element.kind.nodes().contains(first));
    let what = format!(
        "any voltage could be at {}, since at {} there is nothing but {}\nGive it a resistor to ground, or look for what cancels there.",
        listed(nodes.iter().map(|node| &*netlist.nodes[*node])),
        netlist.nodes[*first],
        listed(there.clone().map(|element| &*element.name))
    );
    located(netlist, there.clone().next(), what)
}

/// An error at an element, or else of the whole deck.
fn located(netlist: &Netlist, element: Option<&Element>, what: String) -> CircuitError {
    match element {
        Some(element) => element.place.error(format!("{}: {what}", element.name)),
        None => CircuitError::new(format!("{}: {what}", netlist.file)),
    }
}

/// Names in a row, not too many of them.
fn listed<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<&str> = names.collect();
    let more = names.len().saturating_sub(MAX_NAMED);
    let shown = names[..names.len() - more].join(" ");
    match more {
        0 => shown,
        _ => format!("{shown} and {more} more"),
    }
}

/// The unknowns that the equations say least about, and whether they say nothing: Gauss and Jordan with complete
/// pivoting, after rows and columns were scaled to 1.
fn least_determined(matrix: &Matrix<f64>) -> (Vec<usize>, bool) {
    let mut rows = scaled(matrix);
    let size = rows.len();
    let (mut open_rows, mut open_cols): (Vec<usize>, Vec<usize>) =
        ((0..size).collect(), (0..size).collect());
    let mut pivots: Vec<(usize, usize)> = Vec::new();
    while let Some(last) = open_cols.last().copied() {
        let places = || {
            open_rows
                .iter()
                .flat_map(|r| open_cols.iter().map(move |c| (*r, *c)))
        };
        let magnitude = |(row, col): (usize, usize)| rows[row][col].abs();
        let (row, col) = places()
            .max_by(|a, b| magnitude(*a).total_cmp(&magnitude(*b)))
            .unwrap_or((0, last));
        let is_singular = magnitude((row, col)) < TOL_PIVOT;
        if is_singular || open_cols.len() == 1 {
            // x[pivot] = −row·x for the one that is free.
            let parts = pivots.iter().map(|(r, c)| (*c, rows[*r][col].abs()));
            let parts: Vec<(usize, f64)> = parts.chain([(col, 1.0)]).collect();
            let most = parts
                .iter()
                .fold(0.0, |most, (_, part)| f64::max(most, *part));
            let large = parts.iter().filter(|(_, part)| *part > TOL_PART * most);
            let mut open: Vec<usize> = large.map(|(col, _)| *col).collect();
            open.sort_unstable();
            return (open, is_singular);
        }
        let pivot = rows[row].clone();
        for (other, entries) in rows.iter_mut().enumerate() {
            let share = match other == row {
                true => 1.0 - 1.0 / pivot[col],
                false => entries[col] / pivot[col],
            };
            if share != 0.0 {
                entries
                    .iter_mut()
                    .zip(&pivot)
                    .for_each(|(x, p)| *x -= share * p);
            }
        }
        pivots.push((row, col));
        open_rows.retain(|r| *r != row);
        open_cols.retain(|c| *c != col);
    }
    (Vec::new(), false)
}

/// The matrix with the largest of each row, and then of each column, at 1.
fn scaled(matrix: &Matrix<f64>) -> Vec<Vec<f64>> {
    let size = matrix.size();
    let largest = |line: &mut dyn Iterator<Item = f64>| {
        let top = line
            .filter(|x| x.is_finite())
            .fold(0.0, |top, x| f64::max(top, x.abs()));
        if top > 0.0 { top } else { 1.0 }
    };
    let finite = |x: f64| if x.is_finite() { x } else { 0.0 };
    let mut rows: Vec<Vec<f64>> = (0..size)
        .map(|row| (0..size).map(|col| finite(matrix.get(row, col))).collect())
        .collect();
    for row in &mut rows {
        let top = largest(&mut row.iter().copied());
        row.iter_mut().for_each(|x| *x /= top);
    }
    for col in 0..size {
        let top = largest(&mut rows.iter().map(|row| row[col]));
        rows.iter_mut().for_each(|row| row[col] /= top);
    }
    rows
}
