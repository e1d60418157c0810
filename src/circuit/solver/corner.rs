//! Steps with corners in them, solved in parts.

use crate::circuit::solver::FINEST;
use crate::circuit::solver::PARTS;
use crate::circuit::solver::QUARTER;
use crate::circuit::solver::SIXTEENTH;
use crate::circuit::solver::Solver;
use crate::circuit::solver::WHOLE;
use crate::circuit::solver::newton::BUDGET;
use crate::units::Hertz;
use wide::f64x2;

/// Square of the distance that the second pass of a smooth step may leave, in tolerances. Newton's distances shrink
/// quadratically, so this says how far the laws bend between the prediction and the solution.
const SMOOTH: f64 = 0.003;
/// The same for a weak corner. A corner's error shrinks with the square of the number of parts, so four are enough for
/// a few times what a smooth step may leave.
const WEAK: f64 = 0.1;
/// Square of the distance between where the last three steps led and where the first pass gets, in tolerances, up to which
/// a step counts as straight, at [`RATE_OF_BOWED`]. That distance is the trapezoidal rule's error but for a factor: both
/// are the third derivative times the step's cube.
const BOWED: f64 = 0.1;
const RATE_OF_BOWED: Hertz = 384e3;
/// Square of the distance that the first pass moves the devices in a part of a step where a circuit flips, in tolerances:
/// such a part is solved in parts of its own before anything else is tried.
const FLIP: f64 = 1e5;

/// The input within a tick or a step: the parabola of the last three. Its second difference is the smaller one of the
/// last two, so that a kink in the input stays one.
#[derive(Clone, Copy)]
pub(super) struct Way {
    v: f64x2,
    slope: f64x2,
    bend: f64x2,
}

impl Way {
    /// To `v_in`, from the three inputs before, the last one first.
    pub(super) fn new(v_in: f64x2, [v1, v2, v3]: [f64x2; 3]) -> Self {
        let slope = v_in - v1;
        Self {
            v: v1,
            slope,
            bend: smaller(slope - (v1 - v2), (v1 - v2) - (v2 - v3)),
        }
    }

    /// At `t` of its length behind its start.
    pub(super) fn at(&self, t: f64) -> f64x2 {
        self.v + self.slope * t + self.bend * (0.5 * t * (t - 1.0))
    }
}

/// Of two numbers of one sign the one nearer to zero; of different signs zero.
fn smaller(a: f64x2, b: f64x2) -> f64x2 {
    let (least, most) = (a.fast_min(b), a.fast_max(b));
    least.fast_max(f64x2::ZERO) + most.fast_min(f64x2::ZERO)
}

/// [`BOWED`] for so many steps a second. Of fewer ones it grows twice as fast as the distances do: what their length costs
/// is no longer where a step bows, and time counts.
pub(super) fn bowed(rate: Hertz) -> f64 {
    BOWED * (RATE_OF_BOWED / rate).max(1.0).powi(12)
}

impl Solver {
    /// The rest of a whole step whose first pass `moved` the devices by more than their tolerances, or by more than a
    /// straight step's.
    ///
    /// A corner is always worth four parts: they cost at most twice what Newton needs on a whole step with a corner
    /// in it, and leave a sixteenth of its error. More are paid from the allowance, and so is a step that is only bowed;
    /// as corners hurt more, it has to be so much the stronger.
    #[cold]
    #[inline(never)]
    pub(super) fn bend(&mut self, moved: f64, v_in: f64x2) {
        let left = if moved <= 1.0 || self.approach(WHOLE, moved, 1) {
            0.0
        } else {
            self.pass(WHOLE)
        };
        let price = self.allowance.price();
        let is_corner = left > f64::min(SMOOTH * price, 1.0);
        // Where a knob turns, the distance is the knob's.
        let is_still = self.paces[WHOLE].coefficients.steps_left() == 0;
        let is_bowed = is_still && moved > self.bowed * price * price;
        let is_parted = is_corner || is_bowed && self.allowance.pays(PARTS[QUARTER]);
        if !is_parted {
            return self.finish(WHOLE);
        }
        self.readings.corners += 1;
        let is_strong =
            left > WEAK * price && self.missed == 0 && self.allowance.pays(PARTS[SIXTEENTH]);
        let pace = if is_strong { SIXTEENTH } else { QUARTER };
        let way = Way::new(v_in, self.v_in);
        self.in_parts(WHOLE, pace, &way, 0.0);
    }

    /// A step of the pace `whole` that begins at `t`, in steps of a shorter one.
    fn in_parts(&mut self, whole: usize, pace: usize, way: &Way, t: f64) {
        self.catch_up(pace);
        self.shorten(whole, pace);
        for part in 1..=PARTS[pace] / PARTS[whole] {
            self.part(pace, way, t + f64::from(part) / f64::from(PARTS[pace]));
        }
        self.lengthen(whole, pace);
    }

    /// A part of a step, which ends at `t`.
    fn part(&mut self, pace: usize, way: &Way, t: f64) {
        let v_in = way.at(t);
        let moved = self.start(pace, v_in);
        if moved <= 1.0 {
            return self.finish(pace);
        }
        let flips = pace == SIXTEENTH && moved > FLIP;
        // Where a step or a part before it missed, finer ones would too, at a hundred times the cost.
        let is_lost = self.missed > 0 || self.has_missed;
        let finer = (pace < FINEST && !is_lost).then_some(pace + 1);
        let price = finer.map(|finer| PARTS[finer] / PARTS[pace]);
        let is_solved = match price {
            Some(price) if flips && self.allowance.pays(price) => false,
            _ if self.approach(pace, moved, BUDGET) => true,
            Some(price) if self.allowance.pays(price) => false,
            _ => !is_lost && self.rescue(pace),
        };
        match finer {
            _ if is_solved => self.finish(pace),
            Some(finer) => self.in_parts(pace, finer, way, t - 1.0 / f64::from(PARTS[pace])),
            None => self.halves(pace, v_in, is_lost),
        }
    }
}
