//! The noise that is heard is the circuit's: its level in every octave against ngspice's `.noise`.

mod ngspice;

use loadline::circuit::Deck;
use loadline::circuit::Netlist;
use loadline::circuit::Noise;
use loadline::circuit::OperatingPoint;
use loadline::circuit::Solver;
use loadline::rig::Controls;
use loadline::rig::Library;
use loadline::rig::Pair;
use loadline::rig::Slot;
use realfft::RealFftPlanner;
use std::path::Path;
use wide::f64x2;

const RATE: f64 = 192e3;
const SECONDS: f64 = 40.0;
/// Samples of one periodogram.
const SEGMENT: usize = 1 << 17;
/// Measured 0.22 dB; in the lowest octave chance alone makes 0.1 dB.
const TOL_DB: f64 = 0.5;

/// Silence through a deck: what each lane hears, in V.
fn hiss(path: &Path, knobs: &[(&str, f64)], seed: u64) -> [Vec<f64>; 2] {
    let mut deck = Deck::open(path).unwrap_or_else(|why| panic!("{why}"));
    knobs
        .iter()
        .for_each(|(knob, value)| deck.set_live(knob, *value).unwrap());
    let point = OperatingPoint::solve(Netlist::expand(&deck).unwrap()).unwrap();
    let live: Vec<f64> = knobs.iter().map(|(_, value)| *value).collect();
    let elsewhere = |value: f64| vec![value; live.len()];
    let noise = Noise {
        seed,
        positions: vec![live.clone(), elsewhere(0.0), elsewhere(1.0)],
    };
    let mut solver = Solver::with_noise(&point, RATE, &["out"], &noise).unwrap();
    let mut lanes = [Vec::new(), Vec::new()];
    for _ in 0..(SECONDS * RATE) as usize {
        solver.tick(f64x2::ZERO);
        let v = solver.probe(0).to_array();
        lanes.iter_mut().zip(v).for_each(|(lane, v)| lane.push(v));
    }
    assert_eq!(solver.readings().misses, 0);
    lanes
}

/// Density of both lanes in V²/Hz, one value every `RATE/SEGMENT`: averaged Hann periodograms.
fn density(lanes: &[Vec<f64>; 2]) -> Vec<f64> {
    let fft = RealFftPlanner::new().plan_fft_forward(SEGMENT);
    let window: Vec<f64> = (0..SEGMENT)
        .map(|k| 0.5 - 0.5 * (std::f64::consts::TAU * k as f64 / SEGMENT as f64).cos())
        .collect();
    let power: f64 = window.iter().map(|w| w * w).sum();
    let mut sum = vec![0.0; SEGMENT / 2 + 1];
    let mut segments = 0.0;
    for lane in lanes {
        // The first second is left out: the coupling capacitors' own noise has to build up.
        for start in (RATE as usize..lane.len() - SEGMENT).step_by(SEGMENT / 2) {
            let segment = &lane[start..start + SEGMENT];
            let mean = segment.iter().sum::<f64>() / SEGMENT as f64;
            let mut windowed: Vec<f64> = segment
                .iter()
                .zip(&window)
                .map(|(x, w)| (x - mean) * w)
                .collect();
            let mut bins = fft.make_output_vec();
            fft.process(&mut windowed, &mut bins).unwrap();
            sum.iter_mut()
                .zip(&bins)
                .for_each(|(sum, bin)| *sum += bin.norm_sqr());
            segments += 1.0;
        }
    }
    sum.iter()
        .map(|sum| 2.0 * sum / (segments * RATE * power))
        .collect()
}

/// Worst error in any octave from 31 Hz to 16 kHz.
fn worst(path: &Path, knobs: &[(&str, f64)]) -> f64 {
    let theirs = ngspice::noise(path, knobs, "out");
    let reference = |hz: f64| {
        let above = theirs
            .partition_point(|(at, _)| *at < hz)
            .clamp(1, theirs.len() - 1);
        let ((f0, d0), (f1, d1)) = (theirs[above - 1], theirs[above]);
        let share = (hz / f0).ln() / (f1 / f0).ln();
        (d0.ln() * (1.0 - share) + d1.ln() * share).exp().powi(2)
    };
    let ours = density(&hiss(path, knobs, 1));
    let bin_hz = RATE / SEGMENT as f64;
    let mut worst = 0.0f64;
    for octave in 0..10 {
        let centre = 31.25 * f64::from(1 << octave);
        let bins =
            (centre / 2f64.sqrt() / bin_hz) as usize..(centre * 2f64.sqrt() / bin_hz) as usize;
        let heard: f64 = ours[bins.clone()].iter().sum();
        let expected: f64 = bins.map(|bin| reference(bin as f64 * bin_hz)).sum();
        let error = 10.0 * (heard / expected).log10();
        println!("{}: {centre:7.1} Hz {error:+.2} dB", path.display());
        worst = worst.max(error.abs());
    }
    worst
}

