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

/// A sparse matrix as rows, with the numbers that choose stable pivots.
type Rows = Vec<BTreeMap<usize, f64>>;

/// Mean Newton passes per step, by which the cost of late pivots is weighed.
const PASSES: usize = 2;
/// Linear unknowns that are worth leaving for late; more never paid off.
const MAX_KEPT: usize = 6;

impl Order {
    /// Finds an order that fills little, with pivots no smaller than `threshold` of their column.
    ///
    /// `linear` are the entries of the matrix without devices, `slopes` those of the devices at the operating point.
    /// `None` if the matrix is singular at this threshold.
    pub fn find(
        equations: &Equations,
        linear: &[(usize, usize, f64)],
        slopes: &[(usize, usize, f64)],
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
        linear: &[(usize, usize, f64)],
        slopes: &[(usize, usize, f64)],
        threshold: f64,
        kept: &BTreeSet<usize>,
    ) -> Option<Self> {
        let size = equations.size;
        let mut rows: Rows = vec![BTreeMap::new(); size];
        for (row, col, value) in linear {
            *rows[*row].entry(*col).or_default() += value;
        }
        let (mut late_rows, mut late_cols) = (kept.clone(), kept.clone());
        for placed in &equations.devices {
            late_rows.extend(placed.branches.iter().flat_map(|(p, n)| p.iter().chain(n)));
            late_cols.extend(placed.controls.iter().flat_map(|(p, n)| p.iter().chain(n)));
        }
        let early = eliminate(&mut rows, threshold, |row, col| {
            !late_rows.contains(&row) && !late_cols.contains(&col)
        });
        for (row, col, value) in slopes {
            *rows[*row].entry(*col).or_default() += value;
        }
        for pivot in &early {
            rows[pivot.row].clear();
        }
        let late = eliminate(&mut rows, threshold, |_, _| true);
        (early.len() + late.len() == size).then_some(Self { early, late })
    }
}

/// Eliminates allowed pivots, cheapest first (Markowitz), until none is left; rows are reduced in place.
fn eliminate(
    rows: &mut Rows,
    threshold: f64,
    allowed: impl Fn(usize, usize) -> bool,
) -> Vec<Pivot> {
    let largest = |row: &BTreeMap<usize, f64>| row.values().fold(0.0f64, |m, v| m.max(v.abs()));
    let scale: Vec<f64> = rows
        .iter()
        .map(|row| 1.0 / largest(row).max(f64::MIN_POSITIVE))
        .collect();
    let mut open: Vec<bool> = rows.iter().map(|row| !row.is_empty()).collect();
    let mut pivots = Vec::new();
    loop {
        let mut in_col: BTreeMap<usize, (usize, f64)> = BTreeMap::new();
        for (row, entries) in rows.iter().enumerate().filter(|(row, _)| open[*row]) {
            for (col, value) in entries {
                let (count, top) = in_col.entry(*col).or_default();
                *count += 1;
                *top = top.max(value.abs() * scale[row]);
            }
        }
        let mut best: Option<(usize, f64, usize, usize)> = None;
        for (row, entries) in rows.iter().enumerate().filter(|(row, _)| open[*row]) {
            for (col, value) in entries.iter().filter(|(col, _)| allowed(row, **col)) {
                let (count, top) = in_col[col];
                let size = value.abs() * scale[row] / top.max(f64::MIN_POSITIVE);
                if value.abs() == 0.0 || size < threshold {
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
        let below: Vec<usize> = (0..rows.len())
            .filter(|r| open[*r] && rows[*r].contains_key(&col))
            .collect();
        for r in &below {
            let factor = rows[*r].remove(&col).unwrap_or_default() / pivot_row[&col];
            for (c, value) in pivot_row.iter().filter(|(c, _)| **c != col) {
                *rows[*r].entry(*c).or_default() -= factor * value;
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
