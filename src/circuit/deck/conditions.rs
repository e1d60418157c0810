//! `.if`, `.elseif`, `.else` and `.endif`: statements that are there for some values of the deck's parameters only.

use crate::circuit::deck::commands;
use crate::circuit::deck::statement::Statement;
use crate::circuit::environment::Dialect;
use crate::circuit::environment::Environment;
use crate::circuit::error::CircuitError;
use crate::circuit::expression::Expression;
use std::sync::Arc;

/// Most branches of one `.if`, and `.if`s inside each other.
const MAX_BRANCHES: usize = 100;
const MAX_NESTING: usize = 16;

/// One branch: it is taken where what stands around it is, no branch before it is, and its own expression is not 0.
#[derive(Debug)]
pub struct Condition {
    line: Statement,
    /// `None` is `.else`.
    own: Option<Expression>,
    former: Option<Arc<Condition>>,
    outer: Option<Arc<Condition>>,
}

impl Condition {
    pub fn holds(&self, environment: &Environment) -> Result<bool, CircuitError> {
        if let Some(outer) = &self.outer
            && !outer.holds(environment)?
        {
            return Ok(false);
        }
        let mut former = self.former.as_deref();
        while let Some(branch) = former {
            if branch.is_true(environment)? {
                return Ok(false);
            }
            former = branch.former.as_deref();
        }
        self.is_true(environment)
    }

    fn is_true(&self, environment: &Environment) -> Result<bool, CircuitError> {
        let Some(own) = &self.own else {
            return Ok(true);
        };
        let value = environment.resolve(own, Dialect::Value);
        let value = value.map_err(|why| self.line.error(why))?.constant();
        let value = value.ok_or_else(|| {
            let what = "can't follow a knob; make it a choice, or put the knob into a value";
            self.line.error(what)
        })?;
        Ok(value != 0.0)
    }
}

/// The `.if`s that are open while a deck is read, each with how many branches it has.
#[derive(Default)]
pub struct Conditions {
    open: Vec<(Arc<Condition>, usize)>,
}

impl Conditions {
    /// What holds for the statements that come now.
    pub fn now(&self) -> Option<Arc<Condition>> {
        self.open.last().map(|(branch, _)| branch.clone())
    }

    /// Takes one of the four commands; `false` if it is another.
    pub fn take(&mut self, statement: &Statement) -> Result<bool, CircuitError> {
        let name = statement.name();
        if ![".if", ".elseif", ".else", ".endif"].contains(&name) {
            return Ok(false);
        }
        let (outer, former, count) = if name == ".if" {
            if self.open.len() >= MAX_NESTING {
                return Err(statement.error(format!("more than {MAX_NESTING} deep")));
            }
            (self.now(), None, 0)
        } else {
            let open = self.open.pop();
            let (former, count) =
                open.ok_or_else(|| statement.error("no .if is open; remove it"))?;
            if name == ".endif" {
                return Ok(true);
            }
            if former.own.is_none() {
                return Err(statement.error("stands behind .else; write .endif before it"));
            }
            if count >= MAX_BRANCHES {
                return Err(statement.error(format!("more than {MAX_BRANCHES} branches")));
            }
            (former.outer.clone(), Some(former), count)
        };
        let own = match (&statement.law, name) {
            (None, ".else") => None,
            (Some(law), ".if" | ".elseif") => {
                Some(Expression::parse(&law.text).map_err(|why| statement.error(why))?)
            }
            _ => return Err(statement.error("write .if (expression) … .else … .endif")),
        };
        let branch = Condition {
            line: statement.clone(),
            own,
            former,
            outer,
        };
        self.open.push((Arc::new(branch), count + 1));
        Ok(true)
    }

    /// Refuses what ngspice 39 takes whatever the condition says. `true` for what is an element or a `.model`.
    pub fn admit(&self, statement: &Statement) -> Result<bool, CircuitError> {
        let name = statement.name();
        if !name.starts_with('.') || name == ".model" {
            return Ok(true);
        }
        if commands::is_analysis(name) {
            return Ok(false);
        }
        Err(statement.error(
            "ngspice takes this whatever .if says; move it out, and choose by an expression: {x > 1 ? 2 : 3}",
        ))
    }

    /// Refuses an `.if` that is still open.
    pub fn end(&self) -> Result<(), CircuitError> {
        match self.open.last() {
            Some((branch, _)) => Err(branch.line.error("is not closed; write .endif")),
            None => Ok(()),
        }
    }
}
