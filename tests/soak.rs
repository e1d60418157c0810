//! The first seconds of `cargo xtask soak`: nothing drifts, grows or stays behind.

#[path = "../benches/soak/meter.rs"]
mod meter;
#[path = "../benches/soak/report.rs"]
mod report;
#[path = "../benches/soak/session.rs"]
mod session;
mod takes;

use session::Session;

#[test]
fn nothing_drifts() {
    let music = session::music();
    let session = Session {
        seconds: 20.0,
        part: 0.5,
    };
    for rate in session::RATES {
        let report = session.play(rate, &music);
        println!("{report}");
        report.check().unwrap_or_else(|why| panic!("{why}"));
    }
}
