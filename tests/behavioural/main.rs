//! Sources that follow a law of the deck: operating point, transient and small signals as ngspice computes them.

#[path = "../ngspice/mod.rs"]
mod ngspice;

use loadline::circuit::Deck;
use loadline::circuit::Netlist;
use loadline::circuit::OperatingPoint;
use loadline::circuit::small_signal;
use ngspice::Stimulus;
use std::path::Path;

const RATE: f64 = 384_000.0;
const T_STOP: f64 = 0.03;
const T_SKIP: f64 = 0.01;
/// ngspice's step in s.
const H: f64 = 0.5e-6;
/// What the project promises for plucks and low sines at 384 kHz.
const PROMISE_DB: f64 = -90.0;
/// Of laws with kinks in them, which the trapezoidal rule and ngspice both meet between two steps.
const KINKED_DB: f64 = -80.0;
/// Relative, of volts above 1 mV.
const TOL_OPERATING_POINT: f64 = 1e-6;
const TOL_SMALL_SIGNAL: f64 = 1e-6;

struct Case {
    what: &'static str,
    deck: &'static str,
    /// Peak of a 220 Hz sine and of a pluck, in V.
    peak: f64,
    promise: f64,
    /// Measured error of the sine and of the pluck, in dB.
    measured: [f64; 2],
}

fn point(text: &str) -> OperatingPoint {
    let deck = Deck::parse(Path::new("x.cir"), text, &|_| Err("no files".into()));
    let deck = deck.unwrap_or_else(|why| panic!("{why}"));
    let netlist = Netlist::expand(&deck).unwrap_or_else(|why| panic!("{why}"));
    OperatingPoint::solve(netlist).unwrap_or_else(|why| panic!("{why}"))
}

fn play(text: &str, stimulus: &Stimulus) -> Vec<f64> {
    let n = (T_STOP * RATE) as usize;
    let (out, readings) = ngspice::play(&point(text), stimulus, RATE, n).unwrap();
    println!(
        "  {:.2} passes a step",
        readings.passes as f64 / readings.steps as f64
    );
    assert_eq!(readings.misses, 0, "{text}");
    out
}

/// Our `deck` against ngspice's `reference`, where they are not the same.
fn check_against(case: &Case, reference: &str) {
    let path = ngspice::scratch_deck(reference);
    let ours = point(case.deck);
    let theirs = ngspice::operating_point(&path, &[]);
    let nodes = ngspice::at_rest(ours.nodes(), &theirs);
    let compared = nodes.len();
    for (name, [volts, there], error) in nodes {
        assert!(
            error <= TOL_OPERATING_POINT,
            "{} {name}: {volts} V, not {there} V",
            case.what
        );
    }
    assert!(compared > 1, "{}: only {compared} nodes", case.what);

    let hz = [20.0, 1e3, 20e3];
    let theirs = ngspice::ac(&path, &[], "out", &hz);
    let gains = small_signal(&ours, "out", &hz).unwrap();
    for ((hz, ours), theirs) in hz.iter().zip(&gains).zip(&theirs) {
        assert!(
            (ours - theirs).norm() <= TOL_SMALL_SIGNAL * theirs.norm(),
            "{} at {hz} Hz: {ours}, not {theirs}",
            case.what
        );
    }

    let peak = case.peak;
    let stimuli = [
        Stimulus::Sine { peak, hz: 220.0 },
        Stimulus::Pluck { peak, hz: 110.0 },
    ];
    for (stimulus, measured) in stimuli.iter().zip(case.measured) {
        let ours = play(case.deck, stimulus);
        let theirs = ngspice::transient(&path, &[], *stimulus, &["out"], T_STOP, H);
        let theirs = theirs.sample("out", RATE, ours.len());
        let error = ngspice::error_db(&theirs, &ours, (T_SKIP * RATE) as usize);
        println!("{} {stimulus:?}: {error:.1} dB", case.what);
        assert!(
            error <= case.promise && error <= measured + 3.0,
            "{} {stimulus:?}: {error:.1} dB",
            case.what
        );
    }
}

fn check(case: &Case) {
    check_against(case, case.deck);
}

/// N. Koren's triode as tube libraries write it, with his 12AX7: clean and far into grid current.
const TRIODE: &str = include_str!("triode.cir");

#[test]
fn triode_of_the_web() {
    check(&Case {
        what: "Koren triode, clean",
        deck: TRIODE,
        peak: 0.1,
        promise: PROMISE_DB,
        measured: [-138.9, -122.4],
    });
    check(&Case {
        what: "Koren triode, hot",
        deck: TRIODE,
        peak: 10.0,
        promise: PROMISE_DB,
        measured: [-114.1, -112.8],
    });
}

