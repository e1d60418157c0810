//! Junction diode, as SPICE's level 1.

use crate::devices::Flicker;
use crate::devices::Law;
use crate::devices::LawOp;
use crate::devices::Operand;
use crate::devices::Port;
use crate::devices::junction::BREAKDOWN;
use crate::devices::junction::Depletion;
use crate::devices::junction::GMIN;
use crate::devices::junction::JUNCTION;
use crate::devices::junction::MAX_EXPONENT;
use crate::devices::junction::exponential;
use crate::devices::junction::junction;
use crate::devices::junction::limit_step;
use crate::devices::junction::reverse_junction;
use crate::devices::junction::v_critical;
use crate::devices::port;
use crate::units::Amps;
use crate::units::Seconds;
use crate::units::T_NOMINAL;
use crate::units::Volts;
use crate::units::thermal_voltage;
use std::sync::Arc;
use wide::f64x2;

/// Current and charge from anode to cathode; the series resistance is an element of the circuit.
///
/// ```text
/// i_0 = is·(exp(v/(n·v_t)) − 1) + isr·(exp(v/(nr·v_t)) − 1)·((1 − v/vj)² + 0.005)^(m/2)       [A]
/// i_0 = −is·exp(−(v + knee)/v_t)  below −knee                                  (breakdown)
/// i = i_0/(1 + √(|i_0|/ik)) + GMIN·v,   ik = ikf above −3·n·v_t, ikr below     (high injection)
/// q = tt·(i − GMIN·v) + depletion(v)                                           [C]
/// ```
///
/// Below −3·n·v_t the recombination current stays what it is there; ngspice 39 drops it, which puts a step of isr into the
/// law. A sidewall and tunnelling are diodes of their own beside it. Not modelled: self-heating.
///
/// Source: SPICE level 1 diode as documented in the ngspice manual, chapter 7; recombination and high injection as ngspice
/// 39 computes them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Diode {
    p: DiodeParameters,
    v_crit: Volts,
    /// Nothing but the exponential.
    is_plain: bool,
}

/// Parameters in SI units, at the device's temperature.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DiodeParameters {
    pub i_s: Amps,
    /// n·kT/q.
    pub v_t: Volts,
    pub breakdown: Option<Breakdown>,
    pub recombination: Option<Recombination>,
    /// Knees of high injection, forward and reverse; infinite where there is none.
    pub ikf: Amps,
    pub ikr: Amps,
    pub tt: Seconds,
    pub depletion: Depletion,
    pub flicker: Flicker,
}

impl DiodeParameters {
    /// Nothing but the exponential.
    pub fn bare(i_s: Amps, v_t: Volts) -> Self {
        Self {
            i_s,
            v_t,
            breakdown: None,
            recombination: None,
            ikf: f64::INFINITY,
            ikr: f64::INFINITY,
            tt: 0.0,
            depletion: Depletion::NONE,
            flicker: Flicker::NONE,
        }
    }
}

/// Recombination in the depletion layer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Recombination {
    pub i_s: Amps,
    /// nr·kT/q.
    pub v_t: Volts,
}

/// Where the reverse current turns exponential.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Breakdown {
    /// The exponential's origin, a little below the rated voltage.
    knee: Volts,
    /// nbv·kT/q.
    v_t: Volts,
}

impl Breakdown {
    /// The knee that makes a diode of saturation current `i_s` carry `ibv` at `bv`, as SPICE finds it: where both
    /// laws meet, or `bv` itself where the leakage alone is more. `v_t` is nbv·kT/q.
    pub fn fitted(bv: Volts, ibv: Amps, i_s: Amps, v_t: Volts, kt_q: Volts) -> Self {
        let mut knee = bv;
        if ibv >= i_s * bv / kt_q {
            knee = bv - v_t * (1.0 + ibv / i_s).ln();
            for _ in 0..25 {
                knee = bv - v_t * (ibv / i_s + 1.0 - knee / kt_q).ln();
            }
        }
        Self { knee, v_t }
    }
}

