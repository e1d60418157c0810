//! States: old ones come up to date, broken ones do no harm and say what is wrong, and what is the user's own travels
//! with them.
#![cfg(feature = "plugin")]

mod guide;

use crate::guide::example;
use loadline::params::Active;
use loadline::params::FORM;
use loadline::params::LoadlineParams;
use loadline::params::adopt;
use loadline::params::envelope;
use loadline::params::library;
use loadline::params::repair;
use loadline::rig::Controls;
use loadline::rig::Library;
use loadline::rig::Slot;
use loadline::rig::library::Kind;
use loadline::rig::library::PLACES;
use loadline::rig::library::USER;
use nice_plug::params::InternalParamMut;
use nice_plug::plugin::ParamValue;
use nice_plug::prelude::ParamPtr;
use nice_plug::prelude::Params;
use nice_plug::prelude::PluginState;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

const FIRST_LIST: &str = include_str!("states/first_list.json");
const WHOLE_CHAIN: &str = include_str!("states/whole_chain.json");

/// A state as the framework writes it.
fn save(params: &LoadlineParams) -> String {
    let value = |param| match param {
        // SAFETY: the pointers are of `params`, which outlives this call.
        ParamPtr::FloatParam(p) => ParamValue::F32(unsafe { &*p }.value()),
        ParamPtr::IntParam(p) => ParamValue::I32(unsafe { &*p }.value()),
        ParamPtr::BoolParam(p) => ParamValue::Bool(unsafe { &*p }.value()),
        ParamPtr::EnumParam(p) => {
            let id = unsafe { &*p }.unmodulated_plain_id();
            ParamValue::String(id.unwrap_or_default().to_owned())
        }
    };
    let map = params.param_map().into_iter();
    let state = PluginState {
        version: "0.1.0".into(),
        params: map.map(|(id, param, _)| (id, value(param))).collect(),
        fields: params.serialize_fields(),
    };
    serde_json::to_string(&state).unwrap()
}

/// Takes over what a host hands over, as the plugin does; false where that is no state.
fn load(params: &LoadlineParams, bytes: &[u8]) -> bool {
    let read = envelope::parse(bytes);
    let is_state = read.is_ok();
    let mut state = read.unwrap_or_else(envelope::refusal);
    repair(&mut state);
    let known: BTreeMap<String, ParamPtr> = params
        .param_map()
        .into_iter()
        .map(|(id, param, _)| (id, param))
        .collect();
    for (id, value) in &state.params {
        // SAFETY: the pointers are of `params`, which outlives this call.
        match (known.get(id), value) {
            (Some(ParamPtr::FloatParam(p)), ParamValue::F32(to)) => {
                unsafe { (**p)._internal_set_plain_value(*to) };
            }
            (Some(ParamPtr::IntParam(p)), ParamValue::I32(to)) => {
                unsafe { (**p)._internal_set_plain_value(*to) };
            }
            (Some(ParamPtr::BoolParam(p)), ParamValue::Bool(to)) => {
                unsafe { (**p)._internal_set_plain_value(*to) };
            }
            (Some(ParamPtr::EnumParam(p)), ParamValue::String(to)) => {
                assert!(unsafe { &**p }.set_from_id(to), "{id}: {to}");
            }
            (found, value) => panic!("{id}: {value:?} got through to {found:?}"),
        }
    }
    params.deserialize_fields(&state.fields);
    is_state
}

fn loaded(text: &str) -> LoadlineParams {
    let params = LoadlineParams::default();
    assert!(load(&params, text.as_bytes()));
    params
}

/// A state with one entry changed.
fn with_entry(text: &str, id: &str, value: &str) -> String {
    let mut state: serde_json::Value = serde_json::from_str(text).unwrap();
    state["params"][id] = serde_json::from_str(value).unwrap();
    state.to_string()
}

fn with_field(text: &str, name: &str, data: &str) -> String {
    let mut state: serde_json::Value = serde_json::from_str(text).unwrap();
    state["fields"][name] = data.into();
    state.to_string()
}

