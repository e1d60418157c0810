//! How well two amplifiers cancel that a splitter drives, one of them upside down.

use crate::editor::figures::decibels;
use crate::editor::figures::null_db;
use crate::editor::pane::Shown;
use crate::editor::theme;
use egui::Align2;
use egui::Id;
use egui::Role;
use egui::Sense;
use egui::Ui;
use egui::WidgetInfo;

/// A full bar.
const DEEPEST_DB: f64 = -80.0;
/// Room for the figure, right of the bar.
const FIGURE: f32 = 76.0;

/// A bar that grows with the depth of the null, and its figure; `rect` is left edge, middle and width.
pub fn show(ui: &Ui, shown: &Shown, sum_rms: f32, (x, y, width): (f32, f32, f32)) {
    let canvas = &shown.look.canvas;
    let junctions = shown.readings.junctions.iter().flatten();
    let amp_rms = junctions.last().map_or(0.0, |junction| junction.v_rms);
    let null = null_db(sum_rms, amp_rms);
    let text = null.map_or("—".into(), decibels);
    let bar = canvas.rect(x, y - 5.0, width - FIGURE, 10.0);
    ui.painter()
        .rect_filled(bar, canvas.corner(2.0), theme::CANVAS);
    let share = null.map_or(0.0, |db| (db / DEEPEST_DB).clamp(0.0, 1.0)) as f32;
    let filled = bar.with_max_x(bar.left() + share * bar.width());
    ui.painter()
        .rect_filled(filled, canvas.corner(2.0), shown.look.accent.colour);
    let (at, font) = (canvas.at(x + width, y), canvas.regular(12.5));
    ui.painter()
        .text(at, Align2::RIGHT_CENTER, &text, font, theme::TEXT);
    let whole = canvas.rect(x, y - 12.0, width, 24.0);
    let response = ui.interact(whole, Id::unique("null"), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Meter, true, format!("Null {text}")));
    response.on_hover_text(
        "RMS of the sum of both amplifiers against that of one. Equal amplifiers cancel, one being upside down: \
         what is left is what they do differently.",
    );
}
