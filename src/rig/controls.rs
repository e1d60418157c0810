//! What a rig is told: plain values, no host types, no smoothing.

use crate::circuit::KnobCard;
use crate::rig::KnobPlace;
use crate::rig::Library;
use crate::rig::Oversampling;
use crate::rig::SpeakerControls;
use crate::rig::slot::MAX_SWITCHES;
use crate::rig::slot::MIDDLE;
use crate::rig::slot::N_KNOBS;
use crate::rig::slot::Slot;
use crate::rig::slot::Turn;
use crate::units::Decibels;
use std::ops::Index;
use std::ops::IndexMut;

/// Ranges of the controls that belong to no deck, for hosts and for the command line.
pub mod ranges {
    use std::ops::RangeInclusive;

    /// In dBu.
    pub const CALIBRATION: RangeInclusive<f64> = -20.0..=30.0;
    /// In dB.
    pub const TRIM: RangeInclusive<f64> = -60.0..=24.0;
    /// In dB: no rig is made louder than that, lest what is nearly silent roar once it is played.
    pub const MATCH: RangeInclusive<f64> = -60.0..=24.0;
    /// Of the parts' usual tolerances, in %.
    pub const TOLERANCE: RangeInclusive<i32> = 0..=200;
    /// Serial numbers.
    pub const UNIT: RangeInclusive<i32> = 1..=9999;
    /// In °C.
    pub const TEMPERATURE: RangeInclusive<i32> = -20..=85;
    /// From the grille, in m.
    pub const MIC_DISTANCE: RangeInclusive<f64> = 0.01..=3.0;
    /// Off the driver's axis, in degrees.
    pub const MIC_ANGLE: RangeInclusive<f64> = 0.0..=80.0;
}

/// Which of the two rigs is heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Side {
    #[default]
    A,
    B,
}

impl Side {
    pub const BOTH: [Side; 2] = [Side::A, Side::B];

    pub fn index(self) -> usize {
        self as usize
    }

    pub fn other(self) -> Self {
        match self {
            Self::A => Self::B,
            Self::B => Self::A,
        }
    }
}

/// Phase of the oversampling filters: the shortest delay, or the same delay at every frequency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Phase {
    #[default]
    Minimum,
    Linear,
}

/// What a rig's two lanes carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Channels {
    /// Left and right through one unit whose channels are matched.
    #[default]
    Stereo,
    /// Left and right through a unit of its own each.
    DualMono,
    /// The sum and the difference of left and right, through matched channels.
    MidSide,
}

/// How far a unit's parts are off their values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tolerance {
    /// Of the parts' usual tolerances, in %; 0 for a unit that is as drawn.
    pub percent: u8,
    /// Serial number of the unit: what its parts are drawn from.
    pub unit: u16,
}

impl Default for Tolerance {
    fn default() -> Self {
        Self {
            percent: 0,
            unit: 1,
        }
    }
}

/// What is heard of the two rigs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Listen {
    /// The chosen one.
    #[default]
    Rig,
    /// The chosen one less the other.
    Difference,
}

/// What the rig that is not heard does meanwhile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Other {
    /// It sleeps and costs nothing.
    #[default]
    Rests,
    /// It plays unheard, so that a switch to it waits for nothing.
    Runs,
    /// It plays unheard, and the outputs of both are told to whoever [taps](crate::rig::Pair::tap) them.
    Measured,
}

/// What is done to set two rigs against each other.
#[derive(Clone, Copy, Debug, PartialEq, Default)]
pub struct Comparison {
    /// Gain behind each rig's trim that makes both equally loud.
    pub match_db: [Decibels; 2],
    pub other: Other,
    /// Neither rig is heard: a switch is to sound the same whichever way it goes.
    pub is_muted: bool,
}

/// Positions of the knobs that glide: rotations, 0 to 1, or Ω, as [`Slot::knobs`] says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Knobs([f64; N_KNOBS]);

impl Knobs {
    /// Of the knob at a place of its slot.
    pub fn at(&self, slot: Slot, place: usize) -> f64 {
        self.0[slot.first_knob() + place]
    }

    /// Of all knobs, slot by slot.
    pub fn all(&self) -> &[f64; N_KNOBS] {
        &self.0
    }

    pub fn all_mut(&mut self) -> &mut [f64; N_KNOBS] {
        &mut self.0
    }

    pub fn set(&mut self, slot: Slot, place: usize, position: f64) {
        self.0[slot.first_knob() + place] = position;
    }
}

impl Default for Knobs {
    fn default() -> Self {
        let mut positions =
            Slot::ALL
                .iter()
                .flat_map(|slot| slot.knobs())
                .map(|knob| match knob.turn {
                    Turn::Rotation { default } | Turn::Impedance { default, .. } => default,
                });
        Self([(); N_KNOBS].map(|()| positions.next().unwrap_or(MIDDLE)))
    }
}

/// By slot and id, for those who write a knob down by its name. Panics where there is no such knob.
impl Index<(Slot, &str)> for Knobs {
    type Output = f64;

    fn index(&self, (slot, id): (Slot, &str)) -> &f64 {
        &self.0[named(slot, id)]
    }
}

