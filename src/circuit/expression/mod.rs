//! `{expressions}`: parsed once, resolved against a deck's parameters, evaluated without allocating.

mod parser;

use crate::devices::behavioural::Function;
use crate::devices::behavioural::Table;

/// An expression. What [`crate::circuit::environment`] resolves holds no `Name` and no `Apply`.
#[derive(Clone, Debug, PartialEq)]
pub enum Expression {
    Number(f64),
    Name(String),
    /// A function by its name, which a deck may have defined.
    Apply(String, Vec<Expression>),
    /// A parameter that moves while playing, by its place among the deck's live parameters.
    Live(usize),
    Probe(Probe),
    Call(Function, Box<[Expression]>),
    Table(Box<Expression>, Table),
}

/// What a behavioural source may read of its circuit, by the names of its scope.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Probe {
    /// `v(a)` or `v(a, b)`; without b from ground.
    Voltage(String, Option<String>),
    /// `i(name)`: current through a source or an inductor.
    Current(String),
}

/// Most parts of an expression, as written and after its parameters have been put in.
pub const MAX_PARTS: usize = 2000;

impl Expression {
    /// Parses `text`, already in lower case.
    pub fn parse(text: &str) -> Result<Self, String> {
        parser::parse(text)
    }

    pub fn call(function: Function, operands: impl Into<Box<[Expression]>>) -> Self {
        Self::Call(function, operands.into())
    }

    /// Parts that an expression is directly made of.
    pub fn parts(&self) -> &[Expression] {
        match self {
            Self::Apply(_, parts) => parts,
            Self::Call(_, parts) => parts,
            Self::Table(x, _) => std::slice::from_ref(x),
            _ => &[],
        }
    }

    /// Whether it holds for any part, however deep.
    pub fn any(&self, is: &mut dyn FnMut(&Expression) -> bool) -> bool {
        is(self) || self.parts().iter().any(|part| part.any(is))
    }

    /// The number, if it can't move.
    pub fn constant(&self) -> Option<f64> {
        if let Self::Number(value) = self {
            Some(*value)
        } else {
            None
        }
    }

    /// Value at these positions of the live parameters; NaN where it depends on anything else. Never allocates.
    pub fn value(&self, live: &[f64]) -> f64 {
        match self {
            Self::Number(value) => *value,
            Self::Name(_) | Self::Apply(..) | Self::Probe(_) => f64::NAN,
            Self::Live(index) => live[*index],
            Self::Call(function, parts) => {
                let mut operands = [0.0; 3];
                for (operand, part) in operands.iter_mut().zip(parts) {
                    *operand = part.value(live);
                }
                function.value(operands)
            }
            Self::Table(x, table) => table.scalar(x.value(live)).0,
        }
    }
}
