//! The line at the bottom: values with units, and what went wrong.

use crate::editor::app::Look;
use crate::editor::chooser::item;
use crate::editor::chooser::menu_button;
use crate::editor::chooser::menu_spacing;
use crate::editor::label::line;
use crate::editor::theme;
use crate::meters::Readings;
use crate::params::LoadlineParams;
use crate::params::WindowSize;
use crate::params::library;
use crate::units::text;
use crate::units::v_full_scale;
use egui::Id;
use egui::Popup;
use egui::Rect;
use egui::RectAlign;
use egui::Ui;
use egui::ViewportCommand;
use egui::vec2;

const MIDDLE: f32 = 536.0;
const SCALES_PERCENT: [u16; 8] = [50, 75, 100, 125, 150, 200, 250, 300];

pub fn show(ui: &mut Ui, look: &Look, params: &LoadlineParams, readings: &Readings) {
    let canvas = &look.canvas;
    let (facts, troubles) = (facts(params, readings), troubles(params, readings));
    let rect = canvas.rect(26.0, MIDDLE - 10.0, 900.0, 20.0);
    let (words, full, colour) = match &troubles[..] {
        [] => (facts.clone(), facts, theme::QUIET),
        [first, others @ ..] => {
            let more = match others.len() {
                0 => String::new(),
                n => format!("  (and {n} more)"),
            };
            let all = format!("{}\n\n{facts}", troubles.join("\n\n"));
            (format!("▲{more} {first}"), all, theme::ALERT)
        }
    };
    let style = (canvas.regular(12.5), colour);
    line(ui, canvas, "foot", rect, (&words, &full), style);
    scale_menu(ui, look);
}

fn facts(params: &LoadlineParams, readings: &Readings) -> String {
    let v_peak = text::si(
        v_full_scale(f64::from(params.global.calibration.value())),
        "V",
    );
    let mut facts = vec![format!("Full scale is {v_peak} peak at the source")];
    if readings.sample_rate > 0.0 {
        let ms = 1e3 * readings.latency_samples as f32 / readings.sample_rate;
        facts.push(format!(
            "Latency {} samples, {ms:.2} ms",
            readings.latency_samples
        ));
        facts.push(format!("{} kHz", readings.sample_rate / 1e3));
    }
    if readings.misses > 0 {
        facts.push(format!("Solver misses {}", readings.misses));
    }
    facts.join("   ·   ")
}

/// What went wrong, the gravest first: the rig, the sound, the state, the user's own decks.
fn troubles(params: &LoadlineParams, readings: &Readings) -> Vec<String> {
    let kept = readings.trouble.as_ref();
    let kept = kept.map(|why| format!("Kept the old sound: {why}"));
    let count = readings.non_finite;
    let silenced = || format!("{count} samples were no finite numbers and were silenced");
    let mut all: Vec<String> = kept.into_iter().collect();
    all.extend((count > 0).then(silenced));
    all.extend(params.notice.text());
    all.extend_from_slice(library().troubles());
    all
}

/// The window's size in per cent of its design.
fn scale_menu(ui: &mut Ui, look: &Look) {
    let rect: Rect = look.canvas.rect(942.0, MIDDLE - 13.0, 74.0, 26.0);
    let text = format!("{:.0} %", 100.0 * look.canvas.scale);
    let response = menu_button(ui, &look.canvas, Id::unique("scale"), rect, &text);
    Popup::menu(&response)
        .align(RectAlign::TOP_START)
        .show(|ui| {
            menu_spacing(ui, &look.canvas, rect);
            for percent in SCALES_PERCENT {
                let label = format!("{percent} %");
                if item(ui, &response, label == text, label) {
                    let size = WindowSize::at_scale(f32::from(percent) / 100.0);
                    ui.send_viewport_cmd(ViewportCommand::InnerSize(vec2(size.width, size.height)));
                }
            }
        });
    response.on_hover_text("Size of this window; it is kept with the project");
}
