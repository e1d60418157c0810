//! What is done where Newton fails.

use crate::circuit::solver::Solver;
use crate::circuit::solver::newton::BUDGET;
use wide::f64x2;

/// Damped passes.
const BUDGET_DAMPED: usize = 60;

impl Solver {
    /// Newton from the last point with shortened steps; `false` if that fails too.
    pub(super) fn rescue(&mut self, pace: usize) -> bool {
        self.readings.rescues += 1;
        self.start_from_last();
        self.damped(pace)
    }

    /// A step as two backward-Euler half steps, which have the same matrix: C/(T/2) = (2/T)·C. It is finished; where
    /// that fails too the circuit stands still for it. What `is_lost` gets no damped passes.
    pub(super) fn halves(&mut self, pace: usize, v_in: f64x2, is_lost: bool) {
        for _ in 0..2 {
            self.load_resting_histories(pace);
            self.start_from_last();
            if !self.newton(pace, v_in, BUDGET) && (is_lost || !self.damped(pace)) {
                self.has_missed = true;
                self.go_on_straight();
                return self.load_resting_histories(pace);
            }
            self.finish(pace);
        }
    }

    /// Newton with steps that shorten when they grow and lengthen when they shrink.
    fn damped(&mut self, pace: usize) -> bool {
        let (mut share, mut last) = (0.5, f64::INFINITY);
        for _ in 0..BUDGET_DAMPED {
            let moved = self.pass(pace);
            if moved <= 1.0 {
                return true;
            }
            share = if moved < last {
                f64::min(1.0, share * 1.4)
            } else {
                f64::max(0.02, share * 0.5)
            };
            last = moved;
            self.follow(share);
        }
        false
    }
}
