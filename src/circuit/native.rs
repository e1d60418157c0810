//! Tapes as machine code: the only file of the engine with `unsafe` in it.
//!
//! No two roundings are fused, so the bits are those of [`crate::circuit::tape::interpret`]. On other processors, or where the system refuses executable memory,
//! there is no code and the interpreter plays.

use crate::circuit::tape::Op;
#[cfg(target_arch = "x86_64")]
use crate::circuit::x86;
use memmap2::Mmap;
use std::ops::Range;
use wide::f64x2;

/// The code of several tapes, for a memory and coefficients of fixed length. Made and dropped off the audio thread.
#[derive(Debug)]
pub struct Code<const TAPES: usize> {
    /// Keeps the pages that `entries` point into.
    _pages: Mmap,
    entries: [Entry; TAPES],
    n_memory: usize,
    n_coefficients: usize,
}

/// Memory and coefficients, in the registers that the System V convention puts them: `rdi` and `rsi`.
#[cfg(target_arch = "x86_64")]
type Entry = extern "sysv64" fn(*mut f64x2, *const f64x2);
#[cfg(not(target_arch = "x86_64"))]
type Entry = extern "C" fn(*mut f64x2, *const f64x2);

impl<const TAPES: usize> Code<TAPES> {
    /// Translates `tapes`, or `None` where that can't be done. Each tape writes `local` places before it reads them,
    /// and nothing else reads them.
    #[cfg(target_arch = "x86_64")]
    pub fn new(
        tapes: [&[Op]; TAPES],
        local: Range<usize>,
        n_memory: usize,
        n_coefficients: usize,
    ) -> Option<Self> {
        let is_short = n_memory.max(n_coefficients) <= x86::MAX_PLACES;
        let mut ops = tapes.iter().flat_map(|tape| *tape);
        if !is_short || !ops.all(|op| op.fits(n_memory, n_coefficients)) {
            return None;
        }
        let mut bytes = Vec::new();
        let starts = tapes.map(|tape| {
            let start = bytes.len();
            bytes.extend(x86::translate(tape, local.clone()));
            start
        });
        let mut pages = memmap2::MmapMut::map_anon(bytes.len()).ok()?;
        pages.copy_from_slice(&bytes);
        let pages = pages.make_exec().ok()?;
        let entries = starts.map(|start| {
            let first = pages[start..].as_ptr();
            // SAFETY: a pointer to code becomes a pointer to a function. The bytes there are a whole function of this
            // convention: `translate` changes only xmm0 to xmm15, which are the caller's to save, and returns.
            unsafe { std::mem::transmute::<*const u8, Entry>(first) }
        });
        Some(Self {
            _pages: pages,
            entries,
            n_memory,
            n_coefficients,
        })
    }

    #[cfg(not(target_arch = "x86_64"))]
    pub fn new(_: [&[Op]; TAPES], _: Range<usize>, _: usize, _: usize) -> Option<Self> {
        None
    }

    /// Plays a tape. `false`, and nothing done, if the lengths are not those that the code was made for.
    #[inline]
    pub fn run(&self, tape: usize, memory: &mut [f64x2], coefficients: &[f64x2]) -> bool {
        let fits = memory.len() == self.n_memory && coefficients.len() == self.n_coefficients;
        if fits {
            // The code reads and writes within these lengths only (`new` has looked at every operation), at places
            // aligned as `f64x2` is, which is what its aligned moves need; and `self` keeps its pages.
            self.entries[tape](memory.as_mut_ptr(), coefficients.as_ptr());
        }
        fits
    }
}
