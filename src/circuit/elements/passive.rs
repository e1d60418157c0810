//! `R`, `C` and `L`.

use crate::circuit::deck::statement::Statement;
use crate::circuit::deck::value_at;
use crate::circuit::elements::NodeOf;
use crate::circuit::elements::law;
use crate::circuit::elements::law::Placing;
use crate::circuit::elements::law::joined;
use crate::circuit::elements::push;
use crate::circuit::error::CircuitError;
use crate::circuit::expression::Expression;
use crate::circuit::expression::Probe;
use crate::circuit::netlist::Context;
use crate::circuit::netlist::Expansion;
use crate::circuit::netlist::Kind;
use crate::circuit::specimen::Quantity;
use crate::devices::behavioural::Function;
use crate::units::kelvin;

/// `Rname node node value [m=number tc1=number tc2=number temp=number dtemp=number]`, also `R=value`; the same for C
/// and L.
pub fn passive(
    to: &mut Expansion,
    statement: &Statement,
    context: &Context,
    node: NodeOf,
    letter: char,
) -> Result<(), CircuitError> {
    let form = format!("{0}name node node value", letter.to_ascii_uppercase());
    let key = letter.to_string();
    let named = statement.pairs.iter().find(|(name, _)| *name == key);
    let word = match named {
        Some((_, word)) => {
            statement.word(2, &form)?;
            word
        }
        None => statement.word(3, &form)?,
    };
    let count = 3 + usize::from(named.is_none());
    if let Some(extra) = statement.words.get(count) {
        return Err(statement.error(format!("`{extra}` is not supported here; write {form}")));
    }
    let (in_parallel, warmth) = instance(statement, context, letter, &form)?;

    let written = value_at(statement, word)?;
    let ends = [1, 2].map(|place| statement.words[place].clone());
    let (a, b) = (node(to, &ends[0]), node(to, &ends[1]));
    if letter == 'r' && written.any(&mut |part| matches!(part, Expression::Probe(_))) {
        let [a_name, b_name] = ends;
        let across = Expression::Probe(Probe::Voltage(a_name, Some(b_name)));
        let ohms = context.law(statement, &written)?;
        let share = Expression::Number(in_parallel / warmth);
        let law = [across, ohms];
        let law = Expression::call(
            Function::Multiply,
            [share, Expression::call(Function::Divide, law)],
        );
        let placing = Placing {
            p: a,
            n: b,
            is_voltage: false,
        };
        return law::place(to, statement, context, node, &placing, law);
    }
    let value = context.value(statement, word)?;
    let start = to.netlist.start(&value);
    let possible = start.is_finite() && (start > 0.0 || (letter == 'r') != (start == 0.0));
    if !possible {
        return Err(statement.error(format!(
            "value {start} must be above 0; for a short write 1m"
        )));
    }
    let quantity = match letter {
        'r' => Quantity::Resistance,
        'c' => Quantity::Capacitance,
        _ => Quantity::Inductance,
    };
    let specimen = to.factor_of_passive(statement, context, quantity, &value);
    let scaled = |by: f64| match by * specimen {
        1.0 => value.clone(),
        by => joined(Function::Multiply, value.clone(), Expression::Number(by)),
    };
    let kind = match letter {
        'r' => Kind::Conductance {
            a,
            b,
            siemens: joined(
                Function::Divide,
                Expression::Number(1.0),
                scaled(warmth / in_parallel),
            ),
        },
        'c' => Kind::Capacitor {
            a,
            b,
            farads: scaled(warmth * in_parallel),
        },
        _ => {
            let henries = scaled(warmth / in_parallel).constant();
            let henries = henries.filter(|henries| *henries > 0.0).ok_or_else(|| {
                statement.error("an inductance must be a number above 0, not a knob")
            })?;
            let place = to.inductors.len();
            let name = format!("{}{}", context.path, statement.name());
            to.inductors.insert(name, (place, henries));
            Kind::Inductor { a, b, henries }
        }
    };
    push(to, statement, context, kind);
    Ok(())
}

/// How many stand in parallel, and by what the element's temperature multiplies its value.
fn instance(
    statement: &Statement,
    context: &Context,
    letter: char,
    form: &str,
) -> Result<(f64, f64), CircuitError> {
    let mut t = context.temperature();
    let (mut in_parallel, mut tc1, mut tc2) = (1.0, 0.0, 0.0);
    for (name, word) in &statement.pairs {
        if *name == letter.to_string() {
            continue;
        }
        let value = context.value(statement, word)?.constant();
        let value = value.ok_or_else(|| {
            statement.error(format!("{name} can't follow a knob; give it a number"))
        })?;
        match name.as_str() {
            "m" if value > 0.0 => in_parallel = value,
            "tc1" | "tc" => tc1 = value,
            "tc2" => tc2 = value,
            "temp" => t = kelvin(value),
            "dtemp" => t = context.temperature() + value,
            // Only counts in an analysis that begins without an operating point, which `.tran … uic` asks for.
            "ic" if letter != 'r' => {}
            _ => {
                let what = format!("`{name}={word}` is not supported here; write {form}");
                return Err(statement.error(what));
            }
        }
    }
    let dt = t - context.nominal();
    let warmth = 1.0 + tc1 * dt + tc2 * dt * dt;
    if warmth > 0.0 {
        Ok((in_parallel, warmth))
    } else {
        Err(statement.error("its temperature coefficients make its value negative"))
    }
}
