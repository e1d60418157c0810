//! What a solver remembers, its scratch, and coefficients that glide.

use crate::circuit::plan::Plan;
use crate::devices::MAX_CONTROLS;
use wide::f64x2;

/// What the circuit remembers from step to step.
#[derive(Clone, Debug)]
pub struct State {
    /// Histories of capacitors and inductors, and their w = (2/T)·charge or (2/T)·flux after the last step.
    pub h: Vec<f64x2>,
    pub w: Vec<f64x2>,
    /// The same of the devices' charges.
    pub h_charge: Vec<f64x2>,
    pub w_charge: Vec<f64x2>,
    /// Unknowns after the last step.
    pub x: Vec<f64x2>,
    /// Control voltages of every device after the last two steps.
    pub v: Vec<[f64x2; MAX_CONTROLS]>,
    pub v_before: Vec<[f64x2; MAX_CONTROLS]>,
    /// Input of the last step.
    pub v_in: f64x2,
}

/// Scratch of one step.
#[derive(Clone, Debug)]
pub struct Work {
    pub d: Vec<f64x2>,
    /// Right sides of the late rows without devices.
    pub right_side: Vec<f64x2>,
    /// Right sides with devices, then the late unknowns.
    pub b: Vec<f64x2>,
    pub slots: Vec<f64x2>,
    pub reciprocals: Vec<f64x2>,
    /// Where the devices are evaluated, and where the pass wants them.
    pub at: Vec<[f64x2; MAX_CONTROLS]>,
    pub wanted: Vec<[f64x2; MAX_CONTROLS]>,
    /// (2/T)·charge of each charged branch at the last evaluation.
    pub charge: Vec<f64x2>,
    /// Control voltages before a step that is solved in parts.
    pub v_whole: Vec<[f64x2; MAX_CONTROLS]>,
}

impl State {
    pub fn new(plan: &Plan, x: &[f64]) -> Self {
        let zero = |n: usize| vec![f64x2::ZERO; n];
        let controls = vec![[f64x2::ZERO; MAX_CONTROLS]; plan.wiring.len()];
        Self {
            h: zero(plan.states.len()),
            w: zero(plan.states.len()),
            h_charge: zero(plan.n_charges),
            w_charge: zero(plan.n_charges),
            x: x.iter().map(|x| f64x2::splat(*x)).collect(),
            v: controls.clone(),
            v_before: controls,
            v_in: f64x2::ZERO,
        }
    }

    pub fn copy_from(&mut self, other: &Self) {
        self.h.copy_from_slice(&other.h);
        self.w.copy_from_slice(&other.w);
        self.h_charge.copy_from_slice(&other.h_charge);
        self.w_charge.copy_from_slice(&other.w_charge);
        self.x.copy_from_slice(&other.x);
        self.v.copy_from_slice(&other.v);
        self.v_before.copy_from_slice(&other.v_before);
        self.v_in = other.v_in;
    }

    pub fn is_finite(&self) -> bool {
        let sum = self
            .h
            .iter()
            .chain(&self.h_charge)
            .chain(&self.x)
            .fold(f64x2::ZERO, |sum, x| sum + *x)
            .to_array();
        (sum[0] + sum[1]).is_finite()
    }

    /// As if the steps so far had been `parts` times shorter.
    ///
    /// A history is h = w + i with w proportional to 2/T, so h becomes h + (parts − 1)·w.
    pub fn shorten(&mut self, parts: f64) {
        self.scale_histories(parts);
        for (before, v) in self.v_before.iter_mut().zip(&self.v) {
            for (before, v) in before.iter_mut().zip(v) {
                *before = *v - (*v - *before) * (1.0 / parts);
            }
        }
    }

    /// Undoes [`shorten`](Self::shorten) after `parts` short steps from the control voltages `v_before`.
    pub fn lengthen(&mut self, parts: f64, v_before: &[[f64x2; MAX_CONTROLS]]) {
        self.scale_histories(1.0 / parts);
        self.v_before.copy_from_slice(v_before);
    }

    fn scale_histories(&mut self, scale: f64) {
        let pairs = self.h.iter_mut().zip(&mut self.w);
        for (h, w) in pairs.chain(self.h_charge.iter_mut().zip(&mut self.w_charge)) {
            *h += *w * (scale - 1.0);
            *w *= f64x2::splat(scale);
        }
    }
}

impl Work {
    pub fn new(plan: &Plan) -> Self {
        let zero = |n: usize| vec![f64x2::ZERO; n];
        let controls = vec![[f64x2::ZERO; MAX_CONTROLS]; plan.wiring.len()];
        Self {
            d: zero(plan.size),
            right_side: zero(plan.late.len()),
            b: zero(plan.late.len()),
            slots: zero(plan.n_slots),
            reciprocals: zero(plan.late.len()),
            at: controls.clone(),
            wanted: controls.clone(),
            charge: zero(plan.n_charges),
            v_whole: controls,
        }
    }
}

/// Coefficients on their way from one control tick's values to the next one's.
#[derive(Clone, Debug)]
pub struct Glide {
    now: Vec<f64>,
    step: Vec<f64>,
    target: Vec<f64>,
    steps_left: u32,
}

impl Glide {
    pub fn at(start: Vec<f64>) -> Self {
        Self {
            now: start.clone(),
            step: vec![0.0; start.len()],
            target: start,
            steps_left: 0,
        }
    }

    #[inline]
    pub fn now(&self) -> &[f64] {
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
            *step = (target - now) * share;
        }
    }

    #[inline]
    pub fn tick(&mut self) {
        match self.steps_left {
            0 => {}
            1 => {
                self.now.copy_from_slice(&self.target);
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
