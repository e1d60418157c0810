//! The cabinet and its two microphones.

use crate::editor::chooser::chooser;
use crate::editor::knob::Knob;
use crate::editor::pane;
use crate::editor::pane::Shown;
use crate::editor::theme;
use crate::params::MicParams;
use crate::rig::CabinetModel;
use egui::Align2;
use egui::Ui;
use nice_plug::prelude::Param;

const MIDDLE: f32 = 392.0;
const RADIUS: f32 = 34.0;
const COLUMN: f32 = 101.0;
/// Left edges of the microphones.
const MICS: [f32; 2] = [pane::LEFT + pane::MARGIN, 700.0];
const MIX: f32 = pane::LEFT + pane::WIDTH / 2.0;
/// Middle of the microphones' names.
const NAMES: f32 = 276.0;

pub fn show(ui: &mut Ui, shown: &Shown) {
    let (canvas, cabinet) = (&shown.look.canvas, &shown.rig.cabinet);
    let (x, width, height) = pane::CHOICE;
    let rect = canvas.rect(x, pane::HEAD - height / 2.0, width, height);
    let about = "What a loudspeaker and its microphones make of the voltage across the load";
    chooser(ui, canvas, shown.host, &cabinet.model, rect, about);
    let place = usize::try_from(cabinet.model.unmodulated_plain_value()).unwrap_or(0);
    let has_no_mics = match CabinetModel::ALL.get(place) {
        Some(CabinetModel::None) => Some("No cabinet: the voltage across the load is heard."),
        Some(_) => None,
        None => Some("A response of your own brings its microphone with it."),
    };
    if let Some(why) = has_no_mics {
        let (at, font) = (canvas.at(MIX, MIDDLE), canvas.regular(13.0));
        ui.painter()
            .text(at, Align2::CENTER_CENTER, why, font, theme::QUIET);
        return;
    }
    let [first, second] = &cabinet.mics;
    show_mic(ui, shown, "Mic 1", first, MICS[0]);
    let mix = Knob::of(&cabinet.mix, "Mic 1 … Mic 2", RADIUS);
    mix.show(ui, shown.look, shown.host, (MIX, MIDDLE));
    show_mic(ui, shown, "Mic 2", second, MICS[1]);
}

fn show_mic(ui: &mut Ui, shown: &Shown, name: &str, mic: &MicParams, left: f32) {
    let canvas = &shown.look.canvas;
    let (at, font) = (canvas.at(left, NAMES), canvas.semi_bold(13.0));
    ui.painter()
        .text(at, Align2::LEFT_CENTER, name, font, theme::TEXT);
    let rect = canvas.rect(left + 56.0, NAMES - 14.0, 3.0 * COLUMN - 56.0, 28.0);
    let about = format!("{name}: what kind of microphone stands there");
    chooser(ui, canvas, shown.host, &mic.kind, rect, &about);
    let knobs = [
        (&mic.distance, "Distance"),
        (&mic.angle, "Angle"),
        (&mic.offset, "Offset"),
    ];
    for (column, (param, label)) in knobs.into_iter().enumerate() {
        let x = left + COLUMN * (column as f32 + 0.5);
        Knob::of(param, label, RADIUS).show(ui, shown.look, shown.host, (x, MIDDLE));
    }
}
