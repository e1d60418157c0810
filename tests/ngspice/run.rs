//! Runs of ngspice in batch mode.

use crate::ngspice::Stimulus;
use crate::ngspice::Waveforms;
use crate::ngspice::deck;
use crate::ngspice::raw;
use realfft::num_complex::Complex;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use std::process::Stdio;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;

/// Relative tolerance of a reference run: tight enough for an error of −105 dB.
const RELTOL: f64 = 1e-7;
/// abstol, vntol and chgtol that go with [`RELTOL`], and by how much all of them are loosened.
///
/// Some decks stall with the first in their first nanoseconds, where ngspice steps so finely that currents into
/// capacitances are rounding, and so are volts beside hundreds of them. With the second or the third they don't, and
/// differ by −140 dB or less in most decks where both end; what needs the last has to agree with itself (`ngspice_itself.rs`,
/// `further_decks.rs`).
const ATTEMPTS: [([f64; 3], f64); 4] = [
    ([1e-14, 1e-10, 1e-18], 1.0),
    ([1e-12, 1e-10, 1e-16], 1.0),
    ([1e-9, 1e-9, 1e-15], 1.0),
    ([1e-14, 1e-10, 1e-17], 100.0),
];

/// How ngspice integrates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    Trapezoidal,
    Gear,
}

/// How closely ngspice looks: steps of at most `h` seconds, Newton to `reltol` and absolute bounds in proportion, and
/// shorter steps where they are estimated to be wrong by `trtol` times as much, 7 where nothing is said.
#[derive(Clone, Copy, Debug)]
pub struct Accuracy {
    pub method: Method,
    pub h: f64,
    pub reltol: f64,
    pub trtol: Option<f64>,
}

/// A transient run: `stimulus` into a deck with these parameters, for `t_stop` seconds.
#[derive(Clone, Copy)]
pub struct Run<'a> {
    pub accuracy: Accuracy,
    pub deck: &'a Path,
    pub params: &'a [(&'a str, f64)],
    pub stimulus: Stimulus,
    pub probes: &'a [&'a str],
    pub t_stop: f64,
    /// Longest that an attempt may take, of a processor's time.
    pub patience: Duration,
}

/// Why an attempt gave nothing.
pub struct Refusal {
    pub text: String,
    /// Whether ngspice came to an end by itself: it would again.
    pub ended: bool,
}

/// Options of an attempt at a run to this relative tolerance.
fn options(([abstol, vntol, chgtol], loosening): ([f64; 3], f64), reltol: f64) -> String {
    let scale = loosening * reltol / RELTOL;
    let [reltol, abstol, vntol, chgtol] = [RELTOL, abstol, vntol, chgtol].map(|tol| tol * scale);
    format!(
        ".options reltol={reltol:e} abstol={abstol:e} vntol={vntol:e} chgtol={chgtol:e} \
         itl1=500 itl4=200"
    )
}

/// Plays `stimulus` into the deck at steps of at most `h` seconds and keeps the `probes`: nodes (`out`,
/// `x1.plate1`) or currents (`i(vin)`).
pub fn transient(
    deck: impl AsRef<Path>,
    params: &[(&str, f64)],
    stimulus: Stimulus,
    probes: &[&str],
    t_stop: f64,
    h: f64,
) -> Waveforms {
    transient_by(
        Method::Trapezoidal,
        deck,
        params,
        stimulus,
        probes,
        t_stop,
        h,
    )
}

/// [`transient`] by a method of choice, to check ngspice against itself.
pub fn transient_by(
    method: Method,
    deck: impl AsRef<Path>,
    params: &[(&str, f64)],
    stimulus: Stimulus,
    probes: &[&str],
    t_stop: f64,
    h: f64,
) -> Waveforms {
    let accuracy = Accuracy {
        method,
        h,
        reltol: RELTOL,
        trtol: None,
    };
    transient_with(&Run {
        accuracy,
        deck: deck.as_ref(),
        params,
        stimulus,
        probes,
        t_stop,
        patience: PATIENCE,
    })
}

/// [`transient`] at an accuracy of choice.
pub fn transient_with(run: &Run) -> Waveforms {
    let mut refusal = String::new();
    let first = first_attempt(run.deck);
    for (place, text) in sent(run).iter().enumerate().skip(first) {
        match transient_of(run, text) {
            Ok(waveforms) => return waveforms,
            Err(why) => refusal = why.text,
        }
        failed(run.deck, place);
    }
    panic!("{refusal}");
}

