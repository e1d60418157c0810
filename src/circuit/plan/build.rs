//! Making a plan from the equations and an order of elimination.

use crate::circuit::equations::Equations;
use crate::circuit::equations::Unknown;
use crate::circuit::equations::for_each_entry;
use crate::circuit::factors::EarlyPivot;
use crate::circuit::factors::Factors;
use crate::circuit::factors::StateValue;
use crate::circuit::operating_point::OperatingPoint;
use crate::circuit::operating_point::respond;
use crate::circuit::order::AT_ENDS;
use crate::circuit::order::InStates;
use crate::circuit::order::N_STATES;
use crate::circuit::order::Order;
use crate::circuit::plan::Backward;
use crate::circuit::plan::Forward;
use crate::circuit::plan::Late;
use crate::circuit::plan::LateRow;
use crate::circuit::plan::Lower;
use crate::circuit::plan::Plan;
use crate::circuit::plan::StateTerm;
use crate::circuit::plan::Term;
use crate::circuit::plan::Wiring;
use crate::devices::Answer;
use crate::devices::Device;
use std::collections::BTreeMap;
use std::ops::Range;

impl Plan {
    /// Plans a circuit for 2/T = `s`, with pivots no smaller than `threshold` of their column; `outputs` are read
    /// after each step. `None` if no such pivots exist.
    ///
    /// Channels, tubes and laws of the deck may be flat where they were steep at the operating point, so that a pivot
    /// made of one may vanish while playing; `trusts_slopes` allows it all the same.
    pub fn new(
        point: &OperatingPoint,
        s: f64,
        outputs: &[Unknown],
        threshold: f64,
        trusts_slopes: bool,
    ) -> Option<(Self, Factors)> {
        let equations = &point.equations;
        let linear = linear(point, s);
        let order = Order::find(
            equations,
            &linear,
            &slopes(point, s, trusts_slopes),
            threshold,
        )?;
        Some(Builder::new(equations, &order, outputs).build(&point.x))
    }
}

/// Entries of the matrix without devices: where the knobs stand, and at their ends. A pivot may vanish on a knob's way.
fn linear(point: &OperatingPoint, s: f64) -> Vec<(usize, usize, InStates)> {
    let (equations, netlist) = (&point.equations, point.netlist());
    let mut entries: Vec<(usize, usize, InStates)> = Vec::new();
    equations.linear(&equations.values_at(&netlist.live), s, |row, col, value| {
        entries.push((row, col, [value; N_STATES]));
    });
    for (state, live) in (AT_ENDS..).zip(&netlist.ends) {
        let mut entry = entries.iter_mut();
        equations.linear(&equations.values_at(live), s, |_, _, value| {
            if let Some((_, _, values)) = entry.next()
                && value.is_finite()
            {
                values[state] = value;
            }
        });
    }
    entries
}

/// Slopes of all devices as matrix entries: at the operating point, all of them off, all of them wide open, and in
/// mixtures of these. A pivot that is only good at rest loses every digit when its transistor turns off.
fn slopes(point: &OperatingPoint, s: f64, trusts_slopes: bool) -> Vec<(usize, usize, InStates)> {
    let mut entries = Vec::new();
    for (index, placed) in point.equations.devices.iter().enumerate() {
        let at_rest = respond(placed, &point.x);
        let off = respond(placed, &vec![0.0; point.x.len()]);
        // Junctions keep a little slope everywhere.
        let is_junction = matches!(placed.device, Device::Diode(_) | Device::Bjt(_));
        let left_when_off = f64::from(u8::from(trusts_slopes || is_junction));
        for (branch, (p, n)) in placed.branches.iter().enumerate() {
            for (control, (cp, cn)) in placed.controls.iter().enumerate() {
                if !placed.device.depends(branch, control) {
                    continue;
                }
                let slope =
                    |answer: &Answer| answer.g(branch, control) + s * answer.c(branch, control);
                let (at_rest, off) = (slope(&at_rest), left_when_off * slope(&off));
                let states = [at_rest, off, at_rest * WIDE_OPEN];
                let slopes: InStates =
                    std::array::from_fn(|state| states[state_of_device(index, state)]);
                for_each_entry((*p, *n), (*cp, *cn), |row, col, sign| {
                    entries.push((row, col, slopes.map(|slope| sign * slope)))
                });
            }
        }
    }
    entries
}

