//! The knob: a dial, its name above, its value below.

use crate::editor::canvas::Canvas;
use crate::editor::control::Control;
use crate::editor::control::Host;
use crate::editor::dial;
use crate::editor::dial::Dial;
use crate::editor::entry::entry;
use crate::editor::theme;
use crate::editor::theme::Accent;
use egui::Align2;
use egui::CursorIcon;
use egui::Id;
use egui::RichText;
use egui::Sense;
use egui::Ui;
use egui::WidgetInfo;
use nice_plug::prelude::FloatParam;
use nice_plug::prelude::Param;

/// From the middle of any dial up to its name and down to its value, so that a row of them lines up.
const NAME: f32 = 70.0;
const VALUE: f32 = 66.0;

pub struct Knob<'a> {
    pub param: &'a FloatParam,
    pub label: &'a str,
    /// What it is in the circuit, one sentence.
    pub about: &'a str,
    /// Why it does nothing at the moment.
    pub idle: Option<&'a str>,
    pub radius: f32,
    /// Marks around the dial.
    pub marks: usize,
}

impl Knob<'_> {
    /// Shows the knob around (x, y), in the panel's units.
    pub fn show(self, ui: &mut Ui, canvas: &Canvas, host: &Host, accent: Accent, x: f32, y: f32) {
        ui.scope(|ui| {
            if self.idle.is_some() {
                ui.set_opacity(theme::DIMMED);
            }
            self.show_within(ui, canvas, host, accent, x, y);
        });
    }

    fn show_within(
        &self,
        ui: &mut Ui,
        canvas: &Canvas,
        host: &Host,
        accent: Accent,
        x: f32,
        y: f32,
    ) {
        let control = Control {
            host,
            param: self.param,
            id: Id::unique(("knob", self.param.name())),
        };
        let r = self.radius;
        let grip = canvas.around(x, y, 2.0 * r + 8.0, 2.0 * r + 8.0);
        let response = ui
            .interact(grip, control.id, Sense::click_and_drag())
            .on_hover_cursor(CursorIcon::ResizeVertical);
        let rotation = control.follow(ui, &response, canvas.scale);
        let text = control.text(rotation);
        response.widget_info(|| {
            let name = format!("{}, {text}", self.param.name());
            WidgetInfo::slider(self.idle.is_none(), f64::from(rotation), name)
        });

        dial::paint(
            ui.painter(),
            canvas,
            &Dial {
                centre: canvas.at(x, y),
                radius: r,
                rotation,
                modulated: self.param.modulated_normalized_value(),
                marks: self.marks,
                raised: response.hovered() || response.dragged(),
                accent,
            },
        );
        let above = canvas.at(x, y - NAME);
        ui.painter().text(
            above,
            Align2::CENTER_CENTER,
            self.label,
            canvas.semi_bold(13.0),
            theme::TEXT,
        );
        let value = canvas.around(x, y + VALUE, 78.0, 22.0);
        entry(ui, canvas, &control, value, &text, 13.0);
        if !response.dragged() {
            response.on_hover_ui(|ui| self.explain(ui, &text));
        }
    }

    fn explain(&self, ui: &mut Ui, text: &str) {
        let end = |rotation| self.param.normalized_value_to_string(rotation, true);
        ui.label(RichText::new(format!("{}: {text}", self.param.name())).strong());
        ui.label(format!("{} … {}", end(0.0), end(1.0)));
        ui.label(RichText::new(self.about).color(theme::QUIET));
        if let Some(why) = self.idle {
            ui.label(RichText::new(why));
        }
    }
}
