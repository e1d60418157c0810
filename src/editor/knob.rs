//! The knob: a dial, its name above, its value below.

use crate::editor::app::Look;
use crate::editor::control::Control;
use crate::editor::control::Host;
use crate::editor::dial;
use crate::editor::dial::Dial;
use crate::editor::entry::entry;
use crate::editor::theme;
use egui::Align2;
use egui::CursorIcon;
use egui::Id;
use egui::RichText;
use egui::Sense;
use egui::Ui;
use egui::WidgetInfo;
use nice_plug::prelude::FloatParam;
use nice_plug::prelude::Param;

/// From the edge of the dial to the middle of its name and of its value.
const NAME: f32 = 17.0;
const VALUE: f32 = 20.0;

pub struct Knob<'a> {
    pub param: &'a FloatParam,
    pub label: &'a str,
    /// Normalized value that a double click brings back.
    pub rest: f32,
    pub radius: f32,
}

impl<'a> Knob<'a> {
    /// One whose resting value is its parameter's.
    pub fn of(param: &'a FloatParam, label: &'a str, radius: f32) -> Self {
        Self {
            param,
            label,
            rest: param.default_normalized_value(),
            radius,
        }
    }

    /// Shows the knob around (x, y), in the panel's units.
    pub fn show(&self, ui: &mut Ui, look: &Look, host: &Host, (x, y): (f32, f32)) {
        let canvas = &look.canvas;
        let control = Control {
            host,
            param: self.param,
            rest: self.rest,
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
            let name = format!("{}, {text}", self.label);
            WidgetInfo::slider(true, f64::from(rotation), name)
        });

        dial::paint(
            ui.painter(),
            canvas,
            &Dial {
                centre: canvas.at(x, y),
                radius: r,
                rotation,
                modulated: self.param.modulated_normalized_value(),
                raised: response.hovered() || response.dragged(),
                accent: look.accent,
            },
        );
        ui.painter().text(
            canvas.at(x, y - r - NAME),
            Align2::CENTER_CENTER,
            self.label,
            canvas.semi_bold(11.5),
            theme::TEXT,
        );
        let value = canvas.around(x, y + r + VALUE, 78.0, 22.0);
        entry(ui, canvas, &control, value, &text, 13.0);
        if !response.dragged() {
            response.on_hover_ui(|ui| self.explain(ui, &text));
        }
    }

    fn explain(&self, ui: &mut Ui, text: &str) {
        let end = |rotation| self.param.normalized_value_to_string(rotation, true);
        ui.label(RichText::new(format!("{}: {text}", self.label)).strong());
        ui.label(format!(
            "{} … {}, at first {}",
            end(0.0),
            end(1.0),
            end(self.rest)
        ));
        let host = format!("Hosts know it as {}.", self.param.name());
        ui.label(RichText::new(host).color(theme::QUIET));
    }
}
