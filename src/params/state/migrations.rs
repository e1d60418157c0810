//! What parameters once meant, form by form. A new form adds a step at the end and a line here:
//!
//! - form 0, the first: no field `form`. Entries of parameters that came later are missing, which for the oldest is
//!   everything but a source and a preamp.
//! - form 1: every entry is there; the user's own decks and responses come along.

use crate::params::state::entries::Entries;
use nice_plug::plugin::ParamValue;
use nice_plug::prelude::PluginState;

/// Brings a state that was written in `form` to the present form.
pub fn bring_up_to_date(state: &mut PluginState, form: u32, entries: &Entries) {
    if form < 1 {
        complete(state, entries);
    }
}

/// A rig's parameters in the very first list; all states of form 0 have them.
const FIRST_OF_RIG: [&str; 9] = [
    "source", "source_z", "preamp", "input_z", "gain", "bass", "mid", "treble", "trim",
];
/// The others of that list.
const FIRST: [&str; 5] = ["bypass", "active", "calibration", "quality", "noise"];
/// Sources and preamps that there were in the days of that list; other places were empty and played the first model.
const FIRST_MODELS: [(&str, i32); 2] = [("source", 4), ("preamp", 2)];

/// Fields that came later, as they stood implicitly: rigs of no preset, none of them turned up or down.
const FIELDS_BEFORE: [(&str, &str); 2] = [("presets", r#"["",""]"#), ("match", "[0.0,0.0]")];

/// Puts what a state could not know yet where it stood implicitly.
fn complete(state: &mut PluginState, entries: &Entries) {
    let of_rigs = ["a", "b"].map(|rig| FIRST_OF_RIG.map(|id| format!("{rig}_{id}")));
    let first = FIRST.into_iter().map(str::to_owned);
    let mut first = first.chain(of_rigs.into_iter().flatten());
    // Less is no state of Loadline's, but what is left of one.
    if !first.all(|id| state.params.contains_key(&id)) {
        return;
    }
    if !state.params.contains_key("a_amp") {
        for rig in ["a", "b"] {
            for (id, n_models) in FIRST_MODELS {
                let id = format!("{rig}_{id}");
                if matches!(state.params.get(&id), Some(ParamValue::I32(place)) if *place >= n_models)
                {
                    state.params.insert(id, ParamValue::I32(0));
                }
            }
        }
    }
    for id in entries.ids() {
        if !state.params.contains_key(id)
            && let Some(default) = entries.default(id)
        {
            state.params.insert(id.clone(), default);
        }
    }
    for (field, before) in FIELDS_BEFORE {
        let before = || before.to_owned();
        state.fields.entry(field.into()).or_insert_with(before);
    }
}
