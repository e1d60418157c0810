//! The top bar: which rig, what both share.

use crate::editor::app::Look;
use crate::editor::buttons::button;
use crate::editor::buttons::rig_button;
use crate::editor::buttons::toggle;
use crate::editor::chooser::chooser;
use crate::editor::control::Control;
use crate::editor::control::Host;
use crate::editor::dial;
use crate::editor::entry::entry;
use crate::editor::theme;
use crate::params::Active;
use crate::params::LoadlineParams;
use crate::params::RigParams;
use egui::Align2;
use egui::Id;
use egui::Pos2;
use egui::Sense;
use egui::Shape;
use egui::Ui;
use egui::WidgetInfo;
use nice_plug::prelude::Param;

const MIDDLE: f32 = 37.0;

pub fn show(ui: &mut Ui, look: &Look, host: &Host, params: &LoadlineParams) {
    let canvas = &look.canvas;
    wordmark(ui, look);
    for (active, x) in [(Active::A, 282.0), (Active::B, 362.0)] {
        rig_button(
            ui,
            look,
            host,
            params,
            active,
            canvas.rect(x, MIDDLE - 21.0, 76.0, 42.0),
        );
    }
    let copies = [
        ("A → B", &params.a, &params.b, 450.0),
        ("B → A", &params.b, &params.a, 512.0),
    ];
    for (text, from, to, x) in copies {
        let rect = canvas.rect(x, MIDDLE - 13.0, 56.0, 26.0);
        if button(
            ui,
            look,
            rect,
            text,
            "Copy every setting of one rig to the other",
            None,
        ) {
            copy(host, from, to);
        }
    }

    label(ui, look, 582.0, "Quality");
    let about = "Oversampling: solver steps per sample. More is closer to the circuit and costs as much more; \
                 the latency stays.";
    chooser(
        ui,
        canvas,
        host,
        &params.quality,
        canvas.rect(632.0, MIDDLE - 14.0, 62.0, 28.0),
        about,
    );

    let about = "The circuits' own noise, of resistors and devices, as the knobs leave it";
    let rect = canvas.rect(706.0, MIDDLE - 13.0, 54.0, 26.0);
    toggle(
        ui,
        look,
        host,
        (&params.noise, look.accent.colour),
        rect,
        about,
    );

    label(ui, look, 770.0, "0 dBFS =");
    calibration(ui, look, host, params);

    let rect = canvas.rect(930.0, MIDDLE - 15.0, 90.0, 30.0);
    let about = "The input, delayed like the processed sound";
    toggle(ui, look, host, (&params.bypass, theme::ALERT), rect, about);
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

fn calibration(ui: &mut Ui, look: &Look, host: &Host, params: &LoadlineParams) {
    let canvas = &look.canvas;
    let param = &params.calibration;
    let rect = canvas.rect(832.0, MIDDLE - 14.0, 84.0, 28.0);
    let control = Control {
        host,
        param,
        id: Id::unique("calibration"),
    };
    let response = ui.interact(rect, control.id, Sense::click_and_drag());
    let rotation = control.follow(ui, &response, canvas.scale);
    let text = control.text(rotation);
    canvas.plate(ui.painter(), rect, 5.0, theme::WELL, theme::EDGE);
    entry(
        ui,
        canvas,
        &control,
        rect.shrink(3.0 * canvas.scale),
        &text,
        13.0,
    );
    response
        .widget_info(|| WidgetInfo::slider(true, f64::from(rotation), format!("0 dBFS = {text}")));
    response.on_hover_text(
        "Input calibration, −20 … +30 dBu: the level that a full-scale sine of your interface has at its input. \
         It is the only place where full scale becomes volts. Click to type, turn the wheel to change.",
    );
}

fn copy(host: &Host, from: &RigParams, to: &RigParams) {
    for (from, to) in from.slots.iter().zip(&to.slots) {
        host.set(&to.model, from.model.unmodulated_normalized_value());
        for (from, to) in from.knobs.iter().zip(&to.knobs) {
            host.set(to, from.unmodulated_normalized_value());
        }
        for (from, to) in from.switches.iter().zip(&to.switches) {
            host.set(to, from.unmodulated_normalized_value());
        }
    }
    for (from, to) in [
        (&from.second_amp, &to.second_amp),
        (&from.temperature, &to.temperature),
    ] {
        host.set(to, from.unmodulated_normalized_value());
    }
    host.set(&to.polarity, from.polarity.unmodulated_normalized_value());
    host.set(&to.trim, from.trim.unmodulated_normalized_value());
}
