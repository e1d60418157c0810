//! Triode after Dempwolf and Zölzer, with grid current.

use crate::devices::MAX_CONTROLS;
use crate::devices::Port;
use crate::devices::Response;
use crate::devices::law::Law;
use crate::devices::port;
use crate::devices::table::Table;
use std::sync::Arc;
use wide::f64x2;

/// Parameters of the law; the names are those of the subcircuit `triode_dz`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TriodeParameters {
    /// Perveance of the cathode current, in A/V^gamma.
    pub g: f64,
    pub mu: f64,
    pub gamma: f64,
    /// Sharpness of the cutoff, in 1/V.
    pub c: f64,
    /// Perveance of the grid current, in A/V^xi.
    pub gg: f64,
    pub xi: f64,
    /// Sharpness of the grid's onset, in 1/V.
    pub cg: f64,
    /// Grid current that always flows, in A.
    pub ig0: f64,
}

/// Currents of cathode and grid. As branches, the cathode's flows from the plate to the cathode and the grid's from the
/// grid to the plate, where it is missing.
///
/// ```text
/// I_k = g·(ln(1 + exp(c·(v_ak/mu + v_gk)))/c)^gamma      [A]
/// I_g = gg·(ln(1 + exp(cg·v_gk))/cg)^xi + ig0            [A]
/// I_a = I_k − I_g
/// ```
///
/// Each law is a function of one variable, so each is one table: 64 cells a volt, which for a 12AX7 is within
/// 1e-11 A of the formula, and at least 16 in 1/c, where the tail falls e-fold: its slope is within 2e-6 of itself.
/// Above 64 V of drive the tables go on as straight lines.
/// Not modelled: capacitances (they belong to the deck), heater, transit time.
///
/// Source: K. Dempwolf, U. Zölzer, "A physically-motivated triode model for circuit simulations", DAFx-11.
#[derive(Clone, Debug)]
pub struct Triode {
    pub parameters: TriodeParameters,
    one_over_mu: f64x2,
    cathode: Arc<Table>,
    grid: Arc<Table>,
}

const CELLS_PER_VOLT: f64 = 64.0;
const CELLS_PER_E_FOLD: f64 = 16.0;
/// Drive up to which the tables are curved.
const V_HIGH: f64 = 64.0;
/// ln(1 + exp(−36)) is 2e-16: below this the current is nothing.
const LOWEST_EXPONENT: f64 = -36.0;

impl Triode {
    pub const TERMINALS: [&'static str; 3] = ["a", "g", "k"];
    /// v_gk and v_ak.
    pub(super) const CONTROLS: [Port; 2] = [port(1, 2), port(0, 2)];
    /// Grid to plate, plate to cathode.
    pub(super) const BRANCHES: [Port; 2] = [port(1, 0), port(0, 2)];

    pub fn new(parameters: TriodeParameters) -> Self {
        let p = parameters;
        let grid = |x: f64| {
            let (i, slope) = softplus_power(x, p.cg, p.xi, p.gg);
            (i + p.ig0, slope)
        };
        let cathode = |x: f64| softplus_power(x, p.c, p.gamma, p.g);
        let table = |c: f64, power: f64, law: &dyn Fn(f64) -> (f64, f64)| {
            // Without a power the law is straight once its exponent is large.
            let is_straight = power == 1.0;
            let high = if is_straight {
                LOWEST_EXPONENT.abs() / c
            } else {
                V_HIGH
            };
            let cells = CELLS_PER_VOLT.max(CELLS_PER_E_FOLD * c);
            Table::new(LOWEST_EXPONENT / c, high.min(V_HIGH), cells, law)
        };
        Self {
            parameters,
            one_over_mu: f64x2::splat(1.0 / p.mu),
            cathode: Arc::new(table(p.c, p.gamma, &cathode)),
            grid: Arc::new(table(p.cg, p.xi, &grid)),
        }
    }

    /// The same tube, for another place in the circuit, sharing the tables.
    pub fn same(&self, parameters: &TriodeParameters) -> Option<Self> {
        (self.parameters == *parameters).then(|| self.clone())
    }

    pub(super) fn law(&self) -> Law {
        let mut law = Law::default();
        law.kernel(0, &self.grid, &[(0, 1.0)], 1.0);
        law.kernel(
            1,
            &self.cathode,
            &[(0, 1.0), (1, 1.0 / self.parameters.mu)],
            1.0,
        );
        law
    }

    #[inline(always)]
    pub(super) fn evaluate(&self, v: [f64x2; MAX_CONTROLS], response: &mut Response) {
        let [v_gk, v_ak, _] = v;
        let one_over_mu = self.one_over_mu;
        let (i_k, slope_k) = self.cathode.at(v_ak * one_over_mu + v_gk);
        let (i_g, slope_g) = self.grid.at(v_gk);
        response.i[0] = i_g;
        response.i[1] = i_k;
        response.g[0] = [slope_g, f64x2::ZERO, f64x2::ZERO];
        response.g[1] = [slope_k, slope_k * one_over_mu, f64x2::ZERO];
    }
}

/// `scale·(ln(1 + exp(c·x))/c)^power` and its slope.
fn softplus_power(x: f64, c: f64, power: f64, scale: f64) -> (f64, f64) {
    let z = c * x;
    let softplus = (z.max(0.0) + (-z.abs()).exp().ln_1p()) / c;
    let sigmoid = 1.0 / (1.0 + (-z).exp());
    if softplus <= 0.0 {
        return (0.0, 0.0);
    }
    let i = scale * softplus.powf(power);
    (i, power * i / softplus * sigmoid)
}

#[cfg(test)]
mod tests {
    use super::*;

