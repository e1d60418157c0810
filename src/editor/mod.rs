//! The panel: one window, the shown rig's signal path from left to right, and the block that is selected below it.

mod abx;
mod app;
mod block;
mod buttons;
mod cabinet_pane;
mod canvas;
mod chooser;
mod comparing;
mod control;
mod copying;
mod deck_pane;
mod dial;
mod entry;
mod field;
mod figures;
mod focus;
mod header;
mod knob;
mod label;
mod level;
mod menu;
mod meter;
mod null;
mod pane;
mod parts_list;
mod presets;
mod readout;
mod selection;
mod setup;
mod setup_pane;
mod sheet;
mod steady;
mod strip;
mod theme;
mod touch;
mod trials;

use crate::editor::app::App;
use crate::editor::comparing::Wake;
use crate::meters::Meters;
use crate::params::LoadlineParams;
use crate::params::SCALE_RANGE;
use crate::params::WindowSize;
use atomic_float::AtomicF32;
use nice_plug::context::gui::GuiContext;
use nice_plug::editor::EditorHandle;
use nice_plug::editor::HostMethods;
use nice_plug::editor::SpawnedEditor;
use nice_plug::editor::dpi::LogicalSize;
use nice_plug::editor::dpi::NativeSize;
use nice_plug::prelude::Editor;
use nice_plug::prelude::ParentWindowHandle;
use nice_plug::prelude::ResizeHint;
use nice_plug_egui::EguiEditorHandle;
use nice_plug_egui::EguiEditorState;
use nice_plug_egui::EguiNiceSettings;
use nice_plug_egui::RepaintNotifier;
use nice_plug_egui::create_egui_editor;
use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

/// How often the panel looks whether the audio thread wants a frame; also the meters' highest frame rate.
const POLL: Duration = Duration::from_millis(33);

/// Opens the panel's window, each time anew at the size that the state holds.
///
/// The framework's own editor keeps a size that nothing can set, so it can't follow a restored state; this one
/// makes a framework editor for each window.
pub struct Panel {
    params: Arc<LoadlineParams>,
    meters: Arc<Meters>,
    notifier: RepaintNotifier,
    wake: Wake,
    /// The system's scale factor, as the last window found it.
    system_scale: Arc<AtomicF32>,
}

impl Panel {
    pub fn new(
        params: Arc<LoadlineParams>,
        meters: Arc<Meters>,
        notifier: RepaintNotifier,
        wake: Wake,
    ) -> Self {
        Self {
            params,
            meters,
            notifier,
            wake,
            system_scale: Arc::new(AtomicF32::new(1.0)),
        }
    }

    fn logical_size(&self) -> LogicalSize<f64> {
        let size = self.params.window.size();
        LogicalSize::new(f64::from(size.width), f64::from(size.height))
    }
}

impl Editor for Panel {
    type Handle = EguiEditorHandle;

    fn spawn(
        &self,
        parent: Option<ParentWindowHandle>,
        wait_for_parent: bool,
        fallback_scale_factor: Option<f64>,
        context: GuiContext,
        host: Option<HostMethods>,
    ) -> Result<SpawnedEditor<Self::Handle>, Box<dyn Error>> {
        let settings = EguiNiceSettings::new()
            .with_tile("Loadline")
            .with_resize_hint(self.resize_hint())
            .with_repaint_poll_interval(POLL);
        let app = App::new(
            self.params.clone(),
            self.meters.clone(),
            self.system_scale.clone(),
            self.wake.clone(),
        );
        let state = EguiEditorState::from_size(self.logical_size(), 1.0);
        // Told of the host's scale from the start, X11's window opens at the size for a scale of 1 and takes that for
        // the size for the host's: the panel comes half as large each time. Told of it afterwards, the window grows.
        let spawned = create_egui_editor(state, self.notifier.clone(), settings, app)
            .ok_or("the panel could not be made")?
            .spawn(parent, wait_for_parent, None, context, host)?;
        // A host asks for the size before the window tells of one.
        let system_scale = spawned.window.size().scale_factor;
        self.system_scale.store(system_scale as f32, Relaxed);
        if let Some(scale) = fallback_scale_factor {
            spawned
                .handle
                .set_fallback_scale_factor(scale, &spawned.window)?;
        }
        Ok(spawned)
    }

    fn size(&self) -> NativeSize<u32> {
        NativeSize::from_size(
            self.logical_size().into(),
            f64::from(self.system_scale.load(Relaxed)),
        )
    }

    fn resize_hint(&self) -> ResizeHint {
        let (least, most) = (
            WindowSize::at_scale(SCALE_RANGE.0),
            WindowSize::at_scale(SCALE_RANGE.1),
        );
        let logical = |size: WindowSize| LogicalSize::new(size.width, size.height);
        ResizeHint::resizable().with_min_max_logical_size(Some(logical(least)), Some(logical(most)))
    }
}
