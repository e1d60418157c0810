//! The functions of behavioural sources: values as ngspice has them, slopes exact, everything finite.

/// A function of up to three operands. What a comparison or a logical operator gives is 1 or 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Function {
    Negate,
    Not,
    Abs,
    Sqrt,
    Exp,
    Ln,
    Log10,
    Sin,
    Cos,
    Tan,
    Asin,
    Acos,
    Atan,
    Sinh,
    Cosh,
    Tanh,
    Asinh,
    Acosh,
    Atanh,
    Sign,
    /// 0 below 0, 1 above, half at 0.
    Step,
    /// The operand held between 0 and 1.
    Share,
    /// The operand where it is above 0, else 0.
    Ramp,
    Floor,
    Ceil,
    Round,
    Truncate,
    /// ln(1 + exp(x)) without cancellation; as large as it gets in ngspice, whose exponential ends at 1e99.
    Softplus,
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    DivideWhole,
    /// `|x|^y`
    Power,
    /// `sgn(x)·|x|^y`
    SignedPower,
    /// `x^y`, which has no value for x < 0 and a broken y.
    TruePower,
    Minimum,
    Maximum,
    Less,
    Greater,
    LessOrEqual,
    GreaterOrEqual,
    Equal,
    NotEqual,
    And,
    Or,
    Atan2,
    /// `condition ? then : else`
    Choose,
    /// The first operand held between the two others.
    Limit,
}

/// ngspice's exponential ends here, at 1e99. Ours goes on as a straight line, so that Newton comes back from there; where
/// it is within a logarithm, a tube's law reaches that far, and stays where ngspice does.
pub(super) const EXP_STRAIGHT: f64 = 227.955_924_206_410_5;
/// Logarithms and roots start here instead of at 0.
const NOTHING: f64 = 1e-99;
/// Of x, where √x is steepest.
const ROOT_START: f64 = 1e-24;
/// Nothing is steeper.
const STEEPEST: f64 = 1e24;

impl Function {
    pub fn operands(self) -> usize {
        match self {
            Self::Choose | Self::Limit => 3,
            _ if (self as usize) < (Self::Add as usize) => 1,
            _ => 2,
        }
    }

    /// Value at these operands; those that it does not take are ignored.
    pub fn value(self, [x, y, z]: [f64; 3]) -> f64 {
        let truth = |is: bool| f64::from(u8::from(is));
        match self {
            Self::Negate => -x,
            Self::Not => truth(x == 0.0),
            Self::Abs => x.abs(),
            Self::Sqrt => x.max(0.0).sqrt(),
            Self::Exp if x > EXP_STRAIGHT => EXP_STRAIGHT.exp() * (1.0 + x - EXP_STRAIGHT),
            Self::Exp => x.exp(),
            Self::Ln => x.max(NOTHING).ln(),
            Self::Log10 => x.max(NOTHING).log10(),
            Self::Sin => x.sin(),
            Self::Cos => x.cos(),
            Self::Tan => x.tan(),
            Self::Asin => x.clamp(-1.0, 1.0).asin(),
            Self::Acos => x.clamp(-1.0, 1.0).acos(),
            Self::Atan => x.atan(),
            Self::Sinh => bounded(x).sinh(),
            Self::Cosh => bounded(x).cosh(),
            Self::Tanh => x.tanh(),
            Self::Asinh => x.asinh(),
            Self::Acosh => x.max(1.0).acosh(),
            Self::Atanh => x.clamp(-1.0 + f64::EPSILON, 1.0 - f64::EPSILON).atanh(),
            Self::Sign if x == 0.0 => 0.0,
            Self::Sign => x.signum(),
            Self::Step => 0.5 * (1.0 + Self::Sign.value([x, y, z])),
            Self::Share => x.clamp(0.0, 1.0),
            Self::Ramp => x.max(0.0),
            Self::Floor => x.floor(),
            Self::Ceil => x.ceil(),
            Self::Round => x.round_ties_even(),
            Self::Truncate => x.trunc(),
            Self::Softplus => {
                let x = x.min(EXP_STRAIGHT);
                x.max(0.0) + (-x.abs()).exp().ln_1p()
            }
            Self::Add => x + y,
            Self::Subtract => x - y,
            Self::Multiply => x * y,
            Self::Divide => x / apart(y),
            Self::Remainder => x % y,
            Self::DivideWhole => (x / y).trunc(),
            Self::Power => power(x.abs(), y),
            Self::SignedPower => power(x.abs(), y).copysign(x),
            Self::TruePower => x.powf(y),
            Self::Minimum => x.min(y),
            Self::Maximum => x.max(y),
            Self::Less => truth(x < y),
            Self::Greater => truth(x > y),
            Self::LessOrEqual => truth(x <= y),
            Self::GreaterOrEqual => truth(x >= y),
            Self::Equal => truth(x == y),
            Self::NotEqual => truth(x != y),
            Self::And => truth(x != 0.0 && y != 0.0),
            Self::Or => truth(x != 0.0 || y != 0.0),
            Self::Atan2 => x.atan2(y),
            Self::Choose => {
                if x != 0.0 {
                    y
                } else {
                    z
                }
            }
            Self::Limit => x.max(y.min(z)).min(y.max(z)),
        }
    }

