//! One logical line as a statement: words, `name=value` pairs, element kinds.

use crate::circuit::deck::lawful;
use crate::circuit::deck::lawful::Law;
use crate::circuit::deck::parameters;
use crate::circuit::error::CircuitError;
use crate::circuit::error::Place;
use crate::circuit::expression::Expression;
use crate::circuit::number::number;

/// A line cut into words. Braces hold an expression together; `=` binds a name to the word after it.
#[derive(Clone, Debug)]
pub struct Statement {
    pub place: Place,
    pub words: Vec<String>,
    pub pairs: Vec<(String, String)>,
    /// What a behavioural source follows; cut off before the words.
    pub law: Option<Law>,
}

/// Names that may have several values: `ic=0.6, 5` and `tc=1m 2u`.
const LISTS: [&str; 2] = ["ic", "tc"];
/// How many, at most.
const MAX_LIST: usize = 3;

impl Statement {
    pub fn read(place: &Place, text: &str) -> Result<Self, CircuitError> {
        let (text, law) = lawful::cut(text);
        let mut statement = Self {
            place: place.clone(),
            words: Vec::new(),
            pairs: Vec::new(),
            law,
        };
        if let Some((name, rest)) = text.split_once(char::is_whitespace)
            && matches!(name, ".param" | ".params")
        {
            let cut = parameters::cut(rest);
            statement.pairs = cut.map_err(|why| place.error(format!("{name}: {why}")))?;
            statement.words.push(name.to_string());
            return Ok(statement);
        }
        let mut tokens = tokens(&text).map_err(|why| place.error(why))?;
        if text.starts_with('x') || text.starts_with(".subckt") || text.starts_with(".macro") {
            // PSpice says where the parameters begin.
            for token in &mut tokens {
                if let Some(rest) = token.strip_prefix("params:") {
                    *token = rest.to_string();
                }
            }
            tokens.retain(|token| !token.is_empty());
        }
        let mut at = 0;
        while at < tokens.len() {
            if tokens.get(at + 1).is_some_and(|token| token == "=") {
                let value = tokens.get(at + 2).filter(|value| *value != "=");
                let value =
                    value.ok_or_else(|| place.error(format!("`{}=` has no value", tokens[at])))?;
                let (key, mut value) = (tokens[at].clone(), value.clone());
                at += 3;
                if LISTS.contains(&&*key) {
                    // What follows without a name of its own belongs to it.
                    for _ in 1..MAX_LIST {
                        let next = tokens.get(at).filter(|next| number(next).is_some());
                        let is_name = tokens.get(at + 1).is_some_and(|token| token == "=");
                        if let Some(next) = next.filter(|_| !is_name) {
                            value = format!("{value} {next}");
                            at += 1;
                        }
                    }
                }
                statement.pairs.push((key, value));
            } else if tokens[at] == "=" {
                return Err(place.error("`=` without a name before it"));
            } else {
                statement.words.push(tokens[at].clone());
                at += 1;
            }
        }
        if let (None, Some((name, value))) = (statement.words.first(), statement.pairs.first()) {
            let what = format!("`{name}={value}` begins no line; write {name} {value}");
            return Err(place.error(what));
        }
        Ok(statement)
    }

    /// Designator of an element, or the name of a command.
    pub fn name(&self) -> &str {
        self.words.first().map_or("", String::as_str)
    }

    /// Resistors, capacitors and diodes whose currents its law reads, `i(r1)`.
    pub fn measured(&self) -> impl Iterator<Item = String> {
        let parts = self.law.iter().flat_map(|law| law.text.split("i(").skip(1));
        let name = |part: &str| part.split(')').next().unwrap_or("").trim().to_string();
        parts
            .map(name)
            .filter(|name| name.starts_with(['r', 'c', 'd']))
    }

    /// An error at this statement that names its element.
    pub fn error(&self, what: impl std::fmt::Display) -> CircuitError {
        self.place.error(format!("{}: {what}", self.name()))
    }

    /// The word at `index`, or an error that says how the statement is written.
    pub fn word(&self, index: usize, form: &str) -> Result<&str, CircuitError> {
        self.words
            .get(index)
            .map(String::as_str)
            .ok_or_else(|| self.error(format!("too short; write {form}")))
    }

    /// Whether another line says the same.
    pub fn says_as(&self, other: &Self) -> bool {
        (&self.words, &self.pairs, &self.law) == (&other.words, &other.pairs, &other.law)
    }

    /// Refuses words and pairs after the first `count` words.
    pub fn end(&self, count: usize, form: &str) -> Result<(), CircuitError> {
        let extra = self
            .words
            .get(count)
            .cloned()
            .or_else(|| self.pairs.first().map(|(n, v)| format!("{n}={v}")));
        match extra {
            Some(extra) => {
                Err(self.error(format!("`{extra}` is not supported here; write {form}")))
            }
            None => Ok(()),
        }
    }
}

/// Parses a value: a number, a bare parameter, or an expression in braces or quotes.
pub fn value(word: &str) -> Result<Expression, String> {
    Expression::parse(unwrapped(word))
}

/// What stands in a value's braces or quotes.
pub fn unwrapped(word: &str) -> &str {
    let bare = word.trim();
    let inner = bare.strip_prefix('{').and_then(|w| w.strip_suffix('}'));
    let inner = inner.or_else(|| bare.strip_prefix('\'').and_then(|w| w.strip_suffix('\'')));
    inner.unwrap_or(bare)
}

/// Words, with `=` as a word of its own; white space, commas and parentheses separate.
pub fn tokens(text: &str) -> Result<Vec<String>, String> {
    let mut tokens = Vec::new();
    let mut word = String::new();
    let mut depth = 0usize;
    let mut quoted = false;
    for c in text.chars() {
        let inside = depth > 0 || quoted;
        match c {
            '{' if !quoted => depth += 1,
            '}' if !quoted => depth = depth.checked_sub(1).ok_or("`}` without `{`")?,
            '\'' if depth == 0 => quoted = !quoted,
            _ => {}
        }
        let separates = !inside && (c.is_whitespace() || matches!(c, ',' | '(' | ')' | '='));
        if separates {
            if !word.is_empty() {
                tokens.push(std::mem::take(&mut word));
            }
            if c == '=' {
                tokens.push("=".to_string());
            }
        } else {
            word.push(c);
        }
    }
    if depth > 0 || quoted {
        return Err(format!("an expression is not closed in `{text}`"));
    }
    if !word.is_empty() {
        tokens.push(word);
    }
    Ok(tokens)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Statement, CircuitError> {
        Statement::read(
            &Place {
                file: "x.cir".into(),
                line: 7,
            },
            text,
        )
    }

    #[test]
    fn cuts_words_and_pairs() {
        let s = read("x1 a b 12ax7 gain = {a + (b)} mu='c d'").unwrap();
        assert_eq!(s.words, ["x1", "a", "b", "12ax7"]);
        assert_eq!(
            s.pairs,
            [
                ("gain".into(), "{a + (b)}".into()),
                ("mu".into(), "'c d'".into())
            ]
        );
        assert_eq!(
            read(".model d1 d(is=1n n=2)").unwrap().words,
            [".model", "d1", "d"]
        );
    }

    #[test]
    fn refuses_what_is_not_closed() {
        for text in ["r1 a b {1+", "r1 a b 1}", "r1 a b =", "x = = 1", "r1 'a"] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
