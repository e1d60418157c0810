//! Factory presets: each plays its take cleanly through, equally loud, and says nothing that its decks don't know.

mod takes;

use crate::takes::take;
use loadline::dsp::integrated_lufs;
use loadline::rig::Controls;
use loadline::rig::Library;
use loadline::rig::Oversampling;
use loadline::rig::Pair;
use loadline::rig::Preset;
use loadline::rig::RigControls;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::thread;

/// What every preset's trim brings its take to.
const LUFS: f64 = -18.0;
/// In LU.
const TOL_LU: f64 = 0.5;
/// Of the take's beginning, in seconds.
const EXCERPT: f64 = 3.0;

fn assets(folder: &str) -> PathBuf {
    let assets = Path::new(env!("CARGO_MANIFEST_DIR")).join("plugin-assets");
    assets.join(folder)
}

struct Measured {
    lufs: f64,
    peak: f32,
    misses: u64,
}

fn measure(preset: &Preset, oversampling: Oversampling) -> Measured {
    let library = Library::factory();
    let mut controls = Controls {
        calibration_dbu: preset.calibration_dbu,
        ..Controls::default()
    };
    controls.rigs[0].choices.oversampling = oversampling;
    preset.apply(&mut controls.rigs[0], &library).unwrap();
    let ([mut left, mut right], rate) = take(preset.take.as_ref().unwrap(), EXCERPT);
    let mut pair = Pair::new(f64::from(rate), &controls, &library).unwrap();
    pair.process(&mut left, &mut right, &controls);
    let peak = left
        .iter()
        .chain(&right)
        .fold(0.0, |peak, x| x.abs().max(peak));
    Measured {
        lufs: integrated_lufs(&left, &right, rate).unwrap(),
        peak,
        misses: pair.misses(),
    }
}

