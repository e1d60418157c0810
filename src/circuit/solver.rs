//! Runs a plan: one trapezoidal step per call, Newton to convergence, two lanes at a time.

use crate::circuit::error::CircuitError;
use crate::circuit::equations::Unknown;
use crate::circuit::equations::unknown;
use crate::circuit::factors::Factors;
use crate::circuit::operating_point::OperatingPoint;
use crate::circuit::plan::Plan;
use crate::devices::Device;
use crate::devices::MAX_CONTROLS;
use crate::devices::Response;
use crate::units::Hertz;
use crate::units::Volts;
use wide::f64x2;

/// A circuit that plays.
#[derive(Clone, Debug)]
pub struct Solver {
    plan: Plan,
    factors: Factors,
    devices: Vec<Device>,
    tolerances: Vec<f64>,
    /// 2/T, in 1/s.
    s: f64,
    coefficients: Glide,
    probes: Vec<Unknown>,
    state: State,
    work: Work,
    rest: State,
    readings: SolverReadings,
}

/// What a solver has met since it was made or these were cleared.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct SolverReadings {
    pub steps: u64,
    /// Newton passes of all steps.
    pub passes: u64,
    /// Steps that needed the damped or the half-step fallback.
    pub rescues: u64,
    /// Steps that missed their tolerance all the same; the best finite point was kept.
    pub misses: u64,
}

/// What the circuit remembers from step to step.
#[derive(Clone, Debug)]
struct State {
    /// Histories of capacitors and inductors, then of the devices' charges.
    h: Vec<f64x2>,
    h_charge: Vec<f64x2>,
    /// Unknowns after the last step.
    x: Vec<f64x2>,
    /// Control voltages of every device after the last two steps.
    v: Vec<[f64x2; MAX_CONTROLS]>,
    v_before: Vec<[f64x2; MAX_CONTROLS]>,
}

/// Scratch of one step.
#[derive(Clone, Debug)]
struct Work {
    d: Vec<f64x2>,
    right_side: Vec<f64x2>,
    b: Vec<f64x2>,
    slots: Vec<f64x2>,
    reciprocals: Vec<f64x2>,
    /// Where the devices are evaluated, and where the pass wants them.
    at: Vec<[f64x2; MAX_CONTROLS]>,
    wanted: Vec<[f64x2; MAX_CONTROLS]>,
    /// (2/T)·charge of each charged branch at the last evaluation.
    charge: Vec<f64x2>,
    h_saved: Vec<f64x2>,
    h_charge_saved: Vec<f64x2>,
}

/// Coefficients on their way from one control tick's values to the next one's.
#[derive(Clone, Debug)]
struct Glide {
    now: Vec<f64>,
    step: Vec<f64>,
    target: Vec<f64>,
    steps_left: u32,
}

/// Newton passes before the fallbacks.
const BUDGET: usize = 12;
/// Damped passes.
const BUDGET_DAMPED: usize = 60;
/// A step longer than this from anything physical is a runaway: 1 MV.
const V_RUNAWAY: Volts = 1e6;
/// Share of the device's tolerance within which the plan must agree with the dense solution.
const TOL_PLAN: f64 = 1e-7;

impl Solver {
    /// Plans the circuit at its operating point for `rate` steps a second; `probes` are read after each step.
    pub fn new(point: &OperatingPoint, rate: Hertz, probes: &[&str]) -> Result<Self, CircuitError> {
        if point.equations.input_row.is_none() {
            return Err(CircuitError::new("the deck has no source named Vin; name its input source Vin"));
        }
        let netlist = point.netlist();
        let probes = probes.iter().map(|name| netlist.node(name).map(unknown)).collect::<Result<Vec<_>, _>>()?;
        let s = 2.0 * rate;
        // Small pivots make a plan inexact; stricter ones cost more. Take the cheapest plan that is exact.
        let plans = [1e-4, 1e-2, 0.3].into_iter().filter_map(|share| Plan::new(point, s, &probes, share));
        let mut solvers = plans.map(|(plan, factors)| Self::with_plan(point, plan, factors, s, &probes));
        let fits = |solver: &Solver| solver.clone().error_at_rest(point) <= TOL_PLAN;
        solvers.find(fits).ok_or_else(|| {
            CircuitError::new("the circuit's equations are singular or too badly scaled to be solved; look for loops of sources, or values many decades apart")
        })
    }

