//! The panel in a window of its own: `cargo run --release --features standalone --example standalone -- --backend dummy`.

use loadline::plugin::Loadline;
use nice_plug::prelude::nice_export_standalone;
use std::process::ExitCode;

fn main() -> ExitCode {
    if nice_export_standalone::<Loadline>() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
