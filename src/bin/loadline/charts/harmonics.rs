//! Harmonics of a sine through both rigs, as bars.

use crate::charts::canvas::FAINT;
use crate::charts::canvas::HPos;
use crate::charts::canvas::RIGS;
use crate::charts::canvas::picture;
use crate::charts::panel::Axis;
use crate::charts::panel::Panel;
use crate::charts::panel::title;
use crate::failure::Failure;
use std::path::Path;

/// Bottom of the bars, in dBc: about the floor of a 20-bit recording.
const FLOOR: f64 = -120.0;

/// Draws H1, H2, … of A and B, in dB below the fundamental.
pub fn harmonics(
    path: &Path,
    below: &str,
    rigs: [&[f64]; 2],
    names: &[String; 2],
) -> Result<(), Failure> {
    let count = rigs[0].len();
    let mut x = Axis::even(0.0, count as f64, count, "Harmonic");
    x.ticks = (1..=count)
        .map(|h| (h as f64 - 0.5, format!("H{h}")))
        .collect();
    picture(path, |canvas| {
        title(
            canvas,
            "Harmonics",
            below,
            &[(RIGS[0], &names[0]), (RIGS[1], &names[1])],
        );
        let panel = Panel::whole(
            x,
            Axis::even(FLOOR, 12.0, 10, "Level below the fundamental, dBc"),
        );
        panel.frame(canvas);
        for (side, (levels, color)) in rigs.into_iter().zip(RIGS).enumerate() {
            for (index, db) in levels.iter().enumerate().filter(|(_, db)| **db > FLOOR) {
                let left = index as f64 + 0.14 + 0.37 * side as f64;
                let (from, to) = (panel.place((left, *db)), panel.place((left + 0.35, FLOOR)));
                canvas.block(from, to, color);
                let text = format!("{db:.0}").replace('-', "\u{2212}");
                canvas.text(
                    &text,
                    ((from.0 + to.0) / 2.0, from.1 - 14.0),
                    16.0,
                    FAINT,
                    HPos::Center,
                );
            }
        }
    })
}
