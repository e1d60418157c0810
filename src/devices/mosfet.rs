//! Insulated-gate field-effect transistor, as SPICE's level 1.

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
pub struct MosfetParameters {
    /// +1 for n channel, −1 for p channel.
    pub polarity: f64,
    /// Threshold voltage, as on the card: negative for an enhancement p channel.
    pub vto: f64,
    /// kp·w/l, in A/V².
    pub beta: f64,
    /// In √V.
    pub gamma: f64,
    pub phi: f64,
    /// In 1/V.
    pub lambda: f64,
    /// Saturation currents of the bulk diodes, of source and drain.
    pub i_s: [f64; 2],
    /// kT/q.
    pub v_t: f64,
    pub bulk_source: Depletion,
    pub bulk_drain: Depletion,
    /// Of the drain current.
    pub flicker: Flicker,
}

/// Currents bulk→source, bulk→drain and the channel's current drain→source.
///
/// ```text
/// v = v_gs − vto − gamma·(√(phi − v_bs) − √phi),  k = beta·(1 + lambda·v_ds)    v_ds ≥ 0, else d and s change places
/// i = 0                          for v ≤ 0      [A]
/// i = k·v²/2                     for v ≤ v_ds
/// i = k·v_ds·(v − v_ds/2)        otherwise
/// i_bs = is·(exp(v_bs/v_t) − 1) + GMIN·v_bs,  i_bd likewise
/// q_bs = depletion(v_bs),  q_bd = depletion(v_bd)                      [C]
/// ```
///
/// For v_bs > 0 the root goes on as its tangent, down to 0. Overlap capacitances and ohmic resistances are elements of
/// the circuit; the channel's own charge is a device beside it (`gate_charge.rs`). Not modelled: subthreshold current,
/// short channels.
///
/// Source: H. Shichman, D. A. Hodges, "Modeling and simulation of insulated-gate field-effect transistor switching
/// circuits", IEEE JSSC 3(3), 1968, in the form of the ngspice manual, chapter 11.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mosfet {
    p: MosfetParameters,
    /// Of both bulk diodes.
    v_crit: [f64; 2],
}

/// Channel current and its slopes by gate, drain and bulk, each from the source.
struct Channel {
    i: f64,
    g_m: f64,
    g_ds: f64,
    g_mb: f64,
}

impl Mosfet {
    pub const TERMINALS: [&'static str; 4] = ["d", "g", "s", "b"];
    /// v_gs, v_bs and v_bd; v_ds is the difference of the last two.
    pub(super) const CONTROLS: [Port; 3] = [port(1, 2), port(3, 2), port(3, 0)];
    pub(super) const BRANCHES: [Port; 3] = [port(3, 2), port(3, 0), port(0, 2)];

    pub fn new(p: MosfetParameters) -> Self {
        Self {
            p,
            v_crit: p.i_s.map(|i_s| v_critical(i_s, p.v_t)),
        }
    }

    pub(super) fn flicker(&self) -> Flicker {
        self.p.flicker
    }

    pub(super) fn has_charge(&self) -> bool {
        self.p.bulk_source.cj > 0.0 || self.p.bulk_drain.cj > 0.0
    }

    pub(super) fn polarity(&self) -> f64 {
        self.p.polarity
    }

    pub(super) fn phi(&self) -> f64 {
        self.p.phi
    }

    /// Threshold from the source, for the n channel's sign, and its slope by v_bs.
    pub(super) fn threshold(&self, v_bs: f64) -> (f64, f64) {
        let (by_bulk, bulk) = self.body(v_bs);
        (self.p.polarity * self.p.vto + by_bulk, -bulk)
    }

    /// What the bulk adds to the threshold, and by how much it falls with v_bs.
    fn body(&self, v_bs: f64) -> (f64, f64) {
        let MosfetParameters { gamma, phi, .. } = self.p;
        let root_phi = phi.sqrt();
        let root = if v_bs <= 0.0 {
            (phi - v_bs).sqrt()
        } else {
            (root_phi - v_bs / (2.0 * root_phi)).max(0.0)
        };
        let bulk = match root {
            0.0 => 0.0,
            _ if v_bs <= 0.0 => gamma / (2.0 * root),
            _ => gamma / (2.0 * root_phi),
        };
        (gamma * (root - root_phi), bulk)
    }

    /// At v_ds ≥ 0.
    fn channel(&self, v_gs: f64, v_ds: f64, v_bs: f64) -> Channel {
        let MosfetParameters {
            polarity,
            vto,
            beta,
            lambda,
            ..
        } = self.p;
        let (by_bulk, bulk) = self.body(v_bs);
        let v = v_gs - polarity * vto - by_bulk;
        if v <= 0.0 {
            return Channel {
                i: 0.0,
                g_m: 0.0,
                g_ds: 0.0,
                g_mb: 0.0,
            };
        }
        let k = beta * (1.0 + lambda * v_ds);
        let (shape, by_v, by_ds) = if v <= v_ds {
            (0.5 * v * v, v, 0.0)
        } else {
            (v_ds * (v - 0.5 * v_ds), v_ds, v - v_ds)
        };
        Channel {
            i: k * shape,
            g_m: k * by_v,
            g_ds: k * by_ds + beta * lambda * shape,
            g_mb: k * by_v * bulk,
        }
    }

    /// The bulk diode of source (0) or drain (1).
    fn bulk(&self, which: usize, v: f64) -> (f64, f64) {
        let MosfetParameters { i_s, v_t, .. } = self.p;
        let (i, g) = junction(v, i_s[which], v_t);
        (i + GMIN * v, g + GMIN)
    }

    fn scalar(&self, v_gs: f64, v_bs: f64, v_bd: f64) -> Point<3> {
        let p = &self.p;
        let v_ds = v_bs - v_bd;
        let ((i_bs, g_bs), (i_bd, g_bd)) = (self.bulk(0, v_bs), self.bulk(1, v_bd));
        let (i, slopes) = if v_ds >= 0.0 {
            let Channel { i, g_m, g_ds, g_mb } = self.channel(v_gs, v_ds, v_bs);
            (i, [g_m, g_ds + g_mb, -g_ds])
        } else {
            let Channel { i, g_m, g_ds, g_mb } = self.channel(v_gs - v_ds, -v_ds, v_bd);
            (-i, [-g_m, g_m + g_ds, -g_m - g_ds - g_mb])
        };
        let ((q_bs, c_bs), (q_bd, c_bd)) = (p.bulk_source.charge(v_bs), p.bulk_drain.charge(v_bd));
        Point {
            i: [i_bs, i_bd, i],
            g: [[0.0, g_bs, 0.0], [0.0, 0.0, g_bd], slopes],
            q: [q_bs, q_bd],
            c: [[0.0, c_bs, 0.0], [0.0, 0.0, c_bd]],
        }
    }

    #[inline]
    pub(super) fn evaluate(&self, v: [f64x2; MAX_CONTROLS], response: &mut Response) {
        polar::evaluate(self.p.polarity, v, response, |[v_gs, v_bs, v_bd]| {
            self.scalar(v_gs, v_bs, v_bd)
        });
    }

    #[inline]
    pub(super) fn limit(&self, v: &mut [f64x2], v_old: &[f64x2]) {
        for (junction, v_crit) in self.v_crit.into_iter().enumerate() {
            let one = junction + 1..junction + 2;
            polar::limit(self.p.polarity, v, v_old, one, self.p.v_t, v_crit);
        }
    }
}
