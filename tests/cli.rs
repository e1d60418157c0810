//! The promises of the command line, kept by the built program.

use serde_json::Value;
use std::f64::consts::TAU;
use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use std::process::Output;

const TAKE: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/plugin-assets/audio/guit_em9.flac"
);

/// An empty folder of this test's own.
fn folder(test: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("cli")
        .join(test);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_loadline"))
        .current_dir(folder)
        .args(arguments)
        .output()
        .unwrap()
}

/// Standard output of a run that has to go well.
fn ok(folder: &Path, arguments: &[&str]) -> String {
    let output = run(folder, arguments);
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {text}");
    String::from_utf8(output.stdout).unwrap()
}

/// Standard error of a run that has to fail, and leave nothing new in the folder.
fn refused(folder: &Path, arguments: &[&str]) -> String {
    let count = || fs::read_dir(folder).unwrap().count();
    let before = count();
    let output = run(folder, arguments);
    assert_eq!(output.status.code(), Some(1), "{arguments:?}");
    assert_eq!(count(), before, "{arguments:?} left something behind");
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(text.starts_with("loadline: "), "{text}");
    text
}

fn json(folder: &Path, arguments: &[&str]) -> Value {
    serde_json::from_str(&ok(folder, arguments)).unwrap()
}

fn spec(channels: u16, sample_rate: u32, bits_per_sample: u16) -> hound::WavSpec {
    hound::WavSpec {
        channels,
        sample_rate,
        bits_per_sample,
        sample_format: hound::SampleFormat::Int,
    }
}

fn float(channels: u16, sample_rate: u32) -> hound::WavSpec {
    hound::WavSpec {
        sample_format: hound::SampleFormat::Float,
        ..spec(channels, sample_rate, 32)
    }
}

/// Writes `signal` in every channel, rounded to the format's step.
fn write(path: &Path, spec: hound::WavSpec, signal: &[f64]) {
    let mut wav = hound::WavWriter::create(path, spec).unwrap();
    for x in signal {
        for _ in 0..spec.channels {
            match spec.sample_format {
                hound::SampleFormat::Float => wav.write_sample(*x as f32).unwrap(),
                hound::SampleFormat::Int => {
                    wav.write_sample(
                        (x * 2f64.powi(i32::from(spec.bits_per_sample) - 1)).round() as i32
                    )
                    .unwrap();
                }
            }
        }
    }
    wav.finalize().unwrap();
}

/// Interleaved samples of a float WAV file.
fn read(path: &Path) -> (hound::WavSpec, Vec<f64>) {
    let mut wav = hound::WavReader::open(path).unwrap();
    let spec = wav.spec();
    assert_eq!(
        (spec.sample_format, spec.bits_per_sample),
        (hound::SampleFormat::Float, 32)
    );
    (
        spec,
        wav.samples::<f32>()
            .map(|x| f64::from(x.unwrap()))
            .collect(),
    )
}

fn sine(rate: u32, hz: f64, amplitude: f64, n: usize) -> Vec<f64> {
    (0..n)
        .map(|i| amplitude * (TAU * hz * i as f64 / f64::from(rate)).sin())
        .collect()
}

/// out = (in + bias)/2.
const HALF: &str =
    "half\n.param bias=5\nVin in 0 0\nVb b 0 {bias}\nR1 in out 1k\nR2 b out 1k\n.end\n";

/// Corner at 1 kHz.
const LOW_PASS: &str = "low-pass\nVin in 0 dc 0 ac 1\nR1 in out 1k\nC1 out 0 159.154943n\n.end\n";

#[test]
fn every_command_helps_with_an_example() {
    let here = folder("help");
    for command in ["render", "compare", "list", "simulate", "op", "ac"] {
        let help = ok(&here, &[command, "--help"]);
        assert!(help.contains(&format!("\n  loadline {command} ")), "{help}");
        assert!(ok(&here, &["--help"]).contains(command));
    }
    assert!(ok(&here, &["--help"]).contains("Example:\n  loadline "));
    assert_eq!(run(&here, &["play-backwards"]).status.code(), Some(2));
    assert_eq!(run(&here, &[]).status.code(), Some(2));
}

