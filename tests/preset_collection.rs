//! The user's presets: found, marked, stepped through, saved and deleted, and what is theirs travels with them.

mod guide;

use crate::guide::example;
use loadline::rig::Collection;
use loadline::rig::Library;
use loadline::rig::Preset;
use loadline::rig::RigControls;
use loadline::rig::Slot;
use loadline::rig::Wish;
use loadline::rig::library::Kind;
use loadline::rig::library::USER;
use std::fs;
use std::path::Path;
use std::path::PathBuf;

const NOWHERE: &str = "/there/is/no/such/folder";

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("collection-{name}"));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn named(name: &str, category: &str) -> Preset {
    Preset {
        name: name.into(),
        category: category.into(),
        listen: "the wolf in the lows".into(),
        tags: vec!["hairy".into()],
        ..Preset::of(&RigControls::default(), 12.0, &Library::factory())
    }
}

fn names(collection: &Collection, wish: &Wish) -> Vec<String> {
    let found = collection.matching(wish);
    found.map(|entry| entry.preset.name.clone()).collect()
}

#[test]
fn presets_are_saved_found_marked_and_deleted() {
    let (folder, library) = (folder("life"), Library::factory());
    let mut collection = Collection::read(Some(&folder), &library);
    let n_factory = Preset::factory().len();
    assert_eq!(collection.entries().len(), n_factory);

    collection
        .save(&named("Wolf: fifth", "Guitar"), &library)
        .unwrap();
    collection.save(&named("Bark", "Dogs"), &library).unwrap();
    let own = Wish {
        only_own: true,
        ..Wish::default()
    };
    assert_eq!(names(&collection, &own), ["Wolf: fifth", "Bark"]);
    // Among those of its category, not at the end.
    let at = |name: &str| {
        let all = names(&collection, &Wish::default());
        all.iter().position(|known| known == name).unwrap()
    };
    let category = |n: usize| collection.entries()[n].preset.category.clone();
    assert_eq!(category(at("Wolf: fifth") - 1), category(at("Wolf: fifth")));
    assert_eq!(at("Bark"), n_factory + 1);

    let wish = |words: &str| Wish {
        words: words.into(),
        ..Wish::default()
    };
    assert_eq!(names(&collection, &wish("WOLF fif")), ["Wolf: fifth"]);
    assert_eq!(names(&collection, &wish("dogs hairy")), ["Bark"]);
    assert!(names(&collection, &wish("bi-amp")).len() < 5);
    assert!(names(&collection, &wish("zyzzyva")).is_empty());

    // Round and round, within what is looked for.
    let name = |name: &str, by, wish: &Wish| {
        let next = collection.step(name, by, wish);
        next.map(|entry| entry.preset.name.clone())
    };
    assert_eq!(name("Wolf: fifth", 1, &own).as_deref(), Some("Bark"));
    assert_eq!(name("Bark", 1, &own).as_deref(), Some("Wolf: fifth"));
    assert_eq!(name("no such", -1, &own).as_deref(), Some("Bark"));
    assert_eq!(name("x", 1, &wish("zyzzyva")), None);

    for marked in ["Bark", "EL84 chime"] {
        collection.toggle_favourite(marked).unwrap();
    }
    let stars = Wish {
        only_favourites: true,
        ..Wish::default()
    };
    let read = || Collection::read(Some(&folder), &library);
    assert_eq!(names(&read(), &stars), ["EL84 chime", "Bark"]);
    collection.toggle_favourite("EL84 chime").unwrap();
    assert_eq!(names(&read(), &stars), ["Bark"]);

    // Once more under its name: replaced. Under one of the factory's, or none: refused, and nothing is lost.
    let louder = Preset {
        listen: "louder".into(),
        ..named("bark", "Dogs")
    };
    collection.save(&louder, &library).unwrap();
    assert_eq!(names(&collection, &own).len(), 2);
    assert_eq!(collection.find("BARK").unwrap().preset.listen, "louder");
    for refused in ["el84 Chime", " "] {
        let why = collection.save(&named(refused, "x"), &library).unwrap_err();
        assert!(why.0.contains("name"), "{why}");
    }
    assert!(collection.delete("EL84 chime", &library).is_err());
    collection.delete("bark", &library).unwrap();
    assert_eq!(names(&read(), &own), ["Wolf: fifth"]);
}

