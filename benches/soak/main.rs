//! Hours of playing, faster than they last: `cargo xtask soak [--hours H]`.

mod meter;
mod report;
mod session;
#[path = "../../tests/takes/mod.rs"]
mod takes;

use session::Session;
use std::env;
use std::process::ExitCode;

/// Played in all, unless told otherwise.
const HOURS: f64 = 2.0;

fn main() -> ExitCode {
    // Cargo adds `--bench`.
    let mut words = env::args().skip(1).filter(|word| word != "--bench");
    let hours = match (words.next().as_deref(), words.next()) {
        (None, _) => Some(HOURS),
        (Some("--hours"), Some(hours)) => hours.parse().ok().filter(|hours| *hours > 0.0),
        _ => None,
    };
    let Some(hours) = hours else {
        eprintln!("soak: usage: soak [--hours H], H above 0");
        return ExitCode::from(2);
    };
    let music = session::music();
    println!(
        "{hours} h of silence, music, square and direct voltage, knobs turned and rigs switched on the way"
    );
    let session = Session {
        seconds: hours * 3600.0 / session::RATES.len() as f64,
        part: 10.0,
    };
    let mut done = ExitCode::SUCCESS;
    for rate in session::RATES {
        let report = session.play(rate, &music);
        println!("{report}");
        if let Err(why) = report.check() {
            eprintln!("soak: at {rate} Hz {why}");
            done = ExitCode::FAILURE;
        }
    }
    done
}
