//! The converters of a digital preamp do what the formulas of sampling and rounding say.

use loadline::circuit::Deck;
use loadline::circuit::Netlist;
use loadline::circuit::OperatingPoint;
use loadline::circuit::small_signal;
use loadline::dsp::Converter;
use loadline::dsp::ConverterFilter;
use loadline::dsp::ConverterSettings;
use loadline::units::v_full_scale;
use realfft::RealFftPlanner;
use std::f64::consts::PI;
use std::f64::consts::TAU;
use std::path::Path;
use wide::f64x2;

const CONVERTED: f64 = 48e3;
const ENGINE: f64 = 192e3;
/// Samples of the engine that are looked at: a whole number of periods of every frequency that is a multiple of 10 Hz.
const N: usize = 19_200;
/// Samples before: filters fill.
const BEFORE: usize = 9_600;

fn settings(bits: u32, dither: Option<u64>, filter: ConverterFilter) -> ConverterSettings {
    ConverterSettings {
        bits,
        rate: CONVERTED,
        dither,
        headroom_dbu: 18.0,
        filter,
    }
}

fn full_scale() -> f64 {
    v_full_scale(18.0)
}

/// Output for a sine in the left lane, after the filters have filled.
fn play(converter: &mut Converter, peak: f64, hz: f64, rate: f64) -> Vec<f64> {
    let step = TAU * hz / rate;
    let sine = |n: usize| f64x2::new([peak * (step * n as f64).sin(), 0.0]);
    let out = |n| converter.tick(sine(n)).to_array()[0];
    (0..BEFORE + N).map(out).skip(BEFORE).collect()
}

/// Amplitude of the sine that is in a signal, and its phase.
fn sine_in(signal: &[f64], hz: f64, rate: f64) -> (f64, f64) {
    let (mut s, mut c) = (0.0, 0.0);
    for (n, v) in signal.iter().enumerate() {
        let (sin, cos) = (TAU * hz / rate * (n + BEFORE) as f64).sin_cos();
        (s, c) = (s + v * sin, c + v * cos);
    }
    let scale = 2.0 / signal.len() as f64;
    ((s * s + c * c).sqrt() * scale, c.atan2(s))
}

/// Power of each bin, 10 Hz apart at [`ENGINE`]; a sine's bin holds half its squared amplitude.
fn power(signal: &[f64]) -> Vec<f64> {
    let fft = RealFftPlanner::new().plan_fft_forward(signal.len());
    let (mut input, mut bins) = (signal.to_vec(), fft.make_output_vec());
    fft.process(&mut input, &mut bins).unwrap();
    let n = signal.len() as f64;
    bins.iter()
        .map(|bin| 2.0 * bin.norm_sqr() / (n * n))
        .collect()
}

fn db(ratio: f64) -> f64 {
    20.0 * ratio.log10()
}

const BIN: f64 = ENGINE / N as f64;
/// The pass-band ends here.
const PASS: f64 = 0.45 * CONVERTED;

/// Signal to noise over half the converter's rate, from the density of the noise in the pass-band.
fn snr(bits: u32, dither: Option<u64>) -> f64 {
    let hz = 1_370.0; // 137 periods in 4800 conversions: the error meets every phase
    let peak = full_scale() * (1.0 - 0.5f64.powi(bits as i32 - 1));
    let mut converter = Converter::new(&settings(bits, dither, ConverterFilter::Steep), ENGINE);
    let bins = power(&play(&mut converter, peak, hz, ENGINE));
    let at = (hz / BIN) as usize;
    let end = (PASS / BIN) as usize;
    let noise: f64 = (1..end).filter(|bin| *bin != at).map(|bin| bins[bin]).sum();
    let whole = noise / (end - 2) as f64 * (CONVERTED / 2.0 / BIN);
    10.0 * (bins[at] / whole).log10()
}

/// Measured 0.25 dB (8 bits: its error is not quite noise), 0.06 dB at 16 bits.
const TOL_SNR: f64 = 0.5;

#[test]
fn noise_is_what_the_bits_say() {
    for bits in [8, 12, 16, 20] {
        let ideal = 6.0206 * f64::from(bits) + 1.7609;
        let (plain, dithered) = (snr(bits, None), snr(bits, Some(7)));
        println!("{bits} bits: {plain:.2} dB, dithered {dithered:.2} dB; formula {ideal:.2} dB");
        assert!((plain - ideal).abs() < TOL_SNR, "{bits} bits: {plain} dB");
        // Triangular dither triples the noise.
        let dithered_ideal = ideal - 4.7712;
        assert!(
            (dithered - dithered_ideal).abs() < TOL_SNR,
            "{bits} bits: {dithered} dB"
        );
    }
}

