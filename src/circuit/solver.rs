//! Runs a plan: one trapezoidal step per call, Newton to convergence, two lanes at a time.

mod newton;
mod rescue;
mod state;

use crate::circuit::equations::Unknown;
use crate::circuit::equations::unknown;
use crate::circuit::error::CircuitError;
use crate::circuit::factors::Factors;
use crate::circuit::operating_point::OperatingPoint;
use crate::circuit::operating_point::across;
use crate::circuit::plan::Plan;
use crate::circuit::solver::state::Glide;
use crate::circuit::solver::state::State;
use crate::circuit::solver::state::Work;
use crate::devices::Device;
use crate::devices::Response;
use crate::units::Hertz;
use crate::units::Volts;
use wide::f64x2;

/// A circuit that plays.
///
/// A step is one trapezoidal step of length T. Where Newton does not get there in a few passes the step holds a
/// corner (a diode that opens, an op-amp that meets its rail), and is solved again as [`PARTS`] shorter steps: the
/// trapezoidal rule is exact to second order only where the circuit is smooth within a step. What fails there too
/// is rescued (`rescue.rs`).
#[derive(Clone, Debug)]
pub struct Solver {
    plan: Plan,
    factors: Factors,
    devices: Vec<Device>,
    tolerances: Vec<f64>,
    paces: [Pace; 2],
    probes: Vec<Unknown>,
    state: State,
    work: Work,
    rest: State,
    readings: SolverReadings,
}

/// A length of step: its 2/T and the plan's coefficients for it.
#[derive(Clone, Debug)]
struct Pace {
    /// 2/T, in 1/s.
    s: f64,
    coefficients: Glide,
}

/// Place of the whole step and of the part step among the paces.
const WHOLE: usize = 0;
const PART: usize = 1;
/// Part steps in a whole one.
const PARTS: u32 = 4;
/// Newton passes that a smooth step may take.
const SMOOTH_BUDGET: usize = 3;
/// Relative error of one step at rest up to which a plan's pivots count as sound.
const TOL_PLAN: f64 = 1e-7;
/// Shares of their column that pivots must not fall short of: small ones fill less, large ones are exact.
const PIVOT_SHARES: [f64; 3] = [1e-4, 1e-2, 0.3];

/// What a solver has met since it was made.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct SolverReadings {
    pub steps: u64,
    /// Newton passes of all steps.
    pub passes: u64,
    /// Steps with a corner in them, solved in parts.
    pub corners: u64,
    /// Whole or part steps that needed damping or backward Euler.
    pub rescues: u64,
    /// Steps that missed their tolerance all the same; the best finite point was kept.
    pub misses: u64,
}

impl Solver {
    /// Plans the circuit at its operating point for `rate` steps a second; `probes` are read after each step.
    pub fn new(point: &OperatingPoint, rate: Hertz, probes: &[&str]) -> Result<Self, CircuitError> {
        let (_, v_rest) = point.input()?;
        let netlist = point.netlist();
        let probes = probes
            .iter()
            .map(|name| netlist.node(name).map(unknown))
            .collect::<Result<Vec<_>, _>>()?;
        let s = 2.0 * rate;
        let plans = PIVOT_SHARES
            .into_iter()
            .filter_map(|share| Plan::new(point, s, &probes, share));
        let mut solvers =
            plans.map(|(plan, factors)| Self::with_plan(point, plan, factors, s, &probes, v_rest));
        solvers.find(|solver| solver.clone().error_at_rest(point) <= TOL_PLAN).ok_or_else(|| {
            CircuitError::new(
                "the circuit's equations are singular or too badly scaled to be solved\nLook for loops of sources, and for values many decades apart.",
            )
        })
    }

    fn with_plan(
        point: &OperatingPoint,
        plan: Plan,
        mut factors: Factors,
        s: f64,
        probes: &[Unknown],
        v_rest: Volts,
    ) -> Self {
        let paces = [s, s * f64::from(PARTS)].map(|s| {
            let mut start = vec![0.0; plan.n_coefficients];
            factors.refactor(&point.netlist().live, s, &mut start);
            Pace {
                s,
                coefficients: Glide::at(start),
            }
        });
        let devices: Vec<Device> = point
            .equations
            .devices
            .iter()
            .map(|placed| placed.device.clone())
            .collect();
        let mut state = State::new(&plan, &point.x);
        state.v_in = f64x2::splat(v_rest);
        let mut solver = Self {
            tolerances: devices.iter().map(Device::tolerance).collect(),
            devices,
            paces,
            probes: probes.to_vec(),
            rest: state.clone(),
            state,
            work: Work::new(&plan),
            readings: SolverReadings::default(),
            plan,
            factors,
        };
        solver.settle(point);
        solver
    }

    /// Histories and control voltages of the operating point.
    fn settle(&mut self, point: &OperatingPoint) {
        for (index, placed) in point.equations.devices.iter().enumerate() {
            for (control, ports) in placed.controls.iter().enumerate() {
                self.state.v[index][control] = f64x2::splat(across(&point.x, *ports));
            }
        }
        self.state.v_before.copy_from_slice(&self.state.v);
        self.load_resting_histories(WHOLE);
        self.rest = self.state.clone();
    }

