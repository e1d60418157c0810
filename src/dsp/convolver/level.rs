//! The taps of one block length, convolved by FFT.

use realfft::ComplexToReal;
use realfft::RealFftPlanner;
use realfft::RealToComplex;
use realfft::num_complex::Complex64;
use std::fmt;
use std::sync::Arc;
use wide::f64x2;

/// Convolution with taps that begin two blocks after the first, by overlap-save.
///
/// While a block is played, the one before is worked on: its first two samples do a lane's forward FFT each, its last
/// two a lane's inverse FFT each, those between share the bins.
#[derive(Clone)]
pub struct Level {
    block: usize,
    /// Sample of the block that is due.
    at: usize,
    forward: Arc<dyn RealToComplex<f64>>,
    inverse: Arc<dyn ComplexToReal<f64>>,
    /// Spectra of the response; all parts of a bin lie together, the last part first.
    taps: Vec<Bin>,
    /// Spectra of the inputs, each twice, so that the last ones always lie in one piece.
    inputs: Vec<Bin>,
    parts: usize,
    /// Of the oldest input's spectrum.
    slot: usize,
    /// Three blocks of input: two that are worked on, one that fills.
    heard: Vec<f64x2>,
    /// The block that is played and the one that is made.
    played: Vec<f64x2>,
    made: Vec<f64x2>,
    products: Vec<Bin>,
    time: Vec<f64>,
    spectrum: [Vec<Complex64>; 2],
    scratch: Vec<Complex64>,
}

/// A bin of both lanes.
#[derive(Clone, Copy, Debug, Default)]
struct Bin {
    re: f64x2,
    im: f64x2,
}

/// Samples at the head and at the tail of a block that are taken by FFTs, one a lane.
const LANES: usize = 2;

impl Level {
    pub fn new(block: usize, taps: &[f64x2]) -> Self {
        let mut planner = RealFftPlanner::new();
        let (forward, inverse) = (
            planner.plan_fft_forward(2 * block),
            planner.plan_fft_inverse(2 * block),
        );
        let n_scratch = forward.get_scratch_len().max(inverse.get_scratch_len());
        let parts = taps.len().div_ceil(block);
        let bins = block + 1;
        let mut level = Self {
            block,
            at: 0,
            taps: vec![Bin::default(); parts * bins],
            inputs: vec![Bin::default(); 2 * parts * bins],
            parts,
            slot: 0,
            heard: vec![f64x2::ZERO; 3 * block],
            played: vec![f64x2::ZERO; block],
            made: vec![f64x2::ZERO; block],
            products: vec![Bin::default(); bins],
            time: vec![0.0; 2 * block],
            spectrum: [(); 2].map(|()| vec![Complex64::default(); bins]),
            scratch: vec![Complex64::default(); n_scratch],
            forward,
            inverse,
        };
        for (part, taps) in taps.chunks(block).enumerate() {
            for lane in 0..LANES {
                level.transform(lane, |k| taps.get(k).copied().unwrap_or(f64x2::ZERO));
            }
            // The inverse FFT multiplies by its length.
            let scale = 1.0 / (2 * block) as f64;
            for bin in 0..bins {
                level.taps[bin * parts + parts - 1 - part] = level.bin(bin, scale);
            }
        }
        level
    }

    pub fn reset(&mut self) {
        (self.at, self.slot) = (0, 0);
        self.inputs.fill(Bin::default());
        for signal in [&mut self.heard, &mut self.played, &mut self.made] {
            signal.fill(f64x2::ZERO);
        }
    }

    #[inline]
    pub fn tick(&mut self, x: f64x2) -> f64x2 {
        let (block, at) = (self.block, self.at);
        self.heard[2 * block + at] = x;
        if at < LANES {
            self.forward(at);
        } else if at >= block - LANES {
            self.inverse(at + LANES - block);
        } else {
            let share = |at: usize| (at - LANES) * (block + 1) / (block - 2 * LANES);
            self.multiply(share(at), share(at + 1));
        }
        let y = self.played[at];
        self.at += 1;
        if self.at == block {
            self.at = 0;
            self.heard.copy_within(block.., 0);
            std::mem::swap(&mut self.played, &mut self.made);
        }
        y
    }

    /// A lane of the last two whole blocks to its spectrum; with the last lane, both become the newest input.
    fn forward(&mut self, lane: usize) {
        let heard = std::mem::take(&mut self.heard);
        self.transform(lane, |k| heard[k]);
        self.heard = heard;
        if lane + 1 == LANES {
            for bin in 0..=self.block {
                let spectrum = self.bin(bin, 1.0);
                let first = 2 * bin * self.parts + self.slot;
                self.inputs[first] = spectrum;
                self.inputs[first + self.parts] = spectrum;
            }
            self.slot = (self.slot + 1) % self.parts;
        }
    }

    /// Sums of the products of all parts, for some bins.
    #[inline]
    fn multiply(&mut self, from: usize, to: usize) {
        let parts = self.parts;
        for bin in from..to {
            let taps = &self.taps[bin * parts..][..parts];
            let inputs = &self.inputs[2 * bin * parts + self.slot..][..parts];
            let mut sum = Bin::default();
            for (h, x) in taps.iter().zip(inputs) {
                sum.re += h.re * x.re - h.im * x.im;
                sum.im += h.re * x.im + h.im * x.re;
            }
            self.products[bin] = sum;
        }
    }

    /// A lane's products to its block of output.
    fn inverse(&mut self, lane: usize) {
        let spectrum = &mut self.spectrum[lane];
        for (to, bin) in spectrum.iter_mut().zip(&self.products) {
            *to = Complex64::new(bin.re.as_array()[lane], bin.im.as_array()[lane]);
        }
        // Ends of a real signal's spectrum are real; the lengths are right by construction.
        (spectrum[0].im, spectrum[self.block].im) = (0.0, 0.0);
        let done = self
            .inverse
            .process_with_scratch(spectrum, &mut self.time, &mut self.scratch);
        debug_assert!(done.is_ok());
        for (to, y) in self.made.iter_mut().zip(&self.time[self.block..]) {
            to.as_mut_array()[lane] = *y;
        }
    }

    /// A lane of two blocks of a signal to that lane's spectrum.
    fn transform(&mut self, lane: usize, signal: impl Fn(usize) -> f64x2) {
        for (k, to) in self.time.iter_mut().enumerate() {
            *to = signal(k).as_array()[lane];
        }
        let spectrum = &mut self.spectrum[lane];
        let done = self
            .forward
            .process_with_scratch(&mut self.time, spectrum, &mut self.scratch);
        debug_assert!(done.is_ok());
    }

    /// A bin of the lanes' spectra.
    fn bin(&self, bin: usize, scale: f64) -> Bin {
        let [left, right] = [self.spectrum[0][bin], self.spectrum[1][bin]];
        Bin {
            re: f64x2::new([left.re, right.re]) * scale,
            im: f64x2::new([left.im, right.im]) * scale,
        }
    }
}

impl fmt::Debug for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Level")
            .field("block", &self.block)
            .field("parts", &self.parts)
            .finish_non_exhaustive()
    }
}
