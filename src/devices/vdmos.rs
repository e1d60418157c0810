//! Power MOSFET: channel and gate–drain charge, as ngspice's VDMOS.

use crate::devices::MAX_CONTROLS;
use crate::devices::Port;
use crate::devices::Response;
use crate::devices::junction::GMIN;
use crate::devices::port;
use crate::units::Farads;
use crate::units::Ohms;
use crate::units::Volts;
use std::f64::consts::FRAC_PI_2;
use std::f64::consts::LN_2;
use wide::f64x2;

/// Parameters of the intrinsic transistor in SI units, at the device's temperature.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct VdmosParameters {
    /// +1 for n channel, −1 for p channel.
    pub polarity: f64,
    /// Threshold voltage, as on the card: negative for a p channel.
    pub vto: Volts,
    /// In A/V².
    pub beta: f64,
    /// In 1/V.
    pub lambda: f64,
    /// Loss of mobility, in 1/V.
    pub theta: f64,
    /// How much steeper the channel is at small v_ds.
    pub mtriode: f64,
    /// Voltage of weak inversion, and its shift.
    pub ksubthres: Volts,
    pub subshift: Volts,
    pub cgdmin: Farads,
    pub cgdmax: Farads,
    /// Steepness between them, in 1/V.
    pub a: f64,
}

/// Gate–drain charge, and the channel's current drain→source.
///
/// ```text
/// v = ksubthres·ln(1 + exp((v_gs − vto − subshift)/ksubthres)),  u = mtriode·v_ds,  v_ds ≥ 0, else d and s change places
/// k = beta·(1 + lambda·v_ds)/(1 + theta·v_gs)                    v_ds and v_gs as they are; both products ≥ −½
/// i = k·v²/2              for v ≤ u      [A]
/// i = k·u·(v − u/2)       otherwise
/// c_gd = cgdmax − s + s·tanh(a·v_gd) for v_gd > 0,  cgdmax − s + s·atan(a·v_gd) below,  s = (cgdmax − cgdmin)/(1 + π/2)
/// ```
///
/// Without the last limits, which ngspice hasn't, the channel of a transistor turned far round would feed itself, and a
/// circuit could come to rest where none does. Resistances, the gate–source capacitance and the body diode are elements of the circuit. Not modelled: self-heating.
///
/// Source: the ngspice manual, chapter 11.3, and what ngspice 39 computes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Vdmos {
    pub parameters: VdmosParameters,
}

/// Least of lambda·v_ds and theta·v_gs.
const LEAST: f64 = -0.5;

