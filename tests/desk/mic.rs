//! The transparent microphone amplifier: gain, noise, filters.

use crate::bench::Set;
use crate::bench::db;
use crate::bench::level;
use crate::bench::near;
use crate::bench::parallel;
use crate::bench::point;
use loadline::circuit::output_noise;
use loadline::circuit::small_signal;

/// Noise from 20 Hz to 20 kHz, in V, and the gain at 1 kHz.
fn noise_and_gain(set: Set) -> (f64, f64) {
    let at_rest = point("preamps/mic_transparent", set);
    let hz: Vec<f64> = (0..1000)
        .map(|k| 20.0 + 19.98 * (f64::from(k) + 0.5))
        .collect();
    let densities = output_noise(&at_rest, "out", &hz).unwrap();
    let power: f64 = densities.iter().map(|e| e * e * 19.98).sum();
    (
        power.sqrt(),
        small_signal(&at_rest, "out", &[1e3]).unwrap()[0].norm(),
    )
}

fn dbu(volts: f64) -> f64 {
    db(volts / 0.6f64.sqrt())
}

#[test]
fn the_transparent_amplifier_has_the_gain_it_says() {
    /// In dB. Measured 0.017, of the loop gain left at 66 dB.
    const TOL: f64 = 0.05;
    // From 150 Ω into 2.4 kΩ, and from 47 Ω into 10 kΩ.
    let ends = db(2400.0 / 2550.1) + db(10e3 / 10.047e3);
    for (range, gain) in [(0.0, 0.0), (0.0, 0.5), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0)] {
        let set = [("gain", gain), ("gain_range", range)];
        let got = level("preamps/mic_transparent", &set, 1e3) - ends;
        near("gain", got, 6.0 + 30.0 * (gain + range), TOL);
    }
    let padded = level("preamps/mic_transparent", &[("pad", 1.0)], 1e3);
    let straight = level("preamps/mic_transparent", &[], 1e3);
    let shunt = parallel(160.0, 2400.0);
    let want = db(shunt / (150.0 + 1350.0 + shunt)) - db(2400.0 / 2550.1);
    near("pad", padded - straight, want, 1e-3);
    near("pad, nominally", padded - straight, -20.0, 0.5);
}

#[test]
fn the_transparent_amplifier_is_quiet_at_high_gain_and_its_second_stage_rules_at_low() {
    /// In dB. Measured 0.028.
    const TOL: f64 = 0.08;
    let (high, gain) = noise_and_gain(&[("gain", 1.0), ("gain_range", 1.0)]);
    let ein = dbu(high / gain);
    // Thermal noise of 150 Ω beside 2.4 kΩ, and of 28 Ω twice and the 5 Ω between the emitters, as at the source.
    let resistance = parallel(150.1, 2400.0) + 2.0 * 27.9 + 5.0;
    let formula = (4.0 * 1.380649e-23 * 300.15 * resistance * 19_980.0).sqrt() * 2550.1 / 2400.0;
    near("EIN, dBu", ein, dbu(formula), TOL);
    assert!((-129.5..-128.0).contains(&ein), "EIN {ein:.1} dBu");
    let (low, gain) = noise_and_gain(&[("gain", 0.0)]);
    let first_stage = formula * gain;
    println!(
        "output at 6 dB: {:.1} dBu, of which {:.1} dBu from the first stage",
        dbu(low),
        dbu(first_stage)
    );
    // Measured −103.9 dBu, 20 dB above the first stage.
    assert!((-105.0..-103.0).contains(&dbu(low)) && low > 8.0 * first_stage);
}

#[test]
fn low_cuts_are_butterworths() {
    const DECK: &str = "preamps/mic_transparent";
    /// In dB. Measured 4e-6.
    const TOL: f64 = 1.2e-5;
    for low_cut in [40.0, 80.0, 120.0, 200.0] {
        for (slope, order) in [(2.0, 4), (3.0, 6)] {
            let set = [("low_cut", low_cut), ("slope", slope)];
            let of = |hz| level(DECK, &set, hz) - level(DECK, &[], hz);
            near("at the corner", of(low_cut), -3.0103, TOL);
            let formula = |x: f64| -10.0 * (1.0 + x.powi(order)).log10();
            near("two octaves below", of(low_cut / 4.0), formula(4.0), TOL);
        }
    }
}

#[test]
fn correction_eq_is_flat_at_half_and_symmetrical() {
    const DECK: &str = "preamps/mic_transparent";
    /// In dB. Measured 0.02.
    const TOL: f64 = 0.05;
    let flat: Vec<f64> = [50.0, 200.0, 1e3, 5e3, 15e3]
        .map(|hz| level(DECK, &[], hz))
        .into();
    let span =
        flat.iter().fold(f64::MIN, |a, b| a.max(*b)) - flat.iter().fold(f64::MAX, |a, b| a.min(*b));
    assert!(span <= TOL, "{flat:.3?}");
    // Measured 11.0, 10.9 and 8.0 dB.
    for (knob, hz, least) in [
        ("bass", 40.0, 10.5),
        ("presence", 4.5e3, 10.5),
        ("treble", 18e3, 7.5),
    ] {
        let [up, down] =
            [1.0, 0.0].map(|turn| level(DECK, &[(knob, turn)], hz) - level(DECK, &[], hz));
        println!("{knob}: {up:+.2} {down:+.2} dB at {hz} Hz");
        assert!(up > least && (up + down).abs() <= TOL);
    }
}
