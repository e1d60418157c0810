//! Grid current of tubes.

use crate::devices::smooth::power;
use crate::devices::smooth::softplus;
use crate::units::Amps;
use wide::f64x2;

/// Current from a control grid to the cathode, as in Dempwolf and Zölzer's triode.
///
/// ```text
/// i = gg·(ln(1 + exp(cg·v_gk))/cg)^xi + ig0      [A]
/// ```
///
/// Source: K. Dempwolf, U. Zölzer, "A physically-motivated triode model for circuit simulations", DAFx-11.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Grid {
    /// In A/V^xi.
    pub gg: f64,
    pub xi: f64,
    /// In 1/V.
    pub cg: f64,
    pub ig0: Amps,
}

impl Grid {
    /// Current and slope.
    #[inline]
    pub(super) fn current(&self, v_gk: f64x2) -> (f64x2, f64x2) {
        let (s, ds) = softplus(v_gk * self.cg);
        let (i, di) = power(s * (1.0 / self.cg), self.xi);
        (i * self.gg + self.ig0, di * ds * self.gg)
    }
}
