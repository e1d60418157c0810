//! A SPICE deck as text: read, checked for form, its parameters set. [`crate::circuit::netlist`] expands it.

pub mod annotation;
mod commands;
mod conditions;
mod encoding;
pub mod lawful;
pub mod lines;
mod multiplier;
mod parameters;
mod scope;
pub mod statement;

use crate::circuit::deck::annotation::Annotations;
use crate::circuit::deck::commands::Settings;
pub use crate::circuit::deck::commands::Temperatures;
use crate::circuit::deck::conditions::Conditions;
pub use crate::circuit::deck::encoding::decoded;
use crate::circuit::deck::lines::Files;
pub use crate::circuit::deck::scope::Scope;
use crate::circuit::deck::statement::Statement;
use crate::circuit::error::CircuitError;
use crate::circuit::error::Place;
use crate::circuit::expression::Expression;
use crate::units::Kelvin;
use std::path::Path;

/// One `.param` with the place where it stands.
#[derive(Clone, Debug)]
pub struct Parameter {
    pub name: String,
    pub value: Expression,
    pub place: Place,
}

/// One `.func`.
#[derive(Clone, Debug)]
pub struct FunctionDefinition {
    pub name: String,
    pub arguments: Vec<String>,
    pub body: Expression,
}

/// A `.subckt` with its ports and the defaults of its parameters.
#[derive(Clone, Debug)]
pub struct Subcircuit {
    pub ports: Vec<String>,
    pub defaults: Vec<Parameter>,
    pub body: Scope,
    place: Place,
}

/// A deck, ready to be expanded.
#[derive(Clone, Debug)]
pub struct Deck {
    /// What errors call it.
    pub(in crate::circuit) file: String,
    pub(in crate::circuit) top: Scope,
    /// Top-level parameters that stay movable while the circuit plays, with their values now.
    pub(in crate::circuit) live: Vec<Live>,
    annotations: Annotations,
    pub(in crate::circuit) settings: Settings,
}

/// Subcircuits may be defined inside each other this deep.
const MAX_NESTING: usize = 16;

/// A top-level parameter that moves while the circuit plays.
#[derive(Clone, Debug)]
pub(in crate::circuit) struct Live {
    pub name: String,
    pub value: f64,
    pub ends: [f64; 2],
}

impl Deck {
    /// Opens a deck and its includes from the disk.
    pub fn open(path: &Path) -> Result<Self, CircuitError> {
        let from_disk = |path: &Path| {
            let bytes = std::fs::read(path).map_err(|why| why.to_string())?;
            Ok(decoded(bytes))
        };
        let text = from_disk(path).map_err(|why| {
            CircuitError::new(format!("{}: can't read this deck: {why}", path.display()))
        })?;
        Self::parse(path, &text, &from_disk)
    }

    /// Reads a deck from text; `path` names it in errors and is where its includes are looked up from.
    pub fn parse(path: &Path, text: &str, files: Files) -> Result<Self, CircuitError> {
        let mut deck = Self {
            file: path.display().to_string(),
            top: Scope::default(),
            live: Vec::new(),
            annotations: Annotations::default(),
            settings: Settings::default(),
        };
        let mut open: Vec<(String, Subcircuit, Statement)> = Vec::new();
        let mut conditions = Conditions::default();
        for line in lines::read(path, text, files)? {
            if line.text.starts_with("*@") {
                // An included library speaks for itself, not for this deck.
                if Path::new(&*line.place.file) == path {
                    deck.annotations.read(&line.place, &line.text)?;
                }
                continue;
            }
            let statement = Statement::read(&line.place, &line.text)?;
            if conditions.take(&statement)? {
                continue;
            }
            if let Some(condition) = conditions.now() {
                if conditions.admit(&statement)? {
                    let scope = open.last_mut();
                    let scope = scope.map_or(&mut deck.top, |(_, inner, _)| &mut inner.body);
                    scope.conditional.push((condition, statement));
                }
                continue;
            }
            match statement.name() {
                ".subckt" | ".macro" => {
                    if open.len() >= MAX_NESTING {
                        return Err(
                            statement.error(format!("defined more than {MAX_NESTING} deep"))
                        );
                    }
                    let (name, subcircuit) = subcircuit(&statement)?;
                    open.push((name, subcircuit, statement));
                }
                ".ends" | ".eom" => {
                    let Some((name, subcircuit, _)) = open.pop() else {
                        return Err(statement.error("no .subckt is open; remove it"));
                    };
                    let scope = open
                        .last_mut()
                        .map_or(&mut deck.top, |(_, outer, _)| &mut outer.body);
                    if scope.subcircuits.insert(name.clone(), subcircuit).is_some() {
                        return Err(
                            statement.error(format!("`{name}` is defined twice; rename one"))
                        );
                    }
                }
                _ if deck.settings.take(&statement, open.is_empty())? => {}
                _ => open
                    .last_mut()
                    .map_or(&mut deck.top, |(_, inner, _)| &mut inner.body)
                    .add(statement)?,
            }
        }
        if let Some((name, _, statement)) = open.pop() {
            return Err(statement.error(format!("`{name}` is not closed; write .ends")));
        }
        conditions.end()?;
        multiplier::multiply(&mut deck.top);
        Ok(deck)
    }

