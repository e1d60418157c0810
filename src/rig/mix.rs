//! How the loudspeakers of two amplifiers are heard as one signal.

use crate::rig::Knobs;
use crate::rig::compose::Composition;
use crate::rig::slot::MIDDLE;
use crate::rig::slot::Slot;
use crate::units::Hertz;
use crate::units::Seconds;
use wide::f64x2;

/// Weights of both outputs. A band is added as it is; of a splitter the second output is turned over and both are
/// halved, so that two equal amplifiers sound as one.
#[derive(Clone, Debug)]
pub struct Mix {
    is_double: bool,
    /// Weights at an even balance.
    scale: [f64; 2],
    /// From 0, only the first, to 1, only the second; `None` where the coupling's deck has such a knob itself.
    balance: Option<Balance>,
    weights: [f64; 2],
}

#[derive(Clone, Debug)]
struct Balance {
    wanted: f64,
    now: f64,
    share: f64,
}

/// Time constant of the balance.
const SMOOTHING: Seconds = 5e-3;
/// What is left of a move counts as nothing.
const ARRIVED: f64 = 1e-9;

impl Mix {
    pub fn new(rig: &Composition, knobs: &Knobs, sample_rate: Hertz) -> Self {
        let scale = match rig.second {
            Some((_, true)) => [0.5, -0.5],
            Some((_, false)) => [1.0, 1.0],
            None => [1.0, 0.0],
        };
        let mut knobs_of_decks = rig.circuits.iter().flat_map(|circuit| &circuit.knobs);
        let in_deck = knobs_of_decks.any(|knob| knob.card.id == BALANCE);
        let balance = (rig.second.is_some() && !in_deck).then(|| Balance {
            wanted: MIDDLE,
            now: MIDDLE,
            share: 1.0 - (-1.0 / (SMOOTHING * sample_rate)).exp(),
        });
        let mut mix = Self {
            is_double: rig.second.is_some(),
            scale,
            balance,
            weights: scale,
        };
        mix.turn(knobs, 1.0);
        mix
    }

    pub fn is_double(&self) -> bool {
        self.is_double
    }

    /// Sets off towards the knob's position, or goes there at once where it may turn by a whole turn.
    pub fn turn(&mut self, knobs: &Knobs, most: f64) {
        let Some(balance) = &mut self.balance else {
            return;
        };
        let wanted = knobs[(Slot::Coupling, BALANCE)];
        balance.wanted = if wanted.is_finite() {
            wanted.clamp(0.0, 1.0)
        } else {
            MIDDLE
        };
        if most >= 1.0 {
            balance.now = balance.wanted;
            self.weigh();
        }
    }

    /// One host sample further.
    #[inline]
    pub fn tick(&mut self) {
        let Some(balance) = &mut self.balance else {
            return;
        };
        if balance.now != balance.wanted {
            balance.now += (balance.wanted - balance.now) * balance.share;
            if (balance.wanted - balance.now).abs() < ARRIVED {
                balance.now = balance.wanted;
            }
            self.weigh();
        }
    }

    #[inline]
    pub fn of(&self, one: f64x2, other: f64x2) -> f64x2 {
        one * self.weights[0] + other * self.weights[1]
    }

    fn weigh(&mut self) {
        let Some(balance) = &self.balance else {
            return;
        };
        let turned = [2.0 * (1.0 - balance.now), 2.0 * balance.now];
        for ((weight, scale), turned) in self.weights.iter_mut().zip(self.scale).zip(turned) {
            *weight = scale * turned.min(1.0);
        }
    }
}

/// Id of the knob.
const BALANCE: &str = "balance";
