//! Playing a take through an instance, block by block.

use crate::audio::Audio;
use crate::clap_host::ClapPlugin;
use crate::clap_host::RenderMode;
use crate::clap_host::callbacks::AudioThread;
use crate::clap_host::callbacks::Callbacks;
use crate::clap_host::callbacks::Shared;
use crate::clap_host::hash;
use anyhow::Context;
use anyhow::Result;
use anyhow::anyhow;
use anyhow::ensure;
use clack_extensions::latency::PluginLatency;
use clack_extensions::render::PluginRender;
use clack_extensions::tail::PluginTail;
use clack_extensions::tail::TailLength;
use clack_host::events::event_types::MidiEvent;
use clack_host::events::event_types::ParamModEvent;
use clack_host::events::event_types::ParamValueEvent;
use clack_host::prelude::*;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;
use std::thread;
use std::time::Duration;
use std::time::Instant;

/// A change made while playing, at exactly this frame.
#[derive(Clone, Copy, Debug)]
pub struct Move<'a> {
    frame: usize,
    /// Hash of the string id.
    id: u32,
    to: To<'a>,
}

#[derive(Clone, Copy, Debug)]
enum To<'a> {
    Text(&'a str),
    Value(f64),
    /// The host's modulation, on top of the value.
    Offset(f64),
    /// Of the MIDI controller whose number stands for the id.
    Controller(u8),
    BrokenState(&'a [u8]),
}

/// MIDI's status byte, on the first channel.
const CONTROL_CHANGE: u8 = 0xb0;

impl<'a> Move<'a> {
    pub const fn text(frame: usize, id: &str, text: &'a str) -> Self {
        let id = hash(id);
        let to = To::Text(text);
        Self { frame, id, to }
    }

    /// To a value within [`Parameter::range`](crate::clap_host::Parameter::range).
    pub const fn value(frame: usize, id: u32, value: f64) -> Self {
        let to = To::Value(value);
        Self { frame, id, to }
    }

    /// A MIDI controller on the first channel.
    pub const fn controller(frame: usize, number: u8, position: u8) -> Self {
        let (id, to) = (number as u32, To::Controller(position));
        Self { frame, id, to }
    }

    /// A state that the host loads before the block of this frame, and that the plugin has to refuse.
    pub const fn broken_state(frame: usize, state: &'a [u8]) -> Self {
        let (id, to) = (0, To::BrokenState(state));
        Self { frame, id, to }
    }

    pub const fn offset(frame: usize, id: &str, offset: f64) -> Self {
        let id = hash(id);
        let to = To::Offset(offset);
        Self { frame, id, to }
    }
}

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
    /// Plays a take in blocks of `block` frames, the last one shorter. `moves` are changes made on the way, in their
    /// order.
    pub fn play(
        &mut self,
        take: &Audio,
        block: usize,
        mode: RenderMode,
        moves: &[Move],
    ) -> Result<Performance> {
        let stopped = self.activate(take.sample_rate, block, mode)?;
        let handle = self.instance.plugin_handle();
        let latency = handle
            .get_extension::<PluginLatency>()
            .map_or(0, |latency| latency.get(&handle));
        let mut started = stopped
            .start_processing()
            .map_err(|error| anyhow!("{error}"))?;
        let tail = tail(&mut started.plugin_handle());

        let mut wires = Wires::new(take, latency as usize);
        let mut busy = Duration::ZERO;
        for from in (0..wires.frames()).step_by(block) {
            let mut events = EventBuffer::new();
            let here = from..from + block;
            for Move { frame, id, to } in moves.iter().filter(|one| here.contains(&one.frame)) {
                let time = u32::try_from(frame - from)?;
                let parameter = ClapId::from_raw(*id).context("not a parameter id")?;
                let all = Pckn::match_all();
                match *to {
                    To::Text(text) => events.push(&self.event(time, *id, text)?),
                    To::Value(value) => {
                        events.push(&ParamValueEvent::new(time, parameter, all, value));
                    }
                    To::Offset(offset) => {
                        events.push(&ParamModEvent::new(time, parameter, all, offset));
                    }
                    To::Controller(position) => {
                        let message = [CONTROL_CHANGE, u8::try_from(*id)?, position];
                        events.push(&MidiEvent::new(time, 0, message));
                    }
                    To::BrokenState(state) => {
                        let is_refused = self.restore(state).is_err();
                        ensure!(is_refused, "what is no state was taken at frame {frame}");
                    }
                }
            }
            let (input, mut output) = wires.block(from, block);
            let (events, mut void) = (events.as_input(), OutputEvents::void());
            let start = Instant::now();
            let status = started.process(
                &input,
                &mut output,
                &events,
                &mut void,
                Some(from as u64),
                None,
            );
            busy += start.elapsed();
            status.with_context(|| format!("the plugin failed in the block at frame {from}"))?;
            if self.instance.access_shared_handler(Shared::take_callback) {
                self.instance.call_on_main_thread_callback();
            }
        }
        self.instance.deactivate(started.stop_processing());

        let channels = wires
            .output
            .map(|channel| channel[latency as usize..].to_vec());
        let audio = Audio {
            sample_rate: take.sample_rate,
            channels,
        };
        Ok(Performance {
            audio,
            latency,
            tail,
            busy,
        })
    }

    /// Plays a take over and over in a thread of its own, in real time, while `meanwhile` has the main thread.
    pub fn play_beside<T>(
        &mut self,
        take: &Audio,
        block: usize,
        meanwhile: impl FnOnce(&mut Self) -> Result<T>,
    ) -> Result<T> {
        let stopped = self.activate(take.sample_rate, block, RenderMode::Realtime)?;
        let is_over = AtomicBool::new(false);
        let (done, stopped) = thread::scope(|scope| {
            let audio = scope.spawn(|| go_round(stopped, take, block, &is_over));
            let done = meanwhile(self);
            is_over.store(true, Relaxed);
            (done, audio.join())
        });
        let stopped = stopped.map_err(|_| anyhow!("the audio thread panicked"))??;
        self.instance.deactivate(stopped);
        done
    }

    fn activate(
        &mut self,
        sample_rate: u32,
        block: usize,
        mode: RenderMode,
    ) -> Result<StoppedPluginAudioProcessor<Callbacks>> {
        let handle = self.instance.plugin_handle();
        if let Some(render) = handle.get_extension::<PluginRender>() {
            render
                .set(&handle, mode)
                .context("the plugin refused the render mode")?;
        }
        let configuration = PluginAudioConfiguration {
            sample_rate: sample_rate.into(),
            min_frames_count: 1,
            max_frames_count: u32::try_from(block)?,
        };
        Ok(self.instance.activate(|_, _| AudioThread, configuration)?)
    }
}

