//! Noise that is heard: random currents at the ends of the parts that make most of it.
//!
//! The circuit itself filters them, so knobs, loading and clipping do to the noise what they do to a signal. Which
//! parts are worth it is what the adjoint analysis says.
//!
//! ```text
//! i = w·u,   u uniform in −1…1,   w = √(3·S·f/2)      S: density in A²/Hz, f: steps a second
//! ```
//!
//! A uniform number has a third of its half-width's square as power; spread over 0…f/2 that is S.

use crate::circuit::equations::State;
use crate::circuit::equations::Unknown;
use crate::circuit::error::CircuitError;
use crate::circuit::expression::Expression;
use crate::circuit::operating_point::OperatingPoint;
use crate::circuit::small_signal::dominant_noise;
use crate::units::Hertz;
use wide::f64x2;
use wide::i32x4;

/// Noise wanted in a solver's signal.
#[derive(Clone, Debug)]
pub struct Noise {
    /// The same seed gives the same noise, from reset on.
    pub seed: u64,
    /// Positions of the live parameters at which the noise has to be right.
    pub positions: Vec<Vec<f64>>,
}

/// The random currents of one solver.
#[derive(Clone, Debug)]
pub struct Hiss {
    seed: u64,
    random: u64,
    densities: Vec<Expression>,
    /// w of each current.
    half_widths: Vec<f64x2>,
    rate: Hertz,
}

/// Where the sources are compared, two in a decade, in Hz.
const FREQUENCIES: [Hertz; 7] = [20.0, 60.0, 200.0, 600.0, 2e3, 6e3, 20e3];

impl Hiss {
    /// Adds to `point` a place on the right side for each current that is heard at `probe`; they are its last states.
    pub fn inject(
        point: &mut OperatingPoint,
        probe: Unknown,
        noise: &Noise,
        rate: Hertz,
    ) -> Result<Self, CircuitError> {
        let sources = dominant_noise(point, probe, &noise.positions, &FREQUENCIES)?;
        for source in &sources {
            let (p, n) = source.ends;
            let ends = [(p, 1.0), (n, -1.0)];
            point.equations.states.push(State {
                right_side: ends
                    .into_iter()
                    .filter_map(|(end, sign)| Some((end?, sign)))
                    .collect(),
                terms: Vec::new(),
            });
        }
        let mut hiss = Self {
            seed: noise.seed,
            random: noise.seed,
            half_widths: vec![f64x2::ZERO; sources.len()],
            densities: sources.into_iter().map(|source| source.white).collect(),
            rate,
        };
        hiss.follow(&point.netlist().live);
        Ok(hiss)
    }

    /// Number of currents.
    pub fn len(&self) -> usize {
        self.densities.len()
    }

    pub fn reset(&mut self) {
        self.random = self.seed;
    }

    /// Densities at these positions of the live parameters. Never allocates.
    pub fn follow(&mut self, live: &[f64]) {
        for (half_width, density) in self.half_widths.iter_mut().zip(&self.densities) {
            let w = (1.5 * self.rate * density.value(live)).sqrt();
            if w.is_finite() {
                *half_width = f64x2::splat(w);
            }
        }
    }

    /// The currents of the next step, in A; each lane has its own.
    #[inline]
    pub fn tick(&mut self, currents: &mut [f64x2]) {
        const TO_ONE: f64 = 1.0 / (1u64 << 31) as f64;
        for (current, half_width) in currents.iter_mut().zip(&self.half_widths) {
            self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let bits = scramble(self.random);
            let lanes = i32x4::new([bits as i32, (bits >> 32) as i32, 0, 0]);
            *current = f64x2::from_i32x4_lower2(lanes) * f64x2::splat(TO_ONE) * *half_width;
        }
    }
}

/// SplitMix64's output function: each bit depends on all.
///
/// Source: G. Steele, D. Lea, C. Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.
#[inline]
fn scramble(counter: u64) -> u64 {
    let z = (counter ^ (counter >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