    /// Back to the operating point. Never allocates.
    pub fn reset(&mut self) {
        self.state.copy_from(&self.rest);
    }

    /// Moves the live parameters; the coefficients get there in `steps` steps. Never allocates.
    pub fn glide(&mut self, live: &[f64], steps: u32) {
        for pace in &mut self.paces {
            self.factors
                .refactor(live, pace.s, pace.coefficients.target());
            pace.coefficients.set_off(steps);
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

    /// One step with `v_in` at the input. Never allocates, never leaves a non-finite value behind.
    pub fn tick(&mut self, v_in: f64x2) {
        self.paces
            .iter_mut()
            .for_each(|pace| pace.coefficients.tick());
        self.readings.steps += 1;
        self.load(WHOLE, v_in);
        self.predict();
        if self.newton(WHOLE, SMOOTH_BUDGET) {
            self.finish(WHOLE);
        } else {
            self.corner(v_in);
        }
        self.state.v_in = v_in;
        if !self.state.is_finite() {
            self.reset();
            self.readings.misses += 1;
        }
    }

    /// The step again in parts, with the input on a straight line.
    fn corner(&mut self, v_in: f64x2) {
        self.readings.corners += 1;
        let share = 1.0 / f64::from(PARTS);
        let v_whole = &mut self.work.v_whole;
        v_whole.copy_from_slice(&self.state.v);
        self.state.shorten(f64::from(PARTS));
        let slope = (v_in - self.state.v_in) * share;
        let mut v_part = self.state.v_in;
        for _ in 0..PARTS {
            v_part += slope;
            self.load(PART, v_part);
            self.predict();
            if !self.newton(PART, newton::BUDGET) {
                self.rescue(PART, v_part);
            }
            self.finish(PART);
        }
        self.state.lengthen(f64::from(PARTS), &self.work.v_whole);
    }

    /// Right sides of the late rows from histories and input.
    fn load(&mut self, pace: usize, v_in: f64x2) {
        let Self {
            plan,
            work,
            state,
            paces,
            ..
        } = self;
        let (d, k) = (&mut work.d, paces[pace].coefficients.now());
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

    /// Unknowns, histories and control voltages after the last pass.
    fn finish(&mut self, pace: usize) {
        let Self {
            plan,
            work,
            state,
            paces,
            ..
        } = self;
        let k = paces[pace].coefficients.now();
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
        for ((h, w), terms) in state.h.iter_mut().zip(&mut state.w).zip(&plan.states) {
            *w = f64x2::ZERO;
            for term in &plan.state_terms[terms.clone()] {
                *w += state.x[term.col as usize] * k[term.coefficient as usize];
            }
            *h = *w + *w - *h;
        }
        for ((h, w), charge) in state
            .h_charge
            .iter_mut()
            .zip(&mut state.w_charge)
            .zip(&work.charge)
        {
            *w = *charge;
            *h = *w + *w - *h;
        }
        std::mem::swap(&mut state.v, &mut state.v_before);
        state.v.copy_from_slice(&work.wanted);
    }

    /// Histories as a backward-Euler step wants them, and as they are at rest: h = w at the last point.
    fn load_resting_histories(&mut self, pace: usize) {
        let Self {
            plan,
            state,
            paces,
            devices,
            ..
        } = self;
        let (k, s) = (paces[pace].coefficients.now(), paces[pace].s);
        for ((h, w), terms) in state.h.iter_mut().zip(&mut state.w).zip(&plan.states) {
            *w = f64x2::ZERO;
            for term in &plan.state_terms[terms.clone()] {
                *w += state.x[term.col as usize] * k[term.coefficient as usize];
            }
            *h = *w;
        }
        for ((device, wiring), v) in devices.iter().zip(&plan.wiring).zip(&state.v) {
            if wiring.charges.is_empty() {
                continue;
            }
            let mut response = Response::default();
            device.evaluate(*v, &mut response);
            for (branch, charge) in wiring.charges.clone().enumerate() {
                state.w_charge[charge] = response.q[branch] * s;
                state.h_charge[charge] = state.w_charge[charge];
            }
        }
    }

    /// How far one step at rest moves away from the operating point, relative to its largest voltage: what a plan with
    /// bad pivots gets wrong.
    fn error_at_rest(&mut self, point: &OperatingPoint) -> f64 {
        self.tick(self.state.v_in);
        let scale = point.x.iter().fold(1.0f64, |scale, x| scale.max(x.abs()));
        let read = |k: usize| (self.state.x[k].to_array()[0] - point.x[k]).abs() / scale;
        let known = self
            .plan
            .late_cols
            .iter()
            .chain(self.plan.backward.iter().map(|backward| &backward.col));
        let errors = known.map(|k| read(*k as usize));
        errors.fold(0.0, |worst, e| {
            if e.is_finite() {
                f64::max(worst, e)
            } else {
                f64::INFINITY
            }
        })
    }
}
