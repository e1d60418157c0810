//! Laws of the deck that the solver's tapes can play: found by what they compute, however they are written.

use crate::devices::Law;
use crate::devices::behavioural::Program;
use crate::devices::behavioural::child::Child;
use crate::devices::behavioural::program::MAX_SAMPLED;
use crate::devices::behavioural::tube::Tube;

#[derive(Clone, Debug)]
pub enum Form {
    Tube(Tube),
    Child(Child),
}

impl Form {
    /// The form of `sign` times a program of so many controls, and Newton's tolerance for each control.
    pub fn of(program: &Program, n_controls: usize, sign: f64) -> Option<(Self, Vec<f64>)> {
        if n_controls >= MAX_SAMPLED {
            return None;
        }
        if !program.reads(n_controls).into_iter().all(|is_read| is_read) {
            return None;
        }
        if let Some((tube, tolerances)) = Tube::of(program, n_controls, sign) {
            return Some((Self::Tube(tube), tolerances));
        }
        let (child, tolerances) = Child::of(program, n_controls, sign)?;
        Some((Self::Child(child), tolerances))
    }

    pub fn law(&self) -> Law {
        match self {
            Self::Tube(tube) => tube.law(),
            Self::Child(child) => child.law(),
        }
    }
}

/// Whether two values are one but for rounding; `scale` is what they are small against.
pub fn agree(a: f64, b: f64, scale: f64) -> bool {
    const ROUNDING: f64 = 1e-11;
    (a - b).abs() <= ROUNDING * scale.max(a.abs()).max(b.abs())
}
