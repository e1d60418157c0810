//! A preset is named: its name, its category, its tags and what to listen for.

use crate::editor::buttons::button;
use crate::editor::label::elided;
use crate::editor::pane;
use crate::editor::presets::Presets;
use crate::editor::presets::Stage;
use crate::editor::presets::browser;
use crate::editor::presets::text_box::text_box;
use crate::editor::presets::written;
use crate::editor::theme;
use crate::rig::Preset;
use egui::Align2;
use egui::Ui;

/// What has been typed.
#[derive(Default)]
pub struct Form {
    name: String,
    category: String,
    /// Between commas.
    tags: String,
    listen: String,
}

const LEFT: f32 = browser::SPLIT + 16.0;
const WIDTH: f32 = pane::LEFT + pane::WIDTH - pane::MARGIN - LEFT;
const TOP: f32 = browser::TOP + 76.0;
const ROW: f32 = 56.0;
const BUTTONS: f32 = browser::BOTTOM - 40.0;

impl Form {
    /// Filled in as far as a preset goes that the rig was made from.
    pub fn of(preset: Option<&Preset>, name: &str) -> Self {
        let Some(preset) = preset else {
            return Self {
                name: name.to_owned(),
                ..Self::default()
            };
        };
        Self {
            name: format!("{} 2", preset.name),
            category: preset.category.clone(),
            tags: preset.tags.join(", "),
            listen: preset.listen.clone(),
        }
    }
}

/// Returns the form as long as it is open.
pub fn show(ui: &mut Ui, stage: &Stage, presets: &mut Presets, mut form: Form) -> Option<Form> {
    let (look, canvas) = (stage.look, &stage.look.canvas);
    let boxes = [
        ("Name", "My sound", &mut form.name),
        ("Category", "Guitar", &mut form.category),
        ("Tags", "tube, clean", &mut form.tags),
        ("Listen for", "What to listen for", &mut form.listen),
    ];
    for (n, (name, hint, text)) in boxes.into_iter().enumerate() {
        let y = TOP + ROW * n as f32;
        let (at, font) = (canvas.at(LEFT, y - 8.0), canvas.regular(12.0));
        ui.painter()
            .text(at, Align2::LEFT_CENTER, name, font, theme::QUIET);
        let rect = canvas.rect(LEFT, y, WIDTH, 30.0);
        text_box(ui, canvas, rect, name, hint, text);
    }
    if let Some(why) = &presets.trouble {
        let rect = canvas.rect(LEFT, TOP + 4.0 * ROW - 14.0, WIDTH, 44.0);
        elided(ui, rect, why, canvas.regular(12.0), theme::ALERT, 3);
    }
    let rect = |x: f32, width| canvas.rect(LEFT + x, BUTTONS, width, 28.0);
    let about = "Writes the preset into your folder";
    let is_confirmed = button(
        ui,
        look,
        rect(0.0, 110.0),
        "Save preset",
        about,
        Some(look.accent.colour),
    );
    let is_left = button(ui, look, rect(118.0, 70.0), "Cancel", "Saves nothing", None);
    if is_confirmed {
        let tags = form.tags.split(',').map(str::trim);
        let preset = Preset {
            name: form.name.trim().to_owned(),
            category: form.category.trim().to_owned(),
            listen: form.listen.trim().to_owned(),
            tags: tags
                .filter(|tag| !tag.is_empty())
                .map(str::to_owned)
                .collect(),
            ..written(stage)
        };
        return (!presets.keep(stage, &preset)).then_some(form);
    }
    if is_left {
        presets.trouble = None;
    }
    (!is_left).then_some(form)
}
