//! What ngspice 39 takes a deck's lines for, they are taken for here.
//!
//! Each text beside this file holds small decks, cut by lines that begin with `###`; a deck without a title of its own
//! gets one, and a source `Vin` of 1 V. In the tables `\r` is a carriage return.

#[path = "../ngspice/mod.rs"]
mod ngspice;

use loadline::circuit::Deck;
use loadline::circuit::Netlist;
use loadline::circuit::OperatingPoint;
use loadline::circuit::small_signal;
use ngspice::Stimulus;
use std::path::Path;

const HZ: f64 = 1e3;
/// Relative, of volts above 1 mV, and of a response at [`HZ`]. Measured 9e-7: ngspice ends its search there.
const TOLERANCE: f64 = 2e-6;

/// Names and texts of a table's decks.
fn decks(table: &str) -> Vec<(&str, String)> {
    let cases = table.split("### ").skip(1);
    cases
        .map(|case| {
            let (name, body) = case.split_once('\n').expect("a body");
            let text = match body.strip_prefix("@raw\n") {
                Some(whole) => whole.replace("\\r", "\r"),
                None => format!("* title\nVin in 0 dc 1 ac 1\n{body}.end\n"),
            };
            (name, text)
        })
        .collect()
}

fn point(text: &str) -> Result<OperatingPoint, String> {
    let deck = Deck::parse(Path::new("x.cir"), text, &|_| Err("no files".into()));
    let netlist = deck.and_then(|deck| Netlist::expand(&deck));
    netlist.and_then(OperatingPoint::solve).map_err(|why| why.0)
}

/// What differs between ours and ngspice's.
fn difference(text: &str, with_response: bool) -> Option<String> {
    let ours = match point(text) {
        Ok(point) => point,
        Err(why) => return Some(why),
    };
    let (theirs, response) = ngspice::as_it_stands(text, HZ);
    let nodes = ngspice::at_rest(ours.nodes(), &theirs);
    let compared = nodes.len();
    for (name, [volts, there], error) in nodes {
        if error.is_nan() || error > TOLERANCE {
            return Some(format!("{name}: {volts} V, not {there} V"));
        }
    }
    if compared < 2 {
        return Some(format!("only {compared} nodes"));
    }
    // Theirs is none where their deck has no amplitude at the input.
    if with_response && response.norm() > 0.0 {
        let gain = small_signal(&ours, "out", &[HZ]).expect("a response")[0];
        if (gain - response).norm() > TOLERANCE * response.norm() {
            return Some(format!("{gain} at {HZ} Hz, not {response}"));
        }
    }
    None
}

fn check(table: &str, with_response: bool) {
    let decks = decks(table);
    let differences: Vec<String> = decks
        .iter()
        .filter_map(|(name, text)| Some(format!("{name}: {}", difference(text, with_response)?)))
        .collect();
    assert!(
        decks.len() > 10 && differences.is_empty(),
        "{differences:#?}"
    );
}

#[test]
fn subcircuits_and_their_multipliers() {
    check(include_str!("subcircuits.txt"), true);
}

#[test]
fn what_stands_behind_a_model() {
    check(include_str!("instances.txt"), true);
}

/// Small signals come from other sources, too, in these.
#[test]
fn sources_in_any_order() {
    check(include_str!("sources.txt"), false);
}

#[test]
fn cards_and_coefficients_of_passives() {
    check(include_str!("passives.txt"), true);
}

#[test]
fn parameters_and_functions() {
    check(include_str!("parameters.txt"), true);
}

#[test]
fn lines_comments_and_numbers() {
    check(include_str!("lines.txt"), true);
}

#[test]
fn conditions_and_control_blocks() {
    check(include_str!("conditions.txt"), true);
}

/// What ngspice does not follow either, at rest or while it plays, is told and left alone.
#[test]
fn what_is_not_followed_is_told() {
    for (line, told) in [
        (".ic v(out)=0.2", "x.cir:4: .ic: is not followed"),
        (
            ".subckt s p\n.ic v(p)=0.2\n.ends",
            "x.cir:5: .ic: is not followed",
        ),
        ("R2 out 0 1k ac=3k", "x.cir:4: r2: its ac= is ignored"),
        (
            "D1 out 0 dd w=2 l=3\n.model dd d",
            "x.cir:4: d1: its w and l are ignored",
        ),
        (
            "Q1 out in 0 q\n.model q npn(ibc=1f)",
            "x.cir:4: q1: its model's ibe or ibc is ignored",
        ),
    ] {
        let text =
            format!("* title\nVin in 0 dc 1 ac 1\nR1 in out 1k\n{line}\nC1 out 0 1u\n.end\n");
        assert_eq!(difference(&text, false), None, "{line}");
        let notices = point(&text).expect("a point").netlist().notices.clone();
        assert!(
            notices.len() == 1 && notices[0].starts_with(told),
            "{line}: {notices:?}"
        );
    }
}

/// Multiplied, warmed and carded, and it plays so.
#[test]
fn it_plays_as_it_stands() {
    /// Measured −134.8 dB.
    const WORST_DB: f64 = -126.0;
    const RATE: f64 = 384e3;
    const T_STOP: f64 = 0.01;
    let deck = "* all of it
.param two=2
Vin in 0 ac 1
.subckt clip a b
R1 a m RT 1k
C1 m b CT 4.7n
D1 m b dd OFF
D2 b m dd
L1 m q 10m scale=2
R2 q b 4.7k
G1 m b value={10u*v(m,b)^3} tc1=1m
.ends
.model RT R(tc1=2m)
.model CT C(tc1=-1m)
.model dd d is=2.52n n=1.752 rs=0.568 cjo=4p tt=20n
.if (two > 1)
X1 in out clip m={two}
.else
R9 in out 1k
.endif
R3 out 0 330 tc=1m 1u
.temp 40
.end
";
    let path = ngspice::scratch_deck(deck);
    let stimulus = Stimulus::Sine {
        peak: 3.0,
        hz: 220.0,
    };
    let ours = ngspice::play_well(
        &point(deck).unwrap(),
        &stimulus,
        RATE,
        (T_STOP * RATE) as usize,
    );
    let theirs = ngspice::transient(&path, &[], stimulus, &["out"], T_STOP, 0.5e-6);
    let error = ngspice::error_db(&theirs.sample("out", RATE, ours.len()), &ours, 0);
    println!("{error:.1} dB");
    assert!(error < WORST_DB, "{error:.1} dB");
}
