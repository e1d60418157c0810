//! The parts of the unit on show and how far each is off, as a list.

use crate::editor::label::elided;
use crate::editor::pane;
use crate::editor::pane::Shown;
use crate::editor::theme;
use crate::params::Active;
use crate::params::library;
use crate::rig::Channels;
use crate::rig::Choices;
use crate::rig::Knobs;
use crate::rig::Library;
use crate::rig::UnitPart;
use crate::rig::parts;
use egui::Align2;
use egui::Id;
use egui::Rect;
use egui::ScrollArea;
use egui::Sense;
use egui::Ui;
use egui::UiBuilder;
use egui::Vec2;
use egui::WidgetInfo;
use egui::vec2;
use std::sync::Arc;

/// Middle of the heads, top of the list and its height.
const HEADS: f32 = pane::TOP + 27.0;
const TOP: f32 = pane::TOP + 44.0;
const HEIGHT: f32 = pane::HEIGHT - 56.0;
const ROW: f32 = 20.0;
/// Left edges of the columns, and the right ones of both channels' deviations.
const COLUMNS: [(&str, f32, f32); 4] = [
    ("Stage", 0.0, 90.0),
    ("Part", 96.0, 120.0),
    ("What", 222.0, 76.0),
    ("As drawn", 304.0, 100.0),
];
const LEFT_CHANNEL: f32 = 490.0;
const RIGHT_CHANNEL: f32 = 590.0;

/// The list as it was last made, kept by the window.
#[derive(Clone)]
struct Listed {
    choices: Choices,
    library: Arc<Library>,
    parts: Arc<Result<Vec<UnitPart>, String>>,
}

pub fn show(ui: &mut Ui, shown: &Shown, left: f32, right: f32) {
    let canvas = &shown.look.canvas;
    let controls = shown.params.controls(false);
    let side = usize::from(std::ptr::eq(shown.rig, shown.params.rig(Active::B)));
    let rig = &controls.rigs[side];
    let tell = |text: &str| {
        let at = canvas.at((left + right) / 2.0, TOP + HEIGHT / 2.0);
        let font = canvas.regular(13.0);
        ui.painter()
            .text(at, Align2::CENTER_CENTER, text, font, theme::QUIET);
    };
    if rig.choices.tolerance.percent == 0 {
        tell("At a tolerance of 0 % every part is as drawn, and all units are one.");
        return;
    }
    let parts = listed(ui, &rig.choices, &rig.knobs);
    let parts = match &*parts {
        Ok(parts) => parts,
        Err(why) => return tell(why),
    };
    let is_double = controls.channels == Channels::DualMono;
    let mut heads = COLUMNS
        .map(|(head, x, _)| (head, x, Align2::LEFT_CENTER))
        .to_vec();
    let deviations = if is_double {
        vec![("Left", LEFT_CHANNEL), ("Right", RIGHT_CHANNEL)]
    } else {
        vec![("Off by", LEFT_CHANNEL)]
    };
    heads.extend(
        deviations
            .into_iter()
            .map(|(head, x)| (head, x, Align2::RIGHT_CENTER)),
    );
    for (head, x, align) in heads {
        let (at, font) = (canvas.at(left + x, HEADS), canvas.semi_bold(12.0));
        ui.painter().text(at, align, head, font, theme::QUIET);
    }
    let rect = canvas.rect(left, TOP, right - left, HEIGHT);
    let mut inside = ui.new_child(UiBuilder::new().max_rect(rect));
    inside.spacing_mut().item_spacing = Vec2::ZERO;
    let height = ROW * canvas.scale;
    ScrollArea::vertical()
        .id_salt("parts")
        .auto_shrink(false)
        .show_rows(&mut inside, height, parts.len(), |ui, rows| {
            for part in &parts[rows] {
                let size = vec2(ui.available_width(), height);
                let (row, response) = ui.allocate_exact_size(size, Sense::hover());
                response.widget_info(|| {
                    WidgetInfo::labeled(egui::Role::Label, true, told(part, is_double))
                });
                draw(ui, shown, part, row, is_double);
            }
        });
}

fn draw(ui: &Ui, shown: &Shown, part: &UnitPart, row: Rect, is_double: bool) {
    let canvas = &shown.look.canvas;
    let px = canvas.scale;
    let texts = [
        stage(part),
        part.name.clone(),
        part.quantity.to_owned(),
        part.nominal.clone(),
    ];
    for ((_, x, width), text) in COLUMNS.into_iter().zip(&texts) {
        let left = row.left() + x * px;
        let cell = row.with_min_x(left).with_max_x(left + width * px);
        elided(ui, cell, text, canvas.regular(12.5), theme::TEXT, 1);
    }
    let channels = [LEFT_CHANNEL, RIGHT_CHANNEL];
    for (x, deviation) in channels
        .into_iter()
        .zip(part.deviations)
        .take(1 + usize::from(is_double))
    {
        let at = egui::pos2(row.left() + x * px, row.center().y);
        let (text, font) = (percent(deviation), canvas.regular(12.5));
        ui.painter().text(
            at,
            Align2::RIGHT_CENTER,
            text,
            font,
            shown.look.accent.colour,
        );
    }
}

/// "second amp"
fn stage(part: &UnitPart) -> String {
    part.stage.replace('_', " ")
}

/// "+3.2 %"; what is nothing at one decimal has no sign.
fn percent(deviation: f64) -> String {
    let text = format!("{deviation:+.1} %");
    match text.as_str() {
        "+0.0 %" | "-0.0 %" => "0.0 %".to_owned(),
        _ => text.replace('-', "\u{2212}"),
    }
}

/// A row as one sentence, for those who hear it.
fn told(part: &UnitPart, is_double: bool) -> String {
    let UnitPart {
        name,
        quantity,
        nominal,
        deviations: [left, right],
        ..
    } = part;
    let right = if is_double {
        format!(", right {}", percent(*right))
    } else {
        String::new()
    };
    format!(
        "{} {name}, {quantity} {nominal}, {}{right}",
        stage(part),
        percent(*left)
    )
}

/// The list, made anew where another rig is on show: that takes as long as reading its decks.
fn listed(ui: &Ui, choices: &Choices, knobs: &Knobs) -> Arc<Result<Vec<UnitPart>, String>> {
    let (id, library) = (Id::unique("parts"), library());
    let known = ui.data(|data| data.get_temp::<Listed>(id));
    let is_it = |known: &Listed| known.choices == *choices && Arc::ptr_eq(&known.library, &library);
    if let Some(known) = known.filter(is_it) {
        return known.parts;
    }
    let made = parts(choices, knobs, &library).map_err(|why| why.to_string());
    let listed = Listed {
        choices: *choices,
        library,
        parts: Arc::new(made),
    };
    let parts = listed.parts.clone();
    ui.data_mut(|data| data.insert_temp(id, listed));
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deviations_have_their_signs() {
        assert_eq!(percent(3.24), "+3.2 %");
        assert_eq!(percent(-12.0), "\u{2212}12.0 %");
        assert_eq!(percent(-0.02), "0.0 %");
    }
}
