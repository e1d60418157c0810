//! Names and functions that every deck knows.

use crate::circuit::environment::Dialect;
use crate::circuit::expression::Expression;
use crate::devices::behavioural::Function;
use crate::devices::behavioural::Table;
use crate::devices::behavioural::TableKind;
use crate::units::BOLTZMANN_OVER_CHARGE;
use crate::units::ELEMENTARY_CHARGE;
use std::f64::consts::E;
use std::f64::consts::PI;

/// By name, sorted. `pow` and `pwr` mean something else in values than in laws; see [`builtin`].
const FUNCTIONS: [(&str, Function); 43] = [
    ("abs", Function::Abs),
    ("acos", Function::Acos),
    ("acosh", Function::Acosh),
    ("arccos", Function::Acos),
    ("arcsin", Function::Asin),
    ("arctan", Function::Atan),
    ("asin", Function::Asin),
    ("asinh", Function::Asinh),
    ("atan", Function::Atan),
    ("atan2", Function::Atan2),
    ("atanh", Function::Atanh),
    ("ceil", Function::Ceil),
    ("cos", Function::Cos),
    ("cosh", Function::Cosh),
    ("exp", Function::Exp),
    ("floor", Function::Floor),
    ("fmod", Function::Remainder),
    ("if", Function::Choose),
    ("int", Function::Truncate),
    ("limit", Function::Limit),
    ("ln", Function::Ln),
    ("log", Function::Ln),
    ("log10", Function::Log10),
    ("max", Function::Maximum),
    ("min", Function::Minimum),
    ("nint", Function::Round),
    ("pow", Function::Power),
    ("pwr", Function::SignedPower),
    ("pwrs", Function::SignedPower),
    ("round", Function::Round),
    ("sgn", Function::Sign),
    ("sign", Function::Sign),
    ("sin", Function::Sin),
    ("sinh", Function::Sinh),
    ("sqrt", Function::Sqrt),
    ("stp", Function::Step),
    ("tan", Function::Tan),
    ("tanh", Function::Tanh),
    ("ternary_fcn", Function::Choose),
    ("trunc", Function::Truncate),
    ("u", Function::Step),
    ("u2", Function::Share),
    ("uramp", Function::Ramp),
];

/// Comparisons with 0.
const COMPARISONS: [(&str, Function); 6] = [
    ("eq0", Function::Equal),
    ("ge0", Function::GreaterOrEqual),
    ("gt0", Function::Greater),
    ("le0", Function::LessOrEqual),
    ("lt0", Function::Less),
    ("ne0", Function::NotEqual),
];

/// A function at resolved operands.
///
/// As in ngspice 39 `pow(x, y)` is x^y in values and |x|^y in laws; `pwr(x, y)` is |x|^y in values and sgn(x)·|x|^y in
/// laws. A law that also names `pwrs` is written for PSpice, where `pwr(x, y)` is |x|^y.
pub fn builtin(
    name: &str,
    mut operands: Vec<Expression>,
    dialect: Dialect,
) -> Result<Expression, String> {
    let count = |wanted: usize| match operands.len() {
        got if got == wanted => Ok(()),
        got => Err(format!(
            "`{name}` takes {wanted} operands, and {got} are given"
        )),
    };
    if let Some((_, function)) = COMPARISONS.iter().find(|(known, _)| *known == name) {
        count(1)?;
        operands.push(Expression::Number(0.0));
        return Ok(Expression::call(*function, operands));
    }
    match name {
        "sqr" => {
            count(1)?;
            let square = vec![operands[0].clone(), operands[0].clone()];
            return Ok(Expression::call(Function::Multiply, square));
        }
        "table" => return table(operands, TableKind::Level),
        "pwl" => return table(operands, TableKind::Straight),
        "ddt" | "sdt" | "idt" | "ddx" | "delay" | "laplace" => {
            return Err(format!(
                "`{name}()` is not supported; build it from a C or an L"
            ));
        }
        "gauss" | "agauss" | "unif" | "aunif" | "rnd" | "rand" | "random" | "white" | "noise" => {
            return Err(format!("`{name}()`: a deck's values don't follow chance"));
        }
        _ => {}
    }
    let Some((_, function)) = FUNCTIONS.iter().find(|(known, _)| *known == name) else {
        let known: Vec<&str> = FUNCTIONS.iter().map(|(name, _)| *name).collect();
        return Err(format!(
            "unknown function `{name}`; define it by .func, or use one of {}",
            known.join(" ")
        ));
    };
    count(function.operands())?;
    let function = match name {
        "pow" if dialect == Dialect::Value => Function::TruePower,
        "pwr" if dialect != Dialect::Behavioural => Function::Power,
        _ => *function,
    };
    Ok(expressed(function, operands))
}

/// The call, or the one function that does the same without overflow.
fn expressed(function: Function, mut operands: Vec<Expression>) -> Expression {
    if function == Function::Ln
        && let Some(Expression::Call(Function::Add, terms)) = operands.first()
    {
        let one = Expression::Number(1.0);
        for (a, b) in [(&terms[0], &terms[1]), (&terms[1], &terms[0])] {
            if let Expression::Call(Function::Exp, exponent) = b
                && *a == one
            {
                return Expression::call(Function::Softplus, exponent.clone());
            }
        }
    }
    operands.truncate(function.operands());
    Expression::call(function, operands)
}

