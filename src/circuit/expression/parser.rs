//! Recursive descent over an expression's text.

use crate::circuit::expression::Expression;
use crate::circuit::expression::MAX_PARTS;
use crate::circuit::expression::Probe;
use crate::circuit::number::leading_number;
use crate::devices::behavioural::Function;

/// Operators by how tightly they bind, loosest first; longer spellings first within a row.
const LEVELS: [&[(&str, Function)]; 6] = [
    &[("||", Function::Or), ("|", Function::Or)],
    &[("&&", Function::And), ("&", Function::And)],
    &[
        ("==", Function::Equal),
        ("!=", Function::NotEqual),
        ("<>", Function::NotEqual),
    ],
    &[
        ("<=", Function::LessOrEqual),
        (">=", Function::GreaterOrEqual),
        ("<", Function::Less),
        (">", Function::Greater),
    ],
    &[("+", Function::Add), ("-", Function::Subtract)],
    &[
        ("*", Function::Multiply),
        ("/", Function::Divide),
        ("%", Function::Remainder),
        ("\\", Function::DivideWhole),
    ],
];

/// The row of `<`.
const RELATIONS: usize = 3;

/// How deep an expression may nest; a hostile deck must not exhaust the stack.
const MAX_DEPTH: usize = 64;

pub fn parse(text: &str) -> Result<Expression, String> {
    let mut parser = Parser {
        text,
        at: 0,
        depth: 0,
        parts: 0,
    };
    let expression = parser.choice()?;
    parser.skip_space();
    if parser.at < text.len() {
        return Err(format!(
            "can't read `{}` in `{}`",
            short(&text[parser.at..]),
            short(text)
        ));
    }
    Ok(expression)
}

/// The beginning of a text, as errors show it.
fn short(text: &str) -> String {
    const LENGTH: usize = 60;
    match text.char_indices().nth(LENGTH) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_string(),
    }
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
    parts: usize,
}