/// At rest (0), off (1) or wide open (2): the same for all devices in the first three states, in the next a turn of these,
/// so that of any two neighbours one is off while the other is open, as in a pair that is driven to its side. Mixtures in
/// which a pair's transistors only turned off together left a pivot whose noise kept an op-amp's input stage from settling
/// at the rail: of 7680 steps 3080 missed their tolerance, now none.
fn state_of_device(index: usize, state: usize) -> usize {
    match state {
        0..3 => state,
        3..AT_ENDS => (index + state) % 3,
        _ => 0,
    }
}

/// Slope of a device that is wide open, in its slope at rest.
const WIDE_OPEN: f64 = 300.0;

struct Builder<'a> {
    equations: &'a Equations,
    order: &'a Order,
    /// Rows of d that are not constant.
    moving: Vec<bool>,
    /// Unknowns that have to be known after each step.
    needed: Vec<bool>,
    /// Places of the early matrix.
    places: BTreeMap<(usize, usize), usize>,
    n_coefficients: usize,
}

impl<'a> Builder<'a> {
    fn new(equations: &'a Equations, order: &'a Order, outputs: &[Unknown]) -> Self {
        let mut moving = vec![false; equations.size];
        let injected = equations
            .states
            .iter()
            .flat_map(|state| &state.right_side)
            .map(|(row, _)| *row);
        injected
            .chain(equations.input.map(|(row, _)| row))
            .for_each(|row| moving[row] = true);
        let mut needed = vec![false; equations.size];
        let stored = equations
            .states
            .iter()
            .flat_map(|state| &state.terms)
            .map(|(col, ..)| *col);
        stored
            .chain(outputs.iter().flatten().copied())
            .for_each(|col| needed[col] = true);
        let mut places: BTreeMap<(usize, usize), usize> = BTreeMap::new();
        let mut place = |row: usize, col: usize| {
            let next = places.len();
            places.entry((row, col)).or_insert(next);
        };
        equations
            .stamps
            .iter()
            .for_each(|stamp| place(stamp.row, stamp.col));
        for pivot in &order.early {
            if moving[pivot.row] {
                pivot.below.iter().for_each(|row| moving[*row] = true);
            }
            if needed[pivot.col] {
                pivot.right.iter().for_each(|col| needed[*col] = true);
            }
            pivot
                .below
                .iter()
                .for_each(|row| pivot.right.iter().for_each(|col| place(*row, *col)));
        }
        Self {
            equations,
            order,
            moving,
            needed,
            places,
            n_coefficients: 0,
        }
    }

    fn coefficient(&mut self) -> usize {
        self.n_coefficients += 1;
        self.n_coefficients - 1
    }

    fn build(mut self, rest: &[f64]) -> (Plan, Factors) {
        let mut forward = Vec::new();
        let (mut backward, mut backward_terms) = (Vec::new(), Vec::new());
        let order = self.order;
        let pivots: Vec<EarlyPivot> = order
            .early
            .iter()
            .map(|pivot| self.early(pivot, &mut forward, &mut backward, &mut backward_terms))
            .collect();
        backward.reverse();

        let late_rows: Vec<LateRow> = order
            .late
            .iter()
            .map(|pivot| LateRow {
                constant: self.coefficient() as u32,
                moving: self.moving[pivot.row].then_some(pivot.row as u32),
            })
            .collect();
        let constants = order
            .late
            .iter()
            .zip(&late_rows)
            .map(|(p, row)| (p.row, row.constant as usize))
            .collect();

        let elimination = LateElimination::new(order);
        let slots_at = self.n_coefficients;
        self.n_coefficients += elimination.slots.len();
        let mut slot_places = vec![None; elimination.slots.len()];
        for ((row, col), slot) in &elimination.slots {
            slot_places[*slot] = self
                .places
                .get(&(order.late[*row].row, order.late[*col].col))
                .copied();
        }
        let (wiring, n_charges) = self.wiring(&elimination);
        let (states, state_terms, term_values) = self.states();
        let charging_at = self.coefficient();

        let equations = self.equations;
        let numbered = |(state, parts): (usize, &crate::circuit::equations::State)| {
            parts
                .right_side
                .iter()
                .map(|(row, sign)| (*row as u32, state as u32, *sign))
                .collect::<Vec<_>>()
        };
        let plan = Plan {
            size: equations.size,
            n_slots: elimination.slots.len(),
            n_charges,
            n_coefficients: self.n_coefficients,
            injections: equations
                .states
                .iter()
                .enumerate()
                .flat_map(numbered)
                .collect(),
            input_row: equations.input.map(|(row, _)| row),
            forward,
            late_rows,
            late_cols: order.late.iter().map(|pivot| pivot.col as u32).collect(),
            slots_at,
            slot_starts: slot_places.iter().map(Option::is_some).collect(),
            charging_at,
            late: elimination.late,
            lowers: elimination.lowers,
            updates: elimination.updates,
            rights: elimination.rights,
            wiring,
            backward,
            backward_terms,
            states,
            state_terms,
        };
        let stamp_places = equations
            .stamps
            .iter()
            .map(|stamp| self.places[&(stamp.row, stamp.col)])
            .collect();
        let n_places = self.places.len();
        let factors = Factors::new(
            equations.clone(),
            rest.to_vec(),
            stamp_places,
            n_places,
            pivots,
            constants,
            slots_at,
            slot_places,
            charging_at,
            term_values,
        );
        (plan, factors)
    }