/// One attempt at a run, by what was [`sent`].
pub fn transient_of(run: &Run, text: &str) -> Result<Waveforms, Refusal> {
    let (plots, ended) = attempt(run.deck, text, run.patience)?;
    let waveforms = Waveforms::new(&plots[0], run.accuracy.h);
    if waveforms.end() > run.t_stop - 2.0 * run.accuracy.h {
        return Ok(waveforms);
    }
    let (end, of) = (waveforms.end(), run.t_stop);
    let text = format!("ngspice gave up at {end:.6} s of {of} s");
    Err(Refusal { text, ended })
}

/// What ngspice is given for a run, attempt by attempt.
pub fn sent(run: &Run) -> Vec<String> {
    let Accuracy {
        method,
        h,
        reltol,
        trtol,
    } = run.accuracy;
    let method = match method {
        Method::Trapezoidal => "trap",
        Method::Gear => "gear",
    };
    let names: Vec<String> = run.probes.iter().map(|probe| vector(probe)).collect();
    let tail = format!(
        ".options method={method}{}\n.save {}\n.tran {h:e} {:e} 0 {h:e}\n",
        trtol.map_or(String::new(), |trtol| format!(" trtol={trtol:e}")),
        names.join(" "),
        run.t_stop
    );
    let text = |tolerances| {
        let options = options(tolerances, reltol);
        text(run.deck, run.params, Some(run.stimulus), &options, &tail)
    };
    ATTEMPTS.into_iter().map(text).collect()
}

/// Attempts at a deck that have failed in this process: the next run of it begins behind them.
static FAILED: Mutex<BTreeMap<PathBuf, usize>> = Mutex::new(BTreeMap::new());

fn first_attempt(deck: &Path) -> usize {
    let failed = FAILED.lock().unwrap_or_else(PoisonError::into_inner);
    failed.get(deck).copied().unwrap_or(0)
}

/// The last one is always tried.
fn failed(deck: &Path, place: usize) {
    let mut failed = FAILED.lock().unwrap_or_else(PoisonError::into_inner);
    failed.insert(deck.to_owned(), (place + 1).min(ATTEMPTS.len() - 1));
}

/// Node voltages `v(node)` and source currents `i(source)` at rest, in V and A.
pub fn operating_point(deck: impl AsRef<Path>, params: &[(&str, f64)]) -> Vec<(String, f64)> {
    let plot = run(deck.as_ref(), params, ".op\n").swap_remove(0);
    plot.names
        .iter()
        .zip(&plot.points[0])
        .map(|(name, value)| (vector(name), value.re))
        .collect()
}

/// The nodes that both have, with our volts and theirs, and how far apart they are, relative from 1 mV up.
pub fn at_rest(ours: Vec<(String, f64)>, theirs: &[(String, f64)]) -> Vec<(String, [f64; 2], f64)> {
    let paired = ours.into_iter().filter_map(|(node, volts)| {
        let key = format!("v({node})");
        let (_, reference) = theirs.iter().find(|(name, _)| *name == key)?;
        let error = (volts - reference).abs() / reference.abs().max(1e-3);
        Some((node, [volts, *reference], error))
    });
    paired.collect()
}

/// Small-signal response from `Vin` (1 V) to `probe`, at each of `freqs_hz`.
pub fn ac(
    deck: impl AsRef<Path>,
    params: &[(&str, f64)],
    probe: &str,
    freqs_hz: &[f64],
) -> Vec<Complex<f64>> {
    // ngspice runs them in an order of its own.
    let sweeps: String = freqs_hz
        .iter()
        .map(|f| format!(".ac lin 1 {f:e} {f:e}\n"))
        .collect();
    let plots = run(
        deck.as_ref(),
        params,
        &format!(".save {}\n{sweeps}", vector(probe)),
    );
    let at = |f: &f64| {
        let plot = plots
            .iter()
            .find(|plot| (plot.points[0][0].re / f - 1.0).abs() < 1e-12);
        plot.unwrap_or_else(|| panic!("ngspice gave no point at {f} Hz"))
            .points[0][1]
    };
    freqs_hz.iter().map(at).collect()
}

/// A deck's text as it stands, at rest and at `hz`: node voltages and source currents, and the response at `out`.
pub fn as_it_stands(text: &str, hz: f64) -> (Vec<(String, f64)>, Complex<f64>) {
    let (title, rest) = text.split_once('\n').expect("a title");
    let options = options(ATTEMPTS[0], RELTOL);
    let text = format!("{title}\n{options}\n.op\n.ac lin 1 {hz:e} {hz:e}\n{rest}");
    let plots = match attempt(Path::new("deck"), &text, PATIENCE) {
        Ok((plots, _)) => plots,
        Err(why) => panic!("{}\n{text}", why.text),
    };
    let is_sweep = |plot: &&raw::Plot| plot.names.iter().any(|name| name == "frequency");
    let rest = plots.iter().find(|plot| !is_sweep(plot)).expect("a rest");
    let values = rest.names.iter().zip(&rest.points[0]);
    let sweep = plots.iter().find(is_sweep).expect("a response");
    let out = sweep.names.iter().position(|name| vector(name) == "v(out)");
    (
        values
            .map(|(name, value)| (vector(name), value.re))
            .collect(),
        sweep.points[0][out.expect("a node out")],
    )
}

