//! Playing a take through an instance, block by block.

use crate::audio::Audio;
use crate::clap_host::ClapPlugin;
use crate::clap_host::RenderMode;
use crate::clap_host::callbacks::AudioThread;
use crate::clap_host::callbacks::Shared;
use anyhow::Context;
use anyhow::Result;
use clack_extensions::latency::PluginLatency;
use clack_extensions::render::PluginRender;
use clack_extensions::tail::PluginTail;
use clack_extensions::tail::TailLength;
use clack_host::prelude::*;
use std::time::Duration;
use std::time::Instant;

/// A setting made while playing: number of the block, string id, text.
pub type Move<'a> = (usize, &'a str, &'a str);

/// What a plugin made of a take.
pub struct Performance {
    /// As long as the take, with the reported latency taken out.
    pub audio: Audio,
    /// Reported latency, in samples.
    pub latency: u32,
    /// Reported tail, in samples; `None` for one that never ends.
    pub tail: Option<u32>,
    /// Time spent inside the plugin's `process`.
    pub busy: Duration,
}

impl Performance {
    /// How many times faster than real time it was played.
    pub fn times_real_time(&self) -> f64 {
        self.audio.seconds() / self.busy.as_secs_f64()
    }
}

impl ClapPlugin {
    /// Plays a take in blocks of `block` frames, the last one shorter. `moves` are settings made on the way, each
    /// at the first frame of block number `.0`.
    pub fn play(
        &mut self,
        take: &Audio,
        block: usize,
        mode: RenderMode,
        moves: &[Move],
    ) -> Result<Performance> {
        let handle = self.instance.plugin_handle();
        if let Some(render) = handle.get_extension::<PluginRender>() {
            render
                .set(&handle, mode)
                .context("the plugin refused the render mode")?;
        }
        let max_frames = u32::try_from(block)?;
        let configuration = PluginAudioConfiguration {
            sample_rate: take.sample_rate.into(),
            min_frames_count: 1,
            max_frames_count: max_frames,
        };
        let stopped = self.instance.activate(|_, _| AudioThread, configuration)?;

        let handle = self.instance.plugin_handle();
        let latency = handle
            .get_extension::<PluginLatency>()
            .map_or(0, |latency| latency.get(&handle));
        let mut started = stopped
            .start_processing()
            .map_err(|_| anyhow::anyhow!("the plugin would not start to play"))?;
        let tail = started
            .plugin_handle()
            .get_extension::<PluginTail>()
            .map(|tail| tail.get(&started.plugin_handle()));

        let pad = vec![0.0; latency as usize];
        let mut input = take
            .channels
            .clone()
            .map(|channel| [channel, pad.clone()].concat());
        let mut output = input.clone().map(|channel| vec![0.0; channel.len()]);
        let (mut in_ports, mut out_ports) = (
            AudioPorts::with_capacity(2, 1),
            AudioPorts::with_capacity(2, 1),
        );
        let n_frames = input[0].len();
        let mut busy = Duration::ZERO;
        for (block_idx, from) in (0..n_frames).step_by(block).enumerate() {
            let mut events = EventBuffer::new();
            for (_, id, text) in moves.iter().filter(|(at, _, _)| *at == block_idx) {
                events.push(&self.event(0, id, text)?);
            }
            let range = from..n_frames.min(from + block);
            let channels = input
                .iter_mut()
                .map(|channel| InputChannel::variable(&mut channel[range.clone()]));
            let channels = AudioPortBufferType::f32_input_only(channels);
            let in_buffers = in_ports.with_input_buffers([AudioPortBuffer {
                latency: 0,
                channels,
            }]);
            let channels = output.iter_mut().map(|channel| &mut channel[range.clone()]);
            let channels = AudioPortBufferType::f32_output_only(channels);
            let mut out_buffers = out_ports.with_output_buffers([AudioPortBuffer {
                latency: 0,
                channels,
            }]);

            let (events, mut void, time) =
                (events.as_input(), OutputEvents::void(), Some(from as u64));
            let start = Instant::now();
            let status = started.process(
                &in_buffers,
                &mut out_buffers,
                &events,
                &mut void,
                time,
                None,
            );
            busy += start.elapsed();
            status.with_context(|| format!("the plugin failed in the block at frame {from}"))?;
            if self.instance.access_shared_handler(Shared::take_callback) {
                self.instance.call_on_main_thread_callback();
            }
        }
        self.instance.deactivate(started.stop_processing());

        let channels = output.map(|channel| channel[latency as usize..].to_vec());
        let tail = match tail {
            Some(TailLength::Finite(samples)) => Some(samples),
            Some(TailLength::Infinite) => None,
            None => Some(0),
        };
        Ok(Performance {
            audio: Audio {
                sample_rate: take.sample_rate,
                channels,
            },
            latency,
            tail,
            busy,
        })
    }
}
