//! The nice-plug processor: host buffers in and out, chains built off the audio thread.

mod builder;

use crate::dsp::FlushToZero;
use crate::dsp::flush_subnormal;
use crate::editor::Panel;
use crate::meters::Meters;
use crate::meters::PEAK_FLOOR;
use crate::params::LoadlineParams;
use crate::params::repair;
use crate::plugin::builder::Builder;
use crate::plugin::builder::Workbench;
use crate::rig::LATENCY_SAMPLES;
use crate::rig::Pair;
use nice_plug::prelude::*;
use nice_plug_egui::RepaintNotifier;
use std::sync::Arc;

/// Longest piece that is played at once; a mono host's second channel is a buffer of this length.
const PIECE: usize = 512;

/// Samples beyond this are held there, +48 dBFS, before they become volts.
const MAX_SAMPLE: f32 = 256.0;

/// One instance.
pub struct Loadline {
    params: Arc<LoadlineParams>,
    meters: Arc<Meters>,
    notifier: RepaintNotifier,
    builder: Builder,
    /// Taken by the framework's background thread when the instance is made.
    workbench: Option<Workbench>,
    pair: Option<Pair>,
    sample_rate: f64,
    mono_input: bool,
    offline: bool,
    second: Box<[f32; PIECE]>,
}

impl Default for Loadline {
    fn default() -> Self {
        let meters = Arc::new(Meters::default());
        let (builder, workbench) = builder::new(meters.clone());
        Self {
            params: Arc::new(LoadlineParams::default()),
            meters,
            notifier: RepaintNotifier::new(),
            builder,
            workbench: Some(workbench),
            pair: None,
            sample_rate: 0.0,
            mono_input: false,
            offline: false,
            second: Box::new([0.0; PIECE]),
        }
    }
}

/// Wakes the background thread; what there is to do waits in the queues, so a wake-up too many does no harm.
pub struct Wake;

const fn layout(inputs: u32, outputs: u32) -> AudioIOLayout {
    AudioIOLayout {
        main_input_channels: NonZeroU32::new(inputs),
        main_output_channels: NonZeroU32::new(outputs),
        ..AudioIOLayout::const_default()
    }
}

impl Plugin for Loadline {
    const NAME: &'static str = "Loadline";
    const VENDOR: &'static str = "Loadline";
    const URL: &'static str = "";
    const EMAIL: &'static str = "";
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");
    const AUDIO_IO_LAYOUTS: &'static [AudioIOLayout] = &[layout(2, 2), layout(1, 1), layout(1, 2)];
    const SAMPLE_ACCURATE_AUTOMATION: bool = true;

    type Editor = Panel;
    type SysExMessage = ();
    type BackgroundTask = Wake;

    fn task_executor(&mut self) -> TaskExecutor<Self> {
        let Some(workbench) = self.workbench.take() else {
            return Box::new(|_| ());
        };
        let workbench = std::sync::Mutex::new(workbench);
        Box::new(move |Wake| {
            // A thread that panicked at the bench must not stop later work.
            workbench
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner)
                .work();
        })
    }

    fn params(&self) -> Arc<dyn Params> {
        self.params.clone()
    }

    fn editor(&mut self, _: AsyncExecutor<Self>) -> Option<Panel> {
        Some(Panel::new(
            self.params.clone(),
            self.meters.clone(),
            self.notifier.clone(),
        ))
    }

    fn filter_state(state: &mut PluginState) {
        repair(state);
    }

    fn activate(
        &mut self,
        layout: &AudioIOLayout,
        config: &BufferConfig,
        context: &mut impl ActivateContext<Self>,
    ) -> bool {
        let sample_rate = f64::from(config.sample_rate);
        let controls = self.params.controls();
        self.mono_input = layout.main_input_channels == NonZeroU32::new(1);
        self.offline = config.process_mode == ProcessMode::Offline;
        self.builder.forget_orders();
        if self.pair.is_none() || self.sample_rate != sample_rate {
            match Pair::new(sample_rate, &controls) {
                Ok(pair) => self.pair = Some(pair),
                Err(error) => {
                    self.meters.trouble(Some(error.to_string()));
                    return false;
                }
            }
            self.sample_rate = sample_rate;
        } else if let Some(pair) = &mut self.pair {
            // The host restored a state: what it chose is there before the next sample is.
            self.builder.build_here(pair, &controls);
        }
        self.meters
            .prepared(config.sample_rate, LATENCY_SAMPLES as u32);
        context.set_latency_samples(LATENCY_SAMPLES as u32);
        true
    }

    fn reset(&mut self) {
        if let Some(pair) = &mut self.pair {
            pair.reset();
        }
    }

    fn process(
        &mut self,
        buffer: &mut Buffer,
        _: &mut AuxiliaryBuffers,
        context: &mut impl ProcessContext<Self>,
    ) -> ProcessStatus {
        let _flush = FlushToZero::enable();
        let Some(pair) = &mut self.pair else {
            return ProcessStatus::Normal;
        };
        let controls = self.params.controls();
        if self.builder.exchange(pair, &controls) {
            context.execute_background(Wake);
            if self.offline {
                self.builder.wait(pair);
            }
        }

        let mut loudest = 0f32;
        match buffer.as_slice() {
            [only] => {
                for piece in only.chunks_mut(PIECE) {
                    let second = &mut self.second[..piece.len()];
                    second.copy_from_slice(piece);
                    loudest = loudest.max(play(pair, piece, second, &controls, &self.meters));
                }
            }
            [left, right, ..] => {
                if self.mono_input {
                    right.copy_from_slice(left);
                }
                loudest = play(pair, left, right, &controls, &self.meters);
            }
            [] => {}
        }
        if loudest > PEAK_FLOOR {
            self.notifier.request_repaint();
        }
        ProcessStatus::Normal
    }
}

