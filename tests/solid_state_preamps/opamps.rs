//! `opamp_choice`: gain-bandwidth, slew rate, rails and temperature of each chip are heard in the deck.

use crate::bench::ROOM;
use crate::bench::Setting;
use crate::bench::current;
use crate::bench::db;
use crate::bench::deck;
use crate::bench::harmonics;
use crate::bench::last_period;
use crate::bench::point;
use crate::bench::response;
use crate::bench::rest;
use crate::ngspice::ac;
use crate::ngspice::scratch_deck;
use loadline::circuit::Solver;
use realfft::num_complex::Complex;
use std::f64::consts::TAU;
use std::path::Path;
use wide::f64x2;

const MODEL: &str = "opamp_choice";

/// What `devices.lib` says of a chip: the numbers that the formulas below are of.
struct Chip {
    number: f64,
    name: &'static str,
    gm: f64,
    c2: f64,
    imax: f64,
    /// Exponent of 1/T of gm.
    gmt: f64,
    a0: f64,
    ro: f64,
    /// How far inside the supply the clamps begin.
    vc: f64,
}

const CHIPS: [Chip; 4] = [
    chip(
        0.0,
        "tl072",
        [282.8e-6, 15e-12, 195e-6, 0.75],
        [200e3, 128.0, 2.2],
    ),
    chip(
        1.0,
        "ne5532",
        [1.885e-3, 30e-12, 270e-6, 1.0],
        [100e3, 10.0, 2.7],
    ),
    chip(
        2.0,
        "rc4558",
        [377e-6, 20e-12, 34e-6, 1.0],
        [300e3, 75.0, 1.634],
    ),
    chip(
        3.0,
        "ua741",
        [137.7e-6, 20e-12, 10.16e-6, 1.0],
        [200e3, 75.0, 2.6],
    ),
];

const fn chip(number: f64, name: &'static str, pair: [f64; 4], output: [f64; 3]) -> Chip {
    let ([gm, c2, imax, gmt], [a0, ro, vc]) = (pair, output);
    Chip {
        number,
        name,
        gm,
        c2,
        imax,
        gmt,
        a0,
        ro,
        vc,
    }
}

impl Chip {
    fn gbw(&self) -> f64 {
        self.gm / (TAU * self.c2)
    }

    fn slew(&self) -> f64 {
        self.imax / self.c2
    }

    fn at(&self, settings: &[Setting]) -> Vec<(&'static str, f64)> {
        let known = ["gain", "level", "supply", "r_load", "z_source"];
        let mut all = vec![("chip", self.number)];
        for (name, value) in settings {
            let name = known
                .iter()
                .find(|known| *known == name)
                .expect("a setting");
            all.push((name, *value));
        }
        all
    }
}

/// The chip by number is the chip by name.
#[test]
fn the_chips_are_those_of_the_library() {
    /// Share; measured 3e-15.
    const TOL: f64 = 1e-14;
    let library = Path::new(env!("CARGO_MANIFEST_DIR")).join("plugin-assets/circuits/devices.lib");
    for chip in &CHIPS {
        let bench = |call: &str| {
            let deck = scratch_deck(&format!(
                "* bench\n.include \"{}\"\nVp vcc 0 15\nVn 0 vee 15\nVin a 0 dc 0 ac 1\nX1 a 0 vcc vee o {call}\nRl o 0 2k\n",
                library.display()
            ));
            ac(&deck, &[], "o", &[1e-2, 1e5])
        };
        let by_number = bench(&format!("opamp_any chip={}", chip.number));
        for (a, b) in by_number.iter().zip(bench(chip.name)) {
            assert!((a - b).norm() <= TOL * b.norm(), "{}", chip.name);
        }
    }
}

