//! The top bar: which rig is heard, how loud full scale is, bypass.

use crate::editor::app::Look;
use crate::editor::buttons::rig_button;
use crate::editor::buttons::toggle;
use crate::editor::control::Host;
use crate::editor::dial;
use crate::editor::field::field;
use crate::editor::theme;
use crate::params::Active;
use crate::params::LoadlineParams;
use egui::Align2;
use egui::Pos2;
use egui::Shape;
use egui::Ui;

pub const MIDDLE: f32 = 37.0;

/// Where what lies below begins.
pub const HEIGHT: f32 = 70.0;

pub fn show(ui: &mut Ui, look: &Look, host: &Host, params: &LoadlineParams) {
    let canvas = &look.canvas;
    wordmark(ui, look);
    for (active, x) in [(Active::A, 604.0), (Active::B, 684.0)] {
        rig_button(
            ui,
            look,
            host,
            params,
            active,
            canvas.rect(x, MIDDLE - 21.0, 76.0, 42.0),
        );
    }
    label(ui, look, 770.0, "0 dBFS =");
    let rect = canvas.rect(832.0, MIDDLE - 14.0, 84.0, 28.0);
    let about = "Input calibration, −20 … +30 dBu: the level that a full-scale sine of your interface has at its input. \
                 It is the only place where full scale becomes volts. Click to type, turn the wheel to change.";
    field(
        ui,
        look,
        host,
        (&params.global.calibration, "0 dBFS ="),
        rect,
        about,
    );

    let rect = canvas.rect(930.0, MIDDLE - 15.0, 90.0, 30.0);
    let about = "The input, delayed like the processed sound";
    toggle(
        ui,
        look,
        host,
        (&params.global.bypass, theme::ALERT),
        rect,
        about,
    );
}

/// A plate curve with its load line, and the name.
fn wordmark(ui: &Ui, look: &Look) {
    let canvas = &look.canvas;
    let at = |x: f32, y: f32| canvas.at(22.0 + x, MIDDLE + 13.0 - y);
    let curve: Vec<Pos2> = (0..=20)
        .map(|i| i as f32 / 20.0)
        .map(|t| at(34.0 * t, 26.0 * t.powf(1.5)))
        .collect();
    ui.painter()
        .add(Shape::line(curve, canvas.stroke(2.0, theme::QUIET)));
    ui.painter().line_segment(
        [at(2.0, 25.0), at(34.0, 2.0)],
        canvas.stroke(2.2, look.accent.colour),
    );
    dial::mark(
        ui.painter(),
        at(18.1, 12.2),
        4.0 * canvas.scale,
        look.accent,
    );
    let name = canvas.at(72.0, MIDDLE);
    ui.painter().text(
        name,
        Align2::LEFT_CENTER,
        "LOADLINE",
        canvas.semi_bold(23.0),
        theme::TEXT,
    );
}

fn label(ui: &Ui, look: &Look, x: f32, text: &str) {
    let at = look.canvas.at(x, MIDDLE);
    ui.painter().text(
        at,
        Align2::LEFT_CENTER,
        text,
        look.canvas.regular(13.0),
        theme::QUIET,
    );
}
