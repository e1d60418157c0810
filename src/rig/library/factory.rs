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
    ];
    let preamps = vec![
        model!("preamps", "tube_two_stage", "Tube: two-stage 12AX7"),
        model!("preamps", "opamp_baxandall", "Op-amp: Baxandall"),
        none("None"),
    ];
    let couplings = vec![none("Direct")];
    let amps = vec![none("None")];
    let loads = vec![none("None: 1 MΩ")];
    [sources, preamps, couplings, amps, loads]
}
