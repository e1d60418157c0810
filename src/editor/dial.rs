//! How a knob looks.

use crate::editor::canvas::Canvas;
use crate::editor::theme;
use crate::editor::theme::Accent;
use crate::editor::theme::Mark;
use egui::Color32;
use egui::Painter;
use egui::Pos2;
use egui::Rect;
use egui::Shape;
use egui::Stroke;
use egui::Vec2;
use egui::vec2;

/// From 7 o'clock to 5 o'clock, as pots turn.
const SWEEP_DEGREES: f32 = 300.0;
/// Lines around it, 0 to 10.
const MARKS: usize = 11;

pub struct Dial {
    pub centre: Pos2,
    pub radius: f32,
    /// 0 to 1.
    pub rotation: f32,
    /// Where the host's modulation has it.
    pub modulated: f32,
    pub raised: bool,
    pub accent: Accent,
}

pub fn paint(painter: &Painter, canvas: &Canvas, dial: &Dial) {
    let r = dial.radius * canvas.scale;
    let px = canvas.scale;
    for mark in 0..MARKS {
        let along = direction(mark as f32 / (MARKS - 1) as f32);
        let ends = [
            dial.centre + along * (r + 4.0 * px),
            dial.centre + along * (r + 7.5 * px),
        ];
        painter.line_segment(ends, canvas.stroke(1.0, theme::TRACK));
    }
    arc(
        painter,
        dial.centre,
        r - 1.5 * px,
        0.0,
        1.0,
        canvas.stroke(3.0, theme::TRACK),
    );
    arc(
        painter,
        dial.centre,
        r - 1.5 * px,
        0.0,
        dial.rotation,
        canvas.stroke(3.0, dial.accent.colour),
    );

    let face = r - 7.0 * px;
    let fill = if dial.raised {
        theme::WELL_HOVERED
    } else {
        theme::WELL
    };
    painter.circle(dial.centre, face, fill, canvas.stroke(1.0, theme::EDGE));

    let along = direction(dial.rotation);
    let pointer = [
        dial.centre + along * (face * 0.35),
        dial.centre + along * (face - 4.0 * px),
    ];
    painter.line_segment(pointer, canvas.stroke(2.5, theme::TEXT));
    mark(
        painter,
        dial.centre + along * (r - 1.5 * px),
        3.8 * px,
        dial.accent,
    );

    if (dial.modulated - dial.rotation).abs() > 1e-3 {
        let at = dial.centre + direction(dial.modulated) * (r - 1.5 * px);
        painter.circle_stroke(at, 4.5 * px, canvas.stroke(1.5, theme::TEXT));
    }
}

/// The rig's own shape: a disc for A, a square for B.
pub fn mark(painter: &Painter, at: Pos2, radius: f32, accent: Accent) {
    match accent.mark {
        Mark::Disc => painter.circle_filled(at, radius, accent.colour),
        Mark::Square => {
            let square = Rect::from_center_size(at, Vec2::splat(1.8 * radius));
            painter.rect_filled(square, 0.0, accent.colour)
        }
    };
}

/// From the centre towards a rotation.
fn direction(rotation: f32) -> Vec2 {
    let (sin, cos) = ((rotation - 0.5) * SWEEP_DEGREES).to_radians().sin_cos();
    vec2(sin, -cos)
}

fn arc(painter: &Painter, centre: Pos2, radius: f32, from: f32, to: f32, stroke: Stroke) {
    if to - from < 1e-3 || stroke.color == Color32::TRANSPARENT {
        return;
    }
    let steps = ((to - from) * 64.0).ceil() as usize;
    let step = (to - from) / steps as f32;
    let points = (0..=steps)
        .map(|i| centre + direction(from + i as f32 * step) * radius)
        .collect();
    painter.add(Shape::line(points, stroke));
}