#[test]
fn a_state_comes_back_as_it_was() {
    let params = loaded(WHOLE_CHAIN);
    params.presets.put(Active::B, "Tweed, edge");
    let text = save(&params);
    println!("a state takes {} bytes", text.len());
    let back = loaded(&text);
    assert_eq!(back.controls(false), params.controls(false));
    assert_eq!(back.presets.of(Active::B), "Tweed, edge");
    assert_eq!(back.notice.text(), None);
    assert_eq!(save(&back), text);
}

#[test]
fn every_field_gets_through() {
    let fields = LoadlineParams::default().serialize_fields();
    let mut state = PluginState {
        version: String::new(),
        params: BTreeMap::new(),
        fields: fields.clone(),
    };
    repair(&mut state);
    // These two are for the panel and the library alone.
    let is_kept = |name: &&String| *name != "notice" && *name != "own";
    let kept: Vec<_> = state.fields.keys().filter(is_kept).collect();
    assert_eq!(kept, fields.keys().filter(is_kept).collect::<Vec<_>>());
}

#[test]
fn the_first_list_comes_up_to_date() {
    // Into an instance that plays something else.
    let params = loaded(WHOLE_CHAIN);
    params.presets.put(Active::A, "Chime");
    assert!(load(&params, FIRST_LIST.as_bytes()));
    let found = params.controls(false);
    let mut wanted = Controls {
        calibration_dbu: 4.0,
        side: loadline::rig::Side::B,
        ..Controls::default()
    };
    // Places behind the two preamps and four sources of its days were empty and played the first ones.
    for (rig, source, preamp, gain, trim) in [(0, 2, 0, 0.45, -20.0), (1, 0, 1, 0.7, -12.5)] {
        let rig = &mut wanted.rigs[rig];
        rig.choices.oversampling = loadline::rig::Oversampling::X8;
        rig.choices.noise = Some(77);
        rig.choices[Slot::Source] = source;
        rig.choices[Slot::Preamp] = preamp;
        rig.knobs[(Slot::Source, "z_source")] = 600.0;
        rig.knobs[(Slot::Preamp, "z_in")] = 68e3;
        rig.knobs[(Slot::Preamp, "gain")] = gain;
        rig.knobs[(Slot::Preamp, "bass")] = 0.25;
        rig.knobs[(Slot::Preamp, "treble")] = 0.75;
        rig.trim_db = trim;
    }
    assert_eq!(found, wanted);
    assert_eq!(params.presets.of(Active::A), "");
    assert_eq!(params.notice.text(), None);
}

