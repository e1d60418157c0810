//! What was wrong with the state or the preset that was loaded last, for the panel.

use nice_plug::params::persist::PersistentField;
use std::sync::Mutex;
use std::sync::PoisonError;

/// The framework looks a state over where no instance is known, so what it finds travels in the state itself, as a
/// field of its own. It is never saved. Never touched by the audio thread.
#[derive(Default)]
pub struct Notice(Mutex<Option<String>>);

impl Notice {
    /// From now on, until another state is loaded.
    pub fn tell(&self, text: Option<String>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = text;
    }

    pub fn text(&self) -> Option<String> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl PersistentField<'_, Option<String>> for Notice {
    fn set(&self, text: Option<String>) {
        self.tell(text);
    }

    fn map<F, R>(&self, f: F) -> R
    where
        F: Fn(&Option<String>) -> R,
    {
        f(&None)
    }
}
