//! Magnetisation of a core after Jiles and Atherton.

use crate::devices::MAX_CONTROLS;
use crate::devices::Port;
use crate::devices::Response;
use crate::devices::Terminal;
use crate::devices::port;
use crate::units::Ohms;
use crate::units::Siemens;
use crate::units::Volts;
use wide::f64x2;

/// Parameters of the law; the names are those of the subcircuit `ja_magnet`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MagnetParameters {
    /// Path of the flux, in m.
    pub length: f64,
    /// Saturation magnetisation, in A/m.
    pub ms: f64,
    /// Shape of the anhysteretic curve, the paper's a, in A/m.
    pub ha: f64,
    /// Coupling between the domains; an air gap takes its share of the path off it.
    pub alpha: f64,
    /// Pinning, the paper's k in A/m: about the coercive field.
    pub hk: f64,
    /// Reversible part, 0 to 1.
    pub c: f64,
    /// The resistance that senses how fast the field moves.
    pub rs: Ohms,
    /// Its voltage below which the field counts as at rest.
    pub v0: Volts,
    /// How fast a core at rest forgets, times its capacitance.
    pub gm: Siemens,
}

/// Rate of change of the core's flux, as a current from a to b, and the same into the node that remembers it.
///
/// The terminals are those of `ja_core`: between a and s lies the flux in air, H·length, in series with the resistance rs
/// from s to b, whose voltage x is proportional to dH/dt; the voltage of m is M/ms.
///
/// ```text
/// q = (v(a,s)/length + alpha·ms·m)/ha,  L = coth q − 1/q                     [1]
/// d = L − m,  irr = ms·d/max((1 − c)·hk − alpha·ms·|d|, 0.05·(1 − c)·hk)
/// an = ms/ha·dL/dq
/// i = ((1 − c)·(|irr|·x + irr·(√(x² + v0²) − v0))/2 + c·an·x)/(1 − alpha·c·an)/rs   [V/turn, as A]
/// i_m = i + gm·d
/// ```
///
/// Where x ≫ v0 this is dM/dt = dM/dH·dH/dt with Jiles and Atherton's slope, whose irreversible part counts only while
/// M moves towards the anhysteretic curve. The root in place of the sign of dH/dt keeps i smooth and rising in x. A core
/// at rest is on the anhysteretic curve. Domain: alpha·c·ms/(3·ha) < 1. Not modelled: eddy currents.
///
/// Source: D. C. Jiles, D. L. Atherton, "Theory of ferromagnetic hysteresis", J. Magn. Magn. Mater. 61, 1986, in the form of
/// M. Holters, U. Zölzer, "Circuit simulation with inductors and transformers based on the Jiles-Atherton model of
/// magnetization", DAFx-16.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Magnet {
    pub p: MagnetParameters,
}

/// Least part of the pinning that the coupling between domains leaves.
const LEAST_PINNING: f64 = 0.05;

impl Magnet {
    pub const TERMINALS: [&'static str; 4] = ["a", "s", "b", "m"];
    /// v(a,s), v(s,b) and v(m).
    pub(super) const CONTROLS: [Port; 3] =
        [port(0, 1), port(1, 2), (Terminal::Pin(3), Terminal::Ground)];
    pub(super) const BRANCHES: [Port; 2] = [port(0, 2), (Terminal::Ground, Terminal::Pin(3))];

    /// Newton's tolerance of each control.
    pub(super) fn tolerance(&self, control: usize) -> Volts {
        match control {
            0 => 1e-4 * self.p.ha * self.p.length,
            1 => 0.05 * self.p.v0,
            _ => 1e-6,
        }
    }

    /// i and its slopes by the three controls, then i_m's slopes.
    fn scalar(&self, v: f64, x: f64, m: f64) -> ([f64; 2], [[f64; 3]; 2]) {
        let MagnetParameters {
            length,
            ms,
            ha,
            alpha,
            hk,
            c,
            rs,
            v0,
            gm,
        } = self.p;
        let q = (v / length + alpha * ms * m) / ha;
        let (l, dl, ddl) = langevin(q);
        let (q_v, q_m) = (1.0 / (length * ha), alpha * ms / ha);

        let (d, d_v, d_m) = (l - m, dl * q_v, dl * q_m - 1.0);
        let pinning = (1.0 - c) * hk;
        let left = pinning - alpha * ms * d.abs();
        let (irr, irr_d) = if left > LEAST_PINNING * pinning {
            (ms * d / left, ms * pinning / (left * left))
        } else {
            let floor = LEAST_PINNING * pinning;
            (ms * d / floor, ms / floor)
        };
        let root = (x * x + v0 * v0).sqrt();
        let ramp = 0.5 * (1.0 - c) * (d.signum() * x + root - v0);
        let ramp_x = 0.5 * (1.0 - c) * (d.signum() + x / root);
        let (an, an_q) = (ms / ha * dl, ms / ha * ddl);
        let rest = 1.0 - alpha * c * an;

        let flux = (irr * ramp + c * an * x) / (rest * rs);
        let by_an = (c * x + alpha * c * flux * rs) / (rest * rs);
        let by_d = irr_d * ramp / (rest * rs);
        let slopes = [
            by_d * d_v + by_an * an_q * q_v,
            (irr * ramp_x + c * an) / (rest * rs),
            by_d * d_m + by_an * an_q * q_m,
        ];
        let memory = [slopes[0] + gm * d_v, slopes[1], slopes[2] + gm * d_m];
        ([flux, flux + gm * d], [slopes, memory])
    }

    #[inline]
    pub(super) fn evaluate(&self, v: [f64x2; MAX_CONTROLS], response: &mut Response) {
        let v = v.map(f64x2::to_array);
        let [(i_a, g_a), (i_b, g_b)] = [0, 1].map(|k| self.scalar(v[0][k], v[1][k], v[2][k]));
        for branch in 0..2 {
            response.i[branch] = f64x2::new([i_a[branch], i_b[branch]]);
            for control in 0..3 {
                response.g[branch][control] =
                    f64x2::new([g_a[branch][control], g_b[branch][control]]);
            }
        }
    }
}

/// Below this the series is within 2e-14.
const SERIES_BELOW: f64 = 0.1;

/// Langevin's function coth q − 1/q, its slope and the slope's slope.
fn langevin(q: f64) -> (f64, f64, f64) {
    let s = q * q;
    if q.abs() < SERIES_BELOW {
        return (
            q * (1.0 / 3.0 - s * (1.0 / 45.0 - s * (2.0 / 945.0 - s / 4725.0))),
            1.0 / 3.0 - s * (1.0 / 15.0 - s * (2.0 / 189.0 - s / 675.0)),
            -q * (2.0 / 15.0 - s * (8.0 / 189.0 - s * 2.0 / 225.0)),
        );
    }
    let coth = 1.0 / q.tanh();
    let csch_square = coth * coth - 1.0;
    (
        coth - 1.0 / q,
        1.0 / s - csch_square,
        2.0 * (coth * csch_square - 1.0 / (s * q)),
    )
}
