//! `{expressions}`: parsed once, resolved against a deck's parameters, evaluated without allocating.

use crate::circuit::number::leading_number;

/// An expression. After [`Expression::resolve`] no `Name` is left.
#[derive(Clone, Debug, PartialEq)]
pub enum Expression {
    Number(f64),
    Name(String),
    /// A parameter that moves while playing, by its place among the deck's live parameters.
    Live(usize),
    Unary(Function, Box<Expression>),
    Binary(Operator, Box<Expression>, Box<Expression>),
    /// `condition ? then : else`
    Choice(Box<Expression>, Box<Expression>, Box<Expression>),
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
    Power,
    Minimum,
    Maximum,
    Less,
    Greater,
    LessOrEqual,
    GreaterOrEqual,
    Equal,
    NotEqual,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Function {
    Negate,
    Abs,
    Sqrt,
    Exp,
    Ln,
    Log10,
    Sin,
    Cos,
    Tan,
    Atan,
    Sinh,
    Cosh,
    Tanh,
    Sign,
    Floor,
    Ceil,
}

const FUNCTIONS: [(&str, Function); 17] = [
    ("abs", Function::Abs),
    ("sqrt", Function::Sqrt),
    ("exp", Function::Exp),
    ("ln", Function::Ln),
    ("log", Function::Ln),
    ("log10", Function::Log10),
    ("sin", Function::Sin),
    ("cos", Function::Cos),
    ("tan", Function::Tan),
    ("atan", Function::Atan),
    ("arctan", Function::Atan),
    ("sinh", Function::Sinh),
    ("cosh", Function::Cosh),
    ("tanh", Function::Tanh),
    ("sgn", Function::Sign),
    ("floor", Function::Floor),
    ("ceil", Function::Ceil),
];

const BINARY_FUNCTIONS: [(&str, Operator); 3] = [
    ("min", Operator::Minimum),
    ("max", Operator::Maximum),
    ("pow", Operator::Power),
];

/// Operators by how tightly they bind, loosest first; longer spellings first within a row.
const LEVELS: [&[(&str, Operator)]; 4] = [
    &[("==", Operator::Equal), ("!=", Operator::NotEqual)],
    &[
        ("<=", Operator::LessOrEqual),
        (">=", Operator::GreaterOrEqual),
        ("<", Operator::Less),
        (">", Operator::Greater),
    ],
    &[("+", Operator::Add), ("-", Operator::Subtract)],
    &[("*", Operator::Multiply), ("/", Operator::Divide)],
];

/// How deep an expression may nest; a hostile deck must not exhaust the stack.
const MAX_DEPTH: usize = 64;

impl Expression {
    /// Parses `text`, already in lower case.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut parser = Parser {
            text,
            at: 0,
            depth: 0,
        };
        let expression = parser.choice()?;
        parser.skip_space();
        if parser.at < text.len() {
            return Err(format!("can't read `{}` in `{text}`", &text[parser.at..]));
        }
        Ok(expression)
    }

    /// Puts `lookup`'s expressions in the place of names and folds what is constant.
    pub fn resolve(
        &self,
        lookup: &mut dyn FnMut(&str) -> Result<Expression, String>,
    ) -> Result<Expression, String> {
        let resolved = match self {
            Self::Number(_) | Self::Live(_) => self.clone(),
            Self::Name(name) => lookup(name)?,
            Self::Unary(function, x) => Self::Unary(*function, Box::new(x.resolve(lookup)?)),
            Self::Binary(operator, x, y) => Self::Binary(
                *operator,
                Box::new(x.resolve(lookup)?),
                Box::new(y.resolve(lookup)?),
            ),
            Self::Choice(c, x, y) => Self::Choice(
                Box::new(c.resolve(lookup)?),
                Box::new(x.resolve(lookup)?),
                Box::new(y.resolve(lookup)?),
            ),
        };
        Ok(if resolved.is_constant() {
            Self::Number(resolved.value(&[]))
        } else {
            resolved
        })
    }

    /// Whether all operands are numbers (one level deep is enough: `resolve` folds from the leaves).
    fn is_constant(&self) -> bool {
        let number = |x: &Expression| matches!(x, Self::Number(_));
        match self {
            Self::Number(_) => true,
            Self::Name(_) | Self::Live(_) => false,
            Self::Unary(_, x) => number(x),
            Self::Binary(_, x, y) => number(x) && number(y),
            Self::Choice(c, x, y) => number(c) && number(x) && number(y),
        }
    }

    /// The number, if it can't move.
    pub fn constant(&self) -> Option<f64> {
        if let Self::Number(value) = self {
            Some(*value)
        } else {
            None
        }
    }

    /// Value at these positions of the live parameters. Never allocates.
    pub fn value(&self, live: &[f64]) -> f64 {
        match self {
            Self::Number(value) => *value,
            Self::Name(_) => f64::NAN,
            Self::Live(index) => live[*index],
            Self::Unary(function, x) => function.apply(x.value(live)),
            Self::Binary(operator, x, y) => operator.apply(x.value(live), y.value(live)),
            Self::Choice(c, x, y) => {
                if c.value(live) != 0.0 {
                    x.value(live)
                } else {
                    y.value(live)
                }
            }
        }
    }
}

impl Operator {
    fn apply(self, x: f64, y: f64) -> f64 {
        match self {
            Self::Add => x + y,
            Self::Subtract => x - y,
            Self::Multiply => x * y,
            Self::Divide => x / y,
            Self::Power => x.powf(y),
            Self::Minimum => x.min(y),
            Self::Maximum => x.max(y),
            Self::Less => f64::from(x < y),
            Self::Greater => f64::from(x > y),
            Self::LessOrEqual => f64::from(x <= y),
            Self::GreaterOrEqual => f64::from(x >= y),
            Self::Equal => f64::from(x == y),
            Self::NotEqual => f64::from(x != y),
        }
    }
}

