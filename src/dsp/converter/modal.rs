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
}

#[derive(Clone, Copy, Debug)]
struct Mode {
    pole: Complex64,
    /// Doubled where the pole has a twin.
    residue: Complex64,
    /// Over one step of the clock.
    turn: Turn,
    re: f64x2,
    im: f64x2,
}

/// What a time does to a mode.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Turn {
    /// exp(pole·t)
    decay: Complex64,
    /// (exp(pole·t) − 1)/pole: the answer to a step of one, a time t ago.
    step: Complex64,
}

impl Turn {
    fn new(pole: Complex64, time: Seconds) -> Self {
        let decay = (pole * time).exp();
        Self {
            decay,
            step: (decay - 1.0) / pole,
        }
    }
}

impl Modal {
    /// `step` is the time from one tick to the next.
    pub fn new(prototype: &Prototype, step: Seconds) -> Self {
        let residues = prototype.residues();
        let mode = |(pole, residue): (&Complex64, Complex64)| Mode {
            pole: *pole,
            residue: if pole.im == 0.0 {
                residue
            } else {
                2.0 * residue
            },
            turn: Turn::new(*pole, step),
            re: f64x2::ZERO,
            im: f64x2::ZERO,
        };
        Self {
            modes: prototype.poles.iter().zip(residues).map(mode).collect(),
        }
    }

    pub fn reset(&mut self) {
        for mode in &mut self.modes {
            (mode.re, mode.im) = (f64x2::ZERO, f64x2::ZERO);
        }
    }

    /// An impulse of this area, now.
    #[inline]
    pub fn strike(&mut self, area: f64x2) {
        self.modes.iter_mut().for_each(|mode| mode.re += area);
    }

    /// The input becomes higher by `rise`, `late` before the end of the step that has been gone already.
    pub fn rise(&mut self, rise: f64x2, late: Seconds) {
        for mode in &mut self.modes {
            let step = Turn::new(mode.pole, late).step;
            mode.re += rise * step.re;
            mode.im += rise * step.im;
        }
    }

    /// One step, in which the input stays where it is.
    #[inline]
    pub fn advance(&mut self, input: f64x2) {
        for mode in &mut self.modes {
            let Turn { decay, step } = mode.turn;
            let re = mode.re * decay.re - mode.im * decay.im + input * step.re;
            mode.im = mode.re * decay.im + mode.im * decay.re + input * step.im;
            mode.re = re;
        }
    }

    /// The output now.
    #[inline]
    pub fn output(&self) -> f64x2 {
        self.modes.iter().fold(f64x2::ZERO, |sum, mode| {
            sum + mode.re * mode.residue.re - mode.im * mode.residue.im
        })
    }

    /// The output `later` than now, if nothing happens until then.
    pub fn output_after(&self, later: Seconds) -> f64x2 {
        self.modes.iter().fold(f64x2::ZERO, |sum, mode| {
            let residue = mode.residue * (mode.pole * later).exp();
            sum + mode.re * residue.re - mode.im * residue.im
        })
    }
}
