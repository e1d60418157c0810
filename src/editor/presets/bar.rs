//! The header's middle: the preset of the rig on show, its neighbours, its star, and what keeps it.

use crate::editor::buttons::button;
use crate::editor::chooser::menu_button;
use crate::editor::header::MIDDLE;
use crate::editor::presets::Presets;
use crate::editor::presets::Stage;
use crate::editor::presets::icon::Icon;
use crate::editor::presets::icon::icon_button;
use crate::editor::theme;
use egui::Id;
use egui::Role;
use egui::Ui;
use egui::WidgetInfo;

pub fn show(ui: &mut Ui, stage: &Stage, presets: &mut Presets) {
    let (look, canvas) = (stage.look, &stage.look.canvas);
    let rect = |x, width| canvas.rect(x, MIDDLE - 15.0, width, 30.0);
    if icon_button(
        ui,
        look,
        rect(230.0, 24.0),
        Icon::Previous,
        "Previous preset",
    ) {
        presets.step(stage, -1);
    }
    if icon_button(ui, look, rect(256.0, 24.0), Icon::Next, "Next preset") {
        presets.step(stage, 1);
    }
    name(ui, stage, presets);
    let name = stage.name();
    let entry = presets.collection.find(&name);
    if let Some(entry) = entry {
        let (is_full, name) = (entry.is_favourite, entry.preset.name.clone());
        if icon_button(
            ui,
            look,
            rect(508.0, 26.0),
            Icon::Star { is_full },
            "Favourite",
        ) {
            presets.toggle_favourite(stage, &name);
        }
    }
    let about = "Writes this rig into its preset of yours; of any other, asks for a name";
    let place = canvas.rect(540.0, MIDDLE - 13.0, 50.0, 26.0);
    if button(ui, look, place, "Save", about, None) {
        presets.save(stage);
    }
}

/// The name, marked where the rig has been changed since; a click opens the browser or closes it.
fn name(ui: &Ui, stage: &Stage, presets: &mut Presets) {
    let canvas = &stage.look.canvas;
    let name = stage.name();
    let (text, told) = match presets.is_edited(stage) {
        _ if name.is_empty() => ("No preset".into(), "This rig was made by hand".into()),
        None => (
            name.clone(),
            format!("{name}: this preset is not on this computer"),
        ),
        Some(false) => (name.clone(), name.clone()),
        Some(true) => (format!("{name} •"), format!("{name}, changed since")),
    };
    let rect = canvas.rect(286.0, MIDDLE - 15.0, 216.0, 30.0);
    let response = menu_button(ui, canvas, Id::unique("preset"), rect, &text);
    response.widget_info(|| WidgetInfo::labeled(Role::ComboBox, true, format!("Preset, {told}")));
    if presets.is_open() {
        let under = canvas.rect(288.0, MIDDLE + 13.0, 212.0, 2.0);
        ui.painter()
            .rect_filled(under, 0.0, stage.look.accent.colour);
    }
    if response.clicked() {
        presets.toggle();
    }
    let listen = presets
        .collection
        .find(&name)
        .map(|entry| &*entry.preset.listen);
    response.on_hover_ui(|ui| {
        ui.label(told);
        if let Some(listen) = listen {
            ui.colored_label(theme::QUIET, listen);
        }
    });
}
