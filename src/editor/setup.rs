//! The bar's right half: how both rigs are played.

use crate::editor::app::Look;
use crate::editor::buttons::toggle;
use crate::editor::chooser::chooser;
use crate::editor::control::Host;
use crate::editor::theme;
use crate::params::LoadlineParams;
use egui::Align2;
use egui::Ui;

pub fn show(ui: &mut Ui, look: &Look, host: &Host, params: &LoadlineParams) {
    let canvas = &look.canvas;
    ui.painter().text(
        canvas.at(840.0, 18.0),
        Align2::LEFT_CENTER,
        "Quality",
        canvas.regular(13.0),
        theme::QUIET,
    );
    let about = "Oversampling: solver steps per sample. More is closer to the circuit and costs as much more; \
                 the latency stays.";
    let rect = canvas.rect(894.0, 4.0, 62.0, 28.0);
    chooser(ui, canvas, host, &params.global.quality, rect, about);

    let about = "The circuits' own noise, of resistors and devices, as the knobs leave it";
    let rect = canvas.rect(966.0, 5.0, 54.0, 26.0);
    let noise = (&params.global.noise, look.accent.colour);
    toggle(ui, look, host, noise, rect, about);
}
