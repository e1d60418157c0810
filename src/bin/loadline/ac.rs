//! `loadline ac`: small-signal response of a deck.

use crate::deck::DeckArguments;
use crate::failure::Failure;
use crate::output;
use crate::table::row;
use crate::table::table;
use loadline::circuit::OperatingPoint;
use loadline::circuit::output_noise;
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

    /// Add the noise density at the node: thermal noise of resistors, shot noise of junctions
    #[arg(long)]
    noise: bool,

    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Ac {
    pub fn run(&self) -> Result<(), Failure> {
        let point = OperatingPoint::solve(self.deck.expand()?)?;
        let steps = POINTS_PER_DECADE * DECADES.start..=POINTS_PER_DECADE * DECADES.end;
        let frequencies: Vec<f64> = steps
            .map(|k| 10f64.powf(f64::from(k) / f64::from(POINTS_PER_DECADE)))
            .collect();
        let response = small_signal(&point, &self.probe, &frequencies)?;
        let noise = match self.noise {
            true => output_noise(&point, &self.probe, &frequencies)?,
            false => Vec::new(),
        };
        let polar = |k: usize| {
            (
                ratio_to_db(response[k].norm()),
                response[k].arg().to_degrees(),
            )
        };
        if self.json {
            let point = |k: usize| {
                let (db, deg) = polar(k);
                let mut point =
                    json!({ "frequency_hz": frequencies[k], "magnitude_db": db, "phase_deg": deg });
                if let Some(noise) = noise.get(k) {
                    point["noise_v_per_sqrt_hz"] = json!(noise);
                }
                point
            };
            let points: Vec<Value> = (0..frequencies.len()).map(point).collect();
            return output::say_json(&json!({ "probe": self.probe, "points": points }));
        }
        let mut rows = vec![row(
            &["frequency", "magnitude", "phase", "noise"][..3 + usize::from(self.noise)]
        )];
        rows.extend((0..frequencies.len()).map(|k| {
            let (db, deg) = polar(k);
            let mut cells = vec![
                format!("{:.1} Hz", frequencies[k]),
                format!("{db:.2} dB"),
                format!("{deg:.1}°"),
            ];
            cells.extend(
                noise
                    .get(k)
                    .map(|noise| format!("{:.2} nV/√Hz", noise * 1e9)),
            );
            cells
        }));
        output::say(&table(&rows, &[0, 1, 2, 3]))
    }
}
