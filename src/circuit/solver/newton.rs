//! Newton's passes over the late rows.

use crate::circuit::plan::layout::MOVED;
use crate::circuit::solver::Solver;
use crate::circuit::solver::program::Phase;
use crate::devices::MAX_CONTROLS;
use crate::units::Volts;
use wide::f64x2;

/// Newton passes before the fallbacks.
pub const BUDGET: usize = 12;
/// No step of a control voltage is longer: a solution beyond is a runaway.
const V_RUNAWAY: Volts = 1e6;

/// The control voltages that start at `place`.
#[inline]
pub(super) fn controls(memory: &[f64x2], place: usize) -> [f64x2; MAX_CONTROLS] {
    let mut v = [f64x2::ZERO; MAX_CONTROLS];
    v.copy_from_slice(&memory[place..place + MAX_CONTROLS]);
    v
}

impl Solver {
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
                self.start_from_last();
            } else {
                self.follow(1.0);
            }
        }
        false
    }

    /// Sets the devices where the last step left them.
    pub(super) fn start_from_last(&mut self) {
        let layout = &self.program.layout;
        self.memory
            .copy_within(layout.v..layout.v + layout.n_controls, layout.at);
    }

    /// One Newton pass: devices at `at`, late elimination, wanted control voltages. Returns the square of the largest
    /// distance between the two in tolerances; without a solution it is infinite.
    #[inline]
    pub(super) fn pass(&mut self, pace: usize) -> f64 {
        self.readings.passes += 1;
        let Self {
            program,
            memory,
            devices,
            ..
        } = self;
        let layout = &program.layout;
        for (device, places) in devices.iter().zip(&layout.devices) {
            let v = controls(memory, layout.at + places.control);
            device.answer(
                v,
                &mut memory[places.response..places.response + places.n_response],
            );
        }
        self.run(Phase::Solve, pace);
        let [a, b] = self.memory[MOVED].to_array();
        if a <= f64::INFINITY && b <= f64::INFINITY {
            a.max(b)
        } else {
            f64::INFINITY
        }
    }

    /// Square of the distance from the wanted control voltages to those of the last step, in tolerances.
    fn distance_to_last(&self) -> f64 {
        let (layout, memory) = (&self.program.layout, &self.memory);
        let mut worst = 0.0f64;
        for ((device, places), scale) in self
            .devices
            .iter()
            .zip(&layout.devices)
            .zip(&memory[layout.scales..])
        {
            for control in places.control..places.control + device.controls().len() {
                let moved = (memory[layout.wanted + control] - memory[layout.v + control]) * *scale;
                let [a, b] = (moved * moved).to_array();
                worst = worst.max(a.max(b));
            }
        }
        worst
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
        for (device, places) in devices.iter().zip(&layout.devices) {
            let old = controls(memory, layout.at + places.control);
            let mut aim = controls(memory, layout.wanted + places.control);
            for (aim, old) in aim.iter_mut().zip(&old) {
                let step = (*aim - *old) * share;
                // A lane without a solution stays where it is.
                let step = step
                    .to_array()
                    .map(|s| if s.abs() < V_RUNAWAY { s } else { 0.0 });
                *aim = *old + f64x2::new(step);
            }
            let limited = device.limit(aim, old);
            let n = device.controls().len();
            let at = layout.at + places.control;
            memory[at..at + n].copy_from_slice(&limited[..n]);
        }
    }
}
