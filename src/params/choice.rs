//! A parameter that chooses a model, with places kept free for models to come.

use crate::rig::library::Model;
use nice_plug::prelude::IntParam;
use nice_plug::prelude::IntRange;
use std::sync::Arc;

/// Places of every choice, so that a new model never moves a host's automation of the old ones.
pub const PLACES: usize = 32;

/// Shown at a place that no model fills yet.
const EMPTY: &str = "—";

/// Chooses among `models` by place; its text is the model's name, read in any case; the deck's id is read too.
pub fn model_choice(name: String, default: usize, models: &'static [Model]) -> IntParam {
    let last = PLACES as i32 - 1;
    IntParam::new(name, default as i32, IntRange::Linear { min: 0, max: last })
        .with_value_to_string(Arc::new(|place| name_of(models, place).to_string()))
        .with_string_to_value(Arc::new(|text| place_of(models, text)))
}

fn name_of(models: &[Model], place: i32) -> &'static str {
    usize::try_from(place)
        .ok()
        .and_then(|place| models.get(place))
        .map_or(EMPTY, |model| model.name)
}

fn place_of(models: &[Model], text: &str) -> Option<i32> {
    let is_it = |m: &Model| m.name.eq_ignore_ascii_case(text) || m.id.eq_ignore_ascii_case(text);
    let first_empty = || (text == EMPTY && models.len() < PLACES).then_some(models.len());
    models
        .iter()
        .position(is_it)
        .or_else(first_empty)
        .map(|place| place as i32)
}
