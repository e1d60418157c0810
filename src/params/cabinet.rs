//! The host parameters of a rig's cabinet and its two microphones.

use crate::params::choice::EMPTY;
use crate::params::knob::decimal;
use crate::params::knob::scaled;
use crate::params::knob::value;
use crate::params::shelf::library;
use crate::rig::CabinetModel;
use crate::rig::Mic;
use crate::rig::MicKind;
use crate::rig::SpeakerControls;
use crate::rig::library::PLACES;
use crate::rig::library::USER;
use crate::rig::ranges;
use crate::units::text;
use nice_plug::prelude::FloatParam;
use nice_plug::prelude::FloatRange;
use nice_plug::prelude::IntParam;
use nice_plug::prelude::IntRange;
use nice_plug::prelude::Param;
use nice_plug::prelude::ParamPtr;
use std::sync::Arc;

pub struct CabinetParams {
    /// Place among the computed cabinets, or of a response in the user's folder.
    pub model: IntParam,
    pub mics: [MicParams; 2],
    /// Share of the second microphone, 0 to 1.
    pub mix: FloatParam,
}

pub struct MicParams {
    /// Place in [`MicKind::ALL`].
    pub kind: IntParam,
    /// log10 of m.
    pub distance: FloatParam,
    /// Degrees.
    pub angle: FloatParam,
    /// 0, the middle of the cone, to 1, its rim.
    pub offset: FloatParam,
}

/// Places kept for microphones to come.
const MIC_PLACES: i32 = 16;

impl CabinetParams {
    pub fn new(rig: &str, defaults: &SpeakerControls) -> Self {
        let max = (PLACES - 1) as i32;
        let model = IntParam::new(
            format!("{rig} Cabinet"),
            defaults.place as i32,
            IntRange::Linear { min: 0, max },
        )
        .with_value_to_string(Arc::new(|place| {
            usize::try_from(place).map_or(EMPTY.into(), name_of)
        }))
        .with_string_to_value(Arc::new(place_of));
        let mic = |n: usize| MicParams::new(&format!("{rig} Mic {}", n + 1), &defaults.mics[n]);
        Self {
            model,
            mics: [mic(0), mic(1)],
            mix: scaled(
                format!("{rig} Mic Mix"),
                defaults.mix,
                0.0..=1.0,
                100.0,
                " %",
            ),
        }
    }

    pub fn controls(&self) -> SpeakerControls {
        SpeakerControls {
            place: self.model.value().clamp(0, PLACES as i32 - 1) as usize,
            mics: [&self.mics[0], &self.mics[1]].map(MicParams::mic),
            mix: decimal(value(&self.mix), 3),
        }
    }

    /// Every parameter with its id, without the rig's letter.
    pub fn all(&self) -> Vec<(String, ParamPtr)> {
        let mut all = vec![("cabinet".to_owned(), self.model.as_ptr())];
        for (n, mic) in self.mics.iter().enumerate() {
            let id = |what: &str| format!("mic{}{what}", n + 1);
            all.push((id(""), mic.kind.as_ptr()));
            all.push((id("_distance"), mic.distance.as_ptr()));
            all.push((id("_angle"), mic.angle.as_ptr()));
            all.push((id("_offset"), mic.offset.as_ptr()));
        }
        all.push(("mic_mix".to_owned(), self.mix.as_ptr()));
        all
    }
}

impl MicParams {
    fn new(name: &str, default: &Mic) -> Self {
        let kind = MicKind::ALL.iter().position(|kind| *kind == default.kind);
        let range = IntRange::Linear {
            min: 0,
            max: MIC_PLACES - 1,
        };
        let kind = IntParam::new(name.to_owned(), kind.unwrap_or(0) as i32, range)
            .with_value_to_string(Arc::new(|place| {
                let kind = usize::try_from(place)
                    .ok()
                    .and_then(|at| MicKind::ALL.get(at));
                kind.map_or(EMPTY, |kind| kind.name()).into()
            }))
            .with_string_to_value(Arc::new(|text| {
                let known = |kind: &MicKind| kind.name().eq_ignore_ascii_case(text);
                let named = MicKind::ALL.iter().position(known);
                let empty = (text == EMPTY).then_some(MicKind::ALL.len());
                named.or(empty).map(|place| place as i32)
            }));
        Self {
            kind,
            distance: distance(format!("{name} Distance"), default.distance),
            angle: scaled(
                format!("{name} Angle"),
                default.angle,
                ranges::MIC_ANGLE,
                1.0,
                "°",
            ),
            offset: scaled(
                format!("{name} Offset"),
                default.offset,
                0.0..=1.0,
                100.0,
                " %",
            ),
        }
    }

    fn mic(&self) -> Mic {
        let kind = usize::try_from(self.kind.value()).ok();
        Mic {
            kind: kind
                .and_then(|at| MicKind::ALL.get(at))
                .copied()
                .unwrap_or_default(),
            distance: decimal(10f64.powf(value(&self.distance)), 4),
            angle: decimal(value(&self.angle), 1),
            offset: decimal(value(&self.offset), 3),
        }
    }
}

fn name_of(place: usize) -> String {
    if place < USER {
        return CabinetModel::ALL
            .get(place)
            .map_or(EMPTY, |model| model.name())
            .into();
    }
    let library = library();
    library
        .response(place)
        .map_or(EMPTY, |(name, _)| name)
        .into()
}

fn place_of(text: &str) -> Option<i32> {
    let found = (0..PLACES).find(|place| name_of(*place).eq_ignore_ascii_case(text));
    found.map(|place| place as i32)
}

/// A way that moves by ratios: the stored value is log10 of m.
fn distance(name: String, default: f64) -> FloatParam {
    let (min, max) = ranges::MIC_DISTANCE.into_inner();
    let range = FloatRange::Linear {
        min: min.log10() as f32,
        max: max.log10() as f32,
    };
    FloatParam::new(name, default.log10() as f32, range)
        .with_unit(" cm")
        .with_value_to_string(Arc::new(|log| {
            format!("{:.1}", 100.0 * 10f64.powf(f64::from(log)))
        }))
        .with_string_to_value(Arc::new(|typed| {
            let centimetres = text::parse_with_unit(typed, "cm").filter(|cm| *cm > 0.0);
            centimetres.map(|cm| (cm / 100.0).log10() as f32)
        }))
}