#[test]
fn dither_turns_harmonics_into_white_noise() {
    let hz = 1_000.0;
    let step = full_scale() / 2f64.powi(15);
    let harmonics = |bins: &[f64]| -> f64 {
        let odd = (3..=19).step_by(2);
        odd.map(|k| bins[(f64::from(k) * hz / BIN) as usize]).sum()
    };
    let of = |dither| {
        let mut converter = Converter::new(&settings(16, dither, ConverterFilter::Steep), ENGINE);
        power(&play(&mut converter, 0.7 * step, hz, ENGINE))
    };
    let (plain, dithered) = (of(None), of(Some(3)));
    let fundamental = 0.5 * (0.7 * step).powi(2);
    let plain_db = 10.0 * (harmonics(&plain) / fundamental).log10();
    assert!(plain_db > -12.0, "{plain_db} dB"); // measured −6.4: nearly a square wave

    // Without harmonics, their bins hold noise like any others: three twelfths of a step squared over half the rate.
    let density = 0.25 * step * step / (CONVERTED / 2.0 / BIN);
    let floor_db = 10.0 * (harmonics(&dithered) / (9.0 * density)).log10();
    assert!(floor_db.abs() < 5.0, "{floor_db} dB"); // nine bins: 1.4 dB is one deviation
    // White: each quarter of the pass-band holds as much.
    let quarter = (PASS / BIN / 4.0) as usize;
    for k in 0..4 {
        let bins = k * quarter + 1..(k + 1) * quarter;
        let (mut sum, mut n) = (0.0, 0);
        for bin in bins.filter(|bin| bin % 100 != 0) {
            (sum, n) = (sum + dithered[bin], n + 1);
        }
        let level = 10.0 * (sum / f64::from(n) / density).log10();
        assert!(level.abs() < 0.6, "quarter {k}: {level} dB"); // measured 0.2 dB; 0.19 dB is one deviation
    }
}

/// The hold's response.
fn hold(hz: f64) -> f64 {
    let x = PI * hz / CONVERTED;
    x.sin() / x
}

/// Measured 0.05 dB: two ripples of 0.03 dB.
const TOL_ALIAS: f64 = 0.07;

#[test]
fn without_filters_the_alias_is_where_folding_puts_it() {
    let rate = 384e3;
    for (hz, folded) in [(30e3, 18e3), (40e3, 8e3), (70e3, 22e3)] {
        let mut converter = Converter::new(&settings(24, None, ConverterFilter::Off), rate);
        let out = play(&mut converter, 1.0, hz, rate);
        let level = db(sine_in(&out, folded, rate).0);
        let wanted = db(hold(folded));
        println!("{hz} Hz comes as {folded} Hz, {level:.4} dB; formula {wanted:.4} dB");
        assert!(
            (level - wanted).abs() < TOL_ALIAS,
            "{hz} Hz: {level} dB, not {wanted}"
        );
    }
}

#[test]
fn the_steep_filter_leaves_no_alias() {
    for (hz, folded) in [(26.4e3, 21.6e3), (30e3, 18e3), (47e3, 1e3), (70e3, 22e3)] {
        let mut converter = Converter::new(&settings(24, None, ConverterFilter::Steep), ENGINE);
        let out = play(&mut converter, 1.0, hz, ENGINE);
        let level = db(sine_in(&out, folded, ENGINE).0);
        println!("{hz} Hz: alias {level:.1} dB");
        assert!(level < -91.0, "{hz} Hz: {level} dB"); // measured −91.7 at the very edge
    }
}

/// Response in dB.
fn response(settings: &ConverterSettings, hz: f64, rate: f64) -> f64 {
    let mut converter = Converter::new(settings, rate);
    db(sine_in(&play(&mut converter, 1.0, hz, rate), hz, rate).0)
}

#[test]
fn steep_is_flat_to_045_of_the_rate() {
    for rate in [96e3, 192e3, 384e3] {
        for hz in [20.0, 1e3, 5e3, 10e3, 15e3, 18e3, 20e3, 21e3, 21.6e3] {
            let db = response(&settings(24, None, ConverterFilter::Steep), hz, rate);
            println!("{rate} Hz, {hz} Hz: {db:+.4} dB");
            assert!(db.abs() < 0.1, "{hz} Hz at {rate} Hz: {db} dB"); // measured 0.066
        }
    }
}

