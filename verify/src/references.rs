//! What ngspice computed, kept in `target/verify`: it takes hours, and nothing of it depends on our solver.

use crate::ngspice;
use crate::ngspice::Run;
use crate::project;
use anyhow::Context;
use anyhow::Result;
use anyhow::bail;
use loadline::rig::verified::content_hash;
use sha2::Digest;
use sha2::Sha256;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;

/// Of the files, and of how points become samples; with another one all references are made anew.
const FORM: &str = "1";
/// Bytes of the SHA-256 that a file begins with.
const DIGEST: usize = 32;

/// `n` samples of the run's first probe at `rate_hz`, the first at t = 0: of the first attempt that ngspice ends with,
/// from this folder where it did so before.
pub fn samples(folder: &Path, run: &Run, rate_hz: f64, n: usize) -> Result<Vec<f64>> {
    fs::create_dir_all(folder).with_context(|| format!("can't make {}", folder.display()))?;
    let mut refusal = String::from("ngspice refused this before");
    for text in ngspice::sent(run) {
        let path = folder.join(key(&text, judge()?, rate_hz, n)?);
        let kept = fs::read(&path).ok().and_then(|bytes| parsed(&bytes));
        if let Some(samples) = kept {
            // Nothing is what ngspice refused.
            if samples.len() == n {
                return Ok(samples);
            }
            continue;
        }
        let fresh = ngspice::transient_of(run, &text);
        let fresh = fresh.map(|waveforms| waveforms.sample(run.probes[0], rate_hz, n));
        match fresh {
            Ok(samples) => {
                keep(&path, &samples)?;
                return Ok(samples);
            }
            Err(why) => {
                if why.ended {
                    keep(&path, &[])?;
                }
                refusal = why.text;
            }
        }
    }
    bail!("{refusal}")
}

