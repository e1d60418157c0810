//! Continuous parameters and their text: pots, impedances, levels.

use crate::params::choice::Loaded;
use crate::rig::KnobPlace;
use crate::rig::Turn;
use crate::rig::legend;
use crate::units::text;
use nice_plug::prelude::FloatParam;
use nice_plug::prelude::FloatRange;
use nice_plug::prelude::Param;
use std::ops::RangeInclusive;
use std::sync::Arc;

/// The parameter of a slot's knob, with this default position.
pub fn knob(
    name: String,
    place: &KnobPlace,
    index: usize,
    default: f64,
    loaded: &Loaded,
) -> FloatParam {
    match &place.turn {
        Turn::Impedance { range, .. } => impedance(name, default, range.clone()),
        Turn::Rotation => pot(name, default, index, loaded.clone()),
    }
}

/// What the parameter of such a knob says, in the rig's terms. Finite and within range, whatever a broken state has
/// put here.
pub fn position(param: &FloatParam, turn: &Turn) -> f64 {
    match turn {
        Turn::Impedance { .. } => ohms(value(param)),
        Turn::Rotation => decimal(value(param), 6),
    }
}

/// What a host stores for a position.
pub fn stored(position: f64, turn: &Turn) -> f32 {
    match turn {
        Turn::Impedance { .. } => position.log10() as f32,
        Turn::Rotation => position as f32,
    }
}

/// The parameter's value with modulation, inside its range; its default where a state held no finite number.
pub fn value(param: &FloatParam) -> f64 {
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
pub fn level(param: &FloatParam) -> f64 {
    decimal(value(param), 4)
}

/// Hosts keep parameters as f32; this is the decimal number that was meant: 0.3, not 0.300000012. So what is typed
/// here and what the command line is told are the same to the last bit.
pub fn decimal(x: f64, decimals: i32) -> f64 {
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
pub fn decibels(
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

/// A rotation, 0 to 1, whose text is what the loaded deck's knob makes of it: "800 Hz", "12 V", or 0 to 10.
fn pot(name: String, default: f64, index: usize, loaded: Loaded) -> FloatParam {
    let (shown, typed) = (loaded.clone(), loaded);
    let range = FloatRange::Linear { min: 0.0, max: 1.0 };
    FloatParam::new(name, default as f32, range)
        .with_value_to_string(Arc::new(move |position| {
            shown.with(|notes| {
                let card = shown.slot().card_at(index, &notes.knobs);
                legend::write(card, f64::from(position))
            })
        }))
        .with_string_to_value(Arc::new(move |text| {
            typed.with(|notes| {
                let card = typed.slot().card_at(index, &notes.knobs);
                legend::read(card, text).map(|position| position as f32)
            })
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

/// A plain quantity, shown `factor` times as large with its unit: metres as centimetres, a share as per cent.
pub fn scaled(
    name: String,
    default: f64,
    range: RangeInclusive<f64>,
    factor: f32,
    unit: &'static str,
) -> FloatParam {
    let (min, max) = (*range.start() as f32, *range.end() as f32);
    FloatParam::new(name, default as f32, FloatRange::Linear { min, max })
        .with_unit(unit)
        .with_value_to_string(Arc::new(move |x| format!("{:.1}", x * factor)))
        .with_string_to_value(Arc::new(move |typed| {
            text::parse_with_unit(typed, unit.trim()).map(|x| x as f32 / factor)
        }))
}
