//! A choice among names: the chosen one in a box, the others in a menu.

use crate::editor::canvas::Canvas;
use crate::editor::control::Host;
use crate::editor::label::elided;
use crate::editor::menu::Group;
use crate::editor::theme;
use crate::params::EMPTY;
use egui::Id;
use egui::Popup;
use egui::Rect;
use egui::Response;
use egui::RichText;
use egui::Role;
use egui::ScrollArea;
use egui::Sense;
use egui::Shape;
use egui::Ui;
use egui::WidgetInfo;
use egui::vec2;
use nice_plug::prelude::Param;

/// Menus scroll from here on, in the panel's units.
const MENU_HEIGHT: f32 = 280.0;

/// Lets the user choose among the texts of a stepped parameter; the step that was chosen anew.
pub fn chooser<P: Param>(
    ui: &mut Ui,
    canvas: &Canvas,
    host: &Host,
    param: &P,
    rect: Rect,
    about: &str,
) -> Option<usize> {
    let last = param.step_count().unwrap_or(0);
    let normalized = |step: usize| step as f32 / last.max(1) as f32;
    let all = || {
        let texts = (0..=last).map(|step| {
            let text = param.normalized_value_to_string(normalized(step), true);
            (step, text)
        });
        vec![Group {
            heading: String::new(),
            items: texts.filter(|(_, text)| !text.starts_with(EMPTY)).collect(),
        }]
    };
    let step = choose(ui, canvas, param, rect, about, all)?;
    host.set(param, normalized(step));
    Some(step)
}

/// A box with the parameter's text and a menu of `groups`; the place that was clicked.
pub fn choose<P: Param>(
    ui: &mut Ui,
    canvas: &Canvas,
    param: &P,
    rect: Rect,
    about: &str,
    groups: impl FnOnce() -> Vec<Group>,
) -> Option<usize> {
    let chosen = param.unmodulated_normalized_value();
    let text = param.normalized_value_to_string(chosen, true);
    let id = Id::unique(("choice", param.name()));
    let response = menu_button(ui, canvas, id, rect, &text);
    response.widget_info(|| {
        WidgetInfo::labeled(Role::ComboBox, true, format!("{}, {text}", param.name()))
    });
    let last = param.step_count().unwrap_or(0);
    let now = (chosen * last as f32).round() as usize;
    let mut clicked = None;
    Popup::menu(&response).gap(2.0 * canvas.scale).show(|ui| {
        menu_spacing(ui, canvas, rect);
        let area = ScrollArea::vertical().max_height(MENU_HEIGHT * canvas.scale);
        area.show(ui, |ui| {
            for group in groups() {
                if !group.heading.is_empty() {
                    let heading = RichText::new(&group.heading).font(canvas.semi_bold(12.0));
                    ui.label(heading.color(theme::QUIET));
                }
                for (place, name) in group.items {
                    if item(ui, &response, place == now, name) {
                        clicked = Some(place);
                    }
                }
            }
        });
    });
    response.on_hover_text(format!("{text}\n{about}"));
    clicked.filter(|place| *place != now)
}

/// An item of the menu under `owner`: choosing it closes the menu, and the keyboard's focus goes back to where it was.
pub fn item(ui: &mut Ui, owner: &Response, is_chosen: bool, text: String) -> bool {
    let response = ui.selectable_label(is_chosen, text);
    if response.gained_focus() {
        response.scroll_to_me(None);
    }
    if !response.clicked() {
        return false;
    }
    if response.has_focus() {
        owner.request_focus();
    }
    ui.close();
    true
}

/// Makes a menu as wide as its box, with items that can be hit.
pub fn menu_spacing(ui: &mut Ui, canvas: &Canvas, rect: Rect) {
    ui.spacing_mut().button_padding = vec2(7.0, 4.0) * canvas.scale;
    ui.set_min_width(rect.width() - ui.spacing().menu_margin.sum().x);
}

/// A box with text and a downward arrow; what opens under it is the caller's.
pub fn menu_button(ui: &Ui, canvas: &Canvas, id: Id, rect: Rect, text: &str) -> Response {
    let response = ui.interact(rect, id, Sense::click());
    let fill = if response.hovered() {
        theme::WELL_HOVERED
    } else {
        theme::WELL
    };
    canvas.plate(ui.painter(), rect, 5.0, fill, theme::EDGE);
    let px = canvas.scale;
    let inside = rect
        .with_min_x(rect.left() + 10.0 * px)
        .with_max_x(rect.right() - 22.0 * px);
    elided(ui, inside, text, canvas.regular(13.0), theme::TEXT, 1);
    let tip = rect.right_center() - vec2(13.0, -2.5) * px;
    let arrow = vec![tip - vec2(4.0, 4.5) * px, tip, tip - vec2(-4.0, 4.5) * px];
    ui.painter()
        .add(Shape::line(arrow, canvas.stroke(1.6, theme::QUIET)));
    response
}
