//! A crossfade between two signals.

use std::f64::consts::FRAC_PI_2;

/// Which of the two signals is heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    A,
    B,
}

/// What stays constant while the fade is on its way.
///
/// Of two signals with equal power and correlation ρ the middle of the fade has 1 + ρ times the power by
/// [`EqualPower`](Law::EqualPower), (1 + ρ)/2 times by [`EqualGain`](Law::EqualGain).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Law {
    /// a² + b² = 1: for A against B. Two rigs turn phase and distort each in its own way, so their correlation
    /// is anything between −1 and 1; this law is right in the middle of that, and a bump of 3 dB at ρ = 1
    /// passes unheard where the sound changes anyway, while the dip of equal gain is heard as a gap.
    EqualPower,
    /// a + b = 1: for the same rig built anew, where ρ is 1 and nothing may bulge.
    EqualGain,
}

/// A fade of a fixed number of samples. Both gains leave and arrive with slope 0, so that neither end clicks.
///
/// ```text
/// s = p²·(3 − 2p),   p = samples gone / n_samples
/// equal gain:  a = 1 − s,  b = s        equal power:  a = cos(π/2·s),  b = sin(π/2·s)
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Fade {
    law: Law,
    n_samples: u32,
    /// Samples from A, 0 to `n_samples`.
    at: u32,
    target: End,
}

impl Fade {
    /// A fade at rest at `end`. A length of 0 is taken as 1: the next sample is the other signal.
    pub fn new(law: Law, n_samples: u32, end: End) -> Self {
        let mut fade = Self {
            law,
            n_samples: n_samples.max(1),
            at: 0,
            target: end,
        };
        fade.jump(end);
        fade
    }

    /// Sets off towards `target` from wherever the fade is now.
    pub fn to(&mut self, target: End) {
        self.target = target;
    }

    /// To `end` at once.
    pub fn jump(&mut self, end: End) {
        self.target = end;
        self.at = self.goal();
    }

    pub fn target(&self) -> End {
        self.target
    }

    /// Whether the gains stand still: only `target` is heard.
    pub fn settled(&self) -> bool {
        self.at == self.goal()
    }

    /// One sample on; gains of A and B for it.
    pub fn tick(&mut self) -> (f64, f64) {
        match self.target {
            End::A => self.at = self.at.saturating_sub(1),
            End::B => self.at = (self.at + 1).min(self.n_samples),
        }
        self.gains()
    }

    fn gains(&self) -> (f64, f64) {
        // The ends are exact, so that the signal that isn't heard isn't there at −320 dB either.
        if self.at == 0 {
            return (1.0, 0.0);
        }
        if self.at == self.n_samples {
            return (0.0, 1.0);
        }
        let p = f64::from(self.at) / f64::from(self.n_samples);
        let s = p * p * (3.0 - 2.0 * p);
        match self.law {
            Law::EqualGain => (1.0 - s, s),
            Law::EqualPower => {
                let (b, a) = (FRAC_PI_2 * s).sin_cos();
                (a, b)
            }
        }
    }

    fn goal(&self) -> u32 {
        match self.target {
            End::A => 0,
            End::B => self.n_samples,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const N: u32 = 480;

    #[test]
    fn arrives_after_so_many_samples_and_stays() {
        for law in [Law::EqualGain, Law::EqualPower] {
            let mut fade = Fade::new(law, N, End::A);
            assert_eq!(fade.tick(), (1.0, 0.0));
            fade.to(End::B);
            for _ in 1..N {
                fade.tick();
                assert!(!fade.settled());
            }
            assert_eq!(fade.tick(), (0.0, 1.0));
            assert!(fade.settled());
            assert_eq!(fade.tick(), (0.0, 1.0));
            fade.jump(End::A);
            assert_eq!(fade.tick(), (1.0, 0.0));
        }
    }

    #[test]
    fn keeps_what_its_law_names() {
        let mut power = Fade::new(Law::EqualPower, N, End::A);
        let mut gain = Fade::new(Law::EqualGain, N, End::A);
        power.to(End::B);
        gain.to(End::B);
        for _ in 0..N {
            let (a, b) = power.tick();
            assert!((a * a + b * b - 1.0).abs() < 1e-15);
            let (a, b) = gain.tick();
            assert!((a + b - 1.0).abs() < 1e-15);
        }
    }

    /// Slope of cos and sin of π/2·s is at most π/2 · 3/2 per fade.
    const MAX_STEP: f64 = 1.5 * FRAC_PI_2 / N as f64;

    /// Steepest bend of either law, in gain per fade²; measured 9.39 of 3π, where sin sets off.
    const MAX_BEND: f64 = 9.43 / (N as f64 * N as f64);

    #[test]
    fn never_steps_and_bends_gently_at_the_ends() {
        for law in [Law::EqualGain, Law::EqualPower] {
            let mut fade = Fade::new(law, N, End::A);
            let mut gains = vec![fade.tick(), fade.tick()];
            fade.to(End::B);
            gains.extend((0..N + 3).map(|_| fade.tick()));
            for w in gains.windows(3) {
                for [x, y, z] in [[w[0].0, w[1].0, w[2].0], [w[0].1, w[1].1, w[2].1]] {
                    assert!((z - y).abs() <= MAX_STEP);
                    assert!((z - 2.0 * y + x).abs() <= MAX_BEND);
                }
            }
        }
    }

    #[test]
    fn turns_round_where_it_is() {
        let mut fade = Fade::new(Law::EqualPower, N, End::A);
        fade.to(End::B);
        let way_out: Vec<_> = (0..100).map(|_| fade.tick()).collect();
        fade.to(End::A);
        let way_back: Vec<_> = (0..99).map(|_| fade.tick()).collect();
        assert!(way_out.iter().rev().skip(1).eq(way_back.iter()));
        assert_eq!(fade.tick(), (1.0, 0.0));
        assert!(fade.settled());
    }
}
