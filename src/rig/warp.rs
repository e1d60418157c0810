//! What the trapezoidal rule takes off a source's treble, and gives back.
//!
//! At small signals the rule is exact but for the pitch: it answers at f as the circuit does at f' (`circuit::warped`),
//! which is 18.5 kHz for 18 kHz at 192 kHz. Where a source falls by 12 dB an octave, as a pickup does above its
//! resonance, that is 0.56 dB. A source is all but linear, so that this is known beforehand: one zero in front of it gives
//! back what it takes, at whatever rate.

use crate::circuit::CircuitError;
use crate::circuit::OperatingPoint;
use crate::circuit::small_signal;
use crate::circuit::warped;
use crate::dsp::Emphasis;
use crate::rig::Choices;
use crate::rig::compose::source_alone;
use crate::rig::library::Library;
use crate::units::Hertz;

/// Where the treble is looked at.
const TREBLE: [Hertz; 4] = [4.5e3, 9e3, 13.5e3, 18e3];
/// Highest frequency that one zero can follow, in cycles per step.
const MOST: f64 = 0.25;

/// For a rig's source at `rate` ticks and `steps` steps a second, with its knobs at their defaults and its rated load: it depends on nothing
/// that moves. A pot that is turned changes the slope by an order at most, which is 0.21 dB at 4× and 44.1 kHz. A source
/// that can't be solved alone is left as it is.
pub fn unwarped(choices: &Choices, library: &Library, rate: Hertz, steps: Hertz) -> Emphasis {
    let heard: Vec<Hertz> = TREBLE.into_iter().filter(|hz| *hz <= MOST * rate).collect();
    let lost = lost(choices, library, &heard, steps).unwrap_or_default();
    Emphasis::fit(heard.iter().map(|hz| hz / rate).zip(lost))
}

/// By what the solver's response falls short at these frequencies.
fn lost(
    choices: &Choices,
    library: &Library,
    heard: &[Hertz],
    steps: Hertz,
) -> Result<Vec<f64>, CircuitError> {
    let (source, output) = source_alone(choices, library)?;
    let point = OperatingPoint::solve(source)?;
    let moved: Vec<Hertz> = heard.iter().map(|hz| warped(*hz, steps)).collect();
    let should = small_signal(&point, output, heard)?;
    let is = small_signal(&point, output, &moved)?;
    let both = should.iter().zip(&is);
    Ok(both.map(|(should, is)| (should / is).norm()).collect())
}
