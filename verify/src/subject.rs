//! What is verified: a deck, and where its knobs stand.

use crate::drive::Drive;
use crate::ngspice;
use crate::project;
use anyhow::Result;
use loadline::circuit::Deck;
use loadline::circuit::KnobCard;
use loadline::rig::BRIDGING_LOAD;
use loadline::rig::Slot;
use loadline::rig::library::Model;
use std::path::Path;
use std::path::PathBuf;

/// A deck with the settings of its knobs.
pub struct Subject {
    pub name: String,
    pub deck: PathBuf,
    pub settings: Vec<Setting>,
}

/// Where the knobs stand: parameters of the deck's bench.
pub struct Setting {
    pub name: &'static str,
    pub params: Vec<(String, f64)>,
    /// What is played there.
    pub stimuli: &'static [Stimuli],
}

/// A stimulus and its level.
pub type Stimuli = (Drive, Sound);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sound {
    /// 220 Hz, whose harmonics are compared.
    Sine,
    Pluck,
    /// A sine of so many kHz.
    Fast(u32),
}

/// With the knobs in the middle: from clean to far into distortion.
const MIDDLE: &[Stimuli] = &[
    (Drive::Clean, Sound::Sine),
    (Drive::Clean, Sound::Pluck),
    (Drive::Edge, Sound::Pluck),
    (Drive::Hard, Sound::Sine),
    (Drive::Hard, Sound::Fast(1)),
    (Drive::Hard, Sound::Fast(2)),
];
/// With the knobs at an end, or the switches in their last positions.
const ENDS: &[Stimuli] = &[(Drive::Edge, Sound::Sine), (Drive::Hard, Sound::Pluck)];
/// Of a whole rig.
const RIG: &[Stimuli] = &[
    (Drive::Clean, Sound::Pluck),
    (Drive::Edge, Sound::Sine),
    (Drive::Hard, Sound::Sine),
    (Drive::Hard, Sound::Fast(1)),
];

impl Setting {
    /// Every knob at one rotation.
    fn at(
        name: &'static str,
        rotation: f64,
        knobs: &[KnobCard],
        stimuli: &'static [Stimuli],
    ) -> Self {
        let params = knobs
            .iter()
            .map(|knob| (knob.id.clone(), knob.at_rotation(rotation)))
            .collect();
        Self {
            name,
            params,
            stimuli,
        }
    }

    /// As the harness and the deck take them.
    pub fn params(&self) -> Vec<(&str, f64)> {
        self.params
            .iter()
            .map(|(name, value)| (name.as_str(), *value))
            .collect()
    }
}

impl Subject {
    /// A factory model at the middle and both ends of its knobs.
    pub fn of_model(model: &Model) -> Result<Self> {
        Self::of_file(&project::circuits().join(&*model.path)).map(|subject| Self {
            name: model.id.to_string(),
            ..subject
        })
    }

    /// Any deck: with the knobs that its annotations name in the middle and at both ends, and with every switch in its
    /// last position.
    pub fn of_file(path: &Path) -> Result<Self> {
        let notes = Deck::open(path)?.annotations().clone();
        let knobs = notes.knobs;
        let mut settings = match knobs.as_slice() {
            [] => vec![Setting::at("as written", 0.5, &[], MIDDLE)],
            knobs => vec![
                Setting::at("middle", 0.5, knobs, MIDDLE),
                Setting::at("low", 0.0, knobs, ENDS),
                Setting::at("high", 1.0, knobs, ENDS),
            ],
        };
        if !notes.choices.is_empty() {
            let mut switched = Setting::at("switched", 0.5, &knobs, ENDS);
            for choice in notes.choices {
                let last = choice.values.last().map(|(_, value)| *value);
                switched.params.extend(last.map(|value| (choice.id, value)));
            }
            settings.push(switched);
        }
        Ok(Self {
            name: path.display().to_string(),
            deck: path.to_owned(),
            settings,
        })
    }

    /// A whole rig, with every knob at its deck's default.
    pub fn of_rig(models: &[(Slot, &Model)]) -> Result<Self> {
        let ids: Vec<(&str, &str)> = models
            .iter()
            .map(|(slot, model)| (slot.id(), &*model.id))
            .collect();
        let names: Vec<&str> = ids.iter().map(|(_, id)| *id).collect();
        Ok(Self {
            name: names.join(" → "),
            deck: ngspice::rig_deck(&project::circuits(), &ids, BRIDGING_LOAD),
            settings: vec![Setting {
                name: "as it is",
                params: Vec::new(),
                stimuli: RIG,
            }],
        })
    }
}