#[test]
fn what_is_wrong_is_named_with_what_to_do() {
    let here = folder("wrong");
    write(&here.join("in.wav"), spec(1, 48_000, 16), &[0.25; 480]);
    write(&here.join("stereo.wav"), spec(2, 48_000, 16), &[0.25; 480]);
    write(&here.join("six.wav"), spec(6, 48_000, 16), &[0.25; 480]);
    write(&here.join("empty.wav"), spec(1, 48_000, 16), &[]);
    fs::write(here.join("half.cir"), HALF).unwrap();
    fs::write(here.join("text.wav"), "no sound at all").unwrap();
    fs::write(here.join("bad.cir"), "bad\nVin in 0 0\nQ1 in out\n.end\n").unwrap();
    let bad = r#"{ "version": 1, "name": "Bad", "category": "", "listen": "", "settings": { "gian": "5" } }"#;
    fs::write(here.join("bad.json"), bad).unwrap();
    for (arguments, said) in [
        ("render none.wav -o out.wav", "can't open none.wav"),
        ("render text.wav -o out.wav", "can't read text.wav"),
        ("render six.wav -o out.wav", "has 6 channels"),
        ("render empty.wav -o out.wav", "holds no sound"),
        ("render in.wav -o out.mp3", "ends in .wav"),
        ("render in.wav -o in.wav", "is also the input"),
        ("render in.wav ./in.wav -o folder", "two inputs"),
        ("render in.wav -o none/out.wav", "can't write none/out.wav"),
        (
            "render in.wav -o out.wav --set a_gian=5",
            "no parameter `a_gian`",
        ),
        (
            "render in.wav -o out.wav --set a_gain=11",
            "a_gain takes 0 to 10",
        ),
        ("render in.wav -o out.wav --set a_gain", "id=value"),
        (
            "render in.wav -o out.wav --set b_source=organ",
            "hot_humbucker",
        ),
        (
            "render in.wav -o out.wav --set a_input_z=1kk",
            "300 Ω to 10 MΩ",
        ),
        (
            "render in.wav -o out.wav --set calibration=loud",
            "-20 to +30 dBu",
        ),
        (
            "compare in.wav -o cmp --set a_trim=3",
            "finds the trims itself",
        ),
        (
            "render in.wav -o out.wav --preset organ",
            "no preset `organ`",
        ),
        (
            "render in.wav -o out.wav --preset none.json",
            "none.json: can't read this preset",
        ),
        (
            "render in.wav -o out.wav --preset bad.json",
            "bad.json: there is no parameter `gian`",
        ),
        (
            "compare in.wav -o cmp --a tweedclean --b ribbonmictransparent",
            "add --set calibration",
        ),
        ("compare in.wav -o cmp", "too short"),
        (
            "simulate half.cir in.wav -o out.wav --probe nowhere",
            "nowhere",
        ),
        ("simulate half.cir stereo.wav -o out.wav", "is stereo"),
        ("simulate none.cir in.wav -o out.wav", "none.cir"),
        ("simulate half.cir in.wav -o out.wav --set gain=1", "gain"),
        (
            "simulate half.cir in.wav -o out.wav --set bias=much",
            "SPICE number",
        ),
        ("op bad.cir", "bad.cir:3"),
        ("ac half.cir --probe nowhere", "nowhere"),
    ] {
        let text = refused(&here, &arguments.split(' ').collect::<Vec<_>>());
        assert!(text.contains(said), "{arguments}\n{text}");
    }
    assert_eq!(
        run(
            &here,
            &["render", "in.wav", "-o", "out.wav", "--quality", "3x"]
        )
        .status
        .code(),
        Some(2)
    );
}

