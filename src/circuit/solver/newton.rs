//! Newton's passes over the late rows.

use crate::circuit::equations::Unknown;
use crate::circuit::solver::Solver;
use crate::devices::MAX_CONTROLS;
use crate::devices::Response;
use crate::units::Volts;
use wide::f64x2;

/// Newton passes before the fallbacks.
pub const BUDGET: usize = 12;
/// No step of a control voltage is longer: a solution beyond is a runaway.
const V_RUNAWAY: Volts = 1e6;

impl Solver {
    /// Sets the devices on a straight continuation of the last two steps.
    pub(super) fn predict(&mut self) {
        let Self { work, state, .. } = self;
        for ((at, v), before) in work.at.iter_mut().zip(&state.v).zip(&state.v_before) {
            for control in 0..MAX_CONTROLS {
                at[control] = v[control] + v[control] - before[control];
            }
        }
    }

    /// Newton from where the devices are; `false` if it ran out of passes.
    ///
    /// The guard: where the first pass lands nearer to the last step than to the prediction, the prediction made
    /// things worse (a corner in the input, an oscillation) and Newton starts again from the last step.
    pub(super) fn newton(&mut self, pace: usize, budget: usize) -> bool {
        for pass in 0..budget {
            let moved = self.pass(pace);
            if moved <= 1.0 {
                return true;
            }
            if pass == 0 && moved > self.distance_to_last() {
                self.work.at.copy_from_slice(&self.state.v);
            } else {
                self.follow(1.0);
            }
        }
        false
    }

    /// One Newton pass: devices at `at`, late elimination, wanted control voltages. Returns the largest distance
    /// between the two in tolerances; NaN counts as infinite.
    pub(super) fn pass(&mut self, pace: usize) -> f64 {
        self.readings.passes += 1;
        self.straighten(pace);
        self.eliminate();
        let Self {
            plan,
            work,
            tolerances,
            ..
        } = self;
        let mut worst = f64x2::ZERO;
        for (index, wiring) in plan.wiring.iter().enumerate() {
            let scale = 1.0 / tolerances[index];
            for (control, (p, n)) in wiring.controls.iter().enumerate() {
                let at = |k: &Unknown| k.map_or(f64x2::ZERO, |k| work.b[k]);
                let wanted = at(p) - at(n);
                work.wanted[index][control] = wanted;
                let moved = (wanted - work.at[index][control]).abs() * scale;
                worst = worst.max(moved);
            }
        }
        let [a, b] = worst.to_array();
        let worst = a.max(b);
        // `max` drops a NaN, so ask the solution itself.
        let sum = work
            .b
            .iter()
            .fold(f64x2::ZERO, |sum, b| sum + *b)
            .to_array();
        if (sum[0] + sum[1]).is_finite() {
            worst
        } else {
            f64::INFINITY
        }
    }

    /// Devices as straight lines through `at`: fills slots and right sides.
    fn straighten(&mut self, pace: usize) {
        let Self {
            plan,
            work,
            devices,
            paces,
            state,
            ..
        } = self;
        let s = paces[pace].s;
        let starts = &paces[pace].coefficients.now()[plan.slots_at..plan.slots_at + plan.n_slots];
        for (slot, start) in work.slots.iter_mut().zip(starts) {
            *slot = f64x2::splat(*start);
        }
        work.b.copy_from_slice(&work.right_side);
        let mut response = Response::default();
        for ((device, wiring), v) in devices.iter().zip(&plan.wiring).zip(&work.at) {
            device.evaluate(*v, &mut response);
            for (branch, charge) in wiring.charges.clone().enumerate() {
                let w = response.q[branch] * s;
                work.charge[charge] = w;
                response.i[branch] += w - state.h_charge[charge];
                for control in 0..MAX_CONTROLS {
                    let c = response.c[branch][control];
                    response.g[branch][control] += c * s;
                }
            }
            for (branch, (p, n)) in wiring.branches.iter().enumerate() {
                let mut i = response.i[branch];
                for (g, v) in response.g[branch].iter().zip(v).take(wiring.controls.len()) {
                    i -= *g * *v;
                }
                if let Some(p) = p {
                    work.b[*p] -= i;
                }
                if let Some(n) = n {
                    work.b[*n] += i;
                }
            }
            for (slot, branch, control, sign) in &wiring.slopes {
                work.slots[*slot as usize] += response.g[*branch][*control] * *sign;
            }
        }
    }

    /// Solves the late rows; the solution replaces `b`.
    fn eliminate(&mut self) {
        let Self { plan, work, .. } = self;
        let (slots, b) = (&mut work.slots, &mut work.b);
        for (k, late) in plan.late.iter().enumerate() {
            let reciprocal = f64x2::ONE / slots[late.slot as usize];
            work.reciprocals[k] = reciprocal;
            for lower in &plan.lowers[late.below.clone()] {
                let l = slots[lower.slot as usize] * reciprocal;
                for (target, source) in &plan.updates[lower.updates.clone()] {
                    let source = slots[*source as usize];
                    slots[*target as usize] -= l * source;
                }
                let above = b[k];
                b[lower.row as usize] -= l * above;
            }
        }
        for (k, late) in plan.late.iter().enumerate().rev() {
            let mut sum = b[k];
            for (slot, col) in &plan.rights[late.right.clone()] {
                sum -= slots[*slot as usize] * b[*col as usize];
            }
            b[k] = sum * work.reciprocals[k];
        }
    }

    /// Distance from the wanted control voltages to those of the last step, in tolerances.
    fn distance_to_last(&self) -> f64 {
        let mut worst = 0.0f64;
        let pairs = self
            .work
            .wanted
            .iter()
            .zip(&self.state.v)
            .zip(&self.tolerances);
        for ((wanted, last), tolerance) in pairs {
            for (wanted, last) in wanted.iter().zip(last) {
                let moved = (*wanted - *last).abs().to_array();
                worst = worst.max(moved[0].max(moved[1]) / tolerance);
            }
        }
        worst
    }

    /// Moves the devices a share of the way to the wanted voltages, as far as their laws let them.
    pub(super) fn follow(&mut self, share: f64) {
        let Self { work, devices, .. } = self;
        for ((device, at), wanted) in devices.iter().zip(&mut work.at).zip(&work.wanted) {
            let mut aim = *wanted;
            for control in 0..MAX_CONTROLS {
                let step = (aim[control] - at[control]) * share;
                // A lane without a solution stays where it is.
                let step = step
                    .to_array()
                    .map(|s| if s.abs() < V_RUNAWAY { s } else { 0.0 });
                aim[control] = at[control] + f64x2::new(step);
            }
            *at = device.limit(aim, *at);
        }
    }
}
