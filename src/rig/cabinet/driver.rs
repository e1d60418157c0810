//! A driver: from volts at its terminals to what its cone does.

use crate::rig::cabinet::microphone::bell;
use crate::rig::cabinet::microphone::low_pass;
use crate::units::Henries;
use crate::units::Hertz;
use crate::units::Ohms;
use realfft::num_complex::Complex64;
use std::f64::consts::TAU;

/// The electromechanical side, by the parameters of the load deck of the same name.
///
/// ```text
/// Z = Re + K·(jω)^0.65 + Zm,   1/Zm = 1/Res + 1/(jω·Les) + jω·Ces (+ the port's branch)
/// Les = Re/(2π·fs·Qes·(1 + alpha)),  Ces = Qes/(2π·fs·Re)
/// acceleration = jω·V·Zm/(Bl·Z)
/// ```
///
/// Volts at the terminals, so the resonance that the amplifier feels is not counted twice: with a stiff source this is the
/// high-pass of the box, second order if it is sealed, fourth if it has a port.
///
/// Source: R. H. Small, "Direct-radiator loudspeaker system analysis", J. Audio Eng. Soc. 20 (5), 1972; coil: W. M. Leach,
/// "Loudspeaker voice-coil inductance losses", J. Audio Eng. Soc. 50 (6), 2002.
#[derive(Clone, Copy, Debug)]
pub struct Motor {
    pub re: Ohms,
    /// At 1 kHz.
    pub le: Henries,
    pub fs: Hertz,
    pub qes: f64,
    /// Of the driver and its box.
    pub res: Ohms,
    /// Vas over the box, if it is sealed.
    pub alpha: f64,
    pub port: Option<Port>,
}

/// A port and the air behind it.
#[derive(Clone, Copy, Debug)]
pub struct Port {
    pub tuning: Hertz,
    /// Vas over the box.
    pub alpha: f64,
    /// Of the leaks.
    pub q: f64,
}

impl Motor {
    /// Impedance of the moving parts as seen from the coil.
    fn z_motion(&self, s: Complex64) -> Complex64 {
        let Self { re, fs, qes, .. } = *self;
        let les = re / (TAU * fs * qes * (1.0 + self.alpha));
        let ces = qes / (TAU * fs * re);
        let port = self.port.map_or(Complex64::default(), |port| {
            let (l, w) = (les / port.alpha, TAU * port.tuning);
            1.0 / (s * l + w * l / port.q + w * w * l / s)
        });
        1.0 / (1.0 / self.res + 1.0 / (s * les) + s * ces + port)
    }

    /// Of the driver as a load.
    pub fn impedance(&self, hz: Hertz) -> Complex64 {
        let s = Complex64::new(0.0, TAU * hz);
        self.re + self.coil(s) + self.z_motion(s)
    }

    /// K·s^0.65 with an inductance of `le` at 1 kHz.
    fn coil(&self, s: Complex64) -> Complex64 {
        const EXPONENT: f64 = 0.65;
        let w = TAU * 1e3;
        let k = self.le * w.powf(1.0 - EXPONENT) / (EXPONENT * TAU / 4.0).sin();
        k * s.powf(EXPONENT)
    }

    /// Volume acceleration per volt; with a stiff source and without coil it is 1 well above the resonance.
    pub fn acceleration(&self, hz: Hertz) -> Complex64 {
        let s = Complex64::new(0.0, TAU * hz);
        let ces = self.qes / (TAU * self.fs * self.re);
        let cone = s * self.re * ces * self.z_motion(s) / self.impedance(hz);
        match self.port {
            Some(port) => {
                let w = TAU * port.tuning;
                cone * s * s / (s * s + s * w / port.q + w * w)
            }
            None => cone,
        }
    }
}

/// What a cone does above the frequency to which it moves as one.
#[derive(Clone, Copy, Debug)]
pub struct Cone {
    /// Of the cone with half its surround, in m.
    pub radius: f64,
    /// The rim begins to stay behind here, a ring of half the radius two octaves higher.
    pub break_up: Hertz,
    /// Less and less of the cone's mass moves between these.
    pub rise: (Hertz, Hertz),
    /// Bending modes: middle, Q, dB.
    pub modes: &'static [(Hertz, f64, f64)],
    /// The glue and the neck of the cone give in: corner, Q of each low-pass.
    pub roll_off: &'static [(Hertz, f64)],
}

impl Cone {
    /// Against a stiff piston.
    pub fn response(&self, hz: Hertz) -> Complex64 {
        let (from, to) = self.rise;
        let rise = Complex64::new(1.0, hz / from) / Complex64::new(1.0, hz / to);
        let modes = self.modes.iter().map(|mode| bell(hz, *mode));
        let roll_off = self.roll_off.iter().map(|corner| low_pass(hz, *corner));
        modes.chain(roll_off).fold(rise, |all, one| all * one)
    }

    /// How much a ring of this share of the radius still moves; bending waves never leave it quite at rest.
    pub fn ring(&self, share: f64, hz: Hertz) -> f64 {
        const BENDING: f64 = 0.1;
        let corner = self.break_up / (share * share);
        (BENDING * BENDING + 1.0 / (1.0 + (hz / corner).powi(4))).sqrt()
    }
}
