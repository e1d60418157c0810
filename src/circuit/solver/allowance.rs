//! How many parts a circuit's steps may be solved in.

use crate::units::Hertz;

/// Steps a second at which a step is allowed one part. Who pays for more of them wants less error: what smooth steps
/// leave falls with the square of their number, and there are as many more steps for the same corners. So the parts grow
/// with its cube.
const RATE_FOR_A_PART: Hertz = 192e3;
/// Steps whose allowance may be saved up. Corners come one at a time in most music; where all is corners (cymbals in
/// an amplifier far into its rails), this is the longest that a block may be dear.
const SAVED_STEPS: u32 = 512;

/// What a step is allowed, and what is saved, in parts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Allowance {
    a_step: u32,
    savings: u32,
}

impl Allowance {
    /// With full savings, for so many steps a second.
    pub(super) fn new(rate: Hertz) -> Self {
        let a_step = (rate / RATE_FOR_A_PART).powi(3).round().max(1.0) as u32;
        Self {
            a_step,
            savings: SAVED_STEPS * a_step,
        }
    }

    pub(super) fn reset(&mut self) {
        self.savings = SAVED_STEPS * self.a_step;
    }

    /// Once a step.
    #[inline]
    pub(super) fn earn(&mut self) {
        self.savings = (self.savings + self.a_step).min(SAVED_STEPS * self.a_step);
    }

    /// Whether so many parts are saved; they are spent then.
    pub(super) fn pays(&mut self, parts: u32) -> bool {
        let left = self.savings.checked_sub(parts);
        self.savings = left.unwrap_or(self.savings);
        left.is_some()
    }

    /// By how much a corner has to be stronger than with full savings, in squares of distances: the fourth power of what
    /// is missing, so that what is left goes to the strongest.
    pub(super) fn price(&self) -> f64 {
        let full = f64::from(SAVED_STEPS * self.a_step);
        (full / f64::from(self.savings.max(1))).powi(4)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_spent_comes_back_in_its_time_and_makes_corners_dear_until_then() {
        let full = 8 * SAVED_STEPS;
        let mut allowance = Allowance::new(2.0 * RATE_FOR_A_PART);
        assert_eq!(allowance.price(), 1.0);
        assert!(allowance.pays(full / 2));
        assert_eq!(allowance.price(), 16.0);
        assert!(!allowance.pays(full / 2 + 1));
        assert!(allowance.pays(full / 2) && !allowance.pays(1));
        assert!(allowance.price() > 1e12 && allowance.price().is_finite());
        (0..SAVED_STEPS).for_each(|_| allowance.earn());
        assert_eq!(allowance.price(), 1.0);
        allowance.earn();
        assert!(allowance.pays(full) && !allowance.pays(1));
    }
}
