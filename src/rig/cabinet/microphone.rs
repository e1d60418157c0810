//! Microphones: where they stand, where they listen to, and what they leave out.

use crate::units::Hertz;
use realfft::num_complex::Complex64;

/// Classes of microphone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum MicKind {
    /// Cardioid moving coil for instruments: presence peak, bass rolled off for close use.
    #[default]
    Dynamic,
    /// Ribbon, figure of eight: falls gently at the top.
    Ribbon,
    /// Cardioid condenser with a large diaphragm: rises a little at the top.
    Condenser,
    /// Omnidirectional for measurements: pressure as it is.
    Omni,
}

impl MicKind {
    pub const ALL: [MicKind; 4] = [Self::Dynamic, Self::Ribbon, Self::Condenser, Self::Omni];

    /// As the panel shows it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Dynamic => "Dynamic",
            Self::Ribbon => "Ribbon",
            Self::Condenser => "Condenser",
            Self::Omni => "Omni",
        }
    }
}

/// A microphone before the cabinet, listening to a spot on the grille: of one driver if it is close, in the middle of the
/// cabinet if it is far off.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mic {
    pub kind: MicKind,
    /// From the grille, 0.01 to 3 m.
    pub distance: f64,
    /// Off the axis, 0 to 80 degrees.
    pub angle: f64,
    /// Of the spot from there sideways, in radii of the driver, 0 (dust cap) to 1 (rim).
    pub offset: f64,
}

impl Default for Mic {
    /// Two fingers from the grille, between the dust cap and the rim.
    fn default() -> Self {
        Self {
            kind: MicKind::default(),
            distance: 0.03,
            angle: 0.0,
            offset: 0.35,
        }
    }
}

impl Mic {
    /// Inside what can be built; what is no number is the default.
    pub fn sane(self) -> Self {
        let default = Self::default();
        let clamp = |x: f64, low: f64, high: f64, default: f64| {
            if x.is_finite() {
                x.clamp(low, high)
            } else {
                default
            }
        };
        Self {
            kind: self.kind,
            distance: clamp(self.distance, 0.01, 3.0, default.distance),
            angle: clamp(self.angle, 0.0, 80.0, default.angle),
            offset: clamp(self.offset, 0.0, 1.0, default.offset),
        }
    }
}

/// A microphone's answer to a plane wave from the front.
pub struct Capsule {
    /// Share of the pressure gradient: 0 omnidirectional, ½ cardioid, 1 figure of eight.
    pub gradient: f64,
    /// Corner and Q of the bass roll-off.
    low: (Hertz, f64),
    /// Corner and Q of the treble roll-off.
    high: (Hertz, f64),
    /// Middle, Q and dB of a bump.
    bump: (Hertz, f64, f64),
}

impl Capsule {
    /// Own curves, after the class: a moving coil as in the SM57's data sheet (Shure: 40 Hz to 15 kHz, −3 dB at 100 Hz far
    /// off, +6 dB near 6 kHz), a ribbon as in the R-121's (Royer: 30 Hz to 15 kHz ±3 dB), a condenser as the U 87's.
    pub fn of(kind: MicKind) -> Self {
        match kind {
            MicKind::Dynamic => Self {
                gradient: 0.5,
                low: (105.0, 0.65),
                high: (13e3, 0.8),
                bump: (5.8e3, 1.0, 6.0),
            },
            MicKind::Ribbon => Self {
                gradient: 1.0,
                low: (30.0, 0.7),
                high: (14e3, 0.6),
                bump: (3.5e3, 0.7, 1.5),
            },
            MicKind::Condenser => Self {
                gradient: 0.5,
                low: (25.0, 0.7),
                high: (20e3, 0.7),
                bump: (9e3, 1.0, 3.0),
            },
            MicKind::Omni => Self {
                gradient: 0.0,
                low: (1.0, 0.7),
                high: (60e3, 0.7),
                bump: (1e3, 1.0, 0.0),
            },
        }
    }

    /// To a plane wave from the front.
    pub fn response(&self, hz: Hertz) -> f64 {
        high_pass(hz, self.low).norm() * low_pass(hz, self.high).norm() * bell(hz, self.bump).norm()
    }
}

/// s²/(w² + s·w/q + s²)
fn high_pass(hz: Hertz, (corner, q): (Hertz, f64)) -> Complex64 {
    let s = Complex64::new(0.0, hz / corner);
    s * s / (1.0 + s / q + s * s)
}

/// w²/(w² + s·w/q + s²)
pub fn low_pass(hz: Hertz, (corner, q): (Hertz, f64)) -> Complex64 {
    let s = Complex64::new(0.0, hz / corner);
    1.0 / (1.0 + s / q + s * s)
}

/// A resonance beside a direct way: `db` in the middle, nothing far off it.
pub fn bell(hz: Hertz, (middle, q, db): (Hertz, f64, f64)) -> Complex64 {
    let s = Complex64::new(0.0, hz / middle);
    let root = 10f64.powf(db / 40.0);
    (1.0 + s * root / q + s * s) / (1.0 + s / (root * q) + s * s)
}
