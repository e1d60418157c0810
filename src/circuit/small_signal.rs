//! Small-signal response and noise around the operating point.

use crate::circuit::dense::Matrix;
use crate::circuit::equations::Unknown;
use crate::circuit::equations::for_each_entry;
use crate::circuit::equations::unknown;
use crate::circuit::error::CircuitError;
use crate::circuit::netlist::Kind;
use crate::circuit::operating_point::OperatingPoint;
use crate::circuit::operating_point::respond;
use crate::devices::Answer;
use crate::devices::FOUR_KT;
use crate::devices::Terminal;
use crate::units::Hertz;
use realfft::num_complex::Complex;
use std::f64::consts::TAU;

/// Response of node `probe` to 1 V at the input, at each frequency: (G + jωC + slopes)·x = input.
pub fn small_signal(
    point: &OperatingPoint,
    probe: &str,
    frequencies: &[Hertz],
) -> Result<Vec<Complex<f64>>, CircuitError> {
    let probe = unknown(point.netlist().node(probe)?);
    let (input, _) = point.input()?;
    let linearised = Linearised::new(point);
    let at = |hz: &Hertz| {
        let mut x = vec![Complex::default(); linearised.size()];
        x[input] = Complex::new(1.0, 0.0);
        let mut matrix = linearised.matrix(*hz);
        matrix
            .solve(&mut x)
            .map_err(|col| linearised.singular(*hz, col))?;
        Ok(read(&x, probe))
    };
    frequencies.iter().map(at).collect()
}

/// Noise density at node `probe`, in V/√Hz, at each frequency.
///
/// ```text
/// S = Σ |z_k|²·S_k,   S_k = 4·kT/R for a resistor, for devices see `devices/noise.rs`     [V²/Hz]
/// ```
///
/// z_k, the transfer from a current between the ends of source k to the probe, comes from one solution of the adjoint
/// (transposed) equations. Left out: 1/f noise; tubes and op-amps are noiseless, as in ngspice their sources are.
///
/// Source: R. Rohrer, L. Nagel, R. Meyer, L. Weber, "Computationally efficient electronic-circuit noise calculations",
/// IEEE JSSC 6(4), 1971.
pub fn output_noise(
    point: &OperatingPoint,
    probe: &str,
    frequencies: &[Hertz],
) -> Result<Vec<f64>, CircuitError> {
    let probe = unknown(point.netlist().node(probe)?);
    let linearised = Linearised::new(point);
    let sources = noise_sources(point, &linearised.answers);
    let at = |hz: &Hertz| {
        let mut y = vec![Complex::default(); linearised.size()];
        if let Some(probe) = probe {
            y[probe] = Complex::new(1.0, 0.0);
        }
        let mut matrix = linearised.matrix(*hz).transposed();
        matrix
            .solve(&mut y)
            .map_err(|col| linearised.singular(*hz, col))?;
        let transfer = |(p, n): (Unknown, Unknown)| (read(&y, p) - read(&y, n)).norm_sqr();
        Ok(sources
            .iter()
            .map(|(ends, density)| transfer(*ends) * density)
            .sum::<f64>()
            .sqrt())
    };
    frequencies.iter().map(at).collect()
}

fn read(x: &[Complex<f64>], unknown: Unknown) -> Complex<f64> {
    unknown.map_or(Complex::default(), |k| x[k])
}

/// Every noise current with its ends and its density in A²/Hz.
fn noise_sources(point: &OperatingPoint, answers: &[Answer]) -> Vec<((Unknown, Unknown), f64)> {
    let netlist = point.netlist();
    let mut sources = Vec::new();
    let mut answers = answers.iter();
    for element in &netlist.elements {
        match &element.kind {
            Kind::Conductance { a, b, siemens } => {
                let density = FOUR_KT * netlist.start(siemens);
                sources.push(((unknown(*a), unknown(*b)), density));
            }
            Kind::Device { device, nodes } => {
                let Some(answer) = answers.next() else {
                    break;
                };
                let end = |terminal: Terminal| match terminal {
                    Terminal::Pin(pin) => unknown(nodes[pin]),
                    Terminal::Ground => None,
                };
                for ((from, to), density) in device.noise_currents(answer) {
                    sources.push(((end(from), end(to)), density));
                }
            }
            _ => {}
        }
    }
    sources
}

/// A circuit straightened at its operating point.
struct Linearised<'a> {
    point: &'a OperatingPoint,
    values: Vec<f64>,
    answers: Vec<Answer>,
}

impl<'a> Linearised<'a> {
    fn new(point: &'a OperatingPoint) -> Self {
        let devices = &point.equations.devices;
        Self {
            point,
            values: point.equations.values_at(&point.netlist().live),
            answers: devices
                .iter()
                .map(|placed| respond(placed, &point.x))
                .collect(),
        }
    }

    fn size(&self) -> usize {
        self.point.equations.size
    }

    fn matrix(&self, hz: Hertz) -> Matrix<Complex<f64>> {
        let equations = &self.point.equations;
        let s = Complex::new(0.0, TAU * hz);
        let mut matrix = Matrix::zero(equations.size);
        for stamp in &equations.stamps {
            let value = Complex::from(stamp.factor * self.values[stamp.value]);
            matrix.add(
                stamp.row,
                stamp.col,
                if stamp.is_reactive { s * value } else { value },
            );
        }
        for (placed, answer) in equations.devices.iter().zip(&self.answers) {
            for (branch, ends) in placed.branches.iter().enumerate() {
                for (control, across) in placed.controls.iter().enumerate() {
                    let y = s * answer.c(branch, control) + answer.g(branch, control);
                    for_each_entry(*ends, *across, |row, col, sign| {
                        matrix.add(row, col, y * sign)
                    });
                }
            }
        }
        matrix
    }

    fn singular(&self, hz: Hertz, col: usize) -> CircuitError {
        let (file, name) = (&self.point.netlist().file, &self.point.equations.names[col]);
        CircuitError::new(format!(
            "{file}: no small-signal solution at {hz} Hz: `{name}` is not tied down"
        ))
    }
}
