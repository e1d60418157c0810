//! The input pair of the reduced Boyle op-amp.

use crate::devices::MAX_CONTROLS;
use crate::devices::Port;
use crate::devices::Response;
use crate::devices::Terminal;
use crate::devices::law::Law;
use crate::devices::port;
use crate::devices::table::Table;
use crate::units::Amps;
use crate::units::Siemens;
use crate::units::Volts;
use std::sync::Arc;
use std::sync::LazyLock;
use wide::f64x2;

/// Current into the output node from ground.
///
/// ```text
/// i = imax·tanh(gm·v_d/imax)     [A], v_d from inp to inn
/// ```
///
/// With the compensation capacitor C at its output, gm/(2πC) is the gain-bandwidth product and imax/C the slew rate.
/// tanh is a table of 128 cells a unit: within 4e-11 of the function. Beyond ±20 it is flat.
///
/// Source: G. R. Boyle et al., "Macromodeling of integrated circuit operational amplifiers", IEEE JSSC 9(6), 1974,
/// reduced to its saturating pair.
#[derive(Clone, Debug)]
pub struct DiffPair {
    gm: Siemens,
    imax: Amps,
    /// gm/imax, in 1/V.
    one_over_scale: f64,
    tanh: Arc<Table>,
}

static TANH: LazyLock<Arc<Table>> = LazyLock::new(|| {
    Arc::new(Table::new(-20.0, 20.0, 128.0, |x| {
        (x.tanh(), 1.0 / x.cosh().powi(2))
    }))
});

impl DiffPair {
    pub const TERMINALS: [&'static str; 3] = ["inp", "inn", "out"];
    pub(super) const CONTROLS: [Port; 1] = [port(0, 1)];
    pub(super) const BRANCHES: [Port; 1] = [(Terminal::Ground, Terminal::Pin(2))];

    pub fn new(gm: Siemens, imax: Amps) -> Self {
        Self {
            gm,
            imax,
            one_over_scale: gm / imax,
            tanh: TANH.clone(),
        }
    }

    /// The differential voltage at which the pair would saturate if it were straight.
    pub(super) fn v_scale(&self) -> Volts {
        self.imax / self.gm
    }

    pub(super) fn law(&self) -> Law {
        let mut law = Law::default();
        law.kernel(0, &self.tanh, &[(0, self.one_over_scale)], self.imax);
        law
    }

    #[inline(always)]
    pub(super) fn evaluate(&self, v: [f64x2; MAX_CONTROLS], response: &mut Response) {
        let (value, slope) = self.tanh.at(v[0] * self.one_over_scale);
        response.i[0] = value * self.imax;
        response.g[0][0] = slope * self.gm;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Measured 4.0e-11 of imax.
    const TOL: f64 = 1.1e-10;

    #[test]
    fn saturates_as_tanh() {
        let (gm, imax) = (282.8e-6, 195e-6);
        let pair = DiffPair::new(gm, imax);
        for n in -300..300 {
            let v = f64::from(n) * 0.0101;
            let mut response = Response::default();
            pair.evaluate([f64x2::splat(v), f64x2::ZERO, f64x2::ZERO], &mut response);
            let expected = imax * (gm * v / imax).tanh();
            assert!((response.i[0].to_array()[0] - expected).abs() <= TOL * imax);
        }
    }
}
