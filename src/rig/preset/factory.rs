//! The factory's presets, in the order of the chooser.

use crate::rig::Preset;
use std::sync::LazyLock;

macro_rules! preset {
    ($file:literal) => {
        (
            $file,
            include_str!(concat!("../../../plugin-assets/presets/", $file, ".json")),
        )
    };
}

const FILES: &[(&str, &str)] = &[
    preset!("tweed_clean"),
    preset!("tweed_edge"),
    preset!("clean_4x12"),
    preset!("british_crunch"),
    preset!("high_gain_lead"),
    preset!("chime"),
    preset!("bedroom_watts"),
    preset!("jfet_fuzz"),
    preset!("solid_state_crunch"),
    preset!("di_already_loaded"),
    preset!("pickup_into_68k"),
    preset!("piezo_acoustic"),
    preset!("bass_bi_amp"),
    preset!("bass_class_ab"),
    preset!("bass_tube"),
    preset!("voice_class_a"),
    preset!("voice_transparent"),
    preset!("voice_tube_line"),
    preset!("voice_300_ohm"),
    preset!("drums_class_a"),
    preset!("drums_12_bit"),
    preset!("drums_741"),
    preset!("drums_nickel"),
    preset!("keys_stage"),
    preset!("keys_suitcase"),
    preset!("keys_pedal"),
    preset!("vinyl_tube"),
    preset!("vinyl_opamp"),
    preset!("master_nickel"),
    preset!("master_tube"),
    preset!("master_isolation"),
    preset!("master_300b"),
    preset!("phones_120_into_300"),
    preset!("phones_otl"),
    preset!("phones_portable"),
    preset!("phones_in_ear"),
];

/// Panics at a file that is no preset, which `tests/presets.rs` rules out.
pub fn presets() -> &'static [Preset] {
    static PRESETS: LazyLock<Vec<Preset>> = LazyLock::new(|| {
        let read = |(file, text): &(&str, &str)| {
            Preset::parse(text).unwrap_or_else(|why| panic!("{file}.json: {why}"))
        };
        FILES.iter().map(read).collect()
    });
    &PRESETS
}
