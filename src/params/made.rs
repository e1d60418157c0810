//! A rig's parameters where a preset has them.

use crate::params::knob::stored;
use crate::params::rig::RigParams;
use crate::rig::MicKind;
use crate::rig::RigControls;
use nice_plug::prelude::BoolParam;
use nice_plug::prelude::FloatParam;
use nice_plug::prelude::IntParam;
use nice_plug::prelude::Param;

/// Every parameter of a rig, each with its normalized value.
pub struct Made<'a> {
    /// As [`RigParams::stepped`].
    pub steps: Vec<(&'a IntParam, f32)>,
    /// As [`RigParams::continuous`].
    pub knobs: Vec<(&'a FloatParam, f32)>,
    pub polarity: (&'a BoolParam, f32),
}

impl RigParams {
    /// What has to be set for [`RigParams::controls`] to say what `rig` says.
    pub fn made(&self, rig: &RigControls) -> Made<'_> {
        let (choices, cabinet) = (&rig.choices, &rig.cabinet);
        let mut steps: Vec<usize> = choices.models.to_vec();
        let celsius = choices.temperature;
        steps.extend([choices.second_amp, 0, cabinet.place]);
        for mic in &cabinet.mics {
            let kind = MicKind::ALL.iter().position(|kind| *kind == mic.kind);
            steps.push(kind.unwrap_or(0));
        }
        let mut knobs = Vec::new();
        for params in &self.slots {
            let slot = params.slot;
            let switches = choices.switches[slot.index()].into_iter();
            steps.extend(switches.take(params.switches.len()).map(usize::from));
            for (at, knob) in slot.knobs().iter().enumerate() {
                knobs.push(stored(rig.knobs.at(slot, at), &knob.turn));
            }
        }
        for mic in &cabinet.mics {
            let stored = [mic.distance.log10(), mic.angle, mic.offset];
            knobs.extend(stored.map(|value| value as f32));
        }
        knobs.extend([cabinet.mix as f32, rig.trim_db as f32]);

        let steps = self.stepped().into_iter().zip(steps).map(|(param, step)| {
            let is_celsius = std::ptr::eq(param, &self.temperature);
            let plain = if is_celsius { celsius } else { step as i32 };
            (param, param.preview_normalized(plain))
        });
        let knobs = self.continuous().into_iter().zip(knobs);
        let polarity = self.polarity.preview_normalized(rig.inverted);
        Made {
            steps: steps.collect(),
            knobs: knobs
                .map(|(param, value)| (param, param.preview_normalized(value)))
                .collect(),
            polarity: (&self.polarity, polarity),
        }
    }
}
