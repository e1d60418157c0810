//! A rig's settings as text, both ways: what the command line takes and what presets hold.

mod ids;
mod written;

use crate::rig::KnobPlace;
use crate::rig::Library;
use crate::rig::Mic;
use crate::rig::MicKind;
use crate::rig::RigControls;
use crate::rig::Slot;
use crate::rig::Turn;
use crate::rig::legend;
use crate::rig::library::Model;
use crate::rig::ranges;
use crate::units::text;
use std::ops::RangeInclusive;

pub use ids::ids;

/// Why a setting was not made: what it takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// There is no setting of this id.
    Id,
    /// A model of this slot, by its id or its name.
    Model(Slot),
    /// What this says.
    Text(String),
}

impl Wanted {
    fn text(what: &str) -> Self {
        Self::Text(what.to_owned())
    }

    /// What is wrong with `id=value`, and a list to choose from, which may be empty.
    pub fn explain(&self, id: &str, value: &str, library: &Library) -> (String, String) {
        match self {
            Self::Id => (
                format!("there is no parameter `{id}`: use one of the ids below"),
                ids::list(),
            ),
            Self::Model(slot) => (
                format!("`{id}={value}` names no model: use one of the ids below"),
                ids::models(library, *slot),
            ),
            Self::Text(wanted) => (
                format!("`{id}={value}` can't be understood: {id} takes {wanted}"),
                String::new(),
            ),
        }
    }
}

/// Whether a setting chooses a model, which brings its knobs' defaults along: make these settings first.
pub fn chooses_model(id: &str) -> bool {
    Slot::of_kind(id).is_some()
}

impl RigControls {
    /// Makes one setting, by the host parameter's id behind the rig's letter; what can't be made changes nothing.
    pub fn set(&mut self, id: &str, value: &str, library: &Library) -> Result<(), Wanted> {
        if let Some(slot) = Slot::of_kind(id) {
            let place = find(library, slot, value).ok_or(Wanted::Model(slot))?;
            self.choose(slot, place, library);
            return Ok(());
        }
        for slot in Slot::ALL {
            if let Some(place) = slot.knobs().iter().position(|knob| knob.param == id) {
                return self.set_knob(slot, place, value, library);
            }
            let switch = id
                .strip_prefix(slot.id())
                .and_then(|rest| rest.strip_prefix("_s")?.parse::<usize>().ok());
            if let Some(n) = switch.filter(|n| (1..=slot.n_switches()).contains(n)) {
                return self.set_switch(slot, n - 1, value, library);
            }
        }
        match id {
            "second_amp" => {
                let same = value.eq_ignore_ascii_case("same").then_some(0);
                let place = || find(library, Slot::Amp, value).map(|place| place + 1);
                self.choices.second_amp = same.or_else(place).ok_or(Wanted::Model(Slot::Amp))?;
            }
            "cabinet" => self.cabinet.place = cabinet(library, value)?,
            "mic_mix" => {
                let share = text::parse_with_unit(value, "%").map(|percent| percent / 100.0);
                self.cabinet.mix = within(share, 0.0..=1.0)
                    .ok_or_else(|| Wanted::text("0 to 100 % of the second microphone"))?
            }
            _ if id.starts_with("mic1") => set_mic(&mut self.cabinet.mics[0], &id[4..], value)?,
            _ if id.starts_with("mic2") => set_mic(&mut self.cabinet.mics[1], &id[4..], value)?,
            "polarity" => {
                self.inverted = match value.to_lowercase().as_str() {
                    "normal" => false,
                    "inverted" => true,
                    _ => return Err(Wanted::text("normal or inverted")),
                }
            }
            "temperature" => {
                let celsius = text::parse_with_unit(value, "°C").map(|celsius| celsius as i32);
                self.choices.temperature = celsius
                    .filter(|celsius| ranges::TEMPERATURE.contains(celsius))
                    .ok_or_else(|| Wanted::text("-20 to 85 °C"))?
            }
            "trim" => {
                self.trim_db = within(text::parse_with_unit(value, "dB"), ranges::TRIM)
                    .ok_or_else(|| Wanted::text("-60 to +24 dB, such as \"-6 dB\""))?
            }
            _ => return Err(Wanted::Id),
        }
        Ok(())
    }

