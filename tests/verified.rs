//! The figures that are compiled in belong to the decks that are compiled in, and README shows them.

#[path = "../verify/src/readme.rs"]
mod readme;

use loadline::rig::Library;
use loadline::rig::Slot;
use loadline::rig::library::Model;
use loadline::rig::verified::Table;
use loadline::rig::verified::content_hash;
use loadline::rig::verified::table;
use std::fs;
use std::path::Path;

fn models(library: &Library, slot: Slot) -> impl Iterator<Item = &Model> {
    let models = library.models(slot).map(|(_, model)| model);
    models.filter(|model| !model.is_none())
}

fn in_clone(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    fs::read_to_string(&path).unwrap_or_else(|why| panic!("{}: {why}", path.display()))
}

#[test]
fn every_deck_is_the_one_that_was_verified() {
    let library = Library::factory();
    let models: Vec<&Model> = Slot::ALL
        .into_iter()
        .flat_map(|slot| models(&library, slot))
        .collect();
    let stale: Vec<&str> = models
        .iter()
        .filter(|model| model.verified().is_none())
        .map(|model| &*model.id)
        .collect();
    assert!(
        stale.is_empty(),
        "changed since they were verified: {stale:?}; run cargo xtask verify and look at what it writes"
    );
    assert_eq!(table().models.len(), models.len());
}

#[test]
fn every_rig_was_verified() {
    let library = Library::factory();
    for preamp in models(&library, Slot::Preamp) {
        for source in models(&library, Slot::Source) {
            let mut rigs = table().rigs.iter();
            assert!(
                rigs.any(|rig| rig.source == source.id && rig.preamp == preamp.id),
                "{} into {}: run cargo xtask verify",
                source.id,
                preamp.id
            );
        }
    }
}

#[test]
fn readme_shows_the_table() {
    let embedded: Table =
        serde_json::from_str(&in_clone("plugin-assets/verified.json")).expect("the table's form");
    assert_eq!(&embedded, table());
    let readme = in_clone("README.md");
    let written = readme::replace(&readme, table()).expect("README.md has its markers");
    assert!(
        readme == written,
        "README.md shows another table; run cargo xtask verify"
    );
}

#[test]
fn a_hash_is_that_of_the_texts() {
    let files = |path: &Path| match path.to_str() {
        Some("a/b.lib") => Ok("def".to_string()),
        _ => Err("no such file".to_string()),
    };
    let hash = |text: &str| content_hash(Path::new("a/x.cir"), text, &files).unwrap();
    // FIPS 180-2, appendix B.1.
    let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert_eq!(hash("abc"), abc);
    // printf 'abc\n.include b.lib\ndef' | sha256sum
    let joined = "d7f2193400e25011e061ad48a4933abb6fce96bbe8b7506516f4a6b48ad8932c";
    assert_eq!(hash("abc\n.include b.lib\n"), joined);
}
