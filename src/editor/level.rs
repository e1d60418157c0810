//! Equal loudness: the button that measures, and what it has found.

use crate::editor::buttons::button;
use crate::editor::comparing::Bar;
use crate::editor::label::elided;
use crate::editor::theme;
use crate::meters::LevelMatch;
use crate::params::LoadlineParams;
use crate::rig::RigControls;
use crate::rig::Side;
use crate::rig::ranges;
use egui::Id;
use egui::Rect;
use egui::Role;
use egui::Sense;
use egui::Ui;
use egui::WidgetInfo;

const ABOUT: &str = "Make both rigs equally loud on what is played: gated loudness after ITU-R BS.1770, behind the \
                     trims. The rig that is heard stays as it is. The gain follows until it stands still for three \
                     seconds and is then frozen, so that automation still moves the level; a click takes what has \
                     been found so far.";

/// What the panel knows of the match.
#[derive(Default)]
pub struct Level {
    /// Settings that the gain was found for.
    found_for: Option<[RigControls; 2]>,
    /// What the last measurement came to.
    last: Option<LevelMatch>,
    was_measuring: bool,
    /// Said in the place of the gain until something is pressed.
    pub note: Option<String>,
}

impl Level {
    /// Begins to measure; `reference` stays as it is.
    pub fn measure(&mut self, params: &LoadlineParams, reference: Side) {
        params.comparing.measure(reference);
        (self.note, self.last, self.was_measuring) = (None, None, true);
    }

    /// Takes what has been found so far.
    pub fn freeze(&mut self, params: &LoadlineParams) {
        if params.comparing.is_measuring() {
            params.comparing.freeze();
            self.ended(params);
        }
    }

    /// Whether the gain is that of the settings as they are.
    pub fn is_in_force(&self, params: &LoadlineParams) -> bool {
        self.found_for == Some(params.controls(false).rigs)
    }

    pub fn show(&mut self, ui: &Ui, bar: &Bar) {
        let params = bar.params;
        let measuring = params.comparing.is_measuring();
        if measuring || self.was_measuring {
            let told = bar.readings.level_match;
            self.last = (told.session == params.comparing.session()).then_some(told);
        }
        if self.was_measuring && !measuring {
            self.ended(params);
        }
        self.was_measuring = measuring;

        let (text, lit) = match measuring {
            true => ("Match now", Some(bar.look.accent.colour)),
            false => ("Match", None),
        };
        let rect = bar.look.canvas.rect(178.0, 5.0, 72.0, 26.0);
        if button(ui, bar.look, rect, text, ABOUT, lit) {
            self.note = None;
            match measuring {
                true => self.freeze(params),
                false => self.measure(
                    params,
                    params
                        .comparing
                        .side(params.global.active.value().into(), false),
                ),
            }
        }
        let is_clear = params.matched.is_clear() && !measuring && self.note.is_none();
        let told = bar.look.canvas.rect(256.0, 5.0, 94.0, 26.0);
        self.tell(ui, bar, told, measuring);
        let clear = bar.look.canvas.rect(350.0, 9.0, 18.0, 18.0);
        let about = "Take the matching gains away";
        if !is_clear && button(ui, bar.look, clear, "×", about, None) {
            params.comparing.freeze();
            params.matched.set_db([0.0; 2]);
            *self = Self::default();
        }
    }

    fn ended(&mut self, params: &LoadlineParams) {
        self.was_measuring = false;
        let has_heard = self
            .last
            .is_some_and(|last| last.lufs.iter().all(Option::is_some));
        if has_heard {
            self.found_for = Some(params.controls(false).rigs);
        } else {
            self.note = Some("nothing was heard".into());
        }
    }

    /// Two rows: the gain, and what it is worth.
    fn tell(&self, ui: &Ui, bar: &Bar, rect: Rect, measuring: bool) {
        let canvas = &bar.look.canvas;
        let rows = self.rows(bar.params, measuring);
        let text = rows.join("\n");
        let ink = match self.note {
            Some(_) => theme::ALERT,
            None => theme::TEXT,
        };
        elided(ui, rect, &text, canvas.regular(10.5), ink, 2);
        let response = ui.interact(rect, Id::unique("level match"), Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &text));
        if !text.is_empty() {
            response.on_hover_text(self.full(&text));
        }
    }

    fn rows(&self, params: &LoadlineParams, measuring: bool) -> Vec<String> {
        if let Some(note) = &self.note {
            return vec![note.clone()];
        }
        if measuring && self.last.is_none() && !params.global.bypass.value() {
            return vec!["listens".into()];
        }
        let last = self.last.unwrap_or_default();
        if measuring && params.global.bypass.value() {
            return vec!["bypassed: nothing".into(), "to measure".into()];
        }
        if measuring && last.lufs.contains(&None) {
            return vec!["silent:".into(), "play something".into()];
        }
        if params.matched.is_clear() && !measuring && self.found_for.is_none() {
            return Vec::new();
        }
        let state = match measuring {
            true if last.is_sounding => format!("{:.0} s heard", last.heard_s),
            true => "silent: waits".into(),
            false if last.is_out_of_reach => "the most there is".into(),
            false if self.found_for.is_none() => "as saved".into(),
            false if !self.is_in_force(params) => "settings changed".into(),
            false if last.is_settled => "settled".into(),
            false => format!("after {:.0} s", last.heard_s),
        };
        vec![gains(params.matched.gains_db()), state]
    }

    fn full(&self, text: &str) -> String {
        let mut full = text.to_owned();
        if let Some(LevelMatch {
            lufs: [Some(a), Some(b)],
            heard_s,
            ..
        }) = self.last
        {
            full += &format!(
                "\n\nBehind the trims, over {heard_s:.1} s of sound: A {a:.1} LUFS, B {b:.1} LUFS"
            )
            .replace('-', "\u{2212}");
        }
        if self.last.is_some_and(|last| last.is_out_of_reach) {
            full += &format!(
                "\n\nNo rig is made louder than {:+.0} dB: trim the softer one up first.",
                ranges::MATCH.end()
            );
        }
        full
    }
}

/// "B +3.2 dB", or both where both have one.
fn gains(gains_db: [f64; 2]) -> String {
    let named = ["A", "B"].into_iter().zip(gains_db);
    let told: Vec<String> = named
        .filter(|(_, db)| db.abs() >= 0.05)
        .map(|(name, db)| format!("{name} {db:+.1}"))
        .collect();
    let text = match told.is_empty() {
        true => "0.0 dB".into(),
        false => told.join(", ") + " dB",
    };
    text.replace('-', "\u{2212}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gains_are_told_where_there_are_any() {
        assert_eq!(gains([0.0, 3.21]), "B +3.2 dB");
        assert_eq!(gains([-1.0, 3.0]), "A \u{2212}1.0, B +3.0 dB");
        assert_eq!(gains([0.0, -0.01]), "0.0 dB");
    }
}
