//! One open window of the panel.

use crate::editor::canvas::Canvas;
use crate::editor::comparing::Bar;
use crate::editor::comparing::Versus;
use crate::editor::comparing::Wake;
use crate::editor::control::Host;
use crate::editor::focus;
use crate::editor::header;
use crate::editor::pane;
use crate::editor::pane::Shown;
use crate::editor::presets;
use crate::editor::presets::Presets;
use crate::editor::presets::Stage;
use crate::editor::readout;
use crate::editor::selection::Selection;
use crate::editor::setup;
use crate::editor::sheet::Sheets;
use crate::editor::steady::Steady;
use crate::editor::strip;
use crate::editor::strip::Playing;
use crate::editor::theme;
use crate::editor::theme::Accent;
use crate::meters::Ballistics;
use crate::meters::Meters;
use crate::meters::Readings;
use crate::params::Active;
use crate::params::LoadlineParams;
use crate::params::WindowSize;
use crate::params::refresh;
use atomic_float::AtomicF32;
use egui::Context;
use egui::ThemePreference;
use egui::Ui;
use nice_plug::context::gui::GuiContext;
use nice_plug_egui::Frame;
use nice_plug_egui::NiceEguiApp;
use nice_plug_egui::baseview;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

/// Time between frames while a meter falls.
const FRAME: Duration = Duration::from_millis(33);

/// Height of the bar between the header and the strip.
const BAR: f32 = 40.0;

/// What every part of the panel is drawn with.
pub struct Look {
    pub canvas: Canvas,
    pub accent: Accent,
}

impl Look {
    /// The same for what is drawn so much lower.
    fn lowered(&self, y: f32) -> Self {
        Self {
            canvas: self.canvas.lowered(y),
            ..*self
        }
    }
}

pub struct App {
    params: Arc<LoadlineParams>,
    meters: Arc<Meters>,
    system_scale: Arc<AtomicF32>,
    host: Option<Host>,
    input: [Ballistics; 2],
    output: [Ballistics; 2],
    steady: Steady,
    sheets: Sheets,
    selection: Selection,
    presets: Presets,
    versus: Versus,
    /// The rig on show. It waits for an open gesture, which belongs to the knobs of the rig it began on.
    shown: Active,
    /// Scale and rig that the style was made for.
    styled: Option<(f32, Active)>,
    last_frame_s: f64,
}

impl App {
    pub fn new(
        params: Arc<LoadlineParams>,
        meters: Arc<Meters>,
        system_scale: Arc<AtomicF32>,
        wake: Wake,
    ) -> Self {
        meters.watch();
        refresh();
        let shown = params.global.active.value();
        Self {
            params,
            meters,
            system_scale,
            host: None,
            input: Default::default(),
            output: Default::default(),
            steady: Steady::default(),
            sheets: Sheets::default(),
            selection: Selection::default(),
            presets: Presets::read(),
            versus: Versus::new(wake),
            shown,
            styled: None,
            last_frame_s: 0.0,
        }
    }

    fn restyle(&mut self, ctx: &Context, scale: f32) {
        if self.styled != Some((scale, self.shown)) {
            let accent = Accent::of(self.shown);
            ctx.all_styles_mut(|style| theme::restyle(style, scale, accent.colour));
            self.styled = Some((scale, self.shown));
        }
    }
}

impl Drop for App {
    fn drop(&mut self) {
        self.meters.unwatch();
        self.versus.close(&self.params);
    }
}

impl NiceEguiApp for App {
    fn build(
        &mut self,
        ctx: Context,
        host: GuiContext,
        _: &mut Frame,
    ) -> Result<(), baseview::HandlerError> {
        ctx.set_fonts(theme::fonts());
        ctx.set_theme(ThemePreference::Dark);
        self.host = Some(Host::new(host));
        Ok(())
    }

    fn resized(&mut self, size: baseview::WindowSize) {
        self.system_scale.store(size.scale_factor as f32, Relaxed);
        let (width, height) = (size.logical.width as f32, size.logical.height as f32);
        self.params.window.resized(WindowSize { width, height });
    }

    fn ui(&mut self, ui: &mut Ui, frame: &mut Frame) {
        let Some(host) = self.host.take() else { return };
        // The host keeps its keys, the space bar first of all, unless they are for something here.
        frame.set_key_capture(focus::capture(ui));
        let now_s = ui.input(|i| i.time);
        let dt_s = (now_s - self.last_frame_s).min(1.0) as f32;
        self.last_frame_s = now_s;
        let mut readings = self.meters.read();
        for channel in 0..2 {
            self.input[channel].advance(readings.input[channel], dt_s);
            self.output[channel].advance(readings.output[channel], dt_s);
        }
        let volts_move = self.steady.advance(&mut readings, dt_s);
        let mut bars = self.input.iter().chain(&self.output);
        if volts_move || bars.any(Ballistics::is_moving) {
            ui.request_repaint_after(FRAME);
        }

        if !host.take_touched() {
            self.shown = self.params.global.active.value();
        }
        let canvas = Canvas::fit(ui.viewport_rect());
        self.restyle(ui, canvas.scale);
        let look = Look {
            canvas,
            accent: Accent::of(self.shown),
        };
        ui.painter()
            .rect_filled(ui.viewport_rect(), 0.0, theme::CANVAS);
        self.show(ui, &host, &look, &readings);
        focus::show(ui, &look);
        self.host = Some(host);
    }
}

impl App {
    /// Everything, in the order in which it is read, which is the order of the Tab key.
    fn show(&mut self, ui: &mut Ui, host: &Host, look: &Look, readings: &Readings) {
        let params = self.params.clone();
        if host.take_changed() && params.comparing.is_measuring() {
            params.comparing.restart();
        }
        if let Some(abx) = &mut self.versus.abx {
            if !abx.show(ui, look, &params) {
                self.versus.abx = None;
            }
            return;
        }
        let stage = Stage {
            look,
            host,
            params: &params,
            shown: self.shown,
        };
        presets::bar::show(ui, &stage, &mut self.presets);
        header::show(ui, look, host, &params);
        let bar = look.lowered(header::HEIGHT);
        let compared = Bar {
            look: &bar,
            host,
            params: &params,
            readings,
            input: &self.input,
        };
        self.versus.show(ui, &compared, &self.meters);
        setup::show(ui, &bar, host, &params, &mut self.selection);
        let look = look.lowered(BAR);
        if self.presets.is_open() {
            let stage = Stage {
                look: &look,
                ..stage
            };
            presets::browser::show(ui, &stage, &mut self.presets);
            readout::show(ui, &look, &params, readings);
            return;
        }
        ui.scope(|ui| {
            if params.global.bypass.value() {
                ui.set_opacity(theme::DIMMED);
            }
            let rig = params.rig(self.shown);
            let playing = Playing {
                readings,
                input: &self.input,
                output: &self.output,
            };
            strip::show(ui, &look, rig, &mut self.selection, &playing);
            let shown = Shown {
                look: &look,
                host,
                params: &params,
                rig,
                readings,
            };
            let (input, output) = (&mut self.input, &mut self.output);
            pane::show(
                ui,
                &shown,
                self.selection.shown(),
                &mut self.sheets,
                input,
                output,
            );
        });
        readout::show(ui, &look, &params, readings);
    }
}
