//! The guide to one's own circuits, as its reader has it.

use std::fs;
use std::path::Path;

/// The deck that it tells its reader to save, called `id`.
pub fn example(id: &str) -> String {
    let guide = Path::new(env!("CARGO_MANIFEST_DIR")).join("plugin-assets/circuits/README.md");
    let text = fs::read_to_string(guide).unwrap();
    let code = text
        .split("```spice\n")
        .nth(1)
        .expect("the guide has a deck");
    code.split("```").next().unwrap().replace("my_boost", id)
}
