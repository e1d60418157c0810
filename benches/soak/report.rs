//! What a soak has found, and what it may find.

use std::fmt;

/// How far the level of the excerpt may move, in dB: measured 0.0000.
const TOL_LEVEL: f64 = 1e-3;
/// What its time may be of a new instance's, as a ratio.
const TOL_TIME: f64 = 1.1;
/// How much memory may be added after the first cycle, in bytes.
const TOL_MEMORY: i64 = 1 << 20;

/// What was found at one rate.
pub struct Report {
    pub rate: f64,
    pub seconds: f64,
    pub cycles: usize,
    /// Largest distance from the first cycle's level, by rig.
    pub drift_db: [f64; 2],
    /// Time for the excerpt of a new instance's in the last third of the cycles, by rig; `None` where they are too few.
    pub slower: Option<[f64; 2]>,
    /// Memory after the last cycle against the first, in bytes.
    pub grown: i64,
    pub misses: u64,
    /// Whether a rig that was reset played the excerpt as a new one does.
    pub is_as_new: bool,
    pub is_finite: bool,
}

impl Report {
    /// What did not stay as it was.
    pub fn check(&self) -> Result<(), String> {
        let is_level = self.drift_db.iter().all(|drift| *drift <= TOL_LEVEL);
        let is_fast = self
            .slower
            .is_none_or(|slower| slower.iter().all(|ratio| *ratio <= TOL_TIME));
        let checks = [
            (self.is_finite, "a sample was no number"),
            (self.is_as_new, "a reset instance did not play as a new one"),
            (is_level, "the excerpt's level moved"),
            (is_fast, "the excerpt took longer than a new instance takes"),
            (self.grown <= TOL_MEMORY, "memory grew"),
        ];
        let failed = checks.iter().find(|(is_fine, _)| !is_fine);
        failed.map_or(Ok(()), |(_, what)| Err(format!("{what}: {self}")))
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b] = self.drift_db;
        write!(
            f,
            "{} Hz: {:.0} s in {} cycles; level of rig A within {a:.6} dB, of B {b:.6} dB; ",
            self.rate, self.seconds, self.cycles
        )?;
        if let Some([a, b]) = self.slower {
            write!(f, "time at last {a:.3} and {b:.3} of a new instance's; ")?;
        }
        write!(
            f,
            "memory {:+} kB; {} misses; after reset {}",
            self.grown / 1024,
            self.misses,
            if self.is_as_new {
                "as new"
            } else {
                "NOT as new"
            }
        )
    }
}
