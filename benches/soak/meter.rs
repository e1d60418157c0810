//! What the process has used. Elsewhere than on Linux memory is not measured, and time is the clock's.

use std::fs;
use std::sync::LazyLock;
use std::thread;
use std::time::Duration;
use std::time::Instant;

static START: LazyLock<Instant> = LazyLock::new(Instant::now);

/// In bytes; 0 where it can't be told.
pub fn resident() -> i64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes =
        line.and_then(|line| line.trim().strip_suffix("kB")?.trim().parse::<i64>().ok());
    kilobytes.map_or(0, |kilobytes| kilobytes * 1024)
}

/// Time that this thread has spent at work, so that neighbours on a shared machine do not count.
pub fn worked() -> Duration {
    // The kernel brings the account up to date when it schedules; else it may be 4 ms old.
    thread::yield_now();
    let told = fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = told.and_then(|told| told.split(' ').next()?.parse().ok());
    nanoseconds.map_or_else(|| START.elapsed(), Duration::from_nanos)
}
