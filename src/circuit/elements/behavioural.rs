//! `B`, `E`, `F`, `G` and `H`: sources that follow voltages and currents, straight or by a law.

use crate::circuit::deck::lawful::Law;
use crate::circuit::deck::statement::Statement;
use crate::circuit::deck::statement::tokens;
use crate::circuit::elements::NodeOf;
use crate::circuit::elements::law;
use crate::circuit::elements::law::Placing;
use crate::circuit::environment::Dialect;
use crate::circuit::error::CircuitError;
use crate::circuit::expression::Expression;
use crate::circuit::expression::Probe;
use crate::circuit::netlist::Context;
use crate::circuit::netlist::Expansion;
use crate::devices::behavioural::Function;
use crate::devices::behavioural::Table;
use crate::devices::behavioural::TableKind;
use crate::units::T_NOMINAL;
use crate::units::kelvin;

/// Most dimensions and coefficients of a `POLY`.
const MAX_POLY: usize = 100;

/// Any source that follows something.
pub fn source(
    to: &mut Expansion,
    statement: &Statement,
    context: &Context,
    node: NodeOf,
    letter: char,
) -> Result<(), CircuitError> {
    let (is_voltage, mut expression) = match &statement.law {
        Some(law) => shaped(statement, context, letter, law)?,
        None if letter == 'b' => {
            return Err(statement.error("write Bname node node V={expression} or I={expression}"));
        }
        None => (
            matches!(letter, 'e' | 'h'),
            straight_or_poly(statement, context, letter)?,
        ),
    };
    let factor = factor(statement, context, letter)?;
    if factor != 1.0 {
        let factor = Expression::Number(factor);
        expression = Expression::call(Function::Multiply, [factor, expression]);
    }
    let placing = Placing {
        p: node(to, &statement.words[1]),
        n: node(to, &statement.words[2]),
        is_voltage,
    };
    law::place(to, statement, context, node, &placing, expression)
}

/// What the law is multiplied by: `m=`, voltages too, as ngspice 39 does, and temperature coefficients, which don't know
/// TNOM there.
fn factor(statement: &Statement, context: &Context, letter: char) -> Result<f64, CircuitError> {
    let (mut m, mut tc1, mut tc2, mut t) = (1.0, 0.0, 0.0, context.temperature());
    let (mut divides, mut cools) = (false, false);
    for (name, word) in &statement.pairs {
        let value = context.value(statement, word)?.constant();
        let value = value.ok_or_else(|| {
            statement.error(format!("{name} can't follow a knob; give it a number"))
        })?;
        match (name.as_str(), &statement.law) {
            ("m", None) if matches!(letter, 'f' | 'g') && value > 0.0 => m = value,
            // A second one is the subcircuit's.
            ("m", Some(_)) if value > 0.0 => m *= value,
            ("tc1", Some(_)) => tc1 = value,
            ("tc2", Some(_)) => tc2 = value,
            ("temp", Some(_)) => t = kelvin(value),
            ("dtemp", Some(_)) => t = context.temperature() + value,
            ("reciproctc", Some(_)) => cools = value == 1.0,
            ("reciprocm", Some(_)) => divides = value == 1.0,
            _ => {
                let what = format!("`{name}={word}` is not supported here");
                return Err(statement.error(what));
            }
        }
    }
    let dt = t - T_NOMINAL;
    let warmth = 1.0 + tc1 * dt + tc2 * dt * dt;
    let factor = if divides { 1.0 / m } else { m } * if cools { 1.0 / warmth } else { warmth };
    if factor.is_finite() {
        Ok(factor)
    } else {
        Err(statement.error("its temperature coefficients leave nothing of it"))
    }
}

/// `V=`, `I=`, `VALUE=`, `VOL=`, `CUR=` and `TABLE`.
fn shaped(
    statement: &Statement,
    context: &Context,
    letter: char,
    law: &Law,
) -> Result<(bool, Expression), CircuitError> {
    let form = match letter {
        'b' => "Bname node node V={expression}",
        'e' => "Ename node node VALUE={expression}",
        _ => "Gname node node VALUE={expression}",
    };
    statement.word(2, form)?;
    if let Some(extra) = statement.words.get(3) {
        return Err(statement.error(format!("`{extra}` is not supported here; write {form}")));
    }
    let is_voltage = match (letter, law.key.as_str()) {
        ('b', "v") | ('e', "value" | "vol" | "table") => true,
        ('b', "i") | ('g', "value" | "cur" | "table") => false,
        (_, key) => {
            return Err(statement.error(format!("`{key}` is not supported here; write {form}")));
        }
    };
    if law.key != "table" {
        let parsed = ungrouped(unquoted(&law.text)).map_err(|why| statement.error(why))?;
        return Ok((is_voltage, context.law(statement, &parsed)?));
    }
    let form = "TABLE {expression} = (x1,y1) (x2,y2) … with numbers whose x rise";
    let wrong = || statement.error(format!("write {form}"));
    let (inside, rest) = law
        .text
        .strip_prefix('{')
        .and_then(|text| text.split_once('}'))
        .ok_or_else(wrong)?;
    let x = ungrouped(inside).map_err(|why| statement.error(why))?;
    let mut numbers = Vec::new();
    let words = tokens(rest).map_err(|why| statement.error(why))?;
    for word in words.iter().skip_while(|word| *word == "=") {
        let value = context.value(statement, word)?.constant();
        numbers.push(value.ok_or_else(wrong)?);
    }
    let points = numbers.chunks_exact(2).map(|pair| (pair[0], pair[1]));
    let table = Table::new(points.collect(), TableKind::Rounded);
    let table = table.filter(|_| numbers.len() % 2 == 0).ok_or_else(wrong)?;
    let law = Expression::Table(Box::new(x), table);
    Ok((is_voltage, context.law(statement, &law)?))
}

