//! The host parameters of one rig; there are two sets, A and B.

use crate::params::cabinet::CabinetParams;
use crate::params::choice::Loaded;
use crate::params::choice::SWITCH_PLACES;
use crate::params::choice::model_choice;
use crate::params::choice::second_choice;
use crate::params::choice::switch;
use crate::params::knob::decibels;
use crate::params::knob::knob;
use crate::params::knob::level;
use crate::params::knob::position;
use crate::params::linear;
use crate::params::within;
use crate::rig::Choices;
use crate::rig::KnobPlace;
use crate::rig::Knobs;
use crate::rig::RigControls;
use crate::rig::Slot;
use crate::rig::library::PLACES;
use crate::rig::ranges;
use nice_plug::prelude::BoolParam;
use nice_plug::prelude::FloatParam;
use nice_plug::prelude::IntParam;
use nice_plug::prelude::Param;
use nice_plug::prelude::ParamPtr;
use nice_plug::prelude::Params;
use std::sync::Arc;

pub struct RigParams {
    /// In the signal's order.
    pub slots: [SlotParams; 5],
    /// 0 for the same amplifier behind both outputs of a splitter or crossover, else the model's place and 1.
    pub second_amp: IntParam,
    pub cabinet: CabinetParams,
    /// Swaps the source's leads.
    pub polarity: BoolParam,
    /// Of every part, in °C.
    pub temperature: IntParam,
    /// Output trim, stored in dB.
    pub trim: FloatParam,
}

/// A slot's model, and its knobs and switches, which belong to whichever deck is loaded.
pub struct SlotParams {
    pub slot: Slot,
    /// Place in the library.
    pub model: IntParam,
    /// As [`Slot::knobs`]: rotations, or log10 of Ω.
    pub knobs: Vec<FloatParam>,
    pub switches: Vec<IntParam>,
}

impl RigParams {
    /// Parameters of the rig that hosts know as `rig` ("A" or "B").
    pub fn new(rig: &str, defaults: &RigControls) -> Self {
        let name = |what: &str| format!("{rig} {what}");
        let celsius = defaults.choices.temperature;
        Self {
            slots: Slot::ALL.map(|slot| SlotParams::new(rig, slot, defaults)),
            second_amp: second_choice(name("Second Amp"), Slot::Amp),
            cabinet: CabinetParams::new(rig, &defaults.cabinet),
            polarity: BoolParam::new(name("Polarity"), defaults.inverted)
                .with_value_to_string(Arc::new(|inverted| {
                    if inverted { "Inverted" } else { "Normal" }.into()
                }))
                .with_string_to_value(Arc::new(|text| match text.trim().to_lowercase().as_str() {
                    "inverted" | "on" => Some(true),
                    "normal" | "off" => Some(false),
                    _ => None,
                })),
            temperature: IntParam::new(name("Temperature"), celsius, linear(ranges::TEMPERATURE))
                .with_unit(" °C"),
            trim: decibels(name("Trim"), defaults.trim_db, ranges::TRIM, " dB"),
        }
    }

    pub fn slot(&self, slot: Slot) -> &SlotParams {
        &self.slots[slot.index()]
    }

    /// The preamp's gain.
    pub fn preamp_gain(&self) -> &FloatParam {
        self.slot(Slot::Preamp).knob("gain")
    }

    /// What the rig is told; of `shared`, what both rigs have in common is taken. Every value is finite and within its range, whatever a broken state has put here.
    pub fn controls(&self, shared: &Choices) -> RigControls {
        let mut knobs = Knobs::default();
        let mut choices = Choices {
            second_amp: place(&self.second_amp),
            temperature: within(&self.temperature, ranges::TEMPERATURE),
            ..*shared
        };
        for params in &self.slots {
            let slot = params.slot;
            choices[slot] = place(&params.model);
            for (at, (param, knob)) in params.knobs.iter().zip(slot.knobs()).enumerate() {
                knobs.set(slot, at, position(param, &knob.turn));
            }
            let switches = &mut choices.switches[slot.index()];
            for (switch, param) in switches.iter_mut().zip(&params.switches) {
                *switch = param.value().clamp(0, SWITCH_PLACES as i32 - 1) as u8;
            }
        }
        RigControls {
            choices,
            knobs,
            cabinet: self.cabinet.controls(),
            inverted: self.polarity.value(),
            trim_db: level(&self.trim),
        }
    }