/// Every preset in plugin-assets, by file.
fn files() -> Vec<(PathBuf, Preset)> {
    let library = Library::factory();
    let mut files: Vec<PathBuf> = fs::read_dir(assets("presets"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let read = |file: PathBuf| {
        let preset = Preset::read(&file, &library).unwrap_or_else(|why| panic!("{why}"));
        (file, preset)
    };
    files.into_iter().map(read).collect()
}

#[test]
fn every_preset_is_as_loud_as_the_others() {
    let files = files();
    let half = files.len().div_ceil(2);
    let check = |(file, preset): &(PathBuf, Preset)| {
        // Within 0.06 LU of four times.
        let is = measure(preset, Oversampling::X2);
        let trim = preset.settings.iter().find(|(id, _)| id == "trim").unwrap();
        let trim: f64 = trim.1.trim_end_matches(" dB").parse().unwrap();
        let name = file.file_stem().unwrap().to_string_lossy();
        let right = trim + LUFS - is.lufs;
        println!(
            "{name}: {:.2} LUFS, peak {:.3}, {} misses; trim {right:.1} dB",
            is.lufs, is.peak, is.misses
        );
        let fine = (is.lufs - LUFS).abs() <= TOL_LU && is.peak <= 1.0 && is.misses == 0;
        (!fine).then(|| {
            format!(
                "{name}: {:.2} LUFS, peak {}, {} misses: trim {right:.1} dB",
                is.lufs, is.peak, is.misses
            )
        })
    };
    let wrong: Vec<String> = thread::scope(|scope| {
        let threads: Vec<_> = files
            .chunks(half)
            .map(|files| scope.spawn(move || files.iter().filter_map(check).collect::<Vec<_>>()))
            .collect();
        threads
            .into_iter()
            .flat_map(|thread| thread.join().unwrap())
            .collect()
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_factory_has_every_file_once() {
    let files = files();
    let factory = Preset::factory();
    assert_eq!(factory.len(), files.len());
    for (file, preset) in &files {
        assert!(factory.contains(preset), "{}", file.display());
    }
    let names: BTreeSet<String> = factory
        .iter()
        .map(|preset| preset.name.to_lowercase())
        .collect();
    assert_eq!(names.len(), factory.len());
    assert!(factory.len() >= 24);
}

#[test]
fn a_preset_says_only_what_its_decks_know() {
    let library = Library::factory();
    for preset in Preset::factory() {
        let mut rig = RigControls::default();
        preset.apply(&mut rig, &library).unwrap();
        let known: BTreeSet<String> = rig
            .settings(&library)
            .into_iter()
            .map(|(id, _)| id)
            .collect();
        for (id, _) in &preset.settings {
            assert!(known.contains(id), "{}: {id}", preset.name);
        }
        assert!(known.len() >= preset.settings.len());
        assert!(
            preset.listen.len() > 40 && !preset.listen.contains('\n'),
            "{}",
            preset.name
        );
        assert!(!preset.tags.is_empty(), "{}", preset.name);
        // And the rig, written down, is the same rig.
        let mut again = RigControls::default();
        Preset::of(&rig, preset.calibration_dbu, &library)
            .apply(&mut again, &library)
            .unwrap();
        assert_eq!(again.choices, rig.choices, "{}", preset.name);
        assert_eq!(
            again.settings(&library),
            rig.settings(&library),
            "{}",
            preset.name
        );
    }
}

#[test]
fn what_is_wrong_is_named_and_changes_nothing() {
    let library = Library::factory();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("presets");
    let _ = fs::remove_dir_all(&folder);
    let good = Preset::factory()[0].clone();
    let saved = good.save(&folder).unwrap();
    assert_eq!(Preset::read(&saved, &library), Ok(good.clone()));
    let text = fs::read_to_string(&saved).unwrap();
    for (was, is, said) in [
        ("\"version\": 1", "\"version\": 2", "later Loadline"),
        ("\"name\"", "\"nmae\"", "unknown field `nmae`"),
        (
            "\"gain\": \"1.5\"",
            "\"gian\": \"1.5\"",
            "no parameter `gian`",
        ),
        (
            "\"gain\": \"1.5\"",
            "\"gain\": \"11\"",
            "gain takes 0 to 10",
        ),
        ("\"gain\": \"1.5\"", "\"gain\": 1.5", "`gain` takes text"),
        (
            "\"gain\": \"1.5\"",
            "\"bass\": \"1.5\"",
            "`bass` is there twice",
        ),
        ("single_coil", "organ", "hot_humbucker"),
        ("\"1M\"", "\"1kk\"", "300 Ω to 10 MΩ"),
        ("\"Tweed clean\"", "\" \"", "`name` is empty"),
        ("12.0", "40.0", "`calibration` takes -20 to 30"),
        ("}", "", "EOF"),
        (&text, "", "not a preset"),
    ] {
        assert!(text.contains(was), "{was}");
        let file = folder.join("broken.json");
        fs::write(&file, text.replacen(was, is, 1)).unwrap();
        let why = Preset::read(&file, &library).unwrap_err().to_string();
        assert!(why.contains("broken.json: ") && why.contains(said), "{why}");
    }
    let (presets, troubles) = Preset::in_folder(&folder, &library);
    assert_eq!((presets, troubles.len()), (vec![good.clone()], 1));

    let mut broken = good.clone();
    broken.settings.push(("trim".into(), "loud".into()));
    let mut rig = RigControls::default();
    assert!(broken.apply(&mut rig, &library).is_err());
    assert_eq!(rig, RigControls::default());
}

#[test]
fn a_name_is_no_path() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("preset_names");
    let _ = fs::remove_dir_all(&folder);
    for (name, file) in [
        ("../../Up & away", "preset-up-away.json"),
        ("CON", "preset-con.json"),
        ("Größe 4×12", "preset-größe-4-12.json"),
        ("...", "preset-.json"),
    ] {
        let preset = Preset {
            name: name.into(),
            ..Preset::factory()[0].clone()
        };
        assert_eq!(preset.save(&folder), Ok(folder.join(file)));
    }
    // Nothing but the four: no draft stays behind.
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 4);
}