    fn with_plan(point: &OperatingPoint, plan: Plan, mut factors: Factors, s: f64, probes: &[Unknown]) -> Self {
        let mut target = vec![0.0; plan.n_coefficients];
        factors.refactor(&point.netlist().live, s, &mut target);
        let devices: Vec<Device> = point.equations.devices.iter().map(|placed| placed.device.clone()).collect();
        let zero = |n: usize| vec![f64x2::ZERO; n];
        let controls = vec![[f64x2::ZERO; MAX_CONTROLS]; devices.len()];
        let state = State {
            h: zero(plan.states.len()),
            h_charge: zero(plan.n_charges),
            x: point.x.iter().map(|x| f64x2::splat(*x)).collect(),
            v: controls.clone(),
            v_before: controls.clone(),
        };
        let work = Work {
            d: zero(plan.size),
            right_side: zero(plan.late.len()),
            b: zero(plan.late.len()),
            slots: zero(plan.n_slots),
            reciprocals: zero(plan.late.len()),
            at: controls.clone(),
            wanted: controls,
            charge: zero(plan.n_charges),
            h_saved: zero(plan.states.len()),
            h_charge_saved: zero(plan.n_charges),
        };
        let mut solver = Self {
            tolerances: devices.iter().map(Device::tolerance).collect(),
            devices,
            s,
            coefficients: Glide { now: target.clone(), step: vec![0.0; target.len()], target, steps_left: 0 },
            probes: probes.to_vec(),
            rest: state.clone(),
            state,
            work,
            readings: SolverReadings::default(),
            plan,
            factors,
        };
        solver.settle(point);
        solver
    }

    /// Histories and control voltages of the operating point.
    fn settle(&mut self, point: &OperatingPoint) {
        for (state, terms) in self.plan.states.iter().enumerate() {
            self.state.h[state] = self.w(terms.clone());
        }
        for (index, placed) in point.equations.devices.iter().enumerate() {
            for (control, ports) in placed.controls.iter().enumerate() {
                let v = crate::circuit::operating_point::across(&point.x, *ports);
                self.state.v[index][control] = f64x2::splat(v);
            }
            let mut response = Response::default();
            placed.device.evaluate(self.state.v[index], &mut response);
            for (branch, charge) in self.plan.wiring[index].charges.clone().enumerate() {
                self.state.h_charge[charge] = response.q[branch] * self.s;
            }
        }
        self.state.v_before.copy_from_slice(&self.state.v);
        self.rest = self.state.clone();
    }

    /// Back to the operating point. Never allocates.
    pub fn reset(&mut self) {
        self.state.copy_from(&self.rest);
    }

    /// Moves the live parameters; the coefficients get there in `steps` steps. Never allocates.
    pub fn glide(&mut self, live: &[f64], steps: u32) {
        let glide = &mut self.coefficients;
        self.factors.refactor(live, self.s, &mut glide.target);
        glide.steps_left = steps.max(1);
        let share = 1.0 / f64::from(glide.steps_left);
        for ((step, now), target) in glide.step.iter_mut().zip(&glide.now).zip(&glide.target) {
            *step = (target - now) * share;
        }
    }

    /// Volts at a probe after the last step.
    #[inline]
    pub fn probe(&self, index: usize) -> f64x2 {
        self.probes[index].map_or(f64x2::ZERO, |k| self.state.x[k])
    }

    pub fn readings(&self) -> SolverReadings {
        self.readings
    }

    /// Steps since the start that missed their tolerance.
    pub fn misses(&self) -> u64 {
        self.readings.misses
    }

    /// One step with `v_in` at the input. Never allocates, never leaves a non-finite value behind.
    pub fn tick(&mut self, v_in: f64x2) {
        self.coefficients.tick();
        self.readings.steps += 1;
        self.load(v_in);
        if !self.newton() {
            self.rescue(v_in);
        }
        self.finish();
        if !self.is_finite() {
            self.reset();
            self.readings.misses += 1;
        }
    }

    /// Right sides of the late rows from histories and input.
    fn load(&mut self, v_in: f64x2) {
        let Self { plan, work, state, coefficients, .. } = self;
        let (d, k) = (&mut work.d, &coefficients.now);
        for row in &plan.moving_rows {
            d[*row as usize] = f64x2::ZERO;
        }
        for (row, index, sign) in &plan.injections {
            let moved = &mut d[*row as usize];
            *moved = state.h[*index as usize].mul_add(f64x2::splat(*sign), *moved);
        }
        if let Some(row) = plan.input_row {
            d[row] += v_in;
        }
        for forward in &plan.forward {
            let source = d[forward.source as usize];
            d[forward.target as usize] -= source * k[forward.coefficient as usize];
        }
        for (b, row) in work.right_side.iter_mut().zip(&plan.late_rows) {
            *b = f64x2::splat(k[row.constant as usize]);
            if let Some(row) = row.moving {
                *b += d[row as usize];
            }
        }
    }

