//! What is set once: how renders are made, and which unit this is.

use crate::editor::buttons::button;
use crate::editor::chooser::chooser;
use crate::editor::field::field;
use crate::editor::pane;
use crate::editor::pane::Shown;
use crate::editor::parts_list;
use crate::editor::theme;
use crate::rig::ranges;
use egui::Align2;
use egui::Ui;
use nice_plug::prelude::Param;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;

/// Middle of the first row, and the way to the next.
const FIRST: f32 = pane::TOP + 74.0;
const ROW: f32 = 42.0;
/// Left edges of names and of what is set.
const NAME: f32 = pane::LEFT + pane::MARGIN;
const VALUE: f32 = 150.0;
/// Left edge of the list.
const LIST: f32 = 372.0;

pub fn show(ui: &mut Ui, shown: &Shown) {
    let (canvas, look, host) = (&shown.look.canvas, shown.look, shown.host);
    let global = &shown.params.global;
    let rows = ["Offline quality", "Filter phase", "Tolerance", "Unit"];
    let middle = |row: usize| FIRST + ROW * row as f32;
    for (row, name) in rows.into_iter().enumerate() {
        let (at, font) = (canvas.at(NAME, middle(row)), canvas.regular(13.0));
        ui.painter()
            .text(at, Align2::LEFT_CENTER, name, font, theme::QUIET);
    }
    let rect = |row: usize, x: f32, width: f32| canvas.rect(x, middle(row) - 14.0, width, 28.0);

    let about = "Oversampling while the host renders; as live where it should sound as it does now";
    let wide = 130.0;
    chooser(
        ui,
        canvas,
        host,
        &global.quality_offline,
        rect(0, VALUE, wide),
        about,
    );
    let about = "Of the oversampling filters: minimum keeps attacks clean before the note, linear keeps every frequency in \
                 time. The latency stays.";
    chooser(ui, canvas, host, &global.phase, rect(1, VALUE, wide), about);
    let about = "How far parts are off, in % of what is usual for their kind: resistors 1 or 5 %, capacitors 10 or 20 %, pots \
                 20 %, tubes 10 and 15 %. At 0 every part is as drawn.";
    field(
        ui,
        look,
        host,
        (&global.tolerance, "Tolerance"),
        rect(2, VALUE, wide),
        about,
    );
    let about =
        "Serial number. The same number always has the same parts, in every rig and project.";
    field(
        ui,
        look,
        host,
        (&global.unit, "Unit"),
        rect(3, VALUE, 62.0),
        about,
    );
    let about = "Take another unit from the shelf";
    if button(
        ui,
        look,
        rect(3, VALUE + 68.0, 62.0),
        "Another",
        about,
        None,
    ) {
        let last = global.unit.step_count().unwrap_or(1);
        host.set(&global.unit, other(global.unit.value(), last as i32));
    }
    parts_list::show(ui, shown, LIST, pane::LEFT + pane::WIDTH - pane::MARGIN);
}

/// A unit that is not this one, of `last` others, normalized.
fn other(unit: i32, last: i32) -> f32 {
    // The standard library's only source of chance.
    let by = RandomState::new().hash_one(unit) % last as u64;
    let (first, n) = (*ranges::UNIT.start(), last + 1);
    let step = (unit - first + 1 + by as i32) % n;
    step as f32 / last as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_unit_is_another_one() {
        for unit in [1, 2, 3] {
            for _ in 0..50 {
                let step = (other(unit, 2) * 2.0).round() as i32;
                assert!((0..=2).contains(&step) && step + 1 != unit);
            }
        }
    }
}
