//! `loadline list`: the models, and the presets.

use crate::failure::Failure;
use crate::output;
use crate::preset;
use crate::shelf::library;
use crate::table::row;
use crate::table::table;
use loadline::circuit::Annotations;
use loadline::circuit::Taper;
use loadline::rig::Preset;
use loadline::rig::PresetError;
use loadline::rig::Slot;
use loadline::rig::library::Model;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

/// Every model: kind, family, verified error, knobs and ratings; or every preset
#[derive(clap::Args)]
#[command(after_help = "Examples:\n  loadline list --json\n  loadline list --presets")]
pub struct List {
    /// List presets: category, name and what to listen for
    #[arg(long)]
    presets: bool,

    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl List {
    pub fn run(&self) -> Result<(), Failure> {
        if self.presets {
            return self.presets();
        }
        let library = library();
        let mut models = Vec::new();
        for slot in Slot::ALL {
            for (_, model) in library.models(slot).filter(|(_, model)| !model.is_none()) {
                models.push((slot.id(), model, model.deck()?.annotations().clone()));
            }
        }
        if self.json {
            let models: Vec<Value> = models
                .iter()
                .map(|(kind, model, notes)| as_json(kind, model, notes))
                .collect();
            let troubles = library.troubles();
            return output::say_json(&json!({ "models": models, "troubles": troubles }));
        }
        let mut rows = vec![row(&[
            "kind", "id", "name", "family", "verified", "knobs", "ratings",
        ])];
        rows.extend(
            models
                .iter()
                .map(|(kind, model, notes)| as_row(kind, model, notes)),
        );
        output::say(&table(&rows, &[]))?;
        for notice in models.iter().flat_map(|(_, model, _)| &model.notices) {
            output::say(&format!("can be used: {notice}"))?;
        }
        for trouble in library.troubles() {
            output::say(&format!("can't be used: {trouble}"))?;
        }
        Ok(())
    }

    /// The factory's, then the user's own.
    fn presets(&self) -> Result<(), Failure> {
        let (own, troubles) = preset::own();
        let factory = Preset::factory().iter().map(|preset| (preset, false));
        let all = factory.chain(own.iter().map(|preset| (preset, true)));
        if self.json {
            let presets: Vec<Value> = all
                .map(|(preset, is_own)| json!({ "own": is_own, "preset": preset }))
                .collect();
            let troubles: Vec<String> = troubles.iter().map(PresetError::to_string).collect();
            return output::say_json(&json!({ "presets": presets, "troubles": troubles }));
        }
        let mut rows = vec![row(&["category", "name", "listen for"])];
        rows.extend(all.map(|(preset, _)| row(&[&preset.category, &preset.name, &preset.listen])));
        output::say(&table(&rows, &[]))?;
        for trouble in troubles {
            output::say(&format!("can't be used: {trouble}"))?;
        }
        Ok(())
    }
}

fn family(notes: &Annotations) -> &str {
    notes.model.as_ref().map_or("", |card| &card.family)
}

fn as_json(kind: &str, model: &Model, notes: &Annotations) -> Value {
    let knobs = notes.knobs.iter().map(|knob| {
        json!({
            "id": knob.id, "name": knob.name, "min": knob.min, "max": knob.max, "default": knob.default,
            "taper": taper(knob.taper), "unit": knob.unit,
        })
    });
    let switches = notes.choices.iter().map(|switch| {
        let labels: Vec<&str> = switch.values.iter().map(|(label, _)| &**label).collect();
        json!({ "id": switch.id, "name": switch.name, "positions": labels })
    });
    let ratings: Map<String, Value> = notes
        .ratings
        .iter()
        .map(|(what, value)| (what.clone(), json!(value)))
        .collect();
    json!({
        "kind": kind, "id": model.id, "name": model.name, "family": family(notes), "from": notes.from, "differs": notes.differs,
        "knobs": knobs.collect::<Vec<_>>(),
        "switches": switches.collect::<Vec<_>>(), "ratings": ratings, "verified": model.verified(),
        "notices": model.notices,
    })
}

fn as_row(kind: &str, model: &Model, notes: &Annotations) -> Vec<String> {
    let knobs: Vec<&str> = notes.knobs.iter().map(|knob| knob.id.as_str()).collect();
    let ratings: Vec<String> = notes
        .ratings
        .iter()
        .map(|(what, value)| format!("{what} {value}"))
        .collect();
    row(&[
        kind,
        &model.id,
        &model.name,
        family(notes),
        &verified(model),
        &knobs.join(" "),
        &ratings.join(", "),
    ])
}

/// Worst error against ngspice: of plucks and low sines, and of the hardest sines.
fn verified(model: &Model) -> String {
    let Some(figures) = model.verified() else {
        return "not verified".to_owned();
    };
    let soft = [figures.clean_db, figures.clipped_db];
    let soft = soft.into_iter().flatten().reduce(f64::max);
    let db = |value: Option<f64>| value.map_or("-".to_owned(), |db| format!("{db:.1} dB"));
    format!("{}, hard {}", db(soft), db(figures.hard_db))
}

fn taper(taper: Taper) -> &'static str {
    match taper {
        Taper::Linear => "linear",
        Taper::Audio => "audio",
        Taper::Log => "log",
    }
}
