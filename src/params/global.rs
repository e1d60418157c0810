//! The host parameters that belong to no rig.

use crate::params::knob::decibels;
use crate::params::linear;
use crate::params::quality::OfflineQuality;
use crate::params::quality::Quality;
use crate::rig::Channels;
use crate::rig::Controls;
use crate::rig::Oversampling;
use crate::rig::Phase;
use crate::rig::Side;
use crate::rig::ranges;
use nice_plug::prelude::BoolParam;
use nice_plug::prelude::Enum;
use nice_plug::prelude::EnumParam;
use nice_plug::prelude::FloatParam;
use nice_plug::prelude::IntParam;
use nice_plug::prelude::Params;

/// The rig that is heard and shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum Active {
    #[id = "a"]
    A,
    #[id = "b"]
    B,
}

/// Phase of the oversampling filters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum FilterPhase {
    #[id = "minimum"]
    Minimum,
    #[id = "linear"]
    Linear,
}

/// What the two channels carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum ChannelMode {
    #[id = "stereo"]
    Stereo,
    #[id = "dual_mono"]
    #[name = "Dual mono"]
    DualMono,
    #[id = "mid_side"]
    #[name = "Mid/side"]
    MidSide,
}

#[derive(Params)]
pub struct GlobalParams {
    /// Time-keeping bypass, linked to the host's own.
    #[id = "bypass"]
    pub bypass: BoolParam,
    /// Which rig is heard; the switch crossfades.
    #[id = "active"]
    pub active: EnumParam<Active>,
    /// Level of a full-scale sine at the input, in dBu.
    #[id = "calibration"]
    pub calibration: FloatParam,
    /// Oversampling of both rigs while the host plays.
    #[id = "quality"]
    pub quality: EnumParam<Quality>,
    /// The same while it renders.
    #[id = "quality_offline"]
    pub quality_offline: EnumParam<OfflineQuality>,
    #[id = "phase"]
    pub phase: EnumParam<FilterPhase>,
    /// The circuits' own noise in both rigs.
    #[id = "noise"]
    pub noise: BoolParam,
    #[id = "channels"]
    pub channels: EnumParam<ChannelMode>,
    /// Of the parts' usual tolerances, in %.
    #[id = "tolerance"]
    pub tolerance: IntParam,
    /// Serial number of the units.
    #[id = "unit"]
    pub unit: IntParam,
    /// The rig that is heard less the other one.
    #[id = "difference"]
    pub difference: BoolParam,
}

impl GlobalParams {
    pub fn new(defaults: &Controls) -> Self {
        let choices = &defaults.rigs[0].choices;
        let tolerance = choices.tolerance;
        Self {
            bypass: BoolParam::new("Bypass", defaults.bypass).make_bypass(),
            active: EnumParam::new("Active", Active::from(defaults.side)),
            calibration: decibels(
                "Calibration".into(),
                defaults.calibration_dbu,
                ranges::CALIBRATION,
                " dBu",
            ),
            quality: EnumParam::new("Quality", Quality(choices.oversampling)),
            quality_offline: EnumParam::new("Offline Quality", OfflineQuality(None)),
            phase: EnumParam::new("Filter Phase", FilterPhase::Minimum),
            noise: BoolParam::new("Noise", choices.noise.is_some()),
            channels: EnumParam::new("Channels", ChannelMode::Stereo),
            tolerance: IntParam::new(
                "Tolerance",
                tolerance.percent.into(),
                linear(ranges::TOLERANCE),
            )
            .with_unit(" %"),
            unit: IntParam::new("Unit", tolerance.unit.into(), linear(ranges::UNIT)),
            difference: BoolParam::new("Difference", false),
        }
    }

    /// Oversampling of a host that plays, or of one that renders.
    pub fn oversampling(&self, offline: bool) -> Oversampling {
        let Quality(live) = self.quality.value();
        let OfflineQuality(rendering) = self.quality_offline.value();
        rendering.filter(|_| offline).unwrap_or(live)
    }
}

impl From<Active> for Side {
    fn from(active: Active) -> Self {
        match active {
            Active::A => Self::A,
            Active::B => Self::B,
        }
    }
}

impl From<Side> for Active {
    fn from(side: Side) -> Self {
        match side {
            Side::A => Self::A,
            Side::B => Self::B,
        }
    }
}

impl From<FilterPhase> for Phase {
    fn from(phase: FilterPhase) -> Self {
        match phase {
            FilterPhase::Minimum => Self::Minimum,
            FilterPhase::Linear => Self::Linear,
        }
    }
}

impl From<ChannelMode> for Channels {
    fn from(mode: ChannelMode) -> Self {
        match mode {
            ChannelMode::Stereo => Self::Stereo,
            ChannelMode::DualMono => Self::DualMono,
            ChannelMode::MidSide => Self::MidSide,
        }
    }
}