    /// Newton from a straight continuation of the last two steps; `false` if it ran out of passes.
    ///
    /// The guard: where the first pass lands nearer to the last point than to the continuation, the continuation made
    /// things worse (a corner in the input, an oscillation) and Newton starts again from the last point.
    fn newton(&mut self) -> bool {
        for index in 0..self.devices.len() {
            for control in 0..MAX_CONTROLS {
                let (v, before) = (self.state.v[index][control], self.state.v_before[index][control]);
                self.work.at[index][control] = v + v - before;
            }
        }
        let mut guarded = false;
        for _ in 0..BUDGET {
            let moved = self.pass();
            if moved <= 1.0 {
                return true;
            }
            if !guarded {
                guarded = true;
                if moved > self.distance_to_last() {
                    self.work.at.copy_from_slice(&self.state.v);
                    continue;
                }
            }
            self.follow(1.0);
        }
        false
    }

    /// From the last point with shortened steps; then, if need be, as two backward-Euler half steps, which have the
    /// same matrix: C/(T/2) = (2/T)·C.
    fn rescue(&mut self, v_in: f64x2) {
        self.readings.rescues += 1;
        self.work.at.copy_from_slice(&self.state.v);
        if self.damped() {
            return;
        }
        self.work.h_saved.copy_from_slice(&self.state.h);
        self.work.h_charge_saved.copy_from_slice(&self.state.h_charge);
        for half in 0..2 {
            // The last known w of every state is the mean of its histories before and after a step.
            self.load_resting_histories();
            self.load(v_in);
            self.work.at.copy_from_slice(&self.state.v);
            let found = self.newton_from_here() || self.damped();
            if half == 0 {
                self.finish();
            }
            if !found {
                self.readings.misses += 1;
                break;
            }
        }
        if !self.is_finite() {
            self.state.h.copy_from_slice(&self.work.h_saved);
            self.state.h_charge.copy_from_slice(&self.work.h_charge_saved);
        }
    }

    /// Histories as a backward-Euler step wants them: h = w at the last point.
    fn load_resting_histories(&mut self) {
        for state in 0..self.plan.states.len() {
            self.state.h[state] = self.w(self.plan.states[state].clone());
        }
        for (index, device) in self.devices.iter().enumerate() {
            let charges = self.plan.wiring[index].charges.clone();
            if !charges.is_empty() {
                let mut response = Response::default();
                device.evaluate(self.state.v[index], &mut response);
                for (branch, charge) in charges.enumerate() {
                    self.state.h_charge[charge] = response.q[branch] * self.s;
                }
            }
        }
    }

    fn newton_from_here(&mut self) -> bool {
        for _ in 0..BUDGET {
            if self.pass() <= 1.0 {
                return true;
            }
            self.follow(1.0);
        }
        false
    }

    /// Newton with steps that shorten when they grow and lengthen when they shrink.
    fn damped(&mut self) -> bool {
        let (mut share, mut last) = (0.5, f64::INFINITY);
        for _ in 0..BUDGET_DAMPED {
            let moved = self.pass();
            if moved <= 1.0 {
                return true;
            }
            share = if moved < last { f64::min(1.0, share * 1.4) } else { f64::max(0.02, share * 0.5) };
            last = moved;
            self.follow(share);
        }
        false
    }

    /// One Newton pass: devices at `at`, late elimination, wanted control voltages. Returns the largest distance
    /// between the two in tolerances; NaN counts as infinite.
    fn pass(&mut self) -> f64 {
        self.readings.passes += 1;
        self.straighten();
        self.eliminate();
        let Self { plan, work, tolerances, .. } = self;
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
        let sum = work.b.iter().fold(f64x2::ZERO, |sum, b| sum + *b).to_array();
        if (sum[0] + sum[1]).is_finite() { worst } else { f64::INFINITY }
    }

