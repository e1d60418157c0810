//! The plugin's parameters as `--set id=value`, and the quality.

use crate::failure::Failure;
use crate::shelf::library;
use loadline::rig::CabinetModel;
use loadline::rig::Controls;
use loadline::rig::KnobPlace;
use loadline::rig::Library;
use loadline::rig::Mic;
use loadline::rig::MicKind;
use loadline::rig::Oversampling;
use loadline::rig::RigControls;
use loadline::rig::Slot;
use loadline::rig::Turn;
use loadline::rig::legend;
use loadline::rig::library::Model;
use loadline::rig::library::PLACES;
use loadline::rig::library::USER;
use loadline::rig::ranges;
use loadline::units::text;
use std::ops::RangeInclusive;

#[derive(clap::Args)]
pub struct Settings {
    /// A parameter of the plugin by its id, such as a_gain=7.5 or b_source=humbucker; may be repeated
    #[arg(long = "set", value_name = "ID=VALUE")]
    pub set: Vec<String>,

    /// Solver steps per sample: 1x, 2x, 4x, 8x or 16x
    #[arg(long, default_value = "4x", value_parser = read_quality)]
    quality: Oversampling,
}

impl Settings {
    /// The plugin's defaults with these settings made: models first, which bring their knobs' defaults along.
    pub fn controls(&self) -> Result<Controls, Failure> {
        let mut controls = Controls::default();
        for rig in &mut controls.rigs {
            rig.choices.oversampling = self.quality;
        }
        let mut settings = Vec::new();
        for setting in &self.set {
            let (id, value) = setting.split_once('=').ok_or_else(|| {
                Failure::new(format!(
                    "`--set {setting}` has no value: write it as id=value, for example a_gain=7.5"
                ))
            })?;
            settings.push((id.trim(), value.trim()));
        }
        settings.sort_by_key(|(id, _)| slot_of(id).is_none());
        let library = library();
        for (id, value) in settings {
            set(&mut controls, library, id, value)?;
        }
        Ok(controls)
    }
}

/// The slot whose model this parameter chooses.
fn slot_of(id: &str) -> Option<Slot> {
    let (_, kind) = id.split_once('_')?;
    Slot::of_kind(kind)
}

pub fn print_quality(quality: Oversampling) -> String {
    format!("{}x", quality.factor())
}

/// Reads "4x" or "4".
pub fn read_quality(text: &str) -> Result<Oversampling, String> {
    let factor = text.trim().trim_end_matches(['x', 'X']);
    Oversampling::ALL
        .into_iter()
        .find(|quality| quality.factor().to_string() == factor)
        .ok_or_else(|| "choose 1, 2, 4, 8 or 16".to_owned())
}

fn set(controls: &mut Controls, library: &Library, id: &str, value: &str) -> Result<(), Failure> {
    let read = match (id, id.split_once('_')) {
        ("calibration", _) => within(text::parse_with_unit(value, "dBu"), ranges::CALIBRATION)
            .map(|dbu| controls.calibration_dbu = dbu)
            .ok_or_else(|| Wanted::text("-20 to +30 dBu, such as \"+12 dBu\"")),
        ("noise", _) => read_noise(value)
            .map(|seed| {
                controls
                    .rigs
                    .iter_mut()
                    .for_each(|rig| rig.choices.noise = seed)
            })
            .ok_or_else(|| Wanted::text("off, on, or a seed such as 7")),
        (_, Some(("a", knob))) => set_rig(&mut controls.rigs[0], library, knob, value),
        (_, Some(("b", knob))) => set_rig(&mut controls.rigs[1], library, knob, value),
        _ => Err(Wanted::Unknown),
    };
    read.map_err(|wanted| match wanted {
        Wanted::Unknown => Failure::new(format!(
            "there is no parameter `{id}`: use one of the ids below"
        ))
        .detail(ids()),
        Wanted::Model(slot) => Failure::new(format!(
            "`{id}={value}` names no model: use one of the ids below"
        ))
        .detail(models(library, slot)),
        Wanted::Text(wanted) => Failure::new(format!(
            "`{id}={value}` can't be understood: {id} takes {wanted}"
        )),
    })
}

/// The seed that "on" stands for.
const SEED: u32 = 1;

/// Reads "off", "on" or a seed.
fn read_noise(text: &str) -> Option<Option<u32>> {
    match text {
        "off" => Some(None),
        "on" => Some(Some(SEED)),
        seed => seed.parse().ok().map(Some),
    }
}

/// Why a setting was not made: what it takes.
enum Wanted {
    Unknown,
    Model(Slot),
    Text(String),
}

impl Wanted {
    fn text(what: &str) -> Self {
        Self::Text(what.to_owned())
    }
}