#[cfg(unix)]
#[test]
fn what_is_read_is_not_overwritten() {
    let here = folder("spared");
    write(&here.join("in.wav"), float(1, 48_000), &[0.25; 480]);
    fs::write(here.join("half.cir"), HALF).unwrap();
    std::os::unix::fs::symlink("in.wav", here.join("link.wav")).unwrap();
    fs::create_dir(here.join("cmp")).unwrap();
    fs::copy(here.join("in.wav"), here.join("cmp/A.wav")).unwrap();
    std::os::unix::fs::symlink("..", here.join("cmp/up")).unwrap();
    let kept = fs::read(here.join("in.wav")).unwrap();
    for arguments in [
        "simulate half.cir in.wav -o in.wav",
        "simulate half.cir in.wav -o ./in.wav",
        "simulate half.cir in.wav -o link.wav",
        "simulate half.cir link.wav -o cmp/up/in.wav",
        "simulate half.cir in.wav -o half.cir",
        "render in.wav -o link.wav",
        "render link.wav cmp/A.wav in.wav -o cmp/up",
        "compare cmp/A.wav -o cmp",
    ] {
        let text = refused(&here, &arguments.split(' ').collect::<Vec<_>>());
        assert!(text.contains("is also the input"), "{arguments}\n{text}");
        assert!(
            fs::read(here.join("in.wav")).unwrap() == kept,
            "{arguments}"
        );
        assert!(
            fs::read(here.join("cmp/A.wav")).unwrap() == kept,
            "{arguments}"
        );
    }
    ok(&here, &["simulate", "half.cir", "in.wav", "-o", "new.wav"]);
    ok(&here, &["simulate", "half.cir", "in.wav", "-o", "new.wav"]);
}

#[test]
fn a_deck_and_what_it_includes_may_be_of_any_encoding() {
    let here = folder("encodings");
    let deck = "µ\r\n.include half.lib\r\nVin in 0 1\r\nR1 in out 1k\r\n";
    let utf_16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let marked = |text: &str| ["\u{feff}", text].concat();
    for (deck, library) in [
        (utf_16(deck), marked("R2 out 0 1k\n").into_bytes()),
        (utf_16(&marked(deck)), utf_16("R2 out 0 1k\n")),
    ] {
        fs::write(here.join("half.cir"), deck).unwrap();
        fs::write(here.join("half.lib"), library).unwrap();
        let point = json(&here, &["op", "half.cir", "--json"]);
        assert_eq!(point["nodes_v"]["out"], 0.5, "{point}");
    }
}

#[test]
fn a_file_cut_short_is_refused_and_the_old_output_stays() {
    let here = folder("cut");
    write(
        &here.join("whole.wav"),
        spec(2, 44_100, 24),
        &sine(44_100, 220.0, 0.5, 44_100),
    );
    for (source, cut) in [
        (here.join("whole.wav"), "cut.wav"),
        (PathBuf::from(TAKE), "cut.flac"),
    ] {
        let bytes = fs::read(source).unwrap();
        for part in [3, 2] {
            fs::write(
                here.join(cut),
                &bytes[..bytes.len() * (part - 1) / part + 1],
            )
            .unwrap();
            fs::write(here.join("out.wav"), "as it was").unwrap();
            let text = refused(&here, &["render", cut, "-o", "out.wav", "--quality", "1x"]);
            assert!(text.contains("cut short or damaged"), "{text}");
            assert_eq!(fs::read(here.join("out.wav")).unwrap(), b"as it was");
        }
    }
    // Cut between two blocks of the reader, where nothing but the header's promise is broken.
    let bytes = fs::read(here.join("whole.wav")).unwrap();
    let header = bytes.len() - 44_100 * 6;
    for blocks in [1, 5, 20] {
        fs::write(here.join("cut.wav"), &bytes[..header + blocks * 1152 * 6]).unwrap();
        let text = refused(&here, &["render", "cut.wav", "-o", "out.wav"]);
        assert!(text.contains("cut short or damaged"), "{text}");
    }
    // A FLAC file without a checksum of the whole (26..42), cut where a block begins.
    let mut bytes = fs::read(TAKE).unwrap();
    bytes[26..42].fill(0);
    let mut first = 4;
    while bytes[first] & 0x80 == 0 {
        first += 4 + u32::from_be_bytes([0, bytes[first + 1], bytes[first + 2], bytes[first + 3]])
            as usize;
    }
    first +=
        4 + u32::from_be_bytes([0, bytes[first + 1], bytes[first + 2], bytes[first + 3]]) as usize;
    let begins = |at: &usize| bytes[*at..*at + 4] == bytes[first..first + 4];
    let cut = (bytes.len() / 2..bytes.len() - 4).find(begins).unwrap();
    fs::write(here.join("cut.flac"), &bytes[..cut]).unwrap();
    let text = refused(&here, &["render", "cut.flac", "-o", "out.wav"]);
    assert!(text.contains("end of file"), "{text}");
    // One bit flipped in the sound of a FLAC file breaks a block's checksum, one in the header the sum of all.
    let bytes = fs::read(TAKE).unwrap();
    for at in [bytes.len() / 2, 30] {
        let mut bytes = bytes.clone();
        bytes[at] ^= 0x10;
        fs::write(here.join("flipped.flac"), &bytes).unwrap();
        let text = refused(&here, &["render", "flipped.flac", "-o", "out.wav"]);
        assert!(text.contains("damaged"), "{text}");
    }
}