    /// Devices as straight lines through `at`: fills slots and right sides.
    fn straighten(&mut self) {
        let Self { plan, work, devices, coefficients, state, s, .. } = self;
        let starts = &coefficients.now[plan.slots_at..plan.slots_at + plan.n_slots];
        for (slot, start) in work.slots.iter_mut().zip(starts) {
            *slot = f64x2::splat(*start);
        }
        work.b.copy_from_slice(&work.right_side);
        let mut response = Response::default();
        for ((device, wiring), v) in devices.iter().zip(&plan.wiring).zip(&work.at) {
            device.evaluate(*v, &mut response);
            for (branch, charge) in wiring.charges.clone().enumerate() {
                let w = response.q[branch] * *s;
                work.charge[charge] = w;
                response.i[branch] += w - state.h_charge[charge];
                for control in 0..MAX_CONTROLS {
                    let c = response.c[branch][control];
                    response.g[branch][control] += c * *s;
                }
            }
            for (branch, (p, n)) in wiring.branches.iter().enumerate() {
                let mut i = response.i[branch];
                for control in 0..wiring.controls.len() {
                    i -= response.g[branch][control] * v[control];
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
        for (index, wanted) in self.work.wanted.iter().enumerate() {
            for control in 0..self.plan.wiring[index].controls.len() {
                let moved = (wanted[control] - self.state.v[index][control]).abs().to_array();
                worst = worst.max(moved[0].max(moved[1]) / self.tolerances[index]);
            }
        }
        worst
    }

    /// Moves the devices a share of the way to the wanted voltages, as far as their laws let them.
    fn follow(&mut self, share: f64) {
        let Self { work, devices, .. } = self;
        for ((device, at), wanted) in devices.iter().zip(&mut work.at).zip(&work.wanted) {
            let mut aim = *wanted;
            for control in 0..MAX_CONTROLS {
                let step = (aim[control] - at[control]) * share;
                // A lane without a solution stays where it is.
                let step = step.to_array().map(|s| if s.abs() < V_RUNAWAY { s } else { 0.0 });
                aim[control] = at[control] + f64x2::new(step);
            }
            *at = device.limit(aim, *at);
        }
    }

    /// Unknowns, histories and control voltages after the last pass.
    fn finish(&mut self) {
        let Self { plan, work, state, coefficients, .. } = self;
        let k = &coefficients.now;
        for (col, b) in plan.late_cols.iter().zip(&work.b) {
            state.x[*col as usize] = *b;
        }
        for backward in &plan.backward {
            let mut x = f64x2::splat(k[backward.constant as usize]);
            if let Some((coefficient, row)) = backward.moving {
                x += work.d[row as usize] * k[coefficient as usize];
            }
            for term in &plan.backward_terms[backward.terms.clone()] {
                x += state.x[term.col as usize] * k[term.coefficient as usize];
            }
            state.x[backward.col as usize] = x;
        }
        for (h, terms) in state.h.iter_mut().zip(&plan.states) {
            let mut w = f64x2::ZERO;
            for term in &plan.state_terms[terms.clone()] {
                w += state.x[term.col as usize] * k[term.coefficient as usize];
            }
            *h = w + w - *h;
        }
        for (h, charge) in state.h_charge.iter_mut().zip(&work.charge) {
            *h = *charge + *charge - *h;
        }
        std::mem::swap(&mut state.v, &mut state.v_before);
        state.v.copy_from_slice(&work.wanted);
    }

    /// (2/T)·charge or (2/T)·flux of a state at the last point.
    fn w(&self, terms: std::ops::Range<usize>) -> f64x2 {
        let mut w = f64x2::ZERO;
        for term in &self.plan.state_terms[terms] {
            w += self.state.x[term.col as usize] * self.coefficients.now[term.coefficient as usize];
        }
        w
    }

    fn is_finite(&self) -> bool {
        let sum = self.state.h.iter().chain(&self.state.x).fold(f64x2::ZERO, |sum, x| sum + *x).to_array();
        (sum[0] + sum[1]).is_finite()
    }

    /// How far one step at rest moves away from the operating point, relative to its voltages: what a plan with bad
    /// pivots gets wrong.
    fn error_at_rest(&mut self, point: &OperatingPoint) -> f64 {
        self.tick(f64x2::splat(0.0));
        let scale = point.x.iter().fold(1.0f64, |scale, x| scale.max(x.abs()));
        let read = |k: usize| self.state.x[k].to_array()[0];
        let known = self.plan.late_cols.iter().map(|col| *col as usize);
        let known = known.chain(self.plan.backward.iter().map(|backward| backward.col as usize));
        known.map(|k| (read(k) - point.x[k]).abs() / scale).fold(0.0, |worst, e| if e.is_finite() { f64::max(worst, e) } else { f64::INFINITY })
    }
}

impl State {
    fn copy_from(&mut self, other: &Self) {
        self.h.copy_from_slice(&other.h);
        self.h_charge.copy_from_slice(&other.h_charge);
        self.x.copy_from_slice(&other.x);
        self.v.copy_from_slice(&other.v);
        self.v_before.copy_from_slice(&other.v_before);
    }
}

impl Glide {
    #[inline]
    fn tick(&mut self) {
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
