//! Instructions of every case, counted by valgrind; `cargo xtask bench` makes a table of them and of `time.rs`'s figures.
//!
//! What a player needs to be built and warmed up is not counted. It is given back, lest dropping it be.

mod cases;

use cases::Case;
use cases::Player;
use gungraun::Callgrind;
use gungraun::prelude::*;

#[library_benchmark]
#[benches::case(iter = cases::all(), setup = Case::ready)]
fn play(mut player: Player) -> Player {
    player.play();
    player
}

library_benchmark_group!(name = all, benchmarks = play);

gungraun::main!(
    config = LibraryBenchmarkConfig::default().tool(Callgrind::with_args(["--cache-sim=no"])),
    library_benchmark_groups = all
);
