//! What the panel says of a loaded deck, read once: its knobs, switches, ratings, source and verified error.

use crate::editor::figures::decibels;
use crate::params::SlotParams;
use crate::params::library;
use crate::rig::Library;
use crate::rig::Slot;
use crate::rig::verified::Figures;
use crate::rig::verified::table;
use crate::units::text::parse_si;
use crate::units::text::si;
use std::sync::Arc;

pub struct Sheet {
    place: usize,
    library: Arc<Library>,
    pub knobs: Vec<SheetKnob>,
    /// Names of the switches, in their order.
    pub switches: Vec<String>,
    /// "Input 1 MΩ · Output 250 kΩ"
    pub ratings: String,
    /// What of the deck is ignored, then where its values are from and how it differs: in one line, and in all.
    pub origin: (String, String),
    /// Whether anything is ignored.
    pub has_notices: bool,
    /// The error against ngspice in one figure, and in all.
    pub verified: (String, String),
    /// Whether it drives two amplifiers.
    pub has_two_outputs: bool,
    /// Whether the slot is left empty.
    pub is_empty: bool,
}

/// A knob that the deck has and a host parameter turns.
pub struct SheetKnob {
    /// Among the slot's.
    pub at: usize,
    pub label: String,
    /// The deck's default, normalized.
    pub rest: f32,
}

/// The sheets of one rig's decks; a sheet is written when another deck is loaded.
#[derive(Default)]
pub struct Sheets([Option<Sheet>; 5]);

impl Sheets {
    pub fn of(&mut self, params: &SlotParams) -> &Sheet {
        let (place, library) = (params.place(), library());
        let sheet = &mut self.0[params.slot.index()];
        if !sheet
            .as_ref()
            .is_some_and(|sheet| sheet.is_of(place, &library))
        {
            *sheet = None;
        }
        sheet.get_or_insert_with(|| Sheet::read(params, place, library))
    }
}

impl Sheet {
    fn is_of(&self, place: usize, library: &Arc<Library>) -> bool {
        self.place == place && Arc::ptr_eq(&self.library, library)
    }

    fn read(params: &SlotParams, place: usize, library: Arc<Library>) -> Self {
        let slot = params.slot;
        let model = library.at(slot, place);
        let notes = model.annotations();
        let places = slot.places_of(&notes.knobs).into_iter().zip(&notes.knobs);
        let placed = places.filter_map(|(at, card)| Some((at?, card)));
        let rests = params.fresh(place).knobs;
        let knobs = placed.zip(rests).map(|((at, card), (_, rest))| SheetKnob {
            at,
            label: card.name.clone(),
            rest,
        });
        let names = notes.choices.iter().map(|card| card.name.clone());
        let origin = [("From ", &notes.from), ("Differs: ", &notes.differs)];
        let told = origin
            .iter()
            .filter_map(|(what, text)| Some(format!("{what}{}", text.as_ref()?)));
        let told = told.collect::<Vec<_>>().join(".  ");
        let rated = notes
            .ratings
            .iter()
            .map(|(what, value)| rating(what, value));
        let verified = if model.is_none() {
            Default::default()
        } else {
            verified(model.verified())
        };
        Self {
            place,
            knobs: knobs.collect(),
            switches: names.take(params.switches.len()).collect(),
            ratings: rated.collect::<Vec<_>>().join(" · "),
            origin: with_notices(&model.notices, told),
            has_notices: !model.notices.is_empty(),
            verified,
            has_two_outputs: slot == Slot::Coupling && model.has_second_output(),
            is_empty: model.is_none(),
            library,
        }
    }
}

/// The first of what is ignored, and all of it, before what a deck tells.
fn with_notices(notices: &[String], told: String) -> (String, String) {
    let Some((first, others)) = notices.split_first() else {
        return (told.clone(), told);
    };
    let more = match others.len() {
        0 => String::new(),
        n => format!("  (and {n} more)"),
    };
    let all = format!("{}\n\n{told}", notices.join("\n"));
    (format!("▲{more} {first}"), all)
}

/// "Input 1 MΩ"; a value that is no plain number stays as the deck has it.
fn rating(what: &str, value: &str) -> String {
    let unit = match what {
        "input" | "output" | "load" | "nominal" | "dc" | "peak" => "Ω",
        "clip" | "emf" => "V",
        "power" => "W",
        _ => "",
    };
    let name = match what {
        "dc" => "DC".into(),
        "emf" => "EMF".into(),
        _ => what[..1].to_uppercase() + &what[1..],
    };
    match parse_si(value) {
        Some(number) if !unit.is_empty() => format!("{name} {}", si(number, unit)),
        _ => format!("{name} {value}"),
    }
}

fn verified(figures: Option<&Figures>) -> (String, String) {
    let Some(figures) = figures else {
        let why = "This very deck has not been compared with ngspice: it is new, has changed, or is your own.";
        return ("Not verified".into(), why.into());
    };
    let waves = [
        ("Clean", figures.clean_db),
        ("Clipped", figures.clipped_db),
        ("Hardest drive", figures.hard_db),
    ];
    let waves: Vec<(&str, f64)> = waves
        .iter()
        .filter_map(|(what, db)| Some((*what, (*db)?)))
        .collect();
    let worst = waves.iter().map(|(_, db)| *db).reduce(f64::max);
    let badge = worst.map_or("Verified".into(), |db| format!("Verified {}", decibels(db)));
    let mut all = vec![format!(
        "Worst error against ngspice {} at {} kHz, in {} cases:",
        table().ngspice,
        table().rate_hz / 1e3,
        figures.cases
    )];
    all.extend(
        waves
            .iter()
            .map(|(what, db)| format!("{what} {}", decibels(*db))),
    );
    if let Some(db) = figures.harmonics_db {
        all.push(format!("Harmonics within {db:.4} dB"));
    }
    all.push(format!("Noise within {:.2} dB", figures.noise_db));
    if figures.operating_point > 0.0 {
        all.push(format!(
            "Voltages at rest within {:.0e}",
            figures.operating_point
        ));
    }
    if figures.unjudged > 0 {
        all.push(format!(
            "{} more cases in which ngspice differs from itself",
            figures.unjudged
        ));
    }
    (badge, all.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratings_get_their_units() {
        for (what, value, text) in [
            ("input", "1Meg", "Input 1 MΩ"),
            ("output", "0.05", "Output 50 mΩ"),
            ("clip", "13.4", "Clip 13.4 V"),
            ("emf", "2.5m", "EMF 2.5 mV"),
            ("gain", "40dB", "Gain 40dB"),
        ] {
            assert_eq!(rating(what, value), text);
        }
    }
}