impl IndexMut<(Slot, &str)> for Knobs {
    fn index_mut(&mut self, (slot, id): (Slot, &str)) -> &mut f64 {
        &mut self.0[named(slot, id)]
    }
}

fn named(slot: Slot, id: &str) -> usize {
    let place = slot.knob(id);
    slot.first_knob() + place.unwrap_or_else(|| panic!("a {} has no knob `{id}`", slot.id()))
}

/// What can't glide: another choice is another chain, built off the audio thread and crossfaded in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choices {
    /// Place of each slot's model in the library; a place that no model fills plays the first one.
    pub models: [usize; 5],
    /// Model behind the second output of a splitter or crossover; 0 is the same as the first, others count from 1.
    pub second_amp: usize,
    /// Position of each switch, among the values that the deck's `*@ choice` lists.
    pub switches: [[u8; MAX_SWITCHES]; 5],
    /// In °C.
    pub temperature: i32,
    pub oversampling: Oversampling,
    pub phase: Phase,
    pub tolerance: Tolerance,
    /// Left and right are units of their own, each with its parts.
    pub is_double: bool,
    /// Seed of the circuit's own noise; `None` leaves it silent.
    pub noise: Option<u32>,
}

/// Of a rig that nobody has warmed or cooled, in °C; SPICE's own.
pub const ROOM_TEMPERATURE: i32 = 27;

impl Default for Choices {
    fn default() -> Self {
        Self {
            models: [0; 5],
            second_amp: 0,
            switches: Default::default(),
            temperature: ROOM_TEMPERATURE,
            oversampling: Oversampling::default(),
            phase: Phase::default(),
            tolerance: Tolerance::default(),
            is_double: false,
            noise: None,
        }
    }
}

/// By slot: the model's place.
impl Index<Slot> for Choices {
    type Output = usize;

    fn index(&self, slot: Slot) -> &usize {
        &self.models[slot.index()]
    }
}

impl IndexMut<Slot> for Choices {
    fn index_mut(&mut self, slot: Slot) -> &mut usize {
        &mut self.models[slot.index()]
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct RigControls {
    pub choices: Choices,
    pub knobs: Knobs,
    pub cabinet: SpeakerControls,
    /// The source's two leads are swapped.
    pub inverted: bool,
    /// Output trim of this rig.
    pub trim_db: Decibels,
}

impl RigControls {
    /// Another model, with its knobs and switches where its deck has them; what other slots have stays.
    pub fn choose(&mut self, slot: Slot, place: usize, library: &Library) {
        self.choices[slot] = place;
        let model = library.at(slot, place);
        let notes = model.annotations();
        let places = slot.places_of(&notes.knobs);
        for (card, place) in notes.knobs.iter().zip(places) {
            let Some(place) = place else { continue };
            let position = match slot.knobs()[place].turn {
                Turn::Rotation { .. } => card.rotation_of(card.default),
                Turn::Impedance { .. } => card.default,
            };
            self.knobs.set(slot, place, position);
        }
        let switches = &mut self.choices.switches[slot.index()];
        *switches = [0; MAX_SWITCHES];
        for (switch, start) in switches.iter_mut().zip(model.starts()) {
            *switch = *start;
        }
    }

    /// The knobs of the deck that is loaded in a slot: where each is turned, by which card, and its position.
    pub fn turned<'a>(
        &self,
        slot: Slot,
        library: &'a Library,
    ) -> impl Iterator<Item = (&'static KnobPlace, &'a KnobCard, f64)> + use<'a> {
        let cards = &library.at(slot, self.choices[slot]).annotations().knobs;
        let knobs = self.knobs;
        let places = slot.knobs().iter().enumerate();
        places.filter_map(move |(at, place)| {
            Some((place, slot.card_at(at, cards)?, knobs.at(slot, at)))
        })
    }
}

/// Everything an instance is told for the samples that follow.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Controls {
    /// Level of a full-scale sine at the input, in dBu: the only place where full scale becomes volts.
    pub calibration_dbu: Decibels,
    pub side: Side,
    pub bypass: bool,
    pub channels: Channels,
    pub listen: Listen,
    pub comparison: Comparison,
    /// What leaves the instance is multiplied by it, 0 to 1; a pedal's, not a host parameter.
    pub level: f64,
    pub rigs: [RigControls; 2],
}

impl Default for Controls {
    /// A tube preamp at its edge against an op-amp that meets its rails, both as loud as a guitar that goes in.
    fn default() -> Self {
        let rig = |preamp, gain, trim_db| {
            let mut rig = RigControls {
                trim_db,
                ..RigControls::default()
            };
            rig.choices[Slot::Preamp] = preamp;
            rig.knobs[(Slot::Preamp, "gain")] = gain;
            rig
        };
        Self {
            calibration_dbu: 12.0,
            side: Side::A,
            bypass: false,
            channels: Channels::default(),
            listen: Listen::default(),
            comparison: Comparison::default(),
            level: 1.0,
            rigs: [rig(0, 0.3, -31.5), rig(1, 0.6, -23.0)],
        }
    }
}
