//! What stands beside a deck's knob: its position as text, both ways.

use crate::circuit::KnobCard;
use crate::units::text;

/// Text of a rotation: "800 Hz", "12 V"; 0 to 10 where the knob has no scale of its own or the deck no such knob.
pub fn write(card: Option<&KnobCard>, rotation: f64) -> String {
    match card.filter(has_scale) {
        Some(card) => text::si(card.at_rotation(rotation), symbol(card)),
        None => text::rotation(rotation),
    }
}

/// Rotation of a text; `None` where it can't be understood.
pub fn read(card: Option<&KnobCard>, typed: &str) -> Option<f64> {
    let Some(card) = card.filter(has_scale) else {
        return text::parse_rotation(typed);
    };
    let bare = typed.trim().trim_end_matches(symbol(card));
    text::parse_si(bare).map(|value| card.rotation_of(value))
}

fn has_scale(card: &&KnobCard) -> bool {
    card.unit.is_some() || (card.min, card.max) != (0.0, 1.0)
}

fn symbol(card: &KnobCard) -> &str {
    match card.unit.as_deref() {
        Some("ohm") => "Ω",
        Some(unit) => unit,
        None => "",
    }
}
