//! `cargo xtask COMMAND`: what cargo alone can't say.

mod alloc;
mod audio;
mod bench;
mod bundle;
mod cases;
mod clap_host;
mod demo;
mod hosts;
mod measured;
mod null;
mod packages;
mod project;
mod python;
mod screen;
mod shell;
mod shots;
mod soak;
mod table;
mod test;
mod verify;

use std::path::Path;
use std::process::ExitCode;

const HELP: &str = "\
cargo xtask demo [--yes]      build the plugin and play the shipped guitar take through it; WAV files and pictures
                              in target/demo/
cargo xtask test [--yes]      everything that CI checks: format, clippy, all tests, ngspice, no allocation, hosts
cargo xtask bundle [OPTION…]  build target/bundled/Loadline.clap and Loadline.vst3; options are those of cargo build
cargo xtask hosts [--yes]     the bundles in clack-host, pedalboard and DawDreamer: against `loadline render`, every
                              parameter, automation, states, many instances, the panel in a window
cargo xtask verify [--yes] [--all | ID… | DECK.cir]
                              every factory deck and rig against ngspice: writes the table of figures that README
                              shows and `loadline list` prints; or one deck of your own, and writes nothing
cargo xtask bench [--yes] [--accept] [WORD…]
                              instructions of a step of every factory deck and of whole rigs, counted by valgrind,
                              with Newton passes and nanoseconds; or of those whose names hold a WORD. Fails where one
                              needs 3 % more than benches/measured.tsv says, which --accept writes anew
cargo xtask bench --peers [--yes]
                              nanoseconds of a frame in our rigs and in four LV2 plugins, in turns on the same take
cargo xtask soak [--hours H]  two hours, or H, of playing as fast as it goes: no drift, no growth, no slowing down
cargo xtask shots [--yes]     pictures of the panel in target/shots/

All but bundle and soak install the Debian or Ubuntu packages they need; they ask first, unless root or told --yes.
Other tools (Python hosts, gungraun-runner) are put into target/.
for example: cargo xtask demo";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    let done = match words[..] {
        ["demo"] => demo::demo(false),
        ["demo", "--yes"] => demo::demo(true),
        ["test"] => test::test(false),
        ["test", "--yes"] => test::test(true),
        ["hosts"] => hosts::alone(false),
        ["hosts", "--yes"] => hosts::alone(true),
        ["verify", "--yes", ref wanted @ ..] => verify::verify(true, wanted),
        ["verify", ref wanted @ ..] => verify::verify(false, wanted),
        ["bench", "--peers"] => bench::peers(false),
        ["bench", "--peers", "--yes"] | ["bench", "--yes", "--peers"] => bench::peers(true),
        ["bench", "--yes", "--accept", ref wanted @ ..]
        | ["bench", "--accept", "--yes", ref wanted @ ..] => bench::bench(true, true, wanted),
        ["bench", "--yes", ref wanted @ ..] => bench::bench(true, false, wanted),
        ["bench", "--accept", ref wanted @ ..] => bench::bench(false, true, wanted),
        ["bench", ref wanted @ ..] => bench::bench(false, false, wanted),
        ["soak"] => soak::soak(None),
        ["soak", "--hours", hours] => soak::soak(Some(hours)),
        ["shots"] => shots::shots(false),
        ["shots", "--yes"] => shots::shots(true),
        ["bundle", ..] => bundle::bundle(&args[1..]),
        ["play-guarded", library] => alloc::play_guarded(Path::new(library)),
        ["open-panel", library] => hosts::open_panel(Path::new(library)),
        [] | ["help"] | ["--help"] | ["-h"] => {
            println!("{HELP}");
            return ExitCode::SUCCESS;
        }
        _ => {
            eprintln!("cargo xtask does not know `{}`\n\n{HELP}", words.join(" "));
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // The context says what to do next, the causes what went wrong: causes first.
            let lines: Vec<String> = error.chain().rev().map(ToString::to_string).collect();
            eprintln!("\nerror: {}", lines.join("\n"));
            ExitCode::FAILURE
        }
    }
}
