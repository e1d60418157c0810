//! The `loadline` program: files in, files and pictures out.

mod ac;
mod audio;
mod charts;
mod compare;
mod deck;
mod failure;
mod list;
mod op;
mod output;
mod play;
mod player;
mod preset;
mod progress;
mod render;
mod settings;
mod shelf;
mod simulate;
mod table;

use clap::Parser;
use clap::Subcommand;
use std::process::ExitCode;

/// Preamps and amplifiers as circuits, solved in real time.
#[derive(Parser)]
#[command(name = "loadline", version, arg_required_else_help = true, after_help = EXAMPLE)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLE: &str = "Example:
  loadline render take.wav -o through-a.wav --set a_gain=7.5

`loadline COMMAND --help` has an example for every command.";

#[derive(Subcommand)]
enum Command {
    Render(render::Render),
    Compare(compare::Compare),
    List(list::List),
    Simulate(simulate::Simulate),
    Op(op::Op),
    Ac(ac::Ac),
    Play(play::Play),
}

fn main() -> ExitCode {
    let done = match Arguments::parse().command {
        Command::Render(command) => command.run(),
        Command::Compare(command) => command.run(),
        Command::List(command) => command.run(),
        Command::Simulate(command) => command.run(),
        Command::Op(command) => command.run(),
        Command::Ac(command) => command.run(),
        Command::Play(command) => command.run(),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("loadline: {failure}");
            ExitCode::FAILURE
        }
    }
}
