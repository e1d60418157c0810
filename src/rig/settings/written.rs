//! A rig's settings, written down.

use crate::circuit::KnobCard;
use crate::rig::CabinetModel;
use crate::rig::Library;
use crate::rig::RigControls;
use crate::rig::Slot;
use crate::rig::Turn;
use crate::rig::controls::ROOM_TEMPERATURE;
use crate::rig::legend;
use crate::rig::library::USER;
use crate::rig::settings::find;
use crate::units::text;

/// Rotations that a host's parameter, an `f32`, can't tell apart.
const SAME_ROTATION: f64 = 3e-8;
/// The same of Ω, which hosts keep as logarithms; a ratio.
const SAME_OHMS: f64 = 2e-7;

impl RigControls {
    /// Every setting that says something of the loaded decks, in the signal's order: made one after the other on any
    /// rig ([`RigControls::set`]), they make this one of it.
    pub fn settings(&self, library: &Library) -> Vec<(String, String)> {
        let mut settings: Vec<(String, String)> = Vec::new();
        let mut add = |id: &str, value: String| settings.push((id.to_owned(), value));
        for slot in Slot::ALL {
            let place = self.choices[slot];
            add(slot.id(), model(library, slot, place));
            for (knob, card, position) in self.turned(slot, library) {
                let value = match knob.turn {
                    Turn::Rotation { .. } => rotation(card, position),
                    Turn::Impedance { .. } => impedance(position),
                };
                add(knob.param, value);
            }
            let notes = library.at(slot, place).annotations();
            let switches = self.choices.switches[slot.index()];
            for (n, (card, at)) in notes.choices.iter().zip(switches).enumerate() {
                add(&format!("{}_s{}", slot.id(), n + 1), card.at(at).0.clone());
            }
            if slot == Slot::Coupling && library.at(slot, place).has_second_output() {
                let second = self.choices.second_amp.checked_sub(1);
                let name = second.map_or("same".into(), |place| model(library, Slot::Amp, place));
                add("second_amp", name);
            }
        }
        let cabinet = &self.cabinet;
        let name = library.cabinet(cabinet.place);
        let name = name.unwrap_or(CabinetModel::None.name());
        add("cabinet", name.to_owned());
        if (1..USER).contains(&cabinet.place) {
            for (id, mic) in ["mic1", "mic2"].into_iter().zip(&cabinet.mics) {
                add(id, mic.kind.name().to_owned());
                add(&format!("{id}_distance"), unit(100.0 * mic.distance, " cm"));
                add(&format!("{id}_angle"), unit(mic.angle, "°"));
                add(&format!("{id}_offset"), unit(100.0 * mic.offset, " %"));
            }
            add("mic_mix", unit(100.0 * cabinet.mix, " %"));
        }
        if self.inverted {
            add("polarity", "inverted".to_owned());
        }
        if self.choices.temperature != ROOM_TEMPERATURE {
            add("temperature", format!("{} °C", self.choices.temperature));
        }
        add("trim", unit(self.trim_db, " dB"));
        settings
    }
}

/// Its id; its name where another model comes first by that id.
fn model(library: &Library, slot: Slot, place: usize) -> String {
    let model = library.at(slot, place);
    let known = find(library, slot, &model.id) == Some(place);
    let text = if known { &model.id } else { &model.name };
    text.clone().into_owned()
}

/// As on the panel where that is enough, else with as many digits as it takes.
fn rotation(card: &KnobCard, position: f64) -> String {
    let is_same = |text: &String| {
        legend::read(Some(card), text).is_some_and(|read| (read - position).abs() <= SAME_ROTATION)
    };
    let panel = legend::write(Some(card), position);
    if is_same(&panel) {
        return panel;
    }
    shortest(
        |digits| legend::write_digits(card, position, digits),
        is_same,
    )
}

fn impedance(ohms: f64) -> String {
    let is_same = |text: &String| {
        text::parse_ohms(text).is_some_and(|read| (read / ohms - 1.0).abs() <= SAME_OHMS)
    };
    let panel = text::ohms(ohms);
    if is_same(&panel) {
        return panel;
    }
    shortest(|digits| text::digits(ohms, digits), is_same)
}

