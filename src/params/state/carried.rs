//! The user's own decks and responses that a state carries along.

use crate::params::LoadlineParams;
use crate::params::adopt as into_library;
use crate::params::library;
use crate::params::own::key;
use crate::params::state::OWN_FIELD;
use crate::params::state::Troubles;
use crate::params::state::shown;
use crate::rig::Slot;
use crate::rig::library::Embedded;
use crate::rig::library::Kind;
use crate::rig::library::USER;
use nice_plug::plugin::ParamValue;
use nice_plug::prelude::PluginState;
use serde_json::Value;
use std::collections::BTreeMap;

/// Brings what the rigs play of the user's own into the library, and the parameters that choose it to its places
/// there. Where that can't be, the slot stays as it is, with its knobs and switches.
pub fn adopt(state: &mut PluginState, params: &LoadlineParams, troubles: &mut Troubles) {
    let carried = read(state.fields.remove(OWN_FIELD), troubles);
    let mut taken = BTreeMap::new();
    for rig in ["a", "b"] {
        for chooser in params.a.choosers() {
            let id = format!("{rig}_{}", chooser.id);
            let Some(ParamValue::I32(value)) = state.params.get(&id) else {
                continue;
            };
            let value = usize::try_from(*value).unwrap_or(0);
            let Some(place) = chooser.place_of(value).filter(|place| *place >= USER) else {
                continue;
            };
            let key = key(chooser.kind, place);
            let embedded = carried.get(&key);
            let found = taken
                .entry(key)
                .or_insert_with(|| take(chooser.kind, place, embedded));
            match found {
                Ok(place) => {
                    let value = ParamValue::I32((*place + chooser.first) as i32);
                    state.params.insert(id, value);
                }
                Err(why) => {
                    troubles.add(format!("`{id}` stays as it was: {why}"));
                    state.params.remove(&id);
                    if let Kind::Deck(slot) = chooser.kind
                        && chooser.id == slot.id()
                    {
                        leave_alone(state, rig, slot);
                    }
                }
            }
        }
    }
}

fn read(field: Option<String>, troubles: &mut Troubles) -> BTreeMap<String, Value> {
    let read = serde_json::from_str(field.as_deref().unwrap_or("{}"));
    read.unwrap_or_else(|_| {
        troubles.add("your own decks and responses in it are damaged".into());
        BTreeMap::new()
    })
}

/// Place in the library of what stood at `place` where the state was written.
fn take(kind: Kind, place: usize, embedded: Option<&Value>) -> Result<usize, String> {
    let Some(embedded) = embedded else {
        let library = library();
        let is_here = match kind {
            Kind::Deck(slot) => library.get(slot, place).is_some(),
            Kind::Response => library.response(place).is_some(),
        };
        return is_here.then_some(place).ok_or_else(|| {
            "its own deck or response is neither in the state nor in your folder".into()
        });
    };
    let embedded: Embedded = serde_json::from_value(embedded.clone())
        .map_err(|why| format!("what it carries is damaged ({})", shown(why)))?;
    into_library(kind, &embedded, place).map_err(|why| format!("{}: {why}", shown(&embedded.name)))
}

/// Leaves out the knobs and switches of a slot.
fn leave_alone(state: &mut PluginState, rig: &str, slot: Slot) {
    let knobs = slot.knobs().iter().map(|knob| knob.param.to_owned());
    let switches = (1..=slot.n_switches()).map(|n| format!("{}_s{n}", slot.id()));
    for id in knobs.chain(switches) {
        state.params.remove(&format!("{rig}_{id}"));
    }
}