    const RSD_1: TriodeParameters = TriodeParameters {
        g: 2.242e-3,
        mu: 103.2,
        gamma: 1.26,
        c: 3.40,
        gg: 6.177e-4,
        xi: 1.314,
        cg: 9.901,
        ig0: 8.025e-8,
    };

    /// Measured 8.7e-12 A (the grid's onset) over −4…2 V by 0…350 V.
    const TOL_CURRENT: f64 = 2.5e-11;
    /// Of central differences; measured 2.2e-13 S.
    const TOL_SLOPE: f64 = 6e-13;

    fn evaluate(tube: &Triode, v_gk: f64, v_ak: f64) -> Response {
        let mut response = Response::default();
        tube.evaluate(
            [f64x2::splat(v_gk), f64x2::splat(v_ak), f64x2::ZERO],
            &mut response,
        );
        response
    }

    #[test]
    fn tables_hold_to_the_equation() {
        let tube = Triode::new(RSD_1);
        let p = RSD_1;
        let mut worst = 0.0f64;
        for k in 0..600 {
            for a in 0..70 {
                let (v_gk, v_ak) = (-4.0 + 0.01003 * f64::from(k), 5.0 * f64::from(a));
                let i_k =
                    p.g * (((p.c * (v_ak / p.mu + v_gk)).exp() + 1.0).ln() / p.c).powf(p.gamma);
                let i_g = p.gg * (((p.cg * v_gk).exp() + 1.0).ln() / p.cg).powf(p.xi) + p.ig0;
                let response = evaluate(&tube, v_gk, v_ak);
                let errors = [
                    response.i[0].to_array()[0] - i_g,
                    response.i[1].to_array()[1] - i_k,
                ];
                assert!(errors.iter().all(|e| e.is_finite()));
                worst = errors.iter().fold(worst, |w, e| w.max(e.abs()));
            }
        }
        assert!(worst <= TOL_CURRENT, "{worst:e}");
    }

    #[test]
    fn slopes_are_those_of_the_currents() {
        let tube = Triode::new(RSD_1);
        let h = 1e-5;
        for (v_gk, v_ak) in [(-1.5, 200.0), (0.3, 100.0), (-3.0, 300.0), (1.0, 40.0)] {
            let at = |dg: f64, da: f64| evaluate(&tube, v_gk + dg, v_ak + da);
            let response = at(0.0, 0.0);
            for branch in 0..2 {
                let i = |r: Response| r.i[branch].to_array()[0];
                let by_grid = (i(at(h, 0.0)) - i(at(-h, 0.0))) / (2.0 * h);
                let by_plate = (i(at(0.0, h)) - i(at(0.0, -h))) / (2.0 * h);
                assert!((by_grid - response.g[branch][0].to_array()[0]).abs() <= TOL_SLOPE);
                assert!((by_plate - response.g[branch][1].to_array()[0]).abs() <= TOL_SLOPE);
            }
        }
    }
}
