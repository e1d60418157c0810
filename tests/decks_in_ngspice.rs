//! The decks, judged by ngspice: sources against the loading of pickups, preamps against what their headers say.

mod ngspice;

use ngspice::Stimulus;
use ngspice::ac;
use ngspice::harmonics_db;
use ngspice::operating_point;
use ngspice::rig_deck;
use ngspice::transient;
use std::path::Path;
use std::path::PathBuf;

const RATE_HZ: f64 = 96e3;
const T_STOP: f64 = 0.06;
const N: usize = 5760;
/// Step of a reference run.
const H: f64 = 2e-6;

fn circuits() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("plugin-assets/circuits")
}

fn preamp(name: &str) -> PathBuf {
    circuits().join("preamps").join(format!("{name}.cir"))
}

fn value(at: &[(String, f64)], name: &str) -> f64 {
    at.iter()
        .find(|(key, _)| key == name)
        .unwrap_or_else(|| panic!("no {name}"))
        .1
}

fn db(x: f64) -> f64 {
    20.0 * x.log10()
}

/// Loads a pickup drives, in Ω.
const LOADS: [f64; 6] = [10e6, 1e6, 220e3, 68e3, 10e3, 1.2e3];

/// Loading of a pickup with its pots and 500 pF of cable, from the two-pole formula of winding, pots and load.
struct Loading {
    source: &'static str,
    /// Peak above the low frequencies (dB, Hz) into 10 MΩ, 1 MΩ and 220 kΩ; below that there is none.
    peaks: [(f64, f64); 3],
    /// Half-power frequency in Hz by place in [`LOADS`].
    edges: &'static [(usize, f64)],
    /// Loss at low frequencies in dB, into 10 kΩ and 1.2 kΩ.
    losses: [f64; 2],
}

const LOADINGS: [Loading; 3] = [
    Loading {
        source: "single_coil",
        peaks: [(5.0, 3872.0), (4.3, 3803.0), (2.3, 3445.0)],
        edges: &[(0, 6207.0), (3, 4397.0), (4, 1034.0), (5, 481.0)],
        losses: [-4.3, -15.7],
    },
    Loading {
        source: "humbucker",
        peaks: [(7.8, 3102.0), (6.5, 3055.0), (3.1, 2784.0)],
        edges: &[(0, 4891.0), (3, 3220.0), (4, 693.0)],
        losses: [-5.0, -17.3],
    },
    Loading {
        source: "hot_humbucker",
        peaks: [(5.3, 2079.0), (4.1, 2021.0), (1.2, 1626.0)],
        edges: &[(3, 1641.0), (4, 477.0)],
        losses: [-7.9, -22.0],
    },
];

#[test]
fn pickups_are_loaded_as_they_should_be() {
    /// Measured 0.12 dB (hot humbucker into 10 kΩ); the table has one decimal, and leaves the tone capacitor out.
    const TOL_DB: f64 = 0.2;
    /// Measured 1.5 % (hot humbucker's edge into 10 kΩ).
    const TOL_HZ: f64 = 0.02;
    let freqs: Vec<f64> = (0..200)
        .map(|i| 200.0 * 40f64.powf(f64::from(i) / 199.0))
        .collect();
    for loading in &LOADINGS {
        let deck = circuits()
            .join("sources")
            .join(format!("{}.cir", loading.source));
        for (place, r_load) in LOADS.into_iter().enumerate() {
            // Where the tone capacitor is as good as a short, and the winding too.
            let low_hz = if r_load < 50e3 { 20.0 } else { 100.0 };
            let all: Vec<f64> = std::iter::once(low_hz)
                .chain(freqs.iter().copied())
                .collect();
            let level: Vec<f64> = ac(&deck, &[("r_load", r_load)], "out", &all)
                .iter()
                .map(|h| db(h.norm()))
                .collect();
            let (low, level) = (level[0], &level[1..]);
            let top = (0..level.len())
                .max_by(|&a, &b| level[a].total_cmp(&level[b]))
                .expect("points");
            let (peak, edge) = (level[top] - low, half_power(&freqs, level, low));
            println!(
                "{} {r_load}: {low:.2} dB, {peak:+.2} @ {:.0}, {edge:.0} Hz",
                loading.source, freqs[top]
            );
            match loading.peaks.get(place) {
                Some((db, hz)) => {
                    assert!((peak - db).abs() < TOL_DB, "peak {peak}, not {db} dB");
                    assert!(
                        (freqs[top] / hz - 1.0).abs() < TOL_HZ,
                        "peak at {}, not {hz} Hz",
                        freqs[top]
                    );
                }
                None => assert!(peak < 0.05, "a peak of {peak} dB"),
            }
            if let Some((_, hz)) = loading.edges.iter().find(|(at, _)| *at == place) {
                assert!(
                    (edge / hz - 1.0).abs() < TOL_HZ,
                    "edge at {edge}, not {hz} Hz"
                );
            }
            if place >= 4 {
                assert!(
                    (low - loading.losses[place - 4]).abs() < TOL_DB,
                    "{low} dB into {r_load}"
                );
            }
        }
    }
}

/// The last frequency at which `level` is within 3 dB of `low`.
fn half_power(freqs: &[f64], level: &[f64], low: f64) -> f64 {
    let i = level
        .iter()
        .rposition(|l| *l > low - 3.0103)
        .unwrap_or(0)
        .min(level.len() - 2);
    let part = (level[i] - (low - 3.0103)) / (level[i] - level[i + 1]);
    freqs[i] * (freqs[i + 1] / freqs[i]).powf(part)
}

