//! What each parameter can take from a state.

use crate::params::LoadlineParams;
use crate::params::state::Troubles;
use crate::params::state::shown;
use nice_plug::params::InternalParamMut;
use nice_plug::plugin::ParamValue;
use nice_plug::prelude::FloatRange;
use nice_plug::prelude::IntRange;
use nice_plug::prelude::Param;
use nice_plug::prelude::ParamPtr;
use nice_plug::prelude::Params;
use std::collections::BTreeMap;

/// Every parameter with what it can take.
pub struct Entries(BTreeMap<String, Entry>);

/// What a parameter stores.
enum Entry {
    Number { min: f32, max: f32, default: f32 },
    Step { min: i32, max: i32, default: i32 },
    Switch { default: bool },
    Name { known: Vec<String>, default: usize },
}

/// A host's value comes back this much beside the range's end, of its width, by rounding.
const ROUNDING: f32 = 1e-6;

impl Entries {
    /// Of a set that nobody plays: the names of choices are found by turning through them.
    pub fn of(params: &LoadlineParams) -> Self {
        let map = params.param_map().into_iter();
        Self(map.map(|(id, param, _)| (id, Entry::of(param))).collect())
    }

    pub fn ids(&self) -> impl Iterator<Item = &String> {
        self.0.keys()
    }

    /// Where a parameter stands that nobody has moved.
    pub fn default(&self, id: &str) -> Option<ParamValue> {
        Some(match self.0.get(id)? {
            Entry::Number { default, .. } => ParamValue::F32(*default),
            Entry::Step { default, .. } => ParamValue::I32(*default),
            Entry::Switch { default } => ParamValue::Bool(*default),
            Entry::Name { known, default } => ParamValue::String(known[*default].clone()),
        })
    }

    /// Leaves only what parameters can take.
    pub fn check(&self, values: &mut BTreeMap<String, ParamValue>, troubles: &mut Troubles) {
        values.retain(|id, value| {
            let Some(entry) = self.0.get(id) else {
                return false;
            };
            match entry.check(value) {
                Ok(()) => true,
                Err(wanted) => {
                    let found = match value {
                        ParamValue::F32(number) => shown(number),
                        ParamValue::I32(number) => shown(number),
                        ParamValue::Bool(is_on) => shown(is_on),
                        ParamValue::String(text) => format!("\"{}\"", shown(text)),
                    };
                    troubles.add(format!("`{id}` is {found}, not {wanted}"));
                    false
                }
            }
        });
    }
}

impl Entry {
    fn of(param: ParamPtr) -> Self {
        // SAFETY: the parameters that the pointers are of outlive this call.
        unsafe {
            match param {
                ParamPtr::FloatParam(param) => {
                    let default = (*param).default_plain_value();
                    match (*param).range() {
                        FloatRange::Linear { min, max } => Self::Number { min, max, default },
                        _ => Self::Number {
                            min: f32::MIN,
                            max: f32::MAX,
                            default,
                        },
                    }
                }
                ParamPtr::IntParam(param) => {
                    let default = (*param).default_plain_value();
                    match (*param).range() {
                        IntRange::Linear { min, max } => Self::Step { min, max, default },
                        IntRange::Reversed(_) => Self::Step {
                            min: i32::MIN,
                            max: i32::MAX,
                            default,
                        },
                    }
                }
                ParamPtr::BoolParam(param) => Self::Switch {
                    default: (*param).default_plain_value(),
                },
                ParamPtr::EnumParam(param) => {
                    let default = (*param).default_plain_value();
                    let last = (*param).step_count().unwrap_or(0) as i32;
                    let name = |at: i32| {
                        (*param)._internal_set_plain_value(at);
                        (*param)
                            .unmodulated_plain_id()
                            .unwrap_or_default()
                            .to_owned()
                    };
                    Self::Name {
                        known: (0..=last).map(name).collect(),
                        default: default as usize,
                    }
                }
            }
        }
    }

    /// Or what it takes.
    fn check(&self, value: &ParamValue) -> Result<(), String> {
        match (self, value) {
            (Self::Number { min, max, .. }, ParamValue::F32(number)) => {
                let slack = ROUNDING * (max - min);
                let is_in = (min - slack..=max + slack).contains(number);
                is_in.then_some(()).ok_or_else(|| format!("{min} to {max}"))
            }
            (Self::Step { min, max, .. }, ParamValue::I32(number)) => {
                let is_in = (min..=max).contains(&number);
                is_in.then_some(()).ok_or_else(|| format!("{min} to {max}"))
            }
            (Self::Switch { .. }, ParamValue::Bool(_)) => Ok(()),
            (Self::Name { known, .. }, ParamValue::String(name)) => {
                let is_known = known.contains(name);
                is_known
                    .then_some(())
                    .ok_or_else(|| format!("one of {}", known.join(", ")))
            }
            (Self::Number { .. }, _) => Err("a number".into()),
            (Self::Step { .. }, _) => Err("a whole number".into()),
            (Self::Switch { .. }, _) => Err("true or false".into()),
            (Self::Name { .. }, _) => Err("a name".into()),
        }
    }
}