    /// Every parameter that moves in steps, models before switches; two rigs have them in the same order.
    pub fn stepped(&self) -> Vec<&IntParam> {
        let mut all: Vec<&IntParam> = self.slots.iter().map(|slot| &slot.model).collect();
        all.extend([&self.second_amp, &self.temperature, &self.cabinet.model]);
        all.extend(self.cabinet.mics.iter().map(|mic| &mic.kind));
        all.extend(self.slots.iter().flat_map(|slot| &slot.switches));
        all
    }

    /// Every continuous parameter; two rigs have them in the same order.
    pub fn continuous(&self) -> Vec<&FloatParam> {
        let mut all: Vec<&FloatParam> = self.slots.iter().flat_map(|slot| &slot.knobs).collect();
        for mic in &self.cabinet.mics {
            all.extend([&mic.distance, &mic.angle, &mic.offset]);
        }
        all.extend([&self.cabinet.mix, &self.trim]);
        all
    }

    /// Every parameter with its id, without the rig's letter, and its group.
    fn all(&self) -> Vec<(String, ParamPtr, String)> {
        let mut all = Vec::new();
        for params in &self.slots {
            let slot = params.slot;
            let mut add = |id: String, param: ParamPtr| all.push((id, param, slot.name().into()));
            add(slot.id().into(), params.model.as_ptr());
            if slot == Slot::Amp {
                add("second_amp".into(), self.second_amp.as_ptr());
            }
            for (knob, param) in slot.knobs().iter().zip(&params.knobs) {
                add(knob.param.into(), param.as_ptr());
            }
            for (n, param) in params.switches.iter().enumerate() {
                add(format!("{}_s{}", slot.id(), n + 1), param.as_ptr());
            }
        }
        let cabinet = self.cabinet.all().into_iter();
        all.extend(cabinet.map(|(id, param)| (id, param, "Cabinet".into())));
        let mut add = |id: &str, param: ParamPtr| all.push((id.into(), param, String::new()));
        add("polarity", self.polarity.as_ptr());
        add("temperature", self.temperature.as_ptr());
        add("trim", self.trim.as_ptr());
        all
    }
}

fn place(choice: &IntParam) -> usize {
    choice.value().clamp(0, PLACES as i32 - 1) as usize
}

// SAFETY: the pointers are those of this object's own fields, which live as long as it does and never move: nobody
// takes the vectors of a shared `RigParams` apart.
unsafe impl Params for RigParams {
    fn param_map(&self) -> Vec<(String, ParamPtr, String)> {
        self.all()
    }
}

impl SlotParams {
    fn new(rig: &str, slot: Slot, defaults: &RigControls) -> Self {
        let loaded = Loaded::new(slot, defaults.choices[slot]);
        let one = |(at, place): (usize, &KnobPlace)| {
            let name = format!("{rig} {}", place.name);
            knob(name, place, at, defaults.knobs.at(slot, at), &loaded)
        };
        let switch = |n| {
            switch(
                format!("{rig} {} Switch {}", slot.name(), n + 1),
                &loaded,
                n,
            )
        };
        Self {
            slot,
            model: model_choice(format!("{rig} {}", slot.name()), &loaded),
            knobs: slot.knobs().iter().enumerate().map(one).collect(),
            switches: (0..slot.n_switches()).map(switch).collect(),
        }
    }

    /// The parameter of a knob, by its id. Panics where the slot has none.
    pub fn knob(&self, id: &str) -> &FloatParam {
        let place = self.slot.knob(id);
        &self.knobs[place.unwrap_or_else(|| panic!("a {} has no knob `{id}`", self.slot.id()))]
    }

    /// Place of the chosen model, which may be one that no model fills. Without the host's modulation.
    pub fn place(&self) -> usize {
        usize::try_from(self.model.unmodulated_plain_value()).unwrap_or(0)
    }
}
