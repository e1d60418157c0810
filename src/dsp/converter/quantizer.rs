//! Volts to whole steps of a converter.

use crate::units::Volts;
use wide::f64x2;
use wide::i32x4;

/// A rounding quantizer of so many bits that saturates, with dither if there is a seed. A lane is a channel.
///
/// ```text
/// code = round(v/step + dither), −2^(bits−1) … 2^(bits−1) − 1      step = 2·full_scale/2^bits
/// ```
///
/// The dither is triangular, two steps wide from end to end: it makes the error's mean and power independent of the
/// signal, for 4.77 dB more noise.
///
/// Source: S. P. Lipshitz, R. A. Wannamaker, J. Vanderkooy, "Quantization and dither: a theoretical survey", J. Audio Eng.
/// Soc. 40 (5), 1992.
#[derive(Clone, Debug)]
pub struct Quantizer {
    step: Volts,
    lowest: f64,
    highest: f64,
    seed: Option<u64>,
    counter: u64,
}

impl Quantizer {
    pub fn new(bits: u32, full_scale: Volts, seed: Option<u64>) -> Self {
        let half = 2f64.powi(bits as i32 - 1);
        Self {
            step: full_scale / half,
            lowest: -half,
            highest: half - 1.0,
            seed,
            counter: seed.unwrap_or(0),
        }
    }

    pub fn is_dithered(&self) -> bool {
        self.seed.is_some()
    }

    /// The same dither again.
    pub fn reset(&mut self) {
        self.counter = self.seed.unwrap_or(0);
    }

    /// Volts to the volts of the nearest code.
    pub fn quantize(&mut self, v: f64x2) -> f64x2 {
        let dither = if self.seed.is_some() {
            self.uniform() - self.uniform()
        } else {
            f64x2::ZERO
        };
        let code = (v / self.step + dither)
            .fast_max(f64x2::splat(self.lowest))
            .fast_min(f64x2::splat(self.highest));
        code.round() * self.step
    }

    /// Uniform in −½…½, each lane its own: a counter, scrambled.
    ///
    /// Source: SplitMix64, G. Steele, D. Lea, C. Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.
    fn uniform(&mut self) -> f64x2 {
        const TO_ONE: f64 = 1.0 / (1u64 << 32) as f64;
        self.counter = self.counter.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = self.counter;
        let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let z = z ^ (z >> 31);
        let lanes = i32x4::new([z as i32, (z >> 32) as i32, 0, 0]);
        f64x2::from_i32x4_lower2(lanes) * TO_ONE
    }
}