/// `table(x, x1, y1, x2, y2, …)`
fn table(operands: Vec<Expression>, kind: TableKind) -> Result<Expression, String> {
    let what = "write table(x, x1, y1, x2, y2, …) with numbers whose x rise";
    let mut numbers = Vec::new();
    for operand in operands.iter().skip(1) {
        numbers.push(operand.constant().ok_or(what)?);
    }
    let points = numbers.chunks(2).filter(|pair| pair.len() == 2);
    let points = points.map(|pair| (pair[0], pair[1])).collect();
    let is_even = numbers.len() % 2 == 0;
    let table = Table::new(points, kind).filter(|_| is_even).ok_or(what)?;
    let x = operands.into_iter().next().ok_or(what)?;
    Ok(Expression::Table(Box::new(x), table))
}

/// Value of a name that is no parameter.
pub fn constant(name: &str, temperature: f64) -> Result<f64, String> {
    match name {
        "pi" => Ok(PI),
        "e" => Ok(E),
        "temper" | "temp" => Ok(temperature),
        "echarge" => Ok(ELEMENTARY_CHARGE),
        "boltz" => Ok(BOLTZMANN_OVER_CHARGE * ELEMENTARY_CHARGE),
        "time" | "hertz" => Err(format!(
            "`{name}` is not supported: what moves comes in by Vin and by knobs"
        )),
        _ => Err(format!("no parameter `{name}` here; define it by .param")),
    }
}

#[cfg(test)]
mod tests {
    use crate::circuit::deck::Temperatures;
    use crate::circuit::environment::Dialect;
    use crate::circuit::environment::Environment;
    use crate::circuit::expression::Expression;
    use std::cell::Cell;

    fn value(text: &str, dialect: Dialect) -> f64 {
        let budget = Cell::new(usize::MAX);
        let mut environment = Environment::new(Temperatures::default(), &budget);
        environment.set("gain", Expression::Live(0));
        environment.set("r1", Expression::Number(1e3));
        let parsed = Expression::parse(text).unwrap();
        environment
            .resolve(&parsed, dialect)
            .unwrap()
            .value(&[0.25])
    }

    /// What ngspice 39 prints for these.
    #[test]
    fn values_are_those_of_ngspice() {
        let cases = [
            ("500k*(1-gain)+10", 375_010.0),
            ("-2^2", -4.0),
            ("(-2)^3", 8.0),
            ("2**3**2", 64.0),
            ("2^-1", 0.5),
            ("2-3*2^2", -10.0),
            ("2*-3", -6.0),
            ("r1/4/5", 50.0),
            ("gain > 0.2 ? 1u : 2u", 1e-6),
            ("1 && 0", 0.0),
            ("1 || 0", 1.0),
            ("1 <> 1", 0.0),
            ("!1", 0.0),
            ("7 % 3", 1.0),
            ("7 \\ 3", 2.0),
            ("nint(2.5)", 2.0),
            ("int(-2.7)", -2.0),
            ("max(min(3, 2), exp(0))", 2.0),
            ("pow(-2,3)", -8.0),
            ("pwr(-2,3)", 8.0),
            ("sqr(3)", 9.0),
            ("1e3k", 1e6),
            ("{r1}*2", 2e3),
        ];
        for (text, expected) in cases {
            let got = value(text, Dialect::Value);
            assert!(
                (got - expected).abs() <= 1e-12 * f64::abs(expected),
                "{text} = {got}"
            );
        }
        let cases = [
            ("pow(-2,3)", 8.0),
            ("pwr(-2,2)", -4.0),
            ("pow(0,0)", 1.0),
            ("u(0)", 0.5),
            ("u2(0.3)", 0.3),
            ("uramp(-2)", 0.0),
            ("sgn(0)", 0.0),
            ("gt0(1) + lt0(1)", 1.0),
            ("temper", 27.0),
            ("pi", std::f64::consts::PI),
            ("log(10)", std::f64::consts::LN_10),
            ("pwl(1.5,0,0,2,20)", 15.0),
        ];
        for (text, expected) in cases {
            let got = value(text, Dialect::Behavioural);
            assert!(
                (got - expected).abs() <= 1e-12 * f64::abs(expected),
                "{text} = {got}"
            );
        }
        assert_eq!(value("pwr(-2,2) + pwrs(-2,2)", Dialect::PSpice), 0.0);
    }

    #[test]
    fn refuses_with_a_reason() {
        let budget = Cell::new(usize::MAX);
        let environment = Environment::new(Temperatures::default(), &budget);
        for text in [
            "foo(1)",
            "min(1)",
            "v(a)",
            "x",
            "time",
            "ddt(1)",
            "gauss(1,2,3)",
            "table(1,2)",
        ] {
            let parsed = Expression::parse(text).unwrap();
            assert!(
                environment.resolve(&parsed, Dialect::Value).is_err(),
                "{text}"
            );
        }
        let deep = ["(", "-", "2^("].map(|text| text.repeat(1000));
        for text in ["1+", "(1", "1 2", "", "v(a", "v(a,b,c)"]
            .into_iter()
            .chain(deep.iter().map(String::as_str))
        {
            assert!(Expression::parse(text).is_err(), "{text}");
        }
    }
}
