//! A value that turns into a text box when it is clicked.

use crate::editor::canvas::Canvas;
use crate::editor::control::Control;
use crate::editor::theme;
use egui::Align2;
use egui::Color32;
use egui::CursorIcon;
use egui::Frame;
use egui::Key;
use egui::Rect;
use egui::Sense;
use egui::TextEdit;
use egui::Ui;
use egui::text::CCursorRange;
use egui::text_edit::TextEditState;
use nice_plug::prelude::Param;

/// What is being typed.
#[derive(Clone, Default)]
struct Typing {
    text: String,
    /// The parameter could not read it.
    refused: bool,
    /// Opened from the keyboard, which gets its control back.
    by_key: bool,
}

/// Shows `text` in `rect`; a click, or Enter on the control, opens it for typing, and typed text goes to the parameter's
/// own parser. True while the box is open.
pub fn entry<P: Param>(
    ui: &mut Ui,
    canvas: &Canvas,
    control: &Control<P>,
    rect: Rect,
    text: &str,
    size: f32,
) -> bool {
    let key = control.id.with("typing");
    let box_id = control.id.with("box");
    let Some(mut typing) = ui.data(|data| data.get_temp::<Typing>(key)) else {
        let response = ui
            .interact(rect, control.id.with("value"), Sense::CLICK)
            .on_hover_cursor(CursorIcon::Text);
        if response.hovered() {
            ui.painter()
                .rect_filled(rect, canvas.corner(4.0), theme::WELL_HOVERED);
        }
        ui.painter().text(
            rect.center(),
            Align2::CENTER_CENTER,
            text,
            canvas.regular(size),
            theme::TEXT,
        );
        let by_key = ui.memory(|memory| memory.has_focus(control.id))
            && ui.input(|i| i.key_pressed(Key::Enter) && i.modifiers.is_none());
        if response.clicked() || by_key {
            open(ui, control, text, by_key);
        }
        return false;
    };

    let edge = if typing.refused {
        theme::ALERT
    } else {
        theme::QUIET
    };
    canvas.plate(ui.painter(), rect, 4.0, theme::CANVAS, edge);
    let edit = TextEdit::singleline(&mut typing.text)
        .id(box_id)
        .font(canvas.regular(size))
        .frame(Frame::NONE)
        .background_color(Color32::TRANSPARENT)
        .align(Align2::CENTER_CENTER)
        .desired_width(rect.width());
    let response = ui.put(rect, edit);
    let mut open = true;
    if response.lost_focus() {
        let entered = ui.input(|i| i.key_pressed(Key::Enter));
        match control.param.string_to_normalized_value(&typing.text) {
            Some(normalized) if entered => {
                control.host.set(control.param, normalized);
                open = false;
            }
            None if entered => {
                typing.refused = true;
                response.request_focus();
            }
            _ => open = false,
        }
        let by_key = ui.input(|i| i.key_pressed(Key::Enter) || i.key_pressed(Key::Escape));
        if !open && typing.by_key && by_key {
            ui.memory_mut(|memory| memory.request_focus(control.id));
        }
    } else if response.changed() {
        typing.refused = false;
    }
    ui.data_mut(|data| match open {
        true => drop(data.insert_temp(key, typing)),
        false => data.remove::<Typing>(key),
    });
    open
}

/// Opens the box with everything selected, so that typing replaces and an arrow key edits.
fn open<P: Param>(ui: &Ui, control: &Control<P>, text: &str, by_key: bool) {
    let typing = Typing {
        text: text.to_string(),
        refused: false,
        by_key,
    };
    let box_id = control.id.with("box");
    let mut state = TextEditState::default();
    state
        .cursor
        .set_char_range(Some(CCursorRange::select_all_str(text)));
    state.store(ui, box_id);
    ui.memory_mut(|memory| memory.request_focus(box_id));
    ui.data_mut(|data| data.insert_temp(control.id.with("typing"), typing));
}
