//! The early elimination in numbers: element values in, the plan's coefficients out.

use crate::circuit::equations::Constant;
use crate::circuit::equations::Equations;
use crate::circuit::plan::charging;
use std::ops::Range;

/// Coefficient, element value and factor of one term of a state's 2·w.
pub type StateValue = (usize, usize, f64);

/// Recomputes a plan's coefficients. Allocates only when it is made.
///
/// Pivots that no live parameter reaches come first and are eliminated once for each length of step: what they leave is
/// [`Fixed`].
#[derive(Clone, Debug)]
pub struct Factors {
    equations: Equations,
    /// The unknowns at rest.
    rest: Vec<f64>,
    /// Place in `matrix` of every stamp.
    stamp_places: Vec<usize>,
    /// The fixed pivots, then those that move.
    pivots: Vec<EarlyPivot>,
    n_fixed: usize,
    /// Element values, stamps and constants that live parameters move.
    moving_values: Vec<usize>,
    moving_stamps: Vec<usize>,
    moving_constants: Vec<usize>,
    /// Row and coefficient of every late row's constant.
    late_rows: Vec<(usize, usize)>,
    /// Coefficient of the first slot, and the place of each slot's start value.
    slots_at: usize,
    slot_places: Vec<Option<usize>>,
    /// Coefficient that a charge is multiplied by.
    charging_at: usize,
    state_terms: Vec<StateValue>,
    values: Vec<f64>,
    /// Values that move, where the live parameters are headed.
    ahead: Vec<f64>,
    matrix: Vec<f64>,
    right_side: Vec<f64>,
}

/// Matrix and constant right side at one 2/T, without the stamps that move, after the pivots that do not.
#[derive(Clone, Debug)]
pub struct Fixed {
    s: f64,
    matrix: Vec<f64>,
    right_side: Vec<f64>,
}

/// One early pivot, in places of the matrix; coefficients only where the step needs them.
#[derive(Clone, Debug)]
pub struct EarlyPivot {
    pub row: usize,
    pub pivot: usize,
    /// Row, place of its entry in the pivot's column, coefficient of its factor.
    pub below: Vec<(usize, usize, Option<usize>)>,
    /// Place of the pivot row's entry, coefficient.
    pub right: Vec<(usize, Option<usize>)>,
    /// Places that change: `below` by `right`, row by row.
    pub targets: Vec<usize>,
    pub constant: Option<usize>,
    pub reciprocal: Option<usize>,
}