    /// Numbers the places of one early pivot and notes what each step has to do for it.
    fn early(
        &mut self,
        pivot: &crate::circuit::order::Pivot,
        forward: &mut Vec<Forward>,
        backward: &mut Vec<Backward>,
        terms: &mut Vec<Term>,
    ) -> EarlyPivot {
        let (moves, needed) = (self.moving[pivot.row], self.needed[pivot.col]);
        let place = |builder: &Self, row: usize, col: usize| builder.places[&(row, col)];
        let mut below = Vec::new();
        for row in &pivot.below {
            let coefficient = moves.then(|| self.coefficient());
            below.push((*row, place(self, *row, pivot.col), coefficient));
            forward.extend(coefficient.map(|coefficient| Forward {
                target: *row as u32,
                source: pivot.row as u32,
                coefficient: coefficient as u32,
            }));
        }
        let first = terms.len();
        let mut right = Vec::new();
        for col in &pivot.right {
            let coefficient = needed.then(|| self.coefficient());
            right.push((place(self, pivot.row, *col), coefficient));
            terms.extend(coefficient.map(|k| Term {
                coefficient: k as u32,
                col: *col as u32,
            }));
        }
        let constant = needed.then(|| self.coefficient());
        let reciprocal = (needed && moves).then(|| self.coefficient());
        backward.extend(constant.map(|constant| Backward {
            col: pivot.col as u32,
            constant: constant as u32,
            moving: reciprocal.map(|k| (k as u32, pivot.row as u32)),
            terms: first..terms.len(),
        }));
        let targets = pivot
            .below
            .iter()
            .flat_map(|row| pivot.right.iter().map(|col| place(self, *row, *col)));
        EarlyPivot {
            row: pivot.row,
            pivot: place(self, pivot.row, pivot.col),
            targets: targets.collect(),
            below,
            right,
            constant,
            reciprocal,
        }
    }

    fn wiring(&self, elimination: &LateElimination) -> (Vec<Wiring>, usize) {
        let row_of: BTreeMap<usize, usize> = self
            .order
            .late
            .iter()
            .enumerate()
            .map(|(k, p)| (p.row, k))
            .collect();
        let col_of: BTreeMap<usize, usize> = self
            .order
            .late
            .iter()
            .enumerate()
            .map(|(k, p)| (p.col, k))
            .collect();
        let mut n_charges = 0;
        let mut wiring = Vec::new();
        for placed in &self.equations.devices {
            let late = |of: &BTreeMap<usize, usize>, (p, n): (Unknown, Unknown)| {
                (p.map(|k| of[&k]), n.map(|k| of[&k]))
            };
            let controls: Vec<_> = placed
                .controls
                .iter()
                .map(|control| late(&col_of, *control))
                .collect();
            let branches: Vec<_> = placed
                .branches
                .iter()
                .map(|branch| late(&row_of, *branch))
                .collect();
            let all = (0..branches.len()).flat_map(|b| (0..controls.len()).map(move |c| (b, c)));
            let depends: Vec<_> = all
                .filter(|(branch, control)| placed.device.depends(*branch, *control))
                .collect();
            let mut slopes = Vec::new();
            for (branch, control) in &depends {
                for_each_entry(branches[*branch], controls[*control], |row, col, sign| {
                    let slot = elimination.slots[&(row, col)] as u32;
                    slopes.push((slot, *branch, *control, sign));
                });
            }
            let charges = n_charges..n_charges + placed.device.charged_branches();
            n_charges = charges.end;
            wiring.push(Wiring {
                controls,
                branches,
                slopes,
                depends,
                charges,
            });
        }
        (wiring, n_charges)
    }

