//! How the charge of a device becomes a current.
//!
//! ```text
//! i[n] = w[n] − h[n],   w = (A/T)·q,   h[n+1] = FROM_LAST·w[n] − FROM_BEFORE·w[n−1] + RINGING·i[n]
//! ```
//!
//! A family of two-step formulas of second order, from the second backward difference (`RINGING` = 0) to the
//! trapezoidal rule (`RINGING` = 1). A current that the circuit cannot explain, such as what the trapezoidal rule has
//! left over when a junction's capacitance collapses, changes its sign from step to step and shrinks by `RINGING` each
//! time: the trapezoidal rule keeps it for ever. Every formula of the family turns a positive capacitance into a
//! passive branch, so it may stand beside the trapezoidal rule of the circuit's own capacitors. It is exact to a share
//! (2 − RINGING)/(6·(1 + RINGING))·(ω·T)² of the charging current.

/// What is left of an unexplained current after each step.
pub const RINGING: f64 = 0.7;
/// A: the charge's weight in the step that is being solved, times T.
pub const WEIGHT: f64 = (3.0 + RINGING) / 2.0;
pub const FROM_LAST: f64 = 2.0 / WEIGHT;
pub const FROM_BEFORE: f64 = FROM_LAST - 1.0;
/// A/T in terms of 2/T.
pub const SHARE: f64 = WEIGHT / 2.0;
