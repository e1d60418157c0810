//! Settings from one rig to the other, both ways, and both at once.

use crate::editor::app::Look;
use crate::editor::buttons::button;
use crate::editor::control::Host;
use crate::params::Active;
use crate::params::LoadlineParams;
use crate::params::RigParams;
use crate::rig::Side;
use egui::Ui;
use nice_plug::prelude::Param;

pub fn show(ui: &Ui, look: &Look, host: &Host, params: &LoadlineParams) {
    let [a, b] = [&*params.a, &*params.b];
    let pushed = |x, width, text, about| {
        let rect = look.canvas.rect(x, 5.0, width, 26.0);
        button(ui, look, rect, text, about, None)
    };
    let about = "Copy every setting of one rig to the other";
    if pushed(20.0, 50.0, "A → B", about) {
        bring(host, &[(a, b)]);
        params.matched.copy(Side::A);
        params.presets.copy(Active::A);
    }
    if pushed(74.0, 50.0, "B → A", about) {
        bring(host, &[(b, a)]);
        params.matched.copy(Side::B);
        params.presets.copy(Active::B);
    }
    if pushed(128.0, 46.0, "Swap", "Exchange every setting of A and B") {
        bring(host, &[(a, b), (b, a)]);
        params.matched.swap();
        params.presets.swap();
    }
}

/// Brings every setting from one rig to another; all are read before the first is written.
fn bring(host: &Host, ways: &[(&RigParams, &RigParams)]) {
    fn values<'a, P: Param>(from: Vec<&P>, to: Vec<&'a P>) -> Vec<(&'a P, f32)> {
        let from = from.into_iter().map(P::unmodulated_normalized_value);
        to.into_iter().zip(from).collect()
    }
    let (mut stepped, mut continuous, mut polarity) = (Vec::new(), Vec::new(), Vec::new());
    for (from, to) in ways {
        stepped.extend(values(from.stepped(), to.stepped()));
        continuous.extend(values(from.continuous(), to.continuous()));
        polarity.extend(values(vec![&from.polarity], vec![&to.polarity]));
    }
    host.set_all(stepped);
    host.set_all(continuous);
    host.set_all(polarity);
}
