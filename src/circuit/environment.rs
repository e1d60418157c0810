//! What names and functions mean in a scope.

mod functions;

use crate::circuit::deck::FunctionDefinition;
use crate::circuit::deck::Parameter;
use crate::circuit::deck::Scope;
use crate::circuit::deck::Temperatures;
use crate::circuit::environment::functions::builtin;
use crate::circuit::error::CircuitError;
use crate::circuit::expression::Expression;
use crate::circuit::expression::MAX_PARTS;
use crate::units::ZERO_CELSIUS;
use std::cell::Cell;
use std::collections::HashMap;

/// Where an expression stands: the same spelling may mean two things.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// Values of elements and parameters.
    Value,
    /// Laws of behavioural sources, where voltages and currents may be read.
    Behavioural,
    /// Laws that name `pwrs` are PSpice's, whose `pwr` is never negative.
    PSpice,
}

/// Parameters and functions in force, outer ones shadowed by inner ones.
pub struct Environment<'a> {
    outer: Option<&'a Environment<'a>>,
    parameters: HashMap<&'a str, Expression>,
    functions: HashMap<&'a str, &'a FunctionDefinition>,
    temperatures: Temperatures,
    /// What the whole expansion may still cost, in parts of expressions and statements.
    budget: &'a Cell<usize>,
    depth: usize,
}

/// Functions may call each other this deep.
const MAX_CALLS: usize = 32;

/// An expression with the number of its parts.
struct Resolved {
    expression: Expression,
    parts: usize,
}

impl<'a> Environment<'a> {
    pub fn new(temperatures: Temperatures, budget: &'a Cell<usize>) -> Self {
        Self {
            outer: None,
            parameters: HashMap::new(),
            functions: HashMap::new(),
            temperatures,
            budget,
            depth: 0,
        }
    }

