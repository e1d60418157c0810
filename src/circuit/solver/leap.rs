//! Live parameters on a way too steep for their coefficients to glide in one piece.

/// A way from one control tick to the next on which the parameters go straight, in pieces: the coefficients are built
/// at the ends of each piece and glide between.
///
/// Coefficients are products of element values. Between two settings of which one has ten times the other's conductance,
/// straight ways of the products are no products of anything: the circuit halfway breaks Kirchhoff's law at nodes with a
/// capacitor, and runs away.
#[derive(Clone, Debug)]
pub struct Leap {
    /// Where the parameters are before the last piece, after it, and where they may be after one more.
    pub from: Box<[f64]>,
    pub live: Box<[f64]>,
    next: Box<[f64]>,
    /// Steps of the last piece.
    pub piece: u32,
    /// Pieces so far, of all ways.
    pub pieces: u64,
    target: Box<[f64]>,
    steps_left: u32,
    /// Most that an element's value may be multiplied or divided by in one piece of more than one step.
    pub steep: f64,
}

/// Most that an element's value may be multiplied or divided by in one piece of more than one step.
const STEEP: f64 = 1.25;
/// The same where a controlled voltage follows a node at which something moves. A passive network damps what it gets wrong
/// halfway; a filter of Sallen and Key, whose capacitors take a thousand times the current of its resistors, feeds it back:
/// a crossover from 60 Hz to 5 kHz in 20 ms ran away in pieces of 1.005, and does not in pieces of 1.001.
const STEEP_ACTIVE: f64 = 1.001;

impl Leap {
    /// At rest; `is_active` where a controlled voltage follows what moves.
    pub fn at(live: &[f64], is_active: bool) -> Self {
        Self {
            from: live.into(),
            live: live.into(),
            piece: 0,
            pieces: 0,
            next: live.into(),
            target: live.into(),
            steps_left: 0,
            steep: if is_active { STEEP_ACTIVE } else { STEEP },
        }
    }

    pub fn set_off(&mut self, live: &[f64], steps: u32) {
        self.target.copy_from_slice(live);
        self.steps_left = steps.max(1);
    }

    /// Steps of the way beyond the pieces so far.
    pub fn steps_left(&self) -> u32 {
        self.steps_left
    }

    pub fn is_over(&self) -> bool {
        self.steps_left == 0
    }

    /// Where a piece of so many steps leads.
    pub fn after(&mut self, steps: u32) -> &[f64] {
        let share = f64::from(steps) / f64::from(self.steps_left.max(1));
        for ((next, live), target) in self.next.iter_mut().zip(&self.live).zip(&self.target) {
            *next = if steps < self.steps_left {
                live + (target - live) * share
            } else {
                *target
            };
        }
        &self.next
    }

    /// Takes a piece of so many steps, the last that was asked for.
    pub fn pass(&mut self, steps: u32) {
        self.from.copy_from_slice(&self.live);
        self.live.copy_from_slice(&self.next);
        self.piece = steps;
        self.pieces += 1;
        self.steps_left = self.steps_left.saturating_sub(steps);
    }
}
