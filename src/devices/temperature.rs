//! How the parameters of a card move with temperature, as SPICE has it.

use crate::devices::junction::Depletion;
use crate::units::Kelvin;
use crate::units::T_NOMINAL;
use crate::units::Volts;
use crate::units::thermal_voltage;

/// The temperature of a device, and the one that its card was written for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Temperature {
    pub t: Kelvin,
    pub t_nominal: Kelvin,
}

/// SPICE's band gap of silicon at 27 °C, in eV.
const GAP_27: f64 = 1.115_087_7;
/// No built-in voltage falls below this, in V: one of 0.1 V would be negative from 55 °C on.
const LEAST_POTENTIAL: Volts = 10e-3;
/// Part of a junction's capacitance per K that expansion adds.
const EXPANSION: f64 = 4e-4;

impl Temperature {
    /// kT/q.
    pub fn v_t(&self) -> Volts {
        thermal_voltage(self.t)
    }

    /// 1 + first·dt + second·dt², dt = t − t_nominal.
    pub fn polynomial(&self, [first, second]: [f64; 2]) -> f64 {
        let dt = self.t - self.t_nominal;
        1.0 + first * dt + second * dt * dt
    }

    /// (t/t_nominal)^exponent.
    pub fn power(&self, exponent: f64) -> f64 {
        (self.t / self.t_nominal).powf(exponent)
    }

    /// Logarithm of what a saturation current of ideality 1 is multiplied by.
    ///
    /// ```text
    /// (t/t_nominal − 1)·eg/v_t + xti·ln(t/t_nominal)
    /// ```
    pub fn saturation(&self, eg: Volts, xti: f64) -> f64 {
        let ratio = self.t / self.t_nominal;
        (ratio - 1.0) * eg / self.v_t() + xti * ratio.ln()
    }

    /// The band gap of silicon now, and at the card's temperature, in eV: 1.16 − 7.02e-4·t²/(t + 1108).
    pub fn gaps(&self) -> (f64, f64) {
        (gap(self.t), gap(self.t_nominal))
    }

    /// A junction's built-in voltage, or twice the Fermi potential of a substrate.
    pub fn potential(&self, at_nominal: Volts) -> Volts {
        self.t / T_NOMINAL * potential_at_27(at_nominal, self.t_nominal) + drift(self.t)
    }

    /// A depletion charge that moves linearly, by `by_cj` and `by_vj` per K.
    pub fn depletion_linearly(&self, card: Depletion, by_cj: f64, by_vj: f64) -> Depletion {
        let dt = self.t - self.t_nominal;
        Depletion {
            cj: card.cj * (1.0 + by_cj * dt),
            vj: (card.vj - by_vj * dt).max(LEAST_POTENTIAL),
            ..card
        }
    }

    /// A depletion charge: its built-in voltage moves, and with it the capacitance.
    pub fn depletion(&self, card: Depletion) -> Depletion {
        let vj = self.potential(card.vj);
        let vj_27 = potential_at_27(card.vj, self.t_nominal);
        let growth = |t: Kelvin, vj: Volts| {
            1.0 + card.m * (EXPANSION * (t - T_NOMINAL) - (vj - vj_27) / vj_27)
        };
        Depletion {
            cj: card.cj * growth(self.t, vj) / growth(self.t_nominal, card.vj),
            vj: vj.max(LEAST_POTENTIAL),
            ..card
        }
    }
}

fn gap(t: Kelvin) -> f64 {
    1.16 - 7.02e-4 * t * t / (t + 1108.0)
}

/// What a built-in voltage gains beyond its proportion to temperature.
fn drift(t: Kelvin) -> Volts {
    let ratio = t / T_NOMINAL;
    gap(t) - GAP_27 * ratio - 3.0 * thermal_voltage(t) * ratio.ln()
}

fn potential_at_27(v: Volts, t: Kelvin) -> Volts {
    (v - drift(t)) * T_NOMINAL / t
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Against what ngspice 39 prints, six digits.
    const TOL: f64 = 1e-6;

    /// The capacitance that ngspice gives a base–collector junction of 10 pF at −2.5 V and 80 °C.
    #[test]
    fn a_junction_warms_as_in_ngspice() {
        let card = Depletion {
            cj: 10e-12,
            vj: 0.75,
            m: 0.33,
            fc: 0.5,
        };
        for (t_nominal, expected) in [(300.15, 6.242_733e-12), (323.15, 6.204_056e-12)] {
            let warm = Temperature {
                t: 353.15,
                t_nominal,
            };
            let (_, c) = warm.depletion(card).charge(-2.5);
            assert!((c / expected - 1.0).abs() < TOL, "{c:e}");
        }
    }

    #[test]
    fn at_the_card_s_temperature_nothing_moves() {
        let same = Temperature {
            t: 310.0,
            t_nominal: 310.0,
        };
        assert!((same.potential(0.7) - 0.7).abs() < 1e-15);
        assert_eq!(same.saturation(1.11, 3.0), 0.0);
        assert_eq!(same.polynomial([1.0, 1.0]) * same.power(1.5), 1.0);
    }
}
