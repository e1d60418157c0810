//! What a loudspeaker and its microphones make of the voltage across the loudspeaker.

mod driver;
mod enclosure;
mod field;
mod impulse_response;
mod microphone;
mod response;

use crate::dsp::Convolver;
use crate::rig::cabinet::response::Response;
use crate::units::Hertz;
use std::fmt;
use wide::f64x2;

pub use crate::rig::cabinet::impulse_response::ImpulseResponse;
pub use crate::rig::cabinet::microphone::{Mic, MicKind};

/// Loudspeakers whose sound is computed; the electrical side of each is a load deck.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum CabinetModel {
    /// The voltage itself, at no cost.
    #[default]
    None,
    /// One 12 inch guitar driver in an open back.
    Open1x12,
    /// Two 12 inch guitar drivers in an open back.
    Open2x12,
    /// Four 12 inch guitar drivers in a sealed cabinet.
    Closed4x12,
    /// Eight 10 inch bass drivers in a sealed cabinet.
    Bass8x10,
    /// A hi-fi loudspeaker of 17 cm and a dome, in a ported cabinet.
    HifiTwoWay,
}

impl CabinetModel {
    pub const ALL: [CabinetModel; 6] = [
        Self::None,
        Self::Open1x12,
        Self::Open2x12,
        Self::Closed4x12,
        Self::Bass8x10,
        Self::HifiTwoWay,
    ];

    /// As the panel shows it.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "None",
            Self::Open1x12 => "1x12 open back",
            Self::Open2x12 => "2x12 open back",
            Self::Closed4x12 => "4x12 closed",
            Self::Bass8x10 => "Bass 8x10",
            Self::HifiTwoWay => "Hi-fi two-way",
        }
    }
}

/// A loudspeaker and two microphones before it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CabinetChoice {
    pub model: CabinetModel,
    pub mics: [Mic; 2],
    /// Share of the second microphone, 0 to 1: at 0 or 1 only one is heard.
    pub mix: f64,
}

impl Default for CabinetChoice {
    fn default() -> Self {
        let ribbon = Mic {
            kind: MicKind::Ribbon,
            distance: 0.15,
            ..Mic::default()
        };
        Self {
            model: CabinetModel::None,
            mics: [Mic::default(), ribbon],
            mix: 0.0,
        }
    }
}

/// What is needed to build a cabinet.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CabinetOrder {
    pub choice: CabinetChoice,
    /// The host's.
    pub sample_rate: Hertz,
}

/// Why there is no cabinet: what is wrong, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CabinetError(pub String);

impl fmt::Display for CabinetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for CabinetError {}

/// Volts across the loudspeaker in, volts of the microphones out, without delay.
///
/// **Level.** Pink noise between 100 Hz and 5 kHz is as loud after the cabinet as before:
///
/// ```text
/// mean of |H(f)|² over log f, 100 Hz … 5 kHz = 1
/// ```
///
/// for each microphone, and again for their mix; for a user's response too. So distance changes the sound, not the level.
///
/// **Time.** Each microphone's response is the minimum-phase one of its magnitude; the sound's way to the nearer one is left
/// out, what the farther one lags behind is kept. Left and right are the same, but for a user's stereo response.
#[derive(Clone, Debug)]
pub struct Cabinet {
    /// `None` where there is no cabinet.
    convolver: Option<Convolver>,
}

/// Rates that a response can be computed for.
const RATES: std::ops::RangeInclusive<Hertz> = 8e3..=800e3;

impl Cabinet {
    /// Computes the response. Allocates and takes some 10 ms; never on the audio thread.
    pub fn build(order: &CabinetOrder) -> Result<Box<Cabinet>, CabinetError> {
        check(order.sample_rate)?;
        let Some(enclosure) = enclosure::of(order.choice.model) else {
            return Ok(Box::new(Self { convolver: None }));
        };
        let response = Response::generate(&enclosure, &order.choice, order.sample_rate);
        Ok(Self::convolving(response))
    }

    /// A user's response at the host's rate. Allocates; never on the audio thread.
    pub fn from_response(
        response: &ImpulseResponse,
        sample_rate: Hertz,
    ) -> Result<Box<Cabinet>, CabinetError> {
        check(sample_rate)?;
        let lanes = response.at_rate(sample_rate);
        Ok(Self::convolving(Response::finish(lanes, sample_rate)?))
    }

    fn convolving(response: Response) -> Box<Cabinet> {
        let [left, right] = &response.lanes;
        let convolver = Some(Convolver::new(left, right));
        Box::new(Self { convolver })
    }

    /// Samples from an input to the last output that it has a part in.
    pub fn tail_samples(&self) -> usize {
        self.convolver.as_ref().map_or(0, Convolver::n_taps)
    }

    /// To silence. Never allocates.
    pub fn reset(&mut self) {
        self.convolver.iter_mut().for_each(Convolver::reset);
    }

    /// One host sample. Never allocates.
    #[inline]
    pub fn tick(&mut self, v: f64x2) -> f64x2 {
        match &mut self.convolver {
            Some(convolver) => convolver.tick(v),
            None => v,
        }
    }
}

fn check(sample_rate: Hertz) -> Result<(), CabinetError> {
    if RATES.contains(&sample_rate) {
        Ok(())
    } else {
        Err(CabinetError(format!(
            "no cabinet at a sample rate of {sample_rate} Hz: choose one between 8 kHz and 800 kHz"
        )))
    }
}
