//! A circuit that another one is being built for.

use crate::rig::chain::CONTROL_TICK;
use crate::units::Hertz;
use crate::units::Seconds;

/// Until the next circuit is faded in, the playing one keeps the knobs and the trim that it was chosen with: those of
/// the next one, such as a preset's, are not for it. From a preset that needs −42 dB to one that needs +19 dB the old
/// circuit would else be heard 60 dB louder for as long as the new one takes to build.
#[derive(Clone, Debug)]
pub struct Leaving {
    is_leaving: bool,
    /// Control ticks since the next one was ordered, and how many are waited for it.
    ticks: u32,
    patience: u32,
    /// The trim that it had.
    trim: Option<f64>,
    /// What its output is multiplied by.
    scale: f64,
    /// Of the way back to 1, per sample.
    share: f64,
}

/// One that is not there by then can't be built: the playing one follows its knobs again.
const PATIENCE: Seconds = 1.0;
/// Time constant with which it then comes to its trim.
const SMOOTHING: Seconds = 5e-3;
/// What is left of the way counts as nothing.
const ARRIVED: f64 = 1e-6;

impl Leaving {
    pub fn new(sample_rate: Hertz) -> Self {
        Self {
            is_leaving: false,
            ticks: 0,
            patience: (PATIENCE * sample_rate) as u32 / CONTROL_TICK,
            trim: None,
            scale: 1.0,
            share: 1.0 - (-1.0 / (SMOOTHING * sample_rate)).exp(),
        }
    }

    /// Another circuit was ordered.
    pub fn begin(&mut self) {
        self.is_leaving = true;
        self.ticks = 0;
    }

    /// The next one plays, at its own trim.
    pub fn end(&mut self) {
        self.is_leaving = false;
        self.trim = None;
        self.scale = 1.0;
    }

    pub fn control_tick(&mut self) {
        self.ticks += u32::from(self.is_leaving);
        if self.ticks > self.patience {
            self.is_leaving = false;
            self.trim = None;
            self.ticks = 0;
        }
    }

    pub fn is_leaving(&self) -> bool {
        self.is_leaving
    }

    /// One sample further: what brings the rig's present trim to the one that the playing circuit had.
    #[inline]
    pub fn tick(&mut self, trim: f64) -> f64 {
        if self.is_leaving {
            self.scale = *self.trim.get_or_insert(trim) / trim;
        } else if self.scale != 1.0 {
            self.scale += (1.0 - self.scale) * self.share;
            if (self.scale - 1.0).abs() < ARRIVED {
                self.scale = 1.0;
            }
        }
        self.scale
    }
}
