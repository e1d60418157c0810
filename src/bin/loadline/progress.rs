//! How far a command has come.

use indicatif::ProgressBar;
use indicatif::ProgressStyle;

/// A bar on standard error; nothing where that is not a terminal.
pub fn progress_bar(steps: u64) -> ProgressBar {
    let bar = ProgressBar::new(steps);
    match ProgressStyle::with_template("{bar:40} {percent:>3} %  {eta} left  {wide_msg}") {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
