//! The cabinet that a rig is heard through: a computed one, or the user's own response.

use crate::rig::RigControls;
use crate::rig::cabinet::Cabinet;
use crate::rig::cabinet::CabinetChoice;
use crate::rig::cabinet::CabinetError;
use crate::rig::cabinet::CabinetModel;
use crate::rig::cabinet::CabinetOrder;
use crate::rig::cabinet::Mic;
use crate::rig::library::Library;
use crate::units::Hertz;
use wide::f64x2;

/// A cabinet and its microphones. Another one is another part, computed off the audio thread and crossfaded in.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SpeakerControls {
    /// Place in [`CabinetModel::ALL`], or of a response in the user's folder.
    pub place: usize,
    pub mics: [Mic; 2],
    /// Share of the second microphone, 0 to 1.
    pub mix: f64,
}

impl Default for SpeakerControls {
    fn default() -> Self {
        let CabinetChoice { mics, mix, .. } = CabinetChoice::default();
        Self {
            place: 0,
            mics,
            mix,
        }
    }
}

/// What is needed to build a speaker.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SpeakerOrder {
    controls: SpeakerControls,
    /// The host's.
    sample_rate: Hertz,
}

impl SpeakerOrder {
    pub fn of(rig: &RigControls, sample_rate: Hertz) -> Self {
        Self {
            controls: rig.cabinet,
            sample_rate,
        }
    }
}

/// A cabinet that plays, and what it was asked to be.
#[derive(Debug)]
pub struct Speaker {
    controls: SpeakerControls,
    cabinet: Box<Cabinet>,
}

impl Speaker {
    /// Allocates; never on the audio thread.
    pub fn build(order: &SpeakerOrder, library: &Library) -> Result<Box<Self>, CabinetError> {
        let SpeakerOrder {
            controls,
            sample_rate,
        } = *order;
        let cabinet = match library.response(controls.place) {
            Some(response) => Cabinet::from_response(response.read()?, sample_rate)?,
            None => {
                let model = CabinetModel::ALL.get(controls.place);
                let choice = CabinetChoice {
                    model: model.copied().unwrap_or_default(),
                    mics: controls.mics,
                    mix: controls.mix,
                };
                Cabinet::build(&CabinetOrder {
                    choice,
                    sample_rate,
                })?
            }
        };
        Ok(Box::new(Self { controls, cabinet }))
    }

    pub fn controls(&self) -> SpeakerControls {
        self.controls
    }

    pub fn tail_samples(&self) -> usize {
        self.cabinet.tail_samples()
    }

    pub fn reset(&mut self) {
        self.cabinet.reset();
    }

    #[inline]
    pub fn tick(&mut self, v: f64x2) -> f64x2 {
        self.cabinet.tick(v)
    }
}
