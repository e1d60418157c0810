//! What a transient run leaves: vectors over instants that are not evenly spaced.

use crate::ngspice::raw::Plot;
use crate::ngspice::run::vector;

/// Points closer than this part of the step to the point before them are dropped: near a breakpoint ngspice takes
/// steps of 1e-12 s, and differences over them are noise.
const CLOSEST: f64 = 0.02;

/// Probed vectors over time.
pub struct Waveforms {
    t: Vec<f64>,
    vectors: Vec<(String, Vec<f64>)>,
}

impl Waveforms {
    pub fn new(plot: &Plot, h: f64) -> Self {
        let mut kept: Vec<usize> = Vec::new();
        let mut t: Vec<f64> = Vec::new();
        for (i, point) in plot.points.iter().enumerate() {
            if t.last().is_none_or(|last| point[0].re - last > CLOSEST * h) {
                kept.push(i);
                t.push(point[0].re);
            }
        }
        let column = |j: usize| kept.iter().map(|&i| plot.points[i][j].re).collect();
        let vectors = plot
            .names
            .iter()
            .enumerate()
            .skip(1)
            .map(|(j, name)| (vector(name), column(j)))
            .collect();
        Self { t, vectors }
    }

    /// The last instant, in s.
    pub fn end(&self) -> f64 {
        self.t.last().copied().unwrap_or(0.0)
    }

    /// A probe at ngspice's own instants: (s, V or A).
    pub fn points(&self, probe: &str) -> impl Iterator<Item = (f64, f64)> {
        self.t
            .iter()
            .copied()
            .zip(self.vector(probe).iter().copied())
    }

    /// `n` samples of a probe at `rate_hz`, the first at t = 0: the cubic through the four nearest points.
    pub fn sample(&self, probe: &str, rate_hz: f64, n: usize) -> Vec<f64> {
        let y = self.vector(probe);
        let mut i = 0;
        (0..n)
            .map(|k| {
                let t = k as f64 / rate_hz;
                assert!(
                    t <= self.end(),
                    "the run ends at {:.6} s, before {t:.6} s",
                    self.end()
                );
                while i + 5 < self.t.len() && self.t[i + 2] < t {
                    i += 1;
                }
                cubic(&self.t[i..i + 4], &y[i..i + 4], t)
            })
            .collect()
    }

    fn vector(&self, probe: &str) -> &[f64] {
        let name = vector(probe);
        let found = self.vectors.iter().find(|(key, _)| *key == name);
        &found.unwrap_or_else(|| panic!("{name} was not probed")).1
    }
}

/// Lagrange's cubic through four points.
fn cubic(x: &[f64], y: &[f64], t: f64) -> f64 {
    (0..4)
        .map(|i| {
            (0..4)
                .filter(|&j| j != i)
                .fold(y[i], |product, j| product * (t - x[j]) / (x[i] - x[j]))
        })
        .sum()
}
