//! The converters of a digital preamp: analogue to digital, a gain in between, and back.

mod modal;
mod prototype;
mod quantizer;

use crate::dsp::converter::modal::Modal;
use crate::dsp::converter::prototype::Prototype;
use crate::dsp::converter::quantizer::Quantizer;
use crate::units::Decibels;
use crate::units::Hertz;
use crate::units::Seconds;
use crate::units::v_full_scale;
use std::f64::consts::TAU;
use wide::f64x2;

/// Low-passes before the sampler and after the hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum ConverterFilter {
    /// Elliptic of order 11 twice, with the hold's loss of treble made up for: flat within 0.1 dB to 0.45 of the converter's
    /// rate, −91 dB from 0.55.
    #[default]
    Steep,
    /// Butterworth of order 6 twice: with the hold's loss −9.1 dB at 0.45 of the rate; aliases above.
    Gentle,
    /// None: everything that the engine carries aliases, and the stairs stay stairs.
    Off,
}

/// A pair of converters.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ConverterSettings {
    /// Of both converters, 2 to 32.
    pub bits: u32,
    /// Conversions a second; any, 1 kHz to 768 kHz, whatever the engine's rate.
    pub rate: Hertz,
    /// Seed of the dither of both converters; `None` leaves it out.
    pub dither: Option<u64>,
    /// Level of a full-scale sine: its peak is where both converters clip.
    pub headroom_dbu: Decibels,
    pub filter: ConverterFilter,
}

impl Default for ConverterSettings {
    fn default() -> Self {
        Self {
            bits: 16,
            rate: 48e3,
            dither: Some(1),
            headroom_dbu: 18.0,
            filter: ConverterFilter::default(),
        }
    }
}

/// Volts in, volts out, at the engine's rate; in between whole numbers at the converters' rate. A lane is a channel.
///
/// ```text
/// low-pass → sample → round, clip → × gain → round, clip → hold → low-pass
/// ```
///
/// The low-passes are analogue: sums of decaying modes that are known at any instant, so samples are taken and held values
/// change where the converter's clock says, between the engine's samples if need be, without an interpolator. The engine's
/// samples are impulses to the first, which takes what lies above half the engine's rate off, too; the second sees the
/// staircase itself. Both therefore end at 0.41 of the engine's rate at the latest, `Off` as well.
///
/// Highest code: one step below full scale. At a gain of exactly 1 a word fits as it is and is not rounded again.
/// Not modelled: jitter, missing codes, distortion of the hold, noise of the analogue parts.
///
/// Measured at 48 kHz: within 0.07 dB to 21.6 kHz, aliases of 26.4 kHz and above at most −91 dB.
/// Stereo at 48 kHz in 192 kHz: 614 instructions a step; 1324 where the clocks don't fit (44.1 kHz).
#[derive(Clone, Debug)]
pub struct Converter {
    filters: [Modal; 2],
    quantizers: [Quantizer; 2],
    /// From one tick to the next.
    step: Seconds,
    /// Steps from one conversion to the next.
    period: f64,
    /// Steps from this tick to the next conversion.
    until: f64,
    held: f64x2,
    gain: f64,
    wanted_gain: f64,
    /// Part of the way to the wanted gain that is made in a conversion.
    share: f64,
    delay: Seconds,
}

/// Pass-band edge of the steep filters, in rates of the converter.
const EDGE: f64 = 0.45;
/// The same at most, in rates of the engine: the stop-band begins at half of it.
const WIDEST: f64 = 0.5 / prototype::STEEPNESS;
/// An elliptic low-pass falls by only 6 dB an octave in the end, and so jumps when it is struck; a resonance of this
/// frequency, in pass-band edges, and this Q makes that 18 dB. Within 0.01 dB up to the edge.
const RUN_OUT: (f64, f64) = (4.0, 0.72);
/// In rates of the engine: a gentle filter with its edge below this has fallen by 108 dB at half the rate.
const WIDEST_GENTLE: f64 = 1.0 / 16.0;
/// The hold's loss, sin(x)/x, is made up for by a resonance of this frequency in rates of the converter and this Q.
/// Within 0.006 dB up to 0.45 of the rate (fitted).
const HOLD_CORRECTION: (f64, f64) = (0.730_42, 1.912_75);
/// Time constant of the gain.
const GAIN_SMOOTHING: Seconds = 5e-3;

