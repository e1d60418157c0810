//! The places of the signal path that decks fill, and the knobs that hosts know there.

use crate::circuit::KnobCard;
use crate::units::Ohms;
use std::ops::RangeInclusive;

/// A place in the signal path; the one before drives it, and it loads the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Slot {
    Source,
    Preamp,
    Coupling,
    Amp,
    Load,
}

/// A knob that hosts know, whichever deck is loaded.
#[derive(Clone, Debug, PartialEq)]
pub struct KnobPlace {
    /// Of the deck's `*@ knob`; a free place takes the deck's other knobs in their order.
    pub id: &'static str,
    /// Of the host parameter, behind the rig's letter.
    pub param: &'static str,
    pub name: &'static str,
    pub turn: Turn,
}

/// How a knob's position is told.
#[derive(Clone, Debug, PartialEq)]
pub enum Turn {
    /// Rotation, 0 to 1; the deck's taper makes a value of it.
    Rotation { default: f64 },
    /// In Ω, the same whichever deck is loaded.
    Impedance {
        range: RangeInclusive<Ohms>,
        default: Ohms,
    },
}

impl Turn {
    /// How far a knob in this position is turned, 0 to 1: impedances by their ratios.
    pub fn turned(&self, position: f64) -> f64 {
        match self {
            Self::Rotation { default } if position.is_nan() => *default,
            Self::Rotation { .. } => position.clamp(0.0, 1.0),
            Self::Impedance { default, .. } if position.is_nan() => self.turned(*default),
            Self::Impedance { range, .. } => {
                let (least, most) = (*range.start(), *range.end());
                (position.clamp(least, most) / least).ln() / (most / least).ln()
            }
        }
    }

    /// The position of a knob that is turned so far.
    pub fn position(&self, turned: f64) -> f64 {
        match self {
            Self::Rotation { .. } => turned,
            Self::Impedance { range, .. } => {
                let (least, most) = (*range.start(), *range.end());
                least * (most / least).powf(turned)
            }
        }
    }
}

/// Where a rotation stands that nobody has turned.
pub const MIDDLE: f64 = 0.5;

/// What the id of a place begins with that takes any knob.
const FREE: &str = "x";

const fn pot(id: &'static str, param: &'static str, name: &'static str) -> KnobPlace {
    KnobPlace {
        id,
        param,
        name,
        turn: Turn::Rotation { default: MIDDLE },
    }
}

/// A volume or tone pot, which is full up until somebody turns it.
const fn full(id: &'static str, param: &'static str, name: &'static str) -> KnobPlace {
    KnobPlace {
        id,
        param,
        name,
        turn: Turn::Rotation { default: 1.0 },
    }
}

const fn impedance(
    id: &'static str,
    param: &'static str,
    name: &'static str,
    range: RangeInclusive<Ohms>,
    default: Ohms,
) -> KnobPlace {
    KnobPlace {
        id,
        param,
        name,
        turn: Turn::Impedance { range, default },
    }
}

const SOURCE: &[KnobPlace] = &[
    impedance("z_source", "source_z", "Source Z", 10.0..=1e6, 100.0),
    full("volume", "source_volume", "Source Volume"),
    full("tone", "source_tone", "Source Tone"),
    pot("x1", "source_x1", "Source 1"),
    pot("x2", "source_x2", "Source 2"),
];

const PREAMP: &[KnobPlace] = &[
    impedance("z_in", "input_z", "Input Z", 300.0..=10e6, 1e6),
    pot("gain", "gain", "Gain"),
    pot("bass", "bass", "Bass"),
    pot("mid", "mid", "Mid"),
    pot("treble", "treble", "Treble"),
    pot("presence", "presence", "Presence"),
    pot("level", "level", "Level"),
    pot("supply", "supply", "Supply"),
    pot("x1", "preamp_x1", "Preamp 1"),
    pot("x2", "preamp_x2", "Preamp 2"),
    pot("x3", "preamp_x3", "Preamp 3"),
    pot("x4", "preamp_x4", "Preamp 4"),
];

const COUPLING: &[KnobPlace] = &[
    full("volume", "coupling_volume", "Coupling Volume"),
    pot("crossover", "coupling_crossover", "Crossover"),
    pot("balance", "coupling_balance", "Amp Balance"),
    pot("x1", "coupling_x1", "Coupling 1"),
    pot("x2", "coupling_x2", "Coupling 2"),
];

