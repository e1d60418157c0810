//! Saved states: old ones are brought up to date, and what is broken or foreign in one leaves the sound as it is.

mod carried;
mod entries;
pub mod envelope;
mod migrations;

use crate::params::LoadlineParams;
use crate::params::form::FORM;
use crate::params::state::entries::Entries;
use nice_plug::prelude::PluginState;
use std::fmt::Display;

/// Field that tells the form of a state; the first states have none.
const FORM_FIELD: &str = "form";
/// Field that brings what was wrong to the panel.
const NOTICE_FIELD: &str = "notice";
/// Field that tells why something was no state; only a refusal has it.
const DAMAGED_FIELD: &str = "damaged";
/// Fields that a state may have beside these two, with the most bytes that each may take.
const FIELDS: [(&str, usize); 5] = [
    ("window", 1 << 10),
    ("seed", 1 << 10),
    ("match", 1 << 10),
    ("presets", 1 << 14),
    (OWN_FIELD, 64 << 20),
];
/// Field with the user's own decks and responses.
const OWN_FIELD: &str = "own";

/// Called with every state before anything of it is taken over.
///
/// A state of a later form, or a refusal of what was none, changes nothing. One of an earlier form is brought up to date.
/// An entry that its parameter can't take is left out, so that the parameter stays where it is; one that no parameter has
/// is ignored.
/// The user's own decks and responses join the library, and their parameters follow them to their places there.
pub fn repair(state: &mut PluginState) {
    let told = match form(state) {
        Ok(form) => {
            let mut troubles = Troubles::default();
            let params = LoadlineParams::default();
            let entries = Entries::of(&params);
            migrations::bring_up_to_date(state, form, &entries);
            entries.check(&mut state.params, &mut troubles);
            check_fields(state, &mut troubles);
            carried::adopt(state, &params, &mut troubles);
            troubles.told()
        }
        Err(why) => {
            state.params.clear();
            state.fields.clear();
            Some(format!(
                "The state was not loaded: {why}. The sound stays as it was."
            ))
        }
    };
    // A text as JSON, which does not fail.
    let notice = serde_json::to_string(&told).unwrap_or_else(|_| "null".into());
    state.fields.insert(NOTICE_FIELD.into(), notice);
}

/// The form that it was written in, or why it can't be read.
fn form(state: &PluginState) -> Result<u32, String> {
    if let Some(why) = state.fields.get(DAMAGED_FIELD) {
        return Err(cut(why, WHY));
    }
    let Some(field) = state.fields.get(FORM_FIELD) else {
        return Ok(0);
    };
    match serde_json::from_str::<u32>(field) {
        Ok(form) if form <= FORM => Ok(form),
        Ok(form) => Err(format!(
            "it was written by a later Loadline, in form {form}; this one reads up to {FORM}: update Loadline"
        )),
        Err(_) => Err("its form can't be read: it is damaged".into()),
    }
}

/// Leaves out fields that no one reads, that are too large, or that hold something else than they should.
fn check_fields(state: &mut PluginState, troubles: &mut Troubles) {
    let is_intact = |name: &str, data: &str| match name {
        "window" => serde_json::from_str::<crate::params::WindowSize>(data).is_ok(),
        "seed" => serde_json::from_str::<u32>(data).is_ok(),
        "match" => serde_json::from_str::<[f32; 2]>(data).is_ok(),
        "presets" => serde_json::from_str::<[String; 2]>(data).is_ok(),
        _ => true,
    };
    state.fields.retain(|name, data| {
        let Some((_, most)) = FIELDS.iter().find(|(known, _)| known == name) else {
            return name == FORM_FIELD;
        };
        let is_kept = data.len() <= *most && is_intact(name, data);
        if !is_kept {
            troubles.add(format!("its field `{name}` is damaged"));
        }
        is_kept
    });
}

/// What is wrong with a state.
#[derive(Default)]
struct Troubles {
    first: Vec<String>,
    count: usize,
}

/// Troubles that are told in full.
const TOLD: usize = 4;
/// Characters that are shown of a text that a state holds.
const SHOWN: usize = 60;
/// Characters that are shown of why something is no state.
const WHY: usize = 4 * SHOWN;

impl Troubles {
    fn add(&mut self, what: String) {
        if self.count < TOLD {
            self.first.push(what);
        }
        self.count += 1;
    }

    fn told(&self) -> Option<String> {
        if self.count == 0 {
            return None;
        }
        let more = match self.count - self.first.len() {
            0 => String::new(),
            n => format!("; and {n} more"),
        };
        Some(format!(
            "Of the state that was loaded: {}{more}. What is not named here is as it was saved.",
            self.first.join("; ")
        ))
    }
}

/// A text that a state holds, as far as it is shown.
fn shown(text: impl Display) -> String {
    cut(&text.to_string(), SHOWN)
}

/// The first characters of a text, in one line.
fn cut(text: &str, most: usize) -> String {
    let mut kept: String = text.chars().take(most).collect();
    if kept.len() < text.len() {
        kept.push('…');
    }
    kept.replace(char::is_control, " ")
}
