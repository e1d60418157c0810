//! Newton's passes over the late rows.

use crate::circuit::plan::layout::DISTANCE;
use crate::circuit::plan::layout::INPUT;
use crate::circuit::plan::layout::MOVED;
use crate::circuit::solver::Solver;
use crate::circuit::solver::program::Phase;
use crate::units::Volts;
use wide::f64x2;

/// Newton passes before the fallbacks.
pub const BUDGET: usize = 12;
/// No step of a control voltage is longer: a solution beyond is a runaway.
const V_RUNAWAY: Volts = 1e6;

impl Solver {
    /// A step's right sides, and Newton from where the devices are; `false` if it ran out of passes.
    pub(super) fn newton(&mut self, pace: usize, v_in: f64x2, budget: usize) -> bool {
        let moved = self.start(pace, v_in);
        moved <= 1.0 || self.approach(pace, moved, budget)
    }

    /// Newton after a first pass that moved the devices by more than their tolerances.
    ///
    /// The guard: where that pass lands nearer to the last step than to the prediction, the prediction made
    /// things worse (a corner in the input, an oscillation) and Newton starts again, from the last step.
    pub(super) fn approach(&mut self, pace: usize, moved: f64, budget: usize) -> bool {
        let mut passes = 1;
        if moved > self.distance_to_last(pace) {
            self.start_from_last();
            passes = 0;
        } else {
            self.follow(1.0);
        }
        for _ in passes..budget {
            if self.pass(pace) <= 1.0 {
                return true;
            }
            self.follow(1.0);
        }
        false
    }

    /// Sets the devices where the last step left them.
    pub(super) fn start_from_last(&mut self) {
        let layout = &self.program.layout;
        self.memory
            .copy_within(layout.v..layout.v + layout.n_controls, layout.at);
    }

    /// Sets the devices where a step as long as the last one leads.
    pub(super) fn go_on_straight(&mut self) {
        let layout = &self.program.layout;
        for control in 0..layout.n_controls {
            let step = self.memory[layout.v_step + control];
            self.memory[layout.at + control] = self.memory[layout.v + control] + step;
        }
    }

    /// A step's right sides and its first pass.
    #[inline(always)]
    pub(super) fn start(&mut self, pace: usize, v_in: f64x2) -> f64 {
        if self.n_called > 0 {
            self.load(pace, v_in);
            return self.pass(pace);
        }
        self.readings.passes += 1;
        self.memory[INPUT] = v_in;
        self.run(Phase::Start, pace);
        self.moved()
    }

    /// One Newton pass: devices at `at`, late elimination, wanted control voltages. Returns the square of the
    /// distance between the two in tolerances; without a solution it is infinite.
    pub(super) fn pass(&mut self, pace: usize) -> f64 {
        self.readings.passes += 1;
        if self.n_called > 0 {
            self.call();
        }
        self.run(Phase::Solve, pace);
        self.moved()
    }

    #[inline]
    fn moved(&self) -> f64 {
        let [a, b] = self.memory[MOVED].to_array();
        if a <= f64::INFINITY && b <= f64::INFINITY {
            if a > b { a } else { b }
        } else {
            f64::INFINITY
        }
    }

    /// Has the devices answer that the tapes don't hold.
    fn call(&mut self) {
        let Self {
            program,
            memory,
            devices,
            n_called,
            ..
        } = self;
        let layout = &program.layout;
        layout.see_whole(&layout.called, layout.at, memory);
        let (before, answers) = memory.split_at_mut(layout.answers);
        for (device, places) in &devices[..*n_called] {
            let v = &before[layout.whole + places.control..];
            device.answer(v, &mut answers[places.response - layout.answers..]);
        }
    }

    /// Square of the distance from the wanted control voltages to those of the last step, in tolerances.
    fn distance_to_last(&mut self, pace: usize) -> f64 {
        self.run(Phase::Distance, pace);
        let [a, b] = self.memory[DISTANCE].to_array();
        a.max(b)
    }

    /// Moves the devices a share of the way to the wanted voltages, as far as their laws let them.
    pub(super) fn follow(&mut self, share: f64) {
        let Self {
            program,
            memory,
            devices,
            ..
        } = self;
        let layout = &program.layout;
        layout.see_whole(&layout.watched, layout.at, memory);
        for (control, wanted) in layout.wanted.iter().enumerate() {
            let old = memory[layout.at + control];
            let step = (memory[*wanted] - old) * share;
            // A lane without a solution stays where it is.
            let is_sane = step.abs().simd_lt(f64x2::splat(V_RUNAWAY));
            memory[layout.at + control] = old + (step & is_sane);
        }
        if layout.watched.is_empty() {
            return;
        }
        for control in layout.watched.iter().cloned().flatten() {
            memory[layout.aim + control] =
                memory[layout.at + control] + memory[layout.v_rest + control];
        }
        let (before, aims) = memory.split_at_mut(layout.aim);
        for (device, places) in devices.iter() {
            let old = &before[layout.whole + places.control..];
            device.limit(&mut aims[places.control..], old);
        }
        for control in layout.watched.iter().cloned().flatten() {
            memory[layout.at + control] =
                memory[layout.aim + control] - memory[layout.v_rest + control];
        }
    }
}
