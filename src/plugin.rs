//! The nice-plug processor: host buffers in and out, chains built off the audio thread.

mod builder;
mod formats;
mod matching;
mod pedals;
mod play;
mod worker;

use crate::editor::Panel;
use crate::meters::Meters;
use crate::meters::PEAK_FLOOR;
use crate::params::LoadlineParams;
use crate::params::library;
use crate::params::repair;
use crate::plugin::builder::Builder;
use crate::plugin::pedals::Pedals;
use crate::plugin::play::play;
use crate::plugin::worker::Worker;
use crate::rig::Controls;
use crate::rig::LATENCY_SAMPLES;
use crate::rig::Levels;
use crate::rig::Other;
use crate::rig::Pair;
use nice_plug::prelude::*;
use nice_plug_egui::RepaintNotifier;
use std::sync::Arc;

/// Longest piece that is played at once; a mono host's second channel is a buffer of this length.
const PIECE: usize = 512;

/// One instance; with `PEDALS` it listens to MIDI's pedals.
///
/// As a VST3 it does not: the format has no controllers, so that the framework would add 2080 hidden parameters to
/// each host's list, all at 0, which is a pedal that is up. A host that wrote them back would mute the plugin.
pub struct Loadline<const PEDALS: bool> {
    params: Arc<LoadlineParams>,
    meters: Arc<Meters>,
    notifier: RepaintNotifier,
    builder: Builder,
    worker: Worker,
    pair: Option<Pair>,
    sample_rate: f64,
    mono_input: bool,
    offline: bool,
    second: Box<[f32; PIECE]>,
    levels: Levels,
    pedals: Pedals,
    /// Samples until the background thread is told of what has been measured.
    until_told: usize,
}

impl<const PEDALS: bool> Default for Loadline<PEDALS> {
    fn default() -> Self {
        let meters = Arc::new(Meters::default());
        let notifier = RepaintNotifier::new();
        let params = Arc::new(LoadlineParams::default());
        let (builder, mut workbench) =
            builder::new(params.clone(), meters.clone(), notifier.clone());
        Self {
            params,
            meters,
            notifier,
            builder,
            worker: Worker::start(move || workbench.work()),
            pair: None,
            sample_rate: 0.0,
            mono_input: false,
            offline: false,
            second: Box::new([0.0; PIECE]),
            levels: Levels::default(),
            pedals: Pedals::default(),
            until_told: 0,
        }
    }
}

const fn layout(inputs: u32, outputs: u32) -> AudioIOLayout {
    AudioIOLayout {
        main_input_channels: NonZeroU32::new(inputs),
        main_output_channels: NonZeroU32::new(outputs),
        ..AudioIOLayout::const_default()
    }
}

impl<const PEDALS: bool> Plugin for Loadline<PEDALS> {
    const NAME: &'static str = "Loadline";
    const VENDOR: &'static str = "Loadline";
    const URL: &'static str = "";
    const EMAIL: &'static str = "";
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");
    const AUDIO_IO_LAYOUTS: &'static [AudioIOLayout] = &[layout(2, 2), layout(1, 1), layout(1, 2)];
    const SAMPLE_ACCURATE_AUTOMATION: bool = true;
    const MIDI_INPUT: MidiConfig = if PEDALS {
        MidiConfig::MidiCCs
    } else {
        MidiConfig::None
    };

    type Editor = Panel;
    type SysExMessage = ();
    type BackgroundTask = ();

    fn params(&self) -> Arc<dyn Params> {
        self.params.clone()
    }

