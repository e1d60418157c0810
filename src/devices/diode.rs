//! Junction diode, as SPICE's level 1.

use crate::devices::MAX_CONTROLS;
use crate::devices::Port;
use crate::devices::Response;
use crate::devices::junction::Depletion;
use crate::devices::junction::junction;
use crate::devices::junction::limit_step;
use crate::devices::junction::reverse_junction;
use crate::devices::junction::v_critical;
use crate::devices::port;
use crate::units::Amps;
use crate::units::Seconds;
use crate::units::Volts;
use wide::f64x2;

/// Current and charge from anode to cathode; the series resistance is an element of the circuit.
///
/// ```text
/// i = is·(exp(v/(n·v_t)) − 1) + GMIN·v                   [A]
/// i = −is·(exp(−(v + bv)/v_t) + …)  below −bv            (breakdown)
/// q = tt·i + depletion(v)                                [C]
/// ```
///
/// Source: SPICE level 1 diode as documented in the ngspice manual, chapter 7.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Diode {
    i_s: Amps,
    /// n·kT/q.
    v_t: Volts,
    v_crit: Volts,
    breakdown: Option<Breakdown>,
    tt: Seconds,
    depletion: Depletion,
    /// Neither breakdown nor charge.
    is_plain: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Breakdown {
    bv: Volts,
    v_t: Volts,
}

impl Diode {
    pub const TERMINALS: [&'static str; 2] = ["a", "k"];
    pub(super) const CONTROLS: [Port; 1] = [port(0, 1)];
    pub(super) const BRANCHES: [Port; 1] = [port(0, 1)];

    /// `breakdown` is the voltage bv and the current ibv there.
    pub fn new(
        i_s: Amps,
        v_t: Volts,
        breakdown: Option<(Volts, Amps)>,
        tt: Seconds,
        depletion: Depletion,
    ) -> Self {
        let breakdown = breakdown.map(|(bv, ibv)| Breakdown {
            bv: fitted_breakdown(bv, ibv, i_s, v_t),
            v_t,
        });
        Self {
            i_s,
            v_t,
            v_crit: v_critical(i_s, v_t),
            breakdown,
            tt,
            depletion,
            is_plain: breakdown.is_none() && tt <= 0.0 && depletion.cj <= 0.0,
        }
    }

    pub(super) fn has_charge(&self) -> bool {
        self.tt > 0.0 || self.depletion.cj > 0.0
    }

    fn scalar(&self, v: Volts) -> (f64, f64, f64, f64) {
        let (i, g) = match self.breakdown {
            Some(Breakdown { bv, v_t }) if v < -bv => {
                let e = (-(bv + v) / v_t).min(80.0).exp();
                (-self.i_s * e, self.i_s * e / v_t)
            }
            _ => junction(v, self.i_s, self.v_t),
        };
        let (q, c) = self.depletion.charge(v);
        (i, g, q + self.tt * i, c + self.tt * g)
    }

    /// Current, its slope, charge and its slope.
    #[inline]
    pub(super) fn answer(&self, v: f64x2) -> [f64x2; 4] {
        let is_reverse = v.simd_lt(f64x2::splat(-3.0 * self.v_t)).all();
        if is_reverse && self.is_plain {
            let (i, g) = reverse_junction(v, self.i_s, self.v_t);
            return [i, g, f64x2::ZERO, f64x2::ZERO];
        }
        let [a, b] = v.to_array().map(|v| self.scalar(v));
        [
            f64x2::new([a.0, b.0]),
            f64x2::new([a.1, b.1]),
            f64x2::new([a.2, b.2]),
            f64x2::new([a.3, b.3]),
        ]
    }

    pub(super) fn evaluate(&self, v: [f64x2; MAX_CONTROLS], response: &mut Response) {
        [
            response.i[0],
            response.g[0][0],
            response.q[0],
            response.c[0][0],
        ] = self.answer(v[0]);
    }

    #[inline]
    pub(super) fn limit(
        &self,
        v: [f64x2; MAX_CONTROLS],
        v_old: [f64x2; MAX_CONTROLS],
    ) -> [f64x2; MAX_CONTROLS] {
        let is_below = !v[0].simd_gt(f64x2::splat(self.v_crit)).any();
        if is_below && self.breakdown.is_none() {
            return v;
        }
        let (new, old) = (v[0].to_array(), v_old[0].to_array());
        let lane = |k: usize| match self.breakdown {
            Some(Breakdown { bv, v_t }) if new[k] < -bv => {
                -bv - limit_step(-bv - new[k], -bv - old[k], v_t, v_critical(self.i_s, v_t))
            }
            _ => limit_step(new[k], old[k], self.v_t, self.v_crit),
        };
        [f64x2::new([lane(0), lane(1)]), v[1]]
    }
}

/// The knee that makes the diode carry `ibv` at `bv`, as SPICE finds it: where both laws meet.
fn fitted_breakdown(bv: Volts, ibv: Amps, i_s: Amps, v_t: Volts) -> Volts {
    let ibv = ibv.max(i_s * bv / v_t);
    let mut knee = bv - v_t * (1.0 + ibv / i_s).ln();
    for _ in 0..25 {
        knee = bv - v_t * (ibv / i_s + 1.0 - knee / v_t).ln();
    }
    knee
}