#[test]
fn the_tube_preamp_rests_where_its_schematic_says() {
    let at = operating_point(preamp("tube_two_stage"), &[]);
    let supply = (value(&at, "v(x1.bp1)") + value(&at, "v(x1.bp2)")) / 2.0;
    assert!(
        (supply - 325.0).abs() < 10.0,
        "the 5F6-A states 325 V; {supply:.0} V"
    );
    for stage in [1, 2] {
        let (supply, plate, cathode) = (
            value(&at, &format!("v(x1.bp{stage})")),
            value(&at, &format!("v(x1.plate{stage})")),
            value(&at, &format!("v(x1.cath{stage})")),
        );
        let (i_plate, i_cathode) = ((supply - plate) / 100e3, cathode / 1.5e3);
        println!(
            "V{stage}: plate {plate:.1} V, cathode {cathode:.3} V, {:.3} mA",
            i_plate * 1e3
        );
        assert!(
            (i_plate / i_cathode - 1.0).abs() < 1e-3,
            "{i_plate:e} A in, {i_cathode:e} A out"
        );
        // The usual centre bias of a 12AX7 with 100 kΩ: half to three quarters of the supply on the plate.
        assert!(
            (0.5..0.75).contains(&(plate / supply)),
            "V{stage}: {plate:.0} V of {supply:.0} V"
        );
        assert!(
            (1.2..2.0).contains(&cathode),
            "V{stage}: {cathode:.2} V at the cathode"
        );
    }
}

#[test]
fn the_tube_bends_and_the_op_amp_clips() {
    let play = |name, gain, peak| {
        let stimulus = Stimulus::Sine { peak, hz: 240.0 };
        let y = transient(
            preamp(name),
            &[("gain", gain)],
            stimulus,
            &["out"],
            T_STOP,
            H,
        )
        .sample("out", RATE_HZ, N);
        let harmonics = harmonics_db(&y[N / 2..], RATE_HZ, 240.0, 5);
        let dbc: Vec<f64> = harmonics[1..].iter().map(|h| h - harmonics[0]).collect();
        let top = y[N / 2..].iter().fold(0.0, |top: f64, y| top.max(y.abs()));
        println!("{name} {peak} V: {top:.2} V, H2… {dbc:.1?}");
        (dbc, top)
    };
    // Measured H2 −29.4, H3 −44.0 dBc at the edge.
    let (tube, _) = play("tube_two_stage", 0.5, 0.1);
    assert!(
        tube[0] > -32.0 && tube[0] > tube[1] + 10.0,
        "the second leads: {tube:.1?}"
    );
    // Measured H2 −125 dBc, the others lower.
    let (clean, _) = play("opamp_baxandall", 0.1, 0.5);
    assert!(clean.iter().all(|h| *h < -110.0), "clean: {clean:.1?}");
    // Measured H3 −21.3, H2 −46.4 dBc (the gain leg's capacitor still settles), 12.95 V.
    let (hard, top) = play("opamp_baxandall", 0.1, 1.5);
    assert!(
        hard[1] > -25.0 && hard[0] < hard[1] - 20.0,
        "the odd ones: {hard:.1?}"
    );
    assert!(
        (top - 12.95).abs() < 0.15,
        "the rails of the output stage less 1 % in its 100 Ω: {top} V"
    );
}

#[test]
fn knobs_do_what_their_names_say() {
    let level =
        |name, params: &[(&str, f64)], hz| db(ac(preamp(name), params, "out", &[hz])[0].norm());
    for name in ["tube_two_stage", "opamp_baxandall"] {
        for (knob, hz, least_db) in [
            ("bass", 60.0, 10.0),
            ("mid", 700.0, 8.0),
            ("treble", 5e3, 10.0),
            ("gain", 1e3, 39.0),
        ] {
            let range = level(name, &[(knob, 1.0)], hz) - level(name, &[(knob, 0.0)], hz);
            println!("{name} {knob}: {range:.1} dB at {hz} Hz");
            assert!(range > least_db, "{name}: {knob} moves {range:.1} dB");
        }
    }
    // Flat at half: measured 0.006 dB from 60 Hz to 5 kHz, at a tenth of the gain track.
    let flat = [60.0, 300.0, 700.0, 5e3].map(|hz| level("opamp_baxandall", &[("gain", 0.1)], hz));
    assert!(flat.iter().all(|l| (l - 20.75).abs() < 0.1), "{flat:.2?}");
}

#[test]
fn a_line_output_divides_with_its_load() {
    let deck = circuits().join("sources/line.cir");
    let out = ac(deck, &[("z_source", 10e3), ("r_load", 30e3)], "out", &[1e3])[0];
    assert!((out - 0.75).norm() < 1e-9, "{out}");
}

#[test]
fn a_chain_loads_its_source() {
    // The tube preamp at 68 kΩ pulls on a pickup as a plain resistor would; its Miller capacitance behind the grid
    // stopper adds 0.18 dB at 2 kHz.
    let deck = rig_deck(
        &circuits(),
        &[("source", "humbucker"), ("preamp", "tube_two_stage")],
        "1Meg",
    );
    let chain = ac(&deck, &[("preamp_z_in", 68e3)], "nsource", &[100.0, 2e3]);
    let alone = ac(
        circuits().join("sources/humbucker.cir"),
        &[("r_load", 68e3)],
        "out",
        &[100.0, 2e3],
    );
    for (chain, alone) in chain.iter().zip(&alone) {
        let error = db((chain / alone).norm());
        println!("{error:.3} dB");
        assert!(error.abs() < 0.25, "{error} dB");
    }
}