impl Vdmos {
    pub const TERMINALS: [&'static str; 3] = ["d", "g", "s"];
    /// v_gs and v_gd.
    pub(super) const CONTROLS: [Port; 2] = [port(1, 2), port(1, 0)];
    pub(super) const BRANCHES: [Port; 2] = [port(1, 0), port(0, 2)];

    pub(super) fn has_charge(&self) -> bool {
        self.parameters.cgdmax != 0.0 || self.parameters.cgdmin != 0.0
    }

    /// The channel's current and its slopes by v_gs and v_gd.
    fn channel(&self, v_gs: f64, v_gd: f64) -> [f64; 3] {
        let p = &self.parameters;
        let v_ds = v_gs - v_gd;
        let (v_gate, sign) = if v_ds >= 0.0 {
            (v_gs, 1.0)
        } else {
            (v_gd, -1.0)
        };
        let weak = (v_gate - p.polarity * p.vto - p.subshift) / p.ksubthres;
        let v = p.ksubthres * (weak.max(0.0) + (-weak.abs()).exp().ln_1p());
        let by_gate = if weak > 0.0 {
            1.0 / (1.0 + (-weak).exp())
        } else {
            weak.exp() / (1.0 + weak.exp())
        };
        let u = p.mtriode * sign * v_ds;
        let (shape, by_v, by_u) = if v <= u {
            (0.5 * v * v, v, 0.0)
        } else {
            (u * (v - 0.5 * u), u, v - u)
        };
        let [(long, lambda), (slow, theta)] = [p.lambda * v_ds, p.theta * v_gs]
            .map(|x| (1.0 + x.max(LEAST), f64::from(u8::from(x > LEAST))));
        let k = p.beta * long / slow;
        let by_gate = k * by_v * by_gate;
        let by_ds = k * by_u * p.mtriode * sign + p.beta * p.lambda * lambda / slow * shape;
        let by_mobility = -k * p.theta * theta / slow * shape;
        let (by_gs, by_gd) = if sign > 0.0 {
            (by_gate, 0.0)
        } else {
            (0.0, by_gate)
        };
        [k * shape, by_gs + by_ds + by_mobility, by_gd - by_ds].map(|value| sign * value)
    }

    /// The gate–drain charge and its slope.
    fn charge(&self, v: f64) -> (f64, f64) {
        let VdmosParameters {
            cgdmin, cgdmax, a, ..
        } = self.parameters;
        let s = (cgdmax - cgdmin) / (1.0 + FRAC_PI_2);
        let (x, flat) = (a * v, cgdmax - s);
        let (curved, c) = if v > 0.0 {
            (x + (-2.0 * x).exp().ln_1p() - LN_2, x.tanh())
        } else {
            (x * x.atan() - 0.5 * (x * x).ln_1p(), x.atan())
        };
        (flat * v + s * curved / a, flat + s * c)
    }

    #[inline]
    pub(super) fn evaluate(&self, v: [f64x2; MAX_CONTROLS], response: &mut Response) {
        let polarity = self.parameters.polarity;
        let [v_gs, v_gd, _] = v.map(|v| (v * polarity).to_array());
        let channel = [0, 1].map(|lane| self.channel(v_gs[lane], v_gd[lane]));
        let charge = [0, 1].map(|lane| self.charge(v_gd[lane]));
        let of = |k: usize| f64x2::new([channel[0][k], channel[1][k]]);
        response.i[0] = f64x2::ZERO;
        response.i[1] = of(0) * polarity + (v[0] - v[1]) * GMIN;
        response.g[1] = [of(1) + GMIN, of(2) - GMIN, f64x2::ZERO];
        response.q[0] = f64x2::new([charge[0].0, charge[1].0]) * polarity;
        response.c[0] = [
            f64x2::ZERO,
            f64x2::new([charge[0].1, charge[1].1]),
            f64x2::ZERO,
        ];
    }
}

/// The drift region of a power MOSFET, whose resistance grows with the voltage from drain to source (quasi-saturation).
///
/// ```text
/// i = v/r,  r = rd + rq·v_ds/(v_ds + |vq|) for v_ds ≥ 0, rd below     [Ω]
/// ```
///
/// Source: V. d'Alessandro, F. Frisina, N. Rinaldi, "A new SPICE model of VDMOS transistors including thermal and
/// quasi-saturation effects", EPE 2001, as ngspice 39 has it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Drift {
    pub polarity: f64,
    pub rd: Ohms,
    pub rq: Ohms,
    pub vq: Volts,
}

impl Drift {
    pub const TERMINALS: [&'static str; 3] = ["d", "inner", "s"];
    /// Across the resistance, and v_ds.
    pub(super) const CONTROLS: [Port; 2] = [port(0, 1), port(0, 2)];
    pub(super) const BRANCHES: [Port; 1] = [port(0, 1)];

    #[inline]
    pub(super) fn evaluate(&self, v: [f64x2; MAX_CONTROLS], response: &mut Response) {
        let [across, v_ds, _] = v.map(|v| (v * self.polarity).to_array());
        let lane = |k: usize| {
            let (v_ds, vq) = (v_ds[k].max(0.0), self.vq.abs());
            let sum = v_ds + vq;
            let r = self.rd + self.rq * v_ds / sum;
            let by_ds = if v_ds > 0.0 {
                self.rq * vq / (sum * sum)
            } else {
                0.0
            };
            let i = across[k] / r;
            [i, 1.0 / r, -i / r * by_ds]
        };
        let [a, b] = [lane(0), lane(1)];
        response.i[0] = f64x2::new([a[0], b[0]]) * self.polarity;
        response.g[0] = [
            f64x2::new([a[1], b[1]]),
            f64x2::new([a[2], b[2]]),
            f64x2::ZERO,
        ];
    }
}
