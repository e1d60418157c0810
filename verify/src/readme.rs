//! The table of README.md, between its markers.

use loadline::rig::verified::Figures;
use loadline::rig::verified::Table;

const BEGIN: &str = "<!-- verified: written by `cargo xtask verify` -->\n";
const END: &str = "<!-- /verified -->";

/// README's text with this table in it, or `None` where the markers are missing.
pub fn replace(text: &str, table: &Table) -> Option<String> {
    let (before, rest) = text.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!("{before}{BEGIN}{}{END}{after}", render(table)))
}

/// As Markdown.
pub fn render(table: &Table) -> String {
    let mut text = String::from(
        "| deck | clean | clipped | hard | harmonics | at rest | noise | cases |\n\
         |---|---|---|---|---|---|---|---|\n",
    );
    for model in &table.models {
        text += &row(&format!("`{}`", model.id), &model.figures);
    }
    for rig in &table.rigs {
        let models = ["source", "preamp", "coupling", "amp", "load"];
        let models = models.iter().filter_map(|slot| rig.models.get(*slot));
        let models: Vec<String> = models.map(|id| format!("`{id}`")).collect();
        text += &row(&models.join(" → "), &rig.figures);
    }
    text.replace("| -", "| −").replace("e-", "e−")
}

fn row(name: &str, figures: &Figures) -> String {
    let db = |value: Option<f64>| value.map_or("–".into(), |db| format!("{db:.1} dB"));
    let cases = match figures.unjudged {
        0 => figures.cases.to_string(),
        unjudged => format!("{} of {}", figures.cases, figures.cases + unjudged),
    };
    format!(
        "| {name} | {} | {} | {} | {} | {} | {} | {cases} |\n",
        db(figures.clean_db),
        db(figures.clipped_db),
        db(figures.hard_db),
        figures
            .harmonics_db
            .map_or("–".into(), |db| format!("{db:.4} dB")),
        small(figures.operating_point, ""),
        small(figures.noise_db, " dB"),
    )
}

/// One digit of a figure that is next to nothing.
fn small(value: f64, unit: &str) -> String {
    if value == 0.0 {
        "exact".into()
    } else {
        format!("{value:.0e}{unit}")
    }
}
