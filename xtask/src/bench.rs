//! `cargo xtask bench`: what a step costs, in instructions and nanoseconds; `--peers`: and what it costs elsewhere.

use crate::cases;
use crate::measured;
use crate::measured::Counts;
use crate::packages;
use crate::project;
use crate::shell;
use crate::table::Table;
use anyhow::Context;
use anyhow::Result;
use anyhow::bail;
use anyhow::ensure;

/// Instructions per second of the core that the shares are of.
const CORE: f64 = 10e9;
/// What the names of chains of stages begin with; the number of stages follows.
const CHAIN: &str = "chain of 12AX7 stages: ";
/// How far a chain's cost may be from the straight line through the shortest and the longest.
const BEND: f64 = 0.1;

/// The table of all cases, or of those whose names hold one of `words`. Fails where a case needs more instructions than
/// it may, unless it `accepts` what it finds as the new measure.
pub fn bench(yes: bool, accepts: bool, words: &[&str]) -> Result<()> {
    packages::ensure(packages::COUNT, yes)?;
    let cases = cases::timed(words)?;
    ensure!(
        !cases.is_empty(),
        "no case has any of these words in its name: {}",
        words.join(" ")
    );
    println!("Counting takes some seconds a case, all of them some minutes.");
    let counted = cases::counted(&cases, words.is_empty())?;
    let before = measured::read()?;
    let mut table = Table::new([
        "",
        "instructions",
        "limit",
        "of 10 GIPS",
        "passes",
        "corners",
        "ns",
        "of this core",
    ]);
    let mut found = Counts::new();
    let mut too_many = Vec::new();
    for case in &cases {
        let all = counted
            .get(&case.place)
            .with_context(|| format!("gungraun counted nothing for {}", case.name))?;
        let count = (all / case.ticks).round();
        let limit = before.get(&case.name).map(|count| measured::limit(*count));
        if limit.is_none_or(|limit| count > limit) {
            too_many.push(case.name.as_str());
        }
        let percent = |share: f64| format!("{:.1} %", 100.0 * share);
        table.row([
            case.name.clone(),
            count.to_string(),
            limit.map_or("none".to_owned(), |limit| limit.to_string()),
            percent(count * case.rate_hz / CORE),
            case.passes.clone(),
            case.corners.clone(),
            format!("{:.0}", case.ns),
            percent(1e-9 * case.ns * case.rate_hz),
        ]);
        found.insert(case.name.clone(), count);
    }
    println!("\n{table}");
    check_chains(&found)?;
    if accepts {
        // All of them: what is no longer a case is forgotten.
        let kept = if words.is_empty() {
            Counts::new()
        } else {
            before
        };
        return measured::write(kept, found);
    }
    if !too_many.is_empty() {
        bail!(
            "more instructions than allowed, or no limit yet: {}\nnext: make them cheaper, or `cargo xtask bench --accept` and say why in the commit",
            too_many.join("; ")
        );
    }
    Ok(())
}

/// Whether the cost of chains of stages, where they were counted, lies on a straight line.
fn check_chains(found: &Counts) -> Result<()> {
    let chain =
        |(name, count): (&String, &f64)| Some((name.strip_prefix(CHAIN)?.parse().ok()?, *count));
    let chains: Vec<(f64, f64)> = found.iter().filter_map(chain).collect();
    let [first, .., last] = chains[..] else {
        return Ok(());
    };
    let a_stage = (last.1 - first.1) / (last.0 - first.0);
    for (n_stages, count) in &chains {
        let off = count / (first.1 + a_stage * (n_stages - first.0)) - 1.0;
        println!(
            "{n_stages} stages: {:+.1} % off a straight line of {a_stage:.0} instructions a stage",
            100.0 * off
        );
        ensure!(
            off.abs() <= BEND,
            "a chain of {n_stages} stages costs out of proportion"
        );
    }
    Ok(())
}

/// Time a frame, beside that of LV2 plugins on the same take.
pub fn peers(yes: bool) -> Result<()> {
    packages::ensure(packages::PEERS, yes)?;
    let peers = [
        "run",
        "--release",
        "--package",
        "xtask",
        "--features",
        "peers",
        "--bin",
        "peers",
        "--",
    ];
    shell::run(shell::cargo(peers).arg(project::take()))
        .context("next: see above; the peers are Debian's guitarix-lv2 and zam-plugins")
}
