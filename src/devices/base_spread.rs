//! The base resistance of a bipolar transistor, which falls as the base fills.

use crate::devices::Bjt;
use crate::devices::MAX_CONTROLS;
use crate::devices::Port;
use crate::devices::Response;
use crate::devices::port;
use crate::units::Amps;
use crate::units::Ohms;
use wide::f64x2;

/// Current from the outer base to the inner one.
///
/// ```text
/// i = v/r,  r = rbm + (rb − rbm)/q_b                                                 [Ω]
/// or, where the current of half the resistance is known,
/// r = rbm + 3·(rb − rbm)·(tan z − z)/(z·tan² z),  z = (√(1 + 14.59025·x) − 1)/(2.4317·√x),  x = max(i_b/irb, 1e-9)
/// ```
///
/// q_b and i_b are those of the transistor behind it.
///
/// Source: J. R. Hauser, "The effects of distributed base potential on emitter-current injection density", IEEE Trans.
/// Electron Devices 11(5), 1964, in the form of the ngspice manual, chapter 8.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BaseSpread {
    pub rb: Ohms,
    pub rbm: Ohms,
    /// The base current at which the resistance is half way.
    pub irb: Option<Amps>,
    pub transistor: Bjt,
}

impl BaseSpread {
    pub const TERMINALS: [&'static str; 4] = ["b", "inner", "e", "c"];
    /// Across the resistance, v_be and v_bc.
    pub(super) const CONTROLS: [Port; 3] = [port(0, 1), port(1, 2), port(1, 3)];
    pub(super) const BRANCHES: [Port; 1] = [port(0, 1)];

    /// The resistance and its slopes by v_be and v_bc.
    fn resistance(&self, v_be: f64, v_bc: f64) -> [f64; 3] {
        let span = self.rb - self.rbm;
        let Some(irb) = self.irb else {
            let [q_b, by_be, by_bc] = self.transistor.base_charge_at(v_be, v_bc);
            let slope = -span / (q_b * q_b);
            return [self.rbm + span / q_b, slope * by_be, slope * by_bc];
        };
        let [i_b, by_be, by_bc] = self.transistor.base_current_at(v_be, v_bc);
        let (x, dx) = if i_b > LEAST * irb {
            (i_b / irb, 1.0 / irb)
        } else {
            (LEAST, 0.0)
        };
        let (share, by_x) = crowding(x);
        [
            self.rbm + span * share,
            span * by_x * dx * by_be,
            span * by_x * dx * by_bc,
        ]
    }

    #[inline]
    pub(super) fn evaluate(&self, v: [f64x2; MAX_CONTROLS], response: &mut Response) {
        let polarity = self.transistor.polarity();
        let [v, v_be, v_bc] = v.map(|v| (v * polarity).to_array());
        let lane = |k: usize| {
            let [r, by_be, by_bc] = self.resistance(v_be[k], v_bc[k]);
            let i = v[k] / r;
            [i, 1.0 / r, -i / r * by_be, -i / r * by_bc]
        };
        let [a, b] = [lane(0), lane(1)];
        response.i[0] = f64x2::new([a[0], b[0]]) * polarity;
        response.g[0] = [1, 2, 3].map(|k| f64x2::new([a[k], b[k]]));
    }
}

/// SPICE's least base current, in parts of irb.
const LEAST: f64 = 1e-9;

/// Below this z the series is within 1e-12, and tan z − z loses digits.
const SERIES_BELOW: f64 = 0.02;

/// 3·(tan z − z)/(z·tan² z) at a base current of x·irb, and its slope by x.
fn crowding(x: f64) -> (f64, f64) {
    let root = (1.0 + 14.59025 * x).sqrt();
    let z = 14.59025 * x.sqrt() / (2.4317 * (1.0 + root));
    let dz = z / (2.0 * x * root);
    if z < SERIES_BELOW {
        let square = z * z;
        let value = 1.0 - square * (4.0 / 15.0 + 4.0 / 105.0 * square);
        return (value, -z * (8.0 / 15.0 + 16.0 / 105.0 * square) * dz);
    }
    let t = z.tan();
    let (above, below) = (t - z, z * t * t);
    let by_z = (t * t * below - above * (t * t + 2.0 * z * t * (1.0 + t * t))) / (below * below);
    (3.0 * above / below, 3.0 * by_z * dz)
}
