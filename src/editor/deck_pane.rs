//! A slot: its model, what the deck says of itself, its knobs and switches.

use crate::editor::buttons::button;
use crate::editor::chooser::choose;
use crate::editor::chooser::chooser;
use crate::editor::field::field;
use crate::editor::knob::Knob;
use crate::editor::label::line;
use crate::editor::menu;
use crate::editor::null;
use crate::editor::pane;
use crate::editor::pane::Shown;
use crate::editor::sheet::Sheet;
use crate::editor::theme;
use crate::params::RigParams;
use crate::params::library;
use crate::rig::Slot;
use crate::rig::folders;
use egui::Align2;
use egui::Ui;
use nice_plug::prelude::IntParam;

/// Left edge of the knobs, width of a row, and from one column to the next at most.
const KNOBS: f32 = pane::LEFT + pane::MARGIN;
const ROOM: f32 = 618.0;
const COLUMN: f32 = 121.0;
/// Knobs in a row.
const COLUMNS: usize = 6;
/// Middles of the dials and their radius, in one row or in two.
const ONE_ROW: ([f32; 1], f32) = ([366.0], 38.0);
const TWO_ROWS: ([f32; 2], f32) = ([306.0, 417.0], 25.0);

/// Names of the switches, their boxes and the end of both.
const SWITCHES: f32 = 664.0;
const BOXES: f32 = 800.0;
const RIGHT: f32 = pane::LEFT + pane::WIDTH - pane::MARGIN;
const FIRST_SWITCH: f32 = 270.0;
const SWITCH_ROW: f32 = 32.0;
/// The rig's own settings, under the switches.
const RIG_ROW: f32 = 463.0;

/// Middle of the line that says where the values are from.
const ORIGIN: f32 = 496.0;

pub fn show(ui: &mut Ui, shown: &Shown, sheet: &Sheet, slot: Slot) {
    head(ui, shown, sheet, slot);
    knobs(ui, shown, sheet, slot);
    let row = switches(ui, shown, sheet, slot);
    match slot {
        Slot::Preamp => rig_settings(ui, shown),
        Slot::Coupling if sheet.has_two_outputs => second_output(ui, shown, row),
        _ => {}
    }
    if sheet.is_empty {
        empty(ui, shown);
    } else if !sheet.origin.0.is_empty() {
        origin(ui, shown, sheet);
    }
}

/// Where the values are from, in one line; before that, what of the deck is ignored.
fn origin(ui: &Ui, shown: &Shown, sheet: &Sheet) {
    let canvas = &shown.look.canvas;
    let rule = canvas.rect(KNOBS, ORIGIN - 15.0, RIGHT - KNOBS, 0.0);
    let thin = canvas.stroke(1.0, theme::EDGE);
    ui.painter().hline(rule.x_range(), rule.top(), thin);
    let rect = canvas.rect(KNOBS, ORIGIN - 9.0, RIGHT - KNOBS, 18.0);
    let colour = if sheet.has_notices {
        theme::TEXT
    } else {
        theme::QUIET
    };
    let ((text, full), style) = (&sheet.origin, (canvas.regular(12.0), colour));
    line(ui, canvas, "origin", rect, (text, full), style);
}

fn empty(ui: &Ui, shown: &Shown) {
    let canvas = &shown.look.canvas;
    let at = canvas.at(pane::LEFT + pane::WIDTH / 2.0, ONE_ROW.0[0]);
    let text = "Left empty: what follows is joined to what comes before.";
    let font = canvas.regular(13.0);
    ui.painter()
        .text(at, Align2::CENTER_CENTER, text, font, theme::QUIET);
}

/// The model, its error and its ratings.
fn head(ui: &mut Ui, shown: &Shown, sheet: &Sheet, slot: Slot) {
    let (canvas, params) = (&shown.look.canvas, shown.rig.slot(slot));
    let (x, width, height) = pane::CHOICE;
    let rect = canvas.rect(x, pane::HEAD - height / 2.0, width, height);
    let groups = || menu::models(&library(), slot);
    let place = choose(ui, canvas, &params.model, rect, &about_model(), groups);
    if let Some(place) = place {
        let fresh = params.fresh(place);
        shown.host.set_all(fresh.steps);
        shown.host.set_all(fresh.knobs);
    }
    let style = || (canvas.regular(12.0), theme::QUIET);
    let badge = canvas.rect(x + width + 16.0, pane::HEAD - 9.0, 120.0, 18.0);
    let (text, full) = &sheet.verified;
    line(ui, canvas, "verified", badge, (text, full), style());
    let left = x + width + 140.0;
    let ratings = canvas.rect(left, pane::HEAD - 9.0, RIGHT - left, 18.0);
    line(
        ui,
        canvas,
        "ratings",
        ratings,
        (&sheet.ratings, &sheet.ratings),
        style(),
    );
}

