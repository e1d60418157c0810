//! Buttons: the switch between the rigs, and plain ones.

use crate::editor::app::Look;
use crate::editor::control::Host;
use crate::editor::dial;
use crate::editor::theme;
use crate::editor::theme::Accent;
use crate::params::Active;
use crate::params::LoadlineParams;
use egui::Align2;
use egui::Color32;
use egui::CursorIcon;
use egui::Id;
use egui::Rect;
use egui::Role;
use egui::Sense;
use egui::Ui;
use egui::WidgetInfo;
use egui::vec2;
use nice_plug::prelude::BoolParam;
use nice_plug::prelude::Param;

/// One half of the switch, with the rig's mark.
pub fn rig_button(
    ui: &Ui,
    look: &Look,
    host: &Host,
    params: &LoadlineParams,
    active: Active,
    rect: Rect,
) {
    let (canvas, accent) = (&look.canvas, Accent::of(active));
    let chosen = params.global.active.value() == active;
    let name = if active == Active::A { "A" } else { "B" };
    let response = ui
        .interact(rect, Id::unique(("rig", name)), Sense::click())
        .on_hover_cursor(CursorIcon::PointingHand);
    response.widget_info(|| {
        WidgetInfo::selected(Role::RadioButton, true, chosen, format!("Rig {name}"))
    });
    let (fill, ink) = match (chosen, response.hovered()) {
        (true, _) => (accent.colour, theme::CANVAS),
        (false, true) => (theme::WELL_HOVERED, theme::TEXT),
        (false, false) => (theme::WELL, theme::QUIET),
    };
    canvas.plate(
        ui.painter(),
        rect,
        7.0,
        fill,
        if chosen { accent.colour } else { theme::EDGE },
    );
    let mark = Accent {
        colour: if chosen { ink } else { accent.colour },
        mark: accent.mark,
    };
    dial::mark(
        ui.painter(),
        rect.center() - vec2(14.0, 0.0) * canvas.scale,
        5.5 * canvas.scale,
        mark,
    );
    let at = rect.center() + vec2(11.0, 0.0) * canvas.scale;
    ui.painter()
        .text(at, Align2::CENTER_CENTER, name, canvas.semi_bold(23.0), ink);
    if response.clicked() && !chosen {
        host.choose(
            &params.global.active,
            params.global.active.preview_normalized(active),
        );
    }
    response.on_hover_text(format!("Hear and show rig {name}; the switch crossfades"));
}

/// A parameter that is on or off, under its own name; `colour` says on.
pub fn toggle(
    ui: &Ui,
    look: &Look,
    host: &Host,
    (param, colour): (&BoolParam, Color32),
    rect: Rect,
    about: &str,
) {
    let lit = param.value().then_some(colour);
    if button(ui, look, rect, param.name(), about, lit) {
        host.choose(param, if param.value() { 0.0 } else { 1.0 });
    }
}

/// A push button; `lit` fills it.
pub fn button(
    ui: &Ui,
    look: &Look,
    rect: Rect,
    text: &str,
    about: &str,
    lit: Option<Color32>,
) -> bool {
    let canvas = &look.canvas;
    let response = ui
        .interact(rect, Id::unique(("button", text)), Sense::click())
        .on_hover_cursor(CursorIcon::PointingHand);
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, lit.is_some(), text));
    let idle = if response.hovered() {
        theme::WELL_HOVERED
    } else {
        theme::WELL
    };
    canvas.plate(
        ui.painter(),
        rect,
        5.0,
        lit.unwrap_or(idle),
        lit.unwrap_or(theme::EDGE),
    );
    let ink = if lit.is_some() {
        theme::CANVAS
    } else {
        theme::TEXT
    };
    ui.painter().text(
        rect.center(),
        Align2::CENTER_CENTER,
        text,
        canvas.semi_bold(12.5),
        ink,
    );
    let clicked = response.clicked();
    response.on_hover_text(about);
    clicked
}