fn deck(path: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("plugin-assets/circuits")
        .join(path)
}

#[test]
fn heard_noise_has_ngspices_density() {
    let preamps = ["preamps/tube_two_stage.cir", "preamps/opamp_baxandall.cir"];
    for preamp in preamps {
        for gain in [0.0, 0.9] {
            let worst = worst(&deck(preamp), &[("gain", gain)]);
            assert!(worst <= TOL_DB, "{preamp} at gain {gain}: {worst} dB");
        }
    }
    let worst = worst(&deck("sources/single_coil.cir"), &[]);
    assert!(worst <= TOL_DB, "single coil: {worst} dB");
}

/// The corner of this transistor's 1/f noise is at 2 kHz, heard through 40 dB of gain.
#[test]
fn heard_noise_rises_towards_low_frequencies_as_ngspices_does() {
    let stage = ngspice::scratch_deck(
        "* a stage with a noisy transistor
Vin src 0 dc 0 ac 1
Rs src b0 10k
C1 b0 b1 100u
Vcc vcc 0 12
R1 vcc b1 470k
R2 b1 0 100k
Q1 out b1 e1 npn1
R3 vcc out 10k
R4 e1 0 1k
C2 e1 0 470u
.model npn1 npn(is=1e-14 bf=300 vaf=80 kf=6e-16 af=1)
.end
",
    );
    let worst = worst(&stage, &[]);
    assert!(worst <= TOL_DB, "1/f: {worst} dB");
}

/// Silence through the default rig A.
fn rig(noise: Option<u32>, gain: f64) -> (Vec<f32>, Vec<f32>) {
    let mut controls = Controls::default();
    controls.rigs[0].choices.noise = noise;
    controls.rigs[0].knobs[(Slot::Preamp, "gain")] = gain;
    let mut pair = Pair::new(48e3, &controls, &Library::factory()).unwrap();
    let (mut left, mut right) = (vec![0.0; 48_000], vec![0.0; 48_000]);
    pair.process(&mut left, &mut right, &controls);
    pair.reset();
    let mut again = [vec![0.0; 48_000], vec![0.0; 48_000]];
    let [l, r] = &mut again;
    pair.process(l, r, &controls);
    assert!(
        again == [left.clone(), right.clone()],
        "reset starts the same noise"
    );
    (left, right)
}

fn rms(x: &[f32]) -> f64 {
    (x.iter().map(|x| f64::from(*x).powi(2)).sum::<f64>() / x.len() as f64).sqrt()
}

/// What a rig without noise does at rest, of its noise; measured 1.2e-5.
const TOL_REST: f64 = 3e-5;
/// One second of independent noise correlate by chance only; measured 0.03.
const TOL_CORRELATION: f64 = 0.09;

#[test]
fn a_rig_is_silent_or_noisy_by_its_seed() {
    let (silent, _) = rig(None, 0.9);
    let (left, right) = rig(Some(1), 0.9);
    let (other, _) = rig(Some(2), 0.9);
    let (quiet, _) = rig(Some(1), 0.1);
    let rest = rms(&silent) / rms(&left);
    println!("silent: {rest:.1e}");
    assert!(rest <= TOL_REST, "{rest}");
    assert!(
        rms(&quiet) < 0.2 * rms(&left),
        "{} {}",
        rms(&quiet),
        rms(&left)
    );
    for (name, a, b) in [("lanes", &left, &right), ("seeds", &left, &other)] {
        let product: f64 = a.iter().zip(b).map(|(a, b)| f64::from(a * b)).sum();
        let correlation = product / (rms(a) * rms(b) * a.len() as f64);
        println!("{name}: {correlation:.3}");
        assert!(
            correlation.abs() <= TOL_CORRELATION,
            "{name}: {correlation}"
        );
    }
}