impl Converter {
    /// `rate` is the engine's. Allocates; never on the audio thread.
    pub fn new(settings: &ConverterSettings, rate: Hertz) -> Self {
        let converted = settings.rate.clamp(1e3, 768e3);
        let prototypes = low_passes(settings.filter, converted, rate);
        let full_scale = v_full_scale(settings.headroom_dbu);
        let bits = settings.bits.clamp(2, 32);
        // The second converter has other dither, or it would undo the first one's.
        let seeds = settings.dither.map(|seed| [seed, !seed]);
        let quantizer = |k: usize| Quantizer::new(bits, full_scale, seeds.map(|seeds| seeds[k]));
        let delay = prototypes.iter().map(Prototype::delay).sum::<Seconds>() + 0.5 / converted;
        Self {
            filters: prototypes.map(|prototype| Modal::new(&prototype, 1.0 / rate)),
            quantizers: [quantizer(0), quantizer(1)],
            step: 1.0 / rate,
            period: rate / converted,
            until: 0.0,
            held: f64x2::ZERO,
            gain: 1.0,
            wanted_gain: 1.0,
            share: 1.0 - (-1.0 / (GAIN_SMOOTHING * converted)).exp(),
            delay,
        }
    }

    /// To silence, with the gain where it is wanted; the same dither again.
    pub fn reset(&mut self) {
        self.filters.iter_mut().for_each(Modal::reset);
        self.quantizers.iter_mut().for_each(Quantizer::reset);
        (self.until, self.held) = (0.0, f64x2::ZERO);
        self.gain = self.wanted_gain;
    }

    /// Digital gain, a bare ratio; it is approached with a time constant of 5 ms.
    pub fn set_gain(&mut self, gain: f64) {
        self.wanted_gain = gain;
    }

    /// Digital gain from the next conversion on.
    pub fn jump_gain(&mut self, gain: f64) {
        (self.gain, self.wanted_gain) = (gain, gain);
    }

    /// Whether it makes noise of its own.
    pub fn is_dithered(&self) -> bool {
        self.quantizers.iter().any(Quantizer::is_dithered)
    }

    /// Delay of low frequencies.
    pub fn delay(&self) -> Seconds {
        self.delay
    }

    /// One sample of the engine. Never allocates.
    #[inline]
    pub fn tick(&mut self, v: f64x2) -> f64x2 {
        let [before, after] = &mut self.filters;
        let out = after.output();
        before.strike(v * self.step);
        after.advance(self.held);
        while self.until < 1.0 {
            let sample = self.filters[0].output_after(self.until * self.step);
            let held = self.convert(sample);
            let late = (1.0 - self.until) * self.step;
            self.filters[1].rise(held - self.held, late);
            self.held = held;
            self.until += self.period;
        }
        self.until -= 1.0;
        self.filters[0].coast();
        out
    }

    /// One conversion there and back.
    fn convert(&mut self, v: f64x2) -> f64x2 {
        if self.gain != self.wanted_gain {
            self.gain += (self.wanted_gain - self.gain) * self.share;
            if (self.wanted_gain - self.gain).abs() <= 1e-9 * self.wanted_gain {
                self.gain = self.wanted_gain;
            }
        }
        let [to_digital, to_analogue] = &mut self.quantizers;
        let word = to_digital.quantize(v);
        if self.gain == 1.0 {
            word
        } else {
            to_analogue.quantize(word * self.gain)
        }
    }
}

/// The filters before and after, for a converter and an engine of these rates.
fn low_passes(filter: ConverterFilter, converted: Hertz, rate: Hertz) -> [Prototype; 2] {
    let widest = steep(WIDEST * rate);
    match filter {
        ConverterFilter::Off => [widest.clone(), widest],
        ConverterFilter::Steep => {
            let steep = steep((EDGE * converted).min(WIDEST * rate));
            let (hz, q) = HOLD_CORRECTION;
            let correction = Prototype::resonance(TAU * hz * converted, q);
            [steep.clone(), steep.and(correction)]
        }
        ConverterFilter::Gentle => {
            let gentle = Prototype::gentle(TAU * EDGE * converted);
            let gentle = if EDGE * converted <= WIDEST_GENTLE * rate {
                gentle
            } else {
                gentle.and(widest)
            };
            [gentle.clone(), gentle]
        }
    }
}

fn steep(edge: Hertz) -> Prototype {
    let (edges, q) = RUN_OUT;
    Prototype::steep(TAU * edge).and(Prototype::resonance(TAU * edges * edge, q))
}
