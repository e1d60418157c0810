//! Noise that is heard: random currents at the ends of the parts that make most of it.
//!
//! The circuit itself filters them, so knobs, loading and clipping do to the noise what they do to a signal. Which
//! parts are worth it is what the adjoint analysis says.
//!
//! ```text
//! i = √S·w·u,   u uniform in −1…1,   w = √(3·f/2)      S: density in A²/Hz, f: steps a second
//! ```
//!
//! A uniform number has a third of its half-width's square as power; spread over 0…f/2 that is S.

mod pink;

use crate::circuit::equations::State;
use crate::circuit::equations::Unknown;
use crate::circuit::error::CircuitError;
use crate::circuit::expression::Expression;
use crate::circuit::hiss::pink::Pink;
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
    random: Random,
    currents: Vec<Current>,
}

#[derive(Clone, Debug)]
struct Current {
    /// In A²/Hz.
    white: Expression,
    /// Root of the white density, in A/√Hz.
    root: f64,
    pink: Option<Pink>,
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
        let mut currents = Vec::new();
        for source in dominant_noise(point, probe, &noise.positions, &FREQUENCIES)? {
            let (p, n) = source.ends;
            let ends = [(p, 1.0), (n, -1.0)];
            point.equations.states.push(State {
                right_side: ends
                    .into_iter()
                    .filter_map(|(end, sign)| Some((end?, sign)))
                    .collect(),
                terms: Vec::new(),
            });
            currents.push(Current {
                white: source.white,
                root: 0.0,
                pink: (source.flicker > 0.0).then(|| Pink::new(source.flicker, rate)),
            });
        }
        let mut hiss = Self {
            seed: noise.seed,
            random: Random::new(noise.seed, rate),
            currents,
        };
        hiss.follow(&point.netlist().live);
        Ok(hiss)
    }

    /// Number of currents.
    pub fn len(&self) -> usize {
        self.currents.len()
    }

    pub fn reset(&mut self) {
        self.random.counter = self.seed;
        self.currents
            .iter_mut()
            .filter_map(|current| current.pink.as_mut())
            .for_each(Pink::reset);
    }

    /// Densities at these positions of the live parameters. Never allocates.
    pub fn follow(&mut self, live: &[f64]) {
        for current in &mut self.currents {
            let white =
                current.white.value(live) + current.pink.as_ref().map_or(0.0, |pink| pink.white);
            if white.is_finite() {
                current.root = white.max(0.0).sqrt();
            }
        }
    }

    /// The currents of the next step, in A; each lane has its own.
    #[inline]
    pub fn tick(&mut self, to: &mut [f64x2]) {
        let Self {
            random, currents, ..
        } = self;
        for (to, current) in to.iter_mut().zip(currents) {
            *to = random.white() * f64x2::splat(current.root);
            if let Some(pink) = &mut current.pink {
                *to += pink.tick(|| random.white());
            }
        }
    }
}

/// Where chance comes from: a counter, scrambled.
#[derive(Clone, Copy, Debug)]
struct Random {
    counter: u64,
    half_width: f64x2,
}

impl Random {
    fn new(seed: u64, rate: Hertz) -> Self {
        /// A whole number of 32 bits in units of −1…1.
        const TO_ONE: f64 = 1.0 / (1u64 << 31) as f64;
        Self {
            counter: seed,
            half_width: f64x2::splat(TO_ONE * (1.5 * rate).sqrt()),
        }
    }

    /// White noise of 1 A²/Hz, each lane its own.
    #[inline]
    fn white(&mut self) -> f64x2 {
        self.counter = self.counter.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let bits = scramble(self.counter);
        let lanes = i32x4::new([bits as i32, (bits >> 32) as i32, 0, 0]);
        f64x2::from_i32x4_lower2(lanes) * self.half_width
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
