//! Between a pointer and a host parameter: every change lies between a begin and an end.

use crate::editor::touch::Touch;
use egui::Event;
use egui::EventFilter;
use egui::Id;
use egui::Key;
use egui::MouseWheelUnit;
use egui::Response;
use egui::Ui;
use nice_plug::context::gui::GuiContext;
use nice_plug::prelude::Param;
use std::cell::Cell;
use std::time::Duration;

/// The host's side of the panel.
pub struct Host {
    context: GuiContext,
    /// Whether a gesture was open in this frame.
    touched: Cell<bool>,
    /// Whether a setting of a rig was changed by hand.
    changed: Cell<bool>,
}

impl Host {
    pub fn new(context: GuiContext) -> Self {
        Self {
            context,
            touched: Cell::new(false),
            changed: Cell::new(false),
        }
    }

    /// One whole gesture.
    pub fn set<P: Param>(&self, param: &P, normalized: f32) {
        self.changed.set(true);
        self.choose(param, normalized);
    }

    /// One whole gesture that leaves the rigs as they are.
    pub fn choose<P: Param>(&self, param: &P, normalized: f32) {
        let setter = self.context.param_setter();
        setter.begin_set_parameter(param);
        setter.set_parameter_normalized(param, normalized);
        setter.end_set_parameter(param);
    }

    /// One gesture for each parameter that is elsewhere.
    pub fn set_all<'a, P: Param + 'a>(&self, values: impl IntoIterator<Item = (&'a P, f32)>) {
        for (param, normalized) in values {
            if param.unmodulated_normalized_value() != normalized {
                self.set(param, normalized);
            }
        }
    }

    /// Whether a gesture was open since this was asked last.
    pub fn take_touched(&self) -> bool {
        self.touched.take()
    }

    /// Whether a setting of a rig was changed by hand since this was asked last.
    pub fn take_changed(&self) -> bool {
        self.changed.take()
    }
}

/// A parameter under the pointer.
pub struct Control<'a, P: Param> {
    pub host: &'a Host,
    pub param: &'a P,
    /// Normalized value that a double click brings back.
    pub rest: f32,
    pub id: Id,
}

impl<P: Param> Control<'_, P> {
    /// Does what the pointer asks: drag, Shift for fine, double or Ctrl click for the default, wheel; and the arrow
    /// keys of a knob that has the focus. Returns the rotation to draw, 0 to 1.
    pub fn follow(&self, ui: &Ui, response: &Response, scale: f32) -> f32 {
        let key = self.id.with("touch");
        let setter = self.host.context.param_setter();
        let (fine, command, now_s) = ui.input(|i| (i.modifiers.shift, i.modifiers.command, i.time));
        let before: Option<Touch> = ui.data(|data| data.get_temp(key));
        let mut touch = before;
        let start = self.param.unmodulated_normalized_value();

        if response.drag_started() {
            touch = Some(Touch::drag(touch.map_or(start, |touch| touch.value)));
        } else if let notches = notches(ui, response) + pressed(ui, response)
            && notches != 0.0
        {
            let turned = touch.get_or_insert(Touch::wheel(start, now_s));
            turned.notched(notches, fine, now_s);
        }
        if response.dragged()
            && let Some(touch) = &mut touch
        {
            touch.moved(-response.drag_delta().y / scale, fine);
        }

        if let Some(now) = touch {
            if before.is_none() {
                setter.begin_set_parameter(self.param);
            }
            if before.map_or(start, |before| before.value) != now.value {
                setter.set_parameter_normalized(self.param, now.value);
                self.host.changed.set(true);
            }
            if response.drag_stopped() || now.is_over(now_s) {
                setter.end_set_parameter(self.param);
                touch = None;
            } else if let Some(ends_s) = now.ends_s {
                ui.request_repaint_after(Duration::from_secs_f64((ends_s - now_s).max(0.0)));
            }
        } else if response.double_clicked() || (response.clicked() && command) {
            self.host.set(self.param, self.rest);
        }

        self.host
            .touched
            .set(self.host.touched.get() || touch.is_some());
        ui.data_mut(|data| match touch {
            Some(touch) => drop(data.insert_temp(key, touch)),
            None => data.remove::<Touch>(key),
        });
        touch.map_or(start, |touch| touch.value)
    }

    /// The value as text at a rotation, with its unit.
    pub fn text(&self, rotation: f32) -> String {
        self.param.normalized_value_to_string(rotation, true)
    }
}

/// Notches of the wheel over the widget since the last frame, up is positive.
fn notches(ui: &Ui, response: &Response) -> f32 {
    if !response.hovered() {
        return 0.0;
    }
    let notch = |event: &Event| match event {
        Event::MouseWheel {
            unit: MouseWheelUnit::Point,
            delta,
            ..
        } => delta.y / 50.0,
        Event::MouseWheel { delta, .. } => delta.y,
        _ => 0.0,
    };
    ui.input(|i| i.events.iter().map(notch).sum())
}

/// Notches that the arrow keys ask for, up and right are positive. They are the widget's while it has the focus.
fn pressed(ui: &Ui, response: &Response) -> f32 {
    if !response.has_focus() {
        return 0.0;
    }
    let arrows = EventFilter {
        horizontal_arrows: true,
        vertical_arrows: true,
        ..EventFilter::default()
    };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, arrows));
    let count = |key| ui.input(|i| i.num_presses(key)) as f32;
    let (up, down) = (count(Key::ArrowUp), count(Key::ArrowDown));
    let (right, left) = (count(Key::ArrowRight), count(Key::ArrowLeft));
    up + right - down - left
}