fn unit(value: f64, unit: &str) -> String {
    let is_same = |text: &String| {
        text.parse()
            .is_ok_and(|read: f64| read as f32 == value as f32)
    };
    let number = shortest(|digits| text::digits(value, digits), is_same);
    format!("{number}{unit}")
}

/// The first text that is the same, of one to [`ALL_DIGITS`] digits.
fn shortest(write: impl Fn(usize) -> String, is_same: impl Fn(&String) -> bool) -> String {
    let mut texts = (1..ALL_DIGITS).map(&write);
    texts.find(is_same).unwrap_or_else(|| write(ALL_DIGITS))
}

/// Significant digits that hold any `f64`.
const ALL_DIGITS: usize = 17;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rig::settings::chooses_model;

    /// Reads `settings` into a rig that stands elsewhere.
    fn read(settings: &[(String, String)], library: &Library) -> RigControls {
        let mut rig = RigControls::default();
        let (models, rest): (Vec<_>, Vec<_>) =
            settings.iter().partition(|(id, _)| chooses_model(id));
        for (id, value) in models.into_iter().chain(rest) {
            rig.set(id, value, library)
                .unwrap_or_else(|why| panic!("{id}={value}: {why:?}"));
        }
        rig
    }

    #[test]
    fn every_model_s_settings_come_back() {
        let library = Library::factory();
        for slot in Slot::ALL {
            for (place, model) in library.models(slot) {
                let mut rig = RigControls::default();
                for slot in Slot::ALL {
                    rig.choose(slot, 0, &library);
                }
                rig.choose(slot, place, &library);
                for (at, knob) in slot.knobs().iter().enumerate() {
                    if slot.card_at(at, &model.annotations().knobs).is_none() {
                        continue;
                    }
                    let position = match &knob.turn {
                        Turn::Rotation { .. } => f64::from(0.123_456_79f32),
                        Turn::Impedance { .. } => 4321.0,
                    };
                    rig.knobs.set(slot, at, position);
                }
                let switches = &mut rig.choices.switches[slot.index()];
                for (switch, card) in switches.iter_mut().zip(&model.annotations().choices) {
                    *switch = card.values.len() as u8 - 1;
                }
                let back = read(&rig.settings(&library), &library);
                assert_eq!(back.choices, rig.choices, "{}", model.id);
                for (at, knob) in slot.knobs().iter().enumerate() {
                    if slot.card_at(at, &model.annotations().knobs).is_none() {
                        continue;
                    }
                    let (was, is) = (rig.knobs.at(slot, at), back.knobs.at(slot, at));
                    // Measured 2.7e-8.
                    assert!(
                        (is - was).abs() <= SAME_ROTATION,
                        "{}: {is} for {was}",
                        knob.id
                    );
                }
            }
        }
    }

    #[test]
    fn what_is_no_deck_s_comes_back() {
        let library = Library::factory();
        let mut rig = RigControls::default();
        for (id, value) in [
            ("coupling", "Bi-amp: LR4"),
            ("second_amp", "class_d"),
            ("cabinet", "4x12 closed"),
            ("mic1_distance", "7.3 cm"),
            ("mic2", "Omni"),
            ("mic2_angle", "33.3°"),
            ("mic2_offset", "61.7 %"),
            ("mic_mix", "31 %"),
            ("polarity", "inverted"),
            ("temperature", "41"),
            ("trim", "-17.35 dB"),
        ] {
            rig.set(id, value, &library).unwrap();
        }
        let settings = rig.settings(&library);
        let back = read(&settings, &library);
        assert_eq!((back.cabinet, back.trim_db), (rig.cabinet, rig.trim_db));
        assert_eq!((back.choices, back.inverted), (rig.choices, true));
        let of = |id| {
            settings
                .iter()
                .find(|(known, _)| known == id)
                .map(|it| &*it.1)
        };
        assert_eq!(of("mic1_distance"), Some("7.3 cm"));
        assert_eq!(of("trim"), Some("-17.35 dB"));
        // No amplifier is loaded, so no knob of one is told.
        assert_eq!((of("amp"), of("amp_volume")), (Some("none"), None));
    }
}
