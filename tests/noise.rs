//! The noise floor is the circuit's: the adjoint analysis against ngspice's.

mod ngspice;

use loadline::circuit::Deck;
use loadline::circuit::Netlist;
use loadline::circuit::OperatingPoint;
use loadline::circuit::output_noise;
use std::path::Path;
use std::path::PathBuf;

/// Measured 2.6e-5 dB from 20 Hz to 20 kHz; the promise is 0.5 dB.
const TOL_DB: f64 = 7.5e-5;

fn check(path: &Path) {
    let deck = Deck::open(path).unwrap_or_else(|why| panic!("{why}"));
    let point = OperatingPoint::solve(Netlist::expand(&deck).unwrap()).unwrap();
    let theirs = ngspice::noise(path, &[], "out");
    assert!(theirs.len() > 20);
    let frequencies: Vec<f64> = theirs.iter().map(|(hz, _)| *hz).collect();
    let ours = output_noise(&point, "out", &frequencies).unwrap();
    let mut worst = 0.0f64;
    for ((hz, reference), ours) in theirs.iter().zip(ours) {
        let error = 20.0 * (ours / reference).log10();
        assert!(
            error.is_finite(),
            "{}: {ours} and {reference} at {hz} Hz",
            path.display()
        );
        worst = worst.max(error.abs());
    }
    println!("{}: {worst:e} dB", path.display());
    assert!(worst <= TOL_DB, "{}: {worst} dB", path.display());
}

fn deck(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("plugin-assets/circuits")
        .join(path)
}

#[test]
fn preamps_are_as_noisy_as_in_ngspice() {
    check(&deck("preamps/tube_two_stage.cir"));
    check(&deck("preamps/opamp_baxandall.cir"));
    check(&deck("sources/single_coil.cir"));
}

#[test]
fn some_resistors_have_none() {
    check(&ngspice::scratch_deck(
        "* two resistors with noise, two without
Vin src 0 dc 0 ac 1
R1 src a 10k noisy=0
R2 a out 22k noise=1
R3 a 0 4.7k noisy=1
C1 out 0 1n
R4 out 0 10k noise=0
.end
",
    ));
}

#[test]
fn junctions_have_shot_noise() {
    check(&ngspice::scratch_deck(
        "* two transistors and a diode
Vin src 0 dc 0 ac 1
Rs src b0 10k
C1 b0 b1 10u
Vcc vcc 0 12
R1 vcc b1 470k
R2 b1 0 100k
Q1 c1 b1 e1 npn1
R3 vcc c1 10k
R4 e1 0 1k
Q2 out c1 e2 pnp1
R5 vcc e2 2.2k
R6 out 0 4.7k
D1 out dk dio
R7 dk 0 22k
.model npn1 npn(is=1e-14 bf=300 vaf=80 ikf=0.1 rb=200 re=0.5 rc=1)
.model pnp1 pnp(is=1e-14 bf=200 vaf=50 rb=100)
.model dio d(is=2.5n n=1.75 rs=0.6)
.end
",
    ));
}

#[test]
fn channels_have_thermal_noise() {
    check(&ngspice::scratch_deck(
        "* a JFET and a MOSFET
Vin src 0 dc 0 ac 1
Rs src g1 100k
J1 d1 g1 s1 jn
R1 vdd d1 10k
R2 s1 0 1k
C1 s1 0 10u
Vdd vdd 0 24
C2 d1 g2 100n
R3 vdd g2 2.2meg
R4 g2 0 1meg
M1 out g2 s2 0 mn w=100u l=10u
R5 vdd out 4.7k
R6 s2 0 1.5k
.model jn njf(vto=-2 beta=1m lambda=5m rd=10 rs=10 is=1e-14)
.model mn nmos(vto=1 kp=50u lambda=0.01 gamma=0.4 phi=0.6)
.end
",
    ));
}

/// KF and AF of every kind, in exponents away from 1 and at a size that is heard.
#[test]
fn devices_have_flicker_noise() {
    check(&ngspice::scratch_deck(
        "* a diode, a bipolar transistor, a JFET and a MOSFET, two of some
Vin src 0 dc 0 ac 1
Rs src b1 10k
C1 b1 b 10u
Vdd vdd 0 24
R1 vdd b 470k
R2 b 0 100k
Q1 c b e qx m=3
R3 vdd c 10k
R4 e 0 1k
C2 c g1 100n
R5 g1 0 1meg
J1 d1 g1 s1 jx 2 m=2
R6 vdd d1 4.7k
R7 s1 0 1k
C3 s1 0 10u
C4 d1 g2 100n
R8 vdd g2 2.2meg
R9 g2 0 1meg
M1 out g2 s2 0 mx w=100u l=10u m=2
R10 vdd out 4.7k
R11 s2 0 1.5k
D1 out k dx area=2 m=2
R12 k 0 22k
.model qx npn(is=1e-14 bf=300 vaf=80 rb=500 rbm=100 kf=2e-13 af=1.15)
.model jx njf(vto=-2 beta=1m lambda=5m rd=10 rs=10 kf=1e-15 af=0.9)
.model mx nmos(vto=1 kp=50u lambda=0.01 gamma=0.4 phi=0.6 ld=0.5u kf=1e-27 af=1.1)
.model dx d(is=2.5n n=1.75 rs=0.6 kf=1e-13 af=1.2)
.end
",
    ));
}

#[test]
fn vendors_cards_hiss_as_in_ngspice() {
    let stage = "Vin in 0 dc 0 ac 1
R1 in a 10
C1 a g 1u
Vdd vdd 0 9
R2 vdd g 2.2meg
R3 g 0 1meg
R4 vdd d 5.1k
R5 s 0 1k
C2 s 0 100u
C3 d out 1u
R6 out 0 100k
";
    for card in [
        "M1 d g s m\n.model m VDMOS(Rg=20 Vto=2.1 Rd=10 Rs=1 Rb=.3 Kp=.32 Cgdmax=40p Cgdmin=6p Cgs=45p Cjo=60p Rq=2 Vq=4)",
        "M1 d g s s m W=.1 L=2u\n.model m NMOS(Tox=50n Kp=20u Vto=1.8 Lambda=.01 Rsh=2 Kf=1e-26)",
        "Q1 d g s m\n.model m NPN(Bf=200 Rb=400 Rco=20)",
    ] {
        check(&ngspice::scratch_deck(&format!("* card\n{stage}{card}\n")));
    }
}
