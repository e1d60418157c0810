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
mod passive_card;
mod source;
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

/// Adds the element of one statement.
pub fn expand(
    to: &mut Expansion,
    statement: &Statement,
    context: &Context,
    node: NodeOf,
) -> Result<(), CircuitError> {
    let letter = statement.name().chars().next().unwrap_or(' ');
    let metered = metered(to, statement, context, node, letter);
    let statement = metered.as_ref().unwrap_or(statement);
    match letter {
        'r' | 'c' | 'l' => passive::passive(to, statement, context, node, letter),
        'k' => coupling(to, statement, context),
        'v' | 'i' => source::source(to, statement, context, node, letter),
        'b' | 'e' | 'f' | 'g' | 'h' => behavioural::source(to, statement, context, node, letter),
        'd' => diode::diode(to, statement, context, node),
        'q' => bipolar::transistor(to, statement, context, node),
        'j' => jfet::transistor(to, statement, context, node),
        'm' if vdmos::is_one(statement, context) => vdmos::transistor(to, statement, context, node),
        'm' => mosfet::transistor(to, statement, context, node),
        _ => {
            let instead = match letter {
                's' | 'w' => {
                    "a switch is not supported; write an R, whose value may follow a choice"
                }
                't' | 'o' | 'u' | 'y' | 'p' => "a line is not supported; write it of L and C",
                'a' => "a code model is not supported; write B, E or G",
                'z' => "a MESFET is not supported; write a J",
                _ => "this element is not supported",
            };
            let what = format!("{instead}; there are R C L K V I E F G H B D Q J M X");
            Err(statement.error(what))
        }
    }
}

/// What ends the name of the ammeter in an element whose current is read, and of the node in front of it.
pub const AMMETER: &str = "#i";

/// What ends the name of an excess phase's node.
pub const PHASE: &str = "#phase";

/// An element whose current is read, with an ammeter behind it: as in ngspice, a source of 0 V.
fn metered(
    to: &mut Expansion,
    statement: &Statement,
    context: &Context,
    node: NodeOf,
    letter: char,
) -> Option<Statement> {
    let is_read = matches!(letter, 'r' | 'c' | 'd')
        && context.scopes.last()?.measured.contains(statement.name());
    let end = statement.words.get(2).filter(|_| is_read)?;
    let inner = format!("{}{AMMETER}", statement.name());
    let (p, n) = (node(to, &inner), node(to, end));
    let volts = Expression::Number(0.0);
    let (name, is_input) = (format!("{}{inner}", context.path), false);
    let kind = Kind::Voltage {
        p,
        n,
        volts,
        is_input,
    };
    let place = statement.place.clone();
    to.netlist.elements.push(Element { name, place, kind });
    let mut metered = statement.clone();
    metered.words[2] = inner;
    Some(metered)
}

/// `K`: two inductors of the same scope and their coupling.
fn coupling(
    to: &mut Expansion,
    statement: &Statement,
    context: &Context,
) -> Result<(), CircuitError> {
    let form = "Kname Lname Lname coefficient";
    if statement.words.len() > 4 && statement.words[3].starts_with('l') {
        let what = "couples more than two inductors; write one K for each pair of them";
        return Err(statement.error(what));
    }
    let coefficient = context.value(statement, statement.word(3, form)?)?;
    statement.end(4, form)?;
    let find = |word: &str| {
        let found = to
            .inductors
            .get(&format!("{}{word}", context.path))
            .copied();
        found.ok_or_else(|| statement.error(format!("no inductor `{word}` here")))
    };
    let (first, second) = (find(&statement.words[1])?, find(&statement.words[2])?);
    let k = coefficient.constant().filter(|k| k.abs() <= 1.0);
    let k = k.ok_or_else(|| statement.error("the coupling must be a number from -1 to 1"))?;
    if first.place == second.place {
        return Err(statement.error("couples an inductor with itself"));
    }
    let henries = k * (first.of_one * second.of_one).sqrt();
    if henries.abs() > (first.henries * second.henries).sqrt() * (1.0 + f64::EPSILON) {
        let what = "with the m= of its inductors it couples more than all; give them their values without m=";
        return Err(statement.error(what));
    }
    let (first, second) = (first.place, second.place);
    push(
        to,
        statement,
        context,
        Kind::Mutual {
            first,
            second,
            henries,
        },
    );
    Ok(())
}

fn push(to: &mut Expansion, statement: &Statement, context: &Context, kind: Kind) {
    to.netlist.elements.push(Element {
        name: format!("{}{}", context.path, statement.name()),
        place: statement.place.clone(),
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
        place: statement.place.clone(),
        kind: Kind::Device { device, nodes },
    });
}
