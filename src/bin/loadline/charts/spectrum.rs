//! Average spectrum of the take, dry and through both rigs.

use crate::charts::canvas::DRY;
use crate::charts::canvas::Point;
use crate::charts::canvas::RIGS;
use crate::charts::canvas::picture;
use crate::charts::panel::Axis;
use crate::charts::panel::Panel;
use crate::charts::panel::title;
use crate::failure::Failure;
use plotters::style::RGBColor;
use std::path::Path;

/// Decibels that the picture shows below its loudest band.
const DEPTH: f64 = 90.0;

/// Draws band levels in dBFS over frequency in Hz: dry, A, B.
pub fn spectrum(path: &Path, bands: &[Vec<Point>; 3], names: &[String; 2]) -> Result<(), Failure> {
    let legend: [(RGBColor, &str); 3] = [(DRY, "Dry"), (RIGS[0], &names[0]), (RIGS[1], &names[1])];
    let top = bands
        .iter()
        .flatten()
        .map(|(_, db)| *db)
        .fold(f64::MIN, f64::max);
    let top = (top / 10.0).ceil() * 10.0;
    picture(path, |canvas| {
        let below = "Mean over the take in bands of a twelfth of an octave; A and B as loud as the dry take";
        title(canvas, "Spectrum", below, &legend);
        let panel = Panel::whole(
            Axis::frequency(),
            Axis::even(top - DEPTH, top, 9, "Level in band, dBFS"),
        );
        panel.frame(canvas);
        for (points, (color, _)) in bands.iter().zip(legend) {
            for run in points.split(|(_, db)| *db < top - DEPTH) {
                panel.curve(canvas, run.iter().copied(), color, 2.5);
            }
        }
    })
}