#[test]
fn broken_files_are_told_and_left_alone() {
    let (folder, library) = (folder("broken"), Library::factory());
    let good = serde_json::to_string(&named("Good", "x")).unwrap();
    let broken = [
        ("a.json", good[..100].to_owned()),
        ("b.json", good.replace("\"version\":1", "\"version\":2")),
        ("c.json", good.replace("\"gain\":", "\"gian\":")),
        ("d.json", "\u{0}\u{1}".into()),
    ];
    for (name, text) in &broken {
        fs::write(folder.join(name), text).unwrap();
    }
    fs::write(folder.join("e.json"), &good).unwrap();
    fs::write(folder.join("favourites.txt"), [0xff, 0xfe, b'\n']).unwrap();
    let collection = Collection::read(Some(&folder), &library);
    assert_eq!(collection.troubles().len(), broken.len());
    for (trouble, (name, _)) in collection.troubles().iter().zip(&broken) {
        assert!(trouble.0.contains(name), "{trouble}");
    }
    assert!(collection.find("Good").is_some());
    for (name, text) in &broken {
        assert_eq!(&fs::read_to_string(folder.join(name)).unwrap(), text);
    }
}

#[test]
fn a_folder_that_can_t_be_written_is_told() {
    let mut collection = Collection::read(Some(Path::new("/proc/presets")), &Library::factory());
    let why = collection.save(&named("Lost", "x"), &Library::factory());
    assert!(why.unwrap_err().0.contains("/proc/presets"));
    assert!(collection.toggle_favourite("EL84 chime").is_err());
    let stars = Wish {
        only_favourites: true,
        ..Wish::default()
    };
    assert!(names(&collection, &stars).is_empty());
}

/// A library with the guide's deck, which is called `name`, and R4 of so many ohms.
fn with_deck(folder: &str, name: &str, r4: &str) -> Library {
    let folder = self::folder(folder);
    let deck = example(name).replace("5.1k", r4);
    fs::write(folder.join("deck.cir"), deck).unwrap();
    Library::with_user(&folder, Path::new(NOWHERE))
}

#[test]
fn a_deck_of_one_s_own_travels_with_its_preset() {
    let there = with_deck("there", "boost", "6.8k");
    let mut rig = RigControls::default();
    rig.choose(Slot::Preamp, USER, &there);
    rig.knobs[(Slot::Preamp, "gain")] = 0.7;
    let preset = Preset {
        name: "Boosted".into(),
        ..Preset::of(&rig, 12.0, &there)
    };
    let folder = folder("carried");
    let file = preset.save(&folder).unwrap();
    println!(
        "with a deck a preset takes {} bytes",
        fs::metadata(&file).unwrap().len()
    );

    // Where it is not, and where another deck has its name.
    for here in [
        Library::clone(&Library::factory()),
        with_deck("here", "boost", "5.1k"),
    ] {
        let read = Preset::read(&file, &here).unwrap();
        let mut rig = RigControls::default();
        assert!(read.apply(&mut rig, &here).is_err());
        assert_eq!(rig, RigControls::default());
        let welcomed = read.welcomed(&here).unwrap();
        read.apply(&mut rig, &welcomed).unwrap();
        let kind = Kind::Deck(Slot::Preamp);
        let place = rig.choices[Slot::Preamp];
        let [found, wanted] = [(&welcomed, place), (&there, USER)]
            .map(|(library, place)| library.embedded(kind, place).unwrap().sha256);
        assert_eq!(found, wanted);
        assert_eq!(rig.knobs[(Slot::Preamp, "gain")], 0.7);
        // Known once it is there.
        assert_eq!(
            read.welcomed(&welcomed)
                .unwrap()
                .models(Slot::Preamp)
                .count(),
            welcomed.models(Slot::Preamp).count()
        );
    }

    let text = fs::read_to_string(&file).unwrap();
    let sha = &preset.own["preamp"].sha256;
    fs::write(&file, text.replace(sha, "0123")).unwrap();
    let why = Preset::read(&file, &Library::factory()).unwrap_err();
    assert!(
        why.0.contains("deck.cir") && why.0.contains("damaged"),
        "{why}"
    );
}

#[test]
fn a_rig_is_like_its_preset_until_something_is_moved() {
    let library = Library::factory();
    for preset in Preset::factory() {
        let mut made = RigControls::default();
        preset.apply(&mut made, &library).unwrap();
        assert!(made.is_like(&made, &library));
        let louder = RigControls {
            trim_db: made.trim_db + 0.1,
            ..made
        };
        assert!(!made.is_like(&louder, &library), "{}", preset.name);
        for slot in Slot::ALL {
            let notes = library.at(slot, made.choices[slot]).annotations();
            for at in 0..slot.knobs().len() {
                let mut turned = made;
                turned
                    .knobs
                    .set(slot, at, 0.987 * made.knobs.at(slot, at) + 0.001);
                let is_known = slot.card_at(at, &notes.knobs).is_some();
                assert_eq!(
                    made.is_like(&turned, &library),
                    !is_known,
                    "{}",
                    preset.name
                );
            }
        }
    }
}
