//! What is silent and has come to rest need not be solved.

use crate::dsp::LATENCY_SAMPLES;
use crate::rig::Knobs;
use crate::rig::chain::CONTROL_TICK;
use crate::units::Hertz;
use crate::units::Seconds;
use crate::units::Volts;
use wide::f64x2;

/// Watches a rig for silence at its input and rest inside, or at least at its output: what is not heard for so long as
/// [`UNHEARD`] may take minutes inside, a core's remanence or a capacitor that only a junction leaks from.
///
/// A rig that sleeps keeps its state and its last output; the next sample that is not zero, or a knob or trim that moves, wakes it
/// as if no time had gone by.
#[derive(Clone, Debug)]
pub struct Sleep {
    is_asleep: bool,
    /// Samples of silence so far.
    silent: usize,
    v_out: f64x2,
    /// Where the output has stayed, within what is not heard, and for how many samples.
    v_still: f64x2,
    still: usize,
    /// Samples of it after which the rig may sleep.
    unheard: usize,
    trim: f64,
    until_look: u32,
    /// Where the knobs were when the rig was last looked at.
    knobs: Knobs,
}

/// Of full scale: what does not move by more is not heard.
const NOTHING: f64 = 1e-6;
/// And falls asleep when it has not for so long.
const UNHEARD: Seconds = 20.0;
/// Samples from one look at the circuits' state to the next.
const LOOK: u32 = 1024;

impl Sleep {
    pub fn new(sample_rate: Hertz) -> Self {
        Self {
            is_asleep: false,
            silent: 0,
            v_out: f64x2::ZERO,
            v_still: f64x2::ZERO,
            still: 0,
            unheard: (UNHEARD * sample_rate) as usize,
            trim: 1.0,
            until_look: LOOK,
            knobs: Knobs::default(),
        }
    }

    /// Wide awake.
    pub fn wake(&mut self) {
        self.is_asleep = false;
        (self.silent, self.still) = (0, 0);
    }

    #[inline]
    pub fn is_asleep(&self) -> bool {
        self.is_asleep
    }

    /// The output, if the rig sleeps through this input with this trim.
    #[inline]
    pub fn through(&mut self, v_in: f64x2, trim: f64) -> Option<f64x2> {
        if self.is_asleep {
            if v_in == f64x2::ZERO && trim == self.trim {
                return Some(self.v_out);
            }
            self.wake();
        }
        self.trim = trim;
        None
    }

    /// What the rig has made of a sample, with full scale at so many volts.
    #[inline]
    pub fn played(&mut self, v_in: f64x2, v_out: f64x2, full_scale: Volts) {
        self.silent = if v_in == f64x2::ZERO {
            self.silent + 1
        } else {
            0
        };
        self.v_out = v_out;
        let moved = (v_out - self.v_still).abs();
        self.still += 1;
        if !moved.simd_le(f64x2::splat(NOTHING * full_scale)).all() {
            (self.v_still, self.still) = (v_out, 0);
        }
    }

    /// Whether the rig sleeps on at a control tick with these knobs, which may be known to be those of the last one.
    pub fn sleeps_on(&mut self, knobs: &Knobs, are_still: bool) -> bool {
        if self.is_asleep && !are_still && self.knobs != *knobs {
            self.wake();
        }
        self.is_asleep
    }

    /// At a control tick: falls asleep where there has been silence for longer than what plays remembers, `tail` samples
    /// behind the latency, and `has_settled` says that the circuits are at rest, or nothing has been heard of them. That
    /// is asked at intervals.
    pub fn look(&mut self, knobs: &Knobs, tail: usize, has_settled: impl FnOnce() -> bool) {
        self.until_look = self.until_look.saturating_sub(CONTROL_TICK);
        if self.until_look > 0 {
            return;
        }
        self.until_look = LOOK;
        let is_still = (has_settled() || self.still > self.unheard) && self.knobs == *knobs;
        self.knobs = *knobs;
        self.is_asleep = is_still && self.silent > LATENCY_SAMPLES + tail + LOOK as usize;
    }
}