impl Function {
    fn apply(self, x: f64) -> f64 {
        match self {
            Self::Negate => -x,
            Self::Abs => x.abs(),
            Self::Sqrt => x.sqrt(),
            Self::Exp => x.exp(),
            Self::Ln => x.ln(),
            Self::Log10 => x.log10(),
            Self::Sin => x.sin(),
            Self::Cos => x.cos(),
            Self::Tan => x.tan(),
            Self::Atan => x.atan(),
            Self::Sinh => x.sinh(),
            Self::Cosh => x.cosh(),
            Self::Tanh => x.tanh(),
            Self::Sign => {
                if x == 0.0 {
                    0.0
                } else {
                    x.signum()
                }
            }
            Self::Floor => x.floor(),
            Self::Ceil => x.ceil(),
        }
    }
}

/// Recursive descent over the text.
struct Parser<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
}

impl Parser<'_> {
    fn choice(&mut self) -> Result<Expression, String> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(format!(
                "nested more than {MAX_DEPTH} deep; split it into several .param lines"
            ));
        }
        let condition = self.level(0)?;
        let whole = if self.take("?") {
            let then = self.choice()?;
            self.expect(":")?;
            Expression::Choice(
                Box::new(condition),
                Box::new(then),
                Box::new(self.choice()?),
            )
        } else {
            condition
        };
        self.depth -= 1;
        Ok(whole)
    }

    fn level(&mut self, level: usize) -> Result<Expression, String> {
        let Some(operators) = LEVELS.get(level) else {
            return self.unary();
        };
        let mut left = self.level(level + 1)?;
        loop {
            self.skip_space();
            let rest = &self.text[self.at..];
            let power = rest.starts_with("**");
            let Some((spelling, operator)) = operators
                .iter()
                .find(|(s, _)| !power && rest.starts_with(s))
            else {
                return Ok(left);
            };
            self.at += spelling.len();
            left = Expression::Binary(*operator, Box::new(left), Box::new(self.level(level + 1)?));
        }
    }

    fn unary(&mut self) -> Result<Expression, String> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(format!("nested more than {MAX_DEPTH} deep"));
        }
        let signed = if self.take("-") {
            Expression::Unary(Function::Negate, Box::new(self.unary()?))
        } else if self.take("+") {
            self.unary()?
        } else {
            let base = self.primary()?;
            if self.take("**") || self.take("^") {
                Expression::Binary(Operator::Power, Box::new(base), Box::new(self.unary()?))
            } else {
                base
            }
        };
        self.depth -= 1;
        Ok(signed)
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
                    self.text
                )),
                None => Ok(Expression::Number(value)),
            };
        }
        let name = self.name()?;
        if !self.take("(") {
            return Ok(if name == "pi" {
                Expression::Number(std::f64::consts::PI)
            } else {
                Expression::Name(name)
            });
        }
        let first = self.choice()?;
        if let Some((_, function)) = FUNCTIONS.iter().find(|(spelling, _)| *spelling == name) {
            self.expect(")")?;
            return Ok(Expression::Unary(*function, Box::new(first)));
        }
        let Some((_, operator)) = BINARY_FUNCTIONS
            .iter()
            .find(|(spelling, _)| *spelling == name)
        else {
            let known: Vec<&str> = FUNCTIONS
                .iter()
                .map(|f| f.0)
                .chain(BINARY_FUNCTIONS.iter().map(|f| f.0))
                .collect();
            return Err(format!(
                "unknown function `{name}`; there are {}",
                known.join(" ")
            ));
        };
        self.expect(",")?;
        let second = self.choice()?;
        self.expect(")")?;
        Ok(Expression::Binary(
            *operator,
            Box::new(first),
            Box::new(second),
        ))
    }

    fn name(&mut self) -> Result<String, String> {
        let rest = &self.text[self.at..];
        let length = rest
            .bytes()
            .take_while(|b| b.is_ascii_alphanumeric() || *b == b'_')
            .count();
        if length == 0 {
            return Err(match rest.chars().next() {
                Some(c) => format!("expected a value before `{c}` in `{}`", self.text),
                None => format!("`{}` ends too early", self.text),
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
            Err(format!("`{token}` is missing in `{}`", self.text))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> f64 {
        let mut lookup = |name: &str| match name {
            "gain" => Ok(Expression::Live(0)),
            "r1" => Ok(Expression::Number(1e3)),
            _ => Err(format!("no {name}")),
        };
        Expression::parse(text)
            .unwrap()
            .resolve(&mut lookup)
            .unwrap()
            .value(&[0.25])
    }

    #[test]
    fn evaluates_as_written() {
        let cases = [
            ("500k*(1-gain)+10", 375_010.0),
            ("-2^2", -4.0),
            ("2**3**2", 512.0),
            ("r1/4/5", 50.0),
            ("gain > 0.2 ? 1u : 2u", 1e-6),
            ("max(min(3, 2), exp(0))", 2.0),
            ("{r1}*pi", 1e3 * std::f64::consts::PI),
            ("pow(2,10) - 1e3", 24.0),
        ];
        for (text, expected) in cases {
            assert!(
                (value(text) - expected).abs() <= 1e-12 * expected.abs(),
                "{text} = {}",
                value(text)
            );
        }
    }

    #[test]
    fn refuses_with_a_reason() {
        for text in ["1+", "(1", "foo(1)", "1 2", "", "min(1)", &"(".repeat(1000)] {
            assert!(Expression::parse(text).is_err(), "{text}");
        }
    }
}
