//! The plugin's parameters as `--set id=value`, and the quality.

use crate::failure::Failure;
use crate::preset;
use crate::shelf::library;
use crate::shelf::welcome;
use loadline::rig::Channels;
use loadline::rig::Controls;
use loadline::rig::Library;
use loadline::rig::Oversampling;
use loadline::rig::Preset;
use loadline::rig::Tolerance;
use loadline::rig::Wanted;
use loadline::rig::ranges;
use loadline::rig::settings::chooses_model;
use loadline::units::text;

#[derive(clap::Args)]
pub struct Settings {
    /// A parameter of the plugin by its id, such as a_gain=7.5 or b_source=humbucker; may be repeated
    #[arg(long = "set", value_name = "ID=VALUE")]
    pub set: Vec<String>,

    /// Solver steps per sample at 44.1 or 48 kHz: 1x, 2x, 4x, 8x or 16x; at other rates as many a second
    #[arg(long, default_value = "4x", value_parser = read_quality)]
    quality: Oversampling,

    /// What the two channels are: stereo, through one unit; dual-mono, through a unit each; or mid-side
    #[arg(long, value_name = "MODE", default_value = "stereo", value_parser = read_channels)]
    channels: Channels,

    /// How far the unit's parts are off, in % of their usual tolerances, 0 to 200
    #[arg(long, value_name = "PERCENT", default_value = "0", value_parser = read_percent)]
    tolerance: u8,

    /// Serial number of the unit, 1 to 9999: the same one has the same parts
    #[arg(long, value_name = "NUMBER", default_value = "1", value_parser = read_unit)]
    unit: u16,
}

impl Settings {
    /// The plugin's defaults, or presets in rigs A and B, with these settings made: models first, which bring their
    /// knobs' defaults along, then switches, which may bring a source along where none is given.
    pub fn controls(&self, presets: [Option<&str>; 2]) -> Result<Controls, Failure> {
        let mut controls = Controls {
            channels: self.channels,
            ..Controls::default()
        };
        for rig in &mut controls.rigs {
            rig.choices.oversampling = self.quality;
            rig.choices.is_double = self.channels == Channels::DualMono;
            rig.choices.tolerance = Tolerance {
                percent: self.tolerance,
                unit: self.unit,
            };
        }
        self.load(&mut controls, presets)?;
        let mut settings = Vec::new();
        for setting in &self.set {
            let (id, value) = setting.split_once('=').ok_or_else(|| {
                Failure::new(format!(
                    "`--set {setting}` has no value: write it as id=value, for example a_gain=7.5"
                ))
            })?;
            settings.push((id.trim(), value.trim()));
        }
        settings.sort_by_key(|(id, _)| (!is_model(id), !is_switch(id)));
        let library = library();
        let has_source = ["a_source", "b_source"].map(|id| settings.iter().any(|it| it.0 == id));
        for (id, value) in settings {
            set(&mut controls, library, id, value)?;
            for (n, letter) in ["a_", "b_"].into_iter().enumerate() {
                if let Some(id) = id.strip_prefix(letter).filter(|_| !has_source[n]) {
                    controls.rigs[n].follow_switch(id, library);
                }
            }
        }
        Ok(controls)
    }

    /// Loads presets, by name or file, with the calibration that they are meant for.
    fn load(&self, controls: &mut Controls, presets: [Option<&str>; 2]) -> Result<(), Failure> {
        let mut loaded: Option<Preset> = None;
        for (rig, named) in controls.rigs.iter_mut().zip(presets) {
            let Some(named) = named else { continue };
            let preset = preset::find(named)?;
            welcome(&preset)?;
            preset.apply(rig, library())?;
            controls.calibration_dbu = preset.calibration_dbu;
            let is_other = |other: &Preset| other.calibration_dbu != preset.calibration_dbu;
            let settles = |setting: &String| setting.trim_start().starts_with("calibration");
            if let Some(other) = loaded.filter(is_other)
                && !self.set.iter().any(settles)
            {
                return Err(Failure::new(format!(
                    "{} is calibrated to {} dBu, {} to {} dBu: add --set calibration=LEVEL",
                    other.name, other.calibration_dbu, preset.name, preset.calibration_dbu
                )));
            }
            loaded = Some(preset);
        }
        Ok(())
    }
}

/// Whether this chooses a rig's model.
fn is_model(id: &str) -> bool {
    id.split_once('_').is_some_and(|(_, id)| chooses_model(id))
}

/// Whether this sets a switch of a deck.
fn is_switch(id: &str) -> bool {
    let number = id.rsplit_once("_s").map(|(_, number)| number);
    number.is_some_and(|number| number.parse::<usize>().is_ok())
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

fn read_channels(text: &str) -> Result<Channels, String> {
    match text {
        "stereo" => Ok(Channels::Stereo),
        "dual-mono" => Ok(Channels::DualMono),
        "mid-side" => Ok(Channels::MidSide),
        _ => Err("choose stereo, dual-mono or mid-side".to_owned()),
    }
}

fn read_percent(text: &str) -> Result<u8, String> {
    let percent = text.trim_end_matches('%').trim().parse().ok();
    let percent = percent.filter(|percent| ranges::TOLERANCE.contains(percent));
    let percent = percent.and_then(|percent: i32| u8::try_from(percent).ok());
    percent.ok_or_else(|| "choose 0 to 200".to_owned())
}

fn read_unit(text: &str) -> Result<u16, String> {
    let unit = text.parse().ok().filter(|unit| ranges::UNIT.contains(unit));
    let unit = unit.and_then(|unit: i32| u16::try_from(unit).ok());
    unit.ok_or_else(|| "choose 1 to 9999".to_owned())
}

fn set(controls: &mut Controls, library: &Library, id: &str, value: &str) -> Result<(), Failure> {
    let wanted = |what: &str| Wanted::Text(what.to_owned());
    let read = match (id, id.split_once('_')) {
        ("calibration", _) => text::parse_with_unit(value, "dBu")
            .filter(|dbu| ranges::CALIBRATION.contains(dbu))
            .map(|dbu| controls.calibration_dbu = dbu)
            .ok_or_else(|| wanted("-20 to +30 dBu, such as \"+12 dBu\"")),
        ("noise", _) => read_noise(value)
            .map(|seed| {
                controls
                    .rigs
                    .iter_mut()
                    .for_each(|rig| rig.choices.noise = seed)
            })
            .ok_or_else(|| wanted("off, on, or a seed such as 7")),
        (_, Some(("a", id))) => controls.rigs[0].set(id, value, library),
        (_, Some(("b", id))) => controls.rigs[1].set(id, value, library),
        _ => Err(Wanted::Id),
    };
    read.map_err(|wanted| {
        let (what, list) = wanted.explain(id, value, library);
        let detail = if wanted == Wanted::Id {
            format!("{OWN_IDS}{list}")
        } else {
            list
        };
        Failure::new(what).detail(detail)
    })
}

/// What is of no rig, before the list of what is.
const OWN_IDS: &str = "\
calibration                   level of a full-scale sine, \"+12 dBu\"
noise                         the circuits' own noise: off, on, or a seed
and for each rig, with a_ or b_ before it:
";

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
