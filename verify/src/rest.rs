//! A deck at rest: its operating point and its noise.

use crate::ngspice;
use crate::ours::PROBE;
use crate::subject::Setting;
use anyhow::Result;
use anyhow::ensure;
use loadline::circuit::OperatingPoint;
use loadline::circuit::output_noise;
use std::path::Path;

/// Nodes nearer to ground than this are judged as if they were there, in V.
const SMALLEST: f64 = 1e-3;

/// Worst relative error of the node voltages.
pub fn operating_point(deck: &Path, setting: &Setting, point: &OperatingPoint) -> Result<f64> {
    let theirs = ngspice::operating_point(deck, &setting.params());
    let mut worst = 0.0f64;
    let mut compared = 0;
    for (name, volts) in point.nodes() {
        let wanted = format!("v({name})");
        let Some((_, reference)) = theirs.iter().find(|(node, _)| *node == wanted) else {
            continue;
        };
        let error = (volts - reference).abs() / reference.abs().max(SMALLEST);
        ensure!(error.is_finite(), "node {name} rests at {volts} V");
        worst = worst.max(error);
        compared += 1;
    }
    ensure!(compared > 0, "no node has the same name in ngspice");
    Ok(worst)
}

/// Worst difference of the output's noise density from 20 Hz to 20 kHz, in dB.
pub fn noise(deck: &Path, setting: &Setting, point: &OperatingPoint) -> Result<f64> {
    let theirs = ngspice::noise(deck, &setting.params(), PROBE);
    let frequencies: Vec<f64> = theirs.iter().map(|(hz, _)| *hz).collect();
    let ours = output_noise(point, PROBE, &frequencies)?;
    let mut worst = 0.0f64;
    for ((hz, reference), ours) in theirs.iter().zip(ours) {
        let error = 20.0 * (ours / reference).log10();
        ensure!(error.is_finite(), "no noise at {hz} Hz");
        worst = worst.max(error.abs());
    }
    Ok(worst)
}
