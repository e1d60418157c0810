//! The figures that are compiled in belong to the decks that are compiled in, and README shows them.

#[path = "../verify/src/readme.rs"]
mod readme;
#[path = "../verify/src/rigs.rs"]
mod rigs;

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
fn every_rig_is_the_one_that_was_verified() {
    let library = Library::factory();
    for rig in rigs::RIGS {
        let models = rigs::models(&library, rig).unwrap_or_else(|why| panic!("{why}"));
        let (named, hash) = (rigs::named(&models), rigs::hash(&models));
        let mut known = table().rigs.iter();
        assert!(
            known.any(|known| known.models == named && known.sha256 == hash),
            "{named:?}: run cargo xtask verify"
        );
    }
    assert_eq!(table().rigs.len(), rigs::RIGS.len());
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

/// Of which one block is used, and one by that.
const LIBRARY: &str =
    ".subckt spare a\nR1 a 0 1\n.ends\n.subckt used a\nR1 a 0 inner\n.ends used\n.model inner r\n";

#[test]
fn a_hash_is_that_of_the_texts() {
    let files = |path: &Path| match path.to_str() {
        Some("a/b.lib") => Ok(LIBRARY.to_string()),
        _ => Err("no such file".to_string()),
    };
    let hash = |text: &str| content_hash(Path::new("a/x.cir"), text, &files).unwrap();
    // FIPS 180-2, appendix B.1.
    let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert_eq!(hash("abc"), abc);
    // printf 'abc\n.include b.lib\nx1 used\n.subckt used a\nr1 a 0 inner\n.ends used\n.model inner r\n' | sha256sum
    let joined = "f17adeed51c0fbf18a08ba183378d99e32f7e9d4fa24ed018c76da6ead3fc5b6";
    assert_eq!(hash("abc\n.include b.lib\nx1 used\n"), joined);
}
