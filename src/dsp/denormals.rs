//! Subnormal numbers, which cost a hundred cycles each and are never heard.

use std::marker::PhantomData;

/// While it lives, subnormal results and operands of this thread's arithmetic are zero; dropping it restores
/// the thread's mode of before. Held around `process`.
///
/// The largest subnormal is 2.2e-308 in f64 and 1.2e-38 in f32 (−758 dBFS).
#[must_use = "the mode is restored when this is dropped"]
#[derive(Debug)]
pub struct FlushToZero {
    before: control::Word,
    /// The mode belongs to the thread, so the guard must not leave it.
    _not_send: PhantomData<*const ()>,
}

impl FlushToZero {
    pub fn enable() -> Self {
        let before = control::read();
        control::write(before | control::FLUSH);
        Self {
            before,
            _not_send: PhantomData,
        }
    }
}

impl Drop for FlushToZero {
    fn drop(&mut self) {
        control::write(self.before);
    }
}

/// `x`, or 0 where `x` is subnormal: for samples that leave for code without [`FlushToZero`].
pub fn flush_subnormal(x: f32) -> f32 {
    if x.is_subnormal() { 0.0 } else { x }
}

/// The floating-point control register of this thread.
///
/// Only assembly reaches it: the intrinsics for MXCSR are deprecated in favour of it, for FPCR there are none.
/// The compiler assumes the default mode, so it may fold a constant expression as if subnormals were kept; that
/// is harmless, because nothing here depends on whether a subnormal is kept.
#[cfg(target_arch = "x86_64")]
mod control {
    use std::arch::asm;

    pub type Word = u32;

    /// FTZ, bit 15: subnormal results are zero. DAZ, bit 6: subnormal operands are zero.
    /// Intel SDM volume 1, 10.2.3.
    pub const FLUSH: Word = 1 << 15 | 1 << 6;

    pub fn read() -> Word {
        let mut word: Word = 0;
        // SAFETY: SSE is part of x86-64; the instruction writes four bytes to `word`, which lives.
        unsafe { asm!("stmxcsr [{}]", in(reg) &mut word, options(nostack, preserves_flags)) };
        word
    }

    pub fn write(word: Word) {
        // SAFETY: the word was read from MXCSR, so no reserved bit is set; rounding and exception masks stay.
        unsafe { asm!("ldmxcsr [{}]", in(reg) &word, options(nostack, preserves_flags)) };
    }
}

#[cfg(target_arch = "aarch64")]
mod control {
    use std::arch::asm;

    pub type Word = u64;

    /// FZ, bit 24: subnormal operands and results are zero. Arm DDI 0487, FPCR.
    pub const FLUSH: Word = 1 << 24;

    pub fn read() -> Word {
        let word: Word;
        // SAFETY: reading FPCR is allowed at every exception level and has no effect.
        unsafe { asm!("mrs {}, fpcr", out(reg) word, options(nomem, nostack, preserves_flags)) };
        word
    }

    pub fn write(word: Word) {
        // SAFETY: the word was read from FPCR, so rounding and traps stay as they were.
        unsafe { asm!("msr fpcr, {}", in(reg) word, options(nostack, preserves_flags)) };
    }
}

/// Elsewhere subnormals are kept: they cost time, not correctness.
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
mod control {
    pub type Word = u32;
    pub const FLUSH: Word = 0;

    pub fn read() -> Word {
        0
    }

    pub fn write(_word: Word) {}
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::hint::black_box;

    /// Result subnormal though both operands are normal; as bits, because under the guard a comparison takes
    /// any subnormal for 0.
    fn small_product() -> u64 {
        (black_box(f64::MIN_POSITIVE) * black_box(0.5)).to_bits()
    }

    /// Result normal though one operand is subnormal.
    fn subnormal_made_large() -> u64 {
        (black_box(f64::from_bits(1 << 51)) * black_box(1e300)).to_bits()
    }

    #[test]
    #[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
    fn subnormal_results_and_operands_are_zero_under_the_guard_only() {
        let before = control::read();
        assert!(small_product() != 0 && subnormal_made_large() != 0);
        {
            let _guard = FlushToZero::enable();
            assert_eq!([0, 0], [small_product(), subnormal_made_large()]);
            drop(FlushToZero::enable());
            assert_eq!(
                0,
                small_product(),
                "the inner guard restored the outer one's mode"
            );
        }
        assert!(small_product() != 0 && subnormal_made_large() != 0);
        assert_eq!(before & control::FLUSH, control::read() & control::FLUSH);
    }

    #[test]
    fn only_subnormals_are_flushed() {
        let kept = [
            0.0,
            1.0,
            -1.0,
            f32::MIN_POSITIVE,
            -f32::MIN_POSITIVE,
            f32::INFINITY,
        ];
        for x in kept {
            assert_eq!(x.to_bits(), flush_subnormal(x).to_bits());
        }
        assert!(flush_subnormal(f32::NAN).is_nan());
        for bits in [1, 0x007f_ffff, 0x8000_0001] {
            assert_eq!(0, flush_subnormal(f32::from_bits(bits)).to_bits());
        }
    }
}
