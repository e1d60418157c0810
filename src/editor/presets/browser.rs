//! The browser over the lower part of the panel: what to look for, the list, and the preset that is chosen.

use crate::editor::app::Look;
use crate::editor::buttons::button;
use crate::editor::pane;
use crate::editor::presets::Presets;
use crate::editor::presets::Stage;
use crate::editor::presets::detail;
use crate::editor::presets::form;
use crate::editor::presets::form::Form;
use crate::editor::presets::list;
use crate::editor::presets::text_box::text_box;
use crate::editor::theme;
use crate::rig::Wish;
use egui::Key;
use egui::Ui;

/// What an open browser keeps.
#[derive(Default)]
pub struct Browser {
    pub wish: Wish,
    /// Open where a preset is being named.
    pub form: Option<Form>,
    /// Name of the preset that the list was last brought to.
    pub seen: String,
    /// Name of the preset that is deleted when it is said once more.
    pub doomed: Option<String>,
}

pub const TOP: f32 = 76.0;
pub const BOTTOM: f32 = pane::TOP + pane::HEIGHT;
/// Between the list and what is said of one preset.
pub const SPLIT: f32 = 664.0;
/// Middle of the first line.
const HEAD: f32 = TOP + 26.0;

pub fn show(ui: &mut Ui, stage: &Stage, presets: &mut Presets) {
    let Some(mut browser) = presets.browser.take() else {
        return;
    };
    let canvas = &stage.look.canvas;
    let rect = canvas.rect(pane::LEFT, TOP, pane::WIDTH, BOTTOM - TOP);
    canvas.plate(ui.painter(), rect, 9.0, theme::CARD, theme::EDGE);
    let is_typing = ui.text_edit_focused();
    let is_left = head(ui, stage.look, &mut browser.wish)
        || (!is_typing && ui.input(|input| input.key_pressed(Key::Escape)));
    list::show(ui, stage, presets, &mut browser);
    match browser.form.take() {
        Some(form) => browser.form = form::show(ui, stage, presets, form),
        None => detail::show(ui, stage, presets, &mut browser),
    }
    // What was done may have opened it anew.
    let form = presets.browser.take().and_then(|opened| opened.form);
    browser.form = browser.form.or(form);
    if !is_left {
        presets.browser = Some(browser);
    }
}

/// What to look for; true where the browser is to be closed.
fn head(ui: &mut Ui, look: &Look, wish: &mut Wish) -> bool {
    let canvas = &look.canvas;
    let at = canvas.at(pane::LEFT + pane::MARGIN, HEAD);
    canvas.title(ui.painter(), at, "PRESETS");
    let rect = canvas.rect(130.0, HEAD - 15.0, 250.0, 30.0);
    text_box(
        ui,
        canvas,
        rect,
        "Search presets",
        "Search",
        &mut wish.words,
    );
    let lit = |is_on: bool| is_on.then_some(look.accent.colour);
    let about = "Shows the presets with a star only";
    let rect = canvas.rect(392.0, HEAD - 13.0, 84.0, 26.0);
    if button(
        ui,
        look,
        rect,
        "Favourites",
        about,
        lit(wish.only_favourites),
    ) {
        wish.only_favourites = !wish.only_favourites;
    }
    let about = "Shows the presets that you have saved only";
    let rect = canvas.rect(484.0, HEAD - 13.0, 64.0, 26.0);
    if button(ui, look, rect, "Yours", about, lit(wish.only_own)) {
        wish.only_own = !wish.only_own;
    }
    let rect = canvas.rect(938.0, HEAD - 13.0, 66.0, 26.0);
    button(ui, look, rect, "Close", "Back to the rig (Esc)", None)
}
