//! The promise that a plugin in a host and `loadline render` sound the same.

use crate::audio::Audio;
use anyhow::Result;
use anyhow::ensure;

/// Peak of the difference, in dBFS. What is left is the rounding of a full-scale f32 sample, −150 dBFS, and of
/// a host parameter, one part in 2^24 of its range.
pub const LIMIT_DBFS: f64 = -120.0;

/// A take below this peak, in dBFS, proves nothing.
const AUDIBLE_DBFS: f64 = -40.0;

/// Fails unless `played` cancels `rendered`; gives what is left, in dBFS.
pub fn check(what: &str, played: &Audio, rendered: &Audio) -> Result<f64> {
    let peak_dbfs = rendered.peak_dbfs();
    ensure!(
        peak_dbfs >= AUDIBLE_DBFS,
        "{what}: the render peaks at {peak_dbfs:.1} dBFS, which proves nothing"
    );
    let null_dbfs = played.null_dbfs(rendered)?;
    println!("null of {what}: {}", shown(null_dbfs));
    ensure!(
        null_dbfs <= LIMIT_DBFS,
        "{what}: the plugin differs from the engine by {null_dbfs:.1} dBFS, the limit is {LIMIT_DBFS} dBFS\n\
         next: `cargo test --release`; if that passes, the difference is in src/plugin.rs or in how it reports its latency"
    );
    Ok(null_dbfs)
}

pub fn shown(null_dbfs: f64) -> String {
    if null_dbfs == f64::NEG_INFINITY {
        "equal in every bit".to_owned()
    } else {
        format!("{null_dbfs:.1} dBFS")
    }
}