#[test]
fn a_whole_chain_of_before_comes_up_to_date() {
    let params = LoadlineParams::default();
    let before = with_entry(&save(&params), "quality_offline", r#"{"string":"16x"}"#);
    assert!(load(&params, before.as_bytes()));
    assert!(load(&params, WHOLE_CHAIN.as_bytes()));
    let controls = params.controls(true);
    // What it could not say stands where it stood implicitly: offline as live.
    let x2 = loadline::rig::Oversampling::X2;
    assert_eq!(controls.rigs[0].choices.oversampling, x2);
    assert_eq!(controls.rigs[1].choices.models, [3, 3, 3, 2, 4]);
    assert_eq!(controls.rigs[1].choices.second_amp, 7);
    assert_eq!(controls.rigs[0].knobs[(Slot::Source, "volume")], 0.375);
    assert_eq!(
        (controls.rigs[0].inverted, controls.rigs[1].inverted),
        (true, false)
    );
    assert_eq!(params.notice.text(), None);
}

#[test]
fn what_is_left_of_an_old_state_changes_what_it_says_only() {
    let params = loaded(WHOLE_CHAIN);
    let before = params.controls(false);
    for rest in ["{}", r#"{"a_gain":{"f32":0.125}}"#] {
        let text = format!(r#"{{"version":"0.1.0","params":{rest},"fields":{{}}}}"#);
        assert!(load(&params, text.as_bytes()));
    }
    let mut wanted = before;
    wanted.rigs[0].knobs[(Slot::Preamp, "gain")] = 0.125;
    assert_eq!(params.controls(false), wanted);
}

#[test]
fn a_later_form_is_refused_as_a_whole() {
    let params = loaded(WHOLE_CHAIN);
    let (before, kept) = (params.controls(false), save(&params));
    for form in [
        (FORM + 1).to_string(),
        "4294967295".into(),
        "\"x\"".into(),
        "-1".into(),
    ] {
        let later = with_field(&save(&LoadlineParams::default()), "form", &form);
        assert!(!load(&params, later.as_bytes()));
        assert_eq!(params.controls(false), before, "{form}");
        assert_eq!(save(&params), kept);
        let notice = params.notice.text().unwrap();
        assert!(notice.contains("form"), "{notice}");
    }
    assert!(load(&params, kept.as_bytes()));
    assert_eq!(params.notice.text(), None, "a good state clears it");
}

#[test]
fn entries_that_no_parameter_takes_are_left_out_and_named() {
    let params = loaded(WHOLE_CHAIN);
    let before = params.controls(false);
    let good = save(&params);
    for (id, value) in [
        ("a_gain", r#"{"f32":1.5}"#),
        ("a_gain", r#"{"f32":-1e30}"#),
        ("a_gain", r#"{"f32":1e39}"#),
        ("a_gain", r#"{"i32":1}"#),
        ("a_gain", r#"{"string":"0.5"}"#),
        ("a_trim", r#"{"f32":24.1}"#),
        ("a_preamp", r#"{"i32":128}"#),
        ("a_preamp", r#"{"i32":-1}"#),
        ("a_preamp", r#"{"i32":2147483647}"#),
        ("b_preamp_s1", r#"{"bool":true}"#),
        ("active", r#"{"i32":1}"#),
        ("active", r#"{"string":"c"}"#),
        ("quality", r#"{"string":"32x"}"#),
        ("bypass", r#"{"f32":1}"#),
        ("unit", r#"{"i32":0}"#),
        ("tolerance", r#"{"i32":201}"#),
    ] {
        let params = loaded(&good);
        assert!(
            load(&params, with_entry(&good, id, value).as_bytes()),
            "{id} {value}"
        );
        assert_eq!(params.controls(false), before, "{id} {value}");
        let notice = params
            .notice
            .text()
            .unwrap_or_else(|| panic!("{id} {value}"));
        assert!(notice.contains(&format!("`{id}`")), "{notice}");
    }
    // A parameter of another time is no trouble.
    let foreign = with_entry(&good, "c_gain", r#"{"f32":0.5}"#);
    assert!(load(&params, foreign.as_bytes()));
    assert_eq!(
        (params.controls(false), params.notice.text()),
        (before, None)
    );
}

/// Every value that a rig is told is finite and of its range, whatever was loaded.
fn check_sane(params: &LoadlineParams, what: &str) {
    let controls = params.controls(false);
    assert!((-20.0..=30.0).contains(&controls.calibration_dbu), "{what}");
    for rig in controls.rigs {
        assert!((-60.0..=24.0).contains(&rig.trim_db), "{what}");
        assert!(
            rig.choices.models.iter().all(|place| *place < PLACES),
            "{what}"
        );
        for slot in Slot::ALL {
            for at in 0..slot.knobs().len() {
                assert!(rig.knobs.at(slot, at).is_finite(), "{what}");
            }
        }
    }
}

#[test]
fn cut_and_flipped_states_do_no_harm() {
    let text = save(&loaded(WHOLE_CHAIN)).into_bytes();
    let params = LoadlineParams::default();
    let untouched = params.controls(false);
    for n in 0..text.len() {
        assert!(!load(&params, &text[..n]), "cut at {n}");
        let what = if n == 0 {
            "it is empty".to_owned()
        } else {
            format!("it breaks off after {n} bytes")
        };
        let notice = format!("The state was not loaded: {what}. The sound stays as it was.");
        assert_eq!(params.notice.text(), Some(notice));
    }
    assert_eq!(params.controls(false), untouched);
    // Of all bits every 7th, so that every place in a byte is met.
    let mut read = 0;
    for bit in (0..8 * text.len()).step_by(7) {
        let mut flipped = text.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        let (before, is_read) = (save(&params), load(&params, &flipped));
        if !is_read {
            assert_eq!(save(&params), before, "bit {bit}");
            let notice = params.notice.text().unwrap_or_default();
            assert!(notice.starts_with("The state was not loaded: "), "{notice}");
        }
        read += usize::from(is_read);
        check_sane(&params, &format!("bit {bit}"));
    }
    println!(
        "{} bytes cut, {} bits flipped, {read} of them read",
        text.len(),
        8 * text.len() / 7
    );
    assert!(read > 100);
}

#[test]
fn what_is_no_state_is_refused_as_a_whole_and_named() {
    let params = loaded(WHOLE_CHAIN);
    let kept = save(&params);
    let long = format!(r#"["{}"]"#, "x".repeat(1 << 20));
    for (text, why) in [
        ("", "it is empty"),
        ("nonsense", "expected ident at line 1 column 2"),
        ("[[[[", "invalid type: sequence"),
        (r#"{"params":{"#, "it breaks off after 11 bytes"),
        ("{}", "missing field `params`"),
        (r#"{"params":[],"fields":{}}"#, "invalid type: sequence"),
        (&long, "it is damaged"),
        // A state that pretends to be a refusal is one, and its word is short.
        (&with_field(&kept, "damaged", &long), "xxxxxxxxxxxx…"),
    ] {
        assert!(!load(&params, text.as_bytes()), "{why}");
        let notice = params.notice.text().unwrap_or_default();
        assert!(
            notice.contains(why) && notice.len() < 400,
            "{why}: {notice}"
        );
        assert!(notice.ends_with(". The sound stays as it was."), "{notice}");
        assert_eq!(save(&params), kept);
    }
    assert!(load(&params, kept.as_bytes()));
    assert_eq!(params.notice.text(), None, "a good state clears it");
}

/// A stream that ends after so many bytes, or fails there.
struct Broken(u64, bool);

impl std::io::Read for Broken {
    fn read(&mut self, to: &mut [u8]) -> std::io::Result<usize> {
        let taken = self.0.min(to.len() as u64);
        self.0 -= taken;
        if taken == 0 && self.1 {
            return Err(std::io::Error::other("it is gone"));
        }
        Ok(taken as usize)
    }
}

#[test]
fn streams_are_read_to_their_end_and_no_further_than_a_limit() {
    assert_eq!(
        envelope::drain(Broken(100_000, false)).unwrap().len(),
        100_000
    );
    let most = envelope::MOST_BYTES;
    assert_eq!(
        envelope::drain(Broken(most, false)).unwrap().len() as u64,
        most
    );
    for length in [most + 1, u64::MAX] {
        let why = envelope::drain(Broken(length, false)).unwrap_err();
        assert_eq!(why, "it is longer than 256 MB");
    }
    let why = envelope::drain(Broken(12, true)).unwrap_err();
    assert_eq!(why, "after 12 bytes it is gone");
}

#[test]
fn fields_of_another_kind_do_no_harm() {
    let good = save(&loaded(WHOLE_CHAIN));
    let fields: Vec<String> = loaded(&good).serialize_fields().into_keys().collect();
    for name in fields {
        for data in [
            "",
            "null",
            "7",
            "-1",
            "\"x\"",
            "[]",
            "[[[[",
            "{}",
            "{\"preamp_64\":7}",
            "nan",
        ] {
            let params = loaded(&good);
            let before = params.controls(false);
            let is_state = load(&params, with_field(&good, &name, data).as_bytes());
            // Without a form that can be read nothing else of a state can be.
            assert_eq!(is_state, name != "form", "{name} {data}");
            assert_eq!(params.controls(false), before, "{name} {data}");
        }
        let deep = "[".repeat(100_000);
        let is_state = load(&loaded(&good), with_field(&good, &name, &deep).as_bytes());
        assert_eq!(is_state, name != "form", "{name}");
    }
}

#[test]
fn a_hundred_megabytes_are_no_trouble() {
    let good = save(&loaded(WHOLE_CHAIN));
    let long = "x".repeat(100 << 20);
    let params = loaded(&good);
    let before = params.controls(false);
    for text in [
        with_field(&good, "own", &long),
        with_field(&good, "presets", &format!("[\"{long}\",\"\"]")),
        with_entry(&good, "quality", &format!(r#"{{"string":"{long}"}}"#)),
        with_entry(&good, &long, r#"{"f32":0}"#),
    ] {
        let begin = std::time::Instant::now();
        assert!(load(&params, text.as_bytes()));
        println!("{} MB in {:?}", text.len() >> 20, begin.elapsed());
        assert_eq!(params.controls(false), before);
        let notice = params.notice.text().unwrap_or_default();
        assert!(notice.len() < 1000, "{}", notice.len());
    }
    assert!(save(&params).len() < 2 * good.len());
}

/// A computer with these decks and responses in its user's folder.
fn elsewhere(name: &str, decks: &[String], responses: &[f32]) -> Library {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("state-{name}"));
    let _ = fs::remove_dir_all(&folder);
    let (circuits, cabinets) = (folder.join("circuits"), folder.join("cabinets"));
    fs::create_dir_all(&circuits).unwrap();
    fs::create_dir_all(&cabinets).unwrap();
    for (n, deck) in decks.iter().enumerate() {
        fs::write(circuits.join(format!("{n}.cir")), deck).unwrap();
    }
    for (n, decay) in responses.iter().enumerate() {
        let spec = hound::WavSpec {
            channels: 1,
            sample_rate: 48_000,
            bits_per_sample: 24,
            sample_format: hound::SampleFormat::Int,
        };
        let mut wav = hound::WavWriter::create(cabinets.join(format!("{n}.wav")), spec).unwrap();
        for at in 0..4800 {
            let sample = 8e6 * (-f64::from(*decay) * f64::from(at)).exp();
            wav.write_sample(sample as i32).unwrap();
        }
        wav.finalize().unwrap();
    }
    Library::with_user(&circuits, &cabinets)
}

/// A state of another computer, whose first user's preamp, amplifier and response are these.
fn from_elsewhere(there: &Library) -> String {
    let mut own = BTreeMap::new();
    for (kind, key) in [
        (Kind::Deck(Slot::Preamp), "preamp_64"),
        (Kind::Response, "cabinet_64"),
    ] {
        if let Some(embedded) = there.embedded(kind, USER) {
            own.insert(key, embedded);
        }
    }
    let mut text = save(&loaded(WHOLE_CHAIN));
    text = with_field(&text, "own", &serde_json::to_string(&own).unwrap());
    for id in ["a_preamp", "b_preamp", "b_cabinet"] {
        text = with_entry(&text, id, r#"{"i32":64}"#);
    }
    text
}

#[test]
fn own_decks_and_responses_travel_with_the_state() {
    let there = elsewhere("travel", &[example("travelled")], &[1e-3]);
    let text = from_elsewhere(&there);
    let begin = std::time::Instant::now();
    let params = loaded(&text);
    println!("joined in {:?}", begin.elapsed());
    assert_eq!(params.notice.text(), None);
    let place = params.a.slot(Slot::Preamp).place();
    let shelf = library();
    let model = shelf.get(Slot::Preamp, place).unwrap();
    assert_eq!((&*model.id, place >= USER), ("travelled", true));
    assert!(model.name.ends_with("(from the project)"), "{}", model.name);
    assert_eq!(params.b.slot(Slot::Preamp).place(), place);
    let response = params.controls(false).rigs[1].cabinet.place;
    let [here, there] = [
        shelf.response(response).unwrap(),
        there.response(USER).unwrap(),
    ];
    assert_eq!(here.read().unwrap(), there.read().unwrap());

    // What is saved here carries the same along, under the places here, and comes back to them.
    let again = save(&params);
    println!(
        "with a deck and a response a state takes {} bytes",
        again.len()
    );
    let begin = std::time::Instant::now();
    assert_eq!(save(&params), again);
    println!("written in {:?}", begin.elapsed());
    let begin = std::time::Instant::now();
    let back = loaded(&again);
    println!("read in {:?}", begin.elapsed());
    assert_eq!(back.controls(false), params.controls(false));
}

#[test]
fn another_deck_at_its_place_does_not_take_its_part() {
    let here = elsewhere("here", &[example("edited")], &[]);
    let there = elsewhere("there", &[example("edited").replace("5.1k", "6.8k")], &[]);
    let of = |library: &Library| library.embedded(Kind::Deck(Slot::Preamp), USER).unwrap();
    let here = adopt(Kind::Deck(Slot::Preamp), &of(&here), USER).unwrap();
    let mut text = from_elsewhere(&there).replace("preamp_64", &format!("preamp_{here}"));
    for id in ["a_preamp", "b_preamp"] {
        text = with_entry(&text, id, &format!(r#"{{"i32":{here}}}"#));
    }
    let text = with_entry(&text, "b_cabinet", r#"{"i32":0}"#);
    let place = loaded(&text).a.slot(Slot::Preamp).place();
    assert_ne!(place, here);
    assert_eq!(&*library().get(Slot::Preamp, place).unwrap().id, "edited");
}

#[test]
fn damaged_decks_leave_their_slot_alone_and_are_named() {
    let there = elsewhere("damaged", &[example("harmed")], &[2e-3]);
    let good = from_elsewhere(&there);
    let state: serde_json::Value = serde_json::from_str(&good).unwrap();
    let own = state["fields"]["own"].as_str().unwrap();
    let embedded = there.embedded(Kind::Deck(Slot::Preamp), USER).unwrap();
    let before = loaded(WHOLE_CHAIN).controls(false);
    let check = |own: &str, what: &str| {
        let text = with_entry(&with_field(&good, "own", own), "b_cabinet", r#"{"i32":0}"#);
        let text = with_entry(&text, "a_gain", r#"{"f32":1.0}"#);
        let params = loaded(WHOLE_CHAIN);
        assert!(load(&params, text.as_bytes()));
        let notice = params.notice.text().unwrap_or_else(|| panic!("{what}"));
        assert!(
            notice.contains("`a_preamp`") && notice.contains("`b_preamp`"),
            "{notice}"
        );
        let found = params.controls(false).rigs[0];
        assert_eq!(found.choices, before.rigs[0].choices, "{what}");
        assert_eq!(found.knobs, before.rigs[0].knobs, "{what}");
        notice
    };
    let begin = std::time::Instant::now();
    let mut tried = 0;
    // All but the last bits, which only fill up a byte.
    for n in (0..embedded.data.len() - 4).step_by(17) {
        check(
            &own.replace(&embedded.data, &embedded.data[..n]),
            &format!("cut at {n}"),
        );
        let other = if embedded.data.as_bytes()[n] == b'A' {
            "B"
        } else {
            "A"
        };
        let mut data = embedded.data.clone();
        data.replace_range(n..=n, other);
        check(&own.replace(&embedded.data, &data), &format!("byte {n}"));
        tried += 2;
    }
    println!("{tried} damaged decks in {:?}", begin.elapsed());
    let notice = check(
        &own.replace("0.cir", "my own.cir")
            .replace(&embedded.sha256, "00"),
        "hash",
    );
    assert!(notice.contains("my own.cir"), "{notice}");
    check("{}", "nothing there");
    check(&own.replace("sha256", "sha1"), "no hash");
    assert_eq!(library().find(Slot::Preamp, "harmed"), None);
}
