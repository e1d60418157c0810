//! Decks, each solved by itself.

use crate::cases::Case;
use crate::cases::Player;
use crate::cases::RATE;
use crate::cases::sine;
use loadline::circuit::Deck;
use loadline::circuit::Netlist;
use loadline::circuit::OperatingPoint;
use loadline::circuit::Solver;
use loadline::circuit::number;
use loadline::rig::Library;
use loadline::rig::Slot;
use std::fs;
use std::path::Path;
use std::path::PathBuf;
use wide::f64x2;

/// In the stretch of a deck: 8727 steps.
const PERIODS: usize = 10;
/// By which *hot* is louder than what a model's deck plays itself.
pub const HOT: f64 = 10.0;

const STAGE: &str = "benches/stage_12ax7.cir";
const STAGES: &str = "benches/stages.cir";
const TUBE: &str = "plugin-assets/circuits/preamps/tube_two_stage.cir";
const OPAMP: &str = "plugin-assets/circuits/preamps/opamp_baxandall.cir";
const PUSH_PULL: &str = "tests/circuits/push_pull.cir";
const POWER: &str = "benches/power_6l6.cir";

/// With the peak at the source, in V.
const CLEAN_AND_HOT: [(&str, &str, f64); 9] = [
    ("12AX7 stage, clean", STAGE, 0.1),
    ("12AX7 stage, hot", STAGE, 2.0),
    ("two-stage 12AX7, clean", TUBE, 0.02),
    ("two-stage 12AX7, hot", TUBE, 1.0),
    ("op-amp Baxandall, clean", OPAMP, 0.1),
    ("op-amp Baxandall, hot", OPAMP, 2.0),
    ("push-pull EL84, clean", PUSH_PULL, 0.2),
    ("power stage 6L6GC, clean", POWER, 0.2),
    ("power stage 6L6GC, hot", POWER, 20.0),
];
const MOVING: [(&str, &str, f64); 2] = [
    ("two-stage 12AX7, hot, gain moving", TUBE, 1.0),
    ("op-amp Baxandall, hot, gain moving", OPAMP, 2.0),
];
const IN_A_ROW: [(&str, f64); 2] = [
    ("preamp, power stage, load, clean", 0.005),
    ("preamp, power stage, load, hot", 1.0),
];
const N_STAGES: [usize; 4] = [1, 2, 4, 8];

/// Small circuits, and what is said of the solver elsewhere.
pub fn of_benches() -> Vec<Case> {
    let still = CLEAN_AND_HOT
        .into_iter()
        .map(|(name, file, peak)| Case::new(name, move || player(&open(&path(file)), peak, false)));
    let moving = MOVING.into_iter().map(|(name, file, peak)| {
        Case::new(name, move || {
            let mut deck = open(&path(file));
            deck.set_live("gain", 0.5).unwrap();
            player(&deck, peak, true)
        })
    });
    let in_a_row = IN_A_ROW
        .into_iter()
        .map(|(name, peak)| Case::new(name, move || player(&preamp_and_power(), peak, false)));
    still.chain(moving).chain(in_a_row).collect()
}

/// Chains of stages, whose cost must grow in proportion.
pub fn chains() -> Vec<Case> {
    let chain = |n: usize| {
        Case::new(format!("chain of 12AX7 stages: {n}"), move || {
            player(&chain_deck(n), 0.5, false)
        })
    };
    N_STAGES.map(chain).into()
}

/// Every deck of the library on its own bench: as loud as it plays itself and, but for sources and loads, hot.
pub fn of_library() -> Vec<Case> {
    let library = Library::factory();
    let mut cases = Vec::new();
    for slot in Slot::ALL {
        let levels: &[(&str, f64)] = match slot {
            Slot::Source | Slot::Load => &[("clean", 1.0)],
            _ => &[("clean", 1.0), ("hot", HOT)],
        };
        let models = library
            .models(slot)
            .flat_map(|(_, model)| [Some(model), model.behind.as_deref()]);
        for model in models.flatten().filter(|model| !model.is_none()) {
            for (level, times) in levels.iter().copied() {
                let path = circuits().join(&*model.path);
                let name = format!("{}, {level}", model.id);
                cases.push(Case::new(name, move || {
                    player(&open(&path), times * own_peak(&path), false)
                }));
            }
        }
    }
    cases
}

/// A chain of so many stages.
pub fn chain_deck(n_stages: usize) -> Deck {
    let path = path(STAGES);
    let mut text = fs::read_to_string(&path).unwrap();
    for n in 1..n_stages {
        text += &format!("XS{n} s{} s{n} bp stage\n", n - 1);
    }
    text += &format!("XS{n_stages} s{} out bp stage\n", n_stages - 1);
    let files = |path: &Path| fs::read_to_string(path).map_err(|why| why.to_string());
    Deck::parse(&path, &text, &files).unwrap()
}

/// Ready to play.
pub fn solver(deck: &Deck) -> Solver {
    let point = OperatingPoint::solve(Netlist::expand(deck).unwrap()).unwrap();
    Solver::new(&point, RATE, &["out"]).unwrap()
}

/// Peak of the sine that the deck at `path` feeds its model, in V.
pub fn own_peak(path: &Path) -> f64 {
    let text = fs::read_to_string(path).unwrap();
    let input = text.lines().find(|line| line.starts_with("Vin ")).unwrap();
    let sine = input.split_once("sin(").unwrap().1;
    number(sine.split_whitespace().nth(1).unwrap()).unwrap()
}

/// The folder of the factory's decks.
pub fn circuits() -> PathBuf {
    path("plugin-assets/circuits")
}

fn player(deck: &Deck, peak: f64, glides: bool) -> Player {
    let input = sine(peak, PERIODS, RATE).into_iter().map(f64x2::splat);
    Player::Solver(Box::new(solver(deck)), glides, input.collect())
}

fn preamp_and_power() -> Deck {
    let text =
        "* rig\nVin src 0 0\nRs src in 100\nX1 in mid tube_two_stage\nX2 mid out power_6l6\n";
    let none = |_: &Path| Err("it includes nothing".to_owned());
    let mut rig = Deck::parse(Path::new("rig"), text, &none).unwrap();
    for (id, file) in [("tube_two_stage", TUBE), ("power_6l6", POWER)] {
        rig.adopt(id, open(&path(file)), id).unwrap();
    }
    rig
}

fn path(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(file)
}

fn open(path: &Path) -> Deck {
    Deck::open(path).unwrap_or_else(|why| panic!("{why}"))
}
