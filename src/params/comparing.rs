//! What the panel asks for to set the rigs against each other, and the gains that came of it. No host parameters:
//! nothing here is automated, and nothing here tells which rig a blind listener hears.

use crate::params::Active;
use crate::params::Matched;
use crate::rig::Comparison;
use crate::rig::Other;
use crate::rig::Side;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::AtomicU8;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::Relaxed;

/// Written by the panel and the background thread, read by all.
#[derive(Default)]
pub struct Comparing {
    /// How loud both rigs are is being measured.
    measures: AtomicBool,
    /// Index of the rig that stays as loud as it is.
    reference: AtomicU8,
    /// Counts measurements, so that another one begins from nothing.
    session: AtomicU32,
    /// 0, or the index of the rig that a blind listener hears, and 1.
    blind: AtomicU8,
    is_muted: AtomicBool,
    /// Level in dBFS of the sine for the search of the same distortion, as bits; 0 while none is wanted.
    thd_level: AtomicU32,
}

impl Comparing {
    /// Begins to measure both rigs anew; `reference` stays as loud as it is.
    pub fn measure(&self, reference: Side) {
        self.reference.store(reference.index() as u8, Relaxed);
        self.restart();
        self.measures.store(true, Relaxed);
    }

    /// Forgets what a measurement under way has heard.
    pub fn restart(&self) {
        self.session.fetch_add(1, Relaxed);
    }

    /// What has been found stays as it is.
    pub fn freeze(&self) {
        self.measures.store(false, Relaxed);
    }

    pub fn is_measuring(&self) -> bool {
        self.measures.load(Relaxed)
    }

    pub fn session(&self) -> u32 {
        self.session.load(Relaxed)
    }

    pub fn reference(&self) -> Side {
        Side::BOTH[usize::from(self.reference.load(Relaxed)) % 2]
    }

    /// Wants the distortion of both rigs to be the same, at a sine of so many dBFS.
    pub fn want_same_thd(&self, level_dbfs: f32) {
        self.thd_level.store(level_dbfs.to_bits(), Relaxed);
    }

    /// The level of the sine, once for each wish.
    pub fn take_thd_level(&self) -> Option<f32> {
        let bits = self.thd_level.swap(0, Relaxed);
        (bits != 0).then(|| f32::from_bits(bits))
    }

    /// Lets a listener hear a rig, or none for a moment, whatever the host parameter says; nobody is told which.
    pub fn hear_blindly(&self, rig: Active, is_muted: bool) {
        self.blind.store(Side::from(rig).index() as u8 + 1, Relaxed);
        self.is_muted.store(is_muted, Relaxed);
    }

    /// The host parameter counts again.
    pub fn see(&self) {
        self.blind.store(0, Relaxed);
        self.is_muted.store(false, Relaxed);
    }

    /// Where a blind listener hears one: that rig.
    pub fn blind(&self) -> Option<Side> {
        let blind = usize::from(self.blind.load(Relaxed));
        blind.checked_sub(1).map(|at| Side::BOTH[at % 2])
    }

    /// The rig that is heard, where the host parameter says `chosen`; a render knows no blind listener.
    pub fn side(&self, chosen: Side, offline: bool) -> Side {
        self.blind().filter(|_| !offline).unwrap_or(chosen)
    }

    /// For the rigs that play; of a render, only the gains.
    pub fn comparison(&self, matched: &Matched, offline: bool) -> Comparison {
        let match_db = matched.gains_db();
        if offline {
            return Comparison {
                match_db,
                ..Comparison::default()
            };
        }
        let other = match (self.is_measuring(), self.blind()) {
            (true, _) => Other::Measured,
            (false, Some(_)) => Other::Runs,
            (false, None) => Other::Rests,
        };
        Comparison {
            match_db,
            other,
            is_muted: self.is_muted.load(Relaxed),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_render_hears_the_gains_only() {
        let (comparing, matched) = (Comparing::default(), Matched::default());
        matched.set_db([0.0, -3.0]);
        comparing.measure(Side::B);
        comparing.hear_blindly(Active::B, true);
        let live = comparing.comparison(&matched, false);
        assert_eq!((live.other, live.is_muted), (Other::Measured, true));
        let render = comparing.comparison(&matched, true);
        assert_eq!(render.match_db, [0.0, -3.0]);
        assert_eq!((render.other, render.is_muted), (Other::Rests, false));
    }

    #[test]
    fn the_inactive_rig_rests_again_when_all_is_over() {
        let (comparing, matched) = (Comparing::default(), Matched::default());
        let other = || comparing.comparison(&matched, false).other;
        assert_eq!(other(), Other::Rests);
        comparing.hear_blindly(Active::A, false);
        assert_eq!(other(), Other::Runs);
        comparing.measure(Side::A);
        assert_eq!(other(), Other::Measured);
        comparing.freeze();
        comparing.see();
        assert_eq!(other(), Other::Rests);
    }

    #[test]
    fn a_wish_is_taken_once() {
        let comparing = Comparing::default();
        comparing.want_same_thd(-12.0);
        assert_eq!(comparing.take_thd_level(), Some(-12.0));
        assert_eq!(comparing.take_thd_level(), None);
    }
}