const AMP: &[KnobPlace] = &[
    pot("volume", "amp_volume", "Amp Volume"),
    pot("bass", "amp_bass", "Amp Bass"),
    pot("mid", "amp_mid", "Amp Mid"),
    pot("treble", "amp_treble", "Amp Treble"),
    pot("presence", "amp_presence", "Amp Presence"),
    pot("resonance", "amp_resonance", "Amp Resonance"),
    pot("bias", "amp_bias", "Amp Bias"),
    pot("sag", "amp_sag", "Amp Sag"),
    pot("feedback", "amp_feedback", "Amp Feedback"),
    pot("supply", "amp_supply", "Amp Supply"),
    pot("x1", "amp_x1", "Amp 1"),
    pot("x2", "amp_x2", "Amp 2"),
    pot("x3", "amp_x3", "Amp 3"),
];

const LOAD: &[KnobPlace] = &[
    impedance("z_load", "load_z", "Load Z", 1.0..=1e6, 8.0),
    pot("x1", "load_x1", "Load 1"),
    pot("x2", "load_x2", "Load 2"),
];

/// Knobs of all slots.
pub const N_KNOBS: usize = SOURCE.len() + PREAMP.len() + COUPLING.len() + AMP.len() + LOAD.len();

/// Switches of any slot, at most.
pub const MAX_SWITCHES: usize = 6;

impl Slot {
    /// In the signal's order.
    pub const ALL: [Slot; 5] = [
        Self::Source,
        Self::Preamp,
        Self::Coupling,
        Self::Amp,
        Self::Load,
    ];

    pub fn index(self) -> usize {
        self as usize
    }

    /// As `kind=` in a deck's `*@ model`, and in the ids of host parameters.
    pub fn id(self) -> &'static str {
        ["source", "preamp", "coupling", "amp", "load"][self.index()]
    }

    pub fn name(self) -> &'static str {
        ["Source", "Preamp", "Coupling", "Amp", "Load"][self.index()]
    }

    /// The slot that a deck of this `kind=` belongs to.
    pub fn of_kind(kind: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|slot| slot.id() == kind)
    }

    pub fn knobs(self) -> &'static [KnobPlace] {
        [SOURCE, PREAMP, COUPLING, AMP, LOAD][self.index()]
    }

    /// Switches that hosts know here.
    pub fn n_switches(self) -> usize {
        [3, MAX_SWITCHES, 3, 4, 2][self.index()]
    }

    /// Place of the slot's first knob among all.
    pub fn first_knob(self) -> usize {
        Self::ALL[..self.index()]
            .iter()
            .map(|slot| slot.knobs().len())
            .sum()
    }

    /// Place of a knob among the slot's, by its id.
    pub fn knob(self, id: &str) -> Option<usize> {
        self.knobs().iter().position(|knob| knob.id == id)
    }

    /// Place among the slot's knobs that turns each of a deck's knobs; `None` where there is no room.
    pub fn places_of(self, cards: &[KnobCard]) -> Vec<Option<usize>> {
        let is_free = |place: &&KnobPlace| place.id.starts_with(FREE);
        let mut free = (0..self.knobs().len()).filter(|place| is_free(&&self.knobs()[*place]));
        cards
            .iter()
            .map(|card| {
                let own = self.knob(&card.id).filter(|_| !card.id.starts_with(FREE));
                own.or_else(|| free.next())
            })
            .collect()
    }

    /// The deck's knob that a place turns, if the deck has one.
    pub fn card_at(self, place: usize, cards: &[KnobCard]) -> Option<&KnobCard> {
        let places = self.places_of(cards);
        let at = places.iter().position(|found| *found == Some(place))?;
        cards.get(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card(id: &str) -> KnobCard {
        KnobCard {
            id: id.into(),
            name: id.into(),
            min: 0.0,
            max: 1.0,
            default: 0.5,
            taper: crate::circuit::Taper::Linear,
            unit: None,
        }
    }

    #[test]
    fn a_deck_s_own_knobs_take_the_free_places_in_their_order() {
        let cards = ["hum", "bias", "x1", "ripple", "warmth"].map(card);
        let ids: Vec<Option<&str>> = Slot::Amp
            .places_of(&cards)
            .into_iter()
            .map(|place| place.map(|place| AMP[place].id))
            .collect();
        let wanted = [Some("x1"), Some("bias"), Some("x2"), Some("x3"), None];
        assert_eq!(ids, wanted);
        assert_eq!(Slot::Amp.card_at(11, &cards).unwrap().id, "x1");
        assert_eq!(Slot::Amp.card_at(0, &cards), None);
    }

    #[test]
    fn every_knob_has_one_place_and_one_id() {
        let mut ids: Vec<&str> = Slot::ALL
            .iter()
            .flat_map(|slot| slot.knobs())
            .map(|knob| knob.param)
            .collect();
        assert_eq!(ids.len(), N_KNOBS);
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), N_KNOBS);
        assert_eq!(Slot::Load.first_knob() + Slot::Load.knobs().len(), N_KNOBS);
    }
}
