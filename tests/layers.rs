//! The arrows between the rooms, and what may not be said in them.

use std::fs;
use std::path::Path;
use std::path::PathBuf;

/// Which rooms each room may name; ARCHITECTURE.md quotes this table.
const MAY_NAME: &[(&str, &[&str])] = &[
    ("units", &[]),
    ("devices", &["units"]),
    ("dsp", &["units"]),
    ("circuit", &["devices", "units"]),
    ("rig", &["circuit", "dsp", "units"]),
    ("meters", &["units"]),
    ("params", &["rig", "units"]),
    ("editor", &["meters", "params", "rig", "units"]),
    (
        "plugin",
        &["dsp", "editor", "meters", "params", "rig", "units"],
    ),
];

fn files(room: &str) -> Vec<PathBuf> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let single = src.join(format!("{room}.rs"));
    let mut found: Vec<PathBuf> = single.exists().then_some(single).into_iter().collect();
    let mut folders = vec![src.join(room)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path);
            }
        }
    }
    assert!(!found.is_empty(), "no room {room}");
    found
}

/// A file without its tests.
fn code(file: &Path) -> String {
    let text = fs::read_to_string(file).unwrap();
    text.split("#[cfg(test)]\nmod tests")
        .next()
        .unwrap_or_default()
        .to_string()
}

#[test]
fn arrows_go_one_way() {
    let mut seen = 0;
    for (room, allowed) in MAY_NAME {
        for file in files(room) {
            for rest in code(&file).split("crate::").skip(1) {
                let named: String = rest
                    .chars()
                    .take_while(|c| c.is_alphanumeric() || *c == '_')
                    .collect();
                let is_room = MAY_NAME.iter().any(|(known, _)| *known == named);
                let fine = named == *room || allowed.contains(&named.as_str()) || !is_room;
                assert!(fine, "{}: `{room}` may not name `{named}`", file.display());
                seen += usize::from(is_room);
            }
        }
    }
    assert!(seen > 100, "the search finds nothing any more: {seen}");
}

#[test]
fn devices_and_circuits_are_silent() {
    for room in ["devices", "circuit", "rig"] {
        for file in files(room) {
            let code = code(&file);
            for word in [
                "println!",
                "eprintln!",
                ".lock()",
                "todo!",
                "unimplemented!",
                "dbg!",
            ] {
                assert!(!code.contains(word), "{}: `{word}`", file.display());
            }
        }
    }
}

/// The one file of the engine that may say `unsafe`: it calls machine code.
const MACHINE_CODE: &str = "src/circuit/native.rs";

#[test]
fn only_machine_code_is_unsafe() {
    let mut seen = 0;
    for room in ["devices", "circuit", "rig"] {
        for file in files(room) {
            let is_unsafe = code(&file).contains("unsafe ");
            let may_be = file.ends_with(MACHINE_CODE);
            assert!(may_be || !is_unsafe, "{}: unsafe", file.display());
            seen += usize::from(is_unsafe);
        }
    }
    assert_eq!(seen, 1, "the search finds nothing any more");
}

#[test]
fn the_engine_does_not_know_the_plugin() {
    for room in ["units", "devices", "circuit", "dsp", "rig"] {
        for file in files(room) {
            let code = code(&file);
            assert!(
                !code.contains("nice_plug") && !code.contains("egui"),
                "{}",
                file.display()
            );
        }
    }
}
