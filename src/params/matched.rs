//! The gains that make both rigs equally loud, kept with the state.

use crate::rig::Side;
use crate::rig::ranges;
use crate::units::Decibels;
use atomic_float::AtomicF32;
use nice_plug::params::persist::PersistentField;
use std::sync::atomic::Ordering::Relaxed;

/// One gain behind each rig's trim, in dB.
#[derive(Default)]
pub struct Matched([AtomicF32; 2]);

impl Matched {
    pub fn gains_db(&self) -> [Decibels; 2] {
        [0, 1].map(|n| f64::from(self.0[n].load(Relaxed)))
    }

    /// What is no gain is 0 dB.
    pub fn set_db(&self, gains: [Decibels; 2]) {
        let (least, most) = ranges::MATCH.into_inner();
        for (to, gain) in self.0.iter().zip(gains) {
            let kept = if gain.is_finite() { gain } else { 0.0 };
            to.store(kept.clamp(least, most) as f32, Relaxed);
        }
    }

    /// Makes the other rig as loud as `reference`, which stays as it is; `reference` is louder by `gap`, in LU,
    /// without gains. False where it would take more gain than there is.
    pub fn bring(&self, reference: Side, gap: Decibels) -> bool {
        let mut gains = self.gains_db();
        let wanted = gains[reference.index()] + gap;
        gains[reference.other().index()] = wanted;
        self.set_db(gains);
        ranges::MATCH.contains(&wanted)
    }

    /// Brings one rig's gain to the other.
    pub fn copy(&self, from: Side) {
        self.set_db([self.gains_db()[from.index()]; 2]);
    }

    pub fn swap(&self) {
        let [a, b] = self.gains_db();
        self.set_db([b, a]);
    }

    pub fn is_clear(&self) -> bool {
        self.gains_db() == [0.0; 2]
    }
}

impl PersistentField<'_, [f32; 2]> for Matched {
    fn set(&self, gains: [f32; 2]) {
        self.set_db(gains.map(f64::from));
    }

    fn map<F, R>(&self, f: F) -> R
    where
        F: Fn(&[f32; 2]) -> R,
    {
        f(&[0, 1].map(|n| self.0[n].load(Relaxed)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reference_stays_and_the_other_follows() {
        let matched = Matched::default();
        assert!(matched.bring(Side::A, 5.0));
        assert_eq!(matched.gains_db(), [0.0, 5.0]);
        // From the other side: B is 5 LU softer, and stays where it is now.
        assert!(matched.bring(Side::B, -5.0));
        assert_eq!(matched.gains_db(), [0.0, 5.0]);
        assert!(!matched.bring(Side::A, 31.0), "too much");
        assert_eq!(matched.gains_db(), [0.0, *ranges::MATCH.end()]);
        matched.swap();
        assert_eq!(matched.gains_db(), [*ranges::MATCH.end(), 0.0]);
        matched.copy(Side::B);
        assert!(matched.is_clear());
    }

    #[test]
    fn a_broken_state_is_no_gain() {
        let matched = Matched::default();
        PersistentField::set(&matched, [f32::NAN, 1e9]);
        assert_eq!(matched.gains_db(), [0.0, *ranges::MATCH.end()]);
    }
}
