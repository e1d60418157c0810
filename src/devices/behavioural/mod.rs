//! Behavioural sources: laws written in the deck.

mod child;
mod form;
mod function;
mod lanes;
mod program;
mod table;
mod tube;

pub use function::Function;
pub use program::Program;
pub use program::Source;
pub use program::Writer;
pub use table::Table;
pub use table::TableKind;

use crate::devices::Law;
use crate::devices::Port;
use crate::devices::Shape;
use crate::devices::behavioural::form::Form;
use crate::devices::port;
use std::sync::Arc;
use wide::f64x2;

/// A source whose current or voltage is an expression of voltages and currents.
///
/// ```text
/// i = f(controls)             [A] from p through the source to n, or
/// v_p − v_n − f(controls) = 0 [V], where the branch is the equation's own row and answers −f
/// ```
///
/// Slopes are exact: the chain rule, gone through backwards. Where ngspice has no value (a root or logarithm below 0, a
/// division by 0, an overflow) the law goes on finite and flat or straight, so that Newton finds its way back.
#[derive(Clone, Debug)]
pub struct Behavioural {
    program: Arc<Program>,
    /// 1 for a current, −1 for a voltage.
    sign: f64,
    /// Newton's tolerance for each control.
    tolerances: Arc<[f64]>,
    /// What the law turned out to be: the tapes then play it.
    form: Option<Form>,
}

/// What a control of a composed law follows.
#[derive(Clone, Debug)]
pub enum Follows<'a> {
    /// A control of the composed law.
    Control(usize),
    /// A voltage source to ground, whose controls are these of the composed law.
    Source(&'a Behavioural, Vec<usize>),
}

/// Of a voltage, in V, and of a current, in A: nothing is known of the law's scale.
pub const TOL_VOLTAGE: f64 = 1e-6;
pub const TOL_CURRENT: f64 = 1e-9;

impl Behavioural {
    pub const TERMINALS: [&'static str; 2] = ["p", "n"];
    pub(super) const BRANCHES: [Port; 1] = [port(0, 1)];

    pub fn new(program: Program, is_voltage: bool, tolerances: Vec<f64>) -> Self {
        Self {
            program: program.into(),
            sign: if is_voltage { -1.0 } else { 1.0 },
            tolerances: tolerances.into(),
            form: None,
        }
    }

    /// The law with those of other sources in the places of controls that follow these: `controls` says of each which
    /// control it becomes, or which source it follows and what that one's controls become.
    pub fn composed(&self, controls: &[Follows], n_controls: usize) -> Self {
        let mut writer = Writer::default();
        let mut tolerances = vec![TOL_VOLTAGE; n_controls];
        let own = |k: usize| Source::Control(k as u32);
        let mut places = Vec::new();
        for (follows, tolerance) in controls.iter().zip(&*self.tolerances) {
            places.push(match follows {
                Follows::Control(k) => {
                    tolerances[*k] = *tolerance;
                    own(*k)
                }
                Follows::Source(source, to) => {
                    for (k, tolerance) in to.iter().zip(&*source.tolerances) {
                        tolerances[*k] = *tolerance;
                    }
                    let to: Vec<Source> = to.iter().map(|k| own(*k)).collect();
                    writer.inline(&source.program, &to, None)
                }
            });
        }
        let result = writer.inline(&self.program, &places, None);
        Self {
            program: writer.finish(result).into(),
            sign: self.sign,
            tolerances: tolerances.into(),
            form: None,
        }
    }

    /// The same law as the solver's tapes can play it, if it is of a form that they can.
    pub fn recognised(&self) -> Option<Self> {
        let n_controls = self.tolerances.len();
        let (form, tolerances) = Form::of(&self.program, n_controls, self.sign)?;
        Some(Self {
            tolerances: tolerances.into(),
            form: Some(form),
            ..self.clone()
        })
    }

    pub(super) fn law(&self) -> Option<Law> {
        self.form.as_ref().map(Form::law)
    }

    /// Whether the law is of a form that the solver's tapes play.
    pub fn is_known(&self) -> bool {
        self.form.is_some()
    }

    /// Whether the other computes the same from its controls.
    pub fn shares_law(&self, other: &Self) -> bool {
        self.sign == other.sign && self.program == other.program
    }

    pub(super) fn shape(&self) -> Shape {
        Shape {
            branches: 1,
            controls: self.tolerances.len(),
            charged: 0,
        }
    }

    pub(super) fn n_scratch(&self) -> usize {
        self.program.n_scratch()
    }

    pub(super) fn tolerance(&self, control: usize) -> f64 {
        self.tolerances[control]
    }

    pub(super) fn answer(&self, v: &[f64x2], to: &mut [f64x2]) {
        let (answer, scratch) = to.split_at_mut(self.shape().size());
        let (current, slopes) = answer.split_at_mut(1);
        current[0] = self.program.run(v, slopes, scratch) * self.sign;
        slopes.iter_mut().for_each(|slope| *slope *= self.sign);
    }
}
