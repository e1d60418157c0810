//! The functions that the laws of tubes are made of, two lanes at a time, each with its slope.

use crate::devices::table::Table;
use crate::units::Volts;
use wide::f64x2;

/// Above this exponent ln(1 + exp(x)) is x to the last bit.
const LINEAR_FROM: f64 = 40.0;
/// Roots and powers start here instead of at 0, where their logarithm has no value.
const NOTHING: f64 = 1e-200;

/// ln(1 + exp(x)) and its slope 1/(1 + exp(−x)).
#[inline]
pub fn softplus(x: f64x2) -> (f64x2, f64x2) {
    let bent = x.fast_min(f64x2::splat(LINEAR_FROM));
    let e = bent.exp();
    ((f64x2::ONE + e).ln() + (x - bent), e / (f64x2::ONE + e))
}

/// `x^exponent` and its slope, 0 for x ≤ 0; for exponents above 1.
#[inline]
pub fn power(x: f64x2, exponent: f64) -> (f64x2, f64x2) {
    let inside = x.fast_max(f64x2::splat(NOTHING));
    let value = (inside.ln() * exponent).exp();
    (value, value * exponent / inside)
}

/// The larger of `x` and `floor`, and its slope.
#[inline]
pub fn at_least(x: f64x2, floor: f64) -> (f64x2, f64x2) {
    let slope = x.to_array().map(|x| if x > floor { 1.0 } else { 0.0 });
    (x.fast_max(f64x2::splat(floor)), f64x2::new(slope))
}

/// Plates and screens up to here are tabulated; above, laws go on straight.
const V_HIGH: Volts = 1024.0;
const CELLS_PER_VOLT: f64 = 4.0;
/// Cells in a unit of the exponent, and where the table ends: a drive of a hundred volts.
const CELLS_PER_UNIT: f64 = 32.0;
const EXPONENTS: [f64; 2] = [-36.0, 220.0];

/// Functions of a plate's or a screen's voltage above 0, each with its slope.
pub fn above_zero<const N: usize>(f: impl Fn(f64) -> [(f64, f64); N]) -> Table {
    Table::above_zero(V_HIGH, CELLS_PER_VOLT, f)
}

/// `ln(1 + exp(z))^exponent`
pub fn softplus_power(exponent: f64) -> Table {
    Table::new(EXPONENTS[0], EXPONENTS[1], CELLS_PER_UNIT, |z| {
        let (s, ds) = softplus(f64x2::splat(z));
        let (value, slope) = power(s, exponent);
        (value.to_array()[0], (slope * ds).to_array()[0])
    })
}

/// `scale·(v/kp)^exponent` and `kp/√(kvb + v²)` for voltages above `v_low`, each with its slope.
pub fn reach(scale: f64, exponent: f64, kp: f64, kvb: f64, v_low: Volts) -> Table {
    above_zero(|v| {
        let a = scale * (v / kp).powf(exponent);
        let da = if v > 0.0 { exponent * a / v } else { 0.0 };
        let square = kvb + v.max(v_low).powi(2);
        let b = kp / square.sqrt();
        let db = if v > v_low { -b * v / square } else { 0.0 };
        [(a, da), (b, db)]
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of the value, or absolute below 1. Measured 1.9e-15.
    const TOL: f64 = 5.5e-15;

    #[test]
    fn functions_are_those_of_the_library() {
        let check = |what: &str, x: f64, ours: f64x2, expected: f64| {
            let error = (ours.to_array()[1] - expected).abs() / expected.abs().max(1.0);
            assert!(error <= TOL, "{what} at {x}: {error:e}");
        };
        for n in -400..4000 {
            let x = f64::from(n) * 0.0517;
            let (value, slope) = softplus(f64x2::splat(x));
            check("softplus", x, value, x.max(0.0) + (-x.abs()).exp().ln_1p());
            check("its slope", x, slope, 1.0 / (1.0 + (-x).exp()));
            let (value, slope) = power(f64x2::splat(x), 1.35);
            check("power", x, value, x.max(0.0).powf(1.35));
            check("its slope", x, slope, 1.35 * x.max(0.0).powf(0.35));
        }
    }
}
