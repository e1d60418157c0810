//! `cargo xtask soak`: hours of playing, faster than they last.

use crate::shell;
use anyhow::Context;
use anyhow::Result;

/// With the features of the bundle, so that nothing is built twice.
pub fn soak(hours: Option<&str>) -> Result<()> {
    let mut soak = shell::cargo(["bench", "--package", "loadline", "--bench", "soak", "--"]);
    soak.args(hours.map_or(vec![], |hours| vec!["--hours", hours]));
    shell::run(&mut soak).context("next: see above what did not stay as it was")
}
