//! The parameter list is a promise to every saved project: ids, order, groups, texts and defaults stay.
#![cfg(feature = "plugin")]

use loadline::params::LoadlineParams;
use loadline::params::WindowSize;
use loadline::params::library;
use loadline::params::repair;
use loadline::rig::Controls;
use loadline::rig::Oversampling;
use loadline::rig::RigControls;
use loadline::rig::Side;
use loadline::rig::Slot;
use nice_plug::plugin::ParamValue;
use nice_plug::prelude::Param;
use nice_plug::prelude::ParamPtr;
use nice_plug::prelude::Params;
use nice_plug::prelude::PluginState;
use std::collections::BTreeMap;
use std::collections::HashSet;

/// Tab-separated: id, group, name, steps, and as text: least, default, most.
const FROZEN: &str = include_str!("params.tsv");

/// A parameter of a set that outlives it.
struct Handle(ParamPtr);

// SAFETY of all calls: every test keeps its `LoadlineParams` alive while it uses handles into it.
impl Handle {
    fn text(&self, normalized: f32) -> String {
        unsafe { self.0.normalized_value_to_string(normalized, true) }
    }

    fn read(&self, text: &str) -> Option<f32> {
        unsafe { self.0.string_to_normalized_value(text) }
    }

    fn default(&self) -> f32 {
        unsafe { self.0.default_normalized_value() }
    }

    fn set(&self, text: &str) {
        let normalized = self.read(text).unwrap_or_else(|| panic!("{text}"));
        unsafe { self.0._internal_set_normalized_value(normalized) };
    }
}

fn handles(params: &LoadlineParams) -> BTreeMap<String, Handle> {
    params
        .param_map()
        .into_iter()
        .map(|(id, ptr, _)| (id, Handle(ptr)))
        .collect()
}

#[test]
fn the_list_is_frozen() {
    let params = LoadlineParams::default();
    let found: Vec<String> = params
        .param_map()
        .into_iter()
        .map(|(id, ptr, group)| {
            let (name, steps) = unsafe { (ptr.name().to_string(), ptr.step_count()) };
            let steps = steps.map_or("-".into(), |steps| steps.to_string());
            let handle = Handle(ptr);
            let texts = [0.0, handle.default(), 1.0].map(|at| handle.text(at));
            [&[id, group, name, steps][..], &texts].concat().join("\t")
        })
        .collect();
    assert_eq!(found.join("\n"), FROZEN.trim_end());
}

/// Hosts know parameters by the framework's 31-bit hash of the id.
#[test]
fn hashes_of_ids_differ() {
    let hash = |id: &str| {
        id.bytes()
            .fold(0u32, |h, b| h.wrapping_mul(31).wrapping_add(b.into()))
            & !(1 << 31)
    };
    let ids = FROZEN.lines().filter_map(|row| row.split('\t').next());
    let hashes: HashSet<_> = ids.clone().map(hash).collect();
    assert_eq!(hashes.len(), ids.count());
}

#[test]
fn text_comes_back_as_it_went() {
    let params = LoadlineParams::default();
    for (id, handle) in handles(&params) {
        for step in 0..=200 {
            let text = handle.text(step as f32 / 200.0);
            let read = handle
                .read(&text)
                .unwrap_or_else(|| panic!("{id} can't read {text}"));
            assert_eq!(handle.text(read), text, "{id}");
        }
    }
}

#[test]
fn what_people_type_is_understood() {
    let params = LoadlineParams::default();
    let handles = handles(&params);
    let set = |id: &str, text: &str| handles[id].set(text);
    set("a_source_z", "2k2");
    set("a_input_z", "68 kΩ");
    set("b_input_z", "1M");
    set("a_gain", "12 o'clock");
    set("a_treble", "7.5");
    set("a_trim", "-6 dB");
    set("b_trim", "99");
    set("calibration", "+4 dBu");
    set("a_preamp", "op-amp: baxandall");
    set("b_preamp", "tube_two_stage");
    set("b_source", "humbucker");
    set("active", "B");
    set("quality", "16x");
    let controls = params.controls(false);
    let [a, b] = controls.rigs;
    assert_eq!(a.knobs[(Slot::Source, "z_source")], 2200.0);
    assert_eq!(a.knobs[(Slot::Preamp, "z_in")], 68e3);
    assert_eq!(b.knobs[(Slot::Preamp, "z_in")], 1e6);
    assert_eq!(a.knobs[(Slot::Preamp, "gain")], 0.5);
    assert_eq!(a.knobs[(Slot::Preamp, "treble")], 0.75);
    assert_eq!(a.trim_db, -6.0);
    assert_eq!(b.trim_db, 24.0);
    assert_eq!(controls.calibration_dbu, 4.0);
    assert_eq!(
        (
            a.choices[Slot::Preamp],
            b.choices[Slot::Preamp],
            b.choices[Slot::Source]
        ),
        (1, 0, 2)
    );
    assert_eq!(
        (controls.side, a.choices.oversampling),
        (Side::B, Oversampling::X16)
    );
    assert_eq!(handles["a_source_z"].read("loud"), None);
    assert_eq!(handles["a_preamp"].read("Fuzz"), None);
}

