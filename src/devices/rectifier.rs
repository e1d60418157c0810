//! Vacuum rectifier.

use crate::devices::MAX_CONTROLS;
use crate::devices::Port;
use crate::devices::Response;
use crate::devices::law::Law;
use crate::devices::port;
use crate::devices::smooth::at_least;
use crate::devices::table::Table;
use crate::units::Volts;
use std::sync::Arc;
use wide::f64x2;

/// The tapes' table ends here, where the law goes on straight: amperes.
const V_HIGH: Volts = 256.0;
const CELLS_PER_VOLT: f64 = 16.0;

/// Current from plate to cathode after Child.
///
/// ```text
/// i = p·max(v_ak, 0)^1.5      [A], p in A/V^1.5
/// ```
///
/// Not modelled: heater, initial velocity (a few µA at 0 V), saturation.
///
/// Source: C. D. Child, "Discharge from hot CaO", Physical Review 32(5), 1911.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rectifier {
    pub p: f64,
}

impl Rectifier {
    pub const TERMINALS: [&'static str; 2] = ["a", "k"];
    pub(super) const CONTROLS: [Port; 1] = [port(0, 1)];
    pub(super) const BRANCHES: [Port; 1] = [port(0, 1)];

    pub(super) fn law(&self) -> Law {
        let table = Table::above_zero(V_HIGH, CELLS_PER_VOLT, |v| {
            let root = self.p * v.sqrt();
            [(v * root, 1.5 * root)]
        });
        let mut law = Law::default();
        law.kernel(0, &Arc::new(table), &[(0, 1.0)], 1.0);
        law
    }

    #[inline]
    pub(super) fn evaluate(&self, v: [f64x2; MAX_CONTROLS], response: &mut Response) {
        let (v, _) = at_least(v[0], 0.0);
        let root = v.sqrt() * self.p;
        response.i[0] = v * root;
        response.g[0][0] = root * 1.5;
    }
}