/// A limit on the size of files stands in for a full disk.
#[cfg(unix)]
#[test]
fn a_full_disk_leaves_the_old_output_and_no_draft() {
    let here = folder("full");
    write(&here.join("in.wav"), spec(1, 48_000, 16), &[0.25; 48_000]);
    fs::write(here.join("out.wav"), "as it was").unwrap();
    let script = "trap '' XFSZ; ulimit -f 16; exec \"$0\" render in.wav -o out.wav --quality 1x";
    let program = env!("CARGO_BIN_EXE_loadline");
    let output = Command::new("sh")
        .current_dir(&here)
        .args(["-c", script, program])
        .output()
        .unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.starts_with("loadline: can't write out.wav"), "{text}");
    assert_eq!(fs::read(here.join("out.wav")).unwrap(), b"as it was");
    assert_eq!(fs::read_dir(&here).unwrap().count(), 2);
}

#[test]
fn every_format_is_read_exactly() {
    let here = folder("formats");
    fs::write(
        here.join("wire.cir"),
        "wire\nVin out 0 0\nR1 out 0 1k\n.end\n",
    )
    .unwrap();
    let signal = sine(48_000, 997.0, 0.9, 480);
    for (name, spec) in [
        ("16", spec(1, 48_000, 16)),
        ("24", spec(1, 48_000, 24)),
        ("32", spec(1, 48_000, 32)),
        ("float", float(1, 48_000)),
    ] {
        write(&here.join("in.wav"), spec, &signal);
        ok(&here, &["simulate", "wire.cir", "in.wav", "-o", "out.wav"]);
        let (out, samples) = read(&here.join("out.wav"));
        assert_eq!(
            (out.sample_rate, out.channels, samples.len()),
            (48_000, 1, signal.len())
        );
        // Half a step of the format, and half a step of f32 at 0.9.
        let step = if name == "float" {
            0.0
        } else {
            2f64.powi(1 - i32::from(spec.bits_per_sample))
        };
        let tolerance = 0.5 * step + 2f64.powi(-24);
        for (out, x) in samples.iter().zip(&signal) {
            assert!((out - x).abs() <= tolerance, "{name}: {out} for {x}");
        }
    }
}

#[test]
fn render_keeps_rate_length_and_channels() {
    let here = folder("render");
    for (name, spec) in [
        ("mono16.wav", spec(1, 44_100, 16)),
        ("stereo24.wav", spec(2, 96_000, 24)),
        ("mono32.wav", spec(1, 22_050, 32)),
        ("stereofloat.wav", float(2, 48_000)),
    ] {
        write(
            &here.join(name),
            spec,
            &sine(spec.sample_rate, 220.0, 0.2, 3001),
        );
        ok(
            &here,
            &[
                "render",
                name,
                "-o",
                "one.wav",
                "--rig",
                "B",
                "--set",
                "b_gain=2.5",
            ],
        );
        let (out, samples) = read(&here.join("one.wav"));
        assert_eq!(
            (out.sample_rate, out.channels),
            (spec.sample_rate, spec.channels),
            "{name}"
        );
        assert_eq!(samples.len(), 3001 * usize::from(spec.channels), "{name}");
        assert!(samples.iter().any(|x| x.abs() > 1e-3), "{name} is silent");
    }
    fs::remove_file(here.join("one.wav")).unwrap();
    ok(&here, &["render", ".", "-o", "all", "--quality", "1x"]);
    assert_eq!(fs::read_dir(here.join("all")).unwrap().count(), 4);
    assert_eq!(read(&here.join("all/stereo24.wav")).1.len(), 6002);
}

