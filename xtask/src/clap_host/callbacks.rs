//! What a plugin may ask of its host. An offline host answers little, but a plugin may rely on being able to ask.

use clack_extensions::audio_ports::AudioPortRescanFlags;
use clack_extensions::audio_ports::HostAudioPorts;
use clack_extensions::audio_ports::HostAudioPortsImpl;
use clack_extensions::gui::GuiSize;
use clack_extensions::gui::HostGui;
use clack_extensions::gui::HostGuiImpl;
use clack_extensions::latency::HostLatency;
use clack_extensions::latency::HostLatencyImpl;
use clack_extensions::log::HostLog;
use clack_extensions::log::HostLogImpl;
use clack_extensions::log::LogSeverity;
use clack_extensions::params::HostParams;
use clack_extensions::params::HostParamsImplMainThread;
use clack_extensions::params::HostParamsImplShared;
use clack_extensions::params::ParamClearFlags;
use clack_extensions::params::ParamRescanFlags;
use clack_extensions::state::HostState;
use clack_extensions::state::HostStateImpl;
use clack_extensions::tail::HostTail;
use clack_extensions::tail::HostTailImpl;
use clack_host::prelude::*;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;

pub struct Callbacks;

#[derive(Default)]
pub struct Shared {
    callback_wanted: AtomicBool,
    wanted_size: Mutex<Option<GuiSize>>,
}

pub struct MainThread;

pub struct AudioThread;

impl HostHandlers for Callbacks {
    type Shared<'a> = Shared;
    type MainThread<'a> = MainThread;
    type AudioProcessor<'a> = AudioThread;

    fn declare_extensions(builder: &mut HostExtensions<Self>, _: &Shared) {
        builder
            .register::<HostAudioPorts>()
            .register::<HostGui>()
            .register::<HostLatency>()
            .register::<HostLog>()
            .register::<HostParams>()
            .register::<HostState>()
            .register::<HostTail>();
    }
}

impl Shared {
    /// Whether the plugin has asked for its main-thread callback since the last call.
    pub fn take_callback(&self) -> bool {
        self.callback_wanted.swap(false, Ordering::AcqRel)
    }

    /// Size that the plugin's editor has asked for since the last call.
    pub fn take_wanted_size(&self) -> Option<GuiSize> {
        self.wanted_size
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    }
}

impl<'a> SharedHandler<'a> for Shared {
    fn request_restart(&self) {}
    fn request_process(&self) {}
    fn request_callback(&self) {
        self.callback_wanted.store(true, Ordering::Release);
    }
}

impl MainThreadHandler<'_> for MainThread {}

impl AudioProcessorHandler<'_> for AudioThread {}

impl HostLogImpl for Shared {
    fn log(&self, severity: LogSeverity, message: &str) {
        eprintln!("plugin: {severity:?}: {message}");
    }
}

impl HostParamsImplShared for Shared {
    fn request_flush(&self) {}
}

impl HostParamsImplMainThread for MainThread {
    fn rescan(&self, _: ParamRescanFlags) {}
    fn clear(&self, _: ClapId, _: ParamClearFlags) {}
}

impl HostLatencyImpl for MainThread {
    fn changed(&self) {}
}

impl HostStateImpl for MainThread {
    fn mark_dirty(&self) {}
}

impl HostTailImpl for AudioThread {
    fn changed(&mut self) {}
}

impl HostAudioPortsImpl for MainThread {
    fn is_rescan_flag_supported(&self, _: AudioPortRescanFlags) -> bool {
        false
    }
    fn rescan(&self, _: AudioPortRescanFlags) {}
}

impl HostGuiImpl for Shared {
    fn resize_hints_changed(&self) {}
    fn request_resize(&self, size: GuiSize) -> Result<(), HostError> {
        *self
            .wanted_size
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = Some(size);
        Ok(())
    }
    fn request_show(&self) -> Result<(), HostError> {
        Ok(())
    }
    fn request_hide(&self) -> Result<(), HostError> {
        Ok(())
    }
    fn closed(&self, _: bool) {}
}