/// With the gain pot at its end the first stage ends where the chip's gain-bandwidth says.
#[test]
fn gain_bandwidth_ends_the_band() {
    /// In dB at the edge; measured 0.006.
    const TOL_DB: f64 = 0.018;
    let leg = 1e3;
    for chip in &CHIPS {
        let point = point(MODEL, &chip.at(&[("gain", 1.0), ("z_source", 1.0)]));
        let band = |hz: f64| response(&point, "x1.out1", &[hz])[0].norm();
        let passband = band(500.0);
        let (mut low, mut high) = (500.0, 10e6);
        while high / low > 1.0 + 1e-6 {
            let middle = f64::sqrt(low * high);
            if band(middle) > passband / f64::sqrt(2.0) {
                low = middle;
            } else {
                high = middle;
            }
        }
        // A(s)/(1 + A(s)·β), A = GBW/jf, β of the leg against pot and stray capacitance.
        let loaded: f64 = 1e4 / (1e4 + chip.ro);
        let formula = |hz: f64| {
            let s = Complex::new(0.0, TAU * hz);
            let feedback = 1.0 / (1.0 / Complex::from(100e3 + 10.0) + s * 2.2e-12);
            let beta: Complex<f64> = leg / (feedback + leg);
            let a = Complex::from(loaded) / Complex::new(1.0 / chip.a0, hz / chip.gbw());
            (a / (1.0 + a * beta)).norm()
        };
        let at = formula(low) / formula(500.0);
        let simple = chip.gbw() / (1.0 + 100.01);
        println!(
            "{}: -3 dB at {low:.0} Hz, GBW/gain {simple:.0} Hz, formula {:.3} dB there",
            chip.name,
            db(at)
        );
        assert!(
            (db(at) + 3.01).abs() <= TOL_DB,
            "{}: {} dB",
            chip.name,
            db(at)
        );
        // Stray capacitance takes a little of it, most of the fastest.
        assert!(
            (0.86..1.0).contains(&(low / simple)),
            "{}: {low} Hz",
            chip.name
        );
    }
}

/// GBW goes as 1/T for bipolar pairs and as T^-0.75 for the JFETs of the TL072; the slew rate stays.
#[test]
fn temperature_moves_the_gain_bandwidth() {
    /// Share; measured 1.4e-6.
    const TOL: f64 = 4e-6;
    let hz = 1e6;
    for chip in &CHIPS {
        let settings = chip.at(&[("gain", 1.0)]);
        let gain = |celsius: f64| {
            let point = rest(&deck(MODEL, &settings, celsius));
            let [inn, out] = ["x1.inn1", "x1.xu1.c"].map(|at| response(&point, at, &[hz])[0]);
            let inp = response(&point, "x1.inp1", &[hz])[0];
            (out / (inp - inn)).norm()
        };
        let room = gain(ROOM);
        for celsius in [0.0, 60.0] {
            let ratio = gain(celsius) / room;
            let expected = (300.15f64 / (celsius + 273.15)).powf(chip.gmt);
            println!("{} at {celsius} °C: {ratio:.5}, {expected:.5}", chip.name);
            assert!(
                (ratio / expected - 1.0).abs() <= TOL,
                "{}: {ratio}",
                chip.name
            );
        }
    }
}

/// 10 V of 20 kHz ask for 1.26 V/µs: the NE5532 follows, the uA741 becomes a triangle at its slew rate; at half of its power
/// bandwidth it still follows.
#[test]
fn the_741_slews_where_the_5532_follows() {
    const PEAK: f64 = 10.0;
    const FAST: f64 = 20e3;
    const STEPS: usize = 400;
    /// Share; measured 0.6 %: the edges of the triangle are round.
    const TOL: f64 = 0.018;
    /// In dB; measured 0.004.
    const TOL_FOLLOWS_DB: f64 = 0.012;
    let played = |chip: &Chip, hz: f64| {
        let settings = chip.at(&[("gain", 0.0), ("supply", 18.0), ("z_source", 1.0)]);
        last_period(&point(MODEL, &settings), "x1.out1", PEAK, hz, 8, STEPS)
    };
    // Steepest slope and highest point.
    let shape = |out: &[f64]| {
        let slopes = out.windows(2).map(|pair| (pair[1] - pair[0]).abs());
        let steepest = slopes.fold(0.0, f64::max) * FAST * STEPS as f64;
        (steepest, out.iter().copied().fold(0.0, f64::max))
    };
    let wanted = TAU * FAST * PEAK;
    for chip in &CHIPS {
        // Gain leg and level pot load the output resistance, outside of what slews.
        let load = 1.0 / (1.0 / 1010.0 + 1.0 / 10e3);
        let slew = chip.slew() * load / (load + chip.ro);
        let gain = 1.01;
        let (slope, top) = shape(&played(chip, FAST));
        let name = chip.name;
        println!(
            "{name}: {:.3} of {:.3} V/us, {top:.2} V",
            slope / 1e6,
            wanted / 1e6
        );
        let expected = slew.min(gain * wanted);
        assert!(
            (slope / expected - 1.0).abs() <= TOL,
            "{name}: {slope:e} V/s"
        );
        let expected = (slew / (4.0 * FAST)).min(gain * PEAK);
        assert!((top / expected - 1.0).abs() <= TOL, "{name}: {top} V");

        let full_power = chip.slew() / (TAU * PEAK);
        if full_power > 100e3 {
            continue;
        }
        let level = |share: f64| {
            let out = played(chip, share * full_power);
            db(harmonics(&out)[0] / (gain * PEAK))
        };
        let (below, above) = (level(0.5), level(2.0));
        println!(
            "{name}: power bandwidth {full_power:.0} Hz: half {below:+.2} dB, twice {above:+.2} dB"
        );
        assert!(below.abs() <= TOL_FOLLOWS_DB, "{name}: {below} dB");
        assert!(above < -3.0, "{name}: {above} dB");
    }
}

