//! The parts of the unit that was heard.

use crate::failure::Failure;
use crate::shelf::library;
use loadline::rig::RigControls;
use loadline::rig::UnitPart;
use loadline::rig::parts;
use serde_json::Value;
use serde_json::json;

/// Every part that differs from unit to unit, with its deviation in %; nothing where all are as drawn.
pub fn report(rig: &RigControls) -> Result<Value, Failure> {
    let tolerance = rig.choices.tolerance;
    if tolerance.percent == 0 {
        return Ok(Value::Null);
    }
    let parts = parts(&rig.choices, &rig.knobs, library())?;
    let parts: Vec<Value> = parts.iter().map(row).collect();
    Ok(json!({ "number": tolerance.unit, "tolerance_percent": tolerance.percent, "parts": parts }))
}

fn row(part: &UnitPart) -> Value {
    let [left, right] = part.deviations;
    json!({
        "stage": part.stage, "model": part.model, "part": part.name, "quantity": part.quantity,
        "nominal": part.nominal, "left_percent": left, "right_percent": right,
    })
}
