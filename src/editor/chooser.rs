//! A choice among names: the chosen one in a box, the others in a menu.

use crate::editor::canvas::Canvas;
use crate::editor::control::Host;
use crate::editor::theme;
use egui::Align2;
use egui::Id;
use egui::Popup;
use egui::Rect;
use egui::Response;
use egui::Role;
use egui::Sense;
use egui::Shape;
use egui::Ui;
use egui::WidgetInfo;
use egui::vec2;
use nice_plug::prelude::Param;

/// Shown by a choice at a place that has no model yet.
const EMPTY: &str = "—";

/// Lets the user choose among the texts of a stepped parameter.
pub fn chooser<P: Param>(
    ui: &mut Ui,
    canvas: &Canvas,
    host: &Host,
    param: &P,
    rect: Rect,
    about: &str,
) {
    let chosen = param.unmodulated_normalized_value();
    let text = param.normalized_value_to_string(chosen, true);
    let response = menu_button(
        ui,
        canvas,
        Id::unique(("choice", param.name())),
        rect,
        &text,
    );
    response.widget_info(|| {
        WidgetInfo::labeled(Role::ComboBox, true, format!("{}, {text}", param.name()))
    });
    Popup::menu(&response).gap(2.0 * canvas.scale).show(|ui| {
        menu_spacing(ui, canvas, rect);
        for (normalized, name) in options(param) {
            if ui.selectable_label(name == text, name).clicked() {
                host.set(param, normalized);
            }
        }
    });
    response.on_hover_text(about);
}

/// Makes a menu as wide as its box, with items that can be hit.
pub fn menu_spacing(ui: &mut Ui, canvas: &Canvas, rect: Rect) {
    ui.spacing_mut().button_padding = vec2(7.0, 4.0) * canvas.scale;
    ui.set_min_width(rect.width() - ui.spacing().menu_margin.sum().x);
}

/// A box with text and a downward arrow; what opens under it is the caller's.
pub fn menu_button(ui: &Ui, canvas: &Canvas, id: Id, rect: Rect, text: &str) -> Response {
    let response = ui.interact(rect, id, Sense::click());
    let fill = if response.hovered() {
        theme::WELL_HOVERED
    } else {
        theme::WELL
    };
    canvas.plate(ui.painter(), rect, 5.0, fill, theme::EDGE);
    let px = canvas.scale;
    let inside = ui.painter().with_clip_rect(
        rect.shrink2(vec2(8.0, 0.0) * px)
            .with_max_x(rect.right() - 22.0 * px),
    );
    let at = rect.left_center() + vec2(10.0, 0.0) * px;
    inside.text(
        at,
        Align2::LEFT_CENTER,
        text,
        canvas.regular(13.0),
        theme::TEXT,
    );
    let tip = rect.right_center() - vec2(13.0, -2.5) * px;
    let arrow = vec![tip - vec2(4.0, 4.5) * px, tip, tip - vec2(-4.0, 4.5) * px];
    ui.painter()
        .add(Shape::line(arrow, canvas.stroke(1.6, theme::QUIET)));
    response
}

/// Normalized value and text of every place that is filled.
fn options<P: Param>(param: &P) -> impl Iterator<Item = (f32, String)> {
    let last = param.step_count().unwrap_or(0);
    (0..=last)
        .map(move |step| step as f32 / last.max(1) as f32)
        .map(|normalized| {
            (
                normalized,
                param.normalized_value_to_string(normalized, true),
            )
        })
        .filter(|(_, text)| text != EMPTY)
}
