//! Names of the presets that the rigs were made from, kept with the state.

use crate::params::Active;
use nice_plug::params::persist::PersistentField;
use std::sync::Mutex;
use std::sync::PoisonError;

/// Rig A's and rig B's; empty where there is none. Never touched by the audio thread.
#[derive(Default)]
pub struct Named(Mutex<[String; 2]>);

/// Most characters that are kept of one.
const LONGEST: usize = 200;

impl Named {
    pub fn of(&self, rig: Active) -> String {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)[rig as usize].clone()
    }

    /// Brings one rig's to the other.
    pub fn copy(&self, from: Active) {
        let mut names = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let name = names[from as usize].clone();
        *names = [name.clone(), name];
    }

    pub fn swap(&self) {
        let mut names = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        names.swap(0, 1);
    }

    pub fn put(&self, rig: Active, name: &str) {
        let name = name.chars().take(LONGEST).collect();
        self.0.lock().unwrap_or_else(PoisonError::into_inner)[rig as usize] = name;
    }
}

impl PersistentField<'_, [String; 2]> for Named {
    fn set(&self, [a, b]: [String; 2]) {
        self.put(Active::A, &a);
        self.put(Active::B, &b);
    }

    fn map<F, R>(&self, f: F) -> R
    where
        F: Fn(&[String; 2]) -> R,
    {
        f(&self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