/// Parses a law. Inside one ngspice leaves braces out, so that `2*{a+1}` is `2*a+1`: what they would change is refused.
pub fn ungrouped(text: &str) -> Result<Expression, String> {
    let law = Expression::parse(text)?;
    let is_whole = |text: &str| text.starts_with('{') && text.find('}') == Some(text.len() - 1);
    if text.contains('{') && !is_whole(text) {
        let without = Expression::parse(&text.replace(['{', '}'], " "));
        if without.as_ref() != Ok(&law) {
            return Err("ngspice leaves braces inside a law out; write () instead".to_string());
        }
    }
    Ok(law)
}

fn unquoted(text: &str) -> &str {
    ['\'', '"']
        .iter()
        .find_map(|quote| text.strip_prefix(*quote)?.strip_suffix(*quote))
        .unwrap_or(text)
}

/// A gain, or a `POLY(n)`, of controls that follow the nodes.
fn straight_or_poly(
    statement: &Statement,
    context: &Context,
    letter: char,
) -> Result<Expression, CircuitError> {
    let by_current = matches!(letter, 'f' | 'h');
    let words = &statement.words;
    let upper = letter.to_ascii_uppercase();
    let controls = if by_current {
        "Vname"
    } else {
        "control+ control-"
    };
    let form = format!("{upper}name node node {controls} gain, or POLY(n) {controls} … p0 p1 …");
    statement.word(4, &form)?;
    // ngspice lets the kind of source be said once more.
    let words = match (letter, words[3].as_str()) {
        ('e', "vcvs") | ('f', "cccs") | ('g', "vccs") | ('h', "ccvs") => &words[1..],
        _ => &words[..],
    };
    let short = || statement.error(format!("too short; write {form}"));
    if words.len() < 5 {
        return Err(short());
    }
    let width = if by_current { 1 } else { 2 };
    let probe = |names: &[String]| {
        Expression::Probe(match names {
            [p, n] => Probe::Voltage(p.clone(), Some(n.clone())),
            names => Probe::Current(names[0].clone()),
        })
    };
    let value = |word: &String| context.value(statement, word);
    if words[3] != "poly" {
        if let Some(extra) = words.get(4 + width) {
            return Err(statement.error(format!("`{extra}` is not supported here; write {form}")));
        }
        let gain = value(words.get(3 + width).ok_or_else(short)?)?;
        let control = probe(&words[3..3 + width]);
        return Ok(Expression::call(Function::Multiply, [gain, control]));
    }
    let wrong = || statement.error(format!("write {form}"));
    let dimensions: usize = words[4].parse().map_err(|_| wrong())?;
    let first = 5 + dimensions.min(MAX_POLY) * width;
    if dimensions == 0 || dimensions > MAX_POLY || words.len() <= first {
        return Err(wrong());
    }
    if words.len() > first + MAX_POLY {
        return Err(statement.error(format!("more than {MAX_POLY} coefficients")));
    }
    let probes: Vec<Expression> = words[5..first].chunks(width).map(probe).collect();
    let coefficients = words[first..]
        .iter()
        .map(value)
        .collect::<Result<Vec<_>, _>>()?;
    Ok(polynomial(&probes, coefficients))
}

/// SPICE2's polynomial: p0 + p1·x1 + … + pn·xn + p(n+1)·x1² + p(n+2)·x1·x2 + …, degree by degree.
fn polynomial(x: &[Expression], coefficients: Vec<Expression>) -> Expression {
    let mut sum: Option<Expression> = None;
    // Factors of the present term, by their places among x, never falling.
    let mut factors: Vec<usize> = Vec::new();
    for coefficient in coefficients {
        if coefficient.constant() != Some(0.0) {
            let term = factors.iter().fold(coefficient, |product, k| {
                Expression::call(Function::Multiply, [product, x[*k].clone()])
            });
            sum = Some(match sum {
                Some(sum) => Expression::call(Function::Add, [sum, term]),
                None => term,
            });
        }
        match factors.iter().rposition(|k| *k + 1 < x.len()) {
            Some(place) => {
                let next = factors[place] + 1;
                factors[place..].fill(next);
            }
            None => {
                factors.push(0);
                factors.fill(0);
            }
        }
    }
    sum.unwrap_or(Expression::Number(0.0))
}

impl Context<'_> {
    /// A source's law, resolved; voltages and currents stay in it.
    pub fn law(
        &self,
        statement: &Statement,
        expression: &Expression,
    ) -> Result<Expression, CircuitError> {
        let is_pwrs =
            |part: &Expression| matches!(part, Expression::Apply(name, _) if name == "pwrs");
        let dialect = match expression.any(&mut { is_pwrs }) {
            true => Dialect::PSpice,
            false => Dialect::Behavioural,
        };
        let resolved = self.environment.resolve(expression, dialect);
        resolved.map_err(|why| statement.error(why))
    }
}
