//! Junction field-effect transistor, as SPICE's level 1.

use crate::devices::Flicker;
use crate::devices::MAX_CONTROLS;
use crate::devices::Port;
use crate::devices::Response;
use crate::devices::junction::Depletion;
use crate::devices::junction::GMIN;
use crate::devices::junction::junction;
use crate::devices::junction::v_critical;
use crate::devices::polar;
use crate::devices::polar::Point;
use crate::devices::port;
use wide::f64x2;

/// Parameters of the intrinsic transistor in SI units, at the device's temperature.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct JfetParameters {
    /// +1 for n channel, −1 for p channel.
    pub polarity: f64,
    /// Pinch-off voltage of the n channel's sign: negative for both kinds.
    pub vto: f64,
    /// In A/V².
    pub beta: f64,
    /// In 1/V.
    pub lambda: f64,
    /// Parker and Skellern's doping profile; 1 is Shichman and Hodges' square law.
    pub b: f64,
    /// (1 − b)/(pb − vto), in 1/V.
    pub b_slope: f64,
    pub i_s: f64,
    /// kT/q.
    pub v_t: f64,
    pub gate_source: Depletion,
    pub gate_drain: Depletion,
    /// Of the drain current.
    pub flicker: Flicker,
}

/// Currents gate→source, gate→drain and the channel's current drain→source.
///
/// ```text
/// v = v_gs − vto,  k = beta·(1 + lambda·v_ds)                         v_ds ≥ 0, else drain and source change places
/// i = 0                                        for v ≤ 0               [A]
/// i = k·v²·(b + b_slope·v)                     for v < v_ds
/// i = k·v_ds·(v_ds·(b_slope·v_ds − b) + v·(2·b + 3·b_slope·(v − v_ds)))  otherwise
/// i_gs = is·(exp(v_gs/v_t) − 1) + GMIN·v_gs,  i_gd likewise
/// q_gs = depletion(v_gs),  q_gd = depletion(v_gd)                      [C]
/// ```
///
/// The ohmic resistances are elements of the circuit. Not modelled: breakdown.
///
/// Source: H. Shichman, D. A. Hodges, IEEE JSSC 3(3), 1968, with b after A. E. Parker and D. J. Skellern, in the form of
/// the ngspice manual, chapter 9.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Jfet {
    p: JfetParameters,
    v_crit: f64,
}

impl Jfet {
    pub const TERMINALS: [&'static str; 3] = ["d", "g", "s"];
    /// v_gs and v_gd.
    pub(super) const CONTROLS: [Port; 2] = [port(1, 2), port(1, 0)];
    pub(super) const BRANCHES: [Port; 3] = [port(1, 2), port(1, 0), port(0, 2)];

    pub fn new(p: JfetParameters) -> Self {
        Self {
            p,
            v_crit: v_critical(p.i_s, p.v_t),
        }
    }

    pub(super) fn flicker(&self) -> Flicker {
        self.p.flicker
    }

    pub(super) fn has_charge(&self) -> bool {
        self.p.gate_source.cj > 0.0 || self.p.gate_drain.cj > 0.0
    }

    /// Channel current at v_ds ≥ 0, its slope by the gate and by the drain.
    fn channel(&self, v_gs: f64, v_ds: f64) -> (f64, f64, f64) {
        let JfetParameters {
            vto,
            beta,
            lambda,
            b,
            b_slope,
            ..
        } = self.p;
        let v = v_gs - vto;
        if v <= 0.0 {
            return (0.0, 0.0, 0.0);
        }
        let k = beta * (1.0 + lambda * v_ds);
        if v < v_ds {
            let shape = v * v * (b + b_slope * v);
            return (
                k * shape,
                k * v * (2.0 * b + 3.0 * b_slope * v),
                beta * lambda * shape,
            );
        }
        let a = 2.0 * b + 3.0 * b_slope * (v - v_ds);
        let shape = v_ds * (v_ds * (b_slope * v_ds - b) + v * a);
        (
            k * shape,
            k * v_ds * (a + 3.0 * b_slope * v),
            k * (v - v_ds) * a + beta * lambda * shape,
        )
    }

    fn scalar(&self, v_gs: f64, v_gd: f64) -> Point<2> {
        let p = &self.p;
        let ((i_gs, g_gs), (i_gd, g_gd)) =
            (junction(v_gs, p.i_s, p.v_t), junction(v_gd, p.i_s, p.v_t));
        let (i, slopes) = if v_gs >= v_gd {
            let (i, g_m, g_ds) = self.channel(v_gs, v_gs - v_gd);
            (i, [g_m + g_ds, -g_ds])
        } else {
            let (i, g_m, g_ds) = self.channel(v_gd, v_gd - v_gs);
            (-i, [g_ds, -g_m - g_ds])
        };
        let ((q_gs, c_gs), (q_gd, c_gd)) = (p.gate_source.charge(v_gs), p.gate_drain.charge(v_gd));
        Point {
            i: [i_gs + GMIN * v_gs, i_gd + GMIN * v_gd, i],
            g: [[g_gs + GMIN, 0.0], [0.0, g_gd + GMIN], slopes],
            q: [q_gs, q_gd],
            c: [[c_gs, 0.0], [0.0, c_gd]],
        }
    }

    #[inline]
    pub(super) fn evaluate(&self, v: [f64x2; MAX_CONTROLS], response: &mut Response) {
        polar::evaluate(self.p.polarity, v, response, |[v_gs, v_gd]| {
            self.scalar(v_gs, v_gd)
        });
    }

    #[inline]
    pub(super) fn limit(&self, v: &mut [f64x2], v_old: &[f64x2]) {
        polar::limit(self.p.polarity, v, v_old, 0..2, self.p.v_t, self.v_crit);
    }
}
