//! The form of a state, kept with it.

use nice_plug::params::persist::PersistentField;

/// Counts up when a parameter comes to mean something else; the last change is told in `params/state/migrations.rs`.
pub const FORM: u32 = 1;

/// Every state is written in the present form.
#[derive(Default)]
pub struct Form;

impl PersistentField<'_, u32> for Form {
    fn set(&self, _: u32) {}

    fn map<F, R>(&self, f: F) -> R
    where
        F: Fn(&u32) -> R,
    {
        f(&FORM)
    }
}