    /// An empty scope inside this one.
    pub fn inner<'b>(&'b self) -> Environment<'b>
    where
        'a: 'b,
    {
        Environment {
            outer: Some(self),
            parameters: HashMap::new(),
            functions: HashMap::new(),
            temperatures: self.temperatures,
            budget: self.budget,
            depth: self.depth,
        }
    }

    pub fn set(&mut self, name: &'a str, value: Expression) {
        self.parameters.insert(name, value);
    }

    pub fn temperatures(&self) -> Temperatures {
        self.temperatures
    }

    /// Takes `parts` from what the expansion may cost.
    pub fn spend(&self, parts: usize) -> Result<(), String> {
        match self.budget.get().checked_sub(parts) {
            Some(left) => {
                self.budget.set(left);
                Ok(())
            }
            None => Err(
                "the deck expands to more than can be read; it repeats itself too often"
                    .to_string(),
            ),
        }
    }

    fn parameter(&self, name: &str) -> Option<&Expression> {
        let outer = || self.outer.and_then(|outer| outer.parameter(name));
        self.parameters.get(name).or_else(outer)
    }

    fn function(&self, name: &str) -> Option<(&'a FunctionDefinition, &Environment<'a>)> {
        match self.functions.get(name) {
            Some(found) => Some((found, self)),
            None => self.outer.and_then(|outer| outer.function(name)),
        }
    }

    /// Puts parameters in the place of names, functions in the place of their calls, and folds what is constant.
    pub fn resolve(&self, expression: &Expression, dialect: Dialect) -> Result<Expression, String> {
        Ok(self.resolved(expression, dialect)?.expression)
    }

    fn resolved(&self, expression: &Expression, dialect: Dialect) -> Result<Resolved, String> {
        self.spend(1)?;
        let alone = |expression: Expression| {
            Ok(Resolved {
                expression,
                parts: 1,
            })
        };
        let (made, parts) = match expression {
            Expression::Number(_) | Expression::Live(_) => return alone(expression.clone()),
            Expression::Probe(_) if dialect != Dialect::Value => {
                return alone(expression.clone());
            }
            Expression::Probe(_) => {
                return Err("voltages and currents can only be read by E, G, B and R".to_string());
            }
            Expression::Name(name) => return self.named(name),
            Expression::Apply(name, operands) => return self.applied(name, operands, dialect),
            Expression::Call(function, operands) => {
                let (operands, parts) = self.all(operands, dialect)?;
                (Expression::call(*function, operands), parts)
            }
            Expression::Table(x, table) => {
                let Resolved { expression, parts } = self.resolved(x, dialect)?;
                (
                    Expression::Table(Box::new(expression), table.clone()),
                    parts,
                )
            }
        };
        folded(made, parts)
    }

    fn all(
        &self,
        operands: &[Expression],
        dialect: Dialect,
    ) -> Result<(Vec<Expression>, usize), String> {
        let (mut all, mut total) = (Vec::with_capacity(operands.len()), 0);
        for operand in operands {
            let Resolved { expression, parts } = self.resolved(operand, dialect)?;
            all.push(expression);
            total += parts;
        }
        Ok((all, total))
    }

    fn named(&self, name: &str) -> Result<Resolved, String> {
        let Some(found) = self.parameter(name) else {
            let value = functions::constant(name, self.temperatures.circuit - ZERO_CELSIUS)?;
            let expression = Expression::Number(value);
            return Ok(Resolved {
                expression,
                parts: 1,
            });
        };
        let mut parts = 0;
        found.any(&mut |_| {
            parts += 1;
            false
        });
        self.spend(parts)?;
        Ok(Resolved {
            expression: found.clone(),
            parts,
        })
    }

    fn applied(
        &self,
        name: &str,
        operands: &[Expression],
        dialect: Dialect,
    ) -> Result<Resolved, String> {
        let (operands, parts) = self.all(operands, dialect)?;
        let Some((function, home)) = self.function(name) else {
            let made = builtin(name, operands, dialect)?;
            return folded(made, parts);
        };
        if self.depth >= MAX_CALLS {
            return Err(format!(
                "functions call each other more than {MAX_CALLS} deep at `{name}`"
            ));
        }
        let (wanted, got) = (function.arguments.len(), operands.len());
        if wanted != got {
            return Err(format!(
                "`{name}` takes {wanted} operands, and {got} are given"
            ));
        }
        let mut inside = home.inner();
        inside.depth = self.depth + 1;
        for (argument, operand) in function.arguments.iter().zip(operands) {
            inside.parameters.insert(argument, operand);
        }
        inside.resolved(&function.body, dialect)
    }

    /// Adds a scope's `.func` and `.param` lines.
    pub fn enter(&mut self, scope: &'a Scope) -> Result<(), CircuitError> {
        for function in &scope.functions {
            self.functions.insert(&function.name, function);
        }
        self.define(&scope.parameters)
    }

    /// Adds parameters. A name that is already set here keeps its value.
    ///
    /// One may use another that stands further down, as in ngspice: each is resolved when all that it names are.
    pub fn define(&mut self, parameters: &'a [Parameter]) -> Result<(), CircuitError> {
        let is_open = |p: &&Parameter| !self.parameters.contains_key(p.name.as_str());
        let pending: Vec<&Parameter> = parameters.iter().filter(is_open).collect();
        // The last line of a name is the one that counts.
        let place_of: HashMap<&str, usize> = pending
            .iter()
            .enumerate()
            .map(|(place, parameter)| (parameter.name.as_str(), place))
            .collect();
        let is_last = |place: usize| place_of[pending[place].name.as_str()] == place;
        let mut users: Vec<Vec<usize>> = vec![Vec::new(); pending.len()];
        let mut open: Vec<usize> = vec![0; pending.len()];
        for (place, parameter) in pending.iter().enumerate().filter(|(k, _)| is_last(*k)) {
            for name in self.names_in(&parameter.value) {
                if let Some(used) = place_of.get(name.as_str()).filter(|used| **used != place) {
                    users[*used].push(place);
                    open[place] += 1;
                }
            }
        }
        let mut ready: Vec<usize> = (0..pending.len())
            .filter(|place| is_last(*place) && open[*place] == 0)
            .collect();
        while let Some(place) = ready.pop() {
            let Parameter {
                name,
                value,
                place: at,
            } = pending[place];
            let value = self
                .resolve(value, Dialect::Value)
                .map_err(|why| at.error(format!("parameter {name}: {why}")))?;
            self.parameters.insert(name, value);
            for user in std::mem::take(&mut users[place]) {
                open[user] -= 1;
                if open[user] == 0 {
                    ready.push(user);
                }
            }
        }
        match (0..pending.len()).find(|place| is_last(*place) && open[*place] > 0) {
            Some(place) => {
                let Parameter { name, place, .. } = pending[place];
                Err(place.error(format!("parameter {name}: depends on itself")))
            }
            None => Ok(()),
        }
    }

    /// Names in an expression, each once, and those in the functions of this scope that it calls.
    fn names_in(&self, expression: &Expression) -> Vec<String> {
        let mut names = std::collections::BTreeSet::new();
        let mut called: Vec<&FunctionDefinition> = Vec::new();
        let mut bodies = vec![expression];
        while let Some(body) = bodies.pop() {
            body.any(&mut |part| {
                match part {
                    Expression::Name(name) => {
                        names.insert(name.clone());
                    }
                    Expression::Apply(name, _) => {
                        if let Some((function, _)) = self.function(name)
                            && !called.iter().any(|known| std::ptr::eq(*known, function))
                        {
                            called.push(function);
                            bodies.push(&function.body);
                        }
                    }
                    _ => {}
                }
                false
            });
        }
        names.into_iter().collect()
    }
}

/// A number, where all operands are.
fn folded(made: Expression, parts: usize) -> Result<Resolved, String> {
    let is_constant = made.parts().iter().all(|part| part.constant().is_some());
    if is_constant {
        let expression = Expression::Number(made.value(&[]));
        return Ok(Resolved {
            expression,
            parts: 1,
        });
    }
    let parts = parts + 1;
    if parts > MAX_PARTS {
        return Err(format!(
            "has more than {MAX_PARTS} parts with its parameters put in; simplify it"
        ));
    }
    Ok(Resolved {
        expression: made,
        parts,
    })
}