#[test]
fn gentle_and_off_are_what_their_formulas_say() {
    for hz in [1e3, 10e3, 20e3] {
        let gentle = response(&settings(24, None, ConverterFilter::Gentle), hz, 384e3);
        let butterworth = -10.0 * (1.0 + (hz / PASS).powi(12)).log10();
        let wanted = 2.0 * butterworth + db(hold(hz));
        assert!(
            (gentle - wanted).abs() < 0.01,
            "{hz} Hz: {gentle} dB, not {wanted}"
        );
        let off = response(&settings(24, None, ConverterFilter::Off), hz, 192e3);
        let wanted = db(hold(hz));
        assert!(
            (off - wanted).abs() < 0.07,
            "{hz} Hz: {off} dB, not {wanted}"
        ); // two ripples of 0.03
    }
}

#[test]
fn clips_at_the_headroom() {
    let bits = 12;
    let step = full_scale() / 2f64.powi(11);
    for (v, wanted) in [(1.5, full_scale() - step), (-1.5, -full_scale())] {
        let mut converter = Converter::new(&settings(bits, None, ConverterFilter::Steep), ENGINE);
        let v = f64x2::splat(v * full_scale());
        let last = (0..20_000)
            .map(|_| converter.tick(v).to_array()[0])
            .last()
            .unwrap();
        assert!(
            (last / wanted - 1.0).abs() < 1e-9,
            "{last} V, not {wanted} V"
        );
    }
}

#[test]
fn the_gain_lies_between_the_converters() {
    let of = |peak: f64, gain: f64| {
        let mut converter = Converter::new(&settings(24, None, ConverterFilter::Steep), ENGINE);
        converter.jump_gain(gain);
        sine_in(&play(&mut converter, peak, 1e3, ENGINE), 1e3, ENGINE).0
    };
    assert!((of(0.1, 10.0) - 1.0).abs() < 5e-3);
    // What the first converter has clipped stays clipped: nearly 4/π for a square wave of full scale.
    let squared = of(100.0 * full_scale(), 0.5);
    assert!(
        (squared / (0.5 * full_scale()) - 4.0 / PI).abs() < 0.01,
        "{squared} V"
    );
}

#[test]
fn a_gain_that_is_set_is_reached_without_a_jump() {
    let mut converter = Converter::new(&settings(24, None, ConverterFilter::Steep), ENGINE);
    for _ in 0..4_000 {
        converter.tick(f64x2::ONE);
    }
    converter.set_gain(3.0);
    let mut out = (0..20_000).map(|_| converter.tick(f64x2::ONE).to_array()[0]);
    let after_a_constant = out
        .nth(960 + (converter_delay() * ENGINE) as usize)
        .unwrap();
    assert!(
        (after_a_constant - (3.0 - 2.0 / 1f64.exp())).abs() < 0.02,
        "{after_a_constant} V"
    );
    assert!((out.last().unwrap() - 3.0).abs() < 1e-3);
}

fn converter_delay() -> f64 {
    Converter::new(&settings(24, None, ConverterFilter::Steep), ENGINE).delay()
}

#[test]
fn tells_its_delay() {
    let hz = 100.0;
    for filter in [
        ConverterFilter::Steep,
        ConverterFilter::Gentle,
        ConverterFilter::Off,
    ] {
        let mut converter = Converter::new(&settings(24, None, filter), ENGINE);
        let out = play(&mut converter, 1.0, hz, ENGINE);
        let measured = -sine_in(&out, hz, ENGINE).1 / (TAU * hz);
        let told = converter.delay();
        println!("{filter:?}: {:.1} µs", told * 1e6);
        assert!(
            (measured - told).abs() < 0.1e-6,
            "{filter:?}: {measured} s, told {told} s"
        );
    }
}

/// All that is not the sine up to 20 kHz, with 24 bits: what the steep filter's 94 dB leave of the engine's images. Measured
/// −107.7 dB at 44.1 kHz in 192 kHz, −90.9 dB at 96 kHz in 88.2 kHz.
const TOL_CLOCKS: f64 = -88.0;

