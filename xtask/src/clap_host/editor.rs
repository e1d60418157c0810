//! The plugin's editor in a window of the host.

use crate::clap_host::ClapPlugin;
use crate::clap_host::callbacks::Shared;
use anyhow::Context;
use anyhow::Result;
use anyhow::ensure;
use clack_extensions::gui::GuiApiType;
use clack_extensions::gui::GuiConfiguration;
use clack_extensions::gui::GuiSize;
use clack_extensions::gui::PluginGui;
use clack_extensions::gui::Window;
use std::thread;
use std::time::Duration;
use std::time::Instant;

/// A window system's host turns to its plugins this often.
const TURN: Duration = Duration::from_millis(5);

const EMBEDDED: GuiConfiguration = GuiConfiguration {
    api_type: GuiApiType::X11,
    is_floating: false,
};

impl ClapPlugin {
    fn gui(&mut self) -> Result<PluginGui> {
        let handle = self.instance.plugin_handle();
        handle.get_extension().context("the plugin has no editor")
    }

    /// Opens the editor inside an X11 window; its size in pixels. `scale` is what the host's screen is enlarged by.
    /// The window has to be there until [`Self::close_editor`].
    pub fn open_editor(&mut self, parent: u32, scale: f64) -> Result<[u32; 2]> {
        let gui = self.gui()?;
        let handle = self.instance.plugin_handle();
        ensure!(
            gui.is_api_supported(&handle, EMBEDDED),
            "the editor does not go into an X11 window"
        );
        gui.create(&handle, EMBEDDED)?;
        // A plugin may refuse, and find the scale itself.
        let _ = gui.set_scale(&handle, scale);
        let size = gui.get_size(&handle).context("the editor has no size")?;
        // SAFETY: the caller keeps the window.
        unsafe { gui.set_parent(&handle, Window::from_x11_handle(parent.into()))? };
        gui.show(&handle)?;
        Ok([size.width, size.height])
    }

    /// As the host's user drags the window's corner: the plugin says what fits, then gets it.
    pub fn resize_editor(&mut self, [width, height]: [u32; 2]) -> Result<[u32; 2]> {
        let gui = self.gui()?;
        let handle = self.instance.plugin_handle();
        ensure!(gui.can_resize(&handle), "the editor has one size only");
        let wanted = GuiSize { width, height };
        let fits = gui.adjust_size(&handle, wanted).unwrap_or(wanted);
        gui.set_size(&handle, fits)?;
        Ok([fits.width, fits.height])
    }

    pub fn hide_editor(&mut self) -> Result<()> {
        let gui = self.gui()?;
        Ok(gui.hide(&self.instance.plugin_handle())?)
    }

    pub fn show_editor(&mut self) -> Result<()> {
        let gui = self.gui()?;
        Ok(gui.show(&self.instance.plugin_handle())?)
    }

    pub fn close_editor(&mut self) -> Result<()> {
        let gui = self.gui()?;
        gui.destroy(&self.instance.plugin_handle());
        Ok(())
    }

    /// Does what a host's main thread does, until `is_so` or the time is over; how long it took, if it came to be.
    pub fn wait_until(
        &mut self,
        patience: Duration,
        mut is_so: impl FnMut(&mut Self) -> Result<bool>,
    ) -> Result<Option<Duration>> {
        wait_until(patience, || {
            if self.instance.access_shared_handler(Shared::take_callback) {
                self.instance.call_on_main_thread_callback();
            }
            is_so(self)
        })
    }

    /// Size that the plugin has asked for since this was asked last, in pixels.
    pub fn wanted_size(&self) -> Option<[u32; 2]> {
        let size = self
            .instance
            .access_shared_handler(Shared::take_wanted_size)?;
        Some([size.width, size.height])
    }
}

/// Asks again and again, until `is_so` or the time is over; how long it took, if it came to be.
pub fn wait_until(
    patience: Duration,
    mut is_so: impl FnMut() -> Result<bool>,
) -> Result<Option<Duration>> {
    let start = Instant::now();
    while start.elapsed() < patience {
        if is_so()? {
            return Ok(Some(start.elapsed()));
        }
        thread::sleep(TURN);
    }
    Ok(None)
}
