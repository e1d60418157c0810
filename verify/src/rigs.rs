//! Whole rigs that are verified from end to end.

use loadline::rig::Library;
use loadline::rig::Slot;
use loadline::rig::library::Model;
use loadline::rig::verified::joint_hash;
use std::collections::BTreeMap;

/// Models by id, from the source on; an empty slot is left out.
pub const RIGS: &[&[(Slot, &str)]] = &[
    &[
        (Slot::Source, "single_coil"),
        (Slot::Preamp, "tube_two_stage"),
        (Slot::Amp, "tube_pp_6l6"),
        (Slot::Load, "speaker_4x12_closed"),
    ],
    &[
        (Slot::Source, "humbucker"),
        (Slot::Preamp, "tube_high_gain"),
        (Slot::Amp, "tube_pp_el34"),
        (Slot::Load, "speaker_4x12_closed"),
    ],
    &[
        (Slot::Source, "single_coil"),
        (Slot::Preamp, "tube_two_stage"),
        (Slot::Amp, "tube_se_el84"),
        (Slot::Load, "speaker_1x12_open"),
    ],
    &[
        (Slot::Source, "passive_bass"),
        (Slot::Preamp, "opamp_baxandall"),
        (Slot::Coupling, "isolation_transformer"),
        (Slot::Amp, "class_ab"),
        (Slot::Load, "speaker_bass_8x10"),
    ],
    &[
        (Slot::Source, "dynamic_mic"),
        (Slot::Preamp, "class_a_transistor"),
        (Slot::Coupling, "isolation_transformer"),
    ],
    &[
        (Slot::Source, "mm_cartridge"),
        (Slot::Preamp, "phono_tube"),
        (Slot::Amp, "tube_se_300b"),
        (Slot::Load, "speaker_hifi_two_way"),
    ],
    &[
        (Slot::Source, "mm_cartridge"),
        (Slot::Preamp, "phono_opamp"),
        (Slot::Amp, "headphone_opamp"),
        (Slot::Load, "headphones"),
    ],
    &[
        (Slot::Source, "line"),
        (Slot::Preamp, "tube_line"),
        (Slot::Coupling, "splitter_transformer"),
        (Slot::Amp, "tube_pp_el84"),
        (Slot::Load, "resistor"),
    ],
];

/// The library's models of a rig.
pub fn models<'a>(
    library: &'a Library,
    rig: &[(Slot, &str)],
) -> Result<Vec<(Slot, &'a Model)>, String> {
    rig.iter()
        .map(|(slot, id)| {
            let place = library.find(*slot, id);
            let place = place.ok_or_else(|| format!("the library has no {} {id}", slot.id()))?;
            Ok((*slot, library.at(*slot, place)))
        })
        .collect()
}

/// Ids by kind.
pub fn named(models: &[(Slot, &Model)]) -> BTreeMap<String, String> {
    models
        .iter()
        .map(|(slot, model)| (slot.id().to_owned(), model.id.to_string()))
        .collect()
}

/// Of the models as they are; nothing where one can't be read.
pub fn hash(models: &[(Slot, &Model)]) -> String {
    let hashes: Vec<String> = models
        .iter()
        .map(|(_, model)| model.content_hash().unwrap_or_default())
        .collect();
    joint_hash(hashes.iter().map(String::as_str))
}
