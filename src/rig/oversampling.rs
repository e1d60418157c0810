//! How finely a rig is solved, whatever the host's rate.

use crate::dsp::MAX_STAGES;
use crate::units::Hertz;

/// Solver steps a sample of a session at 44.1 or 48 kHz. At other rates it stands for about as many steps a second, so that
/// a project sounds the same and costs the same at any of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Oversampling {
    X1,
    X2,
    #[default]
    X4,
    X8,
    X16,
}

/// The fastest host rate that counts as 48 kHz: a session that is pulled up from film's 24 to video's 25 frames a second
/// plays at 50 kHz.
const FASTEST_SINGLE: Hertz = 51e3;

impl Oversampling {
    pub const ALL: [Oversampling; 5] = [Self::X1, Self::X2, Self::X4, Self::X8, Self::X16];

    /// The number in its name.
    pub fn factor(self) -> usize {
        1 << self as usize
    }

    /// Doublings from a host's rate to the solver's: as many as stay within [`factor`](Self::factor) times
    /// [`FASTEST_SINGLE`], at least none, at most [`MAX_STAGES`].
    ///
    /// "4×" is 4 steps a sample at 32 to 48 kHz, 2 at 88.2 and 96 kHz, 1 at 176.4 kHz and above, and 8 at 22.05 kHz.
    pub fn stages_at(self, sample_rate: Hertz) -> usize {
        let most = self.factor() as f64 * FASTEST_SINGLE / sample_rate;
        (most.log2() as usize).min(MAX_STAGES)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Steps a host sample in each mode.
    fn steps(sample_rate: Hertz) -> [usize; 5] {
        Oversampling::ALL.map(|oversampling| 1 << oversampling.stages_at(sample_rate))
    }

    #[test]
    fn a_mode_has_its_steps_a_second_at_every_rate() {
        for (rates, expected) in [
            (&[44.1e3, 48e3, 47_952.0, 50e3, 32e3][..], [1, 2, 4, 8, 16]),
            (&[88.2e3, 96e3, 100e3, 64e3][..], [1, 1, 2, 4, 8]),
            (&[176.4e3, 192e3, 200e3][..], [1, 1, 1, 2, 4]),
            (&[352.8e3, 384e3][..], [1, 1, 1, 1, 2]),
            (&[22.05e3, 24e3][..], [2, 4, 8, 16, 16]),
            (&[8e3][..], [4, 8, 16, 16, 16]),
            (&[1.0][..], [16; 5]),
        ] {
            for rate in rates.iter().copied() {
                assert_eq!(steps(rate), expected, "{rate} Hz");
            }
        }
    }
}