#[test]
fn the_latency_is_taken_out() {
    let here = folder("latency");
    let mut click = vec![0.0; 2000];
    click[1000] = 0.01;
    write(&here.join("click.wav"), float(1, 48_000), &click);
    for quality in ["1x", "2x", "4x", "8x", "16x"] {
        ok(
            &here,
            &[
                "render",
                "click.wav",
                "-o",
                "out.wav",
                "--rig",
                "B",
                "--quality",
                quality,
            ],
        );
        let (_, out) = read(&here.join("out.wav"));
        let peak = (0..out.len())
            .max_by(|a, b| out[*a].abs().total_cmp(&out[*b].abs()))
            .unwrap();
        assert!(peak.abs_diff(1000) <= 1, "{quality}: {peak}"); // measured 1000 at 1x, else 1001: half-bands delay the treble
    }
}

/// Two channels alike through one unit and through two, and the parts that tell them apart.
#[test]
fn a_unit_is_chosen_heard_and_told() {
    let here = folder("unit");
    let mono = sine(48_000, 220.0, 0.2, 4800);
    let stereo: Vec<f64> = mono.iter().flat_map(|x| [*x, *x]).collect();
    write(&here.join("in.wav"), float(2, 48_000), &stereo);
    let play = |more: &[&str]| {
        let mut arguments = vec!["render", "in.wav", "-o", "out.wav", "--json"];
        arguments.extend(more);
        let told = json(&here, &arguments);
        let (_, samples) = read(&here.join("out.wav"));
        (told["unit"].clone(), samples)
    };
    let (told, drawn) = play(&[]);
    assert!(told.is_null());
    assert_eq!(drawn, play(&["--unit", "7", "--channels", "dual-mono"]).1);
    let unit = ["--tolerance", "100", "--unit", "7"];
    let (told, seven) = play(&unit);
    assert_ne!(seven, drawn);
    assert!(seven.chunks(2).all(|frame| frame[0] == frame[1]));
    assert_eq!(
        (&told["number"], &told["tolerance_percent"]),
        (&7.into(), &100.into())
    );
    let parts = told["parts"].as_array().unwrap();
    let plate_load = parts.iter().find(|part| part["part"] == "R3").unwrap();
    assert_eq!(plate_load["nominal"], "100 kΩ");
    assert_eq!(plate_load["left_percent"], plate_load["right_percent"]);
    let both = [&unit[..], &["--channels", "dual-mono"]].concat();
    let (told, two) = play(&both);
    assert!(two.chunks(2).any(|frame| frame[0] != frame[1]));
    let parts = told["parts"].as_array().unwrap();
    assert!(
        parts
            .iter()
            .all(|part| part["left_percent"] != part["right_percent"])
    );
}

#[test]
fn flac_goes_in() {
    let here = folder("flac");
    let said = ok(&here, &["render", TAKE, "-o", "out.wav", "--quality", "1x"]);
    assert!(said.contains("times real time"), "{said}");
    let (out, samples) = read(&here.join("out.wav"));
    assert_eq!((out.sample_rate, out.channels), (44_100, 2));
    // The FLAC header's own count: the low 36 bits of the second half of STREAMINFO.
    let header = u64::from_be_bytes(fs::read(TAKE).unwrap()[18..26].try_into().unwrap());
    assert_eq!(samples.len() as u64 / 2, header & 0xf_ffff_ffff);
}

