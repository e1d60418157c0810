//! Grid current of tubes.

use crate::devices::law::Law;
use crate::devices::smooth::power;
use crate::devices::smooth::softplus;
use crate::devices::table::Table;
use crate::units::Amps;
use std::sync::Arc;
use wide::f64x2;

const CELLS_PER_VOLT: f64 = 64.0;
/// Drive up to which the table is curved.
const V_HIGH: f64 = 64.0;
/// ln(1 + exp(−36)) is 2e-16: below this the current is nothing.
const LOWEST_EXPONENT: f64 = -36.0;

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

    /// The law of a grid whose voltage is the first control and whose current is the first branch.
    pub(super) fn law(&self) -> Law {
        let table = Table::new(LOWEST_EXPONENT / self.cg, V_HIGH, CELLS_PER_VOLT, |v| {
            let (i, slope) = self.current(f64x2::splat(v));
            (i.to_array()[0], slope.to_array()[0])
        });
        let mut law = Law::default();
        law.kernel(0, &Arc::new(table), &[(0, 1.0)], 1.0);
        law
    }
}
