//! Two bars with a scale in dBFS.

use crate::editor::app::Look;
use crate::editor::theme;
use crate::meters::Ballistics;
use egui::Align2;
use egui::Id;
use egui::Role;
use egui::Sense;
use egui::Ui;
use egui::WidgetInfo;

const TOP_DB: f32 = 6.0;
const BOTTOM_DB: f32 = -60.0;
const SCALE_DB: [f32; 5] = [0.0, -12.0, -24.0, -36.0, -48.0];
const BAR: f32 = 9.0;
const GAP: f32 = 3.0;

/// Shows the bars with their upper left corner at (x, y); a click takes the clip marks away.
pub struct Meter<'a> {
    pub name: &'a str,
    pub x: f32,
    pub y: f32,
    pub height: f32,
}

impl Meter<'_> {
    pub fn show(&self, ui: &Ui, look: &Look, levels: &mut [Ballistics; 2]) {
        let canvas = &look.canvas;
        let (x, y, height) = (self.x, self.y, self.height);
        let whole = canvas.rect(x - 4.0, y - 26.0, 2.0 * BAR + GAP + 34.0, height + 44.0);
        let response = ui.interact(whole, Id::unique(("meter", self.name)), Sense::click());
        if response.clicked() {
            levels.iter_mut().for_each(|bar| bar.clipped = false);
        }
        let centre = x + BAR + GAP / 2.0;
        let above = canvas.at(centre, y - 16.0);
        ui.painter().text(
            above,
            Align2::CENTER_CENTER,
            self.name,
            canvas.semi_bold(13.0),
            theme::TEXT,
        );

        bars(ui, look, (x, y), (BAR, height, GAP), levels);
        for db in SCALE_DB {
            let at = canvas.at(x + 2.0 * BAR + GAP + 6.0, y + height * (1.0 - share(db)));
            let label = if db == 0.0 {
                "0".to_string()
            } else {
                format!("−{}", -db)
            };
            ui.painter().text(
                at,
                Align2::LEFT_CENTER,
                label,
                canvas.regular(10.5),
                theme::QUIET,
            );
        }
        let highest = levels[0].hold.max(levels[1].hold);
        let text = level_text(highest);
        let below = canvas.at(centre, y + height + 12.0);
        ui.painter().text(
            below,
            Align2::CENTER_CENTER,
            &text,
            canvas.regular(12.0),
            theme::QUIET,
        );
        response.widget_info(|| {
            WidgetInfo::labeled(Role::Meter, true, format!("{} {text} dBFS", self.name))
        });
        response.on_hover_text(format!(
            "{} peak in dBFS, left and right. A red block with a bar across stays when 0 dBFS was passed; \
             click to clear it.",
            self.name
        ));
    }
}

/// Two bars at (x, y), each of a width and height, with a gap between them.
pub fn bars(
    ui: &Ui,
    look: &Look,
    (x, y): (f32, f32),
    (width, height, gap): (f32, f32, f32),
    levels: &[Ballistics; 2],
) {
    for (channel, level) in levels.iter().enumerate() {
        let x = x + channel as f32 * (width + gap);
        bar(ui, look, (x, y), (width, height), level);
    }
}

fn bar(ui: &Ui, look: &Look, (x, y): (f32, f32), (width, height): (f32, f32), bar: &Ballistics) {
    let canvas = &look.canvas;
    let well = canvas.rect(x, y, width, height);
    ui.painter()
        .rect_filled(well, canvas.corner(2.0), theme::CANVAS);
    let fill = |from: f32, to: f32| {
        let top = y + height * (1.0 - to);
        canvas.rect(x, top, width, height * (to - from))
    };
    let level = share(20.0 * bar.level.log10());
    if level > 0.0 {
        ui.painter()
            .rect_filled(fill(0.0, level), canvas.corner(2.0), look.accent.colour);
    }
    let hold = share(20.0 * bar.hold.log10());
    if hold > 0.0 {
        let line = fill(hold, hold);
        let line = line.with_max_y(line.bottom() + 1.5 * canvas.scale);
        ui.painter().rect_filled(line, 0.0, theme::TEXT);
    }
    if bar.clipped {
        let block = canvas.rect(x, y, width, 6.0);
        ui.painter().rect_filled(block, 0.0, theme::ALERT);
        ui.painter().hline(
            block.x_range(),
            block.center().y,
            canvas.stroke(1.5, theme::CANVAS),
        );
    }
}

/// Height of a level, 0 to 1.
fn share(db: f32) -> f32 {
    ((db - BOTTOM_DB) / (TOP_DB - BOTTOM_DB)).clamp(0.0, 1.0)
}

fn level_text(peak: f32) -> String {
    let db = 20.0 * peak.log10();
    if db < BOTTOM_DB {
        "−∞".into()
    } else {
        format!("{db:.1}").replace('-', "−")
    }
}
