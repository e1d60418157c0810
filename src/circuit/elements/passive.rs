//! `R`, `C` and `L`.

use crate::circuit::deck::statement::Statement;
use crate::circuit::deck::statement::unwrapped;
use crate::circuit::deck::value_at;
use crate::circuit::elements::NodeOf;
use crate::circuit::elements::behavioural::ungrouped;
use crate::circuit::elements::card::is_model;
use crate::circuit::elements::law;
use crate::circuit::elements::law::Placing;
use crate::circuit::elements::law::joined;
use crate::circuit::elements::passive_card::PassiveInstance;
use crate::circuit::elements::passive_card::passive_card;
use crate::circuit::elements::push;
use crate::circuit::error::CircuitError;
use crate::circuit::expression::Expression;
use crate::circuit::expression::Probe;
use crate::circuit::netlist::Context;
use crate::circuit::netlist::Expansion;
use crate::circuit::netlist::Kind;
use crate::circuit::netlist::Winding;
use crate::circuit::specimen::Quantity;
use crate::devices::behavioural::Function;

/// What ngspice takes 0 Ω for, in Ω.
const SHORT: f64 = 1e-3;

/// `Rname node node value [MODEL] [m=number scale=number tc1=number tc2=number temp=number dtemp=number noisy=0]`, also
/// `R=value`, with the value behind the model, or without one where the model has it; the same for C and L.
pub fn passive(
    to: &mut Expansion,
    statement: &Statement,
    context: &Context,
    node: NodeOf,
    letter: char,
) -> Result<(), CircuitError> {
    let form = format!("{0}name node node value", letter.to_ascii_uppercase());
    let key = letter.to_string();
    statement.word(2, &form)?;
    let is_card = |word: &&String| is_model(word, "", context);
    let (cards, values): (Vec<_>, Vec<_>) = statement.words[3..].iter().partition(is_card);
    let named = statement.pairs.iter().filter(|(name, _)| *name == key);
    let values: Vec<&String> = values
        .into_iter()
        .chain(named.map(|(_, word)| word))
        .collect();
    if let Some(extra) = values.get(1).or(cards.get(1)) {
        return Err(statement.error(format!("`{extra}` is not supported here; write {form}")));
    }
    let given = values.first().copied();
    let mut instance =
        PassiveInstance::read(to, statement, context, letter, !cards.is_empty(), &form)?;
    let carded = match cards.first() {
        Some(name) => passive_card(to, statement, context, letter, name, &mut instance)?,
        None => None,
    };
    let ends = [1, 2].map(|place| statement.words[place].clone());
    let (a, b) = (node(to, &ends[0]), node(to, &ends[1]));
    let (in_parallel, scale, is_noisy) = (instance.m, instance.scale, instance.is_noisy);
    let Some(word) = given else {
        let carded = carded.ok_or_else(|| statement.error(format!("too short; write {form}")))?;
        let warmth = instance.warmth(statement)? * scale;
        let placed = Placed {
            a,
            b,
            letter,
            in_parallel,
            warmth,
            is_noisy,
        };
        return placed.put(to, statement, context, Expression::Number(carded));
    };
    let written = value_at(statement, word)?;
    if letter == 'r' && written.any(&mut |part| matches!(part, Expression::Probe(_))) {
        ungrouped(unwrapped(word)).map_err(|why| statement.error(why))?;
        instance.follows_law(context);
        let warmth = instance.warmth(statement)?;
        let [a_name, b_name] = ends;
        let across = Expression::Probe(Probe::Voltage(a_name, Some(b_name)));
        let ohms = context.law(statement, &written)?;
        let share = Expression::Number(instance.m / warmth);
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
    let warmth = instance.warmth(statement)? * scale;
    let placed = Placed {
        a,
        b,
        letter,
        in_parallel,
        warmth,
        is_noisy,
    };
    placed.put(to, statement, context, value)
}

/// Where a passive element goes, how many of it, and what its value is multiplied by.
struct Placed {
    a: usize,
    b: usize,
    letter: char,
    in_parallel: f64,
    warmth: f64,
    is_noisy: bool,
}

impl Placed {
    fn put(
        self,
        to: &mut Expansion,
        statement: &Statement,
        context: &Context,
        value: Expression,
    ) -> Result<(), CircuitError> {
        let Self {
            a,
            b,
            letter,
            in_parallel,
            warmth,
            is_noisy,
        } = self;
        let value = match value.constant() {
            Some(0.0) if letter == 'r' => Expression::Number(SHORT),
            _ => value,
        };
        let start = to.netlist.start(&value);
        // Macromodels cancel a zero with a negative capacitance.
        if !start.is_finite() || (letter == 'l' && start < 0.0) {
            return Err(statement.error(format!(
                "value {start:e} must not be below 0 or without end"
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
            'r' => {
                let one = Expression::Number(1.0);
                let siemens = joined(Function::Divide, one, scaled(warmth / in_parallel));
                match is_noisy {
                    true => Kind::Conductance { a, b, siemens },
                    false => Kind::noiseless(a, b, siemens),
                }
            }
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
                let of_one = henries * in_parallel;
                let winding = Winding {
                    place,
                    henries,
                    of_one,
                };
                to.inductors.insert(name, winding);
                Kind::Inductor { a, b, henries }
            }
        };
        push(to, statement, context, kind);
        Ok(())
    }
}
