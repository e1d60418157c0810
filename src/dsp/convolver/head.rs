//! The taps that are due at once.

use wide::f64x2;

/// Taps that are convolved directly.
pub const HEAD: usize = 64;

/// Direct convolution with up to [`HEAD`] taps.
#[derive(Clone, Debug)]
pub struct Head {
    /// The last tap first.
    taps: [f64x2; HEAD],
    /// Each input twice, [`HEAD`] apart, so that the last ones always lie in one piece.
    inputs: [f64x2; 2 * HEAD],
    /// Of the oldest input.
    at: usize,
}

impl Head {
    pub fn new(taps: &[f64x2]) -> Self {
        let mut reversed = [f64x2::ZERO; HEAD];
        for (place, tap) in reversed.iter_mut().rev().zip(taps) {
            *place = *tap;
        }
        Self {
            taps: reversed,
            inputs: [f64x2::ZERO; 2 * HEAD],
            at: 0,
        }
    }

    pub fn reset(&mut self) {
        self.inputs = [f64x2::ZERO; 2 * HEAD];
        self.at = 0;
    }

    #[inline]
    pub fn tick(&mut self, x: f64x2) -> f64x2 {
        self.inputs[self.at] = x;
        self.inputs[self.at + HEAD] = x;
        self.at = (self.at + 1) % HEAD;
        let window = &self.inputs[self.at..self.at + HEAD];
        // Four sums, so that an addition need not wait for the one before.
        let mut sums = [f64x2::ZERO; 4];
        for (taps, inputs) in self.taps.chunks_exact(4).zip(window.chunks_exact(4)) {
            for (sum, (tap, input)) in sums.iter_mut().zip(taps.iter().zip(inputs)) {
                *sum += *tap * *input;
            }
        }
        (sums[0] + sums[1]) + (sums[2] + sums[3])
    }
}
