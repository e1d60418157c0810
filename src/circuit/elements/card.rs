//! `.model` cards, and what the elements that use them share.

use crate::circuit::deck::statement::Statement;
use crate::circuit::elements::push;
use crate::circuit::error::CircuitError;
use crate::circuit::expression::Expression;
use crate::circuit::netlist::Context;
use crate::circuit::netlist::Expansion;
use crate::circuit::netlist::Kind;
use crate::devices::Depletion;

/// A `.model` card: its type and its numbers, each asked for once.
pub struct Card<'a> {
    pub statement: &'a Statement,
    values: Vec<(String, f64)>,
}

/// Parameters that say nothing at 27 °C and without noise analysis, or that only rate the part.
const WITHOUT_EFFECT: [&str; 16] = [
    "eg", "xti", "xtb", "kf", "af", "tnom", "vceo", "icrating", "mfg", "type", "vtotc", "betatce",
    "bex", "tcv", "nlev", "gdsnoi",
];

impl<'a> Card<'a> {
    pub fn find(
        name: &str,
        kinds: &[&str],
        context: &Context<'a>,
        user: &Statement,
    ) -> Result<Card<'a>, CircuitError> {
        let found = context
            .scopes
            .iter()
            .rev()
            .find_map(|scope| scope.models.get(name));
        let statement = found.ok_or_else(|| user.error(format!("no .model `{name}` in sight")))?;
        let kind = &statement.words[2];
        if !kinds.contains(&kind.as_str()) {
            return Err(user.error(format!(
                "model `{name}` is of type {kind}; needed is {}",
                kinds.join(" or ")
            )));
        }
        statement.end_words(3)?;
        let number = |(key, value): (String, Expression)| match value.constant() {
            Some(value) => Ok((key, value)),
            None => Err(statement.error(format!("{key} can't follow a knob; give it a number"))),
        };
        let pairs = statement
            .pairs
            .iter()
            .filter(|(key, _)| !WITHOUT_EFFECT.contains(&key.as_str()));
        let values =
            pairs.map(|(key, word)| number((key.clone(), context.value(statement, word)?)));
        Ok(Self {
            statement,
            values: values.collect::<Result<_, _>>()?,
        })
    }

    /// Takes a parameter by any of its names, or SPICE's default.
    pub fn take(&mut self, names: &[&str], default: f64) -> f64 {
        let place = self
            .values
            .iter()
            .position(|(key, _)| names.contains(&key.as_str()));
        place.map_or(default, |place| self.values.swap_remove(place).1)
    }

    /// A parameter for which SPICE reads 0 as infinite.
    pub fn take_or_infinite(&mut self, names: &[&str]) -> f64 {
        let value = self.take(names, 0.0);
        if value == 0.0 { f64::INFINITY } else { value }
    }

    pub fn depletion(
        &mut self,
        cj: &[&str],
        vj: (&[&str], f64),
        m: (&[&str], f64),
        fc: f64,
    ) -> Depletion {
        Depletion {
            cj: self.take(cj, 0.0),
            vj: self.take(vj.0, vj.1),
            m: self.take(m.0, m.1),
            fc,
        }
    }

    /// Refuses the laws beyond SPICE's first.
    pub fn level_one(&mut self) -> Result<(), CircuitError> {
        match self.take(&["level"], 1.0) {
            1.0 => Ok(()),
            level => Err(self
                .statement
                .error(format!("level {level} is not supported; there is level 1"))),
        }
    }

    /// Refuses what was not asked for.
    pub fn end(self) -> Result<(), CircuitError> {
        match self.values.first() {
            Some((key, value)) => Err(self.statement.error(format!(
                "parameter {key}={value} is not supported; remove it"
            ))),
            None => Ok(()),
        }
    }
}

impl Statement {
    /// Refuses words after the first `count`; pairs may follow.
    fn end_words(&self, count: usize) -> Result<(), CircuitError> {
        match self.words.get(count) {
            Some(extra) => Err(self.error(format!("`{extra}` is not understood here"))),
            None => Ok(()),
        }
    }
}

/// Optional area factor after the model's name, `2` or `area=2`.
pub fn area(
    statement: &Statement,
    context: &Context,
    place: usize,
    form: &str,
) -> Result<f64, CircuitError> {
    let word = match statement.pairs.as_slice() {
        [(name, word)] if name == "area" && statement.words.len() == place => Some(word),
        _ => {
            statement.end(place + usize::from(statement.words.len() > place), form)?;
            statement.words.get(place)
        }
    };
    let Some(word) = word else { return Ok(1.0) };
    let area = context
        .value(statement, word)?
        .constant()
        .filter(|area| *area > 0.0);
    area.ok_or_else(|| {
        statement.error(format!(
            "`{word}`: the area must be a number above 0; write {form}"
        ))
    })
}

pub fn check(statement: &Statement, key: &str, value: f64) -> Result<(), CircuitError> {
    if value > 0.0 {
        Ok(())
    } else {
        Err(statement.error(format!("its model's {key} must be above 0")))
    }
}

/// An inner node behind an ohmic resistance, or the terminal itself where there is none.
pub fn with_resistance(
    to: &mut Expansion,
    statement: &Statement,
    context: &Context,
    terminal: &str,
    outer: usize,
    ohms: f64,
) -> usize {
    if ohms <= 0.0 {
        return outer;
    }
    let inner = to.named(format!("{}{}#{terminal}", context.path, statement.name()));
    let kind = Kind::Conductance {
        a: outer,
        b: inner,
        siemens: Expression::Number(1.0 / ohms),
    };
    push(to, statement, context, kind);
    inner
}