    /// Slopes by the operands, where `value` is the value there. Of a constant operand the slope may be left at 0;
    /// `is_constant` tells which are.
    pub fn slopes(self, [x, y, z]: [f64; 3], value: f64, is_constant: [bool; 3]) -> [f64; 3] {
        let one = |slope: f64| [slope, 0.0, 0.0];
        let inside = |is: bool| one(f64::from(u8::from(is)));
        match self {
            Self::Negate => one(-1.0),
            Self::Abs => one(Self::Sign.value([x, y, z])),
            Self::Sqrt if x < 0.0 => one(0.0),
            Self::Sqrt => one(0.5 / x.max(ROOT_START).sqrt()),
            Self::Exp => one(x.min(EXP_STRAIGHT).exp()),
            Self::Ln if x < 0.0 => one(0.0),
            Self::Ln => one(1.0 / x.max(ROOT_START)),
            Self::Log10 if x < 0.0 => one(0.0),
            Self::Log10 => one(std::f64::consts::LOG10_E / x.max(ROOT_START)),
            Self::Sin => one(x.cos()),
            Self::Cos => one(-x.sin()),
            Self::Tan => one(1.0 + value * value),
            Self::Asin | Self::Acos | Self::Atanh if x.abs() > 1.0 => one(0.0),
            Self::Acosh if x < 1.0 => one(0.0),
            Self::Asin => one(1.0 / (1.0 - x * x).max(ROOT_START).sqrt()),
            Self::Acos => one(-1.0 / (1.0 - x * x).max(ROOT_START).sqrt()),
            Self::Atan => one(1.0 / (1.0 + x * x)),
            Self::Sinh => one(bounded(x).cosh()),
            Self::Cosh => one(bounded(x).sinh()),
            Self::Tanh => one(1.0 - value * value),
            Self::Asinh => one(1.0 / (1.0 + x * x).sqrt()),
            Self::Acosh => one(1.0 / (x * x - 1.0).max(ROOT_START).sqrt()),
            Self::Atanh => one(1.0 / (1.0 - x * x).max(ROOT_START)),
            Self::Share => inside(x > 0.0 && x < 1.0),
            Self::Ramp => inside(x > 0.0),
            Self::Softplus if x > EXP_STRAIGHT => one(0.0),
            Self::Softplus => one(1.0 / (1.0 + (-x).exp())),
            Self::Add => [1.0, 1.0, 0.0],
            Self::Subtract => [1.0, -1.0, 0.0],
            Self::Multiply => [y, x, 0.0],
            Self::Divide => [1.0 / apart(y), -value / apart(y), 0.0],
            Self::Remainder => [1.0, -(x / y).trunc(), 0.0],
            Self::Power | Self::SignedPower | Self::TruePower => {
                self.slopes_of_power(x, y, value, is_constant)
            }
            Self::Minimum => chosen(x <= y),
            Self::Maximum => chosen(x >= y),
            Self::Atan2 => {
                let square = (x * x + y * y).max(ROOT_START);
                [y / square, -x / square, 0.0]
            }
            Self::Choose if x != 0.0 => [0.0, 1.0, 0.0],
            Self::Choose => [0.0, 0.0, 1.0],
            Self::Limit => {
                let (low, high) = (y.min(z), y.max(z));
                let at = |bound: f64| {
                    [
                        0.0,
                        f64::from(u8::from(bound == y)),
                        f64::from(u8::from(bound != y)),
                    ]
                };
                match () {
                    () if x < low => at(low),
                    () if x > high => at(high),
                    () => one(1.0),
                }
            }
            // Steps, comparisons and roundings are flat.
            _ => [0.0; 3],
        }
    }

