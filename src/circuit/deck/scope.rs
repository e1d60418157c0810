//! What is defined in one place: at the top level of a deck, or inside a `.subckt`.

use crate::circuit::deck::FunctionDefinition;
use crate::circuit::deck::Parameter;
use crate::circuit::deck::Subcircuit;
use crate::circuit::deck::commands;
use crate::circuit::deck::conditions::Condition;
use crate::circuit::deck::statement::Statement;
use crate::circuit::deck::value_at;
use crate::circuit::environment::Environment;
use crate::circuit::error::CircuitError;
use std::borrow::Cow;
use std::collections::HashMap;
use std::collections::HashSet;
use std::sync::Arc;

/// What stands at the top level of a deck, or inside one `.subckt`.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    pub elements: Vec<Statement>,
    designators: HashSet<String>,
    pub models: HashMap<String, Statement>,
    pub subcircuits: HashMap<String, Subcircuit>,
    /// `.param` definitions in order of appearance.
    pub parameters: Vec<Parameter>,
    pub functions: Vec<FunctionDefinition>,
    /// Designators whose currents laws of this scope read, of elements whose current is no unknown.
    pub measured: HashSet<String>,
    /// Elements and models inside `.if`.
    pub(super) conditional: Vec<(Arc<Condition>, Statement)>,
}

impl Scope {
    /// What is there with the parameters of `environment`.
    pub fn active(&self, environment: &Environment) -> Result<Cow<'_, Self>, CircuitError> {
        if self.conditional.is_empty() {
            return Ok(Cow::Borrowed(self));
        }
        let size = self.size();
        let spent = environment.spend(size);
        spent.map_err(|why| self.conditional[0].1.error(why))?;
        let mut active = self.clone();
        for (condition, statement) in std::mem::take(&mut active.conditional) {
            if condition.holds(environment)? {
                active.add(statement)?;
            }
        }
        Ok(Cow::Owned(active))
    }

    /// How many statements it holds.
    fn size(&self) -> usize {
        let inner = self.subcircuits.values();
        let inner: usize = inner.map(|inner| inner.body.size()).sum();
        let own = [
            self.elements.len(),
            self.models.len(),
            self.parameters.len(),
            self.functions.len(),
            self.conditional.len(),
        ];
        inner + own.into_iter().sum::<usize>()
    }

    /// Elements, whether conditional or not.
    pub(super) fn all_elements(&self) -> impl Iterator<Item = &Statement> {
        let conditional = self.conditional.iter().map(|(_, statement)| statement);
        let is_element = |statement: &&Statement| !statement.name().starts_with('.');
        self.elements.iter().chain(conditional.filter(is_element))
    }

    pub(super) fn all_elements_mut(&mut self) -> impl Iterator<Item = &mut Statement> {
        let conditional = self.conditional.iter_mut().map(|(_, statement)| statement);
        let is_element = |statement: &&mut Statement| !statement.name().starts_with('.');
        self.elements
            .iter_mut()
            .chain(conditional.filter(is_element))
    }

    /// Adds a statement that is no `.subckt` and no `.ends`.
    pub(super) fn add(&mut self, statement: Statement) -> Result<(), CircuitError> {
        let name = statement.name();
        if !name.starts_with('.') {
            if !self.designators.insert(name.to_string()) {
                return Err(statement.error("this designator is used twice; rename one"));
            }
            self.measured.extend(statement.measured());
            self.elements.push(statement);
            return Ok(());
        }
        match name {
            ".param" | ".params" => {
                for (name, value) in &statement.pairs {
                    if let Some((name, arguments)) = name.split_once('(') {
                        let function = commands::named(&statement, name, arguments, value)?;
                        self.functions.push(function);
                        continue;
                    }
                    let value = value_at(&statement, value)?;
                    let (name, place) = (name.clone(), statement.place.clone());
                    self.parameters.push(Parameter { name, value, place });
                }
                Ok(())
            }
            ".model" => {
                let name = statement
                    .word(1, ".model NAME TYPE(NAME=VALUE …)")?
                    .to_string();
                statement.word(2, ".model NAME TYPE(NAME=VALUE …)")?;
                match self.models.insert(name.clone(), statement.clone()) {
                    Some(former) if !former.says_as(&statement) => {
                        Err(statement.error(format!("`{name}` is defined twice; rename one")))
                    }
                    _ => Ok(()),
                }
            }
            ".func" => {
                self.functions.push(commands::function(&statement)?);
                Ok(())
            }
            _ => commands::refuse(&statement),
        }
    }
}
