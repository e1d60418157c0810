//! The instrument preamp's switch.

use crate::bench::db;
use crate::bench::level;
use crate::bench::near;
use crate::bench::parallel;
use crate::bench::response_at;
use loadline::rig::Library;
use loadline::rig::RigControls;
use loadline::rig::Slot;

/// What the header of `instrument` says.
struct Instrument {
    ohms: f64,
    pad_db: f64,
    cut_hz: f64,
    /// In Hz and dB.
    bell: Option<(f64, f64)>,
}

const fn instrument(ohms: f64, pad_db: f64, cut_hz: f64, bell: Option<(f64, f64)>) -> Instrument {
    Instrument {
        ohms,
        pad_db,
        cut_hz,
        bell,
    }
}

const INSTRUMENTS: [Instrument; 6] = [
    instrument(1e6, 0.0, 20.0, Some((2.5e3, 4.2))),
    instrument(1e6, -6.0, 10.0, Some((500.0, -4.5))),
    instrument(5e6, -6.0, 30.0, Some((1.2e3, -4.9))),
    instrument(47e3, -15.0, 5.0, None),
    instrument(220e3, -20.0, 5.0, None),
    instrument(2.4e3, 20.0, 90.0, Some((5e3, 4.0))),
];

#[test]
fn the_instrument_sets_input_pad_and_voicing() {
    const DECK: &str = "preamps/instrument";
    /// Relative. Measured 6e-5.
    const TOL_OHMS: f64 = 2e-4;
    /// In dB. Measured 0.04.
    const TOL: f64 = 0.1;
    for (place, instrument) in INSTRUMENTS.iter().enumerate() {
        let ohms = instrument.ohms;
        let bench = |z_in: f64, z_source: f64| {
            [
                ("input_type", place as f64),
                ("gain", 0.0),
                ("z_in", z_in),
                ("z_source", z_source),
            ]
        };
        for (z_in, want) in [
            (10e6, ohms),
            (100e3, parallel(100e3, 1.0 / (1.0 / ohms - 1e-7))),
        ] {
            let set = bench(z_in, want);
            let at_input = response_at(DECK, &set, "in", &[100.0])[0].norm();
            near("input", at_input / (1.0 - at_input), 1.0, TOL_OHMS);
        }
        let set = bench(10e6, 1.0);
        let straight = level(DECK, &set, 40e3);
        near("pad", straight - db(10e3 / 10.1e3), instrument.pad_db, TOL);
        if let Some((hz, want)) = instrument.bell {
            near("bell", level(DECK, &set, hz) - straight, want, TOL);
        }
        if place >= 3 {
            near(
                "low cut",
                level(DECK, &set, instrument.cut_hz) - level(DECK, &set, 600.0),
                -3.0,
                0.5,
            );
        }
    }
    for (knob, hz, least) in [
        ("bass", 30.0, 10.0),
        ("mid", 700.0, 9.0),
        ("treble", 18e3, 7.5),
    ] {
        let of = |turn| level(DECK, &[("input_type", 4.0), (knob, turn)], hz);
        println!(
            "{knob}: {:+.2} {:+.2} dB",
            of(1.0) - of(0.5),
            of(0.0) - of(0.5)
        );
        assert!(of(1.0) - of(0.5) > least && (of(1.0) + of(0.0) - 2.0 * of(0.5)).abs() < 0.05);
    }
    let range = level(DECK, &[("gain", 1.0)], 1e3) - level(DECK, &[("gain", 0.0)], 1e3);
    near("range of the gain", range, 40.0, TOL);
}

#[test]
fn the_switch_brings_its_source_along() {
    let library = Library::factory();
    let mut rig = RigControls::default();
    rig.set("preamp", "instrument", &library).unwrap();
    let mut turned = |position: &str| {
        rig.set("preamp_s1", position, &library).unwrap();
        rig.follow_switch("preamp_s1", &library);
        library
            .at(Slot::Source, rig.choices[Slot::Source])
            .id
            .to_string()
    };
    for (position, source) in [
        ("guitar", "single_coil"),
        ("bass", "passive_bass"),
        ("acoustic", "piezo"),
        ("keys", "keyboard"),
        ("DI", "line"),
        ("vocal mic", "dynamic_mic"),
    ] {
        assert_eq!(turned(position), source);
    }
    // One that suits stays.
    rig.set("source", "hot_humbucker", &library).unwrap();
    rig.set("preamp_s1", "guitar", &library).unwrap();
    rig.follow_switch("preamp_s1", &library);
    let hot = library.find(Slot::Source, "hot_humbucker");
    assert_eq!(Some(rig.choices[Slot::Source]), hot);
    // And of no other deck does anything follow.
    rig.set("preamp", "opamp_choice", &library).unwrap();
    rig.follow_switch("preamp_s1", &library);
    assert_eq!(Some(rig.choices[Slot::Source]), hot);
    // What it names is there.
    for slot in Slot::ALL {
        for (_, model) in library.models(slot) {
            let cards = &model.annotations().choices;
            for id in cards.iter().flat_map(|card| card.sources.iter().flatten()) {
                assert!(
                    library.find(Slot::Source, id).is_some(),
                    "{}: {id}",
                    model.id
                );
            }
        }
    }
}
