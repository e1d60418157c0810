//! Whether a plan is good: one step at rest has to stay there.

use crate::circuit::operating_point::OperatingPoint;
use crate::circuit::plan::Plan;
use crate::circuit::solver::Solver;
use crate::circuit::solver::SolverReadings;
use wide::f64x2;

/// Relative error of one step at rest up to which a plan's pivots count as sound.
const TOL_PLAN: f64 = 1e-7;
/// The same where it is the whole error: between junctions that are off, a node is moved so far by the last digits of
/// their leaks, whatever the pivots.
const TOL_STILL: f64 = 1e-5;
/// Steps in which an error that a capacitor sums up would have shown.
const STEPS: usize = 16;

impl Solver {
    /// Whether steps at rest stay near the operating point, relative to its largest voltage: what a plan with bad pivots
    /// gets wrong. Resets.
    pub(super) fn is_sound(&mut self, point: &OperatingPoint, plan: &Plan) -> bool {
        let first = self.error_at_rest(point, plan);
        let mut is_still = || {
            let last = (1..STEPS).fold(first, |_, _| self.error_at_rest(point, plan));
            last <= 2.0 * first
        };
        let is_sound = first <= TOL_PLAN || (first <= TOL_STILL && is_still());
        self.reset();
        self.readings = SolverReadings::default();
        is_sound
    }

    /// How far a step at rest ends from there.
    fn error_at_rest(&mut self, point: &OperatingPoint, plan: &Plan) -> f64 {
        self.step(f64x2::splat(self.v_rest));
        let scale = point.x.iter().fold(1.0f64, |scale, x| scale.max(x.abs()));
        let x = self.program.layout.x;
        let error = |col: &u32| {
            let [away, _] = self.memory[x + *col as usize].to_array();
            if away.is_nan() {
                f64::INFINITY
            } else {
                away.abs() / scale
            }
        };
        let early = plan.backward.iter().map(|backward| &backward.col);
        plan.late_cols
            .iter()
            .chain(early)
            .map(error)
            .fold(0.0, f64::max)
    }
}
