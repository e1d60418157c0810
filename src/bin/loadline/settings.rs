//! The plugin's parameters as `--set id=value`, and the quality.

use crate::failure::Failure;
use loadline::rig::Controls;
use loadline::rig::Oversampling;
use loadline::rig::RigControls;
use loadline::rig::Side;
use loadline::rig::library::Model;
use loadline::rig::library::PREAMPS;
use loadline::rig::library::SOURCES;
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
    /// The plugin's defaults with these settings made.
    pub fn controls(&self) -> Result<Controls, Failure> {
        let mut controls = Controls::default();
        for rig in &mut controls.rigs {
            rig.choices.oversampling = self.quality;
        }
        for setting in &self.set {
            let (id, value) = setting.split_once('=').ok_or_else(|| {
                Failure::new(format!(
                    "`--set {setting}` has no value: write it as id=value, for example a_gain=7.5"
                ))
            })?;
            set(&mut controls, id.trim(), value.trim())?;
        }
        Ok(controls)
    }
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

fn set(controls: &mut Controls, id: &str, value: &str) -> Result<(), Failure> {
    let read = match (id, id.split_once('_')) {
        ("calibration", _) => within(text::parse_with_unit(value, "dBu"), ranges::CALIBRATION)
            .map(|dbu| controls.calibration_dbu = dbu)
            .ok_or("-20 to +30 dBu, such as \"+12 dBu\""),
        ("noise", _) => read_noise(value)
            .map(|seed| {
                controls
                    .rigs
                    .iter_mut()
                    .for_each(|rig| rig.choices.noise = seed)
            })
            .ok_or("off, on, or a seed such as 7"),
        (_, Some(("a", knob))) => set_rig(&mut controls.rigs[Side::A.index()], knob, value),
        (_, Some(("b", knob))) => set_rig(&mut controls.rigs[Side::B.index()], knob, value),
        _ => Err(UNKNOWN),
    };
    read.map_err(|wanted| match wanted {
        UNKNOWN => Failure::new(format!(
            "there is no parameter `{id}`: use one of the ids below"
        ))
        .detail(ids()),
        MODEL => Failure::new(format!(
            "`{id}={value}` names no model: use one of the ids below"
        ))
        .detail(models(id)),
        _ => Failure::new(format!(
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

const UNKNOWN: &str = "";
const MODEL: &str = "a model's id or name";

/// Makes one setting of a rig; an error says what the setting takes.
fn set_rig(rig: &mut RigControls, knob: &str, value: &str) -> Result<(), &'static str> {
    let (choices, knobs) = (&mut rig.choices, &mut rig.knobs);
    let pot = || within(text::parse_rotation(value), 0.0..=1.0).ok_or("0 to 10, as on the panel");
    match knob {
        "source" => choices.source = find(SOURCES, value).ok_or(MODEL)?,
        "preamp" => choices.preamp = find(PREAMPS, value).ok_or(MODEL)?,
        "source_z" => {
            knobs.z_source = within(text::parse_ohms(value), ranges::Z_SOURCE)
                .ok_or("10 to 1M ohms, such as \"2k2\"")?
        }
        "input_z" => {
            knobs.z_in = within(text::parse_ohms(value), ranges::Z_IN)
                .ok_or("300 to 10M ohms, such as \"220k\"")?
        }
        "gain" => knobs.gain = pot()?,
        "bass" => knobs.bass = pot()?,
        "mid" => knobs.mid = pot()?,
        "treble" => knobs.treble = pot()?,
        "trim" => {
            rig.trim_db = within(text::parse_with_unit(value, "dB"), ranges::TRIM)
                .ok_or("-60 to +24 dB, such as \"-6 dB\"")?
        }
        _ => return Err(UNKNOWN),
    }
    Ok(())
}

/// What was read, if the plugin's parameter reaches there.
fn within(value: Option<f64>, range: RangeInclusive<f64>) -> Option<f64> {
    value.filter(|value| range.contains(value))
}

/// A model by its id or its name, whatever the case, spaces and signs in it.
fn find(models: &[Model], value: &str) -> Option<usize> {
    let wanted = letters(value);
    models
        .iter()
        .position(|model| letters(model.id) == wanted || letters(model.name) == wanted)
}

fn letters(name: &str) -> String {
    name.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

fn ids() -> String {
    [
        "calibration                       level of a full-scale sine, \"+12 dBu\"",
        "noise                             the circuits' own noise: off, on, or a seed",
        "a_source b_source                 model of the source (`loadline list`)",
        "a_preamp b_preamp                 model of the preamp (`loadline list`)",
        "a_source_z b_source_z             source impedance, \"150R\", \"2k2\"",
        "a_input_z b_input_z               input impedance, \"1M\"",
        "a_gain b_gain                     0 to 10, as on the panel",
        "a_bass a_mid a_treble b_bass …    0 to 10, as on the panel",
        "a_trim b_trim                     output trim, \"-6 dB\"",
    ]
    .join("\n")
}

fn models(id: &str) -> String {
    let models = if id.ends_with("_source") {
        SOURCES
    } else {
        PREAMPS
    };
    let lines: Vec<String> = models
        .iter()
        .map(|model| format!("{:<18}{}", model.id, model.name))
        .collect();
    lines.join("\n")
}
