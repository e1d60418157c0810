//! What is said of the preset that the rig was made from, and what can be done with it.

use crate::editor::buttons::button;
use crate::editor::label::elided;
use crate::editor::pane;
use crate::editor::presets::Presets;
use crate::editor::presets::Stage;
use crate::editor::presets::browser;
use crate::editor::presets::browser::Browser;
use crate::editor::presets::form::Form;
use crate::editor::theme;
use crate::rig::Preset;
use egui::Ui;

const LEFT: f32 = browser::SPLIT + 16.0;
const WIDTH: f32 = pane::LEFT + pane::WIDTH - pane::MARGIN - LEFT;
const TOP: f32 = browser::TOP + 60.0;
const BUTTONS: f32 = browser::BOTTOM - 40.0;
/// Calibrations that are the same on the panel.
const SAME_DBU: f64 = 0.05;

pub fn show(ui: &mut Ui, stage: &Stage, presets: &mut Presets, browser: &mut Browser) {
    let canvas = &stage.look.canvas;
    let name = stage.name();
    let entry = presets.collection.find(&name);
    let is_own = entry.is_some_and(|entry| entry.file.is_some());
    let mut rows: Vec<(String, f32, bool)> = Vec::new();
    match entry.map(|entry| &entry.preset) {
        Some(preset) => {
            rows.push((preset.name.clone(), 15.0, true));
            let whose = if is_own { "yours" } else { "factory" };
            rows.push((format!("{}  ·  {whose}", preset.category), 12.5, false));
            rows.push((preset.tags.join(", "), 12.5, false));
            rows.push((preset.listen.clone(), 13.0, true));
            rows.extend(level(stage, preset).map(|text| (text, 12.5, false)));
        }
        None if name.is_empty() => {
            let text = "Choose a preset for this rig, or save the rig as one of your own.";
            rows.push((text.into(), 13.0, false));
        }
        None => rows.push((format!("\"{name}\" is not on this computer."), 13.0, false)),
    }
    rows.extend(presets.trouble.clone().map(|why| (why, 12.5, false)));
    let mut y = TOP;
    for (text, size, is_bright) in rows.into_iter().filter(|row| !row.0.is_empty()) {
        let n_rows = if text.len() > 46 { 5 } else { 1 };
        let height = 18.0 + 16.0 * (text.len() as f32 / 46.0).floor().min(4.0);
        let rect = canvas.rect(LEFT, y, WIDTH, height);
        let colour = if is_bright { theme::TEXT } else { theme::QUIET };
        elided(ui, rect, &text, canvas.regular(size), colour, n_rows);
        y += height + 8.0;
    }
    buttons(ui, stage, presets, browser, is_own);
}

/// The level that it is meant for, where the user's interface has another; theirs stays.
fn level(stage: &Stage, preset: &Preset) -> Option<String> {
    let own = stage.params.controls(false).calibration_dbu;
    let is_other = (preset.calibration_dbu - own).abs() > SAME_DBU;
    is_other.then(|| {
        format!(
            "Made with 0 dBFS = {:+.1} dBu, yours is {own:+.1} dBu: it is driven {:.1} dB {} here. The calibration \
             stays yours.",
            preset.calibration_dbu,
            (own - preset.calibration_dbu).abs(),
            if own > preset.calibration_dbu { "harder" } else { "less" }
        )
    })
}

fn buttons(ui: &mut Ui, stage: &Stage, presets: &mut Presets, browser: &mut Browser, is_own: bool) {
    let (look, canvas, name) = (stage.look, &stage.look.canvas, stage.name());
    let rect = |x: f32, width| canvas.rect(LEFT + x, BUTTONS, width, 28.0);
    let about = "Saves this rig as a preset of your own, under another name";
    if button(ui, look, rect(0.0, 84.0), "Save as…", about, None) {
        let found = presets.collection.find(&name).map(|entry| &entry.preset);
        browser.form = Some(Form::of(found, &name));
    }
    if !is_own {
        return;
    }
    if browser.doomed.as_ref() != Some(&name) {
        let about = "Deletes this preset's file, after asking once more";
        if button(ui, look, rect(92.0, 70.0), "Delete", about, None) {
            browser.doomed = Some(name);
        }
        return;
    }
    let about = "The file is gone then; the rig stays as it is";
    if button(
        ui,
        look,
        rect(92.0, 110.0),
        "Really delete",
        about,
        Some(theme::ALERT),
    ) {
        presets.delete(stage, &name);
        browser.doomed = None;
    }
    if button(
        ui,
        look,
        rect(210.0, 60.0),
        "Keep",
        "Keeps the preset",
        None,
    ) {
        browser.doomed = None;
    }
}
