//! The blind test: A, B, and X, which is one of them. It takes the whole panel, so that nothing on it tells which.

use crate::editor::app::Look;
use crate::editor::buttons::button;
use crate::editor::pane;
use crate::editor::theme;
use crate::editor::trials::Trials;
use crate::params::Active;
use crate::params::BASE_SIZE;
use crate::params::LoadlineParams;
use egui::Align2;
use egui::Ui;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::time::Duration;

/// What can be heard.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Heard {
    A,
    B,
    X,
}

/// A test under way.
pub struct Abx {
    trials: Trials,
    /// Which of them X is in this trial.
    x: Active,
    heard: Heard,
    /// Whether X has been heard in this trial.
    knows_x: bool,
    /// Where silence is on its way: since when.
    gap: Option<f64>,
    last: Option<bool>,
    is_matched: bool,
}

/// Every change goes by way of silence, also one that changes nothing: the switch itself must not tell. The old
/// rig has faded out after this many seconds, and the new one has taken its place, in any host's blocks.
const FADED: f64 = 0.08;
const REPLACED: f64 = 0.16;

impl Abx {
    pub fn new(params: &LoadlineParams, is_matched: bool) -> Self {
        let abx = Self {
            trials: Trials::default(),
            x: draw(),
            heard: Heard::A,
            knows_x: false,
            gap: None,
            last: None,
            is_matched,
        };
        params.comparing.hear_blindly(Active::A, false);
        abx
    }

    /// False once the test has been left.
    pub fn show(&mut self, ui: &mut Ui, look: &Look, params: &LoadlineParams) -> bool {
        self.pass(ui, params);
        let canvas = &look.canvas;
        let middle = BASE_SIZE.0 / 2.0;
        let text = |y: f32, size: f32, text: &str, ink| {
            let at = canvas.at(middle, y);
            ui.painter()
                .text(at, Align2::CENTER_CENTER, text, canvas.regular(size), ink);
        };
        let plate = canvas.rect(pane::LEFT, 20.0, pane::WIDTH, BASE_SIZE.1 - 40.0);
        canvas.plate(ui.painter(), plate, 9.0, theme::CARD, theme::EDGE);
        canvas.title(ui.painter(), canvas.at(40.0, 46.0), "BLIND TEST");
        text(
            100.0,
            15.0,
            "X is A or B, drawn anew for each trial. Listen to all three as often as you like, then tell.",
            theme::TEXT,
        );
        let warning = match (params.global.bypass.value(), self.is_matched) {
            (true, _) => "▲ Loadline is bypassed: neither A nor B is to be heard.",
            (false, false) => {
                "▲ A and B have not been matched at these settings: the louder one gives itself away."
            }
            (false, true) => "",
        };
        text(126.0, 13.0, warning, theme::ALERT);
        for (heard, name, x) in [
            (Heard::A, "A", -160.0),
            (Heard::X, "X", 0.0),
            (Heard::B, "B", 160.0),
        ] {
            let rect = canvas.around(middle + x, 200.0, 130.0, 90.0);
            let lit = (self.heard == heard).then_some(theme::TEXT);
            if button(ui, look, rect, name, "Hear it", lit) {
                self.hear(heard, ui.input(|i| i.time), params);
            }
        }
        for (answer, name, x) in [(Active::A, "X is A", -85.0), (Active::B, "X is B", 85.0)] {
            let rect = canvas.around(middle + x, 300.0, 150.0, 40.0);
            let about = match self.knows_x {
                true => "Your answer; the next trial follows",
                false => "Hear X first",
            };
            if button(ui, look, rect, name, about, None) && self.knows_x {
                self.answer(answer, ui.input(|i| i.time), params);
            }
        }
        let Trials { right, all } = self.trials;
        let last = match self.last {
            None => "",
            Some(true) => "Right.   ",
            Some(false) => "Wrong.   ",
        };
        text(
            370.0,
            22.0,
            &format!("{last}{right} of {all} right"),
            theme::TEXT,
        );
        text(400.0, 14.0, &verdict(self.trials), theme::QUIET);
        let again = canvas.around(middle - 65.0, 480.0, 120.0, 32.0);
        if button(ui, look, again, "Start again", "Forget the answers", None) {
            (self.trials, self.last) = (Trials::default(), None);
            self.hear(Heard::A, ui.input(|i| i.time), params);
            self.next();
        }
        let leave = canvas.around(middle + 65.0, 480.0, 120.0, 32.0);
        let left = button(
            ui,
            look,
            leave,
            "Leave",
            "Back to the rig that was chosen before",
            None,
        );
        if left {
            params.comparing.see();
        }
        !left
    }

    fn hear(&mut self, heard: Heard, now_s: f64, params: &LoadlineParams) {
        params.comparing.hear_blindly(self.rig(), true);
        self.heard = heard;
        self.knows_x |= heard == Heard::X;
        self.gap = Some(now_s);
    }

    fn answer(&mut self, answer: Active, now_s: f64, params: &LoadlineParams) {
        let rightly = answer == self.x;
        self.trials.answered(rightly);
        self.last = Some(rightly);
        self.hear(Heard::A, now_s, params);
        self.next();
    }

    fn next(&mut self) {
        (self.x, self.knows_x) = (draw(), false);
    }

    fn rig(&self) -> Active {
        match self.heard {
            Heard::A => Active::A,
            Heard::B => Active::B,
            Heard::X => self.x,
        }
    }

    /// Goes through the silence between what was heard and what is to be.
    fn pass(&mut self, ui: &Ui, params: &LoadlineParams) {
        let Some(since) = self.gap else { return };
        let passed = ui.input(|i| i.time) - since;
        if passed >= REPLACED {
            params.comparing.hear_blindly(self.rig(), false);
            self.gap = None;
            return;
        }
        if passed >= FADED {
            params.comparing.hear_blindly(self.rig(), true);
        }
        ui.request_repaint_after(Duration::from_millis(10));
    }
}

fn verdict(trials: Trials) -> String {
    if trials.all == 0 {
        return "Ten trials or more make a test".into();
    }
    let p = trials.p_value();
    let told = match p {
        p if p < 1e-4 => "p < 0.0001".into(),
        p => format!("p = {p:.4}"),
    };
    let chance = match p {
        p if p <= 0.01 => "hardly a guess",
        p if p <= 0.05 => "probably heard",
        _ => "could be guessed",
    };
    format!("{told}: the chance to get as many right by guessing; {chance}")
}

/// One of the two. The standard library's only source of chance.
fn draw() -> Active {
    match RandomState::new().hash_one(0) & 1 {
        0 => Active::A,
        _ => Active::B,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_are_drawn_about_as_often() {
        let n = (0..1000).filter(|_| draw() == Active::A).count();
        // Six standard deviations of 16.
        assert!((405..=595).contains(&n), "{n} of 1000");
    }

    #[test]
    fn leaving_gives_the_switch_back() {
        let params = LoadlineParams::default();
        let mut abx = Abx::new(&params, true);
        abx.hear(Heard::B, 0.0, &params);
        assert!(params.comparing.blind().is_some());
        assert!(params.controls(false).comparison.is_muted);
        // The host parameter says nothing of it.
        assert_eq!(params.global.active.value(), Active::A);
        params.comparing.see();
        assert_eq!(params.controls(false).comparison, Default::default());
    }
}
