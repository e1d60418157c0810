//! The bar's right half: how both rigs are played.

use crate::editor::app::Look;
use crate::editor::block::Block;
use crate::editor::buttons::button;
use crate::editor::buttons::toggle;
use crate::editor::chooser::chooser;
use crate::editor::control::Host;
use crate::editor::selection::Selection;
use crate::editor::theme;
use crate::params::LoadlineParams;
use egui::Align2;
use egui::Ui;

pub fn show(
    ui: &mut Ui,
    look: &Look,
    host: &Host,
    params: &LoadlineParams,
    selection: &mut Selection,
) {
    let (canvas, global) = (&look.canvas, &params.global);
    let about = "Stereo: left and right through one unit, whose channels are matched. Dual mono: each through a unit of \
                 its own, which costs twice once parts have tolerances. Mid/side: the sum and the difference of left \
                 and right, half of each, through the circuits; the cabinet hears left and right again.";
    let rect = canvas.rect(604.0, 4.0, 100.0, 28.0);
    chooser(ui, canvas, host, &global.channels, rect, about);

    let is_open = selection.shown() == Block::Setup;
    let text = match global.tolerance.value() {
        0 => "Setup".to_owned(),
        percent => format!("Unit {}, {percent} %", global.unit.value()),
    };
    let about = "Offline quality, filter phase, and the parts of this unit: how far each is off";
    let rect = canvas.rect(712.0, 5.0, 118.0, 26.0);
    let lit = is_open.then_some(look.accent.colour);
    if button(ui, look, rect, &text, about, lit) {
        selection.toggle_setup();
    }

    ui.painter().text(
        canvas.at(842.0, 18.0),
        Align2::LEFT_CENTER,
        "Quality",
        canvas.regular(13.0),
        theme::QUIET,
    );
    let about = "Oversampling: solver steps per sample at 44.1 or 48 kHz, and as many a second at any other rate. More is \
                 closer to the circuit and costs as much more; the latency stays.";
    let rect = canvas.rect(894.0, 4.0, 62.0, 28.0);
    chooser(ui, canvas, host, &global.quality, rect, about);

    let about = "The circuits' own noise, of resistors and devices, as the knobs leave it";
    let rect = canvas.rect(966.0, 5.0, 54.0, 26.0);
    toggle(
        ui,
        look,
        host,
        (&global.noise, look.accent.colour),
        rect,
        about,
    );
}
