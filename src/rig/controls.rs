//! What a rig is told: plain values, no host types, no smoothing.

use crate::units::Decibels;
use crate::units::Ohms;

/// Ranges of the controls that are not rotations, for hosts and for the command line.
pub mod ranges {
    use std::ops::RangeInclusive;

    /// In dBu.
    pub const CALIBRATION: RangeInclusive<f64> = -20.0..=30.0;
    /// In Ω.
    pub const Z_SOURCE: RangeInclusive<f64> = 10.0..=1e6;
    /// In Ω.
    pub const Z_IN: RangeInclusive<f64> = 300.0..=10e6;
    /// In dB.
    pub const TRIM: RangeInclusive<f64> = -60.0..=24.0;
}

/// Which of the two rigs is heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Side {
    #[default]
    A,
    B,
}

impl Side {
    pub const BOTH: [Side; 2] = [Side::A, Side::B];

    pub fn index(self) -> usize {
        self as usize
    }
}

/// Solver steps per host sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Oversampling {
    X1,
    X2,
    #[default]
    X4,
    X8,
    X16,
}

impl Oversampling {
    pub const ALL: [Oversampling; 5] = [Self::X1, Self::X2, Self::X4, Self::X8, Self::X16];

    pub fn factor(self) -> usize {
        1 << self.stages()
    }

    /// Number of doublings.
    pub fn stages(self) -> usize {
        self as usize
    }
}

/// Positions of the knobs that glide. Pots are rotations, 0 to 1; impedances are in Ω.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Knobs {
    pub z_source: Ohms,
    pub z_in: Ohms,
    pub gain: f64,
    pub bass: f64,
    pub mid: f64,
    pub treble: f64,
}

impl Default for Knobs {
    fn default() -> Self {
        Self {
            z_source: 100.0,
            z_in: 1e6,
            gain: 0.5,
            bass: 0.5,
            mid: 0.5,
            treble: 0.5,
        }
    }
}

/// What can't glide: another choice is another chain, built off the audio thread and crossfaded in.
///
/// `source` and `preamp` are places in [`super::library::SOURCES`] and [`super::library::PREAMPS`]; a place
/// that no model fills plays the first model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choices {
    pub source: usize,
    pub preamp: usize,
    pub oversampling: Oversampling,
    /// Seed of the circuit's own noise; `None` leaves it silent.
    pub noise: Option<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RigControls {
    pub choices: Choices,
    pub knobs: Knobs,
    /// Output trim of this rig.
    pub trim_db: Decibels,
}

/// Everything an instance is told for the samples that follow.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Controls {
    /// Level of a full-scale sine at the input, in dBu: the only place where full scale becomes volts.
    pub calibration_dbu: Decibels,
    pub side: Side,
    pub bypass: bool,
    pub rigs: [RigControls; 2],
}

impl Default for Controls {
    /// A tube preamp at its edge against an op-amp that meets its rails, both as loud as a guitar that goes in.
    fn default() -> Self {
        let rig = |preamp, gain, trim_db| RigControls {
            choices: Choices {
                source: 0,
                preamp,
                oversampling: Oversampling::default(),
                noise: None,
            },
            knobs: Knobs {
                gain,
                ..Knobs::default()
            },
            trim_db,
        };
        Self {
            calibration_dbu: 12.0,
            side: Side::A,
            bypass: false,
            rigs: [rig(0, 0.3, -31.5), rig(1, 0.6, -23.0)],
        }
    }
}
