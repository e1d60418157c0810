//! The whole take in three lanes, and its loudest moment up close.

use crate::audio::Take;
use crate::charts::canvas::Canvas;
use crate::charts::canvas::DRY;
use crate::charts::canvas::HEIGHT;
use crate::charts::canvas::RIGS;
use crate::charts::canvas::WIDTH;
use crate::charts::canvas::picture;
use crate::charts::panel::Axis;
use crate::charts::panel::Panel;
use crate::charts::panel::title;
use crate::failure::Failure;
use plotters::style::RGBColor;
use std::path::Path;

/// Seconds of the close look.
const CLOSE: f64 = 0.025;

/// Draws the first channel of the dry take and of both rigs.
pub fn waveform(
    path: &Path,
    dry: &Take,
    rigs: [&Take; 2],
    names: &[String; 2],
) -> Result<(), Failure> {
    let lanes: [(&Take, RGBColor, &str); 3] = [
        (dry, DRY, "Dry"),
        (rigs[0], RIGS[0], &names[0]),
        (rigs[1], RIGS[1], &names[1]),
    ];
    picture(path, |canvas| {
        let below = "First channel, 1 = full scale; A and B as loud as the dry take";
        title(
            canvas,
            "Waveform",
            below,
            &lanes.map(|(_, color, name)| (color, name)),
        );
        let peak = lanes
            .iter()
            .map(|(take, ..)| take.peak())
            .fold(1e-6, f64::max)
            * 1.05;
        for (index, (take, color, _)) in lanes.iter().enumerate() {
            lane(canvas, take, *color, index, peak);
        }
        close_look(canvas, &lanes, peak);
    })
}

fn lane(canvas: &mut Canvas, take: &Take, color: RGBColor, index: usize, peak: f64) {
    const TALL: f64 = 116.0;
    let top = 140.0 + index as f64 * (TALL + 12.0);
    let last = index == 2;
    let mut x = Axis::even(
        0.0,
        take.duration().as_secs_f64(),
        10,
        if last { "Time, s" } else { "" },
    );
    if !last {
        x.ticks.iter_mut().for_each(|(_, text)| text.clear());
    }
    let y = Axis::even(
        -peak,
        peak,
        4,
        if index == 1 { "Level, full scale" } else { "" },
    );
    let panel = Panel {
        left: 130.0,
        right: WIDTH - 50.0,
        top,
        bottom: top + TALL,
        x,
        y,
    };
    panel.frame(canvas);

    let samples = &take.channels[0];
    let columns = (panel.right - panel.left) as usize;
    for column in 0..columns {
        let span = samples.len() * column / columns
            ..(samples.len() * (column + 1) / columns + 1).min(samples.len());
        let (low, high) = samples[span]
            .iter()
            .fold((f32::MAX, f32::MIN), |(low, high), x| {
                (low.min(*x), high.max(*x))
            });
        let left = panel.left + column as f64;
        let (_, above) = panel.place((0.0, f64::from(high)));
        let (_, below) = panel.place((0.0, f64::from(low)));
        canvas.block((left, above - 0.5), (left + 1.0, below + 0.5), color);
    }
}

/// The moment around the dry take's largest sample, all three over each other.
fn close_look(canvas: &mut Canvas, lanes: &[(&Take, RGBColor, &str); 3], peak: f64) {
    let dry = lanes[0].0;
    let rate = f64::from(dry.rate);
    let span = ((CLOSE * rate) as usize).min(dry.frames());
    let loudest = (0..dry.frames())
        .max_by(|a, b| {
            dry.channels[0][*a]
                .abs()
                .total_cmp(&dry.channels[0][*b].abs())
        })
        .unwrap_or(0);
    let start = loudest.saturating_sub(span / 2).min(dry.frames() - span);
    let ms = |sample: usize| sample as f64 / rate * 1e3;
    let x = Axis::even(
        0.0,
        ms(span),
        10,
        format!("Time after {:.3} s, ms", ms(start) / 1e3),
    );
    let y = Axis::even(-peak, peak, 5, "Level, full scale");
    let panel = Panel {
        left: 130.0,
        right: WIDTH - 50.0,
        top: 606.0,
        bottom: HEIGHT - 84.0,
        x,
        y,
    };
    panel.frame(canvas);
    for (take, color, _) in lanes {
        let points = take.channels[0][start..start + span]
            .iter()
            .enumerate()
            .map(|(k, v)| (ms(k), f64::from(*v)));
        panel.curve(canvas, points, *color, 2.2);
    }
}