    /// Brings the source along that a switch which has just been set is meant for.
    pub fn follow_switch(&mut self, id: &str, library: &Library) {
        for slot in Slot::ALL {
            let at = id
                .strip_prefix(slot.id())
                .and_then(|rest| rest.strip_prefix("_s"));
            let at = at.and_then(|n| n.parse::<usize>().ok()?.checked_sub(1));
            let position = |at: &usize| self.choices.switches[slot.index()].get(*at).copied();
            if let Some(at) = at
                && let Some(position) = position(&at)
            {
                let model = (slot, self.choices[slot]);
                let now = self.choices[Slot::Source];
                if let Some(source) = library.source_for(model, at, position.into(), now) {
                    self.choose(Slot::Source, source, library);
                }
            }
        }
    }

    fn set_knob(
        &mut self,
        slot: Slot,
        place: usize,
        value: &str,
        library: &Library,
    ) -> Result<(), Wanted> {
        let knob = &slot.knobs()[place];
        let notes = library.at(slot, self.choices[slot]).annotations();
        let (position, range) = match &knob.turn {
            Turn::Rotation { .. } => (
                legend::read(slot.card_at(place, &notes.knobs), value),
                0.0..=1.0,
            ),
            Turn::Impedance { range, .. } => (text::parse_ohms(value), range.clone()),
        };
        let position = within(position, range).ok_or_else(|| takes(knob))?;
        self.knobs.set(slot, place, position);
        Ok(())
    }

    /// By the label beside the switch's position.
    fn set_switch(
        &mut self,
        slot: Slot,
        at: usize,
        value: &str,
        library: &Library,
    ) -> Result<(), Wanted> {
        let notes = library.at(slot, self.choices[slot]).annotations();
        let values = notes.choices.get(at).map_or(&[][..], |card| &card.values);
        let labels: Vec<&str> = values.iter().map(|(label, _)| &**label).collect();
        let position = labels
            .iter()
            .position(|label| label.eq_ignore_ascii_case(value));
        let position =
            position.ok_or_else(|| Wanted::Text(format!("one of {}", labels.join(", "))))?;
        self.choices.switches[slot.index()][at] = position as u8;
        Ok(())
    }
}

fn set_mic(mic: &mut Mic, what: &str, value: &str) -> Result<(), Wanted> {
    let number = |unit: &str| text::parse_with_unit(value, unit);
    match what {
        "" => {
            let known = |kind: &MicKind| kind.name().eq_ignore_ascii_case(value);
            mic.kind = MicKind::ALL.into_iter().find(known).ok_or_else(|| {
                Wanted::Text(format!(
                    "one of: {}",
                    MicKind::ALL.map(MicKind::name).join(", ")
                ))
            })?
        }
        "_distance" => {
            mic.distance = within(number("cm").map(|cm| cm / 100.0), ranges::MIC_DISTANCE)
                .ok_or_else(|| Wanted::text("1 to 300 cm"))?
        }
        "_angle" => {
            mic.angle = within(number("°"), ranges::MIC_ANGLE)
                .ok_or_else(|| Wanted::text("0 to 80 degrees"))?
        }
        "_offset" => {
            mic.offset = within(number("%").map(|percent| percent / 100.0), 0.0..=1.0)
                .ok_or_else(|| Wanted::text("0 to 100 % of the way to the cone's rim"))?
        }
        _ => return Err(Wanted::Id),
    }
    Ok(())
}

fn cabinet(library: &Library, value: &str) -> Result<usize, Wanted> {
    let found = library
        .cabinets()
        .find(|(_, name)| letters(name) == letters(value));
    found.map(|(place, _)| place).ok_or_else(|| {
        let known: Vec<&str> = library.cabinets().map(|(_, name)| name).collect();
        Wanted::Text(format!("one of: {}", known.join(", ")))
    })
}

fn takes(knob: &KnobPlace) -> Wanted {
    Wanted::Text(match &knob.turn {
        Turn::Rotation { .. } => {
            "0 to 10, as on the panel, or a value of the knob's own scale".into()
        }
        Turn::Impedance { range, .. } => format!(
            "{} to {}, such as \"2k2\"",
            text::ohms(*range.start()),
            text::ohms(*range.end())
        ),
    })
}

/// What was read, if the plugin's parameter reaches there.
fn within(value: Option<f64>, range: RangeInclusive<f64>) -> Option<f64> {
    value.filter(|value| range.contains(value))
}

/// A model by its id or its name, whatever the case, spaces and signs in it.
fn find(library: &Library, slot: Slot, value: &str) -> Option<usize> {
    let wanted = letters(value);
    let is_it = |model: &Model| letters(&model.id) == wanted || letters(&model.name) == wanted;
    let found = library.models(slot).find(|(_, model)| is_it(model));
    found.map(|(place, _)| place)
}

/// A name without what people write differently: case, spaces and signs.
pub fn letters(name: &str) -> String {
    name.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}
