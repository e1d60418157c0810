//! Saved states that are broken or foreign.

use nice_plug::plugin::ParamValue;
use nice_plug::prelude::PluginState;

/// Removes what can't be a value, so that a broken entry leaves its parameter alone.
///
/// A number that is not finite would be written back as `null` and spoil the next state; `active` and `quality`
/// are stored by name, and the framework does not check a place that stands there instead.
pub fn repair(state: &mut PluginState) {
    state.params.retain(|id, value| match value {
        ParamValue::F32(number) => number.is_finite(),
        ParamValue::I32(_) => id != "active" && id != "quality",
        ParamValue::Bool(_) | ParamValue::String(_) => true,
    });
}
