//! Devices that float: one unknown and one equation less for Newton.
//!
//! A device answers to voltages between its terminals only, and what flows into one of them flows out of another. So of
//! a group of nodes that devices hang between, none of them ground, one may be taken as the reference: the others are
//! measured from it, and its own equation becomes the sum of the group's, which no device appears in.
//!
//! ```text
//! x[k] = y[k] + y[reference],   row[reference] = Σ row[k]
//! ```
//!
//! Two groupings, by controls for the unknowns and by branches for the equations: an op-amp's inputs only measure, its
//! output only drives.

use crate::circuit::equations::Constant;
use crate::circuit::equations::Equations;
use crate::circuit::equations::Stamp;
use crate::circuit::equations::Unknown;
use std::collections::BTreeMap;

/// The reference of each unknown, or of each equation, that is measured from one.
type References = Vec<Option<usize>>;

/// Groups of more nodes would tie too much of the circuit to one unknown.
const MAX_GROUP: usize = 4;

/// Equations in which devices float, and how their unknowns are to be read.
#[derive(Clone, Debug)]
pub struct Floating {
    pub equations: Equations,
    references: References,
}

impl Floating {
    pub fn new(equations: &Equations) -> Self {
        let size = equations.size;
        let mut weight = (vec![0; size], vec![0; size]);
        for stamp in &equations.stamps {
            weight.0[stamp.row] += 1;
            weight.1[stamp.col] += 1;
        }
        let controls = equations.devices.iter().flat_map(|placed| &placed.controls);
        let branches = equations.devices.iter().flat_map(|placed| &placed.branches);
        let by_col = references(controls, &weight.1);
        let by_row = references(branches, &weight.0);
        Self {
            equations: shift(equations, &by_row, &by_col),
            references: by_col,
        }
    }

    /// The unknowns whose sum is an unknown of the circuit.
    pub fn parts(&self, unknown: Unknown) -> [Unknown; 2] {
        [unknown, unknown.and_then(|k| self.references[k])]
    }

    /// Values of the unknowns from those of the circuit.
    pub fn values(&self, x: &[f64]) -> Vec<f64> {
        let measured = |(k, x_k): (usize, &f64)| x_k - self.references[k].map_or(0.0, |at| x[at]);
        x.iter().enumerate().map(measured).collect()
    }
}

/// Groups what `ports` connect; the heaviest member of each becomes the reference of the others.
fn references<'a>(
    ports: impl Iterator<Item = &'a (Unknown, Unknown)>,
    weight: &[usize],
) -> References {
    let size = weight.len();
    // Every member's group; ground is the group behind the last unknown.
    let mut group: Vec<usize> = (0..=size).collect();
    for (p, n) in ports {
        let [from, to] = [p, n].map(|end| group[end.unwrap_or(size)]);
        group
            .iter_mut()
            .filter(|at| **at == from)
            .for_each(|at| *at = to);
    }
    let ground = group[size];
    let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (k, at) in group[..size]
        .iter()
        .enumerate()
        .filter(|(_, at)| **at != ground)
    {
        members.entry(*at).or_default().push(k);
    }
    let mut references = vec![None; size];
    for group in members.values().filter(|group| group.len() <= MAX_GROUP) {
        let heaviest = group.iter().copied().max_by_key(|k| weight[*k]);
        group
            .iter()
            .filter(|k| Some(**k) != heaviest)
            .for_each(|k| references[*k] = heaviest);
    }
    references
}

fn shift(equations: &Equations, by_row: &References, by_col: &References) -> Equations {
    let mut shifted = equations.clone();
    let twice = |k: usize, references: &References| [Some(k), references[k]].into_iter().flatten();

    let mut factors: BTreeMap<(usize, usize, usize, bool), f64> = BTreeMap::new();
    for stamp in &equations.stamps {
        for row in twice(stamp.row, by_row) {
            for col in twice(stamp.col, by_col) {
                let place = (row, col, stamp.value, stamp.is_reactive);
                *factors.entry(place).or_default() += stamp.factor;
            }
        }
    }
    let stamp = |((row, col, value, is_reactive), factor)| Stamp {
        row,
        col,
        value,
        factor,
        is_reactive,
    };
    let remaining = factors.into_iter().filter(|(_, factor)| *factor != 0.0);
    shifted.stamps = remaining.map(stamp).collect();

    let moved = |constant: &Constant| {
        let Constant { row, value, factor } = *constant;
        twice(row, by_row).map(move |row| ((row, value), factor))
    };
    shifted.constants = sums(equations.constants.iter().flat_map(moved))
        .map(|((row, value), factor)| Constant { row, value, factor })
        .collect();

    for state in &mut shifted.states {
        let right_side = state
            .right_side
            .iter()
            .flat_map(|(row, sign)| twice(*row, by_row).map(|row| (row, *sign)));
        state.right_side = sums(right_side).collect();
        let terms = state.terms.iter().flat_map(|(col, value, factor)| {
            twice(*col, by_col).map(|col| ((col, *value), *factor))
        });
        state.terms = sums(terms)
            .map(|((col, value), factor)| (col, value, factor))
            .collect();
    }

    let unless_reference =
        |end: Unknown, references: &References| end.filter(|k| !references.contains(&Some(*k)));
    for placed in &mut shifted.devices {
        for (ports, references) in [
            (&mut placed.controls, by_col),
            (&mut placed.branches, by_row),
        ] {
            for (p, n) in ports {
                *p = unless_reference(*p, references);
                *n = unless_reference(*n, references);
            }
        }
    }
    shifted
}

/// Sums what has the same key, and leaves out what cancels.
fn sums<K: Ord>(terms: impl Iterator<Item = (K, f64)>) -> impl Iterator<Item = (K, f64)> {
    let mut sums: BTreeMap<K, f64> = BTreeMap::new();
    for (key, term) in terms {
        *sums.entry(key).or_default() += term;
    }
    sums.into_iter().filter(|(_, sum)| *sum != 0.0)
}
