//! Vacuum rectifier.

use crate::devices::MAX_CONTROLS;
use crate::devices::Port;
use crate::devices::Response;
use crate::devices::port;
use crate::devices::smooth::at_least;
use wide::f64x2;

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

    #[inline]
    pub(super) fn evaluate(&self, v: [f64x2; MAX_CONTROLS], response: &mut Response) {
        let (v, _) = at_least(v[0], 0.0);
        let root = v.sqrt() * self.p;
        response.i[0] = v * root;
        response.g[0][0] = root * 1.5;
    }
}
