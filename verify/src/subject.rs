//! What is verified: a deck, and where its knobs stand.

use crate::drive::Drive;
use crate::ngspice;
use crate::project;
use anyhow::Result;
use loadline::circuit::Deck;
use loadline::circuit::KnobCard;
use loadline::circuit::number;
use loadline::rig::BRIDGING_LOAD;
use loadline::rig::library::Model;
use std::path::Path;
use std::path::PathBuf;

/// A deck with the settings of its knobs.
pub struct Subject {
    pub name: String,
    pub deck: PathBuf,
    pub settings: Vec<Setting>,
    /// Levels at which it is played, as far as it distorts.
    pub levels: &'static [Drive],
}

/// Where the knobs stand: parameters of the deck's bench.
pub struct Setting {
    pub name: &'static str,
    pub params: Vec<(String, f64)>,
}

impl Setting {
    /// Every knob at one rotation.
    fn at(name: &'static str, rotation: f64, knobs: &[KnobCard]) -> Self {
        let params = knobs
            .iter()
            .map(|knob| (knob.id.clone(), knob.at_rotation(rotation)))
            .collect();
        Self { name, params }
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

    /// Any deck, at the middle and both ends of the knobs that its annotations name.
    pub fn of_file(path: &Path) -> Result<Self> {
        let knobs = Deck::open(path)?.annotations().knobs.clone();
        let settings = match knobs.as_slice() {
            [] => vec![Setting::at("as written", 0.5, &[])],
            knobs => vec![
                Setting::at("middle", 0.5, knobs),
                Setting::at("low", 0.0, knobs),
                Setting::at("high", 1.0, knobs),
            ],
        };
        Ok(Self {
            name: path.display().to_string(),
            deck: path.to_owned(),
            settings,
            levels: &[Drive::Clean, Drive::Edge, Drive::Hard],
        })
    }

    /// A source that drives a preamp, with every knob in the middle.
    pub fn of_rig(source: &Model, preamp: &Model) -> Result<Self> {
        let mut knobs = source.deck()?.annotations().knobs.clone();
        knobs.extend(preamp.deck()?.annotations().knobs.clone());
        let r_load = number(BRIDGING_LOAD).expect("a SPICE number");
        Ok(Self {
            name: format!("{} → {}", source.id, preamp.id),
            deck: ngspice::chain_deck(&project::circuits(), &source.id, &preamp.id, r_load),
            settings: vec![Setting::at("middle", 0.5, &knobs)],
            levels: &[Drive::Clean, Drive::Hard],
        })
    }
}