    fn editor(&mut self, _: AsyncExecutor<Self>) -> Option<Panel> {
        let bell = self.worker.bell().clone();
        Some(Panel::new(
            self.params.clone(),
            self.meters.clone(),
            self.notifier.clone(),
            Arc::new(move || bell.ring()),
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
        self.mono_input = layout.main_input_channels == NonZeroU32::new(1);
        self.offline = config.process_mode == ProcessMode::Offline;
        let controls = self.params.controls(self.offline);
        if !self.plays(sample_rate, &controls) {
            // Built here, so that an offline render of a restored state starts with what the state chose.
            match Pair::new(sample_rate, &controls, &library()) {
                Ok(mut pair) => {
                    self.builder.forget_orders();
                    self.builder.connect(&mut pair, self.pair.take());
                    self.pair = Some(pair);
                    self.meters.trouble(None);
                }
                Err(error) => {
                    self.meters.trouble(Some(error.to_string()));
                    if self.pair.is_none() || self.sample_rate != sample_rate {
                        return false;
                    }
                }
            }
            self.sample_rate = sample_rate;
        }
        self.meters
            .prepared(config.sample_rate, LATENCY_SAMPLES as u32);
        context.set_latency_samples(LATENCY_SAMPLES as u32);
        true
    }

    fn reset(&mut self) {
        self.pedals = Pedals::default();
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
        let Some(pair) = &mut self.pair else {
            return ProcessStatus::Normal;
        };
        let host = self.params.controls(self.offline);
        let mut controls = host;
        self.pedals.press(&mut controls);
        let wake = self.builder.exchange(pair, &controls);
        let weigh = self.meters.is_watched() && self.builder.weigh(&controls);
        let measured = controls.comparison.other == Other::Measured
            && counted(&mut self.until_told, buffer.samples(), self.sample_rate);
        if wake || weigh || measured {
            self.worker.bell().ring();
            if self.offline {
                self.builder.wait(pair);
            }
        }

        let (mut from, mut loudest) = (0, 0.0f32);
        loop {
            // To where a pedal moves next.
            let event = context.next_event();
            let timing = event.as_ref().map(|event| event.timing() as usize);
            let until = timing.map_or(buffer.samples(), |at| at.clamp(from, buffer.samples()));
            let (meters, levels) = (&self.meters, &mut self.levels);
            match buffer.as_slice() {
                // A pedal that is told before the first sample is there from the first sample on.
                _ if until == from => (),
                [only] => {
                    for piece in only[from..until].chunks_mut(PIECE) {
                        let second = &mut self.second[..piece.len()];
                        second.copy_from_slice(piece);
                        let peak = play(pair, piece, second, &controls, meters, levels);
                        loudest = loudest.max(peak);
                    }
                }
                [left, right, ..] => {
                    let (left, right) = (&mut left[from..until], &mut right[from..until]);
                    if self.mono_input {
                        right.copy_from_slice(left);
                    }
                    loudest = loudest.max(play(pair, left, right, &controls, meters, levels));
                }
                [] => (),
            }
            let Some(event) = event else { break };
            self.pedals.follow(&event);
            controls = host;
            self.pedals.press(&mut controls);
            from = until;
        }
        if loudest > PEAK_FLOOR {
            self.notifier.request_repaint();
        }
        match pair.tail_samples() {
            Some(samples) => ProcessStatus::Tail(u32::try_from(samples).unwrap_or(u32::MAX)),
            None => ProcessStatus::KeepAlive,
        }
    }
}

/// Whether so many samples more make another step of what is measured, a tenth of a second.
fn counted(until: &mut usize, samples: usize, sample_rate: f64) -> bool {
    let is_due = *until <= samples;
    *until = if is_due {
        (sample_rate / 10.0) as usize
    } else {
        *until - samples
    };
    is_due
}

impl<const PEDALS: bool> Loadline<PEDALS> {
    /// Whether the rigs are those that `controls` choose at this rate, with nothing still being built.
    fn plays(&self, sample_rate: f64, controls: &Controls) -> bool {
        let pair = self.pair.as_ref();
        self.sample_rate == sample_rate
            && self.builder.is_idle()
            && pair.is_some_and(|pair| pair.is_as_built(controls))
    }
}
