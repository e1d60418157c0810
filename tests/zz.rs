#[path = "native_devices/bench.rs"]
mod bench;
mod ngspice;
use bench::*;
#[test]
fn q2() {
    let all = "IS=1e-14 EG=1.2 XTI=2.5 BF=180 TBF1=7m TBF2=-10u XTB=0.8 VAF=20 TVAF1=1m IKF=80m TIKF1=-3m NKF=0.6 ISE=1e-13 TNE1=0.1m ISC=1e-13 TNC1=-0.1m RB=10 TRB1=3m RC=2.5 TRC=4m RE=0.3 TRE2=10u TNOM=35";
    for skip in [
        "", "IKF", "NKF", "TIKF1", "TVAF1", "TNE1", "TNC1", "TRB1", "TRC", "TRE2", "TBF", "ISC",
    ] {
        let card: Vec<&str> = all
            .split(' ')
            .filter(|w| skip.is_empty() || !w.starts_with(skip))
            .collect();
        let m = format!(".model q2 PNP({})", card.join(" "));
        println!(
            "without {skip}: {:e}",
            worst_current(
                "Q{n} {1} {0} 0 q2 temp=-20",
                &m,
                &[vec![-0.75, 0.0], vec![-0.75, -20.0]],
                G_LOST
            )
        );
    }
    let all = "IS=6.7e-15 BF=400 XTB=1.5 VAF=74 IKF=66m ISE=7e-15 NE=1.26 RB=100 RC=1 CJE=2n MJE=0.26 CJC=1n XCJC=0.6 CJS=500p MJS=0.4 TF=0.3u XTF=2 VTF=4 ITF=10m TR=2u TNOM=20";
    for skip in [
        "", "XCJC", "CJS", "XTF", "TF", "TR", "RC", "RB", "IKF", "VTF",
    ] {
        let card: Vec<&str> = all
            .split(' ')
            .filter(|w| skip.is_empty() || !w.starts_with(skip))
            .collect();
        let lines = format!(
            "Vin in 0 dc 0\nVcc cc 0 12\nC1 in b 1u\nR1 cc b 100k\nR2 b 0 15k\nR3 cc out 4.7k\nR4 e 0 1k\nC2 e 0 10u\nQ1 out b e m temp=27\n.model m NPN({})",
            card.join(" ")
        );
        let r = std::panic::catch_unwind(|| {
            playing_error_db(
                &lines,
                ngspice::Stimulus::Sine {
                    peak: 0.3,
                    hz: 1000.0,
                },
            )
        });
        println!("without {skip}: {:?}", r.ok());
    }
}
