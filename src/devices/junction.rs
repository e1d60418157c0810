//! What diodes and transistors share: the exponential, the depletion charge, Newton's step limit.

use crate::devices::table::Table;
use crate::units::Amps;
use crate::units::Farads;
use crate::units::Volts;
use std::sync::Arc;
use std::sync::LazyLock;
use wide::f64x2;

/// A junction's charge is tabulated down to some −1000·vj at the least, in so many octaves; where fc is ½ there are
/// `1 << DEPLETION_CELLS` cells in each.
const DEPLETION_OCTAVES: u32 = 12;
const DEPLETION_CELLS: u32 = 8;
/// Most octaves by which cells may be shorter than that, for a junction whose fc is near 1.
const FINEST: u32 = 4;

/// SPICE's conductance across every junction, in S: ngspice's own default, a leak of 1 TΩ, so that a circuit rests where it
/// rests there. It is 1000 times the leakage of a small transistor, and moves an output that rests at microvolts.
pub const GMIN: f64 = 1e-12;

/// Beyond this exponent the exponential goes on as its tangent; a junction never gets there when converged.
pub const MAX_EXPONENT: f64 = 80.0;

/// `i_s·(exp(v/v_t) − 1)` and its slope, as SPICE writes it in both directions.
///
/// Below −3·v_t SPICE replaces the exponential by −i_s·(1 + (3·v_t/(e·v))³).
#[inline]
pub fn junction(v: Volts, i_s: Amps, v_t: Volts) -> (f64, f64) {
    if v < -3.0 * v_t {
        let cube = (3.0 * v_t / (v * std::f64::consts::E)).powi(3);
        return (-i_s * (1.0 + cube), 3.0 * i_s * cube / v);
    }
    exponential(v, i_s, v_t)
}

/// `i_s·(exp(v/v_t) − 1)` and its slope; far above all use it is its tangent.
#[inline]
pub fn exponential(v: Volts, i_s: Amps, v_t: Volts) -> (f64, f64) {
    let exponent = v / v_t;
    let e = exponent.min(MAX_EXPONENT).exp();
    let slope = i_s * e / v_t;
    (
        i_s * (e - 1.0) + slope * (v - v_t * exponent.min(MAX_EXPONENT)),
        slope,
    )
}

/// Cells in a thermal voltage, and the least exponent: within 2.5e-9 of the exponential.
const CELLS: f64 = 32.0;
const LOWEST: f64 = -256.0;
/// exp(−40) is nothing beside 1.
const LOWEST_EXPONENT: f64 = -40.0;

/// [`junction`] of 1 A and 1 V, up to [`MAX_EXPONENT`] and on as its tangent.
pub static JUNCTION: LazyLock<Arc<Table>> = LazyLock::new(|| {
    let law = |x: f64| junction(x, 1.0, 1.0);
    Arc::new(Table::new(LOWEST, MAX_EXPONENT, CELLS, law))
});

/// exp(x) − 1 above 0, up to [`MAX_EXPONENT`] and on as its tangent; nothing below.
pub static BREAKDOWN: LazyLock<Arc<Table>> = LazyLock::new(|| {
    let law = |x: f64| [(x.exp_m1(), x.exp())];
    Arc::new(Table::above_zero(MAX_EXPONENT, CELLS, law))
});

/// exp(x), up to [`MAX_EXPONENT`] and on as its tangent.
pub static EXPONENTIAL: LazyLock<Arc<Table>> = LazyLock::new(|| {
    let law = |x: f64| (x.exp(), x.exp());
    Arc::new(Table::new(LOWEST_EXPONENT, MAX_EXPONENT, CELLS, law))
});

/// [`junction`] where both lanes are below −3·v_t.
#[inline]
pub fn reverse_junction(v: f64x2, i_s: Amps, v_t: Volts) -> (f64x2, f64x2) {
    let root = f64x2::splat(3.0 * v_t) / (v * std::f64::consts::E);
    let cube = root * root * root;
    ((cube + 1.0) * -i_s, cube * (3.0 * i_s) / v)
}

/// Depletion charge of a junction and its capacitance.
///
/// ```text
/// q = cj·vj/(1 − m)·(1 − (1 − v/vj)^(1 − m))     for v < fc·vj     [C]
/// c = cj·(1 − v/vj)^(−m);  above fc·vj the capacitance goes on as its tangent
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Depletion {
    pub cj: Farads,
    pub vj: Volts,
    pub m: f64,
    pub fc: f64,
}

impl Depletion {
    /// No charge at all.
    pub const NONE: Self = Self {
        cj: 0.0,
        vj: 1.0,
        m: 0.5,
        fc: 0.5,
    };

    /// Charge and capacitance as a table of the voltage: within 1e-9 of cj·vj down to 0, of the charge itself below, and
    /// not much more at fc·vj, where the charge bends most: its fourth derivative grows as (1 − v/vj)^(−m − 3).
    pub fn table(&self) -> Table {
        let finer = (0.5 / (1.0 - self.fc).max(1e-3)).powf((self.m + 3.0) / 4.0);
        let finer = finer.log2().round().clamp(0.0, f64::from(FINEST)) as u32;
        // The corner at fc·vj lies two octaves down, between two cells.
        let corner = 2f64.powf((2.0 * self.vj).log2().ceil());
        let (cells, high) = (DEPLETION_CELLS + finer, self.fc * self.vj + 0.75 * corner);
        Table::in_octaves(high, 0.25 * corner, DEPLETION_OCTAVES, cells, |v| {
            self.charge(v)
        })
    }

    #[inline]
    pub fn charge(&self, v: Volts) -> (f64, f64) {
        let Self { cj, vj, m, fc } = *self;
        if cj == 0.0 {
            return (0.0, 0.0);
        }
        let v_corner = fc * vj;
        if v < v_corner {
            let arg = 1.0 - v / vj;
            let s = (-m * arg.ln()).exp();
            return (vj * cj * (1.0 - arg * s) / (1.0 - m), cj * s);
        }
        let f1 = vj * (1.0 - (1.0 - fc).powf(1.0 - m)) / (1.0 - m);
        let f2 = (1.0 - fc).powf(1.0 + m);
        let f3 = 1.0 - fc * (1.0 + m);
        let (dv, dv2) = (v - v_corner, v * v - v_corner * v_corner);
        (
            cj * (f1 + (f3 * dv + 0.5 * m / vj * dv2) / f2),
            cj / f2 * (f3 + m * v / vj),
        )
    }
}

/// Voltage above which a junction's step is limited: where the exponential's radius of curvature is smallest.
pub fn v_critical(i_s: Amps, v_t: Volts) -> Volts {
    v_t * (v_t / (std::f64::consts::SQRT_2 * i_s)).ln()
}

/// Limits a step from `old` to `new` so that the exponential can follow: logarithmic above the critical voltage.
///
/// Source: L. W. Nagel, "SPICE2", UCB/ERL M520, 1975, appendix 2 (the method, not its code).
#[inline]
pub fn limit_step(new: Volts, old: Volts, v_t: Volts, v_crit: Volts) -> Volts {
    if new <= v_crit || (new - old).abs() <= 2.0 * v_t {
        return new;
    }
    if old <= 0.0 {
        return v_t * (new / v_t).ln();
    }
    let step = 1.0 + (new - old) / v_t;
    if step > 0.0 {
        old + v_t * step.ln()
    } else {
        v_crit
    }
}
