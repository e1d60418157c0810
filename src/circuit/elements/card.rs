//! `.model` cards, and what the elements that use them share.

use crate::circuit::deck::statement::Statement;
use crate::circuit::elements::dialects;
use crate::circuit::elements::push;
use crate::circuit::error::CircuitError;
use crate::circuit::expression::Expression;
use crate::circuit::netlist::Context;
use crate::circuit::netlist::Expansion;
use crate::circuit::netlist::Kind;
use crate::devices::Depletion;
use crate::devices::Flicker;
use crate::devices::Temperature;
use crate::units::Kelvin;
use crate::units::kelvin;

/// A `.model` card: its type and its numbers, each asked for once.
pub struct Card<'a> {
    pub statement: &'a Statement,
    values: Vec<Parameter<'a>>,
    /// What only other simulators know.
    foreign: Vec<&'a str>,
}

/// One parameter of a card, and how it is written.
struct Parameter<'a> {
    key: &'a str,
    value: f64,
    text: &'a str,
}

/// Words on the card of a VDMOS.
const CHANNELS: [&str; 2] = ["nchan", "pchan"];

/// Whether there is a `.model` of this name and of a type that starts so.
pub fn is_model(name: &str, kind: &str, context: &Context) -> bool {
    model(name, context).is_some_and(|statement| statement.words[2].starts_with(kind))
}

/// The `.model` of this name, innermost scope first.
fn model<'a>(name: &str, context: &Context<'a>) -> Option<&'a Statement> {
    let mut scopes = context.scopes.iter().rev();
    scopes.find_map(|scope| scope.models.get(name))
}

/// Place of the model's name among the words: `first`, or one later where an optional node stands before it.
pub fn model_place(statement: &Statement, context: &Context, first: usize) -> usize {
    let is_model = |place: usize| {
        statement
            .words
            .get(place)
            .is_some_and(|word| is_model(word, "", context))
    };
    first + usize::from(!is_model(first) && is_model(first + 1))
}

impl<'a> Card<'a> {
    pub fn find(
        name: &str,
        kinds: &[&str],
        context: &Context<'a>,
        user: &Statement,
    ) -> Result<Card<'a>, CircuitError> {
        let statement = model(name, context)
            .ok_or_else(|| user.error(format!("no .model `{name}` in sight")))?;
        let kind = &statement.words[2];
        if !kinds.contains(&kind.as_str()) {
            return Err(user.error(format!(
                "model `{name}` is of type {kind}; needed is {}",
                kinds.join(" or ")
            )));
        }
        // Which channel a VDMOS has is a word.
        let is_flag =
            |word: &String| kind.starts_with("vdmos") && CHANNELS.contains(&word.as_str());
        if let Some(extra) = statement.words[3..].iter().find(|word| !is_flag(word)) {
            return Err(statement.error(format!("`{extra}` is not understood here")));
        }
        let mut card = Self {
            statement,
            values: Vec::new(),
            foreign: Vec::new(),
        };
        for (key, text) in &statement.pairs {
            if dialects::is_rating(kind, key) {
                continue;
            }
            if dialects::is_foreign(kind, key) {
                card.foreign.push(key);
                continue;
            }
            let value = context.value(statement, text)?.constant();
            let value = value.ok_or_else(|| {
                statement.error(format!("{key} can't follow a knob; give it a number"))
            })?;
            card.values.push(Parameter { key, value, text });
        }
        Ok(card)
    }

    /// Takes a parameter by any of its names, where the card has it. As in SPICE, the last one said counts.
    pub fn given(&mut self, names: &[&str]) -> Option<f64> {
        let is_named = |parameter: &Parameter| names.contains(&parameter.key);
        let said = self.values.iter().rfind(|said| is_named(said));
        let value = said.map(|said| said.value);
        self.values.retain(|said| !is_named(said));
        value
    }

    /// Takes a parameter by any of its names, or SPICE's default.
    pub fn take(&mut self, names: &[&str], default: f64) -> f64 {
        self.given(names).unwrap_or(default)
    }

    /// What the parameter `name` is multiplied by at this temperature, where the card says: T`name`1 and T`name`2.
    pub fn warming(&mut self, name: &str, temperature: Temperature) -> Option<f64> {
        let first = self.given(&[&format!("t{name}1"), &format!("t{name}")]);
        let second = self.given(&[&format!("t{name}2")]);
        (first.is_some() || second.is_some())
            .then(|| temperature.polynomial([first.unwrap_or(0.0), second.unwrap_or(0.0)]))
    }

    /// `value` of the parameter `name`, warmed.
    pub fn warm(&mut self, name: &str, value: f64, temperature: Temperature) -> f64 {
        value * self.warming(name, temperature).unwrap_or(1.0)
    }

    /// Refuses a part of SPICE's law that there is not, unless its parameters, `switches`, leave it off; then `shapes`
    /// say nothing.
    pub fn without(&mut self, switches: &[&str], shapes: &[&str]) -> Result<(), CircuitError> {
        let is_on = |said: &&Parameter| switches.contains(&said.key) && said.value != 0.0;
        if let Some(on) = self.values.iter().find(is_on) {
            return Err(self.unsupported(on));
        }
        let says_nothing =
            |said: &Parameter| switches.contains(&said.key) || shapes.contains(&said.key);
        self.values.retain(|said| !says_nothing(said));
        Ok(())
    }

    fn unsupported(&self, Parameter { key, text, .. }: &Parameter) -> CircuitError {
        self.statement.error(format!(
            "parameter {key}={text} is not supported; remove it"
        ))
    }

    /// KF and AF.
    pub fn flicker(&mut self) -> Flicker {
        Flicker {
            kf: self.take(&["kf"], 0.0),
            af: self.take(&["af"], 1.0),
        }
    }

    /// The device's temperature and the card's own.
    pub fn temperature(
        &mut self,
        device: &Instance,
        context: &Context,
    ) -> Result<Temperature, CircuitError> {
        let t_nominal = self
            .given(&["tnom", "tref"])
            .map_or(context.nominal(), kelvin);
        let cold = |t: f64| t.is_nan() || t <= 0.0;
        if cold(t_nominal) {
            return Err(self
                .statement
                .error("tnom is in °C and must be above −273.15"));
        }
        Ok(Temperature {
            t: device.t,
            t_nominal,
        })
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

    /// Whether junction capacitances move linearly with temperature, TLEVC=1.
    pub fn is_linear_in_temperature(&mut self) -> Result<bool, CircuitError> {
        match self.take(&["tlevc"], 0.0) {
            0.0 => Ok(false),
            1.0 => Ok(true),
            _ => Err(self.statement.error("tlevc: there are 0 and 1")),
        }
    }

    /// Refuses the laws beyond SPICE's first.
    pub fn level_one(&mut self) -> Result<(), CircuitError> {
        let level = self.take(&["level"], 1.0);
        if level == 1.0 {
            return Ok(());
        }
        let instead = match self.statement.words[2].as_str() {
            "nmos" | "pmos" => "there are level 1 (fit vto, kp, lambda, rd, rs) and vdmos",
            _ => "there is level 1",
        };
        let what = format!("level {level} is not supported; {instead}");
        Err(self.statement.error(what))
    }

    /// Refuses what was not asked for, and takes note of what is ignored.
    pub fn end(self, to: &mut Expansion) -> Result<(), CircuitError> {
        if let Some(left) = self.values.first() {
            return Err(self.unsupported(left));
        }
        if !self.foreign.is_empty() {
            let what = format!(
                "{} ignores {}: ngspice has no such parameter here",
                self.statement.words[1],
                self.foreign.join(" ")
            );
            to.netlist.notice(self.statement.error(what).0);
        }
        Ok(())
    }
}

