//! The pane under the strip, which shows the selected block.

use crate::editor::app::Look;
use crate::editor::block::Block;
use crate::editor::cabinet_pane;
use crate::editor::control::Host;
use crate::editor::deck_pane;
use crate::editor::knob::Knob;
use crate::editor::meter::Meter;
use crate::editor::setup_pane;
use crate::editor::sheet::Sheets;
use crate::editor::theme;
use crate::meters::Ballistics;
use crate::meters::Readings;
use crate::params::LoadlineParams;
use crate::params::RigParams;
use egui::Ui;

pub const LEFT: f32 = 20.0;
pub const TOP: f32 = 206.0;
pub const WIDTH: f32 = 1000.0;
pub const HEIGHT: f32 = 306.0;
/// From the pane's edge to what is in it.
pub const MARGIN: f32 = 16.0;
/// Middle of the first line: the block's name and the choice of its model.
pub const HEAD: f32 = TOP + 27.0;
/// Where the choice begins, and its size.
pub const CHOICE: (f32, f32, f32) = (136.0, 264.0, 30.0);

const OUT_MIDDLE: f32 = 370.0;
const TRIM_RADIUS: f32 = 44.0;

/// What a pane is shown with.
pub struct Shown<'a> {
    pub look: &'a Look,
    pub host: &'a Host,
    pub params: &'a LoadlineParams,
    /// The one on show.
    pub rig: &'a RigParams,
    pub readings: &'a Readings,
}

pub fn show(
    ui: &mut Ui,
    shown: &Shown,
    block: Block,
    sheets: &mut Sheets,
    input: &mut [Ballistics; 2],
    output: &mut [Ballistics; 2],
) {
    let canvas = &shown.look.canvas;
    let rect = canvas.rect(LEFT, TOP, WIDTH, HEIGHT);
    canvas.plate(ui.painter(), rect, 9.0, theme::CARD, theme::EDGE);
    let stripe = canvas.rect(LEFT + MARGIN, HEAD - 6.0, 3.0, 12.0);
    ui.painter()
        .rect_filled(stripe, 0.0, shown.look.accent.colour);
    let at = canvas.at(LEFT + MARGIN + 11.0, HEAD);
    canvas.title(ui.painter(), at, &block.name().to_uppercase());
    match block {
        Block::Deck(slot) => deck_pane::show(ui, shown, sheets.of(shown.rig.slot(slot)), slot),
        Block::Cabinet => cabinet_pane::show(ui, shown),
        Block::Out => out(ui, shown, input, output),
        Block::Setup => setup_pane::show(ui, shown),
    }
}

/// The trim between the levels that come in and go out.
fn out(ui: &mut Ui, shown: &Shown, input: &mut [Ballistics; 2], output: &mut [Ballistics; 2]) {
    let meters = [("In", 340.0, input), ("Out", 660.0, output)];
    for (name, x, levels) in meters {
        let meter = Meter {
            name,
            x,
            y: OUT_MIDDLE - 80.0,
            height: 160.0,
        };
        meter.show(ui, shown.look, levels);
    }
    let middle = LEFT + WIDTH / 2.0;
    let trim = Knob::of(&shown.rig.trim, "Trim", TRIM_RADIUS);
    trim.show(ui, shown.look, shown.host, (middle, OUT_MIDDLE));
}