/// The same for PSpice, with its functions; ngspice plays the text above.
#[test]
fn triode_in_the_flavour_of_pspice() {
    let deck = TRIODE
        .replace("+PWR(V(7),EX)*SGN(V(7))", "+PWRS(V(7),EX)")
        .replace("VALUE={(PWR", "VALUE = {(PWR")
        .replace("LOG(1+EXP(", "log(exp(")
        .replace("V(P,K)*V(P,K)))))}", "V(P,K)^2)))+1)}")
        .replace("X1 p g k 12AX7", "X1 p g k 12AX7 PARAMS: MU=100");
    assert!(deck.contains("^2") && deck.contains("PWRS") && deck.contains("VALUE = {("));
    let case = Case {
        what: "PSpice triode",
        deck: deck.leak(),
        peak: 1.0,
        promise: PROMISE_DB,
        measured: [-138.8, -122.7],
    };
    check_against(&case, TRIODE);
}

/// N. Koren's pentode with his EL34, from B sources.
const PENTODE: &str = include_str!("pentode.cir");

#[test]
fn pentode_of_the_web() {
    check(&Case {
        what: "Koren pentode, clean",
        deck: PENTODE,
        peak: 1.0,
        promise: PROMISE_DB,
        measured: [-136.2, -124.1],
    });
    check(&Case {
        what: "Koren pentode, hot",
        deck: PENTODE,
        peak: 30.0,
        promise: PROMISE_DB,
        measured: [-123.9, -121.8],
    });
}

/// Every straight source, and every form of polynomial.
const SOURCES: &str = include_str!("sources.cir");

#[test]
fn straight_sources_and_polynomials() {
    check(&Case {
        what: "sources",
        deck: SOURCES,
        peak: 1.0,
        promise: PROMISE_DB,
        measured: [-139.6, -110.0],
    });
}

/// Functions of laws, with and without braces, quotes and `.func`; a table; a knob inside a law.
const FUNCTIONS: &str = include_str!("functions.cir");

#[test]
fn functions_and_tables() {
    check(&Case {
        what: "functions",
        deck: FUNCTIONS,
        peak: 1.0,
        promise: KINKED_DB,
        measured: [-92.3, -94.0],
    });
}

/// A triode whose law is made of ramps and powers, over many nodes.
const RAMPS: &str = include_str!("ramps.cir");

#[test]
fn triode_of_ramps() {
    check(&Case {
        what: "ramps, clean",
        deck: RAMPS,
        peak: 0.1,
        promise: PROMISE_DB,
        measured: [-141.9, -123.6],
    });
    check(&Case {
        what: "ramps, hot",
        deck: RAMPS,
        peak: 1.0,
        promise: KINKED_DB,
        measured: [-87.6, -90.1],
    });
}

/// An op-amp's macromodel as its makers publish it, after Boyle, with its controlled sources.
const BOYLE: &str = include_str!("boyle.cir");

#[test]
fn op_amp_of_its_maker() {
    check(&Case {
        what: "op-amp, clean",
        deck: BOYLE,
        peak: 0.1,
        promise: PROMISE_DB,
        measured: [-173.7, -142.3],
    });
    check(&Case {
        what: "op-amp, clipped",
        deck: BOYLE,
        peak: 3.0,
        promise: PROMISE_DB,
        measured: [-124.0, -121.8],
    });
}

/// ngspice's exponential ends at 1e99, which the law of a tube with a positive grid and hardly any plate voltage passes.
#[test]
fn a_logarithm_of_an_exponential_ends_where_ngspices_does() {
    for volts in [200.0, 227.0, 229.0, 300.0] {
        let text = format!(
            "* law\nVin in 0 {volts}\nE1 out 0 VALUE={{LOG(1+EXP(V(in)))}}\nR1 out 0 1k\n.end\n"
        );
        let theirs = ngspice::operating_point(ngspice::scratch_deck(&text), &[]);
        let theirs = theirs.iter().find(|(name, _)| name == "v(out)").unwrap().1;
        let nodes = point(&text).nodes();
        let ours = nodes.iter().find(|(name, _)| name == "out").unwrap().1;
        assert!(
            (ours - theirs).abs() <= TOL_OPERATING_POINT * theirs,
            "{volts} V: {ours} V, not {theirs} V"
        );
    }
}
