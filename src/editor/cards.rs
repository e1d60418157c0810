//! The shown rig, block by block, joined by the signal.

use crate::editor::app::Look;
use crate::editor::chooser::chooser;
use crate::editor::control::Host;
use crate::editor::knob::Knob;
use crate::editor::meter::Meter;
use crate::editor::theme;
use crate::meters::Ballistics;
use crate::params::RigParams;
use crate::params::library;
use crate::rig::Slot;
use egui::Shape;
use egui::Ui;
use egui::vec2;

const TOP: f32 = 84.0;
const HEIGHT: f32 = 284.0;
/// Height of the knobs, and at which the signal passes from card to card.
const WIRE: f32 = 262.0;
/// Left edges and widths.
const SOURCE: (f32, f32) = (24.0, 236.0);
const PREAMP: (f32, f32) = (288.0, 490.0);
const OUTPUT: (f32, f32) = (806.0, 210.0);

/// Radii of knobs.
const SMALL: f32 = 32.0;
const LARGE: f32 = 44.0;

const PICKUP_BRINGS_ITS_OWN: &str =
    "A pickup brings its own impedance; only the line source has one to set.";

pub fn show(
    ui: &mut Ui,
    look: &Look,
    host: &Host,
    rig: &RigParams,
    input: &mut [Ballistics; 2],
    output: &mut [Ballistics; 2],
) {
    wires(ui, look);
    for (name, (x, width)) in [("SOURCE", SOURCE), ("PREAMP", PREAMP), ("OUTPUT", OUTPUT)] {
        card(ui, look, name, x, width);
    }
    source(ui, look, host, rig, input);
    preamp(ui, look, host, rig);
    out(ui, look, host, rig, output);
}

/// The signal's path, with an arrow head where it enters a card.
fn wires(ui: &Ui, look: &Look) {
    let canvas = &look.canvas;
    let stroke = canvas.stroke(2.0, look.accent.colour);
    let ends = [
        (0.0, SOURCE.0),
        (SOURCE.0 + SOURCE.1, PREAMP.0),
        (PREAMP.0 + PREAMP.1, OUTPUT.0),
        (OUTPUT.0 + OUTPUT.1, 1040.0),
    ];
    for (from, to) in ends {
        let tip = canvas.at(to, WIRE);
        ui.painter()
            .line_segment([canvas.at(from, WIRE), tip], stroke);
        let back = vec2(-6.0, 5.0) * canvas.scale;
        let head = vec![tip + back, tip, tip + vec2(back.x, -back.y)];
        ui.painter().add(Shape::line(head, stroke));
    }
}

fn card(ui: &Ui, look: &Look, name: &str, x: f32, width: f32) {
    let canvas = &look.canvas;
    canvas.plate(
        ui.painter(),
        canvas.rect(x, TOP, width, HEIGHT),
        9.0,
        theme::CARD,
        theme::EDGE,
    );
    let stripe = canvas.rect(x + 16.0, TOP + 16.0, 3.0, 12.0);
    ui.painter().rect_filled(stripe, 0.0, look.accent.colour);
    canvas.title(ui.painter(), canvas.at(x + 27.0, TOP + 22.0), name);
}

fn source(ui: &mut Ui, look: &Look, host: &Host, rig: &RigParams, input: &mut [Ballistics; 2]) {
    let (canvas, (x, width)) = (&look.canvas, SOURCE);
    let about =
        "What drives the preamp: a line output, or a pickup with its coil, cable and impedance";
    chooser(
        ui,
        canvas,
        host,
        &rig.slot(Slot::Source).model,
        canvas.rect(x + 16.0, TOP + 40.0, width - 32.0, 30.0),
        about,
    );
    let meter = Meter {
        name: "In",
        x: x + 24.0,
        y: TOP + 124.0,
        height: 108.0,
        accent: look.accent,
    };
    meter.show(ui, canvas, input);
    Knob {
        param: rig.slot(Slot::Source).knob("z_source"),
        label: "Source Z",
        about: "Resistance in series with the source: what an output can't drive, the preamp's input takes away.",
        idle: (!has_knob(rig, Slot::Source, "z_source")).then_some(PICKUP_BRINGS_ITS_OWN),
        radius: SMALL,
        marks: 6,
    }
    .show(ui, canvas, host, look.accent, x + 160.0, WIRE);
}

fn preamp(ui: &mut Ui, look: &Look, host: &Host, rig: &RigParams) {
    let (canvas, (x, width)) = (&look.canvas, PREAMP);
    let about = "The circuit between source and output";
    chooser(
        ui,
        canvas,
        host,
        &rig.slot(Slot::Preamp).model,
        canvas.rect(x + 16.0, TOP + 40.0, width - 32.0, 30.0),
        about,
    );
    for between in [115.0, 226.0] {
        let line = canvas.stroke(1.0, theme::EDGE);
        ui.painter().vline(
            canvas.at(x + between, 0.0).x,
            canvas.rect(0.0, TOP + 96.0, 0.0, 164.0).y_range(),
            line,
        );
    }
    let knobs = [
        (
            rig.slot(Slot::Preamp).knob("z_in"),
            "Input Z",
            "Resistance across the preamp's input. Low values load the source: a pickup gets darker and weaker.",
            6,
            SMALL,
            60.0,
        ),
        (
            rig.slot(Slot::Preamp).knob("gain"),
            "Gain",
            "The gain pot, between two stages or in a feedback loop.",
            11,
            LARGE,
            170.0,
        ),
        (
            rig.slot(Slot::Preamp).knob("bass"),
            "Bass",
            "The tone stack's bass pot; its setting shifts the others, as in the circuit.",
            11,
            SMALL,
            284.0,
        ),
        (
            rig.slot(Slot::Preamp).knob("mid"),
            "Mid",
            "The tone stack's middle pot; without effect where the circuit has none.",
            11,
            SMALL,
            364.0,
        ),
        (
            rig.slot(Slot::Preamp).knob("treble"),
            "Treble",
            "The tone stack's treble pot.",
            11,
            SMALL,
            444.0,
        ),
    ];
    for (param, label, about, marks, radius, at) in knobs {
        Knob {
            param,
            label,
            about,
            idle: None,
            radius,
            marks,
        }
        .show(ui, canvas, host, look.accent, x + at, WIRE);
    }
}

fn out(ui: &mut Ui, look: &Look, host: &Host, rig: &RigParams, output: &mut [Ballistics; 2]) {
    let (canvas, (x, _)) = (&look.canvas, OUTPUT);
    Knob {
        param: &rig.trim,
        label: "Trim",
        about: "Level after the circuit, in this rig only. It changes no sound, only how loud it is.",
        idle: None,
        radius: SMALL,
        marks: 6,
    }
    .show(ui, canvas, host, look.accent, x + 62.0, WIRE);
    let meter = Meter {
        name: "Out",
        x: x + 138.0,
        y: TOP + 124.0,
        height: 108.0,
        accent: look.accent,
    };
    meter.show(ui, canvas, output);
}

/// Whether the loaded deck has this knob.
fn has_knob(rig: &RigParams, slot: Slot, id: &str) -> bool {
    let place = usize::try_from(rig.slot(slot).model.value()).unwrap_or(0);
    let library = library();
    let mut knobs = library.at(slot, place).annotations().knobs.iter();
    knobs.any(|knob| knob.id == id)
}
