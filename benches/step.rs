//! What a step costs: instructions as callgrind counts them, Newton passes, nanoseconds; stereo, at 192 kHz.
//!
//! `cargo bench --no-default-features` prints the table and fails where a case needs more instructions than it may.
//! The instructions need valgrind; without it, or with `--quick`, only the time is measured. Counted are two runs of
//! this program, the longer less the shorter, so that what is not a step drops out.
//!
//! Then chains of stages, whose cost must grow in proportion, and the time from a deck's text to its solver.
//!
//! (Not gungraun: it counts whole runs and needs a second program of its own release; the difference of two runs is a
//! few lines, and is what a step costs.)

mod callgrind;
#[path = "../tests/takes/mod.rs"]
mod takes;

use loadline::circuit::CircuitError;
use loadline::circuit::Deck;
use loadline::circuit::Netlist;
use loadline::circuit::OperatingPoint;
use loadline::circuit::Solver;
use loadline::dsp::Oversampler;
use loadline::rig::Controls;
use loadline::rig::Library;
use loadline::rig::Slot;
use loadline::units::v_full_scale;
use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;
use wide::f64x2;

const RATE: f64 = 192e3;
/// Instructions per second of the core that the shares are of.
const CORE: f64 = 10e9;
/// Steps in a period of the sine: 220 Hz.
const PERIOD: usize = 873;
/// Steps of the shorter counted run.
const SHORT: usize = 10 * PERIOD;
/// Stages of the chains.
const CHAINS: [usize; 4] = [1, 2, 4, 8];
/// How far a chain's cost may be from the straight line through the shortest and the longest.
const BEND: f64 = 0.1;
/// Seconds from text to solver for the longest chain, which has 46 nodes.
const LOADING: f64 = 0.1;
/// Steps of the timed run.
const TIMED: usize = 400_000;

struct Case {
    name: &'static str,
    deck: &'static str,
    /// In the chain, if it is one.
    stages: Option<usize>,
    /// Of the sine at the source, in V.
    peak: f64,
    /// Whether a knob is always on its way.
    glides: bool,
    /// Models of a rig that plays drums instead, by their slots.
    rig: &'static [(Slot, &'static str)],
    /// Instructions a step that it may need: 3 % more than measured with Rust 1.95 for x86-64.
    limit: u64,
}

const fn case(name: &'static str, deck: &'static str, peak: f64, glides: bool, limit: u64) -> Case {
    Case {
        name,
        deck,
        stages: None,
        peak,
        glides,
        rig: &[],
        limit,
    }
}

