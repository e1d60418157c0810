//! An analogue filter between two clocks.

use crate::dsp::converter::prototype::Prototype;
use crate::units::Seconds;
use realfft::num_complex::Complex64;
use wide::f64x2;

/// An analogue filter as the sum of its poles' responses, each advanced exactly over any time. A lane is a channel.
///
/// ```text
/// s' = pole·s + u      y = Σ residue·s, twice the real part for a pole with a twin
/// ```
///
/// `u` is a train of impulses or a staircase; both and the reading of `y` may happen at any instant, which is how a signal
/// passes between two clocks without an interpolator.
#[derive(Clone, Debug)]
pub struct Modal {
    modes: Vec<Mode>,
    /// The time that was last asked for.
    asked: Seconds,
}

#[derive(Clone, Copy, Debug)]
struct Mode {
    pole: Complex64,
    /// Doubled where the pole has a twin.
    residue: Pair,
    /// Over one step of the clock.
    step: Turn,
    /// Over the time that was last asked for.
    asked: Turn,
    state: Pair,
}

/// A complex number in each lane.
#[derive(Clone, Copy, Debug)]
struct Pair {
    re: f64x2,
    im: f64x2,
}

/// What a time does to a mode.
#[derive(Clone, Copy, Debug)]
struct Turn {
    /// exp(pole·t)
    decay: Pair,
    /// (exp(pole·t) − 1)/pole: the answer to a step of one, a time t ago.
    rise: Pair,
}

impl Pair {
    const ZERO: Self = Self {
        re: f64x2::ZERO,
        im: f64x2::ZERO,
    };

    fn splat(z: Complex64) -> Self {
        Self {
            re: f64x2::splat(z.re),
            im: f64x2::splat(z.im),
        }
    }

    #[inline]
    fn times(self, other: Self) -> Self {
        Self {
            re: self.re * other.re - self.im * other.im,
            im: self.re * other.im + self.im * other.re,
        }
    }

    /// Real part of the product.
    #[inline]
    fn real_times(self, other: Self) -> f64x2 {
        self.re * other.re - self.im * other.im
    }

    #[inline]
    fn add(&mut self, other: Self, factor: f64x2) {
        self.re += other.re * factor;
        self.im += other.im * factor;
    }
}

impl Turn {
    fn new(pole: Complex64, time: Seconds) -> Self {
        let decay = (pole * time).exp();
        Self {
            decay: Pair::splat(decay),
            rise: Pair::splat((decay - 1.0) / pole),
        }
    }
}

impl Modal {
    /// `step` is the time from one tick to the next.
    pub fn new(prototype: &Prototype, step: Seconds) -> Self {
        let residues = prototype.residues();
        let mode = |(pole, residue): (&Complex64, Complex64)| Mode {
            pole: *pole,
            residue: Pair::splat(if pole.im == 0.0 {
                residue
            } else {
                2.0 * residue
            }),
            step: Turn::new(*pole, step),
            asked: Turn::new(*pole, 0.0),
            state: Pair::ZERO,
        };
        Self {
            modes: prototype.poles.iter().zip(residues).map(mode).collect(),
            asked: 0.0,
        }
    }

    pub fn reset(&mut self) {
        self.modes
            .iter_mut()
            .for_each(|mode| mode.state = Pair::ZERO);
    }

    /// An impulse of this area, now.
    #[inline]
    pub fn strike(&mut self, area: f64x2) {
        self.modes.iter_mut().for_each(|mode| mode.state.re += area);
    }

    /// The input becomes higher by `rise`, `late` before the end of the step that has been gone already.
    pub fn rise(&mut self, rise: f64x2, late: Seconds) {
        self.ask(late);
        for mode in &mut self.modes {
            mode.state.add(mode.asked.rise, rise);
        }
    }

    /// One step without input.
    #[inline]
    pub fn coast(&mut self) {
        for mode in &mut self.modes {
            mode.state = mode.state.times(mode.step.decay);
        }
    }

    /// One step, in which the input stays where it is.
    #[inline]
    pub fn advance(&mut self, input: f64x2) {
        for mode in &mut self.modes {
            mode.state = mode.state.times(mode.step.decay);
            mode.state.add(mode.step.rise, input);
        }
    }

    /// The output now.
    #[inline]
    pub fn output(&self) -> f64x2 {
        self.modes.iter().fold(f64x2::ZERO, |sum, mode| {
            sum + mode.state.real_times(mode.residue)
        })
    }

    /// The output `later` than now, if nothing happens until then.
    pub fn output_after(&mut self, later: Seconds) -> f64x2 {
        self.ask(later);
        self.modes.iter().fold(f64x2::ZERO, |sum, mode| {
            let then = mode.state.times(mode.asked.decay);
            sum + then.real_times(mode.residue)
        })
    }

    /// Makes each mode's turn over this time; where the clocks fit, it is always the same.
    fn ask(&mut self, time: Seconds) {
        if time != self.asked {
            self.asked = time;
            for mode in &mut self.modes {
                mode.asked = Turn::new(mode.pole, time);
            }
        }
    }
}
