//! A rig sounds as bright at one rate as at another, and as its circuit.
//!
//! Small signals: tones from 100 Hz to 18 kHz at once go through the chain that a host's samples go through, at the default
//! quality. How loud each comes out is compared between rates, and with the circuit.

use crate::rigs::RATES;
use crate::rigs::models;
use loadline::rig::Chain;
use loadline::rig::ChainOrder;
use loadline::rig::Library;
use loadline::rig::Oversampling;
use loadline::rig::RigControls;
use std::f64::consts::TAU;
use wide::f64x2;

/// In units of [`BIN`]; chosen so that what two of them make of each other in a tube falls on none.
const TONES: [u32; 9] = [1, 3, 11, 31, 61, 101, 131, 161, 180];
/// In Hz. One period of it is a whole number of samples at every rate.
const BIN: f64 = 100.0;
/// Peak of each tone, in V: far above a 24-bit converter's last bit, far below where anything clips.
const V_TONE: f64 = 1e-4;
/// Periods of [`BIN`]: the rig's start, and what is looked at.
const START: usize = 1;
const LOOK: usize = 2;
/// What is this far below the rig's loudest tone does not count, in dB.
const FLOOR: f64 = -40.0;

/// Between any two rates, in dB; the worst is the cartridge with 0.0805, of which 0.048 are its preamp's.
const TOL_RATES: f64 = 0.1;
/// At any rate from the circuit, in dB.
const TOL_CIRCUIT: f64 = 0.1;

/// Rigs that fall before 18 kHz behind their source, and by how much they miss at 44.1 kHz, in dB. The trapezoidal rule
/// takes 18 kHz for 18.6 kHz there: tan(x)/x at x = π·18/176.4.
const FALLING: [(&str, f64); 6] = [
    ("source mm_cartridge", 0.481),
    ("preamp tube_two_stage", 0.218),
    ("preamp tube_high_gain", 0.284),
    ("preamp transformer_coloured", 0.125),
    ("preamp phono_tube", 0.288),
    ("preamp phono_opamp", 0.288),
];
/// Of a figure in [`FALLING`], in dB.
const TOL_FALLING: f64 = 0.005;

/// Each tone behind a rig, in dB.
fn response(rig: &RigControls, rate: f64, library: &Library, name: &str) -> [f64; TONES.len()] {
    let mut chain = Chain::build(&ChainOrder::of(rig, rate), library)
        .unwrap_or_else(|why| panic!("{name}: {why}"));
    let period = (rate / BIN).round() as usize;
    let mut sums = [(0.0, 0.0); TONES.len()];
    for n in 0..(START + LOOK) * period {
        let phase = |tone: u32| TAU * f64::from(tone) * (n % period) as f64 / period as f64;
        // Quadratic starting phases keep the peak of the sum low.
        let tone = |(k, tone): (usize, &u32)| V_TONE * (phase(*tone) + (k * k) as f64).sin();
        let v_in = TONES.iter().enumerate().map(tone).sum();
        let [v_out, _] = chain.tick(f64x2::splat(v_in)).to_array();
        let Some(at) = n.checked_sub(START * period) else {
            continue;
        };
        // Hann's window: the operating point is still on its way after the start.
        let window = 1.0 - (TAU * at as f64 / (LOOK * period) as f64).cos();
        for ((sin, cos), tone) in sums.iter_mut().zip(TONES) {
            let turn = phase(tone);
            *sin += window * v_out * turn.sin();
            *cos += window * v_out * turn.cos();
        }
    }
    let unity = V_TONE * (LOOK * period) as f64 / 2.0;
    sums.map(|(sin, cos)| 20.0 * (sin.hypot(cos) / unity).log10())
}

/// The response at the shortest steps that there are, whose error is a nineteenth of that at 4× and 44.1 kHz.
fn circuit(rig: &RigControls, library: &Library, name: &str) -> [f64; TONES.len()] {
    let mut rig = *rig;
    rig.choices.oversampling = Oversampling::X16;
    response(&rig, 48e3, library, name)
}

#[test]
fn every_model_sounds_alike_at_every_rate() {
    let library = Library::factory();
    let mut falling = FALLING.to_vec();
    for (name, rig) in models(&library) {
        let circuit = circuit(&rig, &library, &name);
        let loudest = circuit.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let responses = RATES.map(|rate| response(&rig, rate, &library, &name));
        assert!(
            responses.iter().flatten().all(|db| db.is_finite()),
            "{name}"
        );
        let (mut apart, mut off) = (0.0f64, 0.0f64);
        for k in (0..TONES.len()).filter(|k| circuit[*k] > loudest + FLOOR) {
            let here = responses.map(|response| response[k] - circuit[k]);
            let most = here.into_iter().fold(f64::NEG_INFINITY, f64::max);
            let least = here.into_iter().fold(f64::INFINITY, f64::min);
            apart = apart.max(most - least);
            off = off.max(most.abs()).max(least.abs());
        }
        println!("{name}: {apart:.4} dB between rates, {off:.4} dB from the circuit");
        assert!(apart <= TOL_RATES, "{name}: {apart:.4} dB between rates");
        if let Some(at) = falling.iter().position(|(known, _)| *known == name) {
            let (_, measured) = falling.swap_remove(at);
            let is_as_measured = (off - measured).abs() <= TOL_FALLING;
            assert!(
                is_as_measured,
                "{name}: {off:.4} dB from the circuit, no longer {measured} dB"
            );
        } else {
            assert!(off <= TOL_CIRCUIT, "{name}: {off:.4} dB from the circuit");
        }
    }
    assert!(falling.is_empty(), "no such rigs: {falling:?}");
}
