//! The rigs under test: each model of each slot beside sensible neighbours, and each cabinet.

use loadline::rig::Library;
use loadline::rig::RigControls;
use loadline::rig::Slot;

/// What hosts play at, in Hz.
pub const RATES: [f64; 6] = [44.1e3, 48e3, 88.2e3, 96e3, 176.4e3, 192e3];

/// What stands in the other slots.
const NEIGHBOURS: [(Slot, &str); 4] = [
    (Slot::Source, "line"),
    (Slot::Preamp, "opamp_choice"),
    (Slot::Amp, "headphone_opamp"),
    (Slot::Load, "resistor"),
];

fn beside_neighbours(library: &Library) -> RigControls {
    let mut rig = RigControls::default();
    for (slot, id) in NEIGHBOURS {
        let place = library.find(slot, id).unwrap_or_else(|| panic!("no {id}"));
        rig.choose(slot, place, library);
    }
    rig
}

/// One rig for each model, with its name.
pub fn models(library: &Library) -> Vec<(String, RigControls)> {
    let mut rigs = Vec::new();
    for slot in Slot::ALL {
        for (place, model) in library.models(slot) {
            let mut rig = beside_neighbours(library);
            rig.choose(slot, place, library);
            if model.id == "mm_cartridge" {
                // Nothing else gives it the 47 kΩ that damp it.
                let phono = library
                    .find(Slot::Preamp, "phono_opamp")
                    .expect("a phono preamp");
                rig.choose(Slot::Preamp, phono, library);
            }
            rigs.push((format!("{} {}", slot.id(), model.id), rig));
        }
    }
    rigs
}

/// One rig for each loudspeaker, with its name.
pub fn cabinets(library: &Library) -> Vec<(String, RigControls)> {
    let rig = |(place, name): (usize, &str)| {
        let mut rig = beside_neighbours(library);
        rig.cabinet.place = place;
        (format!("cabinet {name}"), rig)
    };
    library.cabinets().map(rig).collect()
}