/// A full-scale drum loop as the source's EMF.
const fn drums(name: &'static str, rig: &'static [(Slot, &'static str)], limit: u64) -> Case {
    Case {
        rig,
        ..case(name, "", 0.0, false, limit)
    }
}

const STAGE: &str = "benches/stage_12ax7.cir";
const TUBE: &str = "plugin-assets/circuits/preamps/tube_two_stage.cir";
const OPAMP: &str = "plugin-assets/circuits/preamps/opamp_baxandall.cir";
const PUSH_PULL: &str = "tests/circuits/push_pull.cir";
const POWER: &str = "benches/power_6l6.cir";
const RIG: &str = "the preamp and the power stage";

const TUBES: &[(Slot, &str)] = &[
    (Slot::Source, "single_coil"),
    (Slot::Preamp, "tube_two_stage"),
    (Slot::Amp, "tube_pp_6l6"),
    (Slot::Load, "speaker_1x12_open"),
];
const SOLID_STATE: &[(Slot, &str)] = &[
    (Slot::Source, "line"),
    (Slot::Preamp, "opamp_baxandall"),
    (Slot::Amp, "class_ab"),
    (Slot::Load, "speaker_1x12_open"),
];

const CASES: [Case; 15] = [
    case("12AX7 stage, clean", STAGE, 0.1, false, 327),
    case("12AX7 stage, hot", STAGE, 2.0, false, 328),
    case("two-stage 12AX7, clean", TUBE, 0.02, false, 632),
    case("two-stage 12AX7, hot", TUBE, 1.0, false, 636),
    case("two-stage 12AX7, hot, gain moving", TUBE, 1.0, true, 1241),
    case("op-amp Baxandall, clean", OPAMP, 0.1, false, 1149),
    case("op-amp Baxandall, hot", OPAMP, 2.0, false, 2367),
    case("op-amp Baxandall, hot, gain moving", OPAMP, 2.0, true, 3463),
    case("push-pull EL84, clean", PUSH_PULL, 0.2, false, 1606),
    case("power stage 6L6GC, clean", POWER, 0.2, false, 1740),
    case("power stage 6L6GC, hot", POWER, 20.0, false, 3184),
    case("preamp, power stage, load, clean", RIG, 0.005, false, 2275),
    case("preamp, power stage, load, hot", RIG, 1.0, false, 5962),
    drums("drums, two-stage 12AX7 and 6L6GC", TUBES, u64::MAX),
    drums("drums, op-amp and class AB", SOLID_STATE, u64::MAX),
];

/// Every case, in the order of the numbers that the counted runs are asked for.
fn cases() -> Vec<Case> {
    let chain = |stages: &usize| Case {
        stages: Some(*stages),
        ..case(
            "chain of 12AX7 stages",
            "benches/stages.cir",
            0.5,
            false,
            u64::MAX,
        )
    };
    CASES.into_iter().chain(CHAINS.iter().map(chain)).collect()
}

/// The text of a case's deck. `RIG` is two models in a row.
fn solver(case: &Case) -> Solver {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |path: &Path| fs::read_to_string(path).map_err(|why| why.to_string());
    if !case.rig.is_empty() {
        let library = Library::factory();
        let place = |(slot, id): &(Slot, &str)| {
            let place = library.find(*slot, id);
            place.unwrap_or_else(|| panic!("no {id}"))
        };
        let models = case
            .rig
            .iter()
            .map(|model| (model.1, library.at(model.0, place(model))));
        return in_a_row(models.map(|(id, model)| (id, model.deck())));
    }
    if case.deck == RIG {
        let models = [("tube_two_stage", TUBE), ("power_6l6", POWER)];
        return in_a_row(
            models
                .map(|(id, file)| (id, Deck::open(&root.join(file))))
                .into_iter(),
        );
    }
    let path = root.join(case.deck);
    let mut text = read(&path).unwrap_or_else(|why| panic!("{why}"));
    for n in 1..=case.stages.unwrap_or(0) {
        let out = if case.stages == Some(n) {
            "out".to_string()
        } else {
            format!("s{n}")
        };
        text += &format!("XS{n} s{} {out} bp stage\n", n - 1);
    }
    let mut deck = Deck::parse(&path, &text, &read).unwrap_or_else(|why| panic!("{why}"));
    if case.glides {
        deck.set_live("gain", 0.5)
            .unwrap_or_else(|why| panic!("{why}"));
    }
    let netlist = Netlist::expand(&deck).unwrap_or_else(|why| panic!("{why}"));
    let point = OperatingPoint::solve(netlist).unwrap_or_else(|why| panic!("{why}"));
    Solver::new(&point, RATE, &["out"]).unwrap_or_else(|why| panic!("{why}"))
}

/// Models one behind the other, 100 Ω behind the input; the last one's output is `out`.
fn in_a_row<'a>(models: impl Iterator<Item = (&'a str, Result<Deck, CircuitError>)>) -> Solver {
    let models: Vec<_> = models
        .map(|(id, deck)| (id, deck.unwrap_or_else(|why| panic!("{why}"))))
        .collect();
    let mut text = "* rig\nVin src 0 0\nRs src n0 100\n".to_string();
    let mut node = 0;
    for (id, deck) in &models {
        if deck.ports(id).is_some_and(|ports| ports.len() == 1) {
            text += &format!("X{id} n{node} {id}\n");
        } else {
            text += &format!("X{id} n{node} n{} {id}\n", node + 1);
            node += 1;
        }
    }
    let none = |_: &Path| Err("a rig includes nothing".to_string());
    let mut rig = Deck::parse(Path::new("rig"), &text, &none).unwrap_or_else(|why| panic!("{why}"));
    for (id, deck) in models {
        rig.adopt(id, deck, id)
            .unwrap_or_else(|why| panic!("{why}"));
    }
    let netlist = Netlist::expand(&rig).unwrap_or_else(|why| panic!("{why}"));
    let point = OperatingPoint::solve(netlist).unwrap_or_else(|why| panic!("{why}"));
    let out = format!("n{node}");
    Solver::new(&point, RATE, &[&out]).unwrap_or_else(|why| panic!("{why}"))
}

/// Volts of the shipped drum loop as the source's EMF, step by step. It was recorded at 44.1 kHz and is played at 48, so that
/// the oversampler alone takes it to the solver's rate.
fn drum_loop() -> Vec<f64x2> {
    let ([left, right], _) = takes::take("loop_amen", f64::INFINITY);
    let volts = v_full_scale(Controls::default().calibration_dbu);
    let mut oversampler = Oversampler::new(2);
    let mut steps = vec![f64x2::ZERO; 4 * left.len()];
    for ((l, r), steps) in left.iter().zip(&right).zip(steps.chunks_mut(4)) {
        oversampler.up(f64x2::from([f64::from(*l), f64::from(*r)]) * volts, steps);
    }
    steps
}

