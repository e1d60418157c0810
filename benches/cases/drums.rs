//! Loud treble: what has most corners.

#[path = "../../tests/takes/mod.rs"]
mod takes;

use loadline::rig::Controls;
use loadline::units::v_full_scale;
use wide::f64x2;

/// Of the loop, in samples: a stretch with some more corners than the whole has on average.
const START: usize = 18_000;
const END: usize = START + 2400;

/// Volts of a full-scale drum loop, sample by sample. It was recorded at 44.1 kHz and is played at 48.
pub fn drums() -> Vec<f64x2> {
    let ([left, right], _) = takes::take("loop_amen", f64::INFINITY);
    let volts = v_full_scale(Controls::default().calibration_dbu);
    let frames = left[START..END].iter().zip(&right[START..END]);
    frames
        .map(|(left, right)| f64x2::from([f64::from(*left), f64::from(*right)]) * volts)
        .collect()
}
