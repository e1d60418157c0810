//! Cabinets: level, time, what computed loudspeakers sound like, and a user's impulse responses.

use loadline::rig::Cabinet;
use loadline::rig::CabinetChoice;
use loadline::rig::CabinetModel;
use loadline::rig::CabinetOrder;
use loadline::rig::ImpulseResponse;
use loadline::rig::Mic;
use loadline::rig::MicKind;
use std::f64::consts::TAU;
use std::fs;
use std::path::PathBuf;
use wide::f64x2;

fn build(model: CabinetModel, mics: [Mic; 2], mix: f64, sample_rate: f64) -> Box<Cabinet> {
    let choice = CabinetChoice { model, mics, mix };
    let order = CabinetOrder {
        choice,
        sample_rate,
    };
    Cabinet::build(&order).unwrap()
}

/// Impulse response of both lanes.
fn impulse(cabinet: &mut Cabinet, n: usize) -> [Vec<f64>; 2] {
    let x = |k| if k == 0 { f64x2::ONE } else { f64x2::ZERO };
    let mut both: Vec<[f64; 2]> = (0..n).map(|k| cabinet.tick(x(k)).to_array()).collect();
    let heard = both.iter().rposition(|y| y.iter().any(|y| y.abs() > 1e-14));
    both.truncate(heard.map_or(0, |last| last + 1));
    [0, 1].map(|lane| both.iter().map(|y| y[lane]).collect())
}

/// Power of a response at one frequency.
fn power(h: &[f64], hz: f64, rate: f64) -> f64 {
    let (sin, cos) = (TAU * hz / rate).sin_cos();
    // Horner's rule at exp(−jω).
    let sum = h.iter().rev().fold((0.0, 0.0), |(re, im), h| {
        (re * cos + im * sin + h, im * cos - re * sin)
    });
    sum.0 * sum.0 + sum.1 * sum.1
}

fn db(h: &[f64], hz: f64, rate: f64) -> f64 {
    10.0 * power(h, hz, rate).log10()
}

/// Mean power over an even row of frequencies on a logarithmic axis, in dB.
fn band_db(h: &[f64], from: f64, to: f64, rate: f64) -> f64 {
    let n = 300;
    let at = |k: i32| from * (to / from).powf((f64::from(k) + 0.5) / f64::from(n));
    let sum: f64 = (0..n).map(|k| power(h, at(k), rate)).sum();
    10.0 * (sum / f64::from(n)).log10()
}

fn mic(kind: MicKind, distance: f64, angle: f64, offset: f64) -> Mic {
    Mic {
        kind,
        distance,
        angle,
        offset,
    }
}

/// The response of one microphone at 48 kHz.
fn response(model: CabinetModel, mic: Mic) -> Vec<f64> {
    let [left, _] = impulse(&mut build(model, [mic; 2], 0.0, RATE), 6000);
    left
}

const RATE: f64 = 48e3;
const LOUDSPEAKERS: [CabinetModel; 5] = [
    CabinetModel::Open1x12,
    CabinetModel::Open2x12,
    CabinetModel::Closed4x12,
    CabinetModel::Bass8x10,
    CabinetModel::HifiTwoWay,
];

#[test]
fn no_cabinet_is_the_voltage_itself() {
    let mut cabinet = build(CabinetModel::None, [Mic::default(); 2], 0.5, RATE);
    for k in 0..100 {
        let v = f64x2::new([f64::from(k).sin(), -0.1 * f64::from(k)]);
        assert_eq!(cabinet.tick(v), v);
    }
}

/// Measured 0.04 dB: three hundred frequencies against every bin.
const TOL_LEVEL: f64 = 0.12;

#[test]
fn pink_noise_is_as_loud_after_as_before() {
    let mics = [
        mic(MicKind::Dynamic, 0.03, 0.0, 0.3),
        mic(MicKind::Ribbon, 0.5, 30.0, 0.0),
    ];
    for model in LOUDSPEAKERS {
        for (mix, rate) in [(0.0, 44.1e3), (1.0, 96e3), (0.4, 48e3)] {
            let [left, right] = impulse(&mut build(model, mics, mix, rate), 12_000);
            assert_eq!(left, right);
            let level = band_db(&left, 100.0, 5e3, rate);
            assert!(level.abs() < TOL_LEVEL, "{model:?}, mix {mix}: {level} dB");
        }
    }
}

