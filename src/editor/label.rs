//! Text in a box: cut with "…" where it has no room, and then told in full under the pointer.

use crate::editor::canvas::Canvas;
use egui::Color32;
use egui::FontId;
use egui::Id;
use egui::Rect;
use egui::RichText;
use egui::Role;
use egui::Sense;
use egui::Ui;
use egui::WidgetInfo;
use egui::pos2;
use egui::text::LayoutJob;

/// Width of the box that tells a long text in full, in the panel's units.
const TOLD_WIDTH: f32 = 460.0;

/// Draws up to `rows` rows, in the middle of the box's height; true where the text had to be cut.
pub fn elided(ui: &Ui, rect: Rect, text: &str, font: FontId, colour: Color32, rows: usize) -> bool {
    let mut job = LayoutJob::simple(text.to_owned(), font, colour, rect.width());
    job.wrap.max_rows = rows;
    job.wrap.break_anywhere = rows == 1;
    let galley = ui.painter().layout_job(job);
    let at = pos2(rect.left(), rect.center().y - galley.size().y / 2.0);
    let is_cut = galley.elided;
    ui.painter().galley(at, galley, colour);
    is_cut
}

/// One row of such a text; `full` is what the pointer is told, more than the text itself where there is more to say.
pub fn line(
    ui: &Ui,
    canvas: &Canvas,
    id: &str,
    rect: Rect,
    (text, full): (&str, &str),
    (font, colour): (FontId, Color32),
) {
    let is_cut = elided(ui, rect, text, font, colour, 1);
    let response = ui.interact(rect, Id::unique(("line", id)), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, full));
    if is_cut || full != text {
        response.on_hover_ui(|ui| {
            ui.set_max_width(TOLD_WIDTH * canvas.scale);
            ui.label(RichText::new(full));
        });
    }
}