impl Factors {
    #[expect(
        clippy::too_many_arguments,
        reason = "made in one place, by the plan's builder"
    )]
    pub fn new(
        equations: Equations,
        rest: Vec<f64>,
        stamp_places: Vec<usize>,
        n_places: usize,
        pivots: Vec<EarlyPivot>,
        late_rows: Vec<(usize, usize)>,
        slots_at: usize,
        slot_places: Vec<Option<usize>>,
        charging_at: usize,
        state_terms: Vec<StateValue>,
    ) -> Self {
        let moves: Vec<bool> = equations
            .values
            .iter()
            .map(|value| value.constant().is_none())
            .collect();
        let all = |n: usize, is: &dyn Fn(usize) -> bool| (0..n).filter(|at| is(*at)).collect();
        let moving_values: Vec<usize> = all(moves.len(), &|at| moves[at]);
        let moving_stamps: Vec<usize> = all(equations.stamps.len(), &|at| {
            moves[equations.stamps[at].value]
        });
        let moving_constants: Vec<usize> = all(equations.constants.len(), &|at| {
            moves[equations.constants[at].value]
        });
        let mut is_moving = Moving {
            places: vec![false; n_places],
            rows: vec![false; equations.size],
        };
        for at in &moving_stamps {
            is_moving.places[stamp_places[*at]] = true;
            is_moving.rows[equations.stamps[*at].row] = true;
        }
        for at in &moving_constants {
            is_moving.rows[equations.constants[*at].row] = true;
        }
        let (moving, mut pivots): (Vec<EarlyPivot>, Vec<EarlyPivot>) = pivots
            .into_iter()
            .partition(|pivot| is_moving.spreads(pivot));
        let n_fixed = pivots.len();
        pivots.extend(moving);
        let values = equations
            .values
            .iter()
            .map(|value| value.constant().unwrap_or_default());
        Self {
            values: values.collect(),
            ahead: vec![0.0; moving_values.len()],
            matrix: vec![0.0; n_places],
            right_side: vec![0.0; equations.size],
            equations,
            rest,
            stamp_places,
            pivots,
            n_fixed,
            moving_values,
            moving_stamps,
            moving_constants,
            late_rows,
            slots_at,
            slot_places,
            charging_at,
            state_terms,
        }
    }

    /// Element values at these positions of the live parameters, for the next [`refactor`](Self::refactor). Returns by
    /// how much the one that changes most is multiplied or divided on the way. Never allocates.
    ///
    /// A value that comes out non-finite keeps the one before.
    pub fn look_ahead(&mut self, live: &[f64]) -> f64 {
        let mut most: f64 = 1.0;
        for (ahead, index) in self.ahead.iter_mut().zip(&self.moving_values) {
            let (now, new) = (
                self.values[*index],
                self.equations.values[*index].value(live),
            );
            *ahead = if new.is_finite() { new } else { now };
            let ratio = (*ahead / now).abs();
            if ratio.is_finite() && ratio > 0.0 {
                most = most.max(ratio.max(ratio.recip()));
            }
        }
        most
    }

    /// What no live parameter moves at 2/T = `s`, and its coefficients.
    pub fn fixed(&mut self, s: f64, to: &mut [f64]) -> Fixed {
        self.matrix.fill(0.0);
        self.right_side.fill(0.0);
        for at in 0..self.stamp_places.len() {
            if !self.moving_stamps.contains(&at) {
                self.stamp(at, s);
            }
        }
        for at in 0..self.equations.constants.len() {
            if !self.moving_constants.contains(&at) {
                self.constant(at);
            }
        }
        self.eliminate(0..self.n_fixed, to);
        to[self.charging_at] = s * charging::SHARE;
        Fixed {
            s,
            matrix: self.matrix.clone(),
            right_side: self.right_side.clone(),
        }
    }

    /// Writes the coefficients that move, at the element values of the last [`look_ahead`](Self::look_ahead). Never
    /// allocates.
    pub fn refactor(&mut self, fixed: &Fixed, to: &mut [f64]) {
        for (ahead, index) in self.ahead.iter().zip(&self.moving_values) {
            self.values[*index] = *ahead;
        }
        self.matrix.copy_from_slice(&fixed.matrix);
        self.right_side.copy_from_slice(&fixed.right_side);
        for index in 0..self.moving_stamps.len() {
            self.stamp(self.moving_stamps[index], fixed.s);
        }
        for index in 0..self.moving_constants.len() {
            self.constant(self.moving_constants[index]);
        }
        self.eliminate(self.n_fixed..self.pivots.len(), to);
        for (row, coefficient) in &self.late_rows {
            to[*coefficient] = self.right_side[*row];
        }
        for (to, place) in to[self.slots_at..].iter_mut().zip(&self.slot_places) {
            *to = place.map_or(0.0, |place| self.matrix[place]);
        }
        for (coefficient, value, factor) in &self.state_terms {
            to[*coefficient] = fixed.s * factor * self.values[*value];
        }
    }

    /// One stamp into the matrix, and what it leaves on the right side where the circuit rests: b − G·x_rest.
    fn stamp(&mut self, at: usize, s: f64) {
        let stamp = self.equations.stamps[at];
        let value = stamp.factor * self.values[stamp.value];
        if stamp.is_reactive {
            self.matrix[self.stamp_places[at]] += s * value;
        } else {
            self.matrix[self.stamp_places[at]] += value;
            self.right_side[stamp.row] -= value * self.rest[stamp.col];
        }
    }

    fn constant(&mut self, at: usize) {
        let Constant { row, value, factor } = self.equations.constants[at];
        self.right_side[row] += factor * self.values[value];
    }

    fn eliminate(&mut self, range: Range<usize>, to: &mut [f64]) {
        let Self {
            pivots,
            matrix,
            right_side,
            ..
        } = self;
        let mut put = |coefficient: Option<usize>, value: f64| {
            coefficient.iter().for_each(|k| to[*k] = value)
        };
        for pivot in &pivots[range] {
            let reciprocal = 1.0 / matrix[pivot.pivot];
            let constant = right_side[pivot.row];
            let mut targets = pivot.targets.iter();
            for (row, place, coefficient) in &pivot.below {
                let l = matrix[*place] * reciprocal;
                right_side[*row] -= l * constant;
                for ((source, _), target) in pivot.right.iter().zip(&mut targets) {
                    matrix[*target] -= l * matrix[*source];
                }
                put(*coefficient, l);
            }
            for (place, coefficient) in &pivot.right {
                put(*coefficient, -matrix[*place] * reciprocal);
            }
            put(pivot.constant, constant * reciprocal);
            put(pivot.reciprocal, reciprocal);
        }
    }
}

/// What live parameters move: places of the matrix and rows of the right side.
struct Moving {
    places: Vec<bool>,
    rows: Vec<bool>,
}

impl Moving {
    /// Whether a pivot moves; then so does all that it is taken off.
    fn spreads(&mut self, pivot: &EarlyPivot) -> bool {
        let below = pivot.below.iter().map(|(_, place, _)| *place);
        let right = pivot.right.iter().map(|(place, _)| *place);
        let mut places = below.chain(right).chain([pivot.pivot]);
        let moves = self.rows[pivot.row] || places.any(|place| self.places[place]);
        if moves {
            pivot
                .targets
                .iter()
                .for_each(|place| self.places[*place] = true);
            pivot
                .below
                .iter()
                .for_each(|(row, ..)| self.rows[*row] = true);
        }
        moves
    }
}
