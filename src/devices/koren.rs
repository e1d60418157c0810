//! Triode and pentode after Koren.

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
use crate::devices::table::Table;
use crate::units::Volts;
use std::sync::Arc;
use wide::f64x2;

/// Plate current of Koren's triode, and grid current.
///
/// ```text
/// e = v/kp·ln(1 + exp(kp·(1/mu + v_gk/√(kvb + v²)))),  v = max(v_ak, 0)    [V]
/// i_a = 2·e^ex/kg1                                                          [A]
/// ```
///
/// kg1 in V^ex/A, kvb in V². Not modelled: capacitances (they belong to the deck), heater, what the grid takes from the
/// plate.
///
/// Source: N. Koren, "Improved vacuum tube models for SPICE simulations", Glass Audio 8(5), 1996.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct KorenTriode {
    pub mu: f64,
    pub ex: f64,
    pub kg1: f64,
    pub kp: f64,
    pub kvb: f64,
    pub grid: Grid,
}

impl KorenTriode {
    pub const TERMINALS: [&'static str; 3] = ["a", "g", "k"];
    /// v_gk and v_ak.
    pub(super) const CONTROLS: [Port; 2] = [port(1, 2), port(0, 2)];
    /// Grid to cathode, plate to cathode.
    pub(super) const BRANCHES: [Port; 2] = [port(1, 2), port(0, 2)];

    /// On the tapes the plate current is `a(v)·s(z)`, z = kp/mu + v_gk·b(v), all tables.
    pub(super) fn law(&self) -> Law {
        let mut law = self.grid.law();
        let plate = law.drive_of_branch(1);
        let reach = Arc::new(reach(2.0 / self.kg1, self.ex, self.kp, self.kvb, 0.0));
        let s = Arc::new(softplus_power(self.ex));
        law.drive([0, 1], [self.kp / self.mu, 0.0], &reach, &s, plate);
        law
    }

    #[inline]
    pub(super) fn evaluate(&self, [v_gk, v_ak, _]: [f64x2; MAX_CONTROLS], response: &mut Response) {
        let (v, dv) = at_least(v_ak, 0.0);
        let square = v * v + self.kvb;
        let per_root = f64x2::ONE / square.sqrt();
        let (s, ds) = softplus((v_gk * per_root + 1.0 / self.mu) * self.kp);
        let (i, di) = power(v * s * (1.0 / self.kp), self.ex);
        let (i, di) = (i * (2.0 / self.kg1), di * (2.0 / self.kg1));
        let by_grid = v * ds * per_root;
        let by_plate = s * (1.0 / self.kp) - by_grid * v_gk * v / square;
        let (i_g, slope_g) = self.grid.current(v_gk);
        response.i[0] = i_g;
        response.i[1] = i;
        response.g[0] = [slope_g, f64x2::ZERO, f64x2::ZERO];
        response.g[1] = [di * by_grid, di * by_plate * dv, f64x2::ZERO];
    }
}

/// Plate and screen current of Koren's pentode, and grid current.
///
/// ```text
/// e = v2/kp·ln(1 + exp(kp·(1/mu + v_g1k/v2))),  v2 = max(v_g2k, 1 mV)       [V]
/// i_a = 2·e^ex/kg1·atan(v/kvb),  v = max(v_ak, 0)                           [A]
/// i_g2 = max(v_g1k + v2/mu, 0)^1.5/kg2                                      [A]
/// ```
///
/// kg1 in V^ex/A, kg2 in V^1.5/A, kvb in V. The screen current does not know the plate: no compression by the screen in
/// the knee. Not modelled: capacitances (they belong to the deck), heater, secondary emission.
///
/// Source: N. Koren, "Improved vacuum tube models for SPICE simulations", Glass Audio 8(5), 1996.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct KorenPentode {
    pub mu: f64,
    pub ex: f64,
    pub kg1: f64,
    pub kg2: f64,
    pub kp: f64,
    pub kvb: f64,
    pub grid: Grid,
}

/// A screen below this pulls no less: the law divides by its voltage.
const V_SCREEN_LOW: Volts = 1e-3;
/// Below this the tapes' law goes by the tube at this screen voltage.
const V_SCREEN_TABLED: Volts = 2.0;
/// Of the screen current's table.
const V_DRIVE_HIGH: Volts = 256.0;
const DRIVE_CELLS_PER_VOLT: f64 = 16.0;

impl KorenPentode {
    pub const TERMINALS: [&'static str; 4] = ["a", "g1", "g2", "k"];
    /// v_g1k, v_g2k and v_ak.
    pub(super) const CONTROLS: [Port; 3] = [port(1, 3), port(2, 3), port(0, 3)];
    /// Grid, screen and plate, each to the cathode.
    pub(super) const BRANCHES: [Port; 3] = [port(1, 3), port(2, 3), port(0, 3)];

    /// On the tapes the plate current is `a(v2)·s(z)·atan(v/kvb)`, z = kp/mu + v_g1k·b(v2), all tables, for screens above
    /// [`V_SCREEN_TABLED`].
    pub(super) fn law(&self) -> Law {
        let mut law = self.grid.law();
        let drive_of_screen = Table::above_zero(V_DRIVE_HIGH, DRIVE_CELLS_PER_VOLT, |v| {
            let root = v.sqrt() / self.kg2;
            [(v * root, 1.5 * root)]
        });
        let argument = [(0, 1.0), (1, 1.0 / self.mu)];
        law.kernel(1, &Arc::new(drive_of_screen), &argument, 1.0);
        let drive = law.hidden_drive();
        let reach = Arc::new(reach(
            2.0 / self.kg1,
            self.ex,
            self.kp,
            0.0,
            V_SCREEN_TABLED,
        ));
        let s = Arc::new(softplus_power(self.ex));
        law.drive([0, 1], [self.kp / self.mu, 0.0], &reach, &s, drive);
        let knee = above_zero(|v| {
            let u = v / self.kvb;
            [(u.atan(), 1.0 / (self.kvb * (u * u + 1.0)))]
        });
        law.shares([2], [0, 1, 2], drive, &Arc::new(knee));
        law
    }

    #[inline]
    pub(super) fn evaluate(
        &self,
        [v1, v_g2k, v_ak]: [f64x2; MAX_CONTROLS],
        response: &mut Response,
    ) {
        let (v2, dv2) = at_least(v_g2k, V_SCREEN_LOW);
        let (v, dv) = at_least(v_ak, 0.0);
        let ratio = v1 / v2;
        let (s, ds) = softplus((ratio + 1.0 / self.mu) * self.kp);
        let (i, di) = power(v2 * s * (1.0 / self.kp), self.ex);
        let (i, di) = (i * (2.0 / self.kg1), di * (2.0 / self.kg1));
        let u = v * (1.0 / self.kvb);
        let (h, dh) = (u.atan(), dv * (1.0 / self.kvb) / (u * u + 1.0));
        let (drive, open) = at_least(v1 + v2 * (1.0 / self.mu), 0.0);
        let root = drive.sqrt() * (1.0 / self.kg2);
        let slope_2 = root * open * 1.5;
        let (i_1, slope_1) = self.grid.current(v1);
        response.i = [i_1, drive * root, i * h];
        response.g[0] = [slope_1, f64x2::ZERO, f64x2::ZERO];
        response.g[1] = [slope_2, slope_2 * dv2 * (1.0 / self.mu), f64x2::ZERO];
        response.g[2] = [
            di * ds * h,
            di * (s * (1.0 / self.kp) - ds * ratio) * dv2 * h,
            i * dh,
        ];
    }
}
