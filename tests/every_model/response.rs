//! A rig sounds as bright at one rate as at another.
//!
//! Small signals: tones from 100 Hz to 18 kHz at once go through the chain that a host's samples go through. How loud
//! each comes out is compared with the same chain at the highest rate.

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

/// Deviation from the response at 192 kHz, in dB: at 16 steps a sample of every rig, the worst being the cartridge with
/// 0.055; at 4 steps of those that are not [`STEEP`], the worst being the coloured transformer with 0.098.
const TOL: f64 = 0.1;

/// Rigs that fall or bend so steeply before 18 kHz that 4 steps a sample do not hold [`TOL`], and by how much they miss
/// at 44.1 kHz, in dB. The trapezoidal rule takes 18 kHz for 18.6 kHz there: tan(x)/x at x = π·18/176.4.
const STEEP: [(&str, f64); 9] = [
    ("source single_coil", 0.6325),
    ("source humbucker", 0.624),
    ("source hot_humbucker", 0.6154),
    ("source passive_bass", 0.6174),
    ("source mm_cartridge", 0.89),
    ("preamp tube_two_stage", 0.2149),
    ("preamp tube_high_gain", 0.2838),
    ("preamp phono_tube", 0.2882),
    ("preamp phono_opamp", 0.2877),
];
/// Of a figure in [`STEEP`], in dB.
const TOL_STEEP: f64 = 0.01;

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

/// The largest deviation of a rig at any rate from itself at the highest one, in dB.
fn deviation(rig: &RigControls, library: &Library, name: &str) -> f64 {
    let [rates @ .., highest] = RATES;
    let reference = response(rig, highest, library, name);
    let loudest = reference.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let mut worst = 0.0f64;
    for rate in rates {
        for (is, should) in response(rig, rate, library, name)
            .into_iter()
            .zip(reference)
        {
            assert!(is.is_finite() && should.is_finite(), "{name} at {rate} Hz");
            if should > loudest + FLOOR {
                worst = worst.max((is - should).abs());
            }
        }
    }
    worst
}

#[test]
fn every_model_sounds_alike_at_every_rate_at_16_steps() {
    let library = Library::factory();
    for (name, mut rig) in models(&library) {
        rig.choices.oversampling = Oversampling::X16;
        let worst = deviation(&rig, &library, &name);
        println!("{name}: {worst:.4} dB");
        assert!(worst <= TOL, "{name}: {worst:.4} dB");
    }
}

#[test]
fn those_that_are_not_steep_sound_alike_at_4_steps() {
    let library = Library::factory();
    let mut steep = STEEP.to_vec();
    for (name, rig) in models(&library) {
        let worst = deviation(&rig, &library, &name);
        println!("{name}: {worst:.4} dB");
        if let Some(at) = steep.iter().position(|(known, _)| *known == name) {
            let (_, measured) = steep.swap_remove(at);
            let is_as_measured = (worst - measured).abs() <= TOL_STEEP;
            assert!(
                is_as_measured,
                "{name}: {worst:.4} dB, no longer {measured} dB"
            );
        } else {
            assert!(worst <= TOL, "{name}: {worst:.4} dB");
        }
    }
    assert!(steep.is_empty(), "no such rigs: {steep:?}");
}
