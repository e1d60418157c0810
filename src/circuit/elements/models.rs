//! `D` and `Q` with their `.model` cards.

use crate::circuit::deck::statement::Statement;
use crate::circuit::elements::NodeOf;
use crate::circuit::elements::push;
use crate::circuit::error::CircuitError;
use crate::circuit::expression::Expression;
use crate::circuit::netlist::Context;
use crate::circuit::netlist::Expansion;
use crate::circuit::netlist::Kind;
use crate::devices::Bjt;
use crate::devices::BjtParameters;
use crate::devices::Depletion;
use crate::devices::Device;
use crate::devices::Diode;
use crate::units::T_NOMINAL;
use crate::units::thermal_voltage;

/// A `.model` card: its type and its numbers, each asked for once.
struct Card<'a> {
    statement: &'a Statement,
    values: Vec<(String, f64)>,
}

/// Parameters that say nothing at 27 °C and without noise analysis, or that only rate the part.
const WITHOUT_EFFECT: [&str; 10] = [
    "eg", "xti", "xtb", "kf", "af", "tnom", "vceo", "icrating", "mfg", "type",
];

impl<'a> Card<'a> {
    fn find(
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
    fn take(&mut self, names: &[&str], default: f64) -> f64 {
        let place = self
            .values
            .iter()
            .position(|(key, _)| names.contains(&key.as_str()));
        place.map_or(default, |place| self.values.swap_remove(place).1)
    }

    /// A parameter for which SPICE reads 0 as infinite.
    fn take_or_infinite(&mut self, names: &[&str]) -> f64 {
        let value = self.take(names, 0.0);
        if value == 0.0 { f64::INFINITY } else { value }
    }

    fn depletion(
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

    /// Refuses what was not asked for.
    fn end(self) -> Result<(), CircuitError> {
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

/// `Dname anode cathode MODEL [area]`
pub fn diode(
    to: &mut Expansion,
    statement: &Statement,
    context: &Context,
    node: NodeOf,
) -> Result<(), CircuitError> {
    let form = "Dname anode cathode MODEL [area]";
    let mut card = Card::find(statement.word(3, form)?, &["d"], context, statement)?;
    let area = area(statement, context, 4, form)?;
    let i_s = card.take(&["is", "js"], 1e-14) * area;
    let v_t = card.take(&["n"], 1.0) * thermal_voltage(T_NOMINAL);
    let r_s = card.take(&["rs"], 0.0) / area;
    let (bv, ibv) = (card.take(&["bv"], 0.0), card.take(&["ibv"], 1e-3) * area);
    let tt = card.take(&["tt"], 0.0);
    let fc = card.take(&["fc"], 0.5);
    let mut depletion = card.depletion(
        &["cjo", "cj0", "cj"],
        (&["vj", "pb"], 1.0),
        (&["m", "mj"], 0.5),
        fc,
    );
    depletion.cj *= area;
    card.end()?;
    check(statement, "is", i_s)?;
    check(statement, "n", v_t)?;
    let breakdown = (bv > 0.0).then_some((bv, ibv));
    let device = Device::Diode(Diode::new(i_s, v_t, breakdown, tt, depletion));
    let (anode, cathode) = (node(to, &statement.words[1]), node(to, &statement.words[2]));
    let inner = with_resistance(to, statement, context, "a", anode, r_s);
    push(
        to,
        statement,
        context,
        Kind::Device {
            device,
            nodes: vec![inner, cathode],
        },
    );
    Ok(())
}

/// `Qname collector base emitter MODEL [area]`
pub fn transistor(
    to: &mut Expansion,
    statement: &Statement,
    context: &Context,
    node: NodeOf,
) -> Result<(), CircuitError> {
    let form = "Qname collector base emitter MODEL [area]";
    let mut card = Card::find(
        statement.word(4, form)?,
        &["npn", "pnp"],
        context,
        statement,
    )?;
    let polarity = if card.statement.words[2] == "npn" {
        1.0
    } else {
        -1.0
    };
    let area = area(statement, context, 5, form)?;
    let v_t = thermal_voltage(T_NOMINAL);
    let fc = card.take(&["fc"], 0.5);
    let base_emitter = card.depletion(&["cje"], (&["vje", "pe"], 0.75), (&["mje", "me"], 0.33), fc);
    let base_collector =
        card.depletion(&["cjc"], (&["vjc", "pc"], 0.75), (&["mjc", "mc"], 0.33), fc);
    let sized = |depletion: Depletion| Depletion {
        cj: depletion.cj * area,
        ..depletion
    };
    let parameters = BjtParameters {
        polarity,
        i_s: card.take(&["is"], 1e-16) * area,
        bf: card.take(&["bf"], 100.0),
        br: card.take(&["br"], 1.0),
        v_tf: card.take(&["nf"], 1.0) * v_t,
        v_tr: card.take(&["nr"], 1.0) * v_t,
        vaf: card.take_or_infinite(&["vaf", "va"]),
        var: card.take_or_infinite(&["var", "vb"]),
        ikf: card.take_or_infinite(&["ikf", "ik"]) * area,
        ikr: card.take_or_infinite(&["ikr"]) * area,
        ise: card.take(&["ise"], 0.0) * area,
        isc: card.take(&["isc"], 0.0) * area,
        v_te: card.take(&["ne"], 1.5) * v_t,
        v_tc: card.take(&["nc"], 2.0) * v_t,
        tf: card.take(&["tf"], 0.0),
        tr: card.take(&["tr"], 0.0),
        base_emitter: sized(base_emitter),
        base_collector: sized(base_collector),
    };
    let [r_b, r_e, r_c] = ["rb", "re", "rc"].map(|key| card.take(&[key], 0.0) / area);
    card.end()?;
    check(statement, "is", parameters.i_s)?;
    check(statement, "bf", parameters.bf)?;
    check(statement, "br", parameters.br)?;
    let [c, b, e] = [1, 2, 3].map(|place| node(to, &statement.words[place]));
    let c = with_resistance(to, statement, context, "c", c, r_c);
    let b = with_resistance(to, statement, context, "b", b, r_b);
    let e = with_resistance(to, statement, context, "e", e, r_e);
    push(
        to,
        statement,
        context,
        Kind::Device {
            device: Device::Bjt(Bjt::new(parameters)),
            nodes: vec![c, b, e],
        },
    );
    Ok(())
}

/// Optional area factor after the model's name.
fn area(
    statement: &Statement,
    context: &Context,
    place: usize,
    form: &str,
) -> Result<f64, CircuitError> {
    statement.end(place + usize::from(statement.words.len() > place), form)?;
    let Some(word) = statement.words.get(place) else {
        return Ok(1.0);
    };
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

fn check(statement: &Statement, key: &str, value: f64) -> Result<(), CircuitError> {
    if value > 0.0 {
        Ok(())
    } else {
        Err(statement.error(format!("its model's {key} must be above 0")))
    }
}

/// An inner node behind an ohmic resistance, or the terminal itself where there is none.
fn with_resistance(
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
