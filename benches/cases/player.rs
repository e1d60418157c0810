//! What plays a stretch of sound, over and over.

use crate::cases::HOST_RATE;
use crate::cases::N_STEPS;
use crate::cases::RATE;
use loadline::circuit::Solver;
use loadline::circuit::SolverReadings;
use loadline::rig::Chain;
use loadline::rig::Controls;
use loadline::rig::Pair;
use std::f64::consts::TAU;
use std::hint::black_box;
use wide::f64x2;

/// Samples that the plugin is given at a time.
const BLOCK: usize = 512;
/// Steps from one turn of a gain that moves to the next.
const TURN: u32 = 64;
/// Of these, until it has been everywhere: not quite a period of the sine, so that the two slide past each other.
const TURNS: f64 = 14.0;

pub enum Player {
    /// A circuit, and whether its gain is always on its way.
    Solver(Box<Solver>, bool, Vec<f64x2>),
    /// A rig between host samples.
    Chain(Box<Chain>, Vec<f64x2>),
    /// A rig as the plugin plays it.
    Pair(Box<Pair>, Box<Controls>, Vec<f32>),
}

impl Player {
    /// The whole stretch, once.
    pub fn play(&mut self) {
        match self {
            Self::Solver(solver, glides, input) => {
                for (n, v) in (0..).zip(input) {
                    if *glides && n % TURN == 0 {
                        let turn = f64::from(n / TURN) / TURNS;
                        let gain = 0.5 + 0.4 * (TAU * turn).sin();
                        solver.glide(&[black_box(gain)], TURN);
                    }
                    solver.tick(*v);
                    black_box(solver.probe(0));
                }
            }
            Self::Chain(chain, input) => {
                for v in input {
                    black_box(chain.tick(*v));
                }
            }
            Self::Pair(pair, controls, input) => {
                let (mut left, mut right) = ([0.0; BLOCK], [0.0; BLOCK]);
                for block in input.chunks(BLOCK) {
                    let (left, right) = (&mut left[..block.len()], &mut right[..block.len()]);
                    left.copy_from_slice(block);
                    right.copy_from_slice(block);
                    pair.process(left, right, controls);
                    black_box((left, right));
                }
            }
        }
    }

    /// Steps of the stretch; frames, where the plugin plays.
    pub fn ticks(&self) -> usize {
        match self {
            Self::Solver(_, _, input) => input.len(),
            Self::Chain(_, input) => N_STEPS * input.len(),
            Self::Pair(_, _, input) => input.len(),
        }
    }

    /// Of these, in a second.
    pub fn ticks_a_second(&self) -> f64 {
        match self {
            Self::Solver(..) | Self::Chain(..) => RATE,
            Self::Pair(..) => HOST_RATE,
        }
    }

    /// Newton passes and corners so far, where they are known.
    pub fn passes_and_corners(&self) -> Option<(u64, u64)> {
        let readings: Vec<SolverReadings> = match self {
            Self::Solver(solver, ..) => vec![solver.readings()],
            Self::Chain(chain, _) => chain.readings().collect(),
            Self::Pair(..) => return None,
        };
        let sum = |of: fn(&SolverReadings) -> u64| readings.iter().map(of).sum();
        Some((sum(|solver| solver.passes), sum(|solver| solver.corners)))
    }
}
