//! Small-signal response around the operating point.

use crate::circuit::dense::Matrix;
use crate::circuit::equations::unknown;
use crate::circuit::error::CircuitError;
use crate::circuit::operating_point::OperatingPoint;
use crate::circuit::operating_point::respond;
use crate::units::Hertz;
use realfft::num_complex::Complex;
use std::f64::consts::TAU;

/// Response of node `probe` to 1 V at the input, at each frequency: (G + jωC + slopes)·x = input.
pub fn small_signal(
    point: &OperatingPoint,
    probe: &str,
    frequencies: &[Hertz],
) -> Result<Vec<Complex<f64>>, CircuitError> {
    let equations = &point.equations;
    let probe = unknown(point.netlist().node(probe)?);
    let (input, _) = point.input()?;
    let values = equations.values_at(&point.netlist().live);
    let responses: Vec<_> = equations
        .devices
        .iter()
        .map(|placed| respond(placed, &point.x))
        .collect();
    let at = |hz: Hertz| {
        let s = Complex::new(0.0, TAU * hz);
        let mut matrix = Matrix::zero(equations.size);
        equations.linear(&values, 0.0, |row, col, value| {
            matrix.add(row, col, value.into())
        });
        for stamp in equations.stamps.iter().filter(|stamp| stamp.is_reactive) {
            matrix.add(stamp.row, stamp.col, s * stamp.factor * values[stamp.value]);
        }
        for (placed, response) in equations.devices.iter().zip(&responses) {
            for (branch, (p, n)) in placed.branches.iter().enumerate() {
                for (control, (cp, cn)) in placed.controls.iter().enumerate() {
                    let (g, c) = (response.g[branch][control], response.c[branch][control]);
                    let y = s * c.to_array()[0] + g.to_array()[0];
                    for (row, row_sign) in [(p, 1.0), (n, -1.0)] {
                        for (col, col_sign) in [(cp, 1.0), (cn, -1.0)] {
                            if let (Some(row), Some(col)) = (row, col) {
                                matrix.add(*row, *col, y * (row_sign * col_sign));
                            }
                        }
                    }
                }
            }
        }
        let mut x = vec![Complex::default(); equations.size];
        x[input] = Complex::new(1.0, 0.0);
        let singular = |col: usize| {
            CircuitError::new(format!(
                "no small-signal solution at {hz} Hz: `{}` is not tied down",
                equations.names[col]
            ))
        };
        matrix.solve(&mut x).map_err(singular)?;
        Ok(probe.map_or(Complex::default(), |k| x[k]))
    };
    frequencies.iter().map(|hz| at(*hz)).collect()
}