#[test]
fn simulate_is_in_volts_on_the_same_samples_with_its_dc() {
    let here = folder("simulate");
    fs::write(here.join("half.cir"), HALF).unwrap();
    let signal = sine(48_000, 500.0, 3.0, 960);
    write(&here.join("in.wav"), float(1, 48_000), &signal);
    // Measured 3.0e-7 V at 1, which is f32; above that the ripple of the filters: 3.7e-5, 6.2e-5 and 9.9e-5 V.
    for (steps, tolerance) in [("1", 6e-7), ("2", 1e-4), ("4", 1.8e-4), ("16", 3e-4)] {
        let probes = [
            "--probe",
            "out",
            "--probe",
            "in",
            "--set",
            "bias=7",
            "--oversample",
            steps,
        ];
        ok(
            &here,
            &[
                &["simulate", "half.cir", "in.wav", "-o", "out.wav"],
                probes.as_slice(),
            ]
            .concat(),
        );
        let (spec, out) = read(&here.join("out.wav"));
        assert_eq!((spec.channels, out.len()), (2, 1920));
        let settled = if steps == "1" { 0 } else { 100 };
        let inside = out
            .chunks(2)
            .zip(&signal)
            .skip(settled)
            .take(960 - 2 * settled);
        for (frame, v) in inside {
            assert!(
                (frame[0] - (v + 7.0) / 2.0).abs() < tolerance,
                "{steps}: {} V for {v} V",
                frame[0]
            );
            assert!(
                (frame[1] - v).abs() < 2.0 * tolerance,
                "{steps}: {} V for {v} V",
                frame[1]
            );
        }
    }
}

#[test]
fn op_and_ac_agree_with_the_formulas() {
    let here = folder("analyses");
    fs::write(here.join("half.cir"), HALF).unwrap();
    fs::write(here.join("low.cir"), LOW_PASS).unwrap();
    let point = json(&here, &["op", "half.cir", "--set", "bias=9", "--json"]);
    assert!((point["nodes_v"]["out"].as_f64().unwrap() - 4.5).abs() < 1e-9);
    assert!(ok(&here, &["op", "half.cir"]).contains("2.5 V"));

    let response = json(&here, &["ac", "low.cir", "--probe", "out", "--json"]);
    let points = response["points"].as_array().unwrap();
    assert_eq!(points.len(), 81);
    for point in points {
        let [f, db, deg] =
            ["frequency_hz", "magnitude_db", "phase_deg"].map(|key| point[key].as_f64().unwrap());
        let x: f64 = f / 1000.0;
        assert!(
            (db + 10.0 * (1.0 + x * x).log10()).abs() < 1e-6,
            "{f} Hz: {db} dB"
        ); // the capacitor has nine digits
        assert!(
            (deg + x.atan().to_degrees()).abs() < 1e-6,
            "{f} Hz: {deg} degrees"
        );
    }
    assert!(
        points[0]["frequency_hz"] == 10.0
            && (points[80]["frequency_hz"].as_f64().unwrap() - 1e5).abs() < 1e-6
    );
    assert!(ok(&here, &["ac", "low.cir"]).contains("-45.0°"));
}

#[test]
fn list_names_every_model() {
    let here = folder("list");
    let list = json(&here, &["list", "--json"]);
    let ids: Vec<&str> = list["models"]
        .as_array()
        .unwrap()
        .iter()
        .map(|model| model["id"].as_str().unwrap())
        .collect();
    let table = ok(&here, &["list"]);
    for id in ["line", "humbucker", "tube_two_stage", "opamp_baxandall"] {
        assert!(ids.contains(&id) && table.contains(id), "{id}");
    }
    for model in list["models"].as_array().unwrap() {
        let verified = &model["verified"];
        if verified.is_null() {
            assert!(table.contains("not verified"), "{model}");
            continue;
        }
        if let Some(db) = verified["hard_db"].as_f64() {
            assert!(table.contains(&format!("hard {db:.1} dB")), "{table}");
        }
    }
}

