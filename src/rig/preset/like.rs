//! Whether a rig still is what its preset made of it.

use crate::rig::CabinetModel;
use crate::rig::Library;
use crate::rig::RigControls;
use crate::rig::Slot;
use crate::rig::Turn;

/// A host keeps rotations, shares and metres as `f32` and hands them on with a few decimals: they come back within
/// this. Measured 5e-7 for rotations and 5e-5 m for distances.
const SAME: f64 = 1e-6;
const SAME_DISTANCE: f64 = 1e-4;
/// The same of degrees and dB.
const SAME_DEGREES: f64 = 0.1;
const SAME_DB: f64 = 1e-3;
/// The same of Ω, as a ratio.
const SAME_OHMS: f64 = 1e-4;

impl RigControls {
    /// Whether nothing is elsewhere that the loaded decks know, as far as hosts keep it.
    pub fn is_like(&self, other: &Self, library: &Library) -> bool {
        let is_near = |a: f64, b: f64, within: f64| (a - b).abs() <= within;
        let mut has_two = false;
        let decks = Slot::ALL.into_iter().all(|slot| {
            let model = library.at(slot, self.choices[slot]);
            has_two |= slot == Slot::Coupling && model.has_second_output();
            let notes = model.annotations();
            let places = slot.places_of(&notes.knobs);
            let mut knobs = places.into_iter().flatten();
            let n_switches = notes.choices.len().min(slot.n_switches());
            let switches = [self, other].map(|rig| rig.choices.switches[slot.index()]);
            self.choices[slot] == other.choices[slot]
                && switches[0][..n_switches] == switches[1][..n_switches]
                && knobs.all(|at| {
                    let [a, b] = [self, other].map(|rig| rig.knobs.at(slot, at));
                    match slot.knobs()[at].turn {
                        Turn::Rotation { .. } => is_near(a, b, SAME),
                        Turn::Impedance { .. } => is_near(a / b, 1.0, SAME_OHMS),
                    }
                })
        });
        let (ours, theirs) = (&self.cabinet, &other.cabinet);
        let has_mics = CabinetModel::ALL
            .get(ours.place)
            .is_some_and(|model| *model != CabinetModel::None);
        let mut mics = ours.mics.iter().zip(&theirs.mics);
        let mics = mics.all(|(a, b)| {
            a.kind == b.kind
                && is_near(a.distance, b.distance, SAME_DISTANCE)
                && is_near(a.angle, b.angle, SAME_DEGREES)
                && is_near(a.offset, b.offset, 1e-3)
        }) && is_near(ours.mix, theirs.mix, 1e-3);
        decks
            && (!has_two || self.choices.second_amp == other.choices.second_amp)
            && ours.place == theirs.place
            && (!has_mics || mics)
            && self.inverted == other.inverted
            && self.choices.temperature == other.choices.temperature
            && is_near(self.trim_db, other.trim_db, SAME_DB)
    }
}
