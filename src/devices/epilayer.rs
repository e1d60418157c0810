//! The collector's epitaxial layer, which a saturated transistor floods with charge.

use crate::devices::MAX_CONTROLS;
use crate::devices::Port;
use crate::devices::Response;
use crate::devices::junction::MAX_EXPONENT;
use crate::devices::polar;
use crate::devices::polar::Point;
use crate::devices::port;
use crate::units::Ohms;
use crate::units::Volts;
use wide::f64x2;

/// Charges base→inner collector and base→outer collector, and the current between the collectors.
///
/// ```text
/// k(v) = √(1 + gamma·exp(v/v_t)),  k_i = k(v_bci),  k_o = k(v_bco),  v = v_bci − v_bco
/// i = (v + v_t·(k_i − k_o − ln((1 + k_i)/(1 + k_o))))/(rco·(1 + v/vo))     for v > 0, else v/rco      [A]
/// q_i = qco·k_i,  q_o = qco·k_o  for v > 0, else qco                                                [C]
/// ```
///
/// ngspice has no charge for v ≤ 0, where it drops by qco; nothing else differs.
///
/// Source: G. M. Kull et al., "A unified circuit model for bipolar transistors including quasi-saturation effects", IEEE
/// Trans. Electron Devices 32(6), 1985, in the form of ngspice 39.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Epilayer {
    /// +1 for NPN, −1 for PNP.
    pub polarity: f64,
    pub rco: Ohms,
    pub vo: Volts,
    pub gamma: f64,
    /// In C.
    pub qco: f64,
    /// kT/q.
    pub v_t: Volts,
}

impl Epilayer {
    pub const TERMINALS: [&'static str; 3] = ["b", "inner", "outer"];
    /// v_bci and v_bco.
    pub(super) const CONTROLS: [Port; 2] = [port(0, 1), port(0, 2)];
    pub(super) const BRANCHES: [Port; 3] = [port(0, 1), port(0, 2), port(2, 1)];

    /// k and its slope.
    fn flooding(&self, v: f64) -> (f64, f64) {
        let e = self.gamma * (v / self.v_t).min(MAX_EXPONENT).exp();
        let k = (1.0 + e).sqrt();
        (k, e / (2.0 * self.v_t * k))
    }

    fn scalar(&self, v_bci: f64, v_bco: f64) -> Point<2> {
        let v = v_bci - v_bco;
        if v <= 0.0 {
            let g = 1.0 / self.rco;
            return Point {
                i: [0.0, 0.0, v * g],
                g: [[0.0; 2], [0.0; 2], [g, -g]],
                q: [self.qco; 2],
                c: [[0.0; 2]; 2],
            };
        }
        let ((k_i, by_i), (k_o, by_o)) = (self.flooding(v_bci), self.flooding(v_bco));
        let driving = v + self.v_t * (k_i - k_o - ((1.0 + k_i) / (1.0 + k_o)).ln());
        let r = self.rco * (1.0 + v / self.vo);
        let i = driving / r;
        // d(k − ln(1 + k))/dk = k/(1 + k)
        let by = |k: f64, by_v: f64| 1.0 + self.v_t * by_v * k / (1.0 + k);
        let bend = i * self.rco / self.vo;
        Point {
            i: [0.0, 0.0, i],
            g: [
                [0.0; 2],
                [0.0; 2],
                [(by(k_i, by_i) - bend) / r, -(by(k_o, by_o) - bend) / r],
            ],
            q: [self.qco * k_i, self.qco * k_o],
            c: [[self.qco * by_i, 0.0], [0.0, self.qco * by_o]],
        }
    }

    #[inline]
    pub(super) fn limit(&self, v: &mut [f64x2], v_old: &[f64x2]) {
        let v_crit = -self.v_t * self.gamma.max(1e-30).ln();
        polar::limit(self.polarity, v, v_old, 0..2, self.v_t, v_crit);
    }

    #[inline]
    pub(super) fn evaluate(&self, v: [f64x2; MAX_CONTROLS], response: &mut Response) {
        polar::evaluate(self.polarity, v, response, |[v_bci, v_bco]| {
            self.scalar(v_bci, v_bco)
        });
    }
}
