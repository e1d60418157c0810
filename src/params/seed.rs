//! The instance's seed, kept with the state.

use nice_plug::params::persist::PersistentField;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering;

/// Every new instance draws its own, so that the noise of many tracks does not add up in step; a saved one comes
/// back with the state, so that a project renders the same every time.
pub struct Seed(AtomicU32);

impl Default for Seed {
    fn default() -> Self {
        // The standard library's only source of chance.
        Self(AtomicU32::new(RandomState::new().hash_one(0) as u32))
    }
}

impl Seed {
    pub fn get(&self) -> u32 {
        self.0.load(Ordering::Relaxed)
    }
}

impl PersistentField<'_, u32> for Seed {
    fn set(&self, seed: u32) {
        self.0.store(seed, Ordering::Relaxed);
    }

    fn map<F, R>(&self, f: F) -> R
    where
        F: Fn(&u32) -> R,
    {
        f(&self.get())
    }
}
