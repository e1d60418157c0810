//! A delay by whole samples.

use wide::f64x2;

/// A delay of 0 to `MAX` samples, fixed when it is made. Of audio, a lane is a channel; nothing is allocated.
#[derive(Clone, Debug)]
pub struct Delay<const MAX: usize, T = f64x2> {
    line: [T; MAX],
    n_samples: usize,
    at: usize,
}

impl<const MAX: usize> Delay<MAX> {
    /// A silent line. More than `MAX` samples are taken as `MAX`.
    pub fn new(n_samples: usize) -> Self {
        Self::holding(n_samples, f64x2::ZERO)
    }
}

impl<const MAX: usize, T: Copy> Delay<MAX, T> {
    /// A line as if `x` had come in for ever.
    pub fn holding(n_samples: usize, x: T) -> Self {
        Self {
            line: [x; MAX],
            n_samples: n_samples.min(MAX),
            at: 0,
        }
    }

    pub fn n_samples(&self) -> usize {
        self.n_samples
    }

    /// As if `x` had come in for ever.
    pub fn settle(&mut self, x: T) {
        self.line = [x; MAX];
        self.at = 0;
    }

    /// One sample in, the one of `n_samples` ago out.
    #[inline]
    pub fn tick(&mut self, x: T) -> T {
        if self.n_samples == 0 {
            return x;
        }
        let y = std::mem::replace(&mut self.line[self.at], x);
        self.at += 1;
        if self.at == self.n_samples {
            self.at = 0;
        }
        y
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comes_out_exactly_so_many_samples_later() {
        for n_samples in 0..=7 {
            let mut delay = Delay::<7>::new(n_samples);
            for i in 0..50 {
                let y = delay
                    .tick(f64x2::new([f64::from(i), -f64::from(i)]))
                    .to_array();
                let expected = (f64::from(i) - n_samples as f64).max(0.0);
                assert_eq!([expected, -expected], [y[0], y[1]]);
            }
        }
    }

    #[test]
    fn settled_gives_what_it_was_settled_on() {
        let mut delay = Delay::<5>::new(3);
        delay.tick(f64x2::ONE);
        delay.settle(f64x2::splat(2.0));
        let out: Vec<f64> = (0..4)
            .map(|_| delay.tick(f64x2::ONE).to_array()[0])
            .collect();
        assert_eq!(out, [2.0, 2.0, 2.0, 1.0]);
    }
}