#[test]
fn sound_begins_at_once() {
    for model in LOUDSPEAKERS {
        for distance in [0.03, 0.5] {
            let h = response(model, mic(MicKind::Dynamic, distance, 0.0, 0.0));
            let peak = h.iter().fold(0.0, |peak: f64, x| peak.max(x.abs()));
            let at = h.iter().position(|x| x.abs() > 0.1 * peak).unwrap();
            assert!(at <= 5, "{model:?} at {distance} m: {at} samples"); // measured 4
        }
    }
}

#[test]
fn the_farther_microphone_comes_later() {
    let mics = [
        mic(MicKind::Dynamic, 0.05, 0.0, 0.0),
        mic(MicKind::Condenser, 0.565, 0.0, 0.0),
    ];
    let of = |mix| impulse(&mut build(CabinetModel::Closed4x12, mics, mix, RATE), 2000)[0].clone();
    let (near, both) = (of(0.0), of(0.5));
    let gain = both[4] / near[4];
    let peak = near.iter().fold(0.0, |peak: f64, x| peak.max(x.abs()));
    let arrives = (0..near.len()).find(|k| (both[*k] - gain * near[*k]).abs() > 0.02 * peak);
    // 0.515 m are 72.1 samples; a minimum-phase low-pass takes two or three to rise.
    let arrives = arrives.unwrap();
    assert!((71..=76).contains(&arrives), "{arrives} samples");
}

/// Measured 0.03 dB.
const TOL_RATE: f64 = 0.1;

#[test]
fn sounds_alike_at_every_rate() {
    for model in LOUDSPEAKERS {
        let mics = [mic(MicKind::Dynamic, 0.03, 20.0, 0.3); 2];
        let reference = response(model, mics[0]);
        for rate in [44.1e3, 96e3, 192e3] {
            let [h, _] = impulse(&mut build(model, mics, 0.0, rate), 24_000);
            for hz in [80.0, 200.0, 1e3, 3e3, 8e3] {
                let error = db(&h, hz, rate) - db(&reference, hz, RATE);
                assert!(
                    error.abs() < TOL_RATE,
                    "{model:?}, {rate} Hz, {hz} Hz: {error} dB"
                );
            }
        }
    }
}

/// What makers of guitar drivers print: a rise between 2 and 4 kHz, nothing above 5 kHz, resonance at 75 to 120 Hz.
#[test]
fn guitar_cabinets_rise_at_3_khz_and_end_at_5() {
    let guitar = [
        CabinetModel::Open1x12,
        CabinetModel::Open2x12,
        CabinetModel::Closed4x12,
    ];
    for model in guitar {
        let h = response(model, mic(MicKind::Dynamic, 0.03, 0.0, 0.35));
        let band = |from, to| band_db(&h, from, to, RATE);
        let (low, middle, rise) = (band(90.0, 180.0), band(500.0, 1.2e3), band(2.2e3, 4e3));
        let (above, air, sub) = (band(7e3, 9e3), band(10e3, 12e3), band(35.0, 45.0));
        println!("{model:?}: {low:.1} {middle:.1} {rise:.1} {above:.1} {air:.1} {sub:.1} dB");
        assert!(
            (3.0..9.0).contains(&(rise - middle)),
            "{model:?}: rise {}",
            rise - middle
        );
        assert!(
            (3.0..12.0).contains(&(low - middle)),
            "{model:?}: low {}",
            low - middle
        );
        assert!(
            (-26.0..-14.0).contains(&(above - rise)),
            "{model:?}: {}",
            above - rise
        );
        assert!(
            air - rise < -28.0 && sub - low < -15.0,
            "{model:?}: {air}, {sub}"
        );
    }
}

#[test]
fn the_two_way_is_flat_in_the_room() {
    let h = response(CabinetModel::HifiTwoWay, mic(MicKind::Omni, 2.0, 0.0, 0.0));
    for octave in [80.0, 160.0, 315.0, 630.0, 1250.0, 2500.0, 5e3, 10e3] {
        let level = band_db(&h, octave / 1.41, octave * 1.41, RATE);
        assert!(level.abs() < 4.0, "{octave} Hz: {level} dB"); // measured 3.4: the baffle's step at 80 Hz
    }
}

