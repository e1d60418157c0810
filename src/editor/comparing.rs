//! The bar's left half: what sets the rigs against each other.

use crate::editor::abx::Abx;
use crate::editor::app::Look;
use crate::editor::buttons::button;
use crate::editor::buttons::toggle;
use crate::editor::control::Host;
use crate::editor::copying;
use crate::editor::level::Level;
use crate::editor::theme;
use crate::meters::Ballistics;
use crate::meters::Meters;
use crate::meters::PEAK_FLOOR;
use crate::meters::Readings;
use crate::meters::Thd;
use crate::params::LoadlineParams;
use crate::rig::F_THD;
use crate::rig::Side;
use crate::units::ratio_to_db;
use egui::Rect;
use egui::Ui;
use nice_plug::prelude::Param;
use std::sync::Arc;

/// Wakes the background thread.
pub type Wake = Arc<dyn Fn() + Send + Sync>;

/// Level of the sine where nothing has come in of late, in dBFS.
const USUAL_DBFS: f32 = -12.0;

/// What the comparison has come to, as the panel knows it.
pub struct Versus {
    wake: Wake,
    pub level: Level,
    /// The same distortion is being looked for.
    searches: bool,
    /// What the last search found.
    found: Option<String>,
    pub abx: Option<Abx>,
}

/// What the bar is shown with.
pub struct Bar<'a> {
    pub look: &'a Look,
    pub host: &'a Host,
    pub params: &'a LoadlineParams,
    pub readings: &'a Readings,
    pub input: &'a [Ballistics; 2],
}

impl Bar<'_> {
    fn place(&self, x: f32, width: f32) -> Rect {
        self.look.canvas.rect(x, 5.0, width, 26.0)
    }
}

impl Versus {
    pub fn new(wake: Wake) -> Self {
        Self {
            wake,
            level: Level::default(),
            searches: false,
            found: None,
            abx: None,
        }
    }

    pub fn show(&mut self, ui: &mut Ui, bar: &Bar, meters: &Meters) {
        copying::show(ui, bar.look, bar.host, bar.params);
        self.take_found(bar, meters);
        self.level.show(ui, bar);
        self.same_thd(ui, bar);
        let about = "Blind test: hear A, B and X, which is one of them, and tell which";
        if button(ui, bar.look, bar.place(448.0, 40.0), "ABX", about, None) {
            self.level.freeze(bar.params);
            let is_matched = self.level.is_in_force(bar.params);
            self.abx = Some(Abx::new(bar.params, is_matched));
        }
        let about = "Hear the rig that is chosen less the other one, each as loud as it is: what is left is what they \
                     do differently. Identical rigs leave silence.";
        let difference = (&bar.params.global.difference, theme::ALERT);
        toggle(
            ui,
            bar.look,
            bar.host,
            difference,
            bar.place(492.0, 68.0),
            about,
        );
    }

    fn same_thd(&mut self, ui: &Ui, bar: &Bar) {
        let mut about = format!(
            "Turn the gain of the rig that is not heard until both distort as much: √(h2² + … + h10²)/h1 of a \
             {F_THD:.0} Hz sine as high as the last peak that came in, else at {USUAL_DBFS:.0} dBFS. Then match their \
             levels."
        );
        if let Some(found) = &self.found {
            about = format!("{found}\n\n{about}");
        }
        let lit = self.searches.then_some(bar.look.accent.colour);
        let rect = bar.place(374.0, 70.0);
        if button(ui, bar.look, rect, "Same THD", &about, lit) && !self.searches {
            let peaks = bar.input.iter().map(|bar| bar.hold);
            let peak = peaks.fold(0.0, f32::max);
            let dbfs = match peak > 10.0 * PEAK_FLOOR {
                true => ratio_to_db(f64::from(peak)).min(0.0) as f32,
                false => USUAL_DBFS,
            };
            // Full scale is told from no wish by its bits.
            bar.params.comparing.want_same_thd(dbfs.min(-0.01));
            (self.wake)();
            self.searches = true;
        }
    }

    /// Turns the knob that a search was for, and lets the levels be matched.
    fn take_found(&mut self, bar: &Bar, meters: &Meters) {
        let Some(found) = meters.take_same_thd() else {
            return;
        };
        self.searches = false;
        self.found = Some(match found {
            Thd::Found {
                side,
                gain,
                thd,
                level_dbfs,
            } => {
                let side = Side::BOTH[side % 2];
                let params = bar.params;
                let knob = params.rig(side.into()).preamp_gain();
                bar.host.set(knob, knob.preview_normalized(gain as f32));
                self.level.measure(params, side.other());
                let [heard, other] = thd.map(|thd| 100.0 * thd);
                let text = format!(
                    "{:?} {heard:.3} %, {side:?} {other:.3} % at {level_dbfs:.1} dBFS",
                    side.other()
                );
                text.replace('-', "\u{2212}")
            }
            Thd::Not(why) => {
                self.level.note = Some(why.clone());
                why
            }
        });
    }

    /// The panel closes: nothing that nobody can see goes on.
    pub fn close(&self, params: &LoadlineParams) {
        params.comparing.freeze();
        params.comparing.see();
    }
}
