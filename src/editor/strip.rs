//! The signal's path from left to right: blocks to select, and between them what one stage makes of the next.

use crate::editor::app::Look;
use crate::editor::block::Block;
use crate::editor::figures;
use crate::editor::label::elided;
use crate::editor::meter::bars;
use crate::editor::selection::Selection;
use crate::editor::theme;
use crate::meters::Ballistics;
use crate::meters::Junction;
use crate::meters::N_JUNCTIONS;
use crate::meters::Readings;
use crate::params::BASE_SIZE;
use crate::params::RigParams;
use crate::rig::Slot;
use egui::Align2;
use egui::CursorIcon;
use egui::Id;
use egui::Rect;
use egui::Role;
use egui::Sense;
use egui::Shape;
use egui::Ui;
use egui::WidgetInfo;
use egui::vec2;

const TOP: f32 = 80.0;
const HEIGHT: f32 = 62.0;
const LEFT: f32 = 20.0;
const WIDTH: f32 = 124.0;
/// From one block to the next.
const PITCH: f32 = 146.0;
/// Height at which the signal passes.
const WIRE: f32 = TOP + HEIGHT / 2.0;
/// Middle of the first row of figures, and the way to the next.
const FIGURES: f32 = 157.0;
const ROW: f32 = 16.0;
/// Level bars of the first and the last block: width, height and gap.
const BAR: (f32, f32, f32) = (4.0, 42.0, 2.0);

/// What the strip shows of the moment.
pub struct Playing<'a> {
    pub readings: &'a Readings,
    pub input: &'a [Ballistics; 2],
    pub output: &'a [Ballistics; 2],
}

pub fn show(ui: &Ui, look: &Look, rig: &RigParams, selection: &mut Selection, playing: &Playing) {
    wires(ui, look);
    for (n, block) in Block::ALL.into_iter().enumerate() {
        let x = LEFT + PITCH * n as f32;
        let levels = match block {
            Block::Deck(Slot::Source) => Some(playing.input),
            Block::Out => Some(playing.output),
            _ => None,
        };
        if show_block(
            ui,
            look,
            rig,
            (block, selection.shown() == block),
            x,
            levels,
        ) {
            selection.select(block);
        }
    }
    for (n, junction) in playing.readings.junctions.iter().enumerate() {
        if let Some(junction) = junction {
            let rows = [
                figures::volts(junction.v_rms),
                figures::impedances(junction),
                figures::loss(junction),
            ];
            figures_after(ui, look, n, &rows, ABOUT_JUNCTION);
        }
    }
    let has_load = !Block::Deck(Slot::Load).content(rig).1;
    let last: Option<&Junction> = playing.readings.junctions.iter().flatten().next_back();
    if let Some(last) = last.filter(|_| has_load) {
        let rows = [figures::watts(last), "into the load".into()];
        figures_after(ui, look, N_JUNCTIONS, &rows, ABOUT_POWER);
    }
}

const ABOUT_JUNCTION: &str = "What passes from one stage to the next: RMS volts of the louder channel; at 1 kHz, the \
                              impedance of the stage before → that of the stage behind, and what the voltage loses \
                              by it against the open output.";
const ABOUT_POWER: &str =
    "V²/|Z| at the load: RMS volts of the louder channel, and its impedance at 1 kHz.";

/// The signal's path, with an arrow head where it enters a block.
fn wires(ui: &Ui, look: &Look) {
    let canvas = &look.canvas;
    let stroke = canvas.stroke(2.0, look.accent.colour);
    for n in 0..=Block::ALL.len() {
        let to = LEFT + PITCH * n as f32;
        let (from, to) = (to - (PITCH - WIDTH), to.min(BASE_SIZE.0));
        let tip = canvas.at(to, WIRE);
        let begin = canvas.at(from.max(0.0), WIRE);
        ui.painter().line_segment([begin, tip], stroke);
        let back = vec2(-6.0, 5.0) * canvas.scale;
        let head = vec![tip + back, tip, tip + vec2(back.x, -back.y)];
        ui.painter().add(Shape::line(head, stroke));
    }
}

/// True where it was clicked.
fn show_block(
    ui: &Ui,
    look: &Look,
    rig: &RigParams,
    (block, is_selected): (Block, bool),
    x: f32,
    levels: Option<&[Ballistics; 2]>,
) -> bool {
    let canvas = &look.canvas;
    let (name, is_empty) = block.content(rig);
    let rect = canvas.rect(x, TOP, WIDTH, HEIGHT);
    let response = ui
        .interact(rect, Id::unique(("block", block.name())), Sense::click())
        .on_hover_cursor(CursorIcon::PointingHand);
    response.widget_info(|| {
        let told = format!("{}: {name}", block.name());
        WidgetInfo::selected(Role::Tab, true, is_selected, told)
    });
    let fill = match (is_selected || response.hovered(), is_empty) {
        (true, _) => theme::WELL_HOVERED,
        (false, true) => theme::CANVAS,
        (false, false) => theme::CARD,
    };
    let edge = if is_selected {
        look.accent.colour
    } else {
        theme::EDGE
    };
    canvas.plate(ui.painter(), rect, 7.0, fill, edge);
    if is_selected {
        let foot = canvas.rect(x + 12.0, TOP + HEIGHT - 2.5, WIDTH - 24.0, 2.5);
        ui.painter().rect_filled(foot, 0.0, look.accent.colour);
    }
    let mut left = x + 12.0;
    if let Some(levels) = levels {
        let place = (x + 10.0, TOP + (HEIGHT - BAR.1) / 2.0);
        bars(ui, look, place, BAR, levels);
        left += 2.0 * BAR.0 + BAR.2 + 6.0;
    }
    canvas.title(
        ui.painter(),
        canvas.at(left, TOP + 15.0),
        &block.name().to_uppercase(),
    );
    let ink = if is_empty { theme::QUIET } else { theme::TEXT };
    let room = canvas.rect(left, TOP + 23.0, x + WIDTH - 8.0 - left, 32.0);
    let is_cut = elided(ui, room, &name, canvas.regular(12.0), ink, 2);
    let clicked = response.clicked();
    if is_cut {
        response.on_hover_text(name);
    }
    clicked
}

/// Rows under the gap behind the block at this place.
fn figures_after(ui: &Ui, look: &Look, place: usize, rows: &[String], about: &str) {
    let canvas = &look.canvas;
    let middle = LEFT + WIDTH + (PITCH - WIDTH) / 2.0 + PITCH * place as f32;
    let tick = Rect::from_two_pos(
        canvas.at(middle, WIRE + 5.0),
        canvas.at(middle, FIGURES - 9.0),
    );
    let thin = canvas.stroke(1.0, theme::TRACK);
    ui.painter().vline(tick.center().x, tick.y_range(), thin);
    for (n, row) in rows.iter().enumerate() {
        let (font, ink) = match n {
            0 => (canvas.semi_bold(11.5), theme::TEXT),
            _ => (canvas.regular(11.5), theme::QUIET),
        };
        let at = canvas.at(middle, FIGURES + ROW * n as f32);
        ui.painter().text(at, Align2::CENTER_CENTER, row, font, ink);
    }
    let whole = canvas.rect(middle - 68.0, FIGURES - 9.0, 136.0, 3.0 * ROW + 2.0);
    let response = ui.interact(whole, Id::unique(("figures", place)), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, rows.join(", ")));
    response.on_hover_text(about);
}
