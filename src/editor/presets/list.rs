//! The list of presets, category by category; a click makes the rig of one.

use crate::editor::label::elided;
use crate::editor::presets::Presets;
use crate::editor::presets::Stage;
use crate::editor::presets::browser;
use crate::editor::presets::browser::Browser;
use crate::editor::presets::icon;
use crate::editor::presets::icon::Icon;
use crate::editor::theme;
use crate::rig::Entry;
use egui::Align;
use egui::CursorIcon;
use egui::Id;
use egui::Rect;
use egui::RichText;
use egui::Role;
use egui::ScrollArea;
use egui::Sense;
use egui::Ui;
use egui::UiBuilder;
use egui::WidgetInfo;
use egui::pos2;
use egui::vec2;

const LEFT: f32 = 36.0;
const TOP: f32 = browser::TOP + 52.0;
const ROW: f32 = 40.0;

/// What was clicked in the list.
enum Clicked {
    Preset(String),
    Star(String),
}

pub fn show(ui: &mut Ui, stage: &Stage, presets: &mut Presets, browser: &mut Browser) {
    let canvas = &stage.look.canvas;
    let (width, height) = (browser::SPLIT - LEFT - 8.0, browser::BOTTOM - TOP - 8.0);
    let rect = canvas.rect(LEFT, TOP, width, height);
    let mut clicked = None;
    ui.scope_builder(UiBuilder::new().max_rect(rect), |ui| {
        ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 2.0 * canvas.scale;
            let mut category = "";
            let mut is_empty = true;
            let name = stage.name();
            let is_new = browser.seen != name;
            for entry in presets.collection.matching(&browser.wish) {
                is_empty = false;
                if !entry.preset.category.eq_ignore_ascii_case(category) {
                    category = &entry.preset.category;
                    heading(
                        ui,
                        stage,
                        if category.is_empty() {
                            "Other"
                        } else {
                            category
                        },
                    );
                }
                clicked =
                    row(ui, stage, entry, (entry.preset.name == name, is_new)).or(clicked.take());
            }
            if is_empty {
                heading(ui, stage, "Nothing like this is here");
            }
            troubles(ui, stage, presets);
            browser.seen = name;
        });
    });
    match clicked {
        Some(Clicked::Preset(name)) => presets.choose(stage, &name),
        Some(Clicked::Star(name)) => presets.toggle_favourite(stage, &name),
        None => {}
    }
}

fn heading(ui: &mut Ui, stage: &Stage, text: &str) {
    let canvas = &stage.look.canvas;
    ui.add_space(4.0 * canvas.scale);
    let text = RichText::new(text).font(canvas.semi_bold(12.0));
    ui.label(text.color(theme::QUIET));
}

/// Name and tags, and below them what to listen for. The list is brought to one that was chosen anew.
fn row(
    ui: &mut Ui,
    stage: &Stage,
    entry: &Entry,
    (is_chosen, is_new): (bool, bool),
) -> Option<Clicked> {
    let (canvas, preset) = (&stage.look.canvas, &entry.preset);
    let px = canvas.scale;
    let size = vec2(ui.available_width() - 8.0 * px, ROW * px);
    let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
    if is_chosen && is_new {
        ui.scroll_to_rect(rect, Some(Align::Center));
    }
    if !ui.is_rect_visible(rect) {
        return None;
    }
    let name = &preset.name;
    let text = rect.with_min_x(rect.left() + 34.0 * px);
    let id = Id::unique(("preset row", name, entry.file.is_some()));
    let response = ui
        .interact(text, id, Sense::click())
        .on_hover_cursor(CursorIcon::PointingHand);
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, is_chosen, name));
    if response.gained_focus() {
        // With its neighbours, so that the Tab key finds them.
        ui.scroll_to_rect(rect.expand2(vec2(0.0, rect.height())), None);
    }
    let fill = match (is_chosen, response.hovered() || response.has_focus()) {
        (_, true) => theme::WELL_HOVERED,
        (true, false) => theme::WELL,
        (false, false) => theme::CARD,
    };
    ui.painter().rect_filled(rect, canvas.corner(5.0), fill);
    if is_chosen {
        let mark = Rect::from_min_size(rect.left_top(), vec2(3.0 * px, rect.height()));
        ui.painter()
            .rect_filled(mark, 0.0, stage.look.accent.colour);
    }
    let is_full = entry.is_favourite;
    let star = Rect::from_center_size(
        pos2(rect.left() + 19.0 * px, rect.center().y),
        vec2(24.0, 24.0) * px,
    );
    let told = format!("Favourite: {name}");
    let star = icon::bare(
        ui,
        stage.look,
        star,
        Icon::Star { is_full },
        id.with("star"),
        &told,
    );

    let line = |from: f32, to: f32, y: f32| {
        let left = text.left() + from * text.width();
        let right = text.left() + to * text.width() - 6.0 * px;
        Rect::from_x_y_ranges(
            left..=right,
            rect.top() + y * px..=rect.top() + (y + 16.0) * px,
        )
    };
    let own = if entry.file.is_some() {
        "yours  ·  "
    } else {
        ""
    };
    let tags = format!("{own}{}", preset.tags.join(", "));
    elided(
        ui,
        line(0.0, 0.52, 4.0),
        name,
        canvas.semi_bold(13.0),
        theme::TEXT,
        1,
    );
    elided(
        ui,
        line(0.52, 1.0, 4.0),
        &tags,
        canvas.regular(11.5),
        theme::QUIET,
        1,
    );
    elided(
        ui,
        line(0.0, 1.0, 21.0),
        &preset.listen,
        canvas.regular(12.0),
        theme::QUIET,
        1,
    );
    if star.clicked() {
        Some(Clicked::Star(name.clone()))
    } else {
        response.clicked().then(|| Clicked::Preset(name.clone()))
    }
}

/// Files of the user's that are no presets, and why.
fn troubles(ui: &mut Ui, stage: &Stage, presets: &Presets) {
    let troubles = presets.collection.troubles();
    if !troubles.is_empty() {
        heading(ui, stage, "Can't be used");
    }
    for trouble in troubles {
        let text = RichText::new(trouble.to_string()).font(stage.look.canvas.regular(12.0));
        ui.label(text.color(theme::ALERT));
    }
}
