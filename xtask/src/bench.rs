//! `cargo xtask bench`: what a step costs, in instructions and nanoseconds; `--peers`: and what it costs elsewhere.

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
use serde_json::Value;
use std::collections::BTreeMap;
use std::env;
use std::process::Command;

/// Instructions per second of the core that the shares are of.
const CORE: f64 = 10e9;
/// What the names of chains of stages begin with; the number of stages follows.
const CHAIN: &str = "chain of 12AX7 stages: ";
/// How far a chain's cost may be from the straight line through the shortest and the longest.
const BEND: f64 = 0.1;

/// A case as `benches/time.rs` tells it.
struct Case {
    place: usize,
    name: String,
    ticks: f64,
    rate_hz: f64,
    passes: String,
    corners: String,
    ns: f64,
}

/// The table of all cases, or of those whose names hold one of `words`. Fails where a case needs more instructions than
/// it may, unless it `accepts` what it finds as the new measure.
pub fn bench(yes: bool, accepts: bool, words: &[&str]) -> Result<()> {
    packages::ensure(packages::COUNT, yes)?;
    let cases = timed(words)?;
    ensure!(
        !cases.is_empty(),
        "no case has any of these words in its name: {}",
        words.join(" ")
    );
    let counted = counted(&cases, words.is_empty())?;
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

/// Passes, corners and time, natively.
fn timed(words: &[&str]) -> Result<Vec<Case>> {
    let text = shell::output(bench_of("time").arg("--").args(words))
        .context("next: see above which deck does not play, or loads too slowly")?;
    let case = |line: &str| {
        let [place, name, ticks, rate, passes, corners, ns] =
            line.split('\t').collect::<Vec<_>>()[..]
        else {
            bail!("not a line of benches/time.rs: {line}");
        };
        Ok(Case {
            place: place.parse()?,
            name: name.to_owned(),
            ticks: ticks.parse()?,
            rate_hz: rate.parse()?,
            passes: passes.to_owned(),
            corners: corners.to_owned(),
            ns: ns.parse()?,
        })
    };
    text.lines().map(case).collect()
}

/// Instructions of the whole stretch, by the places of cases.
fn counted(cases: &[Case], is_all: bool) -> Result<BTreeMap<usize, f64>> {
    let bin = packages::gungraun_runner()?;
    let path = env::var_os("PATH").unwrap_or_default();
    let path = env::join_paths([bin].into_iter().chain(env::split_paths(&path)))?;
    let filters: Vec<String> = if is_all {
        vec!["*".to_owned()]
    } else {
        cases
            .iter()
            .map(|case| format!("*::case_{}", case.place))
            .collect()
    };
    let mut counted = BTreeMap::new();
    for filter in filters {
        let mut count = bench_of("instructions");
        count
            .args(["--", "--output-format=json", "--parallel=auto", &filter])
            .env("PATH", &path);
        let text = shell::output(&mut count).context("next: see what gungraun says above")?;
        for line in text.lines() {
            let case: Value = serde_json::from_str(line)?;
            let place = case["id"]
                .as_str()
                .and_then(|id| id.strip_prefix("case_")?.parse().ok());
            let all = case
                .pointer("/profiles/0/data/total/metrics/Ir/values/new")
                .and_then(Value::as_f64);
            let (place, all) = place
                .zip(all)
                .context("gungraun's summary has no count of `Ir`")?;
            counted.insert(place, all);
        }
    }
    Ok(counted)
}

/// A bench of the engine alone.
fn bench_of(name: &str) -> Command {
    shell::cargo(["bench", "--no-default-features", "--bench", name])
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
