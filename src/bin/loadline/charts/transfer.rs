//! What comes out against what goes in, as an oscilloscope in X-Y mode shows it.

use crate::charts::canvas::FAINT;
use crate::charts::canvas::Point;
use crate::charts::canvas::RIGS;
use crate::charts::canvas::faded;
use crate::charts::canvas::picture;
use crate::charts::panel::Axis;
use crate::charts::panel::Panel;
use crate::charts::panel::title;
use crate::failure::Failure;
use std::path::Path;

/// Draws closed loops of (volts in, volts out), one for each drive level, softest first, of A and B.
pub fn transfer(
    path: &Path,
    below: &str,
    rigs: [&[Vec<Point>]; 2],
    names: &[String; 2],
) -> Result<(), Failure> {
    let largest = |pick: fn(&Point) -> f64| {
        rigs.into_iter()
            .flatten()
            .flatten()
            .map(|p| pick(p).abs())
            .fold(1e-9, f64::max)
            * 1.08
    };
    let (x, y) = (largest(|p| p.0), largest(|p| p.1));
    picture(path, |canvas| {
        title(
            canvas,
            "Transfer",
            below,
            &[(RIGS[0], &names[0]), (RIGS[1], &names[1])],
        );
        let x_axis = Axis::even(-x, x, 10, "Input, V");
        let panel = Panel::whole(
            x_axis,
            Axis::even(-y, y, 8, "Output after level matching, V"),
        );
        panel.frame(canvas);
        panel.curve(canvas, [(-x, 0.0), (x, 0.0)], faded(FAINT, 0.6), 1.5);
        panel.curve(canvas, [(0.0, -y), (0.0, y)], faded(FAINT, 0.6), 1.5);
        for (loops, color) in rigs.into_iter().zip(RIGS) {
            for (level, points) in loops.iter().enumerate() {
                let strength = 1.0 - 0.25 * (loops.len() - 1 - level) as f64;
                panel.curve(
                    canvas,
                    points.iter().chain(points.first()).copied(),
                    faded(color, strength),
                    2.5,
                );
            }
        }
    })
}
