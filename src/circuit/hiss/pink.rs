//! 1/f noise as a sum of Lorentzians.
//!
//! ```text
//! k/f ≈ Σ c·k/f_j / (1 + (f/f_j)²) + c·k/f_n·r/(r − 1),   f_j = r^j Hz for j < n,   c = 2·ln(r)/π
//! ```
//!
//! Each is white noise through a pole of its own; those above the last pole are white as far as is heard. With a pole
//! every [`RATIO`] the sum waves by 0.15 dB.

use crate::units::Hertz;
use std::f64::consts::FRAC_2_PI;
use std::f64::consts::TAU;
use wide::f64x2;

const RATIO: f64 = 8.0;
const POLES: i32 = 6;

/// One current with 1/f noise.
#[derive(Clone, Debug)]
pub struct Pink {
    /// What the poles above the last make, in A²/Hz.
    pub white: f64,
    poles: [Pole; POLES as usize],
}

#[derive(Clone, Copy, Debug)]
struct Pole {
    /// Density below the pole, in A²/Hz.
    density: f64,
    /// Part of the way that is made in a step.
    share: f64,
    i: f64x2,
}

impl Pink {
    /// Noise of density `flicker`/f, `flicker` in A², at `rate` steps a second.
    pub fn new(flicker: f64, rate: Hertz) -> Self {
        let c = FRAC_2_PI * RATIO.ln();
        let pole = |j: usize| {
            let corner = RATIO.powi(j as i32);
            Pole {
                density: c * flicker / corner,
                share: 1.0 - (-TAU * corner / rate).exp(),
                i: f64x2::ZERO,
            }
        };
        Self {
            white: c * flicker / RATIO.powi(POLES) * RATIO / (RATIO - 1.0),
            poles: std::array::from_fn(pole),
        }
    }

    pub fn reset(&mut self) {
        self.poles.iter_mut().for_each(|pole| pole.i = f64x2::ZERO);
    }

    /// Current of the next step; `white` draws noise of 1 A²/Hz.
    pub fn tick(&mut self, mut white: impl FnMut() -> f64x2) -> f64x2 {
        let mut sum = f64x2::ZERO;
        for pole in &mut self.poles {
            let noise = white() * f64x2::splat(pole.density.sqrt());
            pole.i += (noise - pole.i) * f64x2::splat(pole.share);
            sum += pole.i;
        }
        sum
    }
}
