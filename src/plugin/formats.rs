//! What CLAP and VST3 each want to know, and their entry points: the framework's, but that a host's state passes our own
//! door first, so that the panel can say what was wrong with one that the framework can't read.

mod clap;
mod vst3;

use crate::plugin::Loadline;
use crate::rig::Slot;
use nice_plug::prelude::*;

/// Pages of a remote control: name, and up to six knobs of a slot.
const PAGES: &[(&str, Slot, &[&str])] = &[
    (
        "Preamp",
        Slot::Preamp,
        &["gain", "level", "z_in", "presence", "supply", "x1"],
    ),
    ("Tone", Slot::Preamp, &["bass", "mid", "treble", "presence"]),
    (
        "Power",
        Slot::Amp,
        &["volume", "presence", "resonance", "bias", "sag", "feedback"],
    ),
];

/// The plugin as each format has it.
type Clap = Loadline<true>;
type Vst3 = Loadline<false>;

impl ClapPlugin for Clap {
    const CLAP_ID: &'static str = "org.loadline.loadline";
    const CLAP_DESCRIPTION: Option<&'static str> =
        Some("Preamps and amplifiers as circuits, solved in real time");
    const CLAP_MANUAL_URL: Option<&'static str> = None;
    const CLAP_SUPPORT_URL: Option<&'static str> = None;
    const CLAP_FEATURES: &'static [ClapFeature] = &[
        ClapFeature::AudioEffect,
        ClapFeature::Distortion,
        ClapFeature::Custom("loadline:guitar"),
        ClapFeature::Stereo,
        ClapFeature::Mono,
    ];

    fn remote_controls(&self, context: &mut impl RemoteControlsContext) {
        let global = &self.params.global;
        context.add_section("Global", |section| {
            section.add_page("A/B", |page| {
                page.add_param(&global.active);
                page.add_param(&global.difference);
                page.add_param(&self.params.a.trim);
                page.add_param(&self.params.b.trim);
                page.add_param(&global.calibration);
                page.add_param(&global.channels);
                page.add_param(&global.quality);
                page.add_param(&global.bypass);
            });
        });
        for (name, rig) in [("A", &self.params.a), ("B", &self.params.b)] {
            context.add_section(format!("Rig {name}"), |section| {
                for (page_name, slot, knobs) in PAGES {
                    section.add_page(format!("{page_name} {name}"), |page| {
                        for knob in *knobs {
                            page.add_param(rig.slot(*slot).knob(knob));
                        }
                        page.add_param(&rig.trim);
                        page.add_param(&global.active);
                    });
                }
            });
        }
    }
}

impl Vst3Plugin for Vst3 {
    const VST3_CLASS_ID: [u8; 16] = *b"LoadlinePreampAB";
    const VST3_SUBCATEGORIES: &'static [Vst3SubCategory] =
        &[Vst3SubCategory::Fx, Vst3SubCategory::Distortion];
}
