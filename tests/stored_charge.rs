//! Circuits whose junctions store charge, switched on and off, against ngspice at 384 kHz.

mod ngspice;

use loadline::circuit::Deck;
use loadline::circuit::Netlist;
use loadline::circuit::OperatingPoint;
use ngspice::Stimulus;

const RATE: f64 = 384_000.0;
const T_STOP: f64 = 0.04;
/// The first part is left out: the circuit settles.
const SKIP: usize = (0.01 * RATE) as usize;
/// ngspice's step in s.
const H: f64 = 0.25e-6;

/// Fairchild's cards of 1N4148 (and with its transit time alone) and 2N3904, Philips' of BC547B, and a rectifier with a
/// long transit time and nothing else that holds charge: what makes a trapezoidal rule ring.
const MODELS: &str = "\
.model d1n4148 D(IS=2.52n RS=0.568 N=1.752 CJO=4p M=0.4 TT=20n BV=100 IBV=5u)
.model d1n4148_tt D(IS=2.52n RS=0.568 N=1.752 TT=20n)
.model d1n4007 D(IS=7.02767n RS=0.0341512 N=1.80803 TT=4.32u)
.model q2n3904 NPN(IS=6.734f VAF=74.03 BF=416.4 NE=1.259 ISE=6.734f IKF=66.78m BR=0.7371 NC=2 ISC=0 IKR=0 RC=1 CJC=3.638p MJC=0.3085 VJC=0.75 FC=0.5 CJE=4.493p MJE=0.2593 VJE=0.75 TR=239.5n TF=301.2p RB=10)
.model bc547b NPN(IS=2.39e-14 NF=1.008 ISE=3.545e-15 NE=1.541 BF=294.3 IKF=0.1357 VAF=63.2 NR=1.004 ISC=6.272e-14 NC=1.243 BR=7.946 IKR=0.1144 VAR=25.9 RB=1 RE=0.4683 RC=0.85 CJE=1.358e-11 VJE=0.65 MJE=0.3279 TF=4.391e-10 CJC=3.728e-12 VJC=0.3997 MJC=0.2955 TR=1e-32 FC=0.9579)
";

const CLIPPER: &str = "R1 in a 2.2k\nC1 a out 1u\nD1 out 0 CARD\nD2 0 out CARD\nR2 out 0 100k\n";
const HALF: &str = "R1 in a 1k\nD1 a out CARD\nR2 out 0 10k\n";
/// Two stages with feedback, as in the Fuzz Face.
const FUZZ: &str = "\
V1 vcc 0 9
R0 in a 4.7k
C1 a b1 2.2u
Q1 c1 b1 0 CARD
R1 vcc c1 33k
Q2 c2 c1 e2 CARD
R2 vcc m 470
R3 m c2 8.2k
R4 b1 e2 100k
R5 e2 0 1k
C2 e2 0 20u
C3 m out 10n
R6 out 0 500k
";
/// One common-emitter stage with feedback and diodes around it, as in the Big Muff.
const MUFF: &str = "\
V1 vcc 0 9
R1 in a 10k
C1 a b 100n
Q1 c b e CARD
R2 vcc c 10k
R3 c b 470k
R4 b 0 100k
R5 e 0 150
C2 c b 470p
C3 c d 1u
D1 d b d1n4148
D2 b d d1n4148
C4 c out 100n
R6 out 0 100k
";

fn error_db(circuit: &str, card: &str, stimulus: Stimulus) -> f64 {
    let circuit = circuit.replace("CARD", card);
    let path = ngspice::scratch_deck(&format!("* bench\n{MODELS}Vin in 0 dc 0 ac 1\n{circuit}"));
    let deck = Deck::open(&path).unwrap_or_else(|why| panic!("{why}"));
    let netlist = Netlist::expand(&deck).unwrap_or_else(|why| panic!("{why}"));
    let point = OperatingPoint::solve(netlist).unwrap_or_else(|why| panic!("{why}"));
    let n = (T_STOP * RATE) as usize - 8;
    let ours = ngspice::play_well(&point, &stimulus, RATE, n);
    let theirs = ngspice::transient(path, &[], stimulus, &["out"], T_STOP, H);
    ngspice::error_db(&theirs.sample("out", RATE, ours.len()), &ours, SKIP)
}

const fn sine(peak: f64, hz: f64) -> Stimulus {
    Stimulus::Sine { peak, hz }
}

const fn pluck(peak: f64) -> Stimulus {
    Stimulus::Pluck { peak, hz: 110.0 }
}

/// What the project promises for plucks and low sines, and for the hardest sines.
const PROMISES_DB: [f64; 4] = [-90.0, -90.0, -60.0, -60.0];

/// Peaks of the low sine and the pluck, and of the hard sines of 1 and 2 kHz; measured errors in dB.
fn check(circuit: &str, card: &str, low: f64, hard: f64, measured: [f64; 4]) {
    let stimuli = [
        sine(low, 220.0),
        pluck(low),
        sine(hard, 1000.0),
        sine(hard, 2000.0),
    ];
    let errors = stimuli.map(|stimulus| error_db(circuit, card, stimulus));
    println!("{card}: {errors:.1?} dB");
    for ((error, measured), promise) in errors.iter().zip(measured).zip(PROMISES_DB) {
        assert!(
            *error <= f64::min(measured + 3.0, promise),
            "{card}: {errors:.1?} dB"
        );
    }
}

#[test]
fn diodes_turn_off_as_in_ngspice() {
    check(
        CLIPPER,
        "d1n4148",
        4.5,
        10.0,
        [-124.7, -116.9, -109.0, -104.2],
    );
    check(
        CLIPPER,
        "d1n4148_tt",
        4.5,
        10.0,
        [-124.7, -116.9, -109.1, -92.5],
    );
    check(HALF, "d1n4148", 4.5, 10.0, [-142.4, -135.4, -139.3, -129.2]);
    check(HALF, "d1n4007", 4.5, 3.0, [-134.7, -127.0, -110.8, -108.4]);
}

#[test]
fn fuzzes_saturate_as_in_ngspice() {
    check(FUZZ, "q2n3904", 0.1, 0.7, [-111.6, -113.8, -101.7, -87.6]);
    check(FUZZ, "bc547b", 0.1, 0.7, [-113.5, -114.1, -89.0, -90.6]);
}

#[test]
fn stages_with_clipping_feedback_follow_ngspice() {
    check(MUFF, "q2n3904", 0.1, 0.7, [-109.9, -107.8, -102.1, -92.1]);
    check(MUFF, "bc547b", 0.1, 0.7, [-111.4, -108.0, -101.9, -92.0]);
}