#[test]
fn microphones_do_what_they_do() {
    let of = |mic| response(CabinetModel::Closed4x12, mic);
    let tilt = |h: &[f64]| band_db(h, 4e3, 7e3, RATE) - band_db(h, 500.0, 1e3, RATE);
    let bass = |h: &[f64]| band_db(h, 60.0, 120.0, RATE) - band_db(h, 500.0, 1e3, RATE);
    // From the cap to the rim it gets darker; so it does off the axis, at a distance.
    let across = [0.0, 0.4, 0.9].map(|offset| tilt(&of(mic(MicKind::Dynamic, 0.02, 0.0, offset))));
    assert!(across.is_sorted_by(|a, b| a > b), "{across:?} dB");
    let single = |angle| response(CabinetModel::Open1x12, mic(MicKind::Omni, 1.0, angle, 0.0));
    let around = [0.0, 20.0, 40.0].map(|angle| tilt(&single(angle)));
    assert!(around.is_sorted_by(|a, b| a > b), "{around:?} dB");
    // A gradient hears more bass when it is close, the more the more gradient it is.
    let closer = |kind| {
        let at = |distance| {
            bass(&response(
                CabinetModel::Open1x12,
                mic(kind, distance, 0.0, 0.0),
            ))
        };
        at(0.05) - at(1.0)
    };
    let closer = [MicKind::Omni, MicKind::Dynamic, MicKind::Ribbon].map(closer);
    assert!(closer.is_sorted_by(|a, b| a + 1.0 < *b), "{closer:?} dB");
}

#[test]
fn what_is_no_number_is_the_default() {
    let odd = mic(MicKind::Dynamic, f64::NAN, f64::INFINITY, -7.0);
    let sane = Mic {
        offset: 0.0,
        ..Mic::default()
    };
    assert_eq!(
        response(CabinetModel::Open1x12, odd),
        response(CabinetModel::Open1x12, sane)
    );
    let order = |sample_rate| CabinetOrder {
        choice: CabinetChoice::default(),
        sample_rate,
    };
    let why = Cabinet::build(&order(f64::NAN)).unwrap_err().to_string();
    assert!(why.contains("sample rate of NaN Hz: choose"), "{why}");
}

/// A folder of its own.
fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// Decaying noise after some silence.
fn decaying(rate: f64, silence: usize, seconds: f64) -> Vec<f64> {
    let n = (seconds * rate) as usize;
    let tone = |k: usize| {
        let t = k as f64 / rate;
        (-t / 4e-3).exp() * (TAU * 700.0 * t).cos() + (-t / 1e-3).exp() * (TAU * 2.5e3 * t).sin()
    };
    (0..silence).map(|_| 0.0).chain((0..n).map(tone)).collect()
}

fn write(path: &std::path::Path, rate: u32, bits: u16, channels: &[Vec<f64>]) {
    let float = bits == 32;
    let spec = hound::WavSpec {
        channels: channels.len() as u16,
        sample_rate: rate,
        bits_per_sample: bits,
        sample_format: if float {
            hound::SampleFormat::Float
        } else {
            hound::SampleFormat::Int
        },
    };
    let mut writer = hound::WavWriter::create(path, spec).unwrap();
    let full = f64::from(1 << (bits.min(24) - 1));
    for k in 0..channels[0].len() {
        for channel in channels {
            if float {
                writer.write_sample(channel[k] as f32).unwrap();
            } else {
                writer
                    .write_sample((channel[k] * full * 0.4) as i32)
                    .unwrap();
            }
        }
    }
    writer.finalize().unwrap();
}

/// Measured 0.073 dB at 15 kHz: what rings ahead of the start is cut.
const TOL_RESAMPLED: f64 = 0.2;