/// Makes one setting of a rig.
fn set_rig(rig: &mut RigControls, library: &Library, id: &str, value: &str) -> Result<(), Wanted> {
    if let Some(slot) = Slot::of_kind(id) {
        let place = find(library, slot, value).ok_or(Wanted::Model(slot))?;
        rig.choose(slot, place, library);
        return Ok(());
    }
    for slot in Slot::ALL {
        let notes = library.at(slot, rig.choices[slot]).annotations();
        if let Some(place) = slot.knobs().iter().position(|knob| knob.param == id) {
            let knob = &slot.knobs()[place];
            let position = match &knob.turn {
                Turn::Rotation => legend::read(slot.card_at(place, &notes.knobs), value),
                Turn::Impedance { range, .. } => within(text::parse_ohms(value), range.clone()),
            };
            let reach = match knob.turn {
                Turn::Rotation => 1.0,
                Turn::Impedance { .. } => f64::MAX,
            };
            let position = within(position, 0.0..=reach).ok_or_else(|| takes(knob))?;
            rig.knobs.set(slot, place, position);
            return Ok(());
        }
        let switch = id
            .strip_prefix(slot.id())
            .and_then(|rest| rest.strip_prefix("_s")?.parse::<usize>().ok());
        if let Some(n) = switch.filter(|n| (1..=slot.n_switches()).contains(n)) {
            let labels: Vec<&str> = notes.choices.get(n - 1).map_or(vec![], |card| {
                card.values.iter().map(|(label, _)| &**label).collect()
            });
            let at = labels
                .iter()
                .position(|label| label.eq_ignore_ascii_case(value));
            let at = at.ok_or_else(|| Wanted::Text(format!("one of {}", labels.join(", "))))?;
            rig.choices.switches[slot.index()][n - 1] = at as u8;
            return Ok(());
        }
    }
    match id {
        "second_amp" => {
            let same = value.eq_ignore_ascii_case("same").then_some(0);
            let place = || find(library, Slot::Amp, value).map(|place| place + 1);
            rig.choices.second_amp = same.or_else(place).ok_or(Wanted::Model(Slot::Amp))?;
        }
        "cabinet" => {
            rig.cabinet.place = cabinets(library)
                .find(|(_, name)| letters(name) == letters(value))
                .map(|(place, _)| place)
                .ok_or_else(|| {
                    let known: Vec<String> = cabinets(library).map(|(_, name)| name).collect();
                    Wanted::Text(format!("one of: {}", known.join(", ")))
                })?
        }
        "mic_mix" => {
            let share = text::parse_with_unit(value, "%").map(|percent| percent / 100.0);
            rig.cabinet.mix = within(share, 0.0..=1.0)
                .ok_or_else(|| Wanted::text("0 to 100 % of the second microphone"))?
        }
        _ if id.starts_with("mic1") => set_mic(&mut rig.cabinet.mics[0], &id[4..], value)?,
        _ if id.starts_with("mic2") => set_mic(&mut rig.cabinet.mics[1], &id[4..], value)?,
        "polarity" => {
            rig.inverted = match value.to_lowercase().as_str() {
                "normal" => false,
                "inverted" => true,
                _ => return Err(Wanted::text("normal or inverted")),
            }
        }
        "temperature" => {
            let celsius = text::parse_with_unit(value, "°C").map(|celsius| celsius as i32);
            rig.choices.temperature = celsius
                .filter(|celsius| ranges::TEMPERATURE.contains(celsius))
                .ok_or_else(|| Wanted::text("-20 to 85 °C"))?
        }
        "trim" => {
            rig.trim_db = within(text::parse_with_unit(value, "dB"), ranges::TRIM)
                .ok_or_else(|| Wanted::text("-60 to +24 dB, such as \"-6 dB\""))?
        }
        _ => return Err(Wanted::Unknown),
    }
    Ok(())
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
        _ => return Err(Wanted::Unknown),
    }
    Ok(())
}

/// Computed cabinets and the user's responses, with their places.
fn cabinets(library: &Library) -> impl Iterator<Item = (usize, String)> {
    let computed = CabinetModel::ALL.iter().enumerate();
    let computed = computed.map(|(place, model)| (place, model.name().to_owned()));
    let own =
        (USER..PLACES).filter_map(|place| Some((place, library.response(place)?.0.to_owned())));
    computed.chain(own)
}

fn takes(knob: &KnobPlace) -> Wanted {
    Wanted::Text(match &knob.turn {
        Turn::Rotation => "0 to 10, as on the panel, or a value of the knob's own scale".into(),
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

fn letters(name: &str) -> String {
    name.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

fn ids() -> String {
    let mut lines = vec![
        format!(
            "{:<30}level of a full-scale sine, \"+12 dBu\"",
            "calibration"
        ),
        format!("{:<30}the circuits' own noise: off, on, or a seed", "noise"),
        "and for each rig, with a_ or b_ before it:".to_owned(),
    ];
    let mut line = |ids: &str, takes: &str| lines.push(format!("{ids:<30}{takes}"));
    for slot in Slot::ALL {
        line(slot.id(), "model by id or name (`loadline list`)");
        for knob in slot.knobs() {
            let takes = match knob.turn {
                Turn::Rotation => "0 to 10, or the knob's own scale",
                Turn::Impedance { .. } => "ohms, \"2k2\"",
            };
            line(knob.param, takes);
        }
        let last = slot.n_switches();
        let switches = format!("{0}_s1 … {0}_s{last}", slot.id());
        line(&switches, "switches of the loaded deck, by label");
    }
    line(
        "second_amp",
        "amplifier behind the second output: same, or a model",
    );
    line("cabinet", "a cabinet by name, or a WAV of your own");
    line("mic1 mic2", "Dynamic, Ribbon, Condenser, Omni");
    line("mic1_distance mic2_distance", "\"3 cm\"");
    line("mic1_angle mic1_offset …", "\"45°\", \"35 %\"");
    line("mic_mix", "share of the second microphone, \"30 %\"");
    line("polarity", "normal or inverted");
    line("temperature", "of every part, in °C");
    line("trim", "output trim, \"-6 dB\"");
    lines.join("\n")
}

fn models(library: &Library, slot: Slot) -> String {
    let lines: Vec<String> = library
        .models(slot)
        .map(|(_, model)| format!("{:<24}{}", model.id, model.name))
        .collect();
    lines.join("\n")
}
