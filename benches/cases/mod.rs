//! What is counted and timed: `instructions.rs` does the one, `time.rs` the other, `cargo xtask bench` puts both into one
//! table.

// Each of the two is a program of its own and uses its part of this module.
#![allow(dead_code)]

pub mod decks;
mod drums;
mod player;
mod rigs;

pub use player::Player;

/// Of every sine, in Hz.
const HZ: f64 = 220.0;
/// Samples a second of what whole rigs play.
const HOST_RATE: f64 = 48e3;
/// Steps a sample: [`Oversampling::X4`](loadline::rig::Oversampling::X4).
const N_STEPS: usize = 4;
/// Steps a second.
const RATE: f64 = N_STEPS as f64 * HOST_RATE;

/// One line of the table.
pub struct Case {
    pub name: String,
    make: Box<dyn Fn() -> Player>,
}

impl Case {
    fn new(name: impl Into<String>, make: impl Fn() -> Player + 'static) -> Self {
        Self {
            name: name.into(),
            make: Box::new(make),
        }
    }

    /// A player that has played its stretch once.
    pub fn ready(self) -> Player {
        let mut player = (self.make)();
        player.play();
        player
    }
}

/// Every case, always in the same order.
pub fn all() -> Vec<Case> {
    [
        decks::of_benches(),
        decks::chains(),
        decks::of_library(),
        rigs::of_library(),
        rigs::in_the_plugin(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// A sine of [`HZ`], `periods` of it, at `rate` samples a second.
fn sine(peak: f64, periods: usize, rate: f64) -> Vec<f64> {
    let n_samples = (periods as f64 * rate / HZ).round() as usize;
    let turn = std::f64::consts::TAU * periods as f64 / n_samples as f64;
    (0..n_samples)
        .map(|n| peak * (turn * n as f64).sin())
        .collect()
}
