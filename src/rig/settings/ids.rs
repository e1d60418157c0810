//! What can be set, for those who typed something else.

use crate::rig::Library;
use crate::rig::Slot;
use crate::rig::Turn;

/// Every id of a rig's settings, or a few alike, with what they take.
pub fn ids() -> Vec<(String, &'static str)> {
    let mut ids = Vec::new();
    let mut add = |id: &str, takes| ids.push((id.to_owned(), takes));
    for slot in Slot::ALL {
        add(slot.id(), "model by id or name (`loadline list`)");
        for knob in slot.knobs() {
            let takes = match knob.turn {
                Turn::Rotation { .. } => "0 to 10, or the knob's own scale",
                Turn::Impedance { .. } => "ohms, \"2k2\"",
            };
            add(knob.param, takes);
        }
        let last = slot.n_switches();
        let switches = format!("{0}_s1 … {0}_s{last}", slot.id());
        add(&switches, "switches of the loaded deck, by label");
    }
    add(
        "second_amp",
        "amplifier behind the second output: same, or a model",
    );
    add("cabinet", "a cabinet by name, or a WAV of your own");
    add("mic1 mic2", "Dynamic, Ribbon, Condenser, Omni");
    add("mic1_distance mic2_distance", "\"3 cm\"");
    add("mic1_angle mic1_offset …", "\"45°\", \"35 %\"");
    add("mic_mix", "share of the second microphone, \"30 %\"");
    add("polarity", "normal or inverted");
    add("temperature", "of every part, in °C");
    add("trim", "output trim, \"-6 dB\"");
    ids
}

/// [`ids`], a line each.
pub fn list() -> String {
    let lines: Vec<String> = ids()
        .iter()
        .map(|(id, takes)| format!("{id:<30}{takes}"))
        .collect();
    lines.join("\n")
}

/// The models of a slot, a line each.
pub fn models(library: &Library, slot: Slot) -> String {
    let lines: Vec<String> = library
        .models(slot)
        .map(|(_, model)| format!("{:<24}{}", model.id, model.name))
        .collect();
    lines.join("\n")
}