#[test]
fn clocks_need_not_fit() {
    for (converted, rate) in [
        (44.1e3, 192e3),
        (37.8e3, 192e3),
        (96e3, 88.2e3),
        (192e3, 48e3),
        (8e3, 384e3),
    ] {
        let settings = ConverterSettings {
            rate: converted,
            ..settings(24, None, ConverterFilter::Steep)
        };
        let mut converter = Converter::new(&settings, rate);
        let hz = 750.0;
        let mut out = play(&mut converter, 1.0, hz, rate);
        let whole = (rate / 50.0) as usize * (out.len() / (rate / 50.0) as usize);
        out.truncate(whole);
        let (peak, phase) = sine_in(&out, hz, rate);
        for (n, v) in out.iter_mut().enumerate() {
            *v -= peak * (TAU * hz / rate * (n + BEFORE) as f64 + phase).sin();
        }
        let bin = rate / out.len() as f64;
        let end = (20e3f64.min(0.45 * converted) / bin) as usize;
        let rest: f64 = power(&out).iter().take(end).sum();
        let rest_db = 10.0 * (rest / 0.5).log10();
        println!(
            "{converted} Hz in {rate} Hz: {:+.4} dB, rest {rest_db:.1} dB",
            db(peak)
        );
        assert!(
            rest_db < TOL_CLOCKS,
            "{converted} Hz in {rate} Hz: {rest_db} dB"
        );
        assert!(db(peak).abs() < 0.1);
    }
}

#[test]
fn reset_plays_the_same_again() {
    let mut converter = Converter::new(&settings(8, Some(5), ConverterFilter::Gentle), 100e3);
    converter.set_gain(2.0);
    converter.reset();
    let mut of = || {
        let out = play(&mut converter, 3.0, 440.0, 100e3);
        converter.reset();
        out
    };
    let first = of();
    assert_eq!(first, of());
    let mut other = Converter::new(&settings(8, Some(6), ConverterFilter::Gentle), 100e3);
    other.jump_gain(2.0);
    assert_ne!(first, play(&mut other, 3.0, 440.0, 100e3));
}

/// Level at the output of a deck's bench, in dB.
fn deck_db(name: &str, set: &[(&str, f64)], hz: f64) -> f64 {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join(format!("plugin-assets/circuits/preamps/{name}.cir"));
    let mut deck = Deck::open(&path).unwrap();
    for (parameter, value) in set {
        deck.set(parameter, *value).unwrap();
    }
    let point = OperatingPoint::solve(Netlist::expand(&deck).unwrap()).unwrap();
    db(small_signal(&point, "out", &[hz]).unwrap()[0].norm())
}

#[test]
fn the_decks_around_the_converters_leave_the_signal_alone() {
    for hz in [20.0, 1e3, 20e3] {
        let flat = deck_db("digital_in", &[], hz);
        assert!(flat.abs() < 3e-3, "{hz} Hz: {flat} dB"); // measured 0.001
        let pad = deck_db("digital_in", &[("pad", 20.0), ("z_source", 10.0)], hz);
        assert!((pad + 20.0).abs() < 0.02, "{hz} Hz: {pad} dB"); // measured 0.008
        let out = deck_db("digital_out", &[("r_load", 1e6)], hz);
        assert!(out.abs() < 0.06, "{hz} Hz: {out} dB"); // measured 0.03: 100 ohm and 1k before 47k and 1M
    }
    // 100 ohm out: half the voltage into 100 ohm beside the bleeder.
    let halved = deck_db("digital_out", &[("r_load", 100.0)], 1e3);
    assert!((halved + 6.04).abs() < 0.03, "{halved} dB");
    // 100u before 100 ohm, and the load beside the bleeder: -3 dB at 0.191 Hz.
    let corner = deck_db("digital_out", &[], 0.191) - deck_db("digital_out", &[], 100.0);
    assert!((corner + 3.01).abs() < 0.02, "{corner} dB");
}

#[test]
fn the_panel_finds_all_of_the_converters_settings() {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("plugin-assets/circuits/preamps/digital_in.cir");
    let deck = Deck::open(&path).unwrap();
    let notes = deck.annotations();
    let knobs: Vec<&str> = notes.knobs.iter().map(|knob| knob.id.as_str()).collect();
    let choices: Vec<&str> = notes
        .choices
        .iter()
        .map(|choice| choice.id.as_str())
        .collect();
    assert_eq!(knobs, ["z_in", "gain"]);
    assert_eq!(
        choices,
        ["pad", "bits", "rate", "dither", "headroom", "filter"]
    );
}
