//! The numbers of a comparison, as JSON and as a table.

use crate::settings::print_quality;
use crate::shelf::library;
use crate::table::row;
use crate::table::table;
use loadline::rig::Controls;
use loadline::rig::LATENCY_SAMPLES;
use loadline::rig::RigControls;
use loadline::rig::Slot;
use loadline::rig::Turn;
use loadline::rig::legend;
use loadline::rig::library::Model;
use loadline::units::text::ohms;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;
use std::path::Path;

/// One rig. Levels in dBu are RMS over the take, before the trim.
pub struct RigReport {
    pub name: String,
    pub trim_db: f64,
    pub level_in_dbu: f64,
    pub level_out_dbu: f64,
    /// After the trim.
    pub loudness_lufs: f64,
    /// After the trim.
    pub peak_dbfs: f64,
    /// H1, H2, …
    pub harmonics_dbc: Vec<f64>,
    pub thd: f64,
    /// Of the 220 Hz sine, in rad.
    pub phase: f64,
    pub times_real_time: f64,
}

pub struct Report<'a> {
    pub take: String,
    pub rate: u32,
    pub channels: usize,
    pub seconds: f64,
    pub loudness_lufs: f64,
    pub peak_dbfs: f64,
    pub sine_dbu: f64,
    pub controls: Controls,
    pub rigs: [&'a RigReport; 2],
}

impl Report<'_> {
    pub fn as_json(&self) -> Value {
        let rig = |side: usize| rig_json(self.rigs[side], &self.controls.rigs[side]);
        json!({
            "take": {
                "file": self.take, "rate_hz": self.rate, "channels": self.channels, "seconds": rounded(self.seconds),
                "loudness_lufs": rounded(self.loudness_lufs), "peak_dbfs": rounded(self.peak_dbfs),
            },
            "calibration_dbu": self.controls.calibration_dbu,
            "sine": { "frequency_hz": 220, "level_dbu": rounded(self.sine_dbu) },
            "a": rig(0),
            "b": rig(1),
        })
    }

    pub fn as_table(&self, folder: &Path) -> String {
        let [a, b] = self.rigs;
        let mut rows = vec![row(&["", "A", "B"]), row(&["preamp", &a.name, &b.name])];
        let mut add = |what: &str, value: &dyn Fn(usize) -> String| {
            rows.push(vec![what.to_owned(), value(0), value(1)])
        };
        let setting = |side: usize| &self.controls.rigs[side];
        for slot in Slot::ALL {
            add(slot.id(), &|side| {
                chosen(setting(side), slot).name.to_string()
            });
        }
        add("impedances", &|side| {
            let impedances = turned(setting(side), true);
            impedances.join("  ")
        });
        add("knobs", &|side| turned(setting(side), false).join("  "));
        let mut level = |what: &str, unit: &str, value: &dyn Fn(&RigReport) -> f64| {
            add(what, &|side| {
                format!("{:.1} {unit}", value(self.rigs[side]))
            });
        };
        level("level in", "dBu", &|rig| rig.level_in_dbu);
        level("level out, before trim", "dBu", &|rig| rig.level_out_dbu);
        level("trim to match", "dB", &|rig| rig.trim_db);
        level("loudness", "LUFS", &|rig| rig.loudness_lufs);
        level("peak", "dBFS", &|rig| rig.peak_dbfs);
        for harmonic in 2..=5 {
            let dbc = |rig: &RigReport| {
                rig.harmonics_dbc
                    .get(harmonic - 1)
                    .copied()
                    .unwrap_or(f64::NEG_INFINITY)
            };
            level(&format!("H{harmonic}"), "dBc", &dbc);
        }
        add("THD", &|side| {
            format!("{:.3} %", 100.0 * self.rigs[side].thd)
        });
        add("times real time", &|side| {
            format!("{:.1}", self.rigs[side].times_real_time)
        });
        add("latency, taken out", &|_| {
            format!("{LATENCY_SAMPLES} samples")
        });

        let hot = self.rigs.iter().any(|rig| rig.peak_dbfs > 0.0);
        let note = if hot {
            "\nPeaks exceed 0 dBFS: the files are float and hold them, a fixed-point copy would clip."
        } else {
            ""
        };
        let sine = format!(
            "Harmonics and THD: 220 Hz sine at {:.1} dBu.",
            self.sine_dbu
        );
        format!(
            "{}\n\n{sine}{note}\nSound, pictures and report.json are in {}",
            table(&rows, &[1, 2]),
            folder.display()
        )
    }
}

fn rig_json(rig: &RigReport, controls: &RigControls) -> Value {
    let (choices, knobs) = (&controls.choices, &controls.knobs);
    let harmonics = rig.harmonics_dbc.iter().enumerate().skip(1);
    let harmonics: Map<String, Value> = harmonics
        .map(|(index, db)| (format!("h{}", index + 1), rounded(*db)))
        .collect();
    let mut settings = Map::from_iter([(
        "quality".to_owned(),
        json!(print_quality(choices.oversampling)),
    )]);
    for slot in Slot::ALL {
        settings.insert(slot.id().to_owned(), json!(chosen(controls, slot).id));
        for (place, knob) in slot.knobs().iter().enumerate() {
            let (id, position) = (knob.param, knobs.at(slot, place));
            match knob.turn {
                Turn::Rotation { .. } => settings.insert(id.to_owned(), json!(position)),
                Turn::Impedance { .. } => settings.insert(format!("{id}_ohm"), json!(position)),
            };
        }
    }
    json!({
        "name": rig.name,
        "settings": settings,
        "trim_db": rounded(rig.trim_db),
        "level_in_dbu": rounded(rig.level_in_dbu),
        "level_out_dbu": rounded(rig.level_out_dbu),
        "loudness_lufs": rounded(rig.loudness_lufs),
        "peak_dbfs": rounded(rig.peak_dbfs),
        "harmonics_db": harmonics,
        "thd_percent": 100.0 * rig.thd,
        "phase_deg": rounded(rig.phase.to_degrees()),
        "times_real_time": rounded(rig.times_real_time),
        "latency_samples": LATENCY_SAMPLES,
    })
}

fn chosen(controls: &RigControls, slot: Slot) -> &'static Model {
    library().at(slot, controls.choices[slot])
}

/// Knobs of the loaded decks with their positions, the impedances or the others.
fn turned(controls: &RigControls, impedances: bool) -> Vec<String> {
    let all = Slot::ALL
        .iter()
        .flat_map(|slot| controls.turned(*slot, library()));
    let told = all.filter_map(|(knob, card, position)| {
        let text = match knob.turn {
            Turn::Impedance { .. } => impedances.then(|| ohms(position)),
            Turn::Rotation { .. } => (!impedances).then(|| legend::write(Some(card), position)),
        };
        Some(format!("{} {}", knob.name, text?))
    });
    told.collect()
}

/// Four decimals, which is more than any of these numbers means.
fn rounded(value: f64) -> Value {
    json!((value * 1e4).round() / 1e4)
}
