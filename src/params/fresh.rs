//! A slot's parameters where a model's deck has them at first.

use crate::params::knob::stored;
use crate::params::rig::SlotParams;
use crate::params::shelf::library;
use crate::rig::RigControls;
use nice_plug::prelude::FloatParam;
use nice_plug::prelude::IntParam;
use nice_plug::prelude::Param;

/// What choosing a model sets: parameters, each with its normalized value.
pub struct Fresh<'a> {
    /// The model, then all of the slot's switches.
    pub steps: Vec<(&'a IntParam, f32)>,
    /// The knobs that the deck has and a place for, in the deck's order.
    pub knobs: Vec<(&'a FloatParam, f32)>,
}

impl SlotParams {
    /// For the model at a place. Not for the audio thread.
    pub fn fresh(&self, place: usize) -> Fresh<'_> {
        let (slot, library) = (self.slot, library());
        let mut controls = RigControls::default();
        controls.choose(slot, place, &library);

        let mut steps = vec![(&self.model, self.model.preview_normalized(place as i32))];
        let positions = controls.choices.switches[slot.index()];
        for (param, position) in self.switches.iter().zip(positions) {
            steps.push((param, param.preview_normalized(i32::from(position))));
        }
        let cards = &library.at(slot, place).annotations().knobs;
        let places = slot.places_of(cards).into_iter().flatten();
        let knobs = places.map(|at| {
            let position = stored(controls.knobs.at(slot, at), &slot.knobs()[at].turn);
            (&self.knobs[at], self.knobs[at].preview_normalized(position))
        });
        Fresh {
            steps,
            knobs: knobs.collect(),
        }
    }
}
