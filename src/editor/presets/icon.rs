//! Buttons without words: arrows and a star.

use crate::editor::app::Look;
use crate::editor::theme;
use egui::Color32;
use egui::CursorIcon;
use egui::Id;
use egui::Painter;
use egui::Pos2;
use egui::Rect;
use egui::Response;
use egui::Role;
use egui::Sense;
use egui::Shape;
use egui::Ui;
use egui::WidgetInfo;
use egui::vec2;
use std::f32::consts::TAU;

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Icon {
    Previous,
    Next,
    Star { is_full: bool },
}

/// A push button; `name` is what it is called for those who can't see it.
pub fn icon_button(ui: &Ui, look: &Look, rect: Rect, icon: Icon, name: &str) -> bool {
    let response = bare(ui, look, rect, icon, Id::unique(("icon", name)), name);
    let clicked = response.clicked();
    response.on_hover_text(name);
    clicked
}

/// The same under an id of the caller's, without a text under the pointer.
pub fn bare(ui: &Ui, look: &Look, rect: Rect, icon: Icon, id: Id, name: &str) -> Response {
    let canvas = &look.canvas;
    let response = ui
        .interact(rect, id, Sense::click())
        .on_hover_cursor(CursorIcon::PointingHand);
    let is_on = icon == Icon::Star { is_full: true };
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, is_on, name));
    let is_star = matches!(icon, Icon::Star { .. });
    if response.hovered() || response.has_focus() {
        canvas.plate(ui.painter(), rect, 5.0, theme::WELL_HOVERED, theme::EDGE);
    } else if !is_star {
        canvas.plate(ui.painter(), rect, 5.0, theme::WELL, theme::EDGE);
    }
    let (at, px) = (rect.center(), canvas.scale);
    match icon {
        Icon::Previous => triangle(ui.painter(), at, -5.0 * px),
        Icon::Next => triangle(ui.painter(), at, 5.0 * px),
        Icon::Star { is_full } => {
            let stroke = canvas.stroke(
                1.4,
                if is_full {
                    look.accent.colour
                } else {
                    theme::QUIET
                },
            );
            let points = star(at, 7.5 * px);
            if is_full {
                // Two pieces without a dent, since the painter fills no others.
                for n in 0..5 {
                    let tip = [9, 0, 1].map(|step| points[(2 * n + step) % 10]);
                    let part = vec![tip[0], tip[1], tip[2], at];
                    let shape = Shape::convex_polygon(part, look.accent.colour, stroke);
                    ui.painter().add(shape);
                }
            } else {
                ui.painter().add(Shape::closed_line(points, stroke));
            }
        }
    }
    response
}

fn triangle(painter: &Painter, at: Pos2, reach: f32) {
    let back = at - vec2(0.6 * reach, 0.0);
    let points = vec![
        at + vec2(reach, 0.0),
        back + vec2(0.0, reach.abs()),
        back - vec2(0.0, reach.abs()),
    ];
    painter.add(Shape::convex_polygon(
        points,
        theme::TEXT,
        (0.0, Color32::TRANSPARENT),
    ));
}

/// Ten corners, the first at the top, every other one inside.
fn star(at: Pos2, radius: f32) -> Vec<Pos2> {
    let corner = |n: usize| {
        let angle = TAU * (n as f32 / 10.0 - 0.25);
        let radius = if n.is_multiple_of(2) {
            radius
        } else {
            0.42 * radius
        };
        at + vec2(angle.cos(), angle.sin()) * radius
    };
    (0..10).map(corner).collect()
}