impl Parser<'_> {
    fn deeper(&mut self) -> Result<(), String> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(format!(
                "nested more than {MAX_DEPTH} deep; split it into several .param lines"
            ));
        }
        Ok(())
    }

    /// Counts one more part.
    fn part(&mut self, expression: Expression) -> Result<Expression, String> {
        self.parts += 1;
        if self.parts > MAX_PARTS {
            return Err(format!(
                "more than {MAX_PARTS} parts; split it into several .param lines"
            ));
        }
        Ok(expression)
    }

    fn call<const N: usize>(
        &mut self,
        function: Function,
        operands: [Expression; N],
    ) -> Result<Expression, String> {
        self.part(Expression::call(function, operands))
    }

    fn choice(&mut self) -> Result<Expression, String> {
        self.deeper()?;
        let condition = self.level(0)?;
        let whole = if self.take("?") {
            let then = self.choice()?;
            self.expect(":")?;
            let other = self.choice()?;
            self.call(Function::Choose, [condition, then, other])?
        } else {
            condition
        };
        self.depth -= 1;
        Ok(whole)
    }

    fn level(&mut self, level: usize) -> Result<Expression, String> {
        let Some(operators) = LEVELS.get(level) else {
            return self.signed();
        };
        let mut left = self.level(level + 1)?;
        loop {
            self.skip_space();
            let rest = &self.text[self.at..];
            // What begins as one of these but is another.
            let is_other = rest.starts_with("**") || (level == RELATIONS && rest.starts_with("<>"));
            let Some((spelling, function)) = operators
                .iter()
                .find(|(s, _)| !is_other && rest.starts_with(s))
            else {
                return Ok(left);
            };
            self.at += spelling.len();
            let right = self.level(level + 1)?;
            left = self.call(*function, [left, right])?;
        }
    }

    /// Signs bind looser than powers.
    fn signed(&mut self) -> Result<Expression, String> {
        self.deeper()?;
        let signed = match self.sign() {
            Some(Some(function)) => {
                let operand = self.signed()?;
                self.call(function, [operand])?
            }
            Some(None) => self.signed()?,
            None => self.power()?,
        };
        self.depth -= 1;
        Ok(signed)
    }

    /// A sign: its function, or nothing for `+`.
    fn sign(&mut self) -> Option<Option<Function>> {
        self.skip_space();
        let is_unequal = self.text[self.at..].starts_with("!=");
        match () {
            () if self.take("-") => Some(Some(Function::Negate)),
            () if self.take("+") => Some(None),
            () if !is_unequal && (self.take("!") || self.take("~")) => Some(Some(Function::Not)),
            () => None,
        }
    }

    /// Powers are taken from the left: `2^3^2` is 64, as in ngspice.
    fn power(&mut self) -> Result<Expression, String> {
        let mut base = self.primary()?;
        while self.take("**") || self.take("^") {
            let exponent = match self.sign() {
                Some(Some(function)) => {
                    let operand = self.primary()?;
                    self.call(function, [operand])?
                }
                _ => self.primary()?,
            };
            base = self.call(Function::Power, [base, exponent])?;
        }
        Ok(base)
    }

    fn primary(&mut self) -> Result<Expression, String> {
        for (open, close) in [("(", ")"), ("{", "}")] {
            if self.take(open) {
                let inner = self.choice()?;
                self.expect(close)?;
                return Ok(inner);
            }
        }
        self.skip_space();
        if let Some((value, taken)) = leading_number(&self.text[self.at..]) {
            self.at += taken;
            let next = self.text[self.at..].bytes().next();
            return match next.filter(u8::is_ascii_digit) {
                Some(_) => Err(format!(
                    "`{}`: a scale factor ends a number; write 2.2k, not 2k2",
                    short(self.text)
                )),
                None => self.part(Expression::Number(value)),
            };
        }
        let name = self.name()?;
        if !self.take("(") {
            return self.part(Expression::Name(name));
        }
        if name == "v" || name == "i" {
            return self.probe(&name);
        }
        let mut operands = Vec::new();
        while !self.take(")") {
            if !operands.is_empty() {
                self.expect(",")?;
            }
            operands.push(self.choice()?);
        }
        self.part(Expression::Apply(name, operands))
    }

    /// `v(a)`, `v(a, b)` or `i(name)` after the bracket.
    fn probe(&mut self, quantity: &str) -> Result<Expression, String> {
        let rest = &self.text[self.at..];
        let inside = rest
            .split_once(')')
            .ok_or_else(|| format!("`)` is missing in `{}`", short(self.text)))?
            .0;
        self.at += inside.len() + 1;
        let names: Vec<&str> = inside.split([',', ' ']).filter(|n| !n.is_empty()).collect();
        let is_name = |name: &&str| !name.contains(['(', '{', '}', '\'', '=']);
        let probe = match names.as_slice() {
            _ if !names.iter().all(is_name) => None,
            [name] if quantity == "i" => Some(Probe::Current(name.to_string())),
            [node] => Some(Probe::Voltage(node.to_string(), None)),
            [a, b] if quantity == "v" => Some(Probe::Voltage(a.to_string(), Some(b.to_string()))),
            _ => None,
        };
        let probe = probe.ok_or_else(|| {
            format!(
                "`{quantity}({})`: write v(node), v(node, node) or i(Vname)",
                short(inside)
            )
        })?;
        self.part(Expression::Probe(probe))
    }

    fn name(&mut self) -> Result<String, String> {
        let rest = &self.text[self.at..];
        let length = rest
            .bytes()
            .take_while(|b| b.is_ascii_alphanumeric() || *b == b'_')
            .count();
        if length == 0 {
            return Err(match rest.chars().next() {
                Some(c) => format!("expected a value before `{c}` in `{}`", short(self.text)),
                None => format!("`{}` ends too early", short(self.text)),
            });
        }
        self.at += length;
        Ok(rest[..length].to_string())
    }

    fn skip_space(&mut self) {
        let rest = &self.text[self.at..];
        self.at += rest.len() - rest.trim_start().len();
    }

    fn take(&mut self, token: &str) -> bool {
        self.skip_space();
        let found = self.text[self.at..].starts_with(token);
        if found {
            self.at += token.len();
        }
        found
    }

    fn expect(&mut self, token: &str) -> Result<(), String> {
        if self.take(token) {
            Ok(())
        } else {
            Err(format!("`{token}` is missing in `{}`", short(self.text)))
        }
    }
}
