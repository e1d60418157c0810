//! Histories for steps of another kind or length.

use crate::circuit::plan::charging;
use crate::circuit::solver::PARTS;
use crate::circuit::solver::Solver;
use crate::circuit::solver::program::Phase;
use wide::f64x2;

impl Solver {
    /// Histories as a backward-Euler step wants them, and as they are at rest: h = w at the last point, of charges as the
    /// tapes tell them. (A device's charge takes a step of `1/charging::SHARE` of the length that the rest of the circuit
    /// takes.)
    pub(super) fn load_resting_histories(&mut self, pace: usize) {
        self.run(Phase::Double, pace);
        let (layout, memory) = (&self.program.layout, &mut self.memory);
        for state in 0..layout.n_states {
            memory[layout.h + state] = memory[layout.doubled + state] * 0.5;
        }
        self.start_from_last();
        self.pass(pace);
        let (layout, memory) = (&self.program.layout, &mut self.memory);
        for charge in 0..layout.n_charges {
            let w = memory[layout.charge + charge];
            for array in [layout.w_charge, layout.w_before, layout.h_charge] {
                memory[array + charge] = w;
            }
            memory[layout.i_charge + charge] = f64x2::ZERO;
        }
    }

    /// As if the steps so far had been those of a part's pace; the controls go on straight.
    ///
    /// A history is h = w + i with w proportional to 2/T, so h becomes h + (parts − 1)·w.
    pub(super) fn shorten(&mut self, whole: usize, pace: usize) {
        let layout = &self.program.layout;
        let before = &mut self.before[whole];
        let copy =
            |to: &mut [f64x2], at: usize| to.copy_from_slice(&self.memory[at..at + to.len()]);
        copy(&mut before.v, layout.v);
        copy(&mut before.w, layout.w_charge);
        let parts = f64::from(PARTS[pace] / PARTS[whole]);
        self.scale_histories(whole, parts);
        let (layout, memory) = (&self.program.layout, &mut self.memory);
        for control in 0..layout.n_controls {
            let step = memory[layout.v_step + control] * (1.0 / parts);
            memory[layout.v_step + control] = step;
            memory[layout.at + control] = memory[layout.v + control] + step;
        }
    }

    /// Undoes [`shorten`](Self::shorten) after the short steps; the controls go on straight.
    pub(super) fn lengthen(&mut self, whole: usize, pace: usize) {
        self.scale_histories(pace, f64::from(PARTS[whole]) / f64::from(PARTS[pace]));
        let (layout, memory) = (&self.program.layout, &mut self.memory);
        let before = &self.before[whole];
        for (charge, w) in before.w.iter().enumerate() {
            let off = memory[layout.w_before + charge] - *w;
            memory[layout.w_before + charge] = *w;
            memory[layout.h_charge + charge] += off * charging::FROM_BEFORE;
        }
        for (control, before) in before.v.iter().enumerate() {
            let v = memory[layout.v + control];
            memory[layout.v_step + control] = v - *before;
            memory[layout.at + control] = v + v - *before;
        }
    }

    /// Histories of steps of this pace as they would be with 2/T `scale` times as large.
    fn scale_histories(&mut self, pace: usize, scale: f64) {
        self.run(Phase::Double, pace);
        let (layout, memory) = (&self.program.layout, &mut self.memory);
        for state in 0..layout.n_states {
            let doubled = memory[layout.doubled + state];
            memory[layout.h + state] += doubled * (0.5 * (scale - 1.0));
        }
        for charge in 0..layout.n_charges {
            let i = memory[layout.i_charge + charge];
            let [w, w_before] =
                [layout.w_charge, layout.w_before].map(|array| memory[array + charge]);
            let share = f64x2::splat(1.0 / scale);
            let bend = w_before - w + i * charging::WEIGHT;
            let w_before = w - share * (i * charging::WEIGHT - share * bend);
            let (w, w_before) = (w * scale, w_before * scale);
            memory[layout.w_charge + charge] = w;
            memory[layout.w_before + charge] = w_before;
            memory[layout.h_charge + charge] =
                w * charging::FROM_LAST - w_before * charging::FROM_BEFORE + i * charging::RINGING;
        }
    }
}
