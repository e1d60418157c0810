//! A CLAP host that plays a take through a built plugin, without a sound card and without a window.

mod callbacks;
mod editor;
mod playing;

use anyhow::Context;
use anyhow::Result;
use anyhow::ensure;
use callbacks::Callbacks;
use callbacks::MainThread;
use callbacks::Shared;
use clack_extensions::audio_ports::AudioPortInfoBuffer;
use clack_extensions::audio_ports::PluginAudioPorts;
use clack_extensions::params::ParamInfoBuffer;
use clack_extensions::params::PluginParams;
use clack_extensions::remote_controls::PluginRemoteControls;
use clack_extensions::remote_controls::RemoteControlsPageBuffer;
use clack_extensions::state::PluginState;
use clack_host::events::event_types::ParamValueEvent;
use clack_host::prelude::*;
use std::ffi::CString;
use std::path::Path;

pub use clack_extensions::render::RenderMode;
pub use editor::wait_until;
pub use playing::Move;
pub use playing::Performance;

/// A loaded plugin, not yet playing.
pub struct ClapPlugin {
    instance: PluginInstance<Callbacks>,
}

/// One host parameter as the plugin states it.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// Hash of the string id, see [`hash`].
    pub id: u32,
    /// Group, `A` or `B`; empty for what belongs to both rigs.
    pub module: String,
    pub name: String,
    /// Position in the parameter's range, 0 to 1.
    pub normalized: f64,
    /// Lowest and highest value.
    pub range: [f64; 2],
    /// The value as the plugin writes it, with its unit.
    pub text: String,
}

/// The number by which the plugin's framework publishes a string id: `h = 31·h + byte`, in 31 bits.
pub const fn hash(string_id: &str) -> u32 {
    let (mut hash, mut at) = (0u32, 0);
    while at < string_id.len() {
        hash = hash
            .wrapping_mul(31)
            .wrapping_add(string_id.as_bytes()[at] as u32);
        at += 1;
    }
    hash & 0x7fff_ffff
}

impl ClapPlugin {
    /// Loads the first plugin of a `.clap` file.
    pub fn load(path: &Path) -> Result<Self> {
        Self::open(path)
            .with_context(|| format!("could not load {} as a CLAP plugin", path.display()))
    }

    fn open(path: &Path) -> Result<Self> {
        // SAFETY: loading a library runs its code; this one was built from this source tree.
        let entry = unsafe { PluginEntry::load(path)? };
        let factory = entry
            .get_plugin_factory()
            .context("it has no plugin factory")?;
        let descriptor = factory
            .plugin_descriptors()
            .next()
            .context("it holds no plugin")?;
        let id = descriptor.id().context("its plugin has no id")?;
        let host = HostInfo::new("Loadline xtask", "Loadline", "", env!("CARGO_PKG_VERSION"))?;
        let mut instance =
            PluginInstance::new(|()| Shared::default(), |_| MainThread, &entry, id, &host)?;

        let handle = instance.plugin_handle();
        if let Some(ports) = handle.get_extension::<PluginAudioPorts>() {
            for is_input in [true, false] {
                let mut buffer = AudioPortInfoBuffer::new();
                let n_channels = ports
                    .get(&handle, 0, is_input, &mut buffer)
                    .map_or(0, |port| port.channel_count);
                ensure!(
                    n_channels == 2,
                    "its first audio port has {n_channels} channels, not two"
                );
            }
        }
        Ok(Self { instance })
    }

    /// All parameters, in the plugin's order.
    pub fn parameters(&mut self) -> Result<Vec<Parameter>> {
        let handle = self.instance.plugin_handle();
        let params: PluginParams = handle
            .get_extension()
            .context("the plugin has no parameters")?;
        let mut list = Vec::new();
        for index in 0..params.count(&handle) {
            let mut buffer = ParamInfoBuffer::new();
            let info = params
                .get_info(&handle, index, &mut buffer)
                .with_context(|| format!("parameter {index} is missing"))?;
            let value = params
                .get_value(&handle, info.id)
                .with_context(|| format!("parameter {index} has no value"))?;
            let mut text = [0; 256];
            let text = params
                .value_to_text(&handle, info.id, value, &mut text)
                .map_or(String::new(), |text| utf8(text));
            let normalized = (value - info.min_value) / (info.max_value - info.min_value);
            list.push(Parameter {
                id: info.id.get(),
                module: utf8(info.module),
                name: utf8(info.name),
                normalized,
                range: [info.min_value, info.max_value],
                text,
            });
        }
        Ok(list)
    }

    /// Sets parameters by string id and text, such as `a_trim` and `-6 dB`; before playing.
    pub fn set<S: AsRef<str>>(&mut self, settings: &[(S, S)]) -> Result<()> {
        let mut events = EventBuffer::new();
        for (id, text) in settings {
            let event = self.event(0, hash(id.as_ref()), text.as_ref());
            events.push(&event.with_context(|| format!("setting `{}`", id.as_ref()))?);
        }
        let mut handle = self
            .instance
            .inactive_plugin_handle()
            .context("the plugin is playing")?;
        let params: PluginParams = handle
            .get_extension()
            .context("the plugin has no parameters")?;
        params.flush(&mut handle, &events.as_input(), &mut OutputEvents::void());
        Ok(())
    }

    /// A host's order to set a parameter; the plugin itself reads the text.
    fn event(&mut self, time: u32, id: u32, text: &str) -> Result<ParamValueEvent> {
        let handle = self.instance.plugin_handle();
        let params: PluginParams = handle
            .get_extension()
            .context("the plugin has no parameters")?;
        let clap_id = ClapId::from_raw(id).context("not a parameter id")?;
        let value = params.text_to_value(&handle, clap_id, &CString::new(text)?);
        let value = value.with_context(|| {
            format!("the plugin has no parameter {id:#x} or refuses `{text}` for it")
        })?;
        Ok(ParamValueEvent::new(
            time,
            clap_id,
            Pckn::match_all(),
            value,
        ))
    }

    /// Pages of its remote control: name, and the ids of the parameters on it.
    pub fn pages(&mut self) -> Vec<(String, Vec<u32>)> {
        let handle = self.instance.plugin_handle();
        let Some(pages) = handle.get_extension::<PluginRemoteControls>() else {
            return Vec::new();
        };
        let page = |index| {
            let mut buffer = RemoteControlsPageBuffer::new();
            let page = pages.get(&handle, index, &mut buffer)?;
            let ids = page.param_ids.iter().flatten().map(|id| id.get()).collect();
            Some((utf8(page.page_name), ids))
        };
        (0..pages.count(&handle)).filter_map(page).collect()
    }

    /// Everything the plugin wants to be kept.
    pub fn save(&mut self) -> Result<Vec<u8>> {
        let handle = self.instance.plugin_handle();
        let state: PluginState = handle.get_extension().context("the plugin has no state")?;
        let mut bytes = Vec::new();
        state
            .save(&handle, &mut bytes)
            .context("the plugin would not save its state")?;
        Ok(bytes)
    }

    /// Restores what [`Self::save`] gave.
    pub fn restore(&mut self, bytes: &[u8]) -> Result<()> {
        let handle = self.instance.plugin_handle();
        let state: PluginState = handle.get_extension().context("the plugin has no state")?;
        state
            .load(&handle, &mut &bytes[..])
            .context("the plugin refused the state it was given")
    }
}

fn utf8(text: &[u8]) -> String {
    String::from_utf8_lossy(text).into_owned()
}
