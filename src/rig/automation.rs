//! From the knobs that a host tells to the knobs that the circuits follow.

use crate::dsp::SAMPLES_TO_SOLVER;
use crate::rig::Controls;
use crate::rig::Knobs;
use crate::rig::Slot;
use crate::rig::Turn;
use crate::rig::chain::CONTROL_TICK;
use crate::rig::chain::WHOLE_TURN;
use crate::rig::ramp::Clock;
use crate::rig::ramp::Ramp;
use crate::rig::slot::N_KNOBS;
use crate::units::Hertz;

/// Knobs of both rigs, delayed by as much as the audio takes to the circuits.
///
/// A circuit's coefficients are built at control ticks and glide straight in between. So that a knob that is turned
/// anywhere between two ticks is heard just as long after its sample, a tick's knobs are the mean over one tick's length:
/// what was told at sample n begins to turn n + [`DELAY`] − 7…n + [`DELAY`] and is halfway at n + [`DELAY`] + 4, whatever
/// the phase of the ticks. The audio of sample n is there at n + [`SAMPLES_TO_SOLVER`]; with the shortest way from there
/// to the host nothing changes before the sample at which the change was drawn.
#[derive(Debug)]
pub struct Automation {
    clock: Clock,
    /// Samples of a whole turn.
    whole_turn: f64,
    told: [Knobs; 2],
    /// When that was told.
    told_at: [u64; 2],
    turns: [[Turning; N_KNOBS]; 2],
    /// Means of the last ticks' lengths, as a ring.
    means: [[Knobs; 2]; TICKS_LATE],
    /// Where in the ring the oldest is.
    oldest: usize,
    /// Samples of the length that is under way.
    passed: u32,
    /// Those of them that the sums know.
    summed: u32,
    /// Lengths that still have to be written before all of the ring is the same.
    unsettled: usize,
}

/// A knob's position, 0 to 1.
#[derive(Clone, Copy, Debug)]
struct Turning {
    ramp: Ramp,
    /// Integral over the length under way, in samples.
    sum: f64,
    /// Whether it was on its way in this length.
    moved: bool,
}

/// From a knob's sample to the end of the tick whose target it decides alone: the audio's way, a tick, and what the
/// shortest of the oversamplers' ways back falls short of the delay that they have at low frequency.
const DELAY: u32 = SAMPLES_TO_SOLVER as u32 + CONTROL_TICK + 1;
/// Whole lengths from the end of a mean to the tick that heads for it.
const TICKS_LATE: usize = ((DELAY - CONTROL_TICK) / CONTROL_TICK + 1) as usize;
/// Samples from a control tick to the next end of a length.
const PHASE: u32 = CONTROL_TICK - (DELAY % CONTROL_TICK);

impl Automation {
    pub fn new(sample_rate: Hertz) -> Self {
        let knobs = [Knobs::default(); 2];
        let turning = Turning {
            ramp: Ramp::at(0.0),
            sum: 0.0,
            moved: false,
        };
        Self {
            clock: Clock::new(sample_rate),
            whole_turn: WHOLE_TURN * sample_rate,
            told: knobs,
            told_at: [0; 2],
            turns: [[turning; N_KNOBS]; 2],
            means: [knobs; TICKS_LATE],
            oldest: 0,
            passed: 0,
            summed: 0,
            unsettled: 0,
        }
    }

    pub fn clock(&self) -> Clock {
        self.clock
    }

    /// Takes over the knobs at a control tick, as if they had always been there.
    pub fn jump(&mut self, controls: &Controls) {
        self.clock.reset();
        self.told = controls.rigs.map(|rig| rig.knobs);
        self.told_at = [0; 2];
        for (turns, knobs) in self.turns.iter_mut().zip(&self.told) {
            for ((turning, place), position) in turns.iter_mut().zip(places()).zip(knobs.all()) {
                *turning = Turning {
                    ramp: Ramp::at(place.turned(*position)),
                    sum: 0.0,
                    moved: false,
                };
            }
        }
        self.means = [self.told; TICKS_LATE];
        self.oldest = 0;
        self.passed = CONTROL_TICK - PHASE;
        self.summed = self.passed;
        self.unsettled = 0;
    }

    /// What the host says from here on.
    pub fn tell(&mut self, controls: &Controls) {
        for side in 0..2 {
            if self.told[side] != controls.rigs[side].knobs {
                self.turn(side, &controls.rigs[side].knobs);
            }
        }
    }

    #[cold]
    fn turn(&mut self, side: usize, knobs: &Knobs) {
        self.sum_up();
        self.told_at[side] = self.clock.now();
        let Self {
            turns,
            told,
            clock,
            whole_turn,
            ..
        } = self;
        let told = &mut told[side];
        let now = turns[side].iter_mut().zip(places());
        for ((turning, place), (told, position)) in
            now.zip(told.all_mut().iter_mut().zip(knobs.all()))
        {
            if told != position && position.is_finite() {
                let wanted = place.turned(*position);
                if !turning.moved {
                    turning.sum = turning.ramp.now() * f64::from(self.passed);
                    turning.moved = true;
                }
                let least = (wanted - turning.ramp.now()).abs() * *whole_turn;
                turning.ramp.tell(wanted, *clock, least);
                *told = *position;
            }
        }
        self.unsettled = TICKS_LATE + 1;
    }

    /// So many samples further: at most to the next control tick, or any number while [`is_still`](Self::is_still).
    #[inline]
    pub fn pass(&mut self, samples: u32) {
        self.clock.pass(samples);
        let passed = self.passed + samples;
        if passed >= CONTROL_TICK {
            self.passed = CONTROL_TICK;
            if self.unsettled > 0 {
                self.end();
            }
            self.summed = 0;
        }
        self.passed = passed % CONTROL_TICK;
    }

    /// What the circuits head for in the tick that begins.
    pub fn knobs(&self, side: usize) -> &Knobs {
        &self.means[self.oldest][side]
    }

    /// Whether a rig's knobs have stood here for longer than the points of one slope can be apart.
    pub fn rests_at(&self, side: usize, knobs: &Knobs) -> bool {
        self.told[side] == *knobs && self.clock.has_rested_since(self.told_at[side])
    }

    /// Whether the circuits head for what they headed for at the last tick.
    pub fn is_still(&self) -> bool {
        self.unsettled == 0
    }

    /// Adds the ways of the knobs up to here.
    fn sum_up(&mut self) {
        let samples = self.passed - self.summed;
        for turning in self.turns.iter_mut().flatten() {
            if turning.moved {
                turning.sum += turning.ramp.pass(samples);
            }
        }
        self.summed = self.passed;
    }

    /// Writes the mean of the length that ends.
    #[cold]
    fn end(&mut self) {
        self.sum_up();
        let mut means = self.told;
        let mut is_moving = false;
        for (turns, means) in self.turns.iter_mut().zip(&mut means) {
            for ((turning, place), mean) in turns.iter_mut().zip(places()).zip(means.all_mut()) {
                if turning.moved {
                    *mean = place.position(turning.sum / f64::from(CONTROL_TICK));
                    turning.sum = 0.0;
                    turning.moved = !turning.ramp.is_still();
                    is_moving |= turning.moved;
                }
            }
        }
        self.means[self.oldest] = means;
        self.oldest = (self.oldest + 1) % TICKS_LATE;
        self.unsettled = if is_moving {
            TICKS_LATE + 1
        } else {
            self.unsettled - 1
        };
    }
}

fn places() -> impl Iterator<Item = &'static Turn> {
    let knobs = Slot::ALL.iter().flat_map(|slot| slot.knobs());
    knobs.map(|knob| &knob.turn)
}
