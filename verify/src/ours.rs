//! What the solver makes of a deck.

use crate::ngspice;
use crate::ngspice::Stimulus;
use anyhow::Context;
use anyhow::Result;
use anyhow::ensure;
use loadline::circuit::Deck;
use loadline::circuit::Netlist;
use loadline::circuit::OperatingPoint;
use std::path::Path;

/// Steps per second of every comparison.
pub const RATE_HZ: f64 = 384e3;
/// The node that is compared.
pub const PROBE: &str = "out";

/// A deck at rest with these parameters.
pub fn point(path: &Path, params: &[(&str, f64)]) -> Result<OperatingPoint> {
    let mut deck = Deck::open(path)?;
    for (name, value) in params {
        deck.set(name, *value)?;
    }
    let point = OperatingPoint::solve(Netlist::expand(&deck)?)?;
    let (_, v_rest) = point.input()?;
    ensure!(
        v_rest == 0.0,
        "Vin rests at {v_rest} V; write 0 and put the offset into a source of its own"
    );
    Ok(point)
}

/// `t_stop` seconds of the output, the first sample at t = 0, and the steps that missed their tolerance.
pub fn transient(
    point: &OperatingPoint,
    stimulus: Stimulus,
    t_stop: f64,
    rate_hz: f64,
) -> Result<(Vec<f64>, u64)> {
    let n = (t_stop * rate_hz) as usize;
    let (out, readings) = ngspice::play(point, &stimulus, rate_hz, n)
        .with_context(|| format!("a deck to verify has a node `{PROBE}`"))?;
    Ok((out, readings.misses))
}
