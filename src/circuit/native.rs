//! Tapes as machine code: the only file of the engine with `unsafe` in it.
//!
//! Sums of products are fused, so the bits are those of [`crate::circuit::tape::interpret`] where that fuses too. On
//! processors other than x86-64 with AVX and FMA (since 2013), or where the system refuses executable memory, there is
//! no code and the interpreter plays.

use crate::circuit::tape::Op;
use crate::circuit::x86;
use crate::devices::Table;
use memmap2::Mmap;
use std::ops::Range;
use std::sync::Arc;
use wide::f64x2;

/// The code of several tapes, for a memory and coefficients of fixed length. Made and dropped off the audio thread.
#[derive(Debug)]
pub struct Code<const TAPES: usize> {
    /// Keeps the pages that `entries` point into.
    _pages: Mmap,
    /// What the code reads besides memory and coefficients.
    _tables: Vec<Arc<Table>>,
    entries: [Entry; TAPES],
    n_memory: usize,
    n_coefficients: usize,
}

/// Memory and coefficients, in the registers that the System V convention puts them: `rdi` and `rsi`.
#[cfg(target_arch = "x86_64")]
type Entry = unsafe extern "sysv64" fn(*mut f64x2, *const f64x2);
#[cfg(not(target_arch = "x86_64"))]
type Entry = unsafe extern "C" fn(*mut f64x2, *const f64x2);

/// Whether this processor has the instructions that [`x86::translate`] uses.
fn is_known() -> bool {
    #[cfg(target_arch = "x86_64")]
    return is_x86_feature_detected!("avx") && is_x86_feature_detected!("fma");
    #[cfg(not(target_arch = "x86_64"))]
    return false;
}

/// Whether this processor multiplies and adds in one rounding, so that the interpreter may.
pub fn is_fused() -> bool {
    is_known() || cfg!(target_arch = "aarch64")
}

impl<const TAPES: usize> Code<TAPES> {
    /// Translates `tapes`, or `None` where that can't be done. Each tape writes `local` places before it reads them,
    /// and nothing else reads them.
    pub fn new(
        tapes: [&[Op]; TAPES],
        tables: &[Arc<Table>],
        local: Range<usize>,
        n_memory: usize,
        n_coefficients: usize,
    ) -> Option<Self> {
        let is_short = n_memory.max(n_coefficients) <= x86::MAX_PLACES;
        let ops = tapes.iter().flat_map(|tape| *tape);
        let mut fits = ops.map(|op| op.fits(n_memory, n_coefficients, tables));
        if !is_known() || !is_short || !fits.all(|fits| fits) {
            return None;
        }
        let mut bytes = Vec::new();
        let starts = tapes.map(|tape| {
            let start = bytes.len();
            bytes.extend(x86::translate(tape, tables, local.clone()));
            start
        });
        let mut pages = memmap2::MmapMut::map_anon(bytes.len()).ok()?;
        pages.copy_from_slice(&bytes);
        let pages = pages.make_exec().ok()?;
        let entries = starts.map(|start| {
            let first = pages[start..].as_ptr();
            // SAFETY: a pointer to code becomes a pointer to a function. The bytes there are a whole function of this
            // convention: `translate` changes only registers that are the caller's to save, and returns; the
            // processor has the instructions.
            unsafe { std::mem::transmute::<*const u8, Entry>(first) }
        });
        Some(Self {
            _pages: pages,
            _tables: tables.to_vec(),
            entries,
            n_memory,
            n_coefficients,
        })
    }

    /// Plays a tape. `false`, and nothing done, if the lengths are not those that the code was made for.
    #[inline]
    pub fn run(&self, tape: usize, memory: &mut [f64x2], coefficients: &[f64x2]) -> bool {
        let fits = memory.len() == self.n_memory && coefficients.len() == self.n_coefficients;
        if fits {
            // SAFETY: the code reads and writes within these lengths only (`new` has looked at every operation), at
            // places aligned as `f64x2` is, which is what its aligned moves need, and in tables at rows that these have,
            // whatever the argument (`Table::line`); and `self` keeps its pages and tables.
            unsafe { self.entries[tape](memory.as_mut_ptr(), coefficients.as_ptr()) };
        }
        fits
    }
}