/// SHA-256 over all that samples depend on: the judge, the text that it is sent, and what that uses of the files that
/// it includes.
fn key(text: &str, judge: &str, rate_hz: f64, n: usize) -> Result<String> {
    // As if it lay among the circuits, so that a clone elsewhere has the same keys.
    let circuits = project::circuits();
    let text = text.replace(&format!("{}/", circuits.display()), "");
    let sent = content_hash(&circuits.join("sent.cir"), &text, &project::read)?;
    let all = format!("{FORM} {judge} {sent} {rate_hz} {n}");
    let digest = Sha256::digest(all);
    Ok(digest.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// ngspice's version, as it tells it: such as 39.
pub fn judge() -> Result<&'static str> {
    static VERSION: LazyLock<Option<String>> = LazyLock::new(|| {
        let output = Command::new("ngspice").arg("--version").output().ok()?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let version = text.split("ngspice-").nth(1)?;
        Some(version.split_whitespace().next()?.to_owned())
    });
    let version = VERSION.as_deref();
    version.context("ngspice could not be started; install it: apt-get install ngspice")
}

/// Renamed into place, so that nobody reads half a file.
fn keep(path: &Path, samples: &[f64]) -> Result<()> {
    let bytes: Vec<u8> = samples.iter().flat_map(|y| y.to_le_bytes()).collect();
    let fresh = path.with_extension(std::process::id().to_string());
    let written = fs::write(&fresh, [&Sha256::digest(&bytes)[..], &bytes].concat())
        .and_then(|()| fs::rename(&fresh, path));
    written.with_context(|| format!("can't write {}", path.display()))
}

/// `None` where the file is damaged.
fn parsed(bytes: &[u8]) -> Option<Vec<f64>> {
    let (digest, bytes) = bytes.split_at_checked(DIGEST)?;
    let (samples, rest) = bytes.as_chunks::<8>();
    let is_whole = rest.is_empty() && Sha256::digest(bytes)[..] == *digest;
    is_whole.then(|| samples.iter().map(|y| f64::from_le_bytes(*y)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ngspice::Accuracy;
    use crate::ngspice::Method;
    use crate::ngspice::Stimulus;
    use std::collections::HashSet;
    use std::path::PathBuf;
    use std::time::Duration;

    const RATE_HZ: f64 = 96e3;
    const N: usize = 90;

    fn run(deck: &Path) -> Run<'_> {
        let (peak, hz) = (1.0, 220.0);
        Run {
            accuracy: Accuracy {
                method: Method::Trapezoidal,
                h: 1e-5,
                reltol: 1e-6,
                trtol: None,
            },
            deck,
            params: &[("r", 1e3)],
            stimulus: Stimulus::Sine { peak, hz },
            probes: &["out"],
            t_stop: 1e-3,
            patience: Duration::from_secs(60),
        }
    }

    /// A folder of its own with a deck in it that includes a file of such a text.
    fn deck(name: &str, part: &str) -> (PathBuf, PathBuf) {
        let folder = std::env::temp_dir().join(format!("{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("part.lib"), part).unwrap();
        let deck = folder.join("deck.cir");
        let text = "* low-pass\n.include part.lib\n.param r=1k\nVin in 0 0\nX1 in out part\n.end\n";
        fs::write(&deck, text).unwrap();
        (folder, deck)
    }

    const PART: &str = ".subckt part a b\nR1 a b {r}\nC1 b 0 10n\n.ends\n";

    #[test]
    fn a_key_is_of_everything_that_ngspice_knows() {
        let (folder, deck) = deck("keys", PART);
        let run = run(&deck);
        let of = |run: Run, judge: &str, rate_hz, n| {
            let sent = ngspice::sent(&run);
            key(&sent[0], judge, rate_hz, n).unwrap()
        };
        let first = of(run, "39", RATE_HZ, N);
        assert_eq!(first, of(run, "39", RATE_HZ, N));
        let accuracy = |h, reltol, method, trtol| Run {
            accuracy: Accuracy {
                method,
                h,
                reltol,
                trtol,
            },
            ..run
        };
        let stimulus = |stimulus| Run { stimulus, ..run };
        let (peak, hz) = (1.0, 220.0);
        let runs = [
            run,
            accuracy(2e-5, 1e-6, Method::Trapezoidal, None),
            accuracy(1e-5, 1e-7, Method::Trapezoidal, None),
            accuracy(1e-5, 1e-6, Method::Gear, None),
            accuracy(1e-5, 1e-6, Method::Trapezoidal, Some(1.0)),
            stimulus(Stimulus::Pluck { peak, hz }),
            stimulus(Stimulus::Sine { peak, hz: 221.0 }),
            stimulus(Stimulus::Sine {
                peak: 1.0 + f64::EPSILON,
                hz,
            }),
            Run {
                params: &[("r", 1001.0)],
                ..run
            },
            Run {
                probes: &["in"],
                ..run
            },
            Run {
                t_stop: 2e-3,
                ..run
            },
        ];
        let mut keys: HashSet<String> = runs.map(|run| of(run, "39", RATE_HZ, N)).into();
        let attempts = ngspice::sent(&run);
        let key = |text: &String| key(text, "39", RATE_HZ, N).unwrap();
        keys.extend(attempts.iter().map(key));
        keys.insert(of(run, "40", RATE_HZ, N));
        keys.insert(of(run, "39", 2.0 * RATE_HZ, N));
        keys.insert(of(run, "39", RATE_HZ, N + 1));
        fs::write(folder.join("part.lib"), PART.replace("10n", "11n")).unwrap();
        keys.insert(of(run, "39", RATE_HZ, N));
        assert_eq!(keys.len(), runs.len() + attempts.len() - 1 + 4);
        // What the deck does not use is nothing to it.
        fs::write(
            folder.join("part.lib"),
            format!("{PART}.subckt other a\n.ends\n"),
        )
        .unwrap();
        assert_eq!(first, of(run, "39", RATE_HZ, N));
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn what_is_kept_is_read_and_what_is_damaged_is_made_anew() {
        let (folder, deck) = deck("kept", PART);
        let run = run(&deck);
        let kept = folder.join("kept");
        let fresh = samples(&kept, &run, RATE_HZ, N).unwrap();
        assert_eq!(fresh.len(), N);
        let file = fs::read_dir(&kept).unwrap().next().unwrap().unwrap().path();
        let whole = fs::read(&file).unwrap();
        let other = vec![0.25; N];
        keep(&file, &other).unwrap();
        assert_eq!(samples(&kept, &run, RATE_HZ, N).unwrap(), other);
        let mut flipped = whole.clone();
        flipped[DIGEST + 100] ^= 1;
        for damaged in [&whole[..whole.len() - 8], &whole[..7], &[], &flipped] {
            fs::write(&file, damaged).unwrap();
            assert_eq!(samples(&kept, &run, RATE_HZ, N).unwrap(), fresh);
            assert_eq!(fs::read(&file).unwrap(), whole);
        }
        fs::remove_dir_all(folder).unwrap();
    }
}
