//! The other side of a comparison: our engine, playing what ngspice was given.

use crate::ngspice::Stimulus;
use loadline::circuit::CircuitError;
use loadline::circuit::OperatingPoint;
use loadline::circuit::Solver;
use loadline::circuit::SolverReadings;
use wide::f64x2;

/// The first `n` samples at the node `out`, at `rate` steps a second from t = 0, and what the solver met on the way.
pub fn play(
    point: &OperatingPoint,
    stimulus: &Stimulus,
    rate: f64,
    n: usize,
) -> Result<(Vec<f64>, SolverReadings), CircuitError> {
    let mut solver = Solver::new(point, rate, &["out"])?;
    let tick = |v: f64| {
        solver.tick(f64x2::splat(v));
        solver.probe(0).to_array()[0]
    };
    let out = stimulus.samples(rate, n).into_iter().map(tick).collect();
    Ok((out, solver.readings()))
}

/// [`play`], where no step may miss.
pub fn play_well(point: &OperatingPoint, stimulus: &Stimulus, rate: f64, n: usize) -> Vec<f64> {
    let (out, readings) = play(point, stimulus, rate, n).unwrap_or_else(|why| panic!("{why}"));
    assert_eq!(readings.misses, 0);
    out
}
