//! What this process holds.

use anyhow::Context;
use anyhow::Result;
use std::fmt;
use std::fs;

/// Resident memory in kB, threads, and open files.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Holdings {
    pub kilobytes: i64,
    pub threads: i64,
    pub files: i64,
}

/// What has come on top.
pub struct Growth(Holdings);

impl Holdings {
    pub fn since(self, before: Self) -> Growth {
        Growth(Self {
            kilobytes: self.kilobytes - before.kilobytes,
            threads: self.threads - before.threads,
            files: self.files - before.files,
        })
    }
}

impl Growth {
    /// Whether no thread and no file has come, and at most so much memory.
    pub fn is_within(&self, kilobytes: i64) -> bool {
        let Self(more) = self;
        more.kilobytes <= kilobytes && more.threads <= 0 && more.files <= 0
    }
}

impl fmt::Display for Growth {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let Self(more) = self;
        write!(
            f,
            "{:+} kB, {:+} threads, {:+} files",
            more.kilobytes, more.threads, more.files
        )
    }
}

/// `None` away from Linux.
pub fn holdings() -> Result<Option<Holdings>> {
    if !cfg!(target_os = "linux") {
        return Ok(None);
    }
    let status = fs::read_to_string("/proc/self/status")?;
    let number = |key: &str| -> Result<i64> {
        let line = status.lines().find_map(|line| line.strip_prefix(key));
        let digits = line.and_then(|line| line.split_whitespace().next());
        Ok(digits
            .with_context(|| format!("no {key} in /proc/self/status"))?
            .parse()?)
    };
    Ok(Some(Holdings {
        kilobytes: number("VmRSS:")?,
        threads: number("Threads:")?,
        files: fs::read_dir("/proc/self/fd")?.count() as i64,
    }))
}
