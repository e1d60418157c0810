//! The cases of the benches: what `benches/time.rs` and `benches/instructions.rs` tell of them.

use crate::packages;
use crate::shell;
use anyhow::Context;
use anyhow::Result;
use anyhow::bail;
use serde_json::Value;
use std::collections::BTreeMap;
use std::env;
use std::process::Command;

/// A case as `benches/time.rs` tells it.
pub struct Case {
    pub place: usize,
    pub name: String,
    /// Steps, or frames where the plugin plays, in all and in a second.
    pub ticks: f64,
    pub rate_hz: f64,
    /// Of one of them.
    pub passes: String,
    pub corners: String,
    pub ns: f64,
}

/// Passes, corners and time, natively; of the cases whose names hold one of `words`.
pub fn timed(words: &[&str]) -> Result<Vec<Case>> {
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

/// Instructions in all, by the places of the cases, which may be all that there are.
pub fn counted(cases: &[Case], is_all: bool) -> Result<BTreeMap<usize, f64>> {
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
