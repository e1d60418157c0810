//! Element statements as equations: what each letter means and which forms are read.

mod behavioural;
mod bipolar;
mod card;
mod dialects;
mod diode;
mod jfet;
mod law;
mod mosfet;
mod native;
mod passive;
mod vdmos;

pub use native::Native;
pub use native::native;

use crate::circuit::deck::statement::Statement;
use crate::circuit::error::CircuitError;
use crate::circuit::expression::Expression;
use crate::circuit::netlist::Context;
use crate::circuit::netlist::Element;
use crate::circuit::netlist::Expansion;
use crate::circuit::netlist::Kind;
use crate::devices::Device;

/// Finds the place of a node by its name in the scope being expanded.
pub type NodeOf<'a> = &'a mut dyn FnMut(&mut Expansion, &str) -> usize;

/// The source that the samples replace.
const INPUT: &str = "vin";

/// Adds the element of one statement.
pub fn expand(
    to: &mut Expansion,
    statement: &Statement,
    context: &Context,
    node: NodeOf,
) -> Result<(), CircuitError> {
    let letter = statement.name().chars().next().unwrap_or(' ');
    match letter {
        'r' | 'c' | 'l' => passive::passive(to, statement, context, node, letter),
        'k' => coupling(to, statement, context),
        'v' | 'i' => source(to, statement, context, node, letter),
        'b' | 'e' | 'f' | 'g' | 'h' => behavioural::source(to, statement, context, node, letter),
        'd' => diode::diode(to, statement, context, node),
        'q' => bipolar::transistor(to, statement, context, node),
        'j' => jfet::transistor(to, statement, context, node),
        'm' if vdmos::is_one(statement, context) => vdmos::transistor(to, statement, context, node),
        'm' => mosfet::transistor(to, statement, context, node),
        _ => {
            let what = "this element is not supported; there are R C L K V I E F G H B D Q J M X";
            Err(statement.error(what))
        }
    }
}

/// `K`: two inductors of the same scope and their coupling.
fn coupling(
    to: &mut Expansion,
    statement: &Statement,
    context: &Context,
) -> Result<(), CircuitError> {
    let form = "Kname Lname Lname coefficient";
    let coefficient = context.value(statement, statement.word(3, form)?)?;
    statement.end(4, form)?;
    let find = |word: &str| {
        let found = to
            .inductors
            .get(&format!("{}{word}", context.path))
            .copied();
        found.ok_or_else(|| statement.error(format!("no inductor `{word}` here")))
    };
    let ((first, l1), (second, l2)) = (find(&statement.words[1])?, find(&statement.words[2])?);
    let k = coefficient.constant().filter(|k| k.abs() <= 1.0);
    let k = k.ok_or_else(|| statement.error("the coupling must be a number from -1 to 1"))?;
    if first == second {
        return Err(statement.error("couples an inductor with itself"));
    }
    push(
        to,
        statement,
        context,
        Kind::Mutual {
            first,
            second,
            henries: k * (l1 * l2).sqrt(),
        },
    );
    Ok(())
}

/// `V` and `I`: a constant, or the input.
fn source(
    to: &mut Expansion,
    statement: &Statement,
    context: &Context,
    node: NodeOf,
    letter: char,
) -> Result<(), CircuitError> {
    let form = format!("{0}name node node [DC] value", letter.to_ascii_uppercase());
    statement.word(2, &form)?;
    let (p, n) = (node(to, &statement.words[1]), node(to, &statement.words[2]));
    let is_input = statement.name() == INPUT && context.path.is_empty();
    let mut rest = &statement.words[3..];
    let mut value = Expression::Number(0.0);
    if let Some((first, others)) = rest.split_first() {
        let dc = first == "dc";
        let word = if dc { others.first() } else { Some(first) };
        if let Some(word) = word.filter(|word| dc || !is_waveform(word)) {
            value = context.value(statement, word)?;
            rest = &rest[1 + usize::from(dc)..];
        }
    }
    // The small-signal amplitude is for ngspice; ours is always 1 V at the input.
    if rest.first().is_some_and(|word| word == "ac") {
        let numbers = rest[1..]
            .iter()
            .take_while(|word| !is_waveform(word))
            .count();
        rest = &rest[1 + numbers..];
    }
    if let Some(word) = rest.first().filter(|_| !is_input) {
        let what = format!(
            "`{word}`: only the source named Vin moves, by the samples; give this one a DC value"
        );
        return Err(statement.error(what));
    }
    if let Some(word) = rest.first().filter(|word| !is_waveform(word)) {
        return Err(statement.error(format!("`{word}` is not supported here; write {form}")));
    }
    if let Some((name, _)) = statement.pairs.first() {
        return Err(statement.error(format!("`{name}=` is not supported here; write {form}")));
    }
    let kind = match letter {
        'v' => Kind::Voltage {
            p,
            n,
            volts: value,
            is_input,
        },
        _ => Kind::Current { p, n, amps: value },
    };
    push(to, statement, context, kind);
    Ok(())
}

fn is_waveform(word: &str) -> bool {
    ["ac", "sin", "pulse", "pwl", "exp", "sffm", "am"].contains(&word)
}

fn push(to: &mut Expansion, statement: &Statement, context: &Context, kind: Kind) {
    to.netlist.elements.push(Element {
        name: format!("{}{}", context.path, statement.name()),
        kind,
    });
}

/// A device that is a part of the statement's element, under a name of its own.
fn push_part(
    to: &mut Expansion,
    statement: &Statement,
    context: &Context,
    part: &str,
    (device, nodes): (Device, Vec<usize>),
) {
    to.netlist.elements.push(Element {
        name: format!("{}{}#{part}", context.path, statement.name()),
        kind: Kind::Device { device, nodes },
    });
}
