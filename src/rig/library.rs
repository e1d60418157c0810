//! The factory models, compiled in.

/// A model's place on the panel and its deck.
pub struct Model {
    /// Name of the deck's `.subckt`.
    pub id: &'static str,
    pub name: &'static str,
    /// The deck, as text.
    pub deck: &'static str,
}

/// Sources, in the order of the host parameter's values; new ones go at the end.
pub const SOURCES: &[Model] = &[
    Model {
        id: "line",
        name: "Line",
        deck: "",
    },
    Model {
        id: "single_coil",
        name: "Single coil",
        deck: "",
    },
    Model {
        id: "humbucker",
        name: "Humbucker",
        deck: "",
    },
    Model {
        id: "hot_humbucker",
        name: "Hot humbucker",
        deck: "",
    },
];

/// Preamps, in the order of the host parameter's values; new ones go at the end.
pub const PREAMPS: &[Model] = &[
    Model {
        id: "tube_two_stage",
        name: "Tube: two-stage 12AX7",
        deck: "",
    },
    Model {
        id: "opamp_baxandall",
        name: "Op-amp: Baxandall",
        deck: "",
    },
];
