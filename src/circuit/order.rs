//! In which order the unknowns are eliminated: linear ones first, once per control tick; the rest in every pass.

mod elimination;

use crate::circuit::equations::Equations;
use crate::circuit::equations::Unknown;
use crate::circuit::order::elimination::Rows;
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

/// Mean Newton passes per step, by which the cost of late pivots is weighed.
const PASSES: usize = 2;
/// Linear unknowns that are worth leaving for late; more never paid off.
const MAX_KEPT: usize = 6;
/// Of those that might be left, so many are tried again together with the best: in none of 87 circuits any other ever
/// paid off.
const MAX_PROMISING: usize = 32;

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
        let matrix = Matrix::new(equations, linear, slopes);
        let mut kept = BTreeSet::new();
        let mut best = matrix.order(threshold, &kept)?;
        let filling = best.early.iter();
        let filling = filling.filter(|p| p.below.len() * p.right.len() > 1);
        let mut promising: Vec<usize> = filling.map(|p| p.col).collect();
        while kept.len() < MAX_KEPT {
            let tried = promising.iter().filter(|col| !kept.contains(*col));
            let tried = tried.filter_map(|col| {
                let more = kept.iter().chain([col]).copied().collect();
                let order = matrix.order(threshold, &more)?;
                Some((order.cost(), more, order))
            });
            let mut tried: Vec<(usize, BTreeSet<usize>, Order)> = tried.collect();
            tried.sort_by_key(|(cost, ..)| *cost);
            tried.truncate(MAX_PROMISING);
            promising = tried
                .iter()
                .flat_map(|(_, more, _)| more.difference(&kept))
                .copied()
                .collect();
            match tried.into_iter().next() {
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
}

/// The matrix before anything is eliminated.
struct Matrix<'a> {
    linear: Rows,
    slopes: &'a [(usize, usize, InStates)],
    /// Rows and columns that devices touch.
    late_rows: BTreeSet<usize>,
    late_cols: BTreeSet<usize>,
}

impl<'a> Matrix<'a> {
    fn new(
        equations: &Equations,
        linear: &[(usize, usize, InStates)],
        slopes: &'a [(usize, usize, InStates)],
    ) -> Self {
        let mut rows = Rows::new(equations.size);
        for (row, col, values) in linear {
            rows.add(*row, *col, values);
        }
        let devices = equations.devices.iter();
        let touched = |ports: &[(Unknown, Unknown)]| -> Vec<usize> {
            ports
                .iter()
                .flat_map(|(p, n)| p.iter().chain(n))
                .copied()
                .collect()
        };
        Self {
            linear: rows,
            slopes,
            late_rows: devices
                .clone()
                .flat_map(|placed| touched(&placed.branches))
                .collect(),
            late_cols: devices
                .flat_map(|placed| touched(&placed.controls))
                .collect(),
        }
    }

    /// The order in which the `kept` unknowns are left for late.
    fn order(&self, threshold: f64, kept: &BTreeSet<usize>) -> Option<Order> {
        let mut rows = self.linear.clone();
        let is_late =
            |k: usize, touched: &BTreeSet<usize>| touched.contains(&k) || kept.contains(&k);
        let early = rows.eliminate(threshold, |row, col| {
            !is_late(row, &self.late_rows) && !is_late(col, &self.late_cols)
        });
        for (row, col, values) in self.slopes {
            rows.add(*row, *col, values);
        }
        for pivot in &early {
            rows.clear(pivot.row);
        }
        let late = rows.eliminate(threshold, |_, _| true);
        (early.len() + late.len() == rows.size()).then_some(Order { early, late })
    }
}
