//! What is told of the places between the blocks, as text.

use crate::meters::Junction;
use crate::units::ratio_to_db;
use crate::units::text::ohms;
use crate::units::text::si;
use crate::units::v_rms_to_dbu;

/// Less than this is shown as silence, in V.
const SILENT: f64 = 1e-7;

/// "1.23 V · +4.0 dBu"
pub fn volts(v_rms: f32) -> String {
    let v_rms = f64::from(v_rms);
    if v_rms < SILENT {
        return "0 V · −∞ dBu".into();
    }
    format!("{} · {} dBu", si(v_rms, "V"), signed(v_rms_to_dbu(v_rms)))
}

/// "10 kΩ → 1 MΩ"
pub fn impedances(junction: &Junction) -> String {
    let (z_source, z_load) = (junction.loading.z_source, junction.loading.z_load);
    format!(
        "{} → {}",
        ohms(f64::from(z_source)),
        ohms(f64::from(z_load))
    )
}

/// "−6.0 dB"
pub fn loss(junction: &Junction) -> String {
    decibels(f64::from(junction.loading.loss_db))
}

/// V²/|Z| of the last junction, in W.
pub fn watts(junction: &Junction) -> String {
    let v_rms = f64::from(junction.v_rms);
    if v_rms < SILENT {
        return "0 W".into();
    }
    si(v_rms * v_rms / f64::from(junction.loading.z_load), "W")
}

/// How far below one amplifier the sum of both is, in dB; negative, and the further the better.
pub fn null_db(sum_rms: f32, amp_rms: f32) -> Option<f64> {
    let (sum, amp) = (f64::from(sum_rms), f64::from(amp_rms));
    (amp > SILENT).then(|| ratio_to_db(sum.max(SILENT) / amp))
}

pub fn decibels(db: f64) -> String {
    let shown = format!("{db:.1} dB").replace('-', "−");
    if shown == "−0.0 dB" {
        "0.0 dB".into()
    } else {
        shown
    }
}

fn signed(db: f64) -> String {
    format!("{db:+.1}").replace('-', "−")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::meters::Loading;

    fn junction(v_rms: f32) -> Junction {
        let loading = Loading {
            z_source: 6.4,
            z_load: 8.0,
            loss_db: -0.04,
        };
        Junction { v_rms, loading }
    }

    #[test]
    fn a_junction_is_told_as_on_a_schematic() {
        assert_eq!(volts(1.2277), "1.23 V · +4.0 dBu");
        assert_eq!(volts(0.01), "10 mV · −37.8 dBu");
        assert_eq!(volts(0.0), "0 V · −∞ dBu");
        assert_eq!(impedances(&junction(1.0)), "6.4 Ω → 8 Ω");
        assert_eq!(loss(&junction(1.0)), "0.0 dB");
        assert_eq!(watts(&junction(17.9)), "40.1 W");
        assert_eq!(watts(&junction(0.0)), "0 W");
    }

    #[test]
    fn amplifiers_that_agree_null_deeply() {
        assert!((null_db(0.01, 1.0).unwrap() + 40.0).abs() < 1e-4);
        assert_eq!(null_db(0.0, 0.0), None);
    }
}
