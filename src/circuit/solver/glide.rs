//! Coefficients that glide.

use wide::f64x2;

/// Coefficients on their way from one control tick's values to the next one's, the same in both lanes.
#[derive(Clone, Debug)]
pub struct Glide {
    now: Box<[f64x2]>,
    step: Box<[f64x2]>,
    target: Box<[f64]>,
    steps_left: u32,
}

impl Glide {
    pub fn at(start: &[f64]) -> Self {
        Self {
            now: start.iter().map(|k| f64x2::splat(*k)).collect(),
            step: vec![f64x2::ZERO; start.len()].into(),
            target: start.into(),
            steps_left: 0,
        }
    }

    #[inline]
    pub fn now(&self) -> &[f64x2] {
        &self.now
    }

    /// Where the next [`set_off`](Self::set_off) leads.
    pub fn target(&mut self) -> &mut [f64] {
        &mut self.target
    }

    pub fn set_off(&mut self, steps: u32) {
        self.steps_left = steps.max(1);
        let share = 1.0 / f64::from(self.steps_left);
        for ((step, now), target) in self.step.iter_mut().zip(&self.now).zip(&self.target) {
            *step = (f64x2::splat(*target) - *now) * share;
        }
    }

    #[inline]
    pub fn tick(&mut self) {
        match self.steps_left {
            0 => {}
            1 => {
                for (now, target) in self.now.iter_mut().zip(&self.target) {
                    *now = f64x2::splat(*target);
                }
                self.steps_left = 0;
            }
            _ => {
                for (now, step) in self.now.iter_mut().zip(&self.step) {
                    *now += *step;
                }
                self.steps_left -= 1;
            }
        }
    }
}
