//! Newton passes, corners and nanoseconds of every case, or of those whose names hold one of the words that are given: a line
//! each, with its place among all cases, its name, its steps (frames, where the plugin plays), how many of them a second has,
//! and the three figures of one of them. Then the time from a deck's text to its solver.

mod cases;

use std::env;
use std::hint::black_box;
use std::process::ExitCode;
use std::time::Instant;

/// The fastest of so many rounds counts.
const ROUNDS: usize = 5;
/// Stages of the deck that is loaded: 46 nodes.
const STAGES: usize = 8;
/// Seconds that loading it may take.
const LOADING: f64 = 0.1;

/// Seconds.
fn fastest(mut work: impl FnMut()) -> f64 {
    let round = |_| {
        let start = Instant::now();
        work();
        start.elapsed().as_secs_f64()
    };
    (0..ROUNDS).map(round).fold(f64::INFINITY, f64::min)
}

fn main() -> ExitCode {
    // Cargo adds `--bench`.
    let words: Vec<String> = env::args()
        .skip(1)
        .filter(|word| word != "--bench")
        .collect();
    let is_asked = |name: &str| words.is_empty() || words.iter().any(|word| name.contains(word));
    for (place, case) in cases::all().into_iter().enumerate() {
        if !is_asked(&case.name) {
            continue;
        }
        let name = case.name.clone();
        let mut player = case.ready();
        let ticks = player.ticks() as f64;
        let before = player.passes_and_corners();
        player.play();
        let of_tick = |count: u64| format!("{:.2}", count as f64 / ticks);
        let found = before.zip(player.passes_and_corners());
        let (passes, corners) = found.map_or(("-".into(), "-".into()), |(before, now)| {
            (of_tick(now.0 - before.0), of_tick(now.1 - before.1))
        });
        let ns = 1e9 * fastest(|| player.play()) / ticks;
        let rate = player.ticks_a_second();
        println!("{place}\t{name}\t{ticks}\t{rate}\t{passes}\t{corners}\t{ns:.0}");
    }
    let loading = fastest(|| {
        black_box(cases::decks::solver(&cases::decks::chain_deck(STAGES)));
    });
    eprintln!(
        "{STAGES} stages from text to solver: {:.1} ms",
        1e3 * loading
    );
    if loading <= LOADING {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
