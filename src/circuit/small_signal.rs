//! Small-signal response and noise around the operating point.

use crate::circuit::dense::Matrix;
use crate::circuit::equations::Unknown;
use crate::circuit::equations::for_each_entry;
use crate::circuit::equations::unknown;
use crate::circuit::error::CircuitError;
use crate::circuit::expression::Expression;
use crate::circuit::netlist::Kind;
use crate::circuit::operating_point::OperatingPoint;
use crate::circuit::operating_point::respond;
use crate::devices::Answer;
use crate::devices::Terminal;
use crate::devices::behavioural::Function;
use crate::devices::thermal;
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
    let linearised = Linearised::new(point, &point.netlist().live);
    let at = |hz: &Hertz| {
        let mut x = vec![Complex::default(); linearised.size()];
        x[input] = Complex::new(1.0, 0.0);
        linearised.solve(linearised.matrix(*hz), *hz, &mut x)?;
        Ok(read(&x, probe))
    };
    frequencies.iter().map(at).collect()
}

/// Impedance of node `node` to ground, in Ω, at each frequency: the voltage there to 1 A into it, the input at rest.
pub fn driving_point(
    point: &OperatingPoint,
    node: &str,
    frequencies: &[Hertz],
) -> Result<Vec<Complex<f64>>, CircuitError> {
    let node = unknown(point.netlist().node(node)?);
    let linearised = Linearised::new(point, &point.netlist().live);
    let at = |hz: &Hertz| {
        let mut x = vec![Complex::default(); linearised.size()];
        if let Some(node) = node {
            x[node] = Complex::new(1.0, 0.0);
        }
        linearised.solve(linearised.matrix(*hz), *hz, &mut x)?;
        Ok(read(&x, node))
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
/// (transposed) equations. Tubes and op-amps are noiseless, as in ngspice their sources are.
///
/// Source: R. Rohrer, L. Nagel, R. Meyer, L. Weber, "Computationally efficient electronic-circuit noise calculations",
/// IEEE JSSC 6(4), 1971.
pub fn output_noise(
    point: &OperatingPoint,
    probe: &str,
    frequencies: &[Hertz],
) -> Result<Vec<f64>, CircuitError> {
    let probe = unknown(point.netlist().node(probe)?);
    let sources = noise_sources(point);
    let live = &point.netlist().live;
    let linearised = Linearised::new(point, live);
    let total = |hz: &Hertz| {
        let parts = linearised.noise(&sources, live, probe, *hz)?;
        Ok(parts.iter().sum::<f64>().sqrt())
    };
    frequencies.iter().map(total).collect()
}

/// The few noise sources that make all but [`UNHEARD`] of the noise power at `probe`, at each of these frequencies
/// and each of these positions of the live parameters.
pub fn dominant_noise(
    point: &OperatingPoint,
    probe: Unknown,
    positions: &[Vec<f64>],
    frequencies: &[Hertz],
) -> Result<Vec<NoiseSource>, CircuitError> {
    let sources = noise_sources(point);
    let mut is_heard = vec![false; sources.len()];
    for live in positions {
        let linearised = Linearised::new(point, live);
        for hz in frequencies {
            let parts = linearised.noise(&sources, live, probe, *hz)?;
            let mut left = parts.iter().sum::<f64>() * (1.0 - UNHEARD);
            let mut by_power: Vec<usize> = (0..parts.len()).collect();
            by_power.sort_by(|a, b| parts[*b].total_cmp(&parts[*a]));
            for index in by_power {
                if left <= 0.0 {
                    break;
                }
                left -= parts[index];
                is_heard[index] = true;
            }
        }
    }
    let heard = sources.into_iter().zip(is_heard);
    Ok(heard
        .filter_map(|(source, is_heard)| is_heard.then_some(source))
        .collect())
}

/// Share of the noise power that may be left out: 0.04 dB.
const UNHEARD: f64 = 0.01;

/// A noise current between two ends, of density `white + flicker/f`.
#[derive(Clone, Debug)]
pub struct NoiseSource {
    pub ends: (Unknown, Unknown),
    /// In A²/Hz; of live parameters where it stands for a resistor that is a knob.
    pub white: Expression,
    /// In A².
    pub flicker: f64,
}

fn read(x: &[Complex<f64>], unknown: Unknown) -> Complex<f64> {
    unknown.map_or(Complex::default(), |k| x[k])
}

/// Every noise current at the operating point.
fn noise_sources(point: &OperatingPoint) -> Vec<NoiseSource> {
    let t = point.netlist().temperature;
    let mut sources = Vec::new();
    let mut placed = point.equations.devices.iter();
    for element in &point.netlist().elements {
        match &element.kind {
            Kind::Conductance { a, b, siemens } => sources.push(NoiseSource {
                ends: (unknown(*a), unknown(*b)),
                white: Expression::call(
                    Function::Multiply,
                    [Expression::Number(thermal(t, 1.0)), siemens.clone()],
                ),
                flicker: 0.0,
            }),
            Kind::Device { device, nodes } => {
                let Some(placed) = placed.next() else {
                    break;
                };
                let end = |terminal: Terminal| match terminal {
                    Terminal::Pin(pin) => unknown(nodes[pin]),
                    Terminal::Ground => None,
                };
                for current in device.noise_currents(&respond(placed, &point.x), t) {
                    sources.push(NoiseSource {
                        ends: (end(current.port.0), end(current.port.1)),
                        white: Expression::Number(current.white),
                        flicker: current.flicker,
                    });
                }
            }
            // Laws are noiseless, as they are in ngspice.
            Kind::Behavioural { .. } => {
                placed.next();
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
    fn new(point: &'a OperatingPoint, live: &[f64]) -> Self {
        let devices = &point.equations.devices;
        Self {
            point,
            values: point.equations.values_at(live),
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

    /// Power of each source at `probe`, in V²/Hz.
    fn noise(
        &self,
        sources: &[NoiseSource],
        live: &[f64],
        probe: Unknown,
        hz: Hertz,
    ) -> Result<Vec<f64>, CircuitError> {
        let mut y = vec![Complex::default(); self.size()];
        if let Some(probe) = probe {
            y[probe] = Complex::new(1.0, 0.0);
        }
        self.solve(self.matrix(hz).transposed(), hz, &mut y)?;
        let power = |source: &NoiseSource| {
            let (p, n) = source.ends;
            let density = source.white.value(live) + source.flicker / hz;
            (read(&y, p) - read(&y, n)).norm_sqr() * density
        };
        Ok(sources.iter().map(power).collect())
    }

    /// Solves in place of `x`, refined once: the pivots that fill least are not the most exact.
    fn solve(
        &self,
        matrix: Matrix<Complex<f64>>,
        hz: Hertz,
        x: &mut [Complex<f64>],
    ) -> Result<(), CircuitError> {
        let singular = |col: usize| {
            let (file, name) = (&self.point.netlist().file, &self.point.equations.names[col]);
            CircuitError::new(format!(
                "{file}: no small-signal solution at {hz} Hz: `{name}` is not tied down"
            ))
        };
        let right_side = x.to_vec();
        let factored = matrix.clone().factored().map_err(singular)?;
        factored.solve(x);
        let mut left = matrix.left_over(x, &right_side);
        factored.solve(&mut left);
        x.iter_mut().zip(left).for_each(|(x, more)| *x += more);
        Ok(())
    }
}
