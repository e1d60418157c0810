//! `cargo xtask COMMAND`: what cargo alone can't say.

mod alloc;
mod audio;
mod bundle;
mod clap_host;
mod demo;
mod hosts;
mod null;
mod packages;
mod project;
mod python;
mod shell;
mod table;
mod test;

use std::path::Path;
use std::process::ExitCode;

const HELP: &str = "\
cargo xtask demo [--yes]      build the plugin and play the shipped guitar take through it; WAV files and pictures
                              in target/demo/
cargo xtask test [--yes]      everything that CI checks: format, clippy, all tests, ngspice, no allocation, hosts
cargo xtask bundle [OPTION…]  build target/bundled/Loadline.clap and Loadline.vst3; options are those of cargo build
cargo xtask hosts [--yes]     the bundles in clack-host and pedalboard against `loadline render`

demo, test and hosts install the Debian or Ubuntu packages they need; they ask first, unless root or told --yes.
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
        ["bundle", ..] => bundle::bundle(&args[1..]),
        ["play-guarded", library] => alloc::play_guarded(Path::new(library)),
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
