//! `M`.

use crate::bench::G_LOST;
use crate::bench::playing_error_db;
use crate::bench::worst_current;
use crate::ngspice::Stimulus;

const MODELS: &str = "\
.model bare NMOS()
.model full NMOS(LEVEL=1 VTO=1.1 KP=40u GAMMA=0.5 PHI=0.65 LAMBDA=0.02 RD=30 RS=20 IS=2e-14 LD=0.1u)
.model opposite PMOS(VTO=-0.9 KP=15u GAMMA=0.4 LAMBDA=0.03 RS=50)
.model depleted NMOS(VTO=-2 KP=60u GAMMA=0.3)";

/// Relative. Measured 5.3e-6: kT/q as for the diodes.
const TOL_CURRENT: f64 = 1.5e-5;

#[test]
fn transistors_carry_the_current_of_ngspice() {
    // Just below −3·kT/q the bulk diodes of ngspice jump by 2 % of their leakage; ours do not.
    let (gate, drain) = (
        [-3.0, 0.0, 0.9, 1.6, 4.0],
        [-4.0_f64, -0.6, 0.0, 0.05, 0.8, 2.5, 12.0],
    );
    for (element, sign) in [
        ("bare", 1.0),
        ("full W=200u L=5u", 1.0),
        ("full W=20u L=2u M=3", 1.0),
        ("opposite W=50u L=3u", -1.0),
        ("depleted", 1.0),
    ] {
        let mut sets = Vec::new();
        for g in gate {
            for d in drain {
                // The bulk open on both sides, at the lower side, and as far forward as a chip bears.
                for b in [-3.0, 0.0, 0.4] {
                    sets.push([d, g, b + d.min(0.0)].map(|v| sign * v).to_vec());
                }
            }
        }
        let worst = worst_current(
            &format!("M{{n}} {{0}} {{1}} 0 {{2}} {element}"),
            MODELS,
            &sets,
            G_LOST,
        );
        println!("{element}: {worst:e}");
        assert!(worst <= TOL_CURRENT, "{element}: {worst:e}");
    }
}

#[test]
fn transistors_hold_the_charge_of_ngspice() {
    for (what, card, peak, measured) in [
        (
            "overlap",
            "VTO=1 KP=40u LAMBDA=0.01 CGSO=10u CGDO=5u CGBO=2u",
            0.3,
            -125.1,
        ),
        (
            "bulk",
            "VTO=1 KP=40u GAMMA=0.4 CBD=2n CBS=1n PB=0.7 MJ=0.4 FC=0.4 RD=20 RS=20",
            1.0,
            -121.2,
        ),
    ] {
        let lines = format!(
            ".model m NMOS({card})\nVdd dd 0 15\nVin in 0 dc 0\nC1 in b 1u\nR1 b g 10k\nR2 dd b 470k\nR3 b 0 100k\n\
             R4 dd out 10k\nR5 s 0 1k\nM1 out g s 0 m W=1m L=10u"
        );
        let error = playing_error_db(&lines, Stimulus::Sine { peak, hz: 1000.0 });
        println!("{what}: {error:.1} dB");
        assert!(error <= measured + 3.0, "{what}: {error:.1} dB");
    }
}
