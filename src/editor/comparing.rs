//! The bar's left half: bringing settings from one rig to the other.

use crate::editor::app::Look;
use crate::editor::buttons::button;
use crate::editor::control::Host;
use crate::params::LoadlineParams;
use crate::params::RigParams;
use egui::Ui;
use nice_plug::prelude::Param;

pub fn show(ui: &mut Ui, look: &Look, host: &Host, params: &LoadlineParams) {
    let copies = [
        ("A → B", &params.a, &params.b, 20.0),
        ("B → A", &params.b, &params.a, 80.0),
    ];
    for (text, from, to, x) in copies {
        let rect = look.canvas.rect(x, 5.0, 56.0, 26.0);
        let about = "Copy every setting of one rig to the other";
        if button(ui, look, rect, text, about, None) {
            copy(host, from, to);
        }
    }
}

/// Brings every setting of one rig to the other.
fn copy(host: &Host, from: &RigParams, to: &RigParams) {
    fn values<'a, P: Param>(from: Vec<&P>, to: Vec<&'a P>) -> Vec<(&'a P, f32)> {
        let from = from.into_iter().map(P::unmodulated_normalized_value);
        to.into_iter().zip(from).collect()
    }
    host.set_all(values(from.stepped(), to.stepped()));
    host.set_all(values(from.continuous(), to.continuous()));
    host.set_all(values(vec![&from.polarity], vec![&to.polarity]));
}
