//! The plan: everything that a step does, as flat lists of places in flat arrays.
//!
//! The early part of the matrix is factored once per control tick; its factors are the *coefficients*, which glide
//! from tick to tick. What is left for every step is
//!
//! ```text
//! d = histories + input                     (injections)
//! d[target] −= l·d[source]                  (forward)
//! M·v = r + d − device currents             (late, by Newton)
//! x = const + 1/p·d − Σ u·x                 (backward)
//! h = 2·w − h,  2·w = Σ coefficient·x       (states)
//! ```
//!
//! written out as tapes on a flat memory (`layout.rs`, `tapes.rs`).

mod build;
pub mod charging;
pub mod layout;
pub mod tapes;

use crate::circuit::equations::Unknown;
use std::ops::Range;

/// `d[target] −= coefficient·d[source]`
#[derive(Clone, Copy, Debug)]
pub struct Forward {
    pub target: u32,
    pub source: u32,
    pub coefficient: u32,
}

/// `x[col] = constant + reciprocal·d[row] + Σ terms`
#[derive(Clone, Debug)]
pub struct Backward {
    pub col: u32,
    pub constant: u32,
    /// Coefficient and row, where the row moves.
    pub moving: Option<(u32, u32)>,
    pub terms: Range<usize>,
}

/// `+= coefficient·x[col]`
#[derive(Clone, Copy, Debug)]
pub struct Term {
    pub coefficient: u32,
    pub col: u32,
}

/// `+= coefficient·(x[plus] − x[minus])`; only the first term of a state may have a `minus`.
#[derive(Clone, Copy, Debug)]
pub struct StateTerm {
    pub coefficient: u32,
    pub plus: u32,
    pub minus: Option<u32>,
}

/// The right side of one late row.
#[derive(Clone, Copy, Debug)]
pub struct LateRow {
    pub constant: u32,
    /// Row of d, where the row moves.
    pub moving: Option<u32>,
}

/// One row below a late pivot.
#[derive(Clone, Debug)]
pub struct Lower {
    pub slot: u32,
    pub row: u32,
    /// (target slot, source slot) pairs.
    pub updates: Range<usize>,
}

/// One late pivot. Late rows, columns and right sides are numbered in the order of elimination.
#[derive(Clone, Debug)]
pub struct Late {
    pub slot: u32,
    pub below: Range<usize>,
    /// (slot, late column) pairs right of the pivot.
    pub right: Range<usize>,
}

/// Where a device reads and writes.
#[derive(Clone, Debug)]
pub struct Wiring {
    /// Late columns of each control; `None` is ground.
    pub controls: Vec<(Unknown, Unknown)>,
    /// Late rows of each branch.
    pub branches: Vec<(Unknown, Unknown)>,
    /// Slopes: slot, branch, control, sign.
    pub slopes: Vec<(u32, usize, usize, f64)>,
    /// Branch and control of every slope that is not always zero.
    pub depends: Vec<(usize, usize)>,
    /// The device's charges among all charges.
    pub charges: Range<usize>,
}

/// The plan of one circuit. Data only: [`crate::circuit::Solver`] runs it.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Number of unknowns.
    pub size: usize,
    pub n_slots: usize,
    pub n_charges: usize,
    pub n_coefficients: usize,
    /// `d[row] += sign·h[state]`
    pub injections: Vec<(u32, u32, f64)>,
    pub input_row: Unknown,
    pub forward: Vec<Forward>,
    pub late_rows: Vec<LateRow>,
    /// Unknown of each late column.
    pub late_cols: Vec<u32>,
    /// Coefficient of the first slot; those of the others follow.
    pub slots_at: usize,
    /// Whether a slot starts from its coefficient, or from nothing.
    pub slot_starts: Vec<bool>,
    /// Coefficient that a charge is multiplied by.
    pub charging_at: usize,
    pub late: Vec<Late>,
    pub lowers: Vec<Lower>,
    pub updates: Vec<(u32, u32)>,
    pub rights: Vec<(u32, u32)>,
    pub wiring: Vec<Wiring>,
    pub backward: Vec<Backward>,
    pub backward_terms: Vec<Term>,
    /// Terms of 2·w for each state.
    pub states: Vec<Range<usize>>,
    pub state_terms: Vec<StateTerm>,
}
