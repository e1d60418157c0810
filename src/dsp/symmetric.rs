//! One doubling or halving of the rate that delays every frequency alike.

use crate::dsp::delay::Delay;
use crate::dsp::equiripple::half_band;
use crate::dsp::halfband::Resampler;
use wide::f64x2;

/// Taps on either side of the longest filter.
const MAX_SIDE: usize = 17;

/// A symmetric half-band in polyphase form: one branch is a filter of 2·N taps, the other the middle tap alone. A lane
/// is a channel.
#[derive(Clone, Debug)]
pub struct Symmetric<const N: usize> {
    /// From the middle outwards.
    sides: [f64x2; N],
    /// The last 2·N samples, twice, so that they lie in a row from wherever they begin.
    line: [[f64x2; N]; 4],
    at: usize,
    /// When halving, the other sample of each pair on its way to the middle tap.
    middle: Delay<MAX_SIDE>,
}

impl<const N: usize> Symmetric<N> {
    /// `pass` is the edge of the pass-band in cycles per sample of the higher rate, below ¼.
    pub fn new(pass: f64) -> Self {
        Self {
            sides: half_band::<N>(pass).map(f64x2::splat),
            line: [[f64x2::ZERO; N]; 4],
            at: 0,
            middle: Delay::new(N - 1),
        }
    }

    /// Takes a sample in; the filtered branch, and the sample that is at the middle tap.
    #[inline(always)]
    fn branches(&mut self, x: f64x2) -> [f64x2; 2] {
        let line = self.line.as_flattened_mut();
        line[self.at] = x;
        line[self.at + 2 * N] = x;
        self.at = (self.at + 1) % (2 * N);
        let window = &line[self.at..self.at + 2 * N];
        let (older, newer) = window.split_at(N);
        let pairs = older.iter().rev().zip(newer);
        let sum = pairs
            .zip(&self.sides)
            .fold(f64x2::ZERO, |sum, ((a, b), side)| sum + *side * (*a + *b));
        [sum, newer[0]]
    }
}

impl<const N: usize> Resampler for Symmetric<N> {
    fn settle(&mut self, x: f64x2) {
        self.line = [[x; N]; 4];
        self.at = 0;
        self.middle.settle(x);
    }

    /// The same at every frequency: 2·N − 1 samples of the higher rate.
    fn delay(&self) -> f64 {
        (2 * N - 1) as f64
    }

    fn double(&mut self, x: &mut [f64x2]) {
        let n = x.len() / 2;
        x.copy_within(..n, n);
        for i in 0..n {
            let [filtered, middle] = self.branches(x[n + i]);
            [x[2 * i], x[2 * i + 1]] = [filtered * 2.0, middle];
        }
    }

    fn halve(&mut self, x: &mut [f64x2]) {
        for i in 0..x.len() / 2 {
            let [filtered, _] = self.branches(x[2 * i + 1]);
            x[i] = filtered + self.middle.tick(x[2 * i]) * 0.5;
        }
    }
}
