//! In which order the unknowns are eliminated: linear ones first, once per control tick; the rest in every pass.

use crate::circuit::equations::Equations;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

/// One elimination: the pivot's row and column, the rows below it and the columns right of it.
#[derive(Clone, Debug)]
pub struct Pivot {
    pub row: usize,
    pub col: usize,
    pub below: Vec<usize>,
    pub right: Vec<usize>,
}

/// The order of elimination of a circuit.
#[derive(Clone, Debug)]
pub struct Order {
    /// Pivots that no nonlinear device touches.
    pub early: Vec<Pivot>,
    /// Pivots of the remaining rows and columns.
    pub late: Vec<Pivot>,
}

/// A number of the matrix while devices and knobs are in various states: pivots have to be good in all of them.
pub type InStates = [f64; N_STATES];
pub const N_STATES: usize = 8;
/// The last two of them are at the knobs' ends, with the devices at rest.
pub const AT_ENDS: usize = 6;

/// A sparse matrix as rows, with the numbers that choose stable pivots.
type Rows = Vec<BTreeMap<usize, InStates>>;

/// Mean Newton passes per step, by which the cost of late pivots is weighed.
const PASSES: usize = 2;
/// Linear unknowns that are worth leaving for late; more never paid off.
const MAX_KEPT: usize = 6;

impl Order {
    /// Finds an order that fills little, with pivots no smaller than `threshold` of their column.
    ///
    /// `linear` are the entries of the matrix without devices, `slopes` those of the devices.
    /// `None` if the matrix is singular at this threshold.
    pub fn find(
        equations: &Equations,
        linear: &[(usize, usize, InStates)],
        slopes: &[(usize, usize, InStates)],
        threshold: f64,
    ) -> Option<Self> {
        let mut kept = BTreeSet::new();
        let mut best = Self::with_kept(equations, linear, slopes, threshold, &kept)?;
        while kept.len() < MAX_KEPT {
            let early: Vec<usize> = best
                .early
                .iter()
                .filter(|p| p.below.len() * p.right.len() > 1)
                .map(|p| p.col)
                .collect();
            let candidates = early.into_iter().filter_map(|col| {
                let mut more = kept.clone();
                more.insert(col);
                let order = Self::with_kept(equations, linear, slopes, threshold, &more)?;
                Some((order.cost(), more, order))
            });
            match candidates.min_by_key(|(cost, ..)| *cost) {
                Some((cost, more, order)) if cost < best.cost() => (kept, best) = (more, order),
                _ => break,
            }
        }
        Some(best)
    }

    /// Multiplications per step: once for early pivots, in each pass for late ones.
    fn cost(&self) -> usize {
        let early: usize = self
            .early
            .iter()
            .map(|p| p.below.len() + p.right.len())
            .sum();
        let late: usize = self
            .late
            .iter()
            .map(|p| (p.below.len() + 1) * (p.right.len() + 2))
            .sum();
        early + PASSES * late
    }

    fn with_kept(
        equations: &Equations,
        linear: &[(usize, usize, InStates)],
        slopes: &[(usize, usize, InStates)],
        threshold: f64,
        kept: &BTreeSet<usize>,
    ) -> Option<Self> {
        let size = equations.size;
        let mut rows: Rows = vec![BTreeMap::new(); size];
        for (row, col, values) in linear {
            add(rows[*row].entry(*col).or_default(), values);
        }
        let (mut late_rows, mut late_cols) = (kept.clone(), kept.clone());
        for placed in &equations.devices {
            late_rows.extend(placed.branches.iter().flat_map(|(p, n)| p.iter().chain(n)));
            late_cols.extend(placed.controls.iter().flat_map(|(p, n)| p.iter().chain(n)));
        }
        let early = eliminate(&mut rows, threshold, |row, col| {
            !late_rows.contains(&row) && !late_cols.contains(&col)
        });
        for (row, col, values) in slopes {
            add(rows[*row].entry(*col).or_default(), values);
        }
        for pivot in &early {
            rows[pivot.row].clear();
        }
        let late = eliminate(&mut rows, threshold, |_, _| true);
        (early.len() + late.len() == size).then_some(Self { early, late })
    }
}

fn add(to: &mut InStates, values: &InStates) {
    to.iter_mut()
        .zip(values)
        .for_each(|(to, value)| *to += value);
}

/// The larger magnitude in each state.
fn larger(a: InStates, b: &InStates) -> InStates {
    std::array::from_fn(|state| a[state].max(b[state].abs()))
}

/// Eliminates allowed pivots, cheapest first (Markowitz), until none is left; rows are reduced in place.
fn eliminate(
    rows: &mut Rows,
    threshold: f64,
    allowed: impl Fn(usize, usize) -> bool,
) -> Vec<Pivot> {
    let largest = |row: &BTreeMap<usize, InStates>| row.values().fold([0.0; N_STATES], larger);
    let scale: Vec<InStates> = rows
        .iter()
        .map(|row| largest(row).map(|top| 1.0 / top.max(f64::MIN_POSITIVE)))
        .collect();
    let mut open: Vec<bool> = rows.iter().map(|row| !row.is_empty()).collect();
    let mut pivots = Vec::new();
    loop {
        let scaled = |row: usize, values: &InStates| -> InStates {
            std::array::from_fn(|state| values[state].abs() * scale[row][state])
        };
        let mut in_col: BTreeMap<usize, (usize, InStates)> = BTreeMap::new();
        for (row, entries) in rows.iter().enumerate().filter(|(row, _)| open[*row]) {
            for (col, values) in entries {
                let (count, top) = in_col.entry(*col).or_default();
                *count += 1;
                *top = larger(*top, &scaled(row, values));
            }
        }
        let mut best: Option<(usize, f64, usize, usize)> = None;
        for (row, entries) in rows.iter().enumerate().filter(|(row, _)| open[*row]) {
            for (col, values) in entries.iter().filter(|(col, _)| allowed(row, **col)) {
                let (count, top) = in_col[col];
                let sizes = scaled(row, values).into_iter().zip(top);
                let size = sizes
                    .map(|(size, top)| size / top.max(f64::MIN_POSITIVE))
                    .fold(1.0, f64::min);
                if size < threshold || size <= 0.0 {
                    continue;
                }
                let cost = (count - 1) * (entries.len() - 1);
                let better = best.is_none_or(|(c, s, ..)| cost < c || (cost == c && size > s));
                if better {
                    best = Some((cost, size, row, *col));
                }
            }
        }
        let Some((_, _, row, col)) = best else {
            return pivots;
        };
        open[row] = false;
        let pivot_row = rows[row].clone();
        let pivot = pivot_row[&col];
        let below: Vec<usize> = (0..rows.len())
            .filter(|r| open[*r] && rows[*r].contains_key(&col))
            .collect();
        for r in &below {
            let left = rows[*r].remove(&col).unwrap_or_default();
            for (c, above) in pivot_row.iter().filter(|(c, _)| **c != col) {
                let update: InStates =
                    std::array::from_fn(|state| -left[state] / pivot[state] * above[state]);
                add(rows[*r].entry(*c).or_default(), &update);
            }
        }
        let right = pivot_row.keys().copied().filter(|c| *c != col).collect();
        pivots.push(Pivot {
            row,
            col,
            below,
            right,
        });
    }
}