    /// Terms of every state's 2·w, and the element values behind their coefficients.
    fn states(&mut self) -> (Vec<Range<usize>>, Vec<StateTerm>, Vec<StateValue>) {
        let (mut states, mut terms, mut values) = (Vec::new(), Vec::new(), Vec::new());
        for state in &self.equations.states {
            let first = terms.len();
            // A capacitor between two nodes takes their difference first.
            let minus = match state.terms.as_slice() {
                [(_, value, factor), (col, same, opposite)]
                    if value == same && *factor == -opposite =>
                {
                    Some(*col as u32)
                }
                _ => None,
            };
            let n_terms = if minus.is_some() {
                1
            } else {
                state.terms.len()
            };
            for (col, value, factor) in &state.terms[..n_terms] {
                let coefficient = self.coefficient();
                terms.push(StateTerm {
                    coefficient: coefficient as u32,
                    plus: *col as u32,
                    minus,
                });
                values.push((coefficient, *value, 2.0 * factor));
            }
            states.push(first..terms.len());
        }
        (states, terms, values)
    }
}

/// The late pivots with rows and columns renumbered in the order of elimination.
struct LateElimination {
    /// Slot of every entry that is ever used.
    slots: BTreeMap<(usize, usize), usize>,
    late: Vec<Late>,
    lowers: Vec<Lower>,
    updates: Vec<(u32, u32)>,
    rights: Vec<(u32, u32)>,
}

impl LateElimination {
    fn new(order: &Order) -> Self {
        let row_of: BTreeMap<usize, usize> = order
            .late
            .iter()
            .enumerate()
            .map(|(k, p)| (p.row, k))
            .collect();
        let col_of: BTreeMap<usize, usize> = order
            .late
            .iter()
            .enumerate()
            .map(|(k, p)| (p.col, k))
            .collect();
        let mut slots: BTreeMap<(usize, usize), usize> = BTreeMap::new();
        for (k, pivot) in order.late.iter().enumerate() {
            let rows = || std::iter::once(k).chain(pivot.below.iter().map(|row| row_of[row]));
            let cols = || std::iter::once(k).chain(pivot.right.iter().map(|col| col_of[col]));
            for row in rows() {
                for col in cols() {
                    let next = slots.len();
                    slots.entry((row, col)).or_insert(next);
                }
            }
        }
        let mut made = Self {
            slots,
            late: Vec::new(),
            lowers: Vec::new(),
            updates: Vec::new(),
            rights: Vec::new(),
        };
        for (k, pivot) in order.late.iter().enumerate() {
            let right: Vec<usize> = pivot.right.iter().map(|col| col_of[col]).collect();
            let (first_lower, first_right) = (made.lowers.len(), made.rights.len());
            for row in pivot.below.iter().map(|row| row_of[row]) {
                let first = made.updates.len();
                let update = |col: &usize| {
                    (
                        made.slots[&(row, *col)] as u32,
                        made.slots[&(k, *col)] as u32,
                    )
                };
                made.updates
                    .extend(right.iter().map(update).collect::<Vec<_>>());
                let slot = made.slots[&(row, k)] as u32;
                made.lowers.push(Lower {
                    slot,
                    row: row as u32,
                    updates: first..made.updates.len(),
                });
            }
            made.rights.extend(
                right
                    .iter()
                    .map(|col| (made.slots[&(k, *col)] as u32, *col as u32)),
            );
            made.late.push(Late {
                slot: made.slots[&(k, k)] as u32,
                below: first_lower..made.lowers.len(),
                right: first_right..made.rights.len(),
            });
        }
        made
    }
}