#[test]
fn a_users_response_sounds_alike_at_every_rate_and_adds_no_delay() {
    let folder = folder("responses");
    for (rate, bits) in [(44_100, 16), (48_000, 24), (96_000, 32)] {
        let path = folder.join(format!("{rate}.wav"));
        let made = decaying(f64::from(rate), 700, 0.1);
        write(&path, rate, bits, std::slice::from_ref(&made));
        let response = ImpulseResponse::read(&path).unwrap();
        assert!(
            (response.seconds() - 0.1).abs() < 1e-3,
            "{} s",
            response.seconds()
        );
        for host in [44.1e3, 48e3, 192e3] {
            let mut cabinet = Cabinet::from_response(&response, host).unwrap();
            let [left, right] = impulse(&mut cabinet, 24_000);
            assert_eq!(left, right);
            assert!(band_db(&left, 100.0, 5e3, host).abs() < TOL_LEVEL);
            let at = left.iter().position(|x| x.abs() > 0.02).unwrap();
            assert!(at as f64 <= 0.4e-3 * host, "{rate} to {host}: {at} samples");
            let reference = db(&left, 700.0, host) - db(&made, 700.0, f64::from(rate));
            for hz in [150.0, 2.5e3, 8e3, 15e3] {
                let level = db(&left, hz, host) - db(&made, hz, f64::from(rate));
                let error = level - reference;
                println!("{rate} to {host}, {hz} Hz: {error:+.3} dB");
                assert!(
                    error.abs() < TOL_RESAMPLED,
                    "{rate} to {host}, {hz} Hz: {error} dB"
                );
            }
        }
    }
}

#[test]
fn a_stereo_response_keeps_its_sides() {
    let rate = 48e3;
    let (left, right) = (decaying(rate, 100, 0.05), decaying(rate, 148, 0.049));
    let half: Vec<f64> = right.iter().map(|x| 0.5 * x).collect();
    let response = ImpulseResponse::from_samples(rate, &[left, half]).unwrap();
    let [left, right] = impulse(&mut Cabinet::from_response(&response, rate).unwrap(), 2000);
    for k in 0..left.len().min(1000) {
        assert!((0.5 * left[k] - right[k + 48]).abs() < 1e-12, "sample {k}");
    }
}

#[test]
fn broken_files_say_what_is_wrong() {
    let folder = folder("broken");
    let rate = 48_000;
    let good = decaying(48e3, 0, 0.02);
    let path = |name: &str| folder.join(name);
    fs::write(path("text.wav"), "not a WAV file").unwrap();
    write(
        &path("three.wav"),
        rate,
        24,
        &[good.clone(), good.clone(), good.clone()],
    );
    write(&path("silent.wav"), rate, 24, &[vec![0.0; 1000]]);
    write(&path("nan.wav"), rate, 32, &[vec![f64::NAN; 1000]]);
    write(&path("long.wav"), rate, 16, &[vec![0.1; 48_000 * 31]]);
    write(&path("empty.wav"), rate, 24, &[Vec::new()]);
    write(&path("cut.wav"), rate, 24, &[good]);
    let whole = fs::read(path("cut.wav")).unwrap();
    fs::write(path("cut.wav"), &whole[..whole.len() / 2]).unwrap();
    for (name, what) in [
        ("missing.wav", "can't be opened"),
        ("text.wav", "is no intact WAV file"),
        ("three.wav", "has 3 channels: export it as mono or stereo"),
        ("silent.wav", "holds no sound: export it again"),
        (
            "nan.wav",
            "holds samples that are no numbers: export it again",
        ),
        ("long.wav", "is 31 s long"),
        ("empty.wav", "holds no sound"),
        ("cut.wav", "export it again"),
    ] {
        let why = ImpulseResponse::read(&path(name)).unwrap_err().to_string();
        assert!(why.contains(name) && why.contains(what), "{name}: {why}");
    }
    // Nothing where loudness is measured.
    let hiss = |k: i32| {
        let hann = 0.5 - 0.5 * (TAU * f64::from(k) / 2000.0).cos();
        hann * hann * (TAU * 15e3 * f64::from(k) / 48e3).sin()
    };
    let response = ImpulseResponse::from_samples(48e3, &[(0..2000).map(hiss).collect()]).unwrap();
    let why = Cabinet::from_response(&response, 48e3).unwrap_err();
    assert!(
        why.to_string().contains("between 100 Hz and 5 kHz"),
        "{why}"
    );
}
