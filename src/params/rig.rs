//! The host parameters of one rig; there are two sets, A and B.

use crate::params::choice::PLACES;
use crate::params::choice::model_choice;
use crate::rig::Choices;
use crate::rig::Knobs;
use crate::rig::Oversampling;
use crate::rig::RigControls;
use crate::rig::library;
use crate::rig::ranges;
use crate::units::text;
use nice_plug::prelude::FloatParam;
use nice_plug::prelude::FloatRange;
use nice_plug::prelude::IntParam;
use nice_plug::prelude::Param;
use nice_plug::prelude::Params;
use std::ops::RangeInclusive;
use std::sync::Arc;

#[derive(Params)]
pub struct RigParams {
    /// Place in [`library::SOURCES`].
    #[id = "source"]
    pub source: IntParam,
    /// Source impedance, stored as log10 of Ω. Only the line source has one to set.
    #[id = "source_z"]
    pub source_z: FloatParam,
    /// Place in [`library::PREAMPS`].
    #[id = "preamp"]
    pub preamp: IntParam,
    /// Input impedance of the preamp, stored as log10 of Ω.
    #[id = "input_z"]
    pub input_z: FloatParam,
    /// Gain pot rotation, 0 to 1; shown 0 to 10 as on the panel. The taper is the deck's.
    #[id = "gain"]
    pub gain: FloatParam,
    /// Bass pot rotation, like `gain`.
    #[id = "bass"]
    pub bass: FloatParam,
    /// Mid pot rotation, like `gain`.
    #[id = "mid"]
    pub mid: FloatParam,
    /// Treble pot rotation, like `gain`.
    #[id = "treble"]
    pub treble: FloatParam,
    /// Output trim, stored in dB.
    #[id = "trim"]
    pub trim: FloatParam,
}

impl RigParams {
    /// Parameters of the rig that hosts know as `rig` ("A" or "B").
    pub fn new(rig: &str, defaults: &RigControls) -> Self {
        let (choices, knobs) = (&defaults.choices, &defaults.knobs);
        let name = |what: &str| format!("{rig} {what}");
        Self {
            source: model_choice(name("Source"), choices.source, library::SOURCES),
            source_z: impedance(name("Source Z"), knobs.z_source, ranges::Z_SOURCE),
            preamp: model_choice(name("Preamp"), choices.preamp, library::PREAMPS),
            input_z: impedance(name("Input Z"), knobs.z_in, ranges::Z_IN),
            gain: pot(name("Gain"), knobs.gain),
            bass: pot(name("Bass"), knobs.bass),
            mid: pot(name("Mid"), knobs.mid),
            treble: pot(name("Treble"), knobs.treble),
            trim: decibels(name("Trim"), defaults.trim_db, ranges::TRIM, " dB"),
        }
    }

    /// What the rig is told. Every value is finite and within its range, whatever a broken state has put here.
    pub fn controls(&self, oversampling: Oversampling, noise: Option<u32>) -> RigControls {
        let place = |choice: &IntParam| choice.value().clamp(0, PLACES as i32 - 1) as usize;
        let pot = |pot: &FloatParam| decimal(value(pot), 6);
        RigControls {
            choices: Choices {
                source: place(&self.source),
                preamp: place(&self.preamp),
                oversampling,
                noise,
            },
            knobs: Knobs {
                z_source: ohms(value(&self.source_z)),
                z_in: ohms(value(&self.input_z)),
                gain: pot(&self.gain),
                bass: pot(&self.bass),
                mid: pot(&self.mid),
                treble: pot(&self.treble),
            },
            trim_db: level(&self.trim),
        }
    }

    /// Every parameter that glides.
    pub fn knobs(&self) -> [&FloatParam; 7] {
        [
            &self.source_z,
            &self.input_z,
            &self.gain,
            &self.bass,
            &self.mid,
            &self.treble,
            &self.trim,
        ]
    }

    /// Whether `source_z` is heard: pickups bring their own impedance.
    pub fn has_source_z(&self) -> bool {
        let place = self.source.value() as usize;
        library::SOURCES
            .get(place)
            .or(library::SOURCES.first())
            .is_some_and(|source| source.id == "line")
    }
}

/// The parameter's value with modulation, inside its range; its default where a state held no finite number.
fn value(param: &FloatParam) -> f64 {
    let FloatRange::Linear { min, max } = param.range() else {
        return f64::from(param.default_plain_value());
    };
    let plain = param.value();
    let kept = if plain.is_finite() {
        plain.clamp(min, max)
    } else {
        param.default_plain_value()
    };
    f64::from(kept)
}

/// The parameter's value in dB, to four decimals.
pub(super) fn level(param: &FloatParam) -> f64 {
    decimal(value(param), 4)
}

/// Hosts keep parameters as f32; this is the decimal number that was meant: 0.3, not 0.300000012. So what is typed
/// here and what the command line is told are the same to the last bit.
fn decimal(x: f64, decimals: i32) -> f64 {
    let per_unit = 10f64.powi(decimals);
    (x * per_unit).round() / per_unit
}

/// Ω from their log10, to five significant digits.
fn ohms(log_z: f64) -> f64 {
    let z = 10f64.powf(log_z);
    let decimals = 4 - (log_z + 1e-6).floor() as i32;
    if decimals >= 0 {
        decimal(z, decimals)
    } else {
        let step = 10f64.powi(-decimals);
        (z / step).round() * step
    }
}

/// A level in dB or dBu, with one digit; `unit` carries its space.
pub(super) fn decibels(
    name: String,
    default: f64,
    range: RangeInclusive<f64>,
    unit: &'static str,
) -> FloatParam {
    let (min, max) = (*range.start() as f32, *range.end() as f32);
    let signed = unit == " dBu";
    FloatParam::new(name, default as f32, FloatRange::Linear { min, max })
        .with_unit(unit)
        .with_value_to_string(Arc::new(move |db| {
            let db = if db.abs() < 0.05 { 0.0 } else { db };
            if signed {
                format!("{db:+.1}")
            } else {
                format!("{db:.1}")
            }
        }))
        .with_string_to_value(Arc::new(move |typed| {
            text::parse_with_unit(typed, unit.trim()).map(|db| db as f32)
        }))
}

/// A rotation, 0 to 1.
fn pot(name: String, default: f64) -> FloatParam {
    FloatParam::new(
        name,
        default as f32,
        FloatRange::Linear { min: 0.0, max: 1.0 },
    )
    .with_value_to_string(Arc::new(|position| text::rotation(f64::from(position))))
    .with_string_to_value(Arc::new(|typed| {
        text::parse_rotation(typed).map(|position| position as f32)
    }))
}

/// An impedance that moves by ratios: the stored value is log10 of Ω.
fn impedance(name: String, default: f64, range: RangeInclusive<f64>) -> FloatParam {
    let (min, max) = (*range.start(), *range.end());
    let range = FloatRange::Linear {
        min: min.log10() as f32,
        max: max.log10() as f32,
    };
    FloatParam::new(name, default.log10() as f32, range)
        .with_value_to_string(Arc::new(|log_z| text::ohms(10f64.powf(f64::from(log_z)))))
        .with_string_to_value(Arc::new(|typed| {
            text::parse_ohms(typed)
                .filter(|z| *z > 0.0)
                .map(|z| z.log10() as f32)
        }))
}
