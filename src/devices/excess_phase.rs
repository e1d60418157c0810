//! The delay of a bipolar transistor's collector current.

use crate::devices::Bjt;
use crate::devices::MAX_CONTROLS;
use crate::devices::Port;
use crate::devices::Response;
use crate::devices::Terminal;
use crate::devices::port;
use crate::units::Seconds;
use wide::f64x2;

/// What the forward transport current i_t = i_f/q_b is late by, drawn from collector to emitter.
///
/// ```text
/// u + delay·d(u + i_t)/dt = 0,   i_ce = u          [A; 1 V of u is 1 A]
/// ```
///
/// u is a node of its own, and the first equation its sum of currents. So the delayed current i_t + u is i_t behind a low pass of the first order,
/// whose phase at f is the delay's to (2π·f·delay)³/3; ngspice 39 has Weil's low pass of the second, which differs by
/// (2π·f·delay)²/3 at most: −110 dB for 20 ns at 20 kHz.
///
/// Source: P. B. Weil, L. P. McNamee, "Simulation of excess phase in bipolar transistors", IEEE Trans. CAS 25(2), 1978.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ExcessPhase {
    pub delay: Seconds,
    pub transistor: Bjt,
}

const GROUNDED: Port = (Terminal::Pin(3), Terminal::Ground);

impl ExcessPhase {
    pub const TERMINALS: [&'static str; 4] = ["c", "b", "e", "u"];
    /// v_be, v_bc and u.
    pub(super) const CONTROLS: [Port; 3] = [port(1, 2), port(1, 0), GROUNDED];
    pub(super) const BRANCHES: [Port; 2] = [GROUNDED, port(0, 2)];

    #[inline]
    pub(super) fn evaluate(&self, v: [f64x2; MAX_CONTROLS], response: &mut Response) {
        let polarity = self.transistor.polarity();
        let [v_be, v_bc, _] = v.map(|v| (v * polarity).to_array());
        let [a, b] = [0, 1].map(|lane| self.transistor.forward_at(v_be[lane], v_bc[lane]));
        let of = |k: usize| f64x2::new([a[k], b[k]]) * self.delay;
        for branch in 0..2 {
            response.i[branch] = v[2];
            response.g[branch][2] = f64x2::ONE;
        }
        response.q[0] = of(0) * polarity + v[2] * self.delay;
        response.c[0] = [of(1), of(2), f64x2::splat(self.delay)];
    }
}
