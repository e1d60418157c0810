//! D, Q, J and M away from 27 °C: cards warmed as ngspice warms them.

use crate::bench::G_LOST;
use crate::bench::grid;
use crate::bench::playing_error_db;
use crate::bench::worst_current;
use crate::ngspice::Stimulus;

const CELSIUS: [f64; 3] = [-20.0, 27.0, 80.0];

const MODELS: &str = "\
.model d1 D(IS=2.52e-9 N=1.752 RS=0.568 BV=75 IBV=5u TRS1=4m TCV=60m)
.model d2 D(IS=1e-14 N=1.1 RS=2 TRS2=20u BV=5.1 IBV=5m TNOM=40 TLEV=1 TCV=1m EG=1.2 XTI=4)
.model d3 D(IS=2.682n N=1.836 RS=0.5664 IKF=44.17m ISR=1.565n NR=2 VJ=0.5 M=0.3333 TNOM=10)
.model q1 NPN(IS=6.734f XTI=3 EG=1.11 VAF=74.03 BF=416.4 NE=1.259 ISE=6.734f IKF=66.78m XTB=1.5 BR=0.7371 NC=2 RC=1
+ RB=10)
.model q2 PNP(IS=1e-14 EG=1.2 XTI=2.5 BF=180 TBF1=7m TBF2=-10u XTB=0.8 VAF=20 TVAF1=1m IKF=80m TIKF1=-3m NKF=0.6
+ ISE=1e-13 TNE1=0.1m ISC=1e-13 TNC1=-0.1m RB=10 TRB1=3m RC=2.5 TRC=4m RE=0.3 TRE2=10u TNOM=35)
.model q3 NPN(IS=2e-15 TLEV=1 XTB=7m NF=1.01 TNF1=0.02m NR=1.02)
.model j1 NJF(VTO=-1.3 BETA=1.8m LAMBDA=8m RD=12 RS=9 IS=3e-14 TCV=2.5m BEX=-1.5 B=0.7 PB=0.8)
.model j2 PJF(VTO=-1.8 BETA=1m IS=1e-13 XTI=3 VTOTC=-2.5m BETATCE=-0.5 TNOM=40)
.model m1 NMOS(VTO=1.1 KP=40u GAMMA=0.5 PHI=0.65 LAMBDA=0.02 RD=30 RS=2 IS=2e-14)
.model m2 PMOS(VTO=-0.9 KP=15u GAMMA=0.4 LAMBDA=0.03 TNOM=50)";

/// Relative. Measured 1.0e-5: kT/q as for the devices at 27 °C, times V/(kT/q) and EG/(kT/q).
const TOL_CURRENT: f64 = 3e-5;

fn check(element: &str, sets: &[Vec<f64>]) {
    for t in CELSIUS {
        let worst = worst_current(&format!("{element} temp={t}"), MODELS, sets, G_LOST);
        println!("{element} at {t} °C: {worst:e}");
        assert!(worst <= TOL_CURRENT, "{element} at {t} °C: {worst:e}");
    }
}

#[test]
fn diodes_carry_the_current_of_ngspice() {
    let one = |volts: &[f64]| volts.iter().map(|v| vec![*v]).collect::<Vec<_>>();
    let volts = [-80.0, -74.0, -5.2, -4.9, -1.0, 0.0, 0.2, 0.5, 0.7, 0.9];
    check("D{n} {0} 0 d1", &one(&volts));
    check("D{n} {0} 0 d2 m=2", &one(&volts[2..]));
    check("D{n} {0} 0 d3", &one(&volts[5..]));
}

#[test]
fn bipolar_transistors_carry_the_current_of_ngspice() {
    let (base, collector) = (
        [-2.0, 0.0, 0.3, 0.5, 0.65, 0.75],
        [0.0, 0.2, 0.7, 5.0, 20.0],
    );
    for (model, sign) in [("q1", 1.0), ("q2", -1.0), ("q3", 1.0)] {
        let signed = |volts: &[f64]| volts.iter().map(|v| sign * v).collect::<Vec<_>>();
        check(
            &format!("Q{{n}} {{1}} {{0}} 0 {model}"),
            &grid(&signed(&base), &signed(&collector)),
        );
    }
}

