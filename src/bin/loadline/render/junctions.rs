//! Volts, impedances and losses between the stages of the rig that was heard.

use crate::failure::Failure;
use crate::shelf::library;
use loadline::rig::Choices;
use loadline::rig::F_REPORT;
use loadline::rig::Levels;
use loadline::rig::Library;
use loadline::rig::RigControls;
use loadline::rig::Slot;
use loadline::rig::loadings;
use loadline::units::Volts;
use loadline::units::v_rms_to_dbu;
use serde_json::Value;
use serde_json::json;

/// From the host to the load: the level that was played, the impedances at 1 kHz.
pub fn report(rig: &RigControls, v_source: Volts, levels: &Levels) -> Result<Value, Failure> {
    let library = library();
    let found = loadings(&rig.choices, &rig.knobs, library, F_REPORT)?;
    let mut junctions = vec![json!({
        "from": "host", "to": "source", "v_rms": v_source, "dbu": v_rms_to_dbu(v_source),
    })];
    for loading in &found.junctions {
        let v_rms = levels.v_rms(levels.junctions[loading.after.index()]);
        junctions.push(json!({
            "from": loading.after.id(), "to": next(&rig.choices, library, loading.after),
            "v_rms": v_rms, "dbu": v_rms_to_dbu(v_rms),
            "z_source_ohm": loading.z_source, "z_load_ohm": loading.z_load, "loss_db": loading.loss_db,
        }));
    }
    let last = found.junctions.last();
    let watts = last.map(|loading| {
        let v_rms = levels.v_rms(levels.junctions[loading.after.index()]);
        v_rms * v_rms / loading.z_load
    });
    let sum = found.is_split.then(|| levels.v_rms(levels.sum));
    Ok(json!({
        "frequency_hz": F_REPORT, "junctions": junctions, "load_watts": watts, "sum_v_rms": sum,
    }))
}

/// The stage that this one drives.
fn next(choices: &Choices, library: &Library, after: Slot) -> &'static str {
    let mut behind = Slot::ALL.into_iter().filter(|slot| *slot > after);
    let filled = behind.find(|slot| !library.at(*slot, choices[*slot]).is_none());
    filled.map_or("1 MΩ", Slot::id)
}
