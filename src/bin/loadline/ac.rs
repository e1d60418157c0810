//! `loadline ac`: small-signal response of a deck.

use crate::deck::DeckArguments;
use crate::failure::Failure;
use crate::output;
use crate::table::row;
use crate::table::table;
use loadline::circuit::Netlist;
use loadline::circuit::OperatingPoint;
use loadline::circuit::small_signal;
use loadline::units::ratio_to_db;
use serde_json::Value;
use serde_json::json;

/// 10 Hz to 100 kHz.
const DECADES: std::ops::Range<i32> = 1..5;
const POINTS_PER_DECADE: i32 = 20;

/// Small-signal magnitude and phase of a deck from Vin to a node, 10 Hz to 100 kHz
#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  loadline ac plugin-assets/circuits/preamps/tube_two_stage.cir --probe out --set treble=0.8"
)]
pub struct Ac {
    #[command(flatten)]
    deck: DeckArguments,

    /// Node whose voltage is shown, against the voltage of Vin
    #[arg(long, value_name = "NODE", default_value = "out")]
    probe: String,

    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Ac {
    pub fn run(&self) -> Result<(), Failure> {
        let point = OperatingPoint::solve(Netlist::expand(&self.deck.open()?)?)?;
        let steps = POINTS_PER_DECADE * DECADES.start..=POINTS_PER_DECADE * DECADES.end;
        let frequencies: Vec<f64> = steps
            .map(|k| 10f64.powf(f64::from(k) / f64::from(POINTS_PER_DECADE)))
            .collect();
        let response = small_signal(&point, &self.probe, &frequencies)?;
        let points = frequencies
            .iter()
            .zip(&response)
            .map(|(f, h)| (*f, ratio_to_db(h.norm()), h.arg().to_degrees()));
        if self.json {
            let points: Vec<Value> = points.map(|(f, db, deg)| json!({ "frequency_hz": f, "magnitude_db": db, "phase_deg": deg })).collect();
            return output::say_json(&json!({ "probe": self.probe, "points": points }));
        }
        let mut rows = vec![row(&["frequency", "magnitude", "phase"])];
        rows.extend(points.map(|(f, db, deg)| {
            vec![
                format!("{f:.1} Hz"),
                format!("{db:.2} dB"),
                format!("{deg:.1}°"),
            ]
        }));
        output::say(&table(&rows, &[0, 1, 2]))
    }
}
