//! Live parameters on a way too steep for their coefficients to glide.

/// A way from one control tick to the next on which the parameters go straight and the coefficients are built anew at
/// every step.
///
/// Coefficients are products of element values. Between two settings of which one has ten times the other's conductance,
/// straight ways of the products are no products of anything: the circuit halfway breaks Kirchhoff's law at nodes with a
/// capacitor, and runs away.
#[derive(Clone, Debug)]
pub struct Leap {
    /// Where the parameters are.
    pub live: Box<[f64]>,
    target: Box<[f64]>,
    steps_left: u32,
}

/// Most that an element's value may be multiplied or divided by in one tick for its coefficients to glide.
pub const STEEP: f64 = 1.25;

impl Leap {
    pub fn at(live: &[f64]) -> Self {
        Self {
            live: live.into(),
            target: live.into(),
            steps_left: 0,
        }
    }

    /// Is already there: the coefficients glide.
    pub fn skip(&mut self, live: &[f64]) {
        self.live.copy_from_slice(live);
        self.steps_left = 0;
    }

    pub fn set_off(&mut self, live: &[f64], steps: u32) {
        self.target.copy_from_slice(live);
        self.steps_left = steps.max(1);
    }

    pub fn is_over(&self) -> bool {
        self.steps_left == 0
    }

    /// One step of the way.
    pub fn tick(&mut self) {
        let share = 1.0 / f64::from(self.steps_left.max(1));
        for (now, target) in self.live.iter_mut().zip(&self.target) {
            *now += (target - *now) * share;
        }
        self.steps_left = self.steps_left.saturating_sub(1);
    }
}
