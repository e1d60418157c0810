//! A deck's text, prepared for one run: includes absolute, parameters set, input and analysis replaced.

use std::fs;
use std::hash::DefaultHasher;
use std::hash::Hash;
use std::hash::Hasher;
use std::path::Path;
use std::path::PathBuf;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;

/// Directives of a deck's own bench that a run replaces.
const REPLACED: [&str; 8] = [
    ".tran", ".ac", ".op", ".dc", ".noise", ".options", ".save", ".end",
];

/// Logical lines of a deck, the title first: continuations joined, comments gone, includes absolute.
pub fn lines(path: &Path) -> Vec<String> {
    let text = fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let mut lines: Vec<String> = Vec::new();
    for (n, raw) in text.lines().enumerate() {
        let line = raw.split(';').next().unwrap_or_default().trim();
        if let Some(rest) = line.strip_prefix('+') {
            lines
                .last_mut()
                .expect("a continuation has a line before it")
                .push_str(rest);
        } else if n == 0 || !(line.is_empty() || line.starts_with('*')) {
            lines.push(line.to_owned());
        }
    }
    for line in &mut lines {
        if let Some(file) = strip_directive(line, ".include") {
            let file = path
                .parent()
                .expect("a deck lies in a folder")
                .join(file.trim_matches('"'));
            let file = file
                .canonicalize()
                .unwrap_or_else(|e| panic!("{}: {e}", file.display()));
            *line = format!(".include \"{}\"", file.display());
        }
    }
    lines
}

/// Sets top-level parameters of the bench; panics when the deck has no such parameter.
pub fn set_params(lines: &mut [String], params: &[(&str, f64)]) {
    for (name, value) in params {
        let wanted = |line: &&mut String| {
            strip_directive(line, ".param")
                .and_then(|rest| rest.split_once('='))
                .is_some_and(|(key, _)| key.trim().eq_ignore_ascii_case(name))
        };
        let line = lines
            .iter_mut()
            .find(wanted)
            .unwrap_or_else(|| panic!("the deck has no `.param {name}=…` line"));
        *line = format!(".param {name}={value:e}");
    }
}

/// Takes the bench's own analyses away.
pub fn strip_analyses(lines: &mut Vec<String>) {
    lines.retain(|line| {
        REPLACED
            .iter()
            .all(|directive| strip_directive(line, directive).is_none())
    });
}

/// Lets the voltage source `Vin` play `expression`. It stays as the ammeter `i(vin)` in front of a behavioural
/// source, so that ngspice evaluates the closed form at its own instants.
pub fn drive(lines: &mut Vec<String>, expression: &str) {
    let at = input(lines);
    let nodes: Vec<String> = lines[at]
        .split_whitespace()
        .skip(1)
        .take(2)
        .map(str::to_owned)
        .collect();
    lines[at] = format!("Vin {} stimulus 0", nodes[0]);
    lines.insert(
        at + 1,
        format!("Bstimulus stimulus {} V={expression}", nodes[1]),
    );
}

/// Gives the voltage source `Vin` an AC value if it has none. A deck at rest may do without an input.
pub fn excite(lines: &mut [String]) {
    let Some(at) = find_input(lines) else { return };
    let has_ac = |line: &str| {
        line.split_whitespace()
            .any(|word| word.eq_ignore_ascii_case("ac"))
    };
    if !has_ac(&lines[at]) {
        lines[at] += " ac 1";
    }
}

fn input(lines: &[String]) -> usize {
    find_input(lines).expect("the deck's input is a voltage source named Vin")
}

fn find_input(lines: &[String]) -> Option<usize> {
    lines
        .iter()
        .position(|line| first_word(line).eq_ignore_ascii_case("Vin"))
}

/// Writes a deck of models, by kind and id, each driving the next by the node `n` and its kind; their parameters are
/// the deck's, with the kind before their names. Without a load the last one drives `bridging` ohms. Behind a splitter's second output stands a second amplifier and load.
/// Returns its path.
pub fn rig_deck(circuits: &Path, models: &[(&str, &str)], bridging: &str) -> PathBuf {
    let mut deck = "* rig\n".to_owned();
    deck += &format!(".include \"{}\"\n", circuits.join("devices.lib").display());
    let mut calls = String::new();
    let (mut node, mut second) = ("src".to_owned(), None);
    for (kind, id) in models {
        let lines = lines(&circuits.join(format!("{kind}s")).join(format!("{id}.cir")));
        let find = |directive: &str| {
            lines
                .iter()
                .position(|line| strip_directive(line, directive).is_some())
        };
        let start = find(".subckt").expect("a model is a .subckt");
        let end = find(".ends").expect("a .subckt ends");
        deck += &(lines[start..=end].join("\n") + "\n");
        let words: Vec<&str> = lines[start].split_whitespace().collect();
        let n_ports = words[2..]
            .iter()
            .take_while(|word| !word.contains('='))
            .count();
        let mut call = id.to_string();
        for (key, value) in words.iter().filter_map(|word| word.split_once('=')) {
            deck += &format!(".param {kind}_{key}={value}\n");
            call += &format!(" {key}={{{kind}_{key}}}");
        }
        match n_ports {
            1 => calls += &format!("X{kind} {node} {call}\n"),
            2 => calls += &format!("X{kind} {node} n{kind} {call}\n"),
            _ => {
                calls += &format!("X{kind} {node} n{kind} second {call}\n");
                second = Some("second".to_owned());
            }
        }
        if let (Some(node), false) = (&mut second, *kind == "coupling") {
            if n_ports == 1 {
                calls += &format!("Xsecond_{kind} {node} {call}\n");
            } else {
                calls += &format!("Xsecond_{kind} {node} second_{kind} {call}\n");
                *node = format!("second_{kind}");
            }
        }
        if n_ports > 1 {
            node = format!("n{kind}");
        }
    }
    if models.iter().all(|(kind, _)| *kind != "load") {
        calls += &format!("Rload {node} 0 {bridging}\n");
    }
    deck += &format!("Vin src 0 dc 0 ac 1\n{calls}Eout out 0 {node} 0 1\n.end\n");
    scratch_deck(&deck)
}

/// Writes a deck to the temporary folder, under a name made of its text. Returns its path.
pub fn scratch_deck(text: &str) -> PathBuf {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    let path = scratch_folder().join(format!("deck-{:016x}.cir", hasher.finish()));
    // Renamed into place: another test may be reading the same deck.
    let fresh = scratch_file("fresh");
    let written = fs::write(&fresh, text).and_then(|()| fs::rename(&fresh, &path));
    written.unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    path
}

/// A path in the temporary folder that no other run uses.
pub fn scratch_file(what: &str) -> PathBuf {
    static FILES: AtomicUsize = AtomicUsize::new(0);
    let name = format!(
        "{what}-{}-{}.cir",
        std::process::id(),
        FILES.fetch_add(1, Ordering::Relaxed)
    );
    scratch_folder().join(name)
}

/// The build's temporary folder, of which cargo tells tests only; elsewhere the system's.
fn scratch_folder() -> PathBuf {
    option_env!("CARGO_TARGET_TMPDIR").map_or_else(std::env::temp_dir, PathBuf::from)
}

/// The rest of a line that begins with `directive`, in any case.
fn strip_directive<'a>(line: &'a str, directive: &str) -> Option<&'a str> {
    let word = first_word(line);
    word.eq_ignore_ascii_case(directive)
        .then(|| line[word.len()..].trim())
}

fn first_word(line: &str) -> &str {
    line.split_whitespace().next().unwrap_or_default()
}
