//! Pentode and beam tetrode after Reefman, with a screen that takes over where the plate gives in.

use crate::devices::MAX_CONTROLS;
use crate::devices::Port;
use crate::devices::Response;
use crate::devices::grid::Grid;
use crate::devices::law::Law;
use crate::devices::port;
use crate::devices::smooth::above_zero;
use crate::devices::smooth::at_least;
use crate::devices::smooth::power;
use crate::devices::smooth::reach;
use crate::devices::smooth::softplus;
use crate::devices::smooth::softplus_power;
use std::sync::Arc;
use wide::f64x2;

/// Plate and screen current, and grid current.
///
/// ```text
/// e = v2/kp·ln(1 + exp(kp·(1/mu + v_g1k/√(kvb + v2²)))),  v2 = max(v_g2k, 0)         [V]
/// h = 1/(1 + beta·v)  (Derk)  or  exp(−(beta·v)^1.5)  (DerkE),  v = max(v_ak, 0)
/// i_g2 = e^ex·(1 + alpha_s·h)/kg2                                                     [A]
/// i_a = e^ex·(1/kg1 − 1/kg2 + a·v/kg1 − (alpha/kg1 + alpha_s/kg2)·h),  alpha = 1 − kg1·(1 + alpha_s)/kg2
/// ```
///
/// kg1 and kg2 in V^ex/A, kvb in V², a and beta in 1/V. i_a is 0 at v = 0. Derk is for pentodes with a round knee, DerkE
/// for beam tetrodes. Not modelled: secondary emission, variable mu, capacitances (they belong to the deck), heater.
///
/// Source: D. Reefman, "Spice models for vacuum tubes using the uTracer", 2016, sections 4.4 and 4.5.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ReefmanPentode {
    pub mu: f64,
    pub ex: f64,
    pub kg1: f64,
    pub kg2: f64,
    pub kp: f64,
    pub kvb: f64,
    pub alpha_s: f64,
    pub a: f64,
    pub beta: f64,
    /// DerkE rather than Derk.
    pub is_beam: bool,
    pub grid: Grid,
}

impl ReefmanPentode {
    pub const TERMINALS: [&'static str; 4] = ["a", "g1", "g2", "k"];
    /// v_g1k, v_g2k and v_ak.
    pub(super) const CONTROLS: [Port; 3] = [port(1, 3), port(2, 3), port(0, 3)];
    /// Grid, screen and plate, each to the cathode.
    pub(super) const BRANCHES: [Port; 3] = [port(1, 3), port(2, 3), port(0, 3)];

    /// What is left of the screen's share at plate voltage `v`, and its slope.
    #[inline]
    fn knee(&self, v: f64x2) -> (f64x2, f64x2) {
        let u = v * self.beta;
        if self.is_beam {
            let root = u.sqrt();
            let h = (u * root * -1.0).exp();
            (h, h * root * (-1.5 * self.beta))
        } else {
            let h = f64x2::ONE / (u + 1.0);
            (h, h * h * -self.beta)
        }
    }

    /// On the tapes the drive is `f = a(v2)·s(z)`, z = kp/mu + v_g1k·b(v2), and either current is f times a function of
    /// v_ak, all tables: within 1e-6 of the largest current above 2 V of plate.
    pub(super) fn law(&self) -> Law {
        let mut law = self.grid.law();
        let drive = law.hidden_drive();
        let reach = Arc::new(reach(1.0, self.ex, self.kp, self.kvb, 0.0));
        let s = Arc::new(softplus_power(self.ex));
        law.drive([0, 1], [self.kp / self.mu, 0.0], &reach, &s, drive);
        let currents = above_zero(|v| {
            let (h, dh) = self.knee(f64x2::splat(v));
            let [(screen, d_screen), (plate, d_plate)] = self.shares(f64x2::splat(v), h, dh);
            [(screen, d_screen), (plate, d_plate)]
                .map(|(i, di)| (i.to_array()[0], di.to_array()[0]))
        });
        law.shares([1, 2], [0, 1, 2], drive, &Arc::new(currents));
        law
    }

    /// Screen and plate current in parts of e^ex, with their slopes by the plate's voltage.
    #[inline]
    fn shares(&self, v: f64x2, h: f64x2, dh: f64x2) -> [(f64x2, f64x2); 2] {
        let (per_kg1, per_kg2) = (1.0 / self.kg1, 1.0 / self.kg2);
        let alpha = 1.0 - self.kg1 * (1.0 + self.alpha_s) * per_kg2;
        let share = alpha * per_kg1 + self.alpha_s * per_kg2;
        let screen = (h * self.alpha_s + 1.0) * per_kg2;
        let plate = v * (self.a * per_kg1) - h * share + (per_kg1 - per_kg2);
        [
            (screen, dh * (self.alpha_s * per_kg2)),
            (plate, -dh * share + self.a * per_kg1),
        ]
    }

    #[inline]
    pub(super) fn evaluate(
        &self,
        [v1, v_g2k, v_ak]: [f64x2; MAX_CONTROLS],
        response: &mut Response,
    ) {
        let (v2, dv2) = at_least(v_g2k, 0.0);
        let (v, dv) = at_least(v_ak, 0.0);
        let square = v2 * v2 + self.kvb;
        let per_root = f64x2::ONE / square.sqrt();
        let (s, ds) = softplus((v1 * per_root + 1.0 / self.mu) * self.kp);
        let (i, di) = power(v2 * s * (1.0 / self.kp), self.ex);
        let by_1 = v2 * ds * per_root;
        let by_2 = (s * (1.0 / self.kp) - by_1 * v1 * v2 / square) * dv2;

        let (h, dh) = self.knee(v);
        let [(screen, d_screen), (plate, d_plate)] = self.shares(v, h, dh);
        let (i_1, slope_1) = self.grid.current(v1);
        response.i = [i_1, i * screen, i * plate];
        response.g[0] = [slope_1, f64x2::ZERO, f64x2::ZERO];
        response.g[1] = [di * by_1 * screen, di * by_2 * screen, i * d_screen * dv];
        response.g[2] = [di * by_1 * plate, di * by_2 * plate, i * d_plate * dv];
    }
}