#[test]
fn presets_are_listed_and_played() {
    let here = folder("presets");
    let list = json(&here, &["list", "--presets", "--json"]);
    let presets = list["presets"].as_array().unwrap();
    let table = ok(&here, &["list", "--presets"]);
    for listed in presets {
        let name = listed["preset"]["name"].as_str().unwrap();
        assert!(table.contains(name), "{name}");
    }
    // A preset by name, and by a file that holds it, is what its settings make of the defaults.
    let of = |name: &str| {
        let listed = presets.iter().find(|it| it["preset"]["name"] == name);
        listed.unwrap()["preset"].clone()
    };
    let preset = of("Drums, 741 crunch");
    fs::write(here.join("741.json"), preset.to_string()).unwrap();
    write(
        &here.join("in.wav"),
        spec(1, 48_000, 24),
        &sine(48_000, 220.0, 0.3, 2400),
    );
    let mut by_hand: Vec<String> = Vec::new();
    for (id, value) in preset["settings"].as_object().unwrap() {
        by_hand.extend([
            "--set".into(),
            format!("b_{id}={}", value.as_str().unwrap()),
        ]);
    }
    let by_hand: Vec<&str> = by_hand.iter().map(String::as_str).collect();
    let play = |more: &[&str]| {
        let command = ["render", "in.wav", "-o", "out.wav", "--rig", "B"];
        ok(&here, &[&command, more].concat());
        read(&here.join("out.wav")).1
    };
    let wanted = play(&by_hand);
    assert_eq!(play(&["--preset", "drums 741 crunch"]), wanted);
    assert_eq!(play(&["--preset", "741.json"]), wanted);
    let louder = play(&["--preset", "741.json", "--set", "b_trim=0"]);
    assert_ne!(louder, wanted);
    // And it brings its calibration along.
    let vinyl = ["--preset", "Vinyl, op-amp phono"];
    let same = [vinyl.as_slice(), &["--set", "calibration=-20"]].concat();
    assert_eq!(play(&vinyl), play(&same));
}

#[test]
fn compare_matches_loudness_and_measures() {
    let here = folder("compare");
    let rate = 48_000;
    let pluck = |i: usize| (-3.0 * (i as f64 / f64::from(rate))).exp();
    let take: Vec<f64> = sine(rate, 196.0, 0.25, rate as usize)
        .iter()
        .enumerate()
        .map(|(i, x)| x * pluck(i))
        .collect();
    write(&here.join("take.wav"), spec(1, rate, 24), &take);
    let shown = json(
        &here,
        &[
            "compare",
            "take.wav",
            "-o",
            "cmp",
            "--quality",
            "1x",
            "--set",
            "b_gain=4",
            "--json",
        ],
    );
    let report: Value =
        serde_json::from_slice(&fs::read(here.join("cmp/report.json")).unwrap()).unwrap();
    assert_eq!(shown, report);

    // Level of the take by hand, through 0 dBFS = +12 dBu: a full-scale sine has an RMS of 1/√2.
    let power = take.iter().map(|x| x * x).sum::<f64>() / take.len() as f64;
    let level_in = 12.0 + 10.0 * (2.0 * power).log10();
    for (rig, file) in [("a", "A.wav"), ("b", "B.wav")] {
        let number = |key: &str| {
            report[rig][key]
                .as_f64()
                .unwrap_or_else(|| panic!("{rig} {key}"))
        };
        assert!((number("level_in_dbu") - level_in).abs() < 1e-3);
        let loudness = report["take"]["loudness_lufs"].as_f64().unwrap();
        assert!(
            (number("loudness_lufs") - loudness).abs() < 0.02,
            "{}",
            number("loudness_lufs")
        ); // measured 0.0000
        let (spec, samples) = read(&here.join("cmp").join(file));
        assert_eq!(
            (spec.sample_rate, spec.channels, samples.len()),
            (rate, 1, take.len())
        );
        let power = samples.iter().map(|x| x * x).sum::<f64>() / samples.len() as f64;
        let level_out = 12.0 + 10.0 * (2.0 * power).log10() - number("trim_db");
        assert!(
            (number("level_out_dbu") - level_out).abs() < 1e-3,
            "{level_out}"
        );
        assert!(number("times_real_time") > 0.0 && number("thd_percent") > 0.0);
        for harmonic in ["h2", "h3", "h4", "h5"] {
            assert!(report[rig]["harmonics_db"][harmonic].as_f64().unwrap() < 0.0);
        }
    }
    for picture in [
        "waveform.png",
        "spectrum.png",
        "harmonics.png",
        "transfer.png",
    ] {
        let png = fs::read(here.join("cmp").join(picture)).unwrap();
        let number = |at: usize| u32::from_be_bytes(png[at..at + 4].try_into().unwrap());
        assert_eq!(
            (&png[1..4], number(16), number(20)),
            (b"PNG".as_slice(), 1600, 900),
            "{picture}"
        );
    }
    assert_eq!(fs::read_dir(here.join("cmp")).unwrap().count(), 7);
}