/// Noise density at `probe` in V/√Hz, with its frequency, 10 points per decade from 20 Hz to 20 kHz.
pub fn noise(deck: impl AsRef<Path>, params: &[(&str, f64)], probe: &str) -> Vec<(f64, f64)> {
    let tail = format!(".noise {} vin dec 10 20 20k\n", vector(probe));
    let plots = run(deck.as_ref(), params, &tail);
    let place = |plot: &raw::Plot| {
        plot.names
            .iter()
            .position(|n| n.contains("onoise_spectrum"))
    };
    let (plot, column) = plots
        .iter()
        .find_map(|plot| place(plot).map(|column| (plot, column)))
        .expect("a noise spectrum");
    let point = |point: &Vec<Complex<f64>>| (point[0].re, point[column].re);
    plot.points.iter().map(point).collect()
}

/// ngspice's name of a probe: `out` is `v(out)`, `i(vin)` stays.
pub fn vector(probe: &str) -> String {
    let probe = probe.to_ascii_lowercase();
    if probe.contains('(') {
        probe
    } else {
        format!("v({probe})")
    }
}

/// A run without signal.
fn run(path: &Path, params: &[(&str, f64)], tail: &str) -> Vec<raw::Plot> {
    let options = options(ATTEMPTS[0], RELTOL);
    let text = text(path, params, None, &options, tail);
    match attempt(path, &text, PATIENCE) {
        Ok((plots, _)) => plots,
        Err(why) => panic!("{}", why.text),
    }
}

/// Longest that a test's run may take. Decks that ngspice can run at all take seconds; some hang at tolerances that they
/// can't meet.
pub const PATIENCE: Duration = Duration::from_secs(60);
/// What a shell exits with where there is no such program.
const NOT_FOUND: i32 = 127;

/// Runs it on a deck for at most so long, of a processor's time and not of the wall's, so that a busy machine comes to
/// the same; what it says goes into `log`. Whether it came to an end by itself.
fn ngspice(cir: &Path, raw: &Path, log: &Path, patience: Duration) -> bool {
    let said = fs::File::create(log).expect("the temporary folder is writable");
    let also = said.try_clone().expect("a file has two handles");
    let mut command = Command::new("sh");
    command.args(["-c", "ulimit -t \"$0\" && exec ngspice -b -r \"$@\""]);
    command
        .arg(patience.as_secs().to_string())
        .arg(raw)
        .arg(cir);
    let run = command.stdin(Stdio::null()).stdout(said).stderr(also);
    let ended = run.status().expect("a shell can be started").code();
    assert_ne!(
        ended,
        Some(NOT_FOUND),
        "ngspice could not be started; install version 39 or later: apt-get install ngspice"
    );
    ended.is_some()
}

/// A deck as ngspice gets it, with another analysis.
fn text(
    path: &Path,
    params: &[(&str, f64)],
    stimulus: Option<Stimulus>,
    options: &str,
    tail: &str,
) -> String {
    let mut lines = deck::lines(path);
    deck::strip_analyses(&mut lines);
    deck::set_params(&mut lines, params);
    match stimulus {
        Some(stimulus) => deck::drive(&mut lines, &stimulus.spice()),
        None => deck::excite(&mut lines),
    }
    format!("{}\n{options}\n{tail}.end\n", lines.join("\n"))
}

/// One run of a deck's text, and whether it came to an end by itself; what ngspice said where it gave nothing.
fn attempt(path: &Path, text: &str, patience: Duration) -> Result<(Vec<raw::Plot>, bool), Refusal> {
    let cir = deck::scratch_file("run");
    let raw = cir.with_extension("raw");
    fs::write(&cir, text).expect("the temporary folder is writable");
    let log = cir.with_extension("log");
    let ended = ngspice(&cir, &raw, &log, patience);
    let plots = fs::read(&raw)
        .map(|bytes| raw::parse(&bytes))
        .unwrap_or_default();
    if plots.iter().all(|plot| plot.points.is_empty()) {
        let text = format!(
            "ngspice {} {} (sent as {}):\n{}",
            if ended {
                "refused"
            } else {
                "took too long over"
            },
            path.display(),
            cir.display(),
            fs::read_to_string(&log).unwrap_or_default()
        );
        return Err(Refusal { text, ended });
    }
    for file in [cir, raw, log] {
        fs::remove_file(&file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
    }
    Ok((plots, ended))
}