fn play(solver: &mut Solver, case: &Case, steps: usize) {
    if !case.rig.is_empty() {
        for v in drum_loop().into_iter().cycle().take(steps) {
            solver.tick(v);
            black_box(solver.probe(0));
        }
        return;
    }
    let turn = std::f64::consts::TAU / PERIOD as f64;
    let sine: Vec<f64> = (0..PERIOD).map(|step| (turn * step as f64).sin()).collect();
    let positions = sine.iter().step_by(64).cycle().map(|sine| 0.5 + 0.4 * sine);
    let mut positions = black_box(positions);
    let mut period = sine.iter().cycle();
    for step in 0..steps {
        if case.glides && step % 64 == 0 {
            solver.glide(&[positions.next().unwrap_or(0.5)], 64);
        }
        let v = period.next().map_or(0.0, |sine| case.peak * sine);
        solver.tick(f64x2::splat(v));
        black_box(solver.probe(0));
    }
}

/// Instructions a step of every chain, and whether they lie on a straight line.
fn chains() -> bool {
    let counted = |index: usize| callgrind::instructions(CASES.len() + index, SHORT);
    let costs: Option<Vec<f64>> = (0..CHAINS.len())
        .map(|n| Some(counted(n)? as f64))
        .collect();
    let Some(costs) = costs else {
        return true;
    };
    let (first, last) = (CHAINS[0] as f64, CHAINS[CHAINS.len() - 1] as f64);
    let a_stage = (costs[costs.len() - 1] - costs[0]) / (last - first);
    println!("\na stage more: {a_stage:.0} instructions");
    let is_on_line = |(stages, cost): (&usize, &f64)| {
        let straight = costs[0] + a_stage * (*stages as f64 - first);
        println!(
            "{stages} stages: {cost:.0}, {:+.1} % off the line",
            100.0 * (cost / straight - 1.0)
        );
        (cost / straight - 1.0).abs() <= BEND
    };
    let are_on_line: Vec<bool> = CHAINS.iter().zip(&costs).map(is_on_line).collect();
    are_on_line.into_iter().all(|is| is)
}

/// Time from text to solver for the longest chain.
fn loading(case: &Case) -> bool {
    let load = |_| {
        let start = Instant::now();
        black_box(solver(case));
        start.elapsed().as_secs_f64()
    };
    let fastest = (0..5).map(load).fold(f64::INFINITY, f64::min);
    println!(
        "\nthe longest chain from text to solver: {:.1} ms",
        fastest * 1e3
    );
    fastest <= LOADING
}

fn main() -> ExitCode {
    if let Some((case, steps)) = callgrind::asked() {
        let case = &cases()[case];
        play(&mut solver(case), case, steps);
        return ExitCode::SUCCESS;
    }
    let is_quick = std::env::args().any(|argument| argument == "--quick");
    let mut is_within = true;
    println!(
        "{:36} {:>12} {:>8} {:>12} {:>12} {:>10}",
        "", "instructions", "limit", "of a core", "passes", "ns"
    );
    let word = std::env::args()
        .nth(1)
        .filter(|word| !word.starts_with('-'));
    let is_asked = |case: &Case| {
        word.as_ref()
            .is_none_or(|word| case.name.contains(word.as_str()))
    };
    for (index, case) in CASES.iter().enumerate().filter(|(_, case)| is_asked(case)) {
        let counted = || callgrind::instructions(index, SHORT);
        let a_step = (!is_quick).then(counted).flatten();
        is_within &= a_step.is_none_or(|count| count <= case.limit);
        let mut solver = solver(case);
        let start = Instant::now();
        play(&mut solver, case, TIMED);
        let ns = start.elapsed().as_nanos() as f64 / TIMED as f64;
        let passes = solver.readings().passes as f64 / TIMED as f64;
        if word.is_some() {
            println!("{:?}", solver.readings());
        }
        let shown = a_step.map_or("-".to_string(), |count| count.to_string());
        let share = a_step.map_or("-".to_string(), |count| {
            format!("{:.1} %", 100.0 * count as f64 * RATE / CORE)
        });
        println!(
            "{:36} {shown:>12} {:>8} {share:>12} {passes:>12.2} {ns:>10.0}",
            case.name, case.limit
        );
    }
    if word.is_none() {
        is_within &= is_quick || chains();
        is_within &= cases().last().is_none_or(loading);
    }
    if is_within {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
