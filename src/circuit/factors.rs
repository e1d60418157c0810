//! The early elimination in numbers: element values in, the plan's coefficients out.

use crate::circuit::equations::Equations;
use crate::circuit::expression::Expression;
use crate::circuit::plan::charging;

/// Coefficient, element value and factor of one term of a state's 2·w.
pub type StateValue = (usize, usize, f64);

/// Recomputes a plan's coefficients. Allocates only when it is made.
#[derive(Clone, Debug)]
pub struct Factors {
    equations: Equations,
    /// The unknowns at rest.
    rest: Vec<f64>,
    /// Place in `matrix` of every stamp.
    stamp_places: Vec<usize>,
    pivots: Vec<EarlyPivot>,
    /// Row and coefficient of every late row's constant.
    late_rows: Vec<(usize, usize)>,
    /// Coefficient of the first slot, and the place of each slot's start value.
    slots_at: usize,
    slot_places: Vec<Option<usize>>,
    /// Coefficient that a charge is multiplied by.
    charging_at: usize,
    state_terms: Vec<StateValue>,
    values: Vec<f64>,
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
        let (values, matrix, right_side) = (
            vec![0.0; equations.values.len()],
            vec![0.0; n_places],
            vec![0.0; equations.size],
        );
        Self {
            equations,
            rest,
            stamp_places,
            pivots,
            late_rows,
            slots_at,
            slot_places,
            charging_at,
            state_terms,
            values,
            matrix,
            right_side,
        }
    }

    /// By how much the value that changes most is multiplied or divided on the way to these positions of the live
    /// parameters.
    pub fn steepness(&self, live: &[f64]) -> f64 {
        let mut most: f64 = 1.0;
        for (value, expression) in self.values.iter().zip(&self.equations.values) {
            if let Expression::Number(_) = expression {
                continue;
            }
            let ratio = (expression.value(live) / value).abs();
            if ratio.is_finite() && ratio > 0.0 {
                most = most.max(ratio.max(ratio.recip()));
            }
        }
        most
    }

    /// Writes the coefficients at these positions of the live parameters and 2/T = `s`. Never allocates.
    ///
    /// A value that comes out non-finite or, for a conductance, infinite keeps the one before.
    pub fn refactor(&mut self, live: &[f64], s: f64, to: &mut [f64]) {
        for (value, expression) in self.values.iter_mut().zip(&self.equations.values) {
            let new = expression.value(live);
            if new.is_finite() {
                *value = new;
            }
        }
        self.load(s);
        self.eliminate(to);
        to[self.charging_at] = s * charging::SHARE;
        for (row, coefficient) in &self.late_rows {
            to[*coefficient] = self.right_side[*row];
        }
        for (to, place) in to[self.slots_at..].iter_mut().zip(&self.slot_places) {
            *to = place.map_or(0.0, |place| self.matrix[place]);
        }
        for (coefficient, value, factor) in &self.state_terms {
            to[*coefficient] = s * factor * self.values[*value];
        }
    }

    /// Fills matrix and constant right side: what the sources leave where the circuit rests, b − G·x_rest.
    fn load(&mut self, s: f64) {
        self.matrix.fill(0.0);
        self.right_side.fill(0.0);
        for (stamp, place) in self.equations.stamps.iter().zip(&self.stamp_places) {
            let scale = if stamp.is_reactive { s } else { 1.0 };
            self.matrix[*place] += scale * stamp.factor * self.values[stamp.value];
        }
        for stamp in self
            .equations
            .stamps
            .iter()
            .filter(|stamp| !stamp.is_reactive)
        {
            self.right_side[stamp.row] -=
                stamp.factor * self.values[stamp.value] * self.rest[stamp.col];
        }
        for constant in &self.equations.constants {
            self.right_side[constant.row] += constant.factor * self.values[constant.value];
        }
    }

    fn eliminate(&mut self, to: &mut [f64]) {
        let Self {
            pivots,
            matrix,
            right_side,
            ..
        } = self;
        let mut put = |coefficient: Option<usize>, value: f64| {
            coefficient.iter().for_each(|k| to[*k] = value)
        };
        for pivot in pivots {
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