#[test]
fn field_effect_transistors_carry_the_current_of_ngspice() {
    let (gate, drain) = ([-4.0, -1.2, -0.5, 0.0, 0.5], [0.0, 0.07, 0.5, 2.5, 15.0]);
    for (model, sign) in [("j1", 1.0), ("j2", -1.0)] {
        let signed = |volts: &[f64]| volts.iter().map(|v| sign * v).collect::<Vec<_>>();
        check(
            &format!("J{{n}} {{1}} {{0}} 0 {model}"),
            &grid(&signed(&gate), &signed(&drain)),
        );
    }
    for (model, sign) in [("m1 W=200u L=5u", 1.0), ("m2 W=50u L=3u M=2", -1.0)] {
        let mut sets = Vec::new();
        for gate in [0.0, 0.9, 1.6, 4.0] {
            for drain in [0.05, 0.8, 12.0] {
                sets.extend([-3.0, 0.0, 0.35].map(|b| [drain, gate, b].map(|v| sign * v).to_vec()));
            }
        }
        check(&format!("M{{n}} {{0}} {{1}} 0 {{2}} {model}"), &sets);
    }
}

/// A clipper, a common emitter, a common source: charges as they move with temperature.
#[test]
fn stages_follow_ngspice() {
    let sine = |peak: f64| Stimulus::Sine { peak, hz: 1000.0 };
    for (what, lines, peak, measured) in [
        (
            "clipper",
            "R1 in out 1k\nD1 out 0 m temp={t}\nR2 out 0 10k\n\
             .model m D(IS=2.52e-9 N=1.752 CJO=50n VJ=0.8 M=0.42 TM1=1m TT=2u TTT1=3m TNOM=40)",
            4.0,
            -117.8,
        ),
        (
            "clipper, linear in temperature",
            "R1 in out 1k\nD1 out 0 m temp={t}\nR2 out 0 10k\n\
             .model m D(IS=1e-14 CJO=50n VJ=0.8 M=0.42 TLEVC=1 CTA=2m TPB=1.5m)",
            4.0,
            -113.0,
        ),
        (
            "common emitter",
            "Vcc cc 0 12\nC1 in b 1u\nR1 cc b 100k\nR2 b 0 15k\nR3 cc out 4.7k\nR4 e 0 1k\nC2 e 0 10u\n\
             Q1 out b e m temp={t}\n\
             .model m NPN(IS=6.7e-15 BF=400 XTB=1.5 VAF=74 IKF=66m ISE=7e-15 NE=1.26 RB=100 RC=1 CJE=2n MJE=0.26 CJC=1n \
             XCJC=0.6 CJS=500p MJS=0.4 TF=0.3u XTF=2 VTF=4 ITF=10m TR=2u TNOM=20)",
            0.3,
            -102.2,
        ),
        (
            "common source",
            "Vdd dd 0 15\nR1 in g 10k\nR2 dd out 4.7k\nR3 s 0 470\nC2 s 0 10u\nJ1 out g s m temp={t}\n\
             .model m NJF(VTO=-1.3 BETA=1.8m LAMBDA=8m CGS=2n CGD=1n PB=0.7 FC=0.4 TCV=2m BEX=-1 TNOM=35)",
            0.3,
            -124.6,
        ),
        (
            "MOSFET",
            "Vdd dd 0 15\nC1 in b 1u\nR1 b g 10k\nR2 dd b 470k\nR3 b 0 100k\nR4 dd out 10k\nR5 s 0 1k\n\
             M1 out g s 0 m W=1m L=10u temp={t}\n\
             .model m NMOS(VTO=1 KP=40u GAMMA=0.4 CBD=2n CBS=1n PB=0.7 MJ=0.4 TNOM=40)",
            1.0,
            -119.6,
        ),
    ] {
        for t in CELSIUS {
            let lines = format!("Vin in 0 dc 0\n{}", lines.replace("{t}", &t.to_string()));
            let error = playing_error_db(&lines, sine(peak));
            println!("{what} at {t} °C: {error:.1} dB");
            assert!(error <= measured + 3.0, "{what} at {t} °C: {error:.1} dB");
        }
    }
}