    fn slopes_of_power(self, x: f64, y: f64, value: f64, is_constant: [bool; 3]) -> [f64; 3] {
        let size = x.abs();
        let by_x = if y == 0.0 {
            0.0
        } else if size < ROOT_START {
            // At 0 the slope of x^y is 0 above an exponent of 1 and endless below it.
            match y {
                1.0 => 1.0,
                y if y > 1.0 => 0.0,
                y => y.signum() * STEEPEST.powf(1.0 - y).min(STEEPEST),
            }
        } else {
            y * value.abs() / size
        };
        let turned = match self {
            Self::Power => Self::Sign.value([x, 0.0, 0.0]),
            Self::TruePower if x < 0.0 => -value.signum(),
            _ => 1.0,
        };
        let by_y = if is_constant[1] || size < NOTHING {
            0.0
        } else {
            value * size.ln()
        };
        [by_x * turned, by_y, 0.0]
    }
}

/// Slopes of a function that is one of its two operands.
fn chosen(is_first: bool) -> [f64; 3] {
    let first = f64::from(u8::from(is_first));
    [first, 1.0 - first, 0.0]
}

/// `size^y` for sizes from 0 up, finite.
fn power(size: f64, y: f64) -> f64 {
    let start = if y < 0.0 { ROOT_START } else { 0.0 };
    size.max(start).powf(y).min(NOTHING.recip())
}

/// A divisor that is not 0.
fn apart(y: f64) -> f64 {
    if y.abs() < NOTHING {
        NOTHING.sqrt().copysign(y)
    } else {
        y
    }
}

/// An exponent whose exponential is finite.
fn bounded(x: f64) -> f64 {
    x.clamp(-EXP_STRAIGHT, EXP_STRAIGHT)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMOOTH: [Function; 27] = [
        Function::Negate,
        Function::Abs,
        Function::Sqrt,
        Function::Exp,
        Function::Ln,
        Function::Log10,
        Function::Sin,
        Function::Cos,
        Function::Tan,
        Function::Asin,
        Function::Acos,
        Function::Atan,
        Function::Sinh,
        Function::Cosh,
        Function::Tanh,
        Function::Asinh,
        Function::Acosh,
        Function::Atanh,
        Function::Share,
        Function::Ramp,
        Function::Softplus,
        Function::Divide,
        Function::Power,
        Function::SignedPower,
        Function::TruePower,
        Function::Atan2,
        Function::Limit,
    ];
    /// Relative to the slope or 1; measured 3e-9, the difference's own error.
    const TOL: f64 = 1e-8;

    #[test]
    fn slopes_are_those_of_the_values() {
        for function in SMOOTH {
            for x in [-3.1, -0.7, 0.4, 0.9, 1.7] {
                for y in [-1.3, 0.6, 2.0] {
                    let at = [x, y, 1.1];
                    let value = function.value(at);
                    if !value.is_finite() {
                        continue;
                    }
                    let slopes = function.slopes(at, value, [false; 3]);
                    for place in 0..function.operands() {
                        let h = 1e-6;
                        let moved = |sign: f64| {
                            let mut at = at;
                            at[place] += sign * h;
                            function.value(at)
                        };
                        let numeric = (moved(1.0) - moved(-1.0)) / (2.0 * h);
                        if !numeric.is_finite() {
                            continue;
                        }
                        let error = (numeric - slopes[place]).abs() / slopes[place].abs().max(1.0);
                        assert!(
                            error <= TOL,
                            "{function:?} {at:?} d{place}: {slopes:?}, not {numeric}"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn nothing_is_endless() {
        let extremes = [-1e30, -1e3, -1.0, -1e-300, 0.0, 1e-300, 1.0, 1e3, 1e30];
        for function in SMOOTH.into_iter().filter(|f| *f != Function::TruePower) {
            for x in extremes {
                for y in [-2.5, -1.0, 0.0, 0.5, 1.0, 1.5, 3.0] {
                    let value = function.value([x, y, 1.0]);
                    let slopes = function.slopes([x, y, 1.0], value, [false, true, true]);
                    assert!(
                        value.is_finite() && slopes[0].is_finite(),
                        "{function:?} {x} {y}"
                    );
                }
            }
        }
    }
}
