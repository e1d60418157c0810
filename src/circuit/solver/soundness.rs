//! How good a plan is: one step at rest has to stay there.

use crate::circuit::operating_point::OperatingPoint;
use crate::circuit::plan::Plan;
use crate::circuit::solver::Solver;
use crate::circuit::solver::SolverReadings;
use wide::f64x2;

/// Relative error of one step at rest up to which a plan's pivots count as sound.
pub(super) const SOUND: f64 = 1e-7;
/// The same where no plan is sound. What only the leak of a closed junction holds, or a Zener at its knee behind 10 MΩ,
/// is moved so far by the last digits of a table, whatever the pivots.
pub(super) const BEARABLE: f64 = 1e-5;

impl Solver {
    /// By how much one step at rest leaves the operating point, relative to its largest voltage: what a plan with bad
    /// pivots gets wrong. Resets.
    pub(super) fn error_at_rest(&mut self, point: &OperatingPoint, plan: &Plan) -> f64 {
        self.step(f64x2::splat(self.v_rest));
        let scale = point.x.iter().fold(1.0f64, |scale, x| scale.max(x.abs()));
        let x = self.program.layout.x;
        let away = |col: &u32| {
            let [away, _] = self.memory[x + *col as usize].to_array();
            if away.is_nan() {
                f64::INFINITY
            } else {
                away.abs()
            }
        };
        let early = plan.backward.iter().map(|backward| &backward.col);
        let farthest = plan
            .late_cols
            .iter()
            .chain(early)
            .map(away)
            .fold(0.0, f64::max);
        self.reset();
        self.readings = SolverReadings::default();
        farthest / scale
    }
}
