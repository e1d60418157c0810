//! The nice-plug processor: host buffers in and out, chains built off the audio thread.

mod builder;
mod formats;
mod play;

use crate::editor::Panel;
use crate::meters::Meters;
use crate::meters::PEAK_FLOOR;
use crate::params::LoadlineParams;
use crate::params::library;
use crate::params::repair;
use crate::plugin::builder::Builder;
use crate::plugin::builder::Workbench;
use crate::plugin::play::play;
use crate::rig::Controls;
use crate::rig::LATENCY_SAMPLES;
use crate::rig::Levels;
use crate::rig::Pair;
use crate::rig::Side;
use nice_plug::prelude::*;
use nice_plug_egui::RepaintNotifier;
use std::sync::Arc;

/// Longest piece that is played at once; a mono host's second channel is a buffer of this length.
const PIECE: usize = 512;

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
    levels: Levels,
}

impl Default for Loadline {
    fn default() -> Self {
        let meters = Arc::new(Meters::default());
        let notifier = RepaintNotifier::new();
        let (builder, workbench) = builder::new(meters.clone(), notifier.clone());
        Self {
            params: Arc::new(LoadlineParams::default()),
            meters,
            notifier,
            builder,
            workbench: Some(workbench),
            pair: None,
            sample_rate: 0.0,
            mono_input: false,
            offline: false,
            second: Box::new([0.0; PIECE]),
            levels: Levels::default(),
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
        self.mono_input = layout.main_input_channels == NonZeroU32::new(1);
        self.offline = config.process_mode == ProcessMode::Offline;
        let controls = self.params.controls(self.offline);
        if !self.plays(sample_rate, &controls) {
            // Built here, so that an offline render of a restored state starts with what the state chose.
            match Pair::new(sample_rate, &controls, &library()) {
                Ok(pair) => {
                    self.builder.forget_orders();
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
        let controls = self.params.controls(self.offline);
        let wake = self.builder.exchange(pair, &controls);
        let weigh = self.meters.is_watched() && self.builder.weigh(&controls);
        if wake || weigh {
            context.execute_background(Wake);
            if self.offline {
                self.builder.wait(pair);
            }
        }

        let loudest = match buffer.as_slice() {
            [only] => {
                let pieces = only.chunks_mut(PIECE).map(|piece| {
                    let second = &mut self.second[..piece.len()];
                    second.copy_from_slice(piece);
                    let levels = &mut self.levels;
                    play(pair, piece, second, &controls, &self.meters, levels)
                });
                pieces.fold(0.0, f32::max)
            }
            [left, right, ..] => {
                if self.mono_input {
                    right.copy_from_slice(left);
                }
                let levels = &mut self.levels;
                play(pair, left, right, &controls, &self.meters, levels)
            }
            [] => 0.0,
        };
        if loudest > PEAK_FLOOR {
            self.notifier.request_repaint();
        }
        ProcessStatus::Normal
    }
}

impl Loadline {
    /// Whether the rigs are those that `controls` choose at this rate, with nothing still being built.
    fn plays(&mut self, sample_rate: f64, controls: &Controls) -> bool {
        let Some(pair) = &mut self.pair else {
            return false;
        };
        let mut chosen = |side| pair.order(side, controls).is_none();
        self.sample_rate == sample_rate
            && self.builder.is_idle()
            && Side::BOTH.into_iter().all(&mut chosen)
    }
}
