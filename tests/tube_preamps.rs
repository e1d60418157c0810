//! The tube preamps and the tube phase splitter: what their schematics, formulas and ngspice say of them.

mod ngspice;

use loadline::circuit::Deck;
use loadline::circuit::Netlist;
use loadline::circuit::OperatingPoint;
use loadline::circuit::Solver;
use loadline::circuit::small_signal;
use ngspice::Stimulus;
use std::f64::consts::PI;
use std::path::PathBuf;
use wide::f64x2;

const HIGH_GAIN: &str = "preamps/tube_high_gain.cir";
const LINE: &str = "preamps/tube_line.cir";
const PHONO: &str = "preamps/phono_tube.cir";
const SPLITTER: &str = "couplings/phase_splitter.cir";

type Settings<'a> = &'a [(&'a str, f64)];

fn path(deck: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("plugin-assets/circuits")
        .join(deck)
}

fn open(deck: &str, settings: Settings) -> Deck {
    let mut deck = Deck::open(&path(deck)).unwrap_or_else(|why| panic!("{why}"));
    for (name, value) in settings {
        deck.set(name, *value).unwrap();
    }
    deck
}

fn rest(deck: &str, settings: Settings) -> OperatingPoint {
    let netlist = Netlist::expand(&open(deck, settings)).unwrap_or_else(|why| panic!("{why}"));
    OperatingPoint::solve(netlist).unwrap_or_else(|why| panic!("{why}"))
}

/// Voltage of an inner node of the deck's subcircuit at rest.
fn volts(point: &OperatingPoint, node: &str) -> f64 {
    let node = format!("x1.{node}");
    let found = point.nodes().into_iter().find(|(name, _)| *name == node);
    found.unwrap_or_else(|| panic!("no node {node}")).1
}

fn db(x: f64) -> f64 {
    20.0 * x.log10()
}

/// Gain from the source to a node at these frequencies, in dB.
fn gains_db(deck: &str, settings: Settings, probe: &str, hz: &[f64]) -> Vec<f64> {
    let response = small_signal(&rest(deck, settings), probe, hz).unwrap();
    response.iter().map(|h| db(h.norm())).collect()
}

fn gain_db(deck: &str, settings: Settings, hz: f64) -> f64 {
    gains_db(deck, settings, "out", &[hz])[0]
}

/// 20 Hz to 20 kHz, ten to a decade.
fn audio_band() -> Vec<f64> {
    (0..=30)
        .map(|k| 20.0 * 10f64.powf(f64::from(k) / 10.0))
        .collect()
}

/// |1 + jωτ| in dB.
fn corner_db(hz: f64, tau: f64) -> f64 {
    db(f64::hypot(1.0, 2.0 * PI * hz * tau))
}

/// The RIAA's playback curve, IEC 60098: a zero of 318 µs between poles of 3180 µs and 75 µs.
fn riaa_db(hz: f64) -> f64 {
    corner_db(hz, 318e-6) - corner_db(hz, 3180e-6) - corner_db(hz, 75e-6)
}

/// Largest distance of a response from a wanted curve, both taken against 1 kHz.
fn worst_db(settings: Settings, wanted: impl Fn(f64) -> f64) -> f64 {
    let band = audio_band();
    let at_1_khz = gain_db(PHONO, settings, 1e3);
    let found = gains_db(PHONO, settings, "out", &band);
    let error = |(hz, db): (&f64, f64)| (db - at_1_khz - wanted(*hz) + wanted(1e3)).abs();
    band.iter().zip(found).map(error).fold(0.0, f64::max)
}

#[test]
fn phono_follows_the_riaa_curve() {
    /// Promised, in dB; measured 0.054, at every level and load.
    const TOL_DB: f64 = 0.1;
    for settings in [
        [("gain", 0.05), ("r_load", 47e3)],
        [("gain", 0.72), ("r_load", 47e3)],
        [("gain", 1.0), ("r_load", 47e3)],
        [("gain", 0.72), ("r_load", 1e6)],
    ] {
        let worst = worst_db(&settings, riaa_db);
        println!("{settings:?}: RIAA within {worst:.4} dB");
        assert!(worst <= TOL_DB, "{settings:?}: {worst:.3} dB");
    }
}

#[test]
fn phono_amplifies_by_40_db_at_1_khz() {
    /// Measured −0.05.
    const TOL_DB: f64 = 0.15;
    let gain = gain_db(PHONO, &[], 1e3);
    println!("{gain:.2} dB");
    assert!((gain - 40.0).abs() <= TOL_DB, "{gain} dB");
}

#[test]
fn phono_rumble_filters_have_their_corners() {
    /// Of the IEC's pole; measured 0.041 at the default level.
    const TOL_IEC_DB: f64 = 0.1;
    /// With the level at its ends, which is a part of the pole; measured 0.32.
    const TOL_IEC_ENDS_DB: f64 = 0.5;
    let iec = |hz: f64| riaa_db(hz) + db(2.0 * PI * hz * 7950e-6) - corner_db(hz, 7950e-6);
    for (level, tol) in [
        (0.72, TOL_IEC_DB),
        (0.05, TOL_IEC_ENDS_DB),
        (1.0, TOL_IEC_ENDS_DB),
    ] {
        let worst = worst_db(&[("rumble", 1.0), ("gain", level)], iec);
        println!("20 Hz, level {level}: {worst:.3} dB");
        assert!(worst <= tol, "level {level}: {worst:.3} dB");
    }
    /// Of the second pole, 10 nF into 3.9 MΩ ∥ 2 MΩ and the pot before them, in dB; measured 0.06.
    const TOL_SECOND_DB: f64 = 0.18;
    let tau = 10e-9 * (3.9e6 * 2e6 / 5.9e6 + 60e3);
    let second = |hz: f64| iec(hz) + db(2.0 * PI * hz * tau) - corner_db(hz, tau);
    let worst = worst_db(&[("rumble", 2.0)], second);
    println!("20 Hz twice: {worst:.3} dB");
    assert!(worst <= TOL_SECOND_DB, "{worst:.3} dB");
}

#[test]
fn phono_loads_the_cartridge_with_47k_and_its_capacitance() {
    /// Of the resistance, a share; measured 4e-5.
    const TOL_OHMS: f64 = 1.2e-4;
    /// In pF, against Cgk + Cgp·(1 + A); measured 2.6.
    const TOL_PF: f64 = 8.0;
    let seen = |hz: f64, c_in: f64| {
        let [direct, behind] = [100.0, 47.1e3].map(|ohms| {
            let settings = [("z_source", ohms), ("c_in", c_in)];
            gains_db(PHONO, &settings, "in", &[hz])[0]
        });
        10f64.powf((direct - behind) / 20.0)
    };
    // At 20 Hz capacitances are no load.
    let ratio = seen(20.0, 47e-12);
    let ohms = (47.1e3 - 100.0 * ratio) / (ratio - 1.0);
    println!("{ohms:.0} ohm");
    assert!((ohms / 47e3 - 1.0).abs() < TOL_OHMS, "{ohms} ohm");
    let stage = db_to_gain(gains_db(PHONO, &[], "x1.plate1", &[1e3])[0]);
    for c_in in [47e-12, 100e-12, 220e-12, 330e-12] {
        let hz = 20e3;
        let fall = seen(hz, c_in) / seen(20.0, c_in);
        let r = 47.1e3 * 47e3 / 94.1e3;
        let farads = (fall * fall - 1.0).sqrt() / (2.0 * PI * hz * r);
        let wanted = c_in + 2.3e-12 + 2.3e-12 * (1.0 + stage);
        println!(
            "{:.0} pF: {:.1} pF, reckoned {:.1} pF",
            c_in * 1e12,
            farads * 1e12,
            wanted * 1e12
        );
        assert!(
            (farads - wanted).abs() * 1e12 < TOL_PF,
            "{farads:e} F, not {wanted:e} F"
        );
    }
}

fn db_to_gain(db: f64) -> f64 {
    10f64.powf(db / 20.0)
}

/// RCA's 12AU7 at its typical operation: amplification factor and plate resistance.
const MU: f64 = 17.0;
const R_P: f64 = 7.7e3;

#[test]
fn line_stage_has_the_gain_of_the_textbook() {
    /// RCA's figures are for 10.5 mA at 250 V, the stage runs at 4.4 mA and 130 V; measured −0.16 dB with local feedback,
    /// −0.05 bypassed.
    const TOL_DB: f64 = 0.4;
    let load = 33e3 * 250e3 / 283e3;
    let follower = 22e3 * MU / (22e3 * (MU + 1.0) + R_P);
    for (bypass, r_k) in [(0.0, 1e3), (1.0, 0.0)] {
        let wanted = db(MU * load / (load + R_P + (MU + 1.0) * r_k) * follower);
        let got = gain_db(LINE, &[("gain", 1.0), ("bypass", bypass)], 1e3);
        println!("bypass {bypass}: {got:.2} dB, textbook {wanted:.2} dB");
        assert!(
            (got - wanted).abs() < TOL_DB,
            "bypass {bypass}: {got} dB, not {wanted} dB"
        );
    }
}

#[test]
fn line_stage_has_a_low_output_impedance_at_every_volume() {
    /// Of r_p/(mu + 1) ∥ 22k plus the 100 ohm at the output, with the tube at its own current; measured 1.16 of it.
    const TOL: f64 = 0.4;
    let wanted = 1.0 / ((MU + 1.0) / R_P + 1.0 / 22e3) + 100.0;
    let mut all = Vec::new();
    for gain in [0.1, 0.5, 1.0] {
        let loaded =
            |r_load: f64| db_to_gain(gain_db(LINE, &[("gain", gain), ("r_load", r_load)], 1e3));
        let (open, loaded) = (loaded(1e9), loaded(2e3));
        all.push(2e3 * (open / loaded - 1.0));
    }
    println!("{all:.0?} ohm, reckoned {wanted:.0} ohm");
    assert!(
        all.iter().all(|z| (z / wanted - 1.0).abs() < TOL),
        "{all:?} ohm"
    );
    assert!((all[0] / all[2] - 1.0).abs() < 0.01, "{all:?} ohm");
}

/// The cold clipper of the SLO, 100k and 39k at about 350 V, rests near −4 V of grid to cathode, ampbooks.com reckons from the
/// plate curves; its 1.8k stage at −2 V.
#[test]
fn high_gain_stages_rest_where_the_load_lines_say() {
    /// In V; measured −0.42.
    const TOL_COLD: f64 = 0.8;
    let slo = rest(HIGH_GAIN, &[("clipper", 39e3)]);
    let bias = volts(&slo, "cath2") - volts(&slo, "grid2");
    println!(
        "cold clipper of 39k: {bias:.2} V at {:.0} V",
        volts(&slo, "bp1")
    );
    assert!((bias - 4.0).abs() < TOL_COLD, "{bias} V");

    let point = rest(HIGH_GAIN, &[]);
    let v = |node: &str| volts(&point, node);
    // The follower's grid and cathode rest within a volt of each other, as in every follower of this class.
    let follower = v("cath4") - v("plate3");
    println!(
        "plates {:.0} {:.0} {:.0} V, cathodes {:.2} {:.2} {:.2} V, follower {follower:+.2} V",
        v("plate1"),
        v("plate2"),
        v("plate3"),
        v("cath1"),
        v("cath2"),
        v("cath3")
    );
    assert!(follower.abs() < 1.0, "{follower} V");
    // A first stage in the middle of its load line, a clipper near cut-off, a third hot: each share of its own supply.
    for (plate, supply, range) in [
        ("plate1", "bp1", 0.7..0.82),
        ("plate2", "bp1", 0.87..0.95),
        ("plate3", "bp2", 0.52..0.64),
    ] {
        let share = v(plate) / v(supply);
        assert!(
            range.contains(&share),
            "{plate} at {share:.2} of its supply"
        );
    }
}

/// Lowest and highest voltages of the probes over the second half of a played sine.
fn swings(deck: &str, settings: Settings, peak: f64, hz: f64, probes: &[&str]) -> Vec<(f64, f64)> {
    const RATE: f64 = 192e3;
    const STEPS: usize = 19_200;
    let mut solver = Solver::new(&rest(deck, settings), RATE, probes).unwrap();
    let mut swings = vec![(f64::INFINITY, f64::NEG_INFINITY); probes.len()];
    for (n, v) in (Stimulus::Sine { peak, hz })
        .samples(RATE, STEPS)
        .into_iter()
        .enumerate()
    {
        solver.tick(f64x2::splat(v));
        for (k, (low, high)) in swings.iter_mut().enumerate() {
            let v = solver.probe(k).to_array()[0];
            assert!(v.is_finite());
            if n >= STEPS / 2 {
                (*low, *high) = (low.min(v), high.max(v));
            }
        }
    }
    assert_eq!(solver.readings().misses, 0);
    swings
}

/// The crunch: with V3 cut off, its plate would go up to the supply, but the follower's grid draws the plate load's current.
#[test]
fn the_followers_grid_current_holds_the_plate_down() {
    /// Through the plate load at the top of the wave, in mA; measured 0.55.
    const LEAST_MA: f64 = 0.3;
    /// Of the grid above the cathode, in V; measured 0.9: without grid current it would be tens of volts.
    const MOST_V: f64 = 2.0;
    let probes = ["x1.plate3", "x1.cath4", "x1.bp2"];
    let swings = swings(HIGH_GAIN, &[("gain", 1.0)], 0.5, 220.0, &probes);
    let [(_, plate), (_, cathode), (supply, _)] = swings[..] else {
        panic!("three probes");
    };
    let milliamps = (supply - plate) / 100e3 * 1e3;
    println!("plate {plate:.1} V of {supply:.1} V, {milliamps:.2} mA; cathode {cathode:.1} V");
    assert!(milliamps > LEAST_MA, "{milliamps} mA");
    assert!(
        (0.0..MOST_V).contains(&(plate - cathode)),
        "{plate} V over {cathode} V"
    );
}

#[test]
fn high_gain_deserves_its_name() {
    /// Of a stage's textbook gain with a plate resistance of 62.5k and a mu of 100, bypassed; measured +0.6, −0.3
    /// and +0.9 dB: the specimen amplifies more than the datasheet says. The clipper's is with its 10k.
    const TOL_DB: f64 = 1.5;
    let settings = [("gain", 1.0), ("bypass", 22e-6)];
    let at = |node: &str| gains_db(HIGH_GAIN, &settings, node, &[1e3])[0];
    let textbook = |load: f64, r_k: f64| db(100.0 * load / (load + 62.5e3 + 101.0 * r_k));
    for (name, stage, wanted) in [
        ("V1", at("x1.plate1") - at("x1.grid1"), textbook(90e3, 0.0)),
        ("V2", at("x1.plate2") - at("x1.grid2"), textbook(88e3, 10e3)),
        (
            "V3",
            at("x1.plate3") - at("x1.grid3"),
            textbook(100e3, 820.0),
        ),
    ] {
        println!("{name}: {stage:.2} dB, textbook {wanted:.2} dB");
        assert!(
            (stage - wanted).abs() < TOL_DB,
            "{name}: {stage} dB, not {wanted} dB"
        );
    }
    let follower = at("x1.cath4") - at("x1.plate3");
    println!(
        "follower {follower:.2} dB, in all {:.1} dB at the cathode",
        at("x1.cath4")
    );
    assert!((-0.5..0.0).contains(&follower), "{follower} dB");
}

#[test]
fn splitter_is_balanced_into_equal_loads() {
    /// Share of an output that the sum of both is, in dB; measured −88.5 at 1 kHz, −62.6 at 20 kHz.
    const NULL_1_KHZ_DB: f64 = -84.0;
    const NULL_20_KHZ_DB: f64 = -58.0;
    for r_load in [10e3, 47e3, 1e6] {
        let point = rest(SPLITTER, &[("r_load", r_load)]);
        for (hz, most) in [(1e3, NULL_1_KHZ_DB), (20e3, NULL_20_KHZ_DB)] {
            let out = small_signal(&point, "out", &[hz]).unwrap()[0];
            let inv = small_signal(&point, "inv", &[hz]).unwrap()[0];
            let null = db((out + inv).norm() / out.norm());
            println!(
                "{r_load} ohm, {hz} Hz: {:.2} dB, null {null:.1} dB",
                db(out.norm())
            );
            assert!(null < most, "{r_load} ohm at {hz} Hz: {null:.1} dB");
        }
    }
}

#[test]
fn splitter_has_the_gain_of_the_textbook_and_balances_when_loud() {
    /// In dB, with RCA's mu and r_p; measured 0.02.
    const TOL_DB: f64 = 0.06;
    let load = 22e3 * 47e3 / 69e3;
    let wanted = db(MU * load / ((MU + 2.0) * load + R_P));
    let got = gain_db(SPLITTER, &[], 1e3);
    println!("{got:.2} dB, textbook {wanted:.2} dB");
    assert!((got - wanted).abs() < TOL_DB, "{got} dB, not {wanted} dB");

    /// Sum of the peaks over one of them at 20 V; measured 1.4e-7.
    const TOL_LOUD: f64 = 5e-7;
    let swings = swings(SPLITTER, &[], 20.0, 1e3, &["out", "inv"]);
    let (out, inv) = (swings[0], swings[1]);
    let error = ((out.1 + inv.0) / out.1)
        .abs()
        .max(((out.0 + inv.1) / out.0).abs());
    println!("out {out:.3?} V, inv {inv:.3?} V, {error:.1e}");
    assert!(error < TOL_LOUD, "{out:?} {inv:?}");

    /// Of the balance control at its ends, in dB; measured ±0.3, from ±5 % of 22k beside 47k.
    const RANGE_DB: std::ops::Range<f64> = 0.2..0.5;
    for (balance, sign) in [(0.0, -1.0), (1.0, 1.0)] {
        let settings = [("balance", balance)];
        let off =
            gains_db(SPLITTER, &settings, "inv", &[1e3])[0] - gain_db(SPLITTER, &settings, 1e3);
        println!("balance {balance}: {off:+.2} dB");
        assert!(
            RANGE_DB.contains(&(sign * off)),
            "balance {balance}: {off} dB"
        );
    }
}

/// A knob goes over its range in 50 ms while the deck is driven: no step misses, nothing leaves what the supply allows.
#[test]
fn swept_knobs_miss_no_step() {
    const RATE: f64 = 192e3;
    const TICK: u32 = 32;
    const RAMP: usize = 9600;
    for (deck, knob, range, peak, most) in [
        (HIGH_GAIN, "gain", 0.0..1.0, 1.0, 100.0),
        (HIGH_GAIN, "level", 0.0..1.0, 1.0, 100.0),
        (HIGH_GAIN, "bass", 0.0..1.0, 1.0, 100.0),
        (LINE, "gain", 0.0..1.0, 8.0, 200.0),
        (PHONO, "gain", 0.0..1.0, 0.05, 200.0),
        (PHONO, "z_in", 300.0..10e6, 0.05, 200.0),
        (SPLITTER, "balance", 0.0..1.0, 30.0, 100.0),
    ] {
        let mut text = open(deck, &[("z_source", 10e3)]);
        text.set_live(knob, range.start).unwrap();
        let point = OperatingPoint::solve(Netlist::expand(&text).unwrap()).unwrap();
        let mut solver = Solver::new(&point, RATE, &["out"]).unwrap();
        let mut loudest = 0.0f64;
        let stimulus = Stimulus::Sine { peak, hz: 220.0 };
        for (n, v) in stimulus.samples(RATE, 3 * RAMP).into_iter().enumerate() {
            if n.is_multiple_of(TICK as usize) {
                let x = ((n + TICK as usize).saturating_sub(RAMP) as f64 / RAMP as f64).min(1.0);
                solver.glide(&[range.start + x * (range.end - range.start)], TICK);
            }
            solver.tick(f64x2::splat(v));
            let out = solver.probe(0).to_array()[0];
            assert!(out.is_finite(), "{deck} {knob}");
            loudest = loudest.max(out.abs());
        }
        println!("{deck} {knob}: up to {loudest:.1} V");
        assert_eq!(solver.readings().misses, 0, "{deck} {knob}");
        assert!(
            loudest > 1e-3 && loudest < most,
            "{deck} {knob}: {loudest} V"
        );
    }
}

/// Promised, in dB.
const PROMISE_DB: f64 = -90.0;
/// Beyond the measured error.
const SLACK_DB: f64 = 3.0;

#[test]
fn decks_play_as_in_ngspice() {
    const RATE: f64 = 384e3;
    const T_STOP: f64 = 0.02;
    const H: f64 = 1e-6;
    let sine = |peak: f64| Stimulus::Sine { peak, hz: 220.0 };
    for (deck, settings, stimulus, measured) in [
        (HIGH_GAIN, &[("gain", 0.1)][..], sine(0.2), -91.4),
        (
            HIGH_GAIN,
            &[("gain", 1.0), ("clipper", 39e3)],
            Stimulus::Pluck {
                peak: 0.5,
                hz: 110.0,
            },
            -98.0,
        ),
        (LINE, &[("gain", 1.0), ("bypass", 1.0)], sine(6.0), -108.0),
        (SPLITTER, &[], sine(40.0), -119.6),
    ] {
        let n = (T_STOP * RATE) as usize;
        let ours = ngspice::play_well(&rest(deck, settings), &stimulus, RATE, n);
        let theirs = ngspice::transient(
            path(deck),
            settings,
            stimulus,
            &["out"],
            T_STOP + 4.0 * H,
            H,
        );
        let error = ngspice::error_db(&theirs.sample("out", RATE, n), &ours, 0);
        println!("{deck} {stimulus:?}: {error:.1} dB");
        assert!(
            error <= PROMISE_DB && error <= measured + SLACK_DB,
            "{deck} {stimulus:?}: {error:.1} dB"
        );
    }
}

#[test]
fn decks_rest_as_in_ngspice() {
    /// Relative to the larger of the voltage and 1 mV; measured 2.7e-10.
    const TOL: f64 = 8e-10;
    for deck in [HIGH_GAIN, LINE, PHONO, SPLITTER] {
        let theirs = ngspice::operating_point(path(deck), &[]);
        let nodes = ngspice::at_rest(rest(deck, &[]).nodes(), &theirs);
        let compared = nodes.len();
        let mut worst = 0.0f64;
        for (name, [volts, reference], error) in nodes {
            assert!(
                error <= TOL,
                "{deck} {name}: {volts} V, ngspice {reference} V"
            );
            worst = worst.max(error);
        }
        println!("{deck}: {compared} nodes within {worst:.1e}");
        assert!(
            compared >= 8,
            "{deck}: only {compared} nodes of the same name"
        );
    }
}

#[test]
fn phono_plays_as_in_ngspice() {
    const RATE: f64 = 384e3;
    const T_STOP: f64 = 0.01;
    /// With the tolerances of every other deck ngspice's first steps of this one shrink to nothing.
    const ACCURACY: ngspice::Accuracy = ngspice::Accuracy {
        method: ngspice::Method::Trapezoidal,
        h: 1e-6,
        reltol: 1e-5,
        trtol: None,
    };
    // A clean sine and one that clips the second stage.
    for (peak, measured) in [(5e-3, -100.9), (0.2, -101.0)] {
        let n = (T_STOP * RATE) as usize;
        let stimulus = Stimulus::Sine { peak, hz: 1e3 };
        let ours = ngspice::play_well(&rest(PHONO, &[]), &stimulus, RATE, n);
        let end = T_STOP + 4.0 * ACCURACY.h;
        let theirs = ngspice::transient_with(&ngspice::Run {
            accuracy: ACCURACY,
            deck: &path(PHONO),
            params: &[],
            stimulus,
            probes: &["out"],
            t_stop: end,
            patience: ngspice::PATIENCE,
        });
        let error = ngspice::error_db(&theirs.sample("out", RATE, n), &ours, 0);
        println!("{PHONO} {stimulus:?}: {error:.1} dB");
        assert!(
            error <= PROMISE_DB && error <= measured + SLACK_DB,
            "{PHONO} {stimulus:?}: {error:.1} dB"
        );
    }
}