impl Diode {
    pub const TERMINALS: [&'static str; 2] = ["a", "k"];
    pub(super) const CONTROLS: [Port; 1] = [port(0, 1)];
    pub(super) const BRANCHES: [Port; 1] = [port(0, 1)];

    pub fn new(p: DiodeParameters) -> Self {
        let is_bare = p.breakdown.is_none() && p.recombination.is_none();
        let has_knee = p.ikf.is_finite() || p.ikr.is_finite();
        Self {
            p,
            v_crit: v_critical(p.i_s, p.v_t),
            is_plain: is_bare && !has_knee && p.tt <= 0.0 && p.depletion.cj <= 0.0,
        }
    }

    /// A junction that only holds charge.
    pub fn capacitance(depletion: Depletion) -> Self {
        Self::new(DiodeParameters {
            depletion,
            ..DiodeParameters::bare(0.0, thermal_voltage(T_NOMINAL))
        })
    }

    pub(super) fn flicker(&self) -> Flicker {
        self.p.flicker
    }

    pub(super) fn has_charge(&self) -> bool {
        self.p.tt > 0.0 || self.p.depletion.cj > 0.0
    }

    /// On the tapes the exponentials and the charge are tables; a diode with recombination or high injection is called.
    pub(super) fn law(&self) -> Option<Law> {
        let p = &self.p;
        if p.recombination.is_some() || p.ikf.is_finite() || p.ikr.is_finite() {
            return None;
        }
        let mut law = Law {
            is_bent: true,
            ..Law::default()
        };
        let number = Operand::Constant;
        let [j, dj] = law.looked_up(&JUNCTION, 0, 1.0 / p.v_t);
        let mut currents = vec![(j, number(p.i_s))];
        let mut slopes = vec![(dj, number(p.i_s / p.v_t))];
        if let Some(Breakdown { knee, v_t }) = p.breakdown {
            law.op(LawOp::Load(Operand::Control(0)));
            law.op(LawOp::Multiply(number(-1.0 / v_t)));
            let [e, de] = law.shifted(&BREAKDOWN, &[(0, -1.0 / v_t)], -knee / v_t);
            currents.push((e, number(-p.i_s)));
            slopes.push((de, number(p.i_s / v_t)));
        }
        let (i, g) = (law.local(), law.local());
        law.sum_of_products(&currents, i);
        law.sum_of_products(&slopes, g);
        let leak = [Operand::Control(0), Operand::Rest(0)].map(|v| (v, number(GMIN)));
        law.sum_of_products(
            &[&[(i, number(1.0))], &leak[..]].concat(),
            Operand::Current(0),
        );
        law.op(LawOp::Load(g));
        law.op(LawOp::Add(number(GMIN)));
        law.op(LawOp::Store(Operand::Slope(0, 0)));
        if self.has_charge() {
            let mut charges = vec![(i, number(p.tt))];
            let mut capacitances = vec![(g, number(p.tt))];
            if p.depletion.cj > 0.0 {
                let [q, c] = law.looked_up(&Arc::new(p.depletion.table()), 0, 1.0);
                charges.push((q, number(1.0)));
                capacitances.push((c, number(1.0)));
            }
            law.sum_of_products(&charges, Operand::Charge(0));
            law.sum_of_products(&capacitances, Operand::Capacitance(0, 0));
        }
        Some(law)
    }

    fn scalar(&self, v: Volts) -> (f64, f64, f64, f64) {
        let DiodeParameters {
            i_s,
            v_t,
            breakdown,
            tt,
            depletion,
            ..
        } = self.p;
        let (i, g) = match breakdown {
            Some(Breakdown { knee, v_t }) if v < -knee => {
                let e = (-(knee + v) / v_t).min(MAX_EXPONENT).exp();
                (-i_s * e, i_s * e / v_t)
            }
            _ => junction(v, i_s, v_t),
        };
        let (i_r, g_r) = self.recombination(v);
        let (i, g) = self.high_injection(v, i + i_r, g + g_r);
        let (q, c) = depletion.charge(v);
        (i + GMIN * v, g + GMIN, q + tt * i, c + tt * g)
    }

    fn recombination(&self, v: Volts) -> (f64, f64) {
        let Some(Recombination { i_s, v_t }) = self.p.recombination else {
            return (0.0, 0.0);
        };
        let Depletion { vj, m, .. } = self.p.depletion;
        let v_lowest = -3.0 * self.p.v_t;
        let (i, g) = exponential(v.max(v_lowest), i_s, v_t);
        let share = 1.0 - v.max(v_lowest) / vj;
        let square = share * share + 0.005;
        let factor = square.powf(0.5 * m);
        let slope = -m * share / vj * factor / square;
        (
            i * factor,
            if v > v_lowest {
                g * factor + i * slope
            } else {
                0.0
            },
        )
    }

    fn high_injection(&self, v: Volts, i: f64, g: f64) -> (f64, f64) {
        let knee = if v >= -3.0 * self.p.v_t {
            self.p.ikf
        } else {
            -self.p.ikr
        };
        let ratio = i / knee;
        if ratio <= 0.0 {
            return (i, g);
        }
        let root = ratio.sqrt();
        (
            i / (1.0 + root),
            g * (1.0 + 0.5 * root) / ((1.0 + root) * (1.0 + root)),
        )
    }

    /// Current, its slope, charge and its slope.
    #[inline]
    pub(super) fn answer(&self, v: f64x2) -> [f64x2; 4] {
        let is_reverse = v.simd_lt(f64x2::splat(-3.0 * self.p.v_t)).all();
        if is_reverse && self.is_plain {
            let (i, g) = reverse_junction(v, self.p.i_s, self.p.v_t);
            return [i + v * GMIN, g + GMIN, f64x2::ZERO, f64x2::ZERO];
        }
        let [a, b] = v.to_array().map(|v| self.scalar(v));
        [
            f64x2::new([a.0, b.0]),
            f64x2::new([a.1, b.1]),
            f64x2::new([a.2, b.2]),
            f64x2::new([a.3, b.3]),
        ]
    }

    #[inline]
    pub(super) fn limit(&self, v: &mut [f64x2], v_old: &[f64x2]) {
        let is_below = !v[0].simd_gt(f64x2::splat(self.v_crit)).any();
        if is_below && self.p.breakdown.is_none() {
            return;
        }
        let (new, old) = (v[0].to_array(), v_old[0].to_array());
        let p = &self.p;
        let lane = |k: usize| match p.breakdown {
            Some(Breakdown { knee, v_t }) if new[k] < -knee => {
                -knee - limit_step(-knee - new[k], -knee - old[k], v_t, v_critical(p.i_s, v_t))
            }
            _ => limit_step(new[k], old[k], p.v_t, self.v_crit),
        };
        v[0] = f64x2::new([lane(0), lane(1)]);
    }
}
