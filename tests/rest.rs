//! Silence is silence: a circuit that is left alone stays at its operating point.

use loadline::circuit::Deck;
use loadline::circuit::Netlist;
use loadline::circuit::OperatingPoint;
use loadline::circuit::Solver;
use std::fs;
use std::path::Path;
use wide::f64x2;

const RATE_HZ: f64 = 48e3;
/// 50 ms, a good part of what coupling capacitors and grid leaks take.
const N: usize = 2400;

#[test]
fn a_circuit_without_signal_does_not_drift() {
    /// Measured 4.8e-9 V (class A), else 5e-10 V; 8.7e-8 V (line stage) from an operating point that leaks 1e-15 S a node.
    const TOL: f64 = 1.4e-8;
    for kind in ["preamps", "amps"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("plugin-assets/circuits");
        for file in fs::read_dir(folder.join(kind)).unwrap() {
            let path = file.unwrap().path();
            let netlist = Netlist::expand(&Deck::open(&path).unwrap()).unwrap();
            let point = OperatingPoint::solve(netlist).unwrap();
            let mut solver = Solver::new(&point, RATE_HZ, &["out"]).unwrap();
            let rest = solver.probe(0).to_array()[0];
            let drift = (0..N)
                .map(|_| {
                    solver.tick(f64x2::ZERO);
                    (solver.probe(0).to_array()[0] - rest).abs()
                })
                .fold(0.0, f64::max);
            println!("{}: {drift:.1e} V", path.display());
            assert!(drift < TOL, "{}: {drift:e} V", path.display());
        }
    }
}
