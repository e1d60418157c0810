//! Coefficients that glide.

use std::ops::Range;
use wide::f64x2;

/// Coefficients on their way from one control tick's values to the next one's, the same in both lanes.
#[derive(Debug)]
pub struct Glide {
    now: Box<[f64x2]>,
    step: Box<[f64x2]>,
    target: Box<[f64]>,
    /// The stretches of coefficients that change on the way; has room for all that there can be.
    moving: Vec<Range<usize>>,
    steps_left: u32,
}

impl Clone for Glide {
    fn clone(&self) -> Self {
        let mut moving = Vec::with_capacity(most_stretches(self.now.len()));
        moving.extend_from_slice(&self.moving);
        Self {
            now: self.now.clone(),
            step: self.step.clone(),
            target: self.target.clone(),
            moving,
            steps_left: self.steps_left,
        }
    }
}

/// Most stretches of `n` coefficients with at least one at rest between them.
fn most_stretches(n: usize) -> usize {
    n.div_ceil(2)
}

impl Glide {
    pub fn at(start: &[f64]) -> Self {
        Self {
            now: start.iter().map(|k| f64x2::splat(*k)).collect(),
            step: vec![f64x2::ZERO; start.len()].into(),
            target: start.into(),
            moving: Vec::with_capacity(most_stretches(start.len())),
            steps_left: 0,
        }
    }

    #[inline]
    pub fn now(&self) -> &[f64x2] {
        &self.now
    }

    pub fn steps_left(&self) -> u32 {
        self.steps_left
    }

    /// Where the next [`set_off`](Self::set_off) leads.
    pub fn target(&mut self) -> &mut [f64] {
        &mut self.target
    }

    /// Starts on the way to the target. Never allocates.
    pub fn set_off(&mut self, steps: u32) {
        self.steps_left = steps.max(1);
        self.moving.clear();
        let share = 1.0 / f64::from(self.steps_left);
        for (index, (target, now)) in self.target.iter().zip(&self.now).enumerate() {
            let [now, _] = now.to_array();
            if *target == now {
                continue;
            }
            self.step[index] = f64x2::splat((target - now) * share);
            match self.moving.last_mut() {
                Some(stretch) if stretch.end == index => stretch.end += 1,
                _ => self.moving.push(index..index + 1),
            }
        }
    }

    /// At the target at once.
    pub fn jump(&mut self) {
        self.steps_left = 0;
        self.moving.clear();
        for (now, target) in self.now.iter_mut().zip(&self.target) {
            *now = f64x2::splat(*target);
        }
    }

    /// One step of the way.
    #[inline]
    pub fn tick(&mut self) {
        if self.steps_left > 0 {
            self.advance();
        }
    }

    #[cold]
    #[inline(never)]
    fn advance(&mut self) {
        if self.steps_left == 1 {
            return self.move_to(0);
        }
        for stretch in &self.moving {
            let steps = &self.step[stretch.clone()];
            for (now, step) in self.now[stretch.clone()].iter_mut().zip(steps) {
                *now += *step;
            }
        }
        self.steps_left -= 1;
    }

    /// To where so many steps are left: for coefficients that are not used in every step.
    pub fn move_to(&mut self, steps_left: u32) {
        if self.steps_left == steps_left {
            return;
        }
        self.steps_left = steps_left;
        let left = f64::from(steps_left);
        for index in self.moving.iter().cloned().flatten() {
            self.now[index] = f64x2::splat(self.target[index]) - self.step[index] * left;
        }
    }
}
