//! Circuits that are odd but sound, as ngspice plays them: windings of their own, a source across a winding, pins that
//! nothing is connected to, conductances many decades apart, nodes that only leaks hold.

mod ngspice;

use loadline::circuit::Deck;
use loadline::circuit::Netlist;
use loadline::circuit::OperatingPoint;
use ngspice::Method;
use ngspice::Stimulus;
use std::path::Path;

const RATE: f64 = 384_000.0;
const T_STOP: f64 = 0.03;
const SKIP: usize = 3840;
/// ngspice's step, in s.
const H: f64 = 0.5e-6;
const STIMULUS: Stimulus = Stimulus::Pluck {
    peak: 1.0,
    hz: 110.0,
};

/// What, its deck, and the measured error in dB.
const ODD: [(&str, &str, f64); 11] = [
    (
        "a transformer whose primary is the source's",
        "Vin in 0 0\nL1 in 0 10\nL2 out 0 10\nK1 L1 L2 0.99\nR1 out 0 10k\n",
        -119.7,
    ),
    (
        "a winding of its own, loaded",
        "Vin in 0 0\nR1 in a 1k\nL1 a 0 1\nL2 s1 s2 1\nL3 out 0 1\nK1 L1 L2 0.9\nK2 L1 L3 0.9\nK3 L2 L3 0.9\nR2 s1 s2 10k\nR3 out 0 10k\n",
        -112.0,
    ),
    (
        "inductors in parallel",
        "Vin in 0 0\nR1 in a 1k\nL1 a out 10m\nL2 a out 20m\nR3 out 0 1k\n",
        -135.0,
    ),
    (
        "pins that nothing is connected to",
        "Vin in 0 0\nX1 in out n1 n5 amp\nRl out 0 1k\n.subckt amp p o n1 n5\nE1 a 0 p 0 3\nR1 a o 1k\nC1 o 0 10n\n.ends\n",
        -131.5,
    ),
    (
        "a resistor between nodes of its own",
        "Vin in 0 0\nR1 in out 1k\nR2 out 0 1k\nC1 out 0 10n\nR3 a b 1k\n",
        -131.5,
    ),
    (
        "a choke of a milliohm",
        "Vin in 0 0\nV1 ht 0 360\nR1 ht a 100\nL1 a b 10\nR2 b c 1m\nC1 c 0 16u\nR3 c p 100k\nB1 p 0 I=2u*pwr(max(v(p)/50+v(g)+2,0),1.5)\nC2 in g 100n\nR4 g 0 1Meg\nC3 p out 100n\nR5 out 0 1Meg\n",
        -139.0,
    ),
    (
        "diodes that are off, and a resistor between them",
        "Vin in 0 0\nV1 v 0 9\nR1 in out 10k\nC1 out 0 1n\nD1 out m led\nR2 m n 1k\nD2 n v led\n.model led D(IS=1e-18 N=1.8 RS=2)\n",
        -125.5,
    ),
    (
        "an emitter and a diode that are off",
        "Vin in 0 0\nV1 v 0 9\nR1 in out 10k\nC1 out 0 1n\nQ1 v b e qq\nRb b 0 1k\nR2 e a 1k\nD1 a v dd\n.model qq NPN\n.model dd D\n",
        -125.5,
    ),
    (
        "a substrate above its collector",
        "Vin in 0 0\nV1 vee 0 -15\nC1 in b 1u\nR1 0 b 330k\nR2 b vee 68k\nQ1 c b e qq\nR3 0 c 22k\nR4 e vee 10k\nC2 c out 1u\nR5 out 0 100k\n.model qq NPN(IS=5e-16 BF=250 RB=200 RC=200 VAF=130 TF=.35n CJE=1p CJC=.3p CJS=300p VJS=.52 MJS=.5)\n",
        -110.1,
    ),
    (
        "a Zener at its knee",
        "Vin in 0 0\nV1 v 0 5.55\nC1 in out 10n\nR1 out v 10Meg\nD1 0 out z5v1\n.model z5v1 D(IS=1.5n RS=.5 N=1.7 BV=5.1 IBV=5m NBV=1.5 CJO=120p VJ=.75 M=.33 TT=50n)\n",
        -99.3,
    ),
    (
        "a capacitance that is negative",
        "Vin in 0 0\nR1 in out 10k\nC1 out 0 1n\nC2 out 0 -0.4n\nR2 out 0 10k\n",
        -135.9,
    ),
];
/// Beyond the measured error.
const SLACK_DB: f64 = 3.0;

#[test]
fn odd_circuits_play_as_in_ngspice() {
    for (what, deck, measured) in ODD {
        let text = format!("* {what}\n{deck}.end\n");
        let parsed = Deck::parse(Path::new("x.cir"), &text, &|_| Err("no files".into()));
        let netlist = Netlist::expand(&parsed.unwrap()).unwrap();
        let point = OperatingPoint::solve(netlist).unwrap_or_else(|why| panic!("{what}: {why}"));
        let n = (T_STOP * RATE) as usize;
        let ours = ngspice::play_well(&point, &STIMULUS, RATE, n);
        let path = ngspice::scratch_deck(&text);
        let method = Method::Trapezoidal;
        let theirs = ngspice::transient_by(method, path, &[], STIMULUS, &["out"], T_STOP, H);
        let error = ngspice::error_db(&theirs.sample("out", RATE, n), &ours, SKIP);
        println!("{what}: {error:.1} dB");
        assert!(
            error <= measured + SLACK_DB,
            "{what}: {error:.1} dB, was {measured} dB"
        );
    }
}