/// What the line of a device says after its model: how large it is, how many are parallel, how warm.
pub struct Instance {
    pub area: Option<f64>,
    pub m: f64,
    pub t: Kelvin,
    others: Vec<(String, f64)>,
}

/// Voltages that an analysis without an operating point starts from.
const STARTS: [&str; 6] = ["ic", "icvbe", "icvce", "icvds", "icvgs", "icvbs"];

impl Instance {
    /// Reads `[area] [OFF] [area=] [m=] [temp=] [dtemp=] [IC=]` from word `place` on, and what `known` names.
    ///
    /// OFF is where ngspice's search for the operating point starts, IC what an analysis without one starts from: neither
    /// says what the circuit is.
    pub fn read(
        statement: &Statement,
        context: &Context,
        place: usize,
        known: &[&str],
        form: &str,
    ) -> Result<Self, CircuitError> {
        let number = |word: &str| {
            let value = context.value(statement, word)?.constant();
            value.ok_or_else(|| {
                statement.error(format!("`{word}` can't follow a knob; give it a number"))
            })
        };
        let mut pairs: Vec<(&str, f64)> = Vec::new();
        let mut words = statement
            .words
            .iter()
            .skip(place)
            .filter(|word| *word != "off");
        if let Some(word) = words.next() {
            pairs.push(("area", number(word)?));
        }
        if let Some(extra) = words.next() {
            return Err(statement.error(format!("`{extra}` is not supported here; write {form}")));
        }
        for (name, word) in &statement.pairs {
            if !STARTS.contains(&name.as_str()) {
                pairs.push((name, number(word)?));
            }
        }
        let mut instance = Self {
            area: None,
            m: 1.0,
            t: context.temperature(),
            others: Vec::new(),
        };
        for (name, value) in pairs {
            let is_size = ["area", "areab", "areac", "m", "w", "l"].contains(&name);
            if is_size && (value.is_nan() || value <= 0.0) {
                return Err(
                    statement.error(format!("{name}={value} must be above 0; write {form}"))
                );
            }
            match name {
                "area" => instance.area = Some(value),
                "m" => instance.m = value,
                "temp" => instance.t = kelvin(value),
                "dtemp" => instance.t = context.temperature() + value,
                _ if known.contains(&name) => instance.others.push((name.to_string(), value)),
                _ => {
                    let what = format!("`{name}=` is not supported here; write {form}");
                    return Err(statement.error(what));
                }
            }
        }
        if instance.t.is_nan() || instance.t <= 0.0 {
            return Err(statement.error("its temperature is in °C and must be above −273.15"));
        }
        Ok(instance)
    }

    /// How many unit devices it amounts to.
    pub fn scale(&self) -> f64 {
        self.area.unwrap_or(1.0) * self.m
    }

    /// Whether the line gives one of the further sizes.
    pub fn says(&self, name: &str) -> bool {
        self.others.iter().any(|(key, _)| key == name)
    }

    /// One of the further sizes.
    pub fn size(&self, name: &str, default: f64) -> f64 {
        let found = self.others.iter().rfind(|(key, _)| key == name);
        found.map_or(default, |(_, value)| *value)
    }
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
