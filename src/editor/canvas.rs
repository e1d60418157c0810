//! The panel is drawn in its own units, 1 = one pixel at 100 %, and fitted into whatever window there is.

use crate::editor::theme;
use crate::params::BASE_SIZE;
use crate::params::SCALE_RANGE;
use egui::Align2;
use egui::Color32;
use egui::CornerRadius;
use egui::FontId;
use egui::Painter;
use egui::Pos2;
use egui::Rect;
use egui::Stroke;
use egui::StrokeKind;
use egui::Vec2;
use egui::vec2;

/// Where the panel lies in the window.
#[derive(Clone, Copy)]
pub struct Canvas {
    origin: Pos2,
    pub scale: f32,
}

impl Canvas {
    /// As large as fits, in the middle.
    pub fn fit(window: Rect) -> Self {
        let base = vec2(BASE_SIZE.0, BASE_SIZE.1);
        let fits = (window.width() / base.x).min(window.height() / base.y);
        let scale = fits.clamp(SCALE_RANGE.0, SCALE_RANGE.1);
        let margin = ((window.size() - base * scale) / 2.0).max(Vec2::ZERO);
        Self {
            origin: window.min + margin,
            scale,
        }
    }

    /// The same, with its top so much lower.
    pub fn lowered(self, y: f32) -> Self {
        Self {
            origin: self.at(0.0, y),
            ..self
        }
    }

    pub fn at(&self, x: f32, y: f32) -> Pos2 {
        self.origin + vec2(x, y) * self.scale
    }

    pub fn rect(&self, x: f32, y: f32, width: f32, height: f32) -> Rect {
        Rect::from_min_size(self.at(x, y), vec2(width, height) * self.scale)
    }

    pub fn around(&self, x: f32, y: f32, width: f32, height: f32) -> Rect {
        Rect::from_center_size(self.at(x, y), vec2(width, height) * self.scale)
    }

    pub fn stroke(&self, width: f32, colour: Color32) -> Stroke {
        Stroke::new(width * self.scale, colour)
    }

    pub fn corner(&self, radius: f32) -> CornerRadius {
        CornerRadius::same((radius * self.scale).round().min(255.0) as u8)
    }

    pub fn regular(&self, size: f32) -> FontId {
        theme::regular(size * self.scale)
    }

    pub fn semi_bold(&self, size: f32) -> FontId {
        theme::semi_bold(size * self.scale)
    }

    /// A filled box with a fine edge.
    pub fn plate(&self, painter: &Painter, rect: Rect, radius: f32, fill: Color32, edge: Color32) {
        painter.rect(
            rect,
            self.corner(radius),
            fill,
            self.stroke(1.0, edge),
            StrokeKind::Inside,
        );
    }

    /// A small title in capitals, spread a little.
    pub fn title(&self, painter: &Painter, pos: Pos2, text: &str) {
        let mut at = pos;
        for letter in text.chars() {
            let drawn = painter.text(
                at,
                Align2::LEFT_CENTER,
                letter,
                self.semi_bold(11.5),
                theme::QUIET,
            );
            at.x = drawn.right() + 1.2 * self.scale;
        }
    }
}
