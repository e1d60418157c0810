//! A plan made ready to run: where everything stands, and the tape of each phase.

use crate::circuit::equations::Placed;
use crate::circuit::native;
use crate::circuit::native::Code;
use crate::circuit::plan::Plan;
use crate::circuit::plan::layout::Layout;
use crate::circuit::plan::tapes::Writer;
use crate::circuit::tape::Op;
use crate::circuit::tape::interpret;
use crate::devices::Table;
use std::sync::Arc;
use wide::f64x2;

/// The parts of a step between which the devices are evaluated and decisions are made.
#[derive(Clone, Copy, Debug)]
pub enum Phase {
    /// Histories and input to right sides; devices on the parabola of the last three steps.
    Load,
    /// One Newton pass after the devices have answered.
    Solve,
    /// Both, where no device has to be called.
    Start,
    /// How far the last pass is from the last step.
    Distance,
    /// Unknowns, histories and control voltages after the last pass.
    Finish,
    /// 2·w of every state at the unknowns after the last step.
    Double,
}

#[derive(Debug)]
pub struct Program {
    pub layout: Layout,
    /// In the order of [`Phase`].
    tapes: [Box<[Op]>; 6],
    /// The same tapes as machine code, where there is such.
    code: Option<Code<6>>,
    tables: Vec<Arc<Table>>,
    is_fused: bool,
}

impl Program {
    pub fn new(plan: &Plan, devices: &[Placed]) -> Self {
        let layout = Layout::new(plan, devices);
        let writer = Writer {
            plan,
            layout: &layout,
        };
        let tapes = [
            writer.load(),
            writer.solve(),
            writer.start(),
            writer.distance(),
            writer.finish(),
            writer.double(),
        ];
        let code = Code::new(
            tapes.each_ref().map(|tape| &**tape),
            &layout.tables,
            layout.local.clone(),
            layout.size,
            plan.n_coefficients,
        );
        Self {
            tables: layout.tables.clone(),
            is_fused: native::is_fused(),
            layout,
            tapes,
            code,
        }
    }

    /// The same program without machine code.
    #[cfg(test)]
    pub fn interpreted(&self) -> Self {
        Self {
            layout: self.layout.clone(),
            tapes: self.tapes.clone(),
            code: None,
            tables: self.tables.clone(),
            is_fused: self.is_fused,
        }
    }

    #[cfg(test)]
    pub fn is_native(&self) -> bool {
        self.code.is_some()
    }

    #[inline]
    pub fn run(&self, phase: Phase, memory: &mut [f64x2], coefficients: &[f64x2]) {
        let tape = phase as usize;
        let is_played = self
            .code
            .as_ref()
            .is_some_and(|code| code.run(tape, memory, coefficients));
        if !is_played {
            let play = if self.is_fused {
                interpret::<true>
            } else {
                interpret::<false>
            };
            play(&self.tapes[tape], &self.tables, memory, coefficients);
        }
    }
}
