//! `V` and `I`.

use crate::circuit::deck::statement::Statement;
use crate::circuit::elements::NodeOf;
use crate::circuit::elements::law::joined;
use crate::circuit::elements::push;
use crate::circuit::error::CircuitError;
use crate::circuit::expression::Expression;
use crate::circuit::netlist::Context;
use crate::circuit::netlist::Expansion;
use crate::circuit::netlist::Kind;
use crate::devices::behavioural::Function;

/// The source that the samples replace.
const INPUT: &str = "vin";
/// Of a small-signal analysis; each may have two numbers. Ours is always 1 V at the input.
const AMPLITUDES: [&str; 3] = ["ac", "distof1", "distof2"];
/// ngspice's, and LTspice's name of the first.
const WAVEFORMS: [&str; 8] = [
    "sin", "pulse", "pwl", "exp", "sffm", "am", "trnoise", "sine",
];

/// `Vname node node [[DC] value] [AC [value [phase]]]`, in any order as in ngspice, also with `=`; the same for I, which
/// may have `m=`. A waveform only where it is the input's.
pub fn source(
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
    let written = written(statement, is_input, &form)?;
    let mut value = match written {
        Some(word) => context.value(statement, word)?,
        None => Expression::Number(0.0),
    };
    for (name, word) in &statement.pairs {
        match (name.as_str(), letter) {
            ("dc" | "ac", _) => {}
            ("r" | "td", 'v') if is_input => {}
            ("m", 'i') => {
                let m = context.value(statement, word)?;
                value = joined(Function::Multiply, value, m);
            }
            _ => {
                let what = format!("`{name}=` is not supported here; write {form}");
                return Err(statement.error(what));
            }
        }
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

/// The word that is its value at rest. As in ngspice what stands first counts before any `DC`, and of those the last one.
fn written<'a>(
    statement: &'a Statement,
    is_input: bool,
    form: &str,
) -> Result<Option<&'a str>, CircuitError> {
    let mut words = statement.words[3..].iter().map(String::as_str).peekable();
    let is_key =
        |word: &str| word == "dc" || AMPLITUDES.contains(&word) || WAVEFORMS.contains(&word);
    let first = words.next_if(|word| !is_key(word));
    let dc = statement.pairs.iter().rfind(|(name, _)| name == "dc");
    let mut dc = dc.map(|(_, word)| word.as_str());
    while let Some(word) = words.next() {
        match word {
            "dc" => {
                let value = words.next_if(|word| !is_key(word));
                dc = Some(value.ok_or_else(|| statement.error(format!("write {form}")))?);
            }
            _ if AMPLITUDES.contains(&word) => {
                let value = words.next_if(|word| !is_key(word));
                value.and_then(|_| words.next_if(|word| !is_key(word)));
            }
            _ if WAVEFORMS.contains(&word) && is_input => {
                while words.next_if(|word| !is_key(word)).is_some() {}
            }
            _ if WAVEFORMS.contains(&word) => {
                return Err(statement.error(format!(
                    "`{word}`: only the source named Vin moves, by the samples; give this one a DC value, or its name if it is the input"
                )));
            }
            _ => {
                let what = format!("`{word}` is not supported here; write {form}");
                return Err(statement.error(what));
            }
        }
    }
    Ok(first.or(dc))
}
