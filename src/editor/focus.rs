//! The keyboard's way through the panel: Tab from control to control, and a ring round the one that has the keys.

use crate::editor::app::Look;
use crate::editor::theme;
use egui::Id;
use egui::StrokeKind;
use egui::Ui;
use nice_plug_egui::Key;
use nice_plug_egui::KeyCapture;

/// From the control to its ring, and the ring's corners and width.
const GAP: f32 = 2.0;
const CORNER: f32 = 7.0;
const WIDTH: f32 = 1.6;

/// What a control does not leave to the host while it has the focus.
const KEYS: [&str; 8] = [
    "Tab",
    "Enter",
    "Escape",
    "ArrowUp",
    "ArrowDown",
    "ArrowLeft",
    "ArrowRight",
    " ",
];

/// Keys that the host does not get: all while text is typed, those of a control while it has the focus, else none.
pub fn capture(ui: &Ui) -> KeyCapture {
    if ui.text_edit_focused() {
        KeyCapture::CaptureAll
    } else if focused(ui).is_some() {
        KeyCapture::CaptureKeys(keys())
    } else {
        KeyCapture::IgnoreAll
    }
}

fn keys() -> Vec<Key> {
    KEYS.iter().filter_map(|key| key.parse().ok()).collect()
}

/// Draws the ring; last of all, so that nothing lies over it. A text box shows by its cursor.
pub fn show(ui: &Ui, look: &Look) {
    if ui.text_edit_focused() {
        return;
    }
    let Some(response) = focused(ui).and_then(|id| ui.ctx().read_response(id)) else {
        return;
    };
    let canvas = &look.canvas;
    ui.ctx().layer_painter(response.layer_id).rect_stroke(
        response.rect.expand(GAP * canvas.scale),
        canvas.corner(CORNER),
        canvas.stroke(WIDTH, theme::TEXT),
        StrokeKind::Middle,
    );
}

fn focused(ui: &Ui) -> Option<Id> {
    ui.memory(|memory| memory.focused())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_one() {
        assert_eq!(keys().len(), KEYS.len());
    }
}