fn about_model() -> String {
    let own = folders::circuits().map(|folder| format!(" Your own decks: {}", folder.display()));
    let choosing = "Choosing one puts its knobs and switches where its deck has them.";
    format!("{choosing}{}", own.unwrap_or_default())
}

fn knobs(ui: &mut Ui, shown: &Shown, sheet: &Sheet, slot: Slot) {
    let (rows, radius) = if sheet.knobs.len() > COLUMNS {
        (&TWO_ROWS.0[..], TWO_ROWS.1)
    } else {
        (&ONE_ROW.0[..], ONE_ROW.1)
    };
    let column = COLUMN.min(ROOM / sheet.knobs.len().min(COLUMNS) as f32);
    for (knobs, y) in sheet.knobs.chunks(COLUMNS).zip(rows) {
        for (n, knob) in knobs.iter().enumerate() {
            let x = KNOBS + column * (n as f32 + 0.5);
            let param = &shown.rig.slot(slot).knobs[knob.at];
            Knob {
                param,
                label: &knob.label,
                rest: knob.rest,
                radius,
            }
            .show(ui, shown.look, shown.host, (x, *y));
        }
    }
}

/// Returns the middle of the row behind the last.
fn switches(ui: &mut Ui, shown: &Shown, sheet: &Sheet, slot: Slot) -> f32 {
    let mut row = FIRST_SWITCH;
    let params = shown.rig.slot(slot);
    for (n, (name, param)) in sheet.switches.iter().zip(&params.switches).enumerate() {
        let about = format!("{name}: another position is another circuit, faded in");
        if let Some(position) = choice(ui, shown, name, param, row, &about) {
            follow(shown, (slot, params.place()), n, position);
        }
        row += SWITCH_ROW;
    }
    row
}

/// Brings the source along that a switch's position is meant for.
fn follow(shown: &Shown, model: (Slot, usize), switch: usize, position: usize) {
    let source = shown.rig.slot(Slot::Source);
    if let Some(place) = library().source_for(model, switch, position, source.place()) {
        let fresh = source.fresh(place);
        shown.host.set_all(fresh.steps);
        shown.host.set_all(fresh.knobs);
    }
}

/// The position that was chosen anew.
fn choice(
    ui: &mut Ui,
    shown: &Shown,
    name: &str,
    param: &IntParam,
    row: f32,
    about: &str,
) -> Option<usize> {
    let canvas = &shown.look.canvas;
    label(ui, shown, name, SWITCHES, row);
    let rect = canvas.rect(BOXES, row - 13.0, RIGHT - BOXES, 26.0);
    chooser(ui, canvas, shown.host, param, rect, about)
}

fn label(ui: &Ui, shown: &Shown, text: &str, x: f32, row: f32) {
    let canvas = &shown.look.canvas;
    let (at, font) = (canvas.at(x, row), canvas.regular(12.5));
    ui.painter()
        .text(at, Align2::LEFT_CENTER, text, font, theme::TEXT);
}

/// What belongs to the rig rather than to a deck.
fn rig_settings(ui: &mut Ui, shown: &Shown) {
    let RigParams {
        polarity,
        temperature,
        ..
    } = shown.rig;
    let (canvas, host) = (&shown.look.canvas, shown.host);
    let rect = canvas.rect(SWITCHES, RIG_ROW - 13.0, 112.0, 26.0);
    let lit = polarity.value().then_some(shown.look.accent.colour);
    let about = "Swaps the source's two leads, so that what clips above clips below";
    if button(ui, shown.look, rect, "Invert polarity", about, lit) {
        host.set(polarity, if polarity.value() { 0.0 } else { 1.0 });
    }
    label(ui, shown, "Temperature", BOXES, RIG_ROW);
    let rect = canvas.rect(BOXES + 92.0, RIG_ROW - 13.0, RIGHT - BOXES - 92.0, 26.0);
    let about = "Of every part of this rig, −20 … 85 °C; 27 °C is SPICE's own. Click to type.";
    field(
        ui,
        shown.look,
        host,
        (temperature, "Temperature"),
        rect,
        about,
    );
}

/// The amplifier behind the second output, and how well the two cancel.
fn second_output(ui: &mut Ui, shown: &Shown, row: f32) {
    let about =
        "The amplifier behind the coupling's second output; it drives a load like the first one's";
    choice(ui, shown, "Second amp", &shown.rig.second_amp, row, about);
    if let Some(sum_rms) = shown.readings.sum_rms {
        label(ui, shown, "Null of both", SWITCHES, row + SWITCH_ROW);
        let rect = (BOXES, row + SWITCH_ROW, RIGHT - BOXES);
        null::show(ui, shown, sum_rms, rect);
    }
}
