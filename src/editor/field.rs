//! A value in a box: the wheel and dragging turn it, a click opens it for typing.

use crate::editor::app::Look;
use crate::editor::control::Control;
use crate::editor::control::Host;
use crate::editor::entry::entry;
use crate::editor::theme;
use egui::Id;
use egui::Rect;
use egui::Sense;
use egui::Ui;
use egui::WidgetInfo;
use nice_plug::prelude::Param;

pub fn field<P: Param>(
    ui: &mut Ui,
    look: &Look,
    host: &Host,
    (param, name): (&P, &str),
    rect: Rect,
    about: &str,
) {
    let canvas = &look.canvas;
    let control = Control {
        host,
        param,
        rest: param.default_normalized_value(),
        id: Id::unique(("field", param.name())),
    };
    let response = ui.interact(rect, control.id, Sense::click_and_drag());
    let rotation = control.follow(ui, &response, canvas.scale);
    let text = control.text(rotation);
    canvas.plate(ui.painter(), rect, 5.0, theme::WELL, theme::EDGE);
    let inside = rect.shrink(3.0 * canvas.scale);
    entry(ui, canvas, &control, inside, &text, 13.0);
    response
        .widget_info(|| WidgetInfo::slider(true, f64::from(rotation), format!("{name} {text}")));
    response.on_hover_text(about);
}