/// The output ends a fixed distance inside the rails, whatever the supply.
#[test]
fn rails_follow_the_supply() {
    /// In V; measured 0.005.
    const TOL: f64 = 0.015;
    let clamp = |chip: &Chip| 0.025865 * (chip.imax / 8e-16).ln();
    for chip in &CHIPS {
        for supply in [5.0, 9.0, 18.0] {
            let settings = chip.at(&[("gain", 1.0), ("level", 0.0), ("supply", supply)]);
            let out = last_period(&point(MODEL, &settings), "x1.xu1.c", 1.0, 50.0, 2, 4000);
            let top = out.iter().copied().fold(0.0, f64::max);
            let expected = supply - chip.vc + clamp(chip);
            println!("{} on {supply} V: {top:.3} V, {expected:.3} V", chip.name);
            assert!((top - expected).abs() <= TOL, "{}: {top} V", chip.name);
        }
    }
}

/// The supply is a knob that turns while the rig plays: from 15 V to 6 V in 20 ms, and the tops come down by 9 V.
#[test]
fn the_supply_turns_while_playing() {
    const RATE: f64 = 192e3;
    /// In V; measured 0.001.
    const TOL: f64 = 0.003;
    let mut deck = deck(MODEL, &[("gain", 1.0)], ROOM);
    deck.set_live("supply", 15.0).expect("a parameter");
    let mut solver = Solver::new(&rest(&deck), RATE, &["x1.xu1.c"]).expect("a plan");
    let mut tops = [0.0f64; 2];
    for n in 0..(0.3 * RATE) as usize {
        let t = n as f64 / RATE;
        if n % 32 == 0 {
            let supply = 15.0 - 9.0 * ((t - 0.1) / 0.02).clamp(0.0, 1.0);
            solver.glide(&[supply], 32);
        }
        solver.tick(f64x2::splat((TAU * 100.0 * t).sin()));
        let side = usize::from(t > 0.2);
        if side == 1 || t < 0.1 {
            tops[side] = tops[side].max(solver.probe(0).to_array()[0]);
        }
    }
    assert_eq!(solver.readings().misses, 0);
    println!("{tops:?}");
    assert!((tops[0] - tops[1] - 9.0).abs() <= TOL, "{tops:?}");
}

/// Of a junction at 5 V at the most through its conductance of 1e-12 S, in A. Measured 3.9e-12.
const TOL_REST: f64 = 5e-12;

/// Nothing flows at rest: no DC at the output at any supply.
#[test]
fn the_output_rests_at_ground() {
    for chip in &CHIPS {
        let point = point(MODEL, &chip.at(&[("supply", 5.0)]));
        assert!(current(&point, "x1.xu1.xo.dp").abs() <= TOL_REST);
        assert!(crate::bench::volts(&point, "out").abs() < 1e-9);
    }
}
