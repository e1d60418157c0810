//! The factory's models, in the order of their places. New ones go at the end: hosts store places.

use crate::rig::library::Model;
use crate::rig::library::NONE;

macro_rules! model {
    ($folder:literal, $id:literal, $name:literal) => {
        Model::new(
            $id,
            $name,
            concat!($folder, "/", $id, ".cir"),
            include_str!(concat!(
                "../../../plugin-assets/circuits/",
                $folder,
                "/",
                $id,
                ".cir"
            )),
        )
    };
}

/// A slot left empty.
fn none(name: &'static str) -> Model {
    Model::new(NONE, name, "", "")
}

/// By slot.
pub fn models() -> [Vec<Model>; 5] {
    let sources = vec![
        model!("sources", "line", "Line"),
        model!("sources", "single_coil", "Single coil"),
        model!("sources", "humbucker", "Humbucker"),
        model!("sources", "hot_humbucker", "Hot humbucker"),
        model!("sources", "ideal", "Ideal"),
        model!("sources", "keyboard", "Keyboard"),
        model!("sources", "dynamic_mic", "Dynamic mic"),
        model!("sources", "ribbon_mic", "Ribbon mic"),
        model!("sources", "condenser_mic", "Condenser mic"),
        model!("sources", "passive_bass", "Passive bass"),
        model!("sources", "active_bass", "Active bass"),
        model!("sources", "piezo", "Piezo"),
        model!("sources", "mm_cartridge", "MM cartridge"),
    ];
    let preamps = vec![
        model!("preamps", "tube_two_stage", "Tube: two-stage 12AX7"),
        model!("preamps", "opamp_baxandall", "Op-amp: Baxandall"),
        none("None"),
        model!("preamps", "tube_high_gain", "Tube: high gain"),
        model!("preamps", "tube_line", "Tube: 12AU7 line stage"),
        model!("preamps", "class_a_transistor", "Transistor: class A"),
        model!("preamps", "jfet", "JFET"),
        model!("preamps", "opamp_choice", "Op-amp: four chips"),
        Model {
            behind: Some(Box::new(model!(
                "preamps",
                "digital_out",
                "Digital: output stage"
            ))),
            ..model!("preamps", "digital_in", "Digital: converters")
        },
        model!("preamps", "mic_transparent", "Mic: transparent"),
        model!("preamps", "transformer_coloured", "Coloured: transformer"),
        model!("preamps", "phono_tube", "Phono: tube"),
        model!("preamps", "phono_opamp", "Phono: op-amp"),
        model!("preamps", "instrument", "Instrument: switchable"),
    ];
    let couplings = vec![
        none("Direct"),
        model!("couplings", "balanced_line", "Balanced line"),
        model!(
            "couplings",
            "isolation_transformer",
            "Isolation transformer"
        ),
        model!("couplings", "phase_splitter", "Splitter: tube cathodyne"),
        model!("couplings", "splitter_transformer", "Splitter: transformer"),
        model!("couplings", "bi_amp", "Bi-amp: LR4"),
        model!("couplings", "volume_pedal", "Volume pedal"),
    ];
    let amps = vec![
        none("None"),
        model!("amps", "tube_pp_6l6", "Tube: push-pull 6L6, 40 W"),
        model!("amps", "tube_pp_el34", "Tube: push-pull EL34, 50 W"),
        model!("amps", "tube_pp_el84", "Tube: push-pull EL84, 15 W"),
        model!("amps", "tube_se_el84", "Tube: single-ended EL84, 5 W"),
        model!("amps", "tube_se_300b", "Tube: single-ended 300B, 8 W"),
        model!("amps", "class_ab", "Solid state: class AB"),
        model!("amps", "class_d", "Class D"),
        model!("amps", "integrated", "Integrated amplifier"),
        model!("amps", "headphone_opamp", "Headphone: op-amp + buffer"),
        model!("amps", "headphone_otl", "Headphone: tube OTL"),
        model!("amps", "headphone_portable", "Headphone: low power"),
    ];
    let loads = vec![
        none("None: 1 MΩ"),
        model!("loads", "resistor", "Resistor"),
        model!("loads", "speaker_1x12_open", "Speaker: 1x12 open back"),
        model!("loads", "speaker_2x12", "Speaker: 2x12 open back"),
        model!("loads", "speaker_4x12_closed", "Speaker: 4x12 closed"),
        model!("loads", "speaker_bass_8x10", "Speaker: bass 8x10"),
        model!("loads", "speaker_hifi_two_way", "Speaker: hi-fi two-way"),
        model!("loads", "headphones", "Headphones"),
    ];
    [sources, preamps, couplings, amps, loads]
}
