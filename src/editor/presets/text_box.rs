//! A box for words; while it has the focus, the keys are the panel's.

use crate::editor::canvas::Canvas;
use crate::editor::theme;
use egui::Color32;
use egui::Frame;
use egui::Id;
use egui::Rect;
use egui::Response;
use egui::Role;
use egui::TextEdit;
use egui::Ui;
use egui::WidgetInfo;
use egui::vec2;

/// Most characters of anything typed here.
const LONGEST: usize = 200;

/// Height of a line of text.
const ROW: f32 = 17.0;

pub fn text_box(
    ui: &mut Ui,
    canvas: &Canvas,
    rect: Rect,
    name: &str,
    hint: &str,
    text: &mut String,
) -> Response {
    let id = Id::unique(("text", name));
    let has_focus = ui.memory(|memory| memory.has_focus(id));
    let edge = if has_focus { theme::QUIET } else { theme::EDGE };
    canvas.plate(ui.painter(), rect, 5.0, theme::CANVAS, edge);
    let edit = TextEdit::singleline(text)
        .id(id)
        .char_limit(LONGEST)
        .font(canvas.regular(13.0))
        .frame(Frame::NONE)
        .background_color(Color32::TRANSPARENT)
        .hint_text(hint)
        .desired_width(rect.width());
    let size = vec2(rect.width() - 16.0 * canvas.scale, ROW * canvas.scale);
    let inside = Rect::from_center_size(rect.center(), size);
    let response = ui.put(inside, edit);
    response.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, name));
    response
}
