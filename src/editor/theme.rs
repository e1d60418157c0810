//! Colours, fonts and the shapes that tell the two rigs apart.

use crate::params::Active;
use egui::Color32;
use egui::CornerRadius;
use egui::FontData;
use egui::FontDefinitions;
use egui::FontFamily;
use egui::FontId;
use egui::Margin;
use egui::Stroke;
use egui::Style;
use egui::TextStyle;
use egui::Vec2;
use egui::Visuals;
use std::sync::Arc;

pub const CANVAS: Color32 = Color32::from_rgb(0x14, 0x16, 0x19);
pub const CARD: Color32 = Color32::from_rgb(0x1c, 0x1f, 0x24);
pub const EDGE: Color32 = Color32::from_rgb(0x2c, 0x31, 0x38);
/// Fields, tracks and the faces of knobs.
pub const WELL: Color32 = Color32::from_rgb(0x26, 0x2a, 0x31);
pub const WELL_HOVERED: Color32 = Color32::from_rgb(0x31, 0x36, 0x3f);
pub const TRACK: Color32 = Color32::from_rgb(0x3a, 0x40, 0x49);
/// 14:1 on a card.
pub const TEXT: Color32 = Color32::from_rgb(0xe9, 0xeb, 0xee);
/// 7:1 on a card.
pub const QUIET: Color32 = Color32::from_rgb(0xa2, 0xaa, 0xb4);
pub const ALERT: Color32 = Color32::from_rgb(0xff, 0x7a, 0x70);

/// Opacity of what has no effect at the moment.
pub const DIMMED: f32 = 0.38;

const SEMI_BOLD: &str = "semi-bold";

/// A rig's colour and its mark, so that colour is never the only difference.
#[derive(Clone, Copy)]
pub struct Accent {
    pub colour: Color32,
    pub mark: Mark,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    Disc,
    Square,
}

impl Accent {
    pub const fn of(active: Active) -> Self {
        match active {
            Active::A => Self {
                colour: Color32::from_rgb(0xf5, 0xa6, 0x4c),
                mark: Mark::Disc,
            },
            Active::B => Self {
                colour: Color32::from_rgb(0x55, 0xb0, 0xff),
                mark: Mark::Square,
            },
        }
    }
}

/// The embedded fonts; the framework brings none.
pub fn fonts() -> FontDefinitions {
    let mut fonts = FontDefinitions::empty();
    let regular = include_bytes!("../../plugin-assets/fonts/Inter-Regular.otf");
    let semi_bold = include_bytes!("../../plugin-assets/fonts/Inter-SemiBold.otf");
    fonts
        .font_data
        .insert("regular".into(), Arc::new(FontData::from_static(regular)));
    fonts
        .font_data
        .insert(SEMI_BOLD.into(), Arc::new(FontData::from_static(semi_bold)));
    for family in [FontFamily::Proportional, FontFamily::Monospace] {
        fonts.families.insert(family, vec!["regular".into()]);
    }
    fonts
        .families
        .insert(FontFamily::Name(SEMI_BOLD.into()), vec![SEMI_BOLD.into()]);
    fonts
}

pub fn regular(size: f32) -> FontId {
    FontId::proportional(size)
}

pub fn semi_bold(size: f32) -> FontId {
    FontId::new(size, FontFamily::Name(SEMI_BOLD.into()))
}

/// The style of what the framework draws itself: menus, tooltips and text boxes.
pub fn restyle(style: &mut Style, scale: f32, accent: Color32) {
    style.text_styles = [
        (TextStyle::Small, regular(11.0 * scale)),
        (TextStyle::Body, regular(13.0 * scale)),
        (TextStyle::Button, regular(13.0 * scale)),
        (TextStyle::Heading, semi_bold(15.0 * scale)),
        (TextStyle::Monospace, regular(13.0 * scale)),
    ]
    .into();
    style.spacing.item_spacing = Vec2::new(8.0, 4.0) * scale;
    style.spacing.button_padding = Vec2::new(8.0, 4.0) * scale;
    style.spacing.menu_margin = Margin::same((6.0 * scale) as i8);
    style.spacing.interact_size = Vec2::new(40.0, 22.0) * scale;
    style.spacing.tooltip_width = 300.0 * scale;
    style.interaction.tooltip_delay = 0.6;
    style.interaction.selectable_labels = false;
    style.visuals = visuals(accent);
}

fn visuals(accent: Color32) -> Visuals {
    let mut visuals = Visuals::dark();
    visuals.override_text_color = Some(TEXT);
    visuals.panel_fill = CANVAS;
    visuals.window_fill = WELL;
    visuals.window_stroke = Stroke::new(1.0, TRACK);
    visuals.menu_corner_radius = CornerRadius::same(6);
    visuals.extreme_bg_color = CANVAS;
    visuals.selection.bg_fill = accent.gamma_multiply(0.35);
    visuals.selection.stroke = Stroke::new(1.0, TEXT);
    visuals.widgets.hovered.bg_fill = WELL_HOVERED;
    visuals.widgets.hovered.weak_bg_fill = WELL_HOVERED;
    visuals
}