/// The audio thread of [`ClapPlugin::play_beside`].
fn go_round(
    stopped: StoppedPluginAudioProcessor<Callbacks>,
    take: &Audio,
    block: usize,
    is_over: &AtomicBool,
) -> Result<StoppedPluginAudioProcessor<Callbacks>> {
    let pace = Duration::from_secs_f64(block as f64 / f64::from(take.sample_rate));
    let mut started = stopped
        .start_processing()
        .map_err(|error| anyhow!("{error}"))?;
    let mut wires = Wires::new(take, 0);
    let mut from = 0;
    while !is_over.load(Relaxed) {
        let begin = Instant::now();
        let (input, mut output) = wires.block(from, block);
        let (events, mut void) = (InputEvents::empty(), OutputEvents::void());
        started.process(&input, &mut output, &events, &mut void, None, None)?;
        let played = &wires.output[0][from..from + block];
        ensure!(
            played.iter().all(|x| x.is_finite()),
            "a sample is not a number while the editor is used"
        );
        from += block;
        if from + block > wires.frames() {
            from = 0;
        }
        thread::sleep(pace.saturating_sub(begin.elapsed()));
    }
    Ok(started.stop_processing())
}

/// Reported tail, in samples; `None` for one that never ends.
fn tail(plugin: &mut PluginAudioProcessorHandle) -> Option<u32> {
    match plugin
        .get_extension::<PluginTail>()
        .map(|tail| tail.get(plugin))
    {
        Some(TailLength::Infinite) => None,
        Some(TailLength::Finite(samples)) => Some(samples),
        None => Some(0),
    }
}

/// The stereo pair into the plugin and the one out of it.
struct Wires {
    input: [Vec<f32>; 2],
    output: [Vec<f32>; 2],
    in_ports: AudioPorts,
    out_ports: AudioPorts,
}

impl Wires {
    /// The take and, after it, as much silence as it takes for its end to come out.
    fn new(take: &Audio, latency: usize) -> Self {
        let silence = vec![0.0; latency];
        let input = take
            .channels
            .each_ref()
            .map(|channel| [channel.as_slice(), &silence].concat());
        let output = input.each_ref().map(|channel| vec![0.0; channel.len()]);
        let ports = || AudioPorts::with_capacity(2, 1);
        Self {
            input,
            output,
            in_ports: ports(),
            out_ports: ports(),
        }
    }

    fn frames(&self) -> usize {
        self.input[0].len()
    }

    /// At most `length` frames, from `from` on.
    fn block(
        &mut self,
        from: usize,
        length: usize,
    ) -> (InputAudioBuffers<'_>, OutputAudioBuffers<'_>) {
        let to = self.frames().min(from + length);
        let input = self
            .input
            .each_mut()
            .map(|channel| InputChannel::variable(&mut channel[from..to]));
        let output = self.output.each_mut().map(|channel| &mut channel[from..to]);
        let (input, output) = (
            AudioPortBufferType::f32_input_only(input),
            AudioPortBufferType::f32_output_only(output),
        );
        let input = AudioPortBuffer {
            latency: 0,
            channels: input,
        };
        let output = AudioPortBuffer {
            latency: 0,
            channels: output,
        };
        (
            self.in_ports.with_input_buffers([input]),
            self.out_ports.with_output_buffers([output]),
        )
    }
}