/// Plays a piece in place between two checks of its samples; returns the loudest that the meters saw.
fn play(
    pair: &mut Pair,
    left: &mut [f32],
    right: &mut [f32],
    controls: &crate::rig::Controls,
    meters: &Meters,
) -> f32 {
    let mut bad = admit(left) + admit(right);
    let watched = meters.is_watched();
    let mut loudest = 0f32;
    if watched {
        for (channel, samples) in [&*left, &*right].into_iter().enumerate() {
            let peak = peak(samples);
            meters.input(channel, peak);
            loudest = loudest.max(peak);
        }
    }

    pair.process(left, right, controls);

    let bad_out = release(left) + release(right);
    if bad_out > 0 {
        pair.reset();
    }
    bad += bad_out;
    if bad > 0 {
        meters.non_finite(bad);
    }
    if watched {
        for (channel, samples) in [&*left, &*right].into_iter().enumerate() {
            let peak = peak(samples);
            meters.output(channel, peak);
            loudest = loudest.max(peak);
        }
    }
    loudest
}

/// Silences what is not finite and holds what no converter could have sent; counts the former.
fn admit(samples: &mut [f32]) -> u64 {
    let mut bad = 0;
    for sample in samples {
        bad += u64::from(!sample.is_finite());
        *sample = if sample.is_finite() {
            sample.clamp(-MAX_SAMPLE, MAX_SAMPLE)
        } else {
            0.0
        };
    }
    bad
}

/// Silences what is not finite and flushes what is subnormal; counts the former.
fn release(samples: &mut [f32]) -> u64 {
    let mut bad = 0;
    for sample in samples {
        bad += u64::from(!sample.is_finite());
        *sample = if sample.is_finite() {
            flush_subnormal(*sample)
        } else {
            0.0
        };
    }
    bad
}

fn peak(samples: &[f32]) -> f32 {
    samples
        .iter()
        .fold(0.0, |peak, sample| sample.abs().max(peak))
}

impl ClapPlugin for Loadline {
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
        for (name, rig) in [("A", &self.params.a), ("B", &self.params.b)] {
            context.add_section(format!("Rig {name}"), |section| {
                section.add_page(format!("Rig {name}"), |page| {
                    page.add_param(&rig.gain);
                    page.add_param(&rig.bass);
                    page.add_param(&rig.mid);
                    page.add_param(&rig.treble);
                    page.add_param(&rig.source_z);
                    page.add_param(&rig.input_z);
                    page.add_param(&rig.trim);
                    page.add_param(&self.params.active);
                });
            });
        }
    }
}

impl Vst3Plugin for Loadline {
    const VST3_CLASS_ID: [u8; 16] = *b"LoadlinePreampAB";
    const VST3_SUBCATEGORIES: &'static [Vst3SubCategory] =
        &[Vst3SubCategory::Fx, Vst3SubCategory::Distortion];
}

nice_export_clap!(Loadline);
nice_export_vst3!(Loadline);