#[test]
fn defaults_are_the_rigs_own() {
    assert_eq!(
        LoadlineParams::default().controls(false),
        Controls::default()
    );
}

/// A state can hold numbers outside a parameter's range; the framework sets them as they are.
#[test]
fn a_broken_state_does_no_harm() {
    let params = LoadlineParams::default();
    let handles = handles(&params);
    for (id, value) in [
        ("a_gain", f32::NAN),
        ("a_trim", f32::INFINITY),
        ("b_input_z", 1e30),
        ("b_bass", -3.0),
    ] {
        let ParamPtr::FloatParam(param) = handles[id].0 else {
            panic!("{id}")
        };
        unsafe { nice_plug::params::InternalParamMut::_internal_set_plain_value(&*param, value) };
    }
    let ParamPtr::IntParam(source) = handles["a_source"].0 else {
        panic!()
    };
    unsafe { nice_plug::params::InternalParamMut::_internal_set_plain_value(&*source, -5) };
    let [a, b] = params.controls(false).rigs;
    assert_eq!(
        (
            a.knobs[(Slot::Preamp, "gain")],
            a.trim_db,
            a.choices[Slot::Source]
        ),
        (0.3, -31.5, 0)
    );
    assert_eq!(
        (
            b.knobs[(Slot::Preamp, "z_in")],
            b.knobs[(Slot::Preamp, "bass")]
        ),
        (1e7, 0.0)
    );
}

#[test]
fn a_broken_entry_is_left_out() {
    let entry = |id: &str, value| (id.to_string(), value);
    let mut state = PluginState {
        version: String::new(),
        params: BTreeMap::from([
            entry("a_gain", ParamValue::F32(f32::INFINITY)),
            entry("a_bass", ParamValue::F32(0.25)),
            entry("active", ParamValue::I32(99)),
            entry("quality", ParamValue::String("8x".into())),
        ]),
        fields: BTreeMap::new(),
    };
    repair(&mut state);
    assert_eq!(
        state.params.keys().collect::<Vec<_>>(),
        ["a_bass", "quality"]
    );
}

#[test]
fn instances_have_noise_of_their_own_that_a_state_brings_back() {
    let [params, restored] = [(); 2].map(|()| LoadlineParams::default());
    handles(&params)["noise"].set("On");
    handles(&restored)["noise"].set("On");
    let noise = |params: &LoadlineParams| params.controls(false).rigs.map(|rig| rig.choices.noise);
    assert!(noise(&params)[0].is_some());
    // Two draws from 32 bits.
    assert_ne!(noise(&params), noise(&restored));
    restored.deserialize_fields(&params.serialize_fields());
    assert_eq!(noise(&params), noise(&restored));
}

#[test]
fn the_windows_size_is_kept_and_kept_sane() {
    let params = LoadlineParams::default();
    params.window.resized(WindowSize::at_scale(1.5));
    let fields = params.serialize_fields();
    let restored = LoadlineParams::default();
    restored.deserialize_fields(&fields);
    assert_eq!(restored.window.size(), WindowSize::at_scale(1.5));
    let broken = BTreeMap::from([(
        "window".to_string(),
        r#"{"width":1e9,"height":-4}"#.to_string(),
    )]);
    restored.deserialize_fields(&broken);
    assert_eq!(
        restored.window.size().width,
        WindowSize::at_scale(3.0).width
    );
    assert_eq!(
        restored.window.size().height,
        WindowSize::at_scale(0.5).height
    );
}

#[test]
fn choosing_a_model_sets_what_its_deck_has_in_that_slot_only() {
    let params = LoadlineParams::default();
    let library = library();
    let before = params.controls(false).rigs[0];
    for (place, model) in library.models(Slot::Preamp) {
        let fresh = params.a.slot(Slot::Preamp).fresh(place);
        let set =
            |ptr: ParamPtr, normalized| unsafe { ptr._internal_set_normalized_value(normalized) };
        fresh.steps.iter().for_each(|(param, to)| {
            set(param.as_ptr(), *to);
        });
        fresh.knobs.iter().for_each(|(param, to)| {
            set(param.as_ptr(), *to);
        });

        let mut chosen = before;
        chosen.choose(Slot::Preamp, place, &library);
        let found = params.controls(false).rigs[0];
        assert_eq!(found.choices, chosen.choices, "{}", model.id);
        let cards = &model.annotations().knobs;
        for at in Slot::Preamp.places_of(cards).into_iter().flatten() {
            let [is, should] = [found, chosen].map(|rig| rig.knobs.at(Slot::Preamp, at));
            // Hosts keep f32.
            assert!(
                (is / should - 1.0).abs() < 1e-4 || is == should,
                "{}: {is} {should}",
                model.id
            );
        }
    }
    let other = |rig: RigControls| [Slot::Source, Slot::Amp].map(|slot| rig.knobs.at(slot, 1));
    assert_eq!(other(params.controls(false).rigs[0]), other(before));
}

#[test]
fn a_rigs_lists_leave_no_parameter_out() {
    let params = LoadlineParams::default();
    let listed = params.a.stepped().len() + params.a.continuous().len();
    // All but the polarity.
    assert_eq!(listed, params.a.param_map().len() - 1);
}
