//! A deck in the user's folder is a model like the factory's, and says what is wrong with it.

mod guide;

use crate::guide::example;
use loadline::rig::Chain;
use loadline::rig::ChainOrder;
use loadline::rig::Controls;
use loadline::rig::Library;
use loadline::rig::Slot;
use loadline::rig::library::USER;
use std::fs;
use std::path::Path;
use std::path::PathBuf;
use wide::f64x2;

const NOWHERE: &str = "/there/is/no/such/folder";

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("circuits-{name}"));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

#[test]
fn the_guides_deck_appears_and_plays() {
    let folder = folder("guide");
    fs::write(folder.join("mosfet_boost.cir"), example("my_boost")).unwrap();
    let library = Library::with_user(&folder, Path::new(NOWHERE));
    assert_eq!(library.troubles(), &[] as &[String]);
    let place = library.find(Slot::Preamp, "my_boost").expect("it is there");
    assert_eq!(place, USER);

    let mut rig = Controls::default().rigs[0];
    rig.choose(Slot::Preamp, place, &library);
    assert_eq!(rig.knobs[(Slot::Preamp, "gain")], 0.5);
    let peak = |bass: u8, gain: f64| {
        let mut rig = rig;
        rig.choices.switches[Slot::Preamp.index()][0] = bass;
        rig.knobs[(Slot::Preamp, "gain")] = gain;
        let order = ChainOrder {
            choices: rig.choices,
            knobs: rig.knobs,
            sample_rate: 48e3,
        };
        let mut chain = Chain::build(&order, &library).unwrap_or_else(|why| panic!("{why}"));
        let mut peak: f64 = 0.0;
        for n in 0..9600 {
            let v = 1e-3 * (std::f64::consts::TAU * 100.0 * f64::from(n) / 48e3).sin();
            let out = chain.tick(f64x2::splat(v)).to_array()[0];
            peak = if n < 4800 { 0.0 } else { peak.max(out.abs()) };
        }
        peak
    };
    // The gain pot shunts the source resistor: more of it is more gain; 10 nF leave 100 Hz without that.
    assert!(peak(0, 1.0) > 3.0 * peak(0, 0.0));
    assert!(peak(1, 1.0) < 0.5 * peak(0, 1.0));
}

#[test]
fn a_deck_keeps_its_place_when_others_come_and_go() {
    let folder = folder("places");
    let named = example;
    fs::write(folder.join("m.cir"), named("m")).unwrap();
    assert_eq!(
        Library::with_user(&folder, Path::new(NOWHERE)).find(Slot::Preamp, "m"),
        Some(USER)
    );
    fs::create_dir(folder.join("more")).unwrap();
    fs::write(folder.join("more/a.cir"), named("a")).unwrap();
    let library = Library::with_user(&folder, Path::new(NOWHERE));
    let places = ["m", "a"].map(|id| library.find(Slot::Preamp, id));
    assert_eq!(places, [Some(USER), Some(USER + 1)]);
    fs::remove_file(folder.join("m.cir")).unwrap();
    let library = Library::with_user(&folder, Path::new(NOWHERE));
    let places = ["m", "a"].map(|id| library.find(Slot::Preamp, id));
    assert_eq!(places, [None, Some(USER + 1)]);
    assert!(library.get(Slot::Preamp, USER).is_none());
}

#[test]
fn what_is_wrong_is_told_with_file_and_line() {
    let folder = folder("broken");
    let write = |name: &str, text: String| fs::write(folder.join(name), text).unwrap();
    write(
        "a.cir",
        example("my_boost").replace("R4 vdd drain 5.1k", "R4 vdd drain"),
    );
    write(
        "b.cir",
        example("my_boost").replace("kind=preamp", "kind=pedal"),
    );
    write(
        "c.cir",
        example("my_boost").replace("my_boost in out", "my_boost in out more"),
    );
    write("d.cir", "* nothing\n.end\n".into());
    write(
        "e.cir",
        example("my_boost").replace("mbs170 NMOS", "mbs170 NMAS"),
    );
    write("f.cir", example("my_boost"));
    let library = Library::with_user(&folder, Path::new(NOWHERE));
    for (trouble, parts) in library.troubles().iter().zip([
        ["a.cir:17", "r4"],
        ["b.cir", "kind=pedal"],
        ["c.cir", "write .subckt my_boost in out"],
        ["d.cir", "*@ model"],
        ["e.cir:16", "nmas"],
    ]) {
        println!("{trouble}");
        for part in parts {
            assert!(
                trouble.to_lowercase().contains(&part.to_lowercase()),
                "{trouble}: no {part}"
            );
        }
    }
    assert_eq!(library.troubles().len(), 5);
    assert_eq!(library.find(Slot::Preamp, "my_boost"), Some(USER));
}

#[test]
fn what_a_deck_says_in_vain_is_told() {
    let folder = folder("notices");
    let text = example("my_boost").replace("KP=0.05", "KP=0.05 xj=1u theta=0.1");
    fs::write(folder.join("a.cir"), &text).unwrap();
    let library = Library::with_user(&folder, Path::new(NOWHERE));
    assert_eq!(library.troubles(), &[] as &[String]);
    let place = library.find(Slot::Preamp, "my_boost").expect("it is there");
    let line = 1 + text
        .lines()
        .take_while(|line| !line.contains("xj="))
        .count();
    let notices = &library.at(Slot::Preamp, place).notices;
    let wanted = format!("a.cir:{line}: .model: mbs170 ignores xj theta");
    assert_eq!(notices.len(), 1, "{notices:?}");
    assert!(notices[0].starts_with(&wanted), "{notices:?}");
}

#[test]
fn no_folder_is_no_trouble() {
    let library = Library::with_user(Path::new(NOWHERE), Path::new(NOWHERE));
    assert_eq!(
        library.models(Slot::Preamp).count(),
        Library::factory().models(Slot::Preamp).count()
    );
}
