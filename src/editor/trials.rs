//! What a blind listener got right.

/// Trials of which one of two answers was right.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Trials {
    pub right: u32,
    pub all: u32,
}

impl Trials {
    pub fn answered(&mut self, rightly: bool) {
        self.all += 1;
        self.right += u32::from(rightly);
    }

    /// The chance to get as many right, or more, by guessing: one-sided binomial test.
    ///
    /// ```text
    /// p = Σ_{k = right}^{all} all!/(k!·(all − k)!) / 2^all
    /// ```
    pub fn p_value(&self) -> f64 {
        let mut term = 0.5f64.powi(self.all as i32);
        let mut sum = 0.0;
        for k in 0..=self.all {
            if k >= self.right {
                sum += term;
            }
            term *= f64::from(self.all - k) / f64::from(k + 1);
        }
        sum.min(1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_chance_of_guessing_is_that_of_the_tables() {
        for (right, all, p) in [
            (0, 0, 1.0),
            (1, 1, 0.5),
            (5, 5, 1.0 / 32.0),
            (9, 10, 11.0 / 1024.0),      // 0.0107
            (12, 16, 2517.0 / 65_536.0), // 0.0384
            (8, 16, 39_203.0 / 65_536.0),
            (0, 16, 1.0),
        ] {
            let found = Trials { right, all }.p_value();
            assert!((found - p).abs() < 1e-12, "{right}/{all}: {found}, not {p}");
        }
    }

    #[test]
    fn long_runs_stay_finite() {
        let even = Trials {
            right: 500,
            all: 1000,
        };
        assert!((0.5..0.52).contains(&even.p_value()));
    }
}