    pub fn annotations(&self) -> &Annotations {
        &self.annotations
    }

    /// Nodes that a top-level subcircuit is joined by, in their order.
    pub fn ports(&self, subcircuit: &str) -> Option<&[String]> {
        Some(&self.top.subcircuits.get(subcircuit)?.ports)
    }

    /// Default of a top-level subcircuit's parameter, where it is a plain number.
    pub fn default_of(&self, subcircuit: &str, parameter: &str) -> Option<f64> {
        let mut defaults = self.top.subcircuits.get(subcircuit)?.defaults.iter();
        match defaults.find(|known| known.name == parameter)?.value {
            Expression::Number(value) => Some(value),
            _ => None,
        }
    }

    /// Temperature of every device that has none of its own.
    pub fn set_temperature(&mut self, temperature: Kelvin) {
        self.settings.temperatures.circuit = temperature;
    }

    /// Takes a model's subcircuit from its deck and calls it `name` here, with all that the deck defines hidden inside
    /// it, so that models with devices of the same name don't meet. The deck's own bench is left behind.
    pub fn adopt(&mut self, subcircuit: &str, model: Deck, name: &str) -> Result<(), CircuitError> {
        let mut top = model.top;
        let Some(mut adopted) = top.subcircuits.remove(subcircuit) else {
            let known: Vec<&String> = top.subcircuits.keys().collect();
            return Err(CircuitError::new(format!(
                "the deck has no .subckt `{subcircuit}`, only {known:?}"
            )));
        };
        let body = &mut adopted.body;
        for (name, inner) in top.subcircuits {
            body.subcircuits.entry(name).or_insert(inner);
        }
        for (name, card) in top.models {
            body.models.entry(name).or_insert(card);
        }
        let set = |name: &String| adopted.defaults.iter().any(|known| known.name == *name);
        let mut parameters = top.parameters;
        parameters.retain(|parameter| !set(&parameter.name));
        parameters.append(&mut body.parameters);
        body.parameters = parameters;
        let models = top.conditional.into_iter();
        body.conditional
            .extend(models.filter(|(_, statement)| statement.name() == ".model"));
        let mut functions = top.functions;
        functions.append(&mut body.functions);
        body.functions = functions;
        self.top.subcircuits.insert(name.to_string(), adopted);
        Ok(())
    }

    /// Sets a top-level `.param`.
    pub fn set(&mut self, parameter: &str, value: f64) -> Result<(), CircuitError> {
        let name = parameter.to_ascii_lowercase();
        let Some(found) = self
            .top
            .parameters
            .iter_mut()
            .rfind(|known| known.name == name)
        else {
            let known: Vec<&str> = self
                .top
                .parameters
                .iter()
                .map(|parameter| parameter.name.as_str())
                .collect();
            let known = if known.is_empty() {
                "none".to_string()
            } else {
                known.join(" ")
            };
            return Err(CircuitError::new(format!(
                "no parameter `{parameter}` in this deck; there are: {known}"
            )));
        };
        if !value.is_finite() {
            return Err(CircuitError::new(format!(
                "{parameter}={value}: a parameter must be a finite number"
            )));
        }
        found.value = Expression::Number(value);
        Ok(())
    }

    /// Keeps a top-level `.param` movable while the circuit plays; its value now is `value`.
    pub fn set_live(&mut self, parameter: &str, value: f64) -> Result<(), CircuitError> {
        self.set_live_within(parameter, value, [value; 2])
    }

    /// [`set_live`](Self::set_live), with the ends of its way: the solver is made to be exact there too.
    pub fn set_live_within(
        &mut self,
        parameter: &str,
        value: f64,
        ends: [f64; 2],
    ) -> Result<(), CircuitError> {
        self.set(parameter, value)?;
        let name = parameter.to_ascii_lowercase();
        self.live.push(Live { name, value, ends });
        Ok(())
    }
}

/// Parses `.subckt NAME PORTS… NAME=VALUE…`
fn subcircuit(statement: &Statement) -> Result<(String, Subcircuit), CircuitError> {
    let form = ".subckt NAME PORT… NAME=DEFAULT…";
    let name = statement.word(1, form)?.to_string();
    let ports = statement.words[2..].to_vec();
    if let Some(port) = ports
        .iter()
        .enumerate()
        .find_map(|(k, port)| ports[..k].contains(port).then_some(port))
    {
        return Err(statement.error(format!("port `{port}` is named twice")));
    }
    let default = |(name, value): &(String, String)| {
        Ok(Parameter {
            name: name.clone(),
            value: value_at(statement, value)?,
            place: statement.place.clone(),
        })
    };
    let defaults = statement
        .pairs
        .iter()
        .map(default)
        .collect::<Result<_, CircuitError>>()?;
    Ok((
        name,
        Subcircuit {
            ports,
            defaults,
            body: Scope::default(),
            place: statement.place.clone(),
        },
    ))
}

/// Parses a value word of a statement.
pub fn value_at(statement: &Statement, word: &str) -> Result<Expression, CircuitError> {
    statement::value(word).map_err(|why| statement.error(why))
}
