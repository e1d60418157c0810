//! A pair of axes with grid, ticks and labels, and curves in it.

use crate::charts::canvas::Canvas;
use crate::charts::canvas::FAINT;
use crate::charts::canvas::GRID;
use crate::charts::canvas::HPos;
use crate::charts::canvas::INK;
use crate::charts::canvas::Point;
use crate::charts::canvas::SHEET;
use crate::charts::canvas::WIDTH;
use plotters::style::RGBColor;

pub struct Axis {
    pub from: f64,
    pub to: f64,
    /// Equal ratios are equal lengths.
    pub logarithmic: bool,
    /// Where a grid line goes and what is written there.
    pub ticks: Vec<(f64, String)>,
    /// Quantity and unit.
    pub label: String,
}

impl Axis {
    /// An even axis with about `count` ticks at 1, 2 or 5 times a power of ten.
    pub fn even(from: f64, to: f64, count: usize, label: impl Into<String>) -> Self {
        let rough = (to - from) / count as f64;
        let decade = 10f64.powf(rough.log10().floor());
        let step = [1.0, 2.0, 5.0, 10.0]
            .map(|m| m * decade)
            .into_iter()
            .find(|step| *step >= rough * 0.999)
            .unwrap_or(rough);
        let decimals = (-step.log10().floor()).max(0.0) as usize;
        let ticks =
            ((from / step - 1e-9).ceil() as i64..=(to / step + 1e-9).floor() as i64).map(|k| {
                let at = k as f64 * step;
                (at, format!("{at:.decimals$}").replace('-', "\u{2212}"))
            });
        Self {
            from,
            to,
            logarithmic: false,
            ticks: ticks.collect(),
            label: label.into(),
        }
    }

    /// A logarithmic axis from 20 Hz to 20 kHz.
    pub fn frequency() -> Self {
        let ticks = [20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000];
        let name = |f: u32| {
            if f < 1000 {
                f.to_string()
            } else {
                format!("{}k", f / 1000)
            }
        };
        let ticks = ticks.map(|f| (f64::from(f), name(f))).to_vec();
        Self {
            from: 20.0,
            to: 20_000.0,
            logarithmic: true,
            ticks,
            label: "Frequency, Hz".into(),
        }
    }

    /// Where a value lies between the ends, 0 to 1; values beyond an end stay at it.
    fn part(&self, value: f64) -> f64 {
        let part = if self.logarithmic {
            (value / self.from).ln() / (self.to / self.from).ln()
        } else {
            (value - self.from) / (self.to - self.from)
        };
        part.clamp(0.0, 1.0)
    }
}

pub struct Panel {
    pub left: f64,
    pub right: f64,
    pub top: f64,
    pub bottom: f64,
    pub x: Axis,
    pub y: Axis,
}

impl Panel {
    /// A panel that fills the picture below its heading.
    pub fn whole(x: Axis, y: Axis) -> Self {
        Self {
            left: 130.0,
            right: WIDTH - 50.0,
            top: 140.0,
            bottom: 800.0,
            x,
            y,
        }
    }

    pub fn place(&self, (x, y): Point) -> Point {
        (
            self.left + self.x.part(x) * (self.right - self.left),
            self.bottom - self.y.part(y) * (self.bottom - self.top),
        )
    }

    /// Sheet, grid, ticks and labels; an empty label takes no room.
    pub fn frame(&self, canvas: &mut Canvas) {
        canvas.block((self.left, self.top), (self.right, self.bottom), SHEET);
        for (at, text) in &self.x.ticks {
            let (x, _) = self.place((*at, self.y.from));
            canvas.line(&[(x, self.top), (x, self.bottom)], GRID, 1.0);
            canvas.text(text, (x, self.bottom + 22.0), 18.0, FAINT, HPos::Center);
        }
        for (at, text) in &self.y.ticks {
            let (_, y) = self.place((self.x.from, *at));
            canvas.line(&[(self.left, y), (self.right, y)], GRID, 1.0);
            canvas.text(text, (self.left - 12.0, y), 18.0, FAINT, HPos::Right);
        }
        let middle = (
            (self.left + self.right) / 2.0,
            (self.top + self.bottom) / 2.0,
        );
        canvas.text(
            &self.x.label,
            (middle.0, self.bottom + 58.0),
            20.0,
            INK,
            HPos::Center,
        );
        canvas.upward_text(&self.y.label, (self.left - 88.0, middle.1), 20.0, INK);
    }

    pub fn curve(
        &self,
        canvas: &mut Canvas,
        points: impl IntoIterator<Item = Point>,
        color: RGBColor,
        width: f64,
    ) {
        let points: Vec<Point> = points
            .into_iter()
            .filter(|(x, y)| x.is_finite() && y.is_finite())
            .map(|p| self.place(p))
            .collect();
        canvas.line(&points, color, width);
    }
}

/// Heading and subheading at the top left, and what the colours stand for at the top right.
pub fn title(canvas: &mut Canvas, heading: &str, below: &str, legend: &[(RGBColor, &str)]) {
    canvas.heading(heading, (50.0, 50.0), 32.0);
    canvas.text(below, (50.0, 96.0), 19.0, FAINT, HPos::Left);
    for (line, (color, name)) in legend.iter().enumerate() {
        let y = 34.0 + 32.0 * line as f64;
        canvas.block((WIDTH - 440.0, y - 3.0), (WIDTH - 400.0, y + 3.0), *color);
        canvas.text(name, (WIDTH - 386.0, y), 20.0, INK, HPos::Left);
    }
}
