//! The converters of a digital preamp between two circuits.

use crate::dsp::Converter;
use crate::dsp::ConverterFilter;
use crate::dsp::ConverterSettings;
use crate::rig::Knobs;
use crate::rig::compose::ConverterPlan;
use crate::rig::stretch::Turning;
use crate::units::Hertz;
use crate::units::db_to_ratio;
use wide::f64x2;

#[derive(Clone, Debug)]
pub struct Converting {
    converter: Converter,
    /// In dB.
    gain: Option<Turning>,
}

impl Converting {
    pub fn new(plan: &ConverterPlan, knobs: &Knobs, rate: Hertz) -> Self {
        let default = ConverterSettings::default();
        let switch = |id: &str, default: f64| {
            let found = plan.switches.iter().find(|(known, _)| known == id);
            found.map_or(default, |(_, value)| *value)
        };
        let settings = ConverterSettings {
            bits: switch("bits", f64::from(default.bits)) as u32,
            rate: switch("rate", default.rate),
            dither: (switch("dither", 1.0) != 0.0)
                .then_some(default.dither)
                .flatten(),
            headroom_dbu: switch("headroom", default.headroom_dbu),
            filter: match switch("filter", 0.0) as u32 {
                0 => ConverterFilter::Steep,
                1 => ConverterFilter::Gentle,
                _ => ConverterFilter::Off,
            },
        };
        let gain = plan.knobs.iter().find(|knob| knob.card.id == "gain");
        let mut converting = Self {
            converter: Converter::new(&settings, rate),
            gain: gain.map(|knob| Turning::new(knob, knobs)),
        };
        converting.turn(knobs, 1.0);
        converting
    }

    /// Turns the digital gain by `most` at most.
    pub fn turn(&mut self, knobs: &Knobs, most: f64) {
        let Some(gain) = &mut self.gain else { return };
        if !gain.turn(knobs, most) && most < 1.0 {
            return;
        }
        let ratio = db_to_ratio(gain.value());
        if most >= 1.0 {
            self.converter.jump_gain(ratio);
        } else {
            self.converter.set_gain(ratio);
        }
    }

    pub fn is_dithered(&self) -> bool {
        self.converter.is_dithered()
    }

    pub fn reset(&mut self) {
        self.converter.reset();
    }

    #[inline]
    pub fn tick(&mut self, v: f64x2) -> f64x2 {
        self.converter.tick(v)
    }
}
