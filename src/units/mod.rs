//! Units and the few physical constants, each written once.
//!
//! Everything between the front door and the back door of a rig is `f64` in SI units. The aliases document
//! what a number is; they are not checked by the compiler.

pub mod text;

pub type Volts = f64;
pub type Amps = f64;
pub type Ohms = f64;
pub type Siemens = f64;
pub type Farads = f64;
pub type Henries = f64;
pub type Hertz = f64;
pub type Seconds = f64;
pub type Kelvin = f64;
pub type Decibels = f64;

/// In C, as CODATA had it in 2014 and ngspice 39 has it. Today's exact values make kT/q larger by 3.5e-7, which moves
/// every junction by 0.2 µV from where ngspice has it.
pub const ELEMENTARY_CHARGE: f64 = 1.602_176_620_8e-19;

/// Boltzmann's constant over the elementary charge, in V/K (CODATA 2014, too).
pub const BOLTZMANN_OVER_CHARGE: f64 = 1.380_648_52e-23 / ELEMENTARY_CHARGE;

/// 0 °C.
pub const ZERO_CELSIUS: Kelvin = 273.15;

/// SPICE's nominal temperature, 27 °C.
pub const T_NOMINAL: Kelvin = 300.15;

/// 0 dBu: the RMS voltage that puts 1 mW into 600 Ω.
pub const V_RMS_0_DBU: Volts = 0.774_596_669_241_483_4;

/// A temperature in °C.
pub fn kelvin(celsius: f64) -> Kelvin {
    celsius + ZERO_CELSIUS
}

/// Thermal voltage kT/q; 25.865 mV at 27 °C.
pub fn thermal_voltage(t: Kelvin) -> Volts {
    BOLTZMANN_OVER_CHARGE * t
}

/// RMS volts of a level in dBu.
pub fn dbu_to_v_rms(dbu: Decibels) -> Volts {
    V_RMS_0_DBU * db_to_ratio(dbu)
}

/// Level in dBu of an RMS voltage; −∞ for 0 V.
pub fn v_rms_to_dbu(v_rms: Volts) -> Decibels {
    ratio_to_db(v_rms / V_RMS_0_DBU)
}

/// Volts of a sample at full scale (1.0) when a full-scale *sine* reads `dbu`: its peak, √2 × RMS.
pub fn v_full_scale(dbu: Decibels) -> Volts {
    dbu_to_v_rms(dbu) * std::f64::consts::SQRT_2
}

pub fn db_to_ratio(db: Decibels) -> f64 {
    10f64.powf(db / 20.0)
}

pub fn ratio_to_db(ratio: f64) -> Decibels {
    20.0 * ratio.log10()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dbu_is_referred_to_a_milliwatt_in_600_ohms() {
        assert!((dbu_to_v_rms(0.0).powi(2) / 600.0 - 1e-3).abs() < 1e-15);
        assert!((dbu_to_v_rms(4.0) - 1.2277).abs() < 5e-5);
        assert!((v_rms_to_dbu(dbu_to_v_rms(-37.5)) + 37.5).abs() < 1e-12);
    }

    #[test]
    fn thermal_voltage_is_the_one_of_spice() {
        assert!((thermal_voltage(T_NOMINAL) - 25.865e-3).abs() < 1e-6);
    }
}
