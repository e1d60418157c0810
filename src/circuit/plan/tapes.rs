//! Writes a plan out as tapes.

use crate::circuit::equations::Unknown;
use crate::circuit::plan::Plan;
use crate::circuit::plan::layout::CHECK;
use crate::circuit::plan::layout::DISTANCE;
use crate::circuit::plan::layout::DevicePlaces;
use crate::circuit::plan::layout::FROM_BEFORE;
use crate::circuit::plan::layout::FROM_LAST;
use crate::circuit::plan::layout::INPUT;
use crate::circuit::plan::layout::Layout;
use crate::circuit::plan::layout::MOVED;
use crate::circuit::plan::layout::ONE;
use crate::circuit::plan::layout::PlacedLaw;
use crate::circuit::plan::layout::RINGING;
use crate::circuit::tape::Op;
use crate::circuit::tape::Recorder;
use crate::circuit::tape::Source;
use crate::circuit::tape::Source::Coefficient;
use crate::circuit::tape::Source::Memory;
use crate::devices::LawOp;
use crate::devices::Operand;
use std::collections::BTreeMap;

/// Writes the tapes of one plan.
pub struct Writer<'a> {
    pub plan: &'a Plan,
    pub layout: &'a Layout,
}

fn memory(place: usize) -> Source {
    Memory(place as u32)
}

fn store(place: usize) -> Op {
    Op::Store(place as u32)
}

impl Writer<'_> {
    /// Histories and input to right sides of the late rows.
    pub fn load(&self) -> Box<[Op]> {
        let mut tape = Recorder::default();
        self.sum_up(&mut tape);
        tape.finish()
    }

    /// [`load`](Self::load), and [`solve`](Self::solve) after it.
    pub fn start(&self) -> Box<[Op]> {
        let mut tape = Recorder::default();
        self.sum_up(&mut tape);
        self.pass(&mut tape);
        tape.finish()
    }

    fn sum_up(&self, tape: &mut Recorder) {
        let (plan, layout) = (self.plan, self.layout);
        let mut known = BTreeMap::new();
        for backward in &plan.backward {
            if let Some((_, row)) = backward.moving {
                self.right_side(row, &mut known, tape);
            }
        }
        for (k, row) in plan.late_rows.iter().enumerate() {
            let constant = (Coefficient(row.constant), 1.0);
            self.sum_of_row(row.moving, Some(constant), &mut known, tape);
            tape.op(store(layout.right_side + k));
        }
    }

    /// Sees to it that d of an early row is known, and returns where it stands, with its sign.
    fn right_side(
        &self,
        row: u32,
        known: &mut BTreeMap<u32, (u32, f64)>,
        tape: &mut Recorder,
    ) -> (u32, f64) {
        if let Some(place) = known.get(&row) {
            return *place;
        }
        let alone = self.is_history(row);
        let place = alone.unwrap_or_else(|| {
            self.sum_of_row(Some(row), None, known, tape);
            let place = self.layout.d + row as usize;
            tape.op(store(place));
            (place as u32, 1.0)
        });
        known.insert(row, place);
        place
    }

    /// What is injected into a row.
    fn injected(&self, row: u32) -> impl Iterator<Item = (Source, f64)> {
        let input = (self.plan.input_row == Some(row as usize)).then_some((memory(INPUT), 1.0));
        let here = self
            .plan
            .injections
            .iter()
            .filter(move |(at, ..)| *at == row);
        here.map(|(_, state, sign)| (memory(self.layout.h + *state as usize), *sign))
            .chain(input)
    }

    /// Place and sign of the one history or input that is all there is to a row's right side.
    fn is_history(&self, row: u32) -> Option<(u32, f64)> {
        let mut injected = self.injected(row);
        let (first, more) = (injected.next(), injected.next());
        let is_target = self
            .plan
            .forward
            .iter()
            .any(|forward| forward.target == row);
        match first {
            Some((Memory(place), sign)) if more.is_none() && !is_target => Some((place, sign)),
            _ => None,
        }
    }

    /// `sum = start + injections − Σ l·d`
    fn sum_of_row(
        &self,
        row: Option<u32>,
        start: Option<(Source, f64)>,
        known: &mut BTreeMap<u32, (u32, f64)>,
        tape: &mut Recorder,
    ) {
        let into_row = |row: u32| {
            self.plan
                .forward
                .iter()
                .filter(move |forward| forward.target == row)
        };
        let products: Vec<((u32, f64), u32)> = row
            .into_iter()
            .flat_map(into_row)
            .map(|forward| {
                (
                    self.right_side(forward.source, known, tape),
                    forward.coefficient,
                )
            })
            .collect();
        tape.total(
            start
                .into_iter()
                .chain(row.into_iter().flat_map(|row| self.injected(row))),
        );
        for ((place, sign), coefficient) in products {
            tape.product(place, Coefficient(coefficient), -sign);
        }
    }

    /// One Newton pass after the devices have answered: straight lines, elimination, wanted control voltages.
    pub fn solve(&self) -> Box<[Op]> {
        let mut tape = Recorder::default();
        self.pass(&mut tape);
        tape.finish()
    }

    fn pass(&self, tape: &mut Recorder) {
        self.straighten(tape);
        self.eliminate(tape);
        self.want(tape);
    }

    /// Every branch as a current at rest and slopes: charges join the currents, i −= Σ g·v.
    fn straighten(&self, tape: &mut Recorder) {
        let (plan, layout) = (self.plan, self.layout);
        let s = Coefficient(plan.charging_at as u32);
        for (wiring, places) in plan.wiring.iter().zip(&layout.devices) {
            let g = |branch, control| places.response + places.shape.g(branch, control);
            let c = |branch, control| places.response + places.shape.c(branch, control);
            if let Some(placed) = &places.law {
                self.draw(placed, places, tape);
                if !placed.law.is_bent {
                    continue;
                }
            }
            for branch in 0..places.shape.branches {
                let charge = wiring.charges.clone().nth(branch);
                let depends = || {
                    wiring
                        .depends
                        .iter()
                        .filter(|(on, _)| *on == branch)
                        .map(|(_, control)| *control)
                };
                if charge.is_some() {
                    for control in depends() {
                        tape.op(Op::Load(memory(g(branch, control))));
                        tape.op(Op::AddProduct(c(branch, control) as u32, s));
                        tape.op(store(g(branch, control)));
                    }
                }
                if let Some(charge) = charge {
                    tape.op(Op::Load(memory(places.response + places.shape.q(branch))));
                    tape.op(Op::Multiply(s));
                    tape.op(store(layout.charge + charge));
                    tape.op(Op::Subtract(memory(layout.h_charge + charge)));
                    tape.op(Op::Add(memory(places.response + branch)));
                } else {
                    tape.op(Op::Load(memory(places.response + branch)));
                }
                for control in depends() {
                    let (g, control) = (g(branch, control) as u32, places.control + control);
                    tape.op(Op::SubtractProduct(g, memory(layout.at + control)));
                }
                tape.op(store(places.current + branch));
            }
        }
    }

    /// A device whose law is on the tape.
    fn draw(&self, placed: &PlacedLaw, places: &DevicePlaces, tape: &mut Recorder) {
        let layout = self.layout;
        let place = |operand: &Operand| match *operand {
            Operand::Control(control) => layout.at + places.control + control,
            Operand::Rest(control) => layout.v_rest + places.control + control,
            Operand::Constant(value) => layout.constant(value),
            Operand::Local(local) => placed.locals + local,
            Operand::Slope(branch, control) => places.response + places.shape.g(branch, control),
            Operand::AtRest(branch) => places.current + branch,
            Operand::Current(branch) => places.response + branch,
            Operand::Charge(branch) => places.response + places.shape.q(branch),
            Operand::Capacitance(branch, control) => {
                places.response + places.shape.c(branch, control)
            }
        };
        let mut tables = placed.tables.iter();
        for op in &placed.law.ops {
            let source = |operand: &Operand| memory(place(operand));
            tape.op(match op {
                LawOp::Load(a) => Op::Load(source(a)),
                LawOp::Add(a) => Op::Add(source(a)),
                LawOp::Multiply(a) => Op::Multiply(source(a)),
                LawOp::AddProduct(a, b) => Op::AddProduct(place(a) as u32, source(b)),
                LawOp::SubtractProduct(a, b) => Op::SubtractProduct(place(a) as u32, source(b)),
                LawOp::DivideInto(a) => Op::DivideInto(place(a) as u32),
                LawOp::RootAtLeast(a) => Op::RootAtLeast(place(a) as u32),
                LawOp::Store(to) => store(place(to)),
                LawOp::Line { .. } | LawOp::Curves { .. } => {
                    let Some((bounds, table, _)) = tables.next() else {
                        continue;
                    };
                    match op {
                        LawOp::Line { slope, .. } => {
                            Op::Line(*table, *bounds as u32, place(slope) as u32)
                        }
                        LawOp::Curves { to, .. } => {
                            Op::Curves(*table, *bounds as u32, (placed.locals + to) as u32)
                        }
                        _ => continue,
                    }
                }
            });
        }
    }

    /// Slopes of the devices in a slot.
    fn slopes(&self, slot: u32) -> Vec<(Source, f64)> {
        let mut found = Vec::new();
        for (wiring, places) in self.plan.wiring.iter().zip(&self.layout.devices) {
            for (_, branch, control, sign) in wiring.slopes.iter().filter(|(at, ..)| *at == slot) {
                let g = places.response + places.shape.g(*branch, *control);
                found.push((memory(g), *sign));
            }
        }
        found
    }

    /// Currents of the devices into a late row.
    fn currents(&self, row: usize) -> Vec<(Source, f64)> {
        let mut found = Vec::new();
        for (wiring, places) in self.plan.wiring.iter().zip(&self.layout.devices) {
            for (branch, (p, n)) in wiring.branches.iter().enumerate() {
                let current = memory(places.current + branch);
                found.extend((*p == Some(row)).then_some((current, -1.0)));
                found.extend((*n == Some(row)).then_some((current, 1.0)));
            }
        }
        found
    }

    /// Elimination row by row: every entry is summed up once.
    fn eliminate(&self, tape: &mut Recorder) {
        let (plan, layout) = (self.plan, self.layout);
        // Where each slot stands once it is final.
        let mut at = vec![Coefficient(0); plan.n_slots];
        // (left, above) pairs that are taken off each slot and each right side.
        let mut off: Vec<Vec<(u32, u32)>> = vec![Vec::new(); plan.n_slots];
        let mut off_b: Vec<Vec<(u32, usize)>> = vec![Vec::new(); plan.late.len()];
        for (k, late) in plan.late.iter().enumerate() {
            for lower in &plan.lowers[late.below.clone()] {
                for (target, source) in &plan.updates[lower.updates.clone()] {
                    off[*target as usize].push((lower.slot, *source));
                }
                off_b[lower.row as usize].push((lower.slot, k));
            }
        }
        let place = |slot: u32| layout.slots + slot as usize;
        let entry = |slot: u32, at: &[Source], tape: &mut Recorder| {
            let start = plan.slot_starts[slot as usize]
                .then_some((Coefficient(plan.slots_at as u32 + slot), 1.0));
            tape.total(start.into_iter().chain(self.slopes(slot)));
            for (left, above) in &off[slot as usize] {
                tape.op(Op::SubtractProduct(
                    place(*left) as u32,
                    at[*above as usize],
                ));
            }
        };
        for (k, late) in plan.late.iter().enumerate() {
            for (slot, _) in &plan.rights[late.right.clone()] {
                let is_constant = off[*slot as usize].is_empty() && self.slopes(*slot).is_empty();
                if is_constant {
                    at[*slot as usize] = Coefficient(plan.slots_at as u32 + slot);
                } else {
                    entry(*slot, &at, tape);
                    tape.op(store(place(*slot)));
                    at[*slot as usize] = memory(place(*slot));
                }
            }
            entry(late.slot, &at, tape);
            tape.op(Op::DivideInto(ONE as u32));
            tape.op(store(layout.reciprocals + k));
            for lower in &plan.lowers[late.below.clone()] {
                entry(lower.slot, &at, tape);
                tape.op(Op::Multiply(memory(layout.reciprocals + k)));
                tape.op(store(place(lower.slot)));
            }
        }
        for (k, above) in off_b.iter().enumerate() {
            let right_side = (memory(layout.right_side + k), 1.0);
            tape.total(std::iter::once(right_side).chain(self.currents(k)));
            for (left, above) in above {
                tape.op(Op::SubtractProduct(
                    place(*left) as u32,
                    memory(layout.b + above),
                ));
            }
            tape.op(store(layout.b + k));
        }
        for (k, late) in plan.late.iter().enumerate().rev() {
            tape.op(Op::Load(memory(layout.b + k)));
            for (slot, col) in &plan.rights[late.right.clone()] {
                tape.op(Op::SubtractProduct(
                    (layout.b + *col as usize) as u32,
                    at[*slot as usize],
                ));
            }
            tape.op(Op::Multiply(memory(layout.reciprocals + k)));
            tape.op(store(layout.b + k));
        }
    }

    /// Wanted control voltages, and how far they are from where the devices were evaluated.
    fn want(&self, tape: &mut Recorder) {
        let (plan, layout) = (self.plan, self.layout);
        let b = |end: Unknown, sign: f64| end.map(|k| (memory(layout.b + k), sign));
        let controls = plan.wiring.iter().flat_map(|wiring| &wiring.controls);
        for ((p, n), wanted) in controls.zip(&layout.wanted) {
            if (*p).map(|k| layout.b + k) != Some(*wanted) {
                tape.total(b(*p, 1.0).into_iter().chain(b(*n, -1.0)));
                tape.op(store(*wanted));
            }
        }
        self.distances(layout.at, MOVED, tape);
    }

    /// Square of the distance from the wanted control voltages to those of the last step, in tolerances.
    pub fn distance(&self) -> Box<[Op]> {
        let mut tape = Recorder::default();
        self.distances(self.layout.v, DISTANCE, &mut tape);
        tape.finish()
    }

    /// Sum of the squares of the wanted control voltages' distances from others, in tolerances: not finite where one of
    /// them is not.
    fn distances(&self, from: usize, to: usize, tape: &mut Recorder) {
        let layout = self.layout;
        for control in 0..layout.n_controls {
            tape.op(Op::Load(memory(layout.wanted[control])));
            tape.op(Op::Subtract(memory(from + control)));
            tape.op(Op::Multiply(memory(layout.scales + control)));
            tape.op(store(layout.distance));
            if control == 0 {
                tape.op(Op::Multiply(memory(layout.distance)));
            } else {
                tape.op(Op::Load(memory(layout.so_far)));
                tape.op(Op::AddProduct(
                    layout.distance as u32,
                    memory(layout.distance),
                ));
            }
            tape.op(store(layout.so_far));
        }
        if layout.n_controls == 0 {
            tape.op(Op::Zero);
        }
        tape.op(store(to));
    }

    /// Unknowns, histories and control voltages after the last pass.
    pub fn finish(&self) -> Box<[Op]> {
        let (plan, layout) = (self.plan, self.layout);
        let mut tape = Recorder::default();
        let x = |col: u32| layout.x + col as usize;
        for (k, col) in plan.late_cols.iter().enumerate() {
            tape.op(Op::Load(memory(layout.b + k)));
            tape.op(store(x(*col)));
        }
        let mut known = BTreeMap::new();
        for backward in &plan.backward {
            tape.op(Op::Load(Coefficient(backward.constant)));
            if let Some((coefficient, row)) = backward.moving {
                let (d, sign) = self.right_side(row, &mut known, &mut Recorder::default());
                tape.product(d, Coefficient(coefficient), sign);
            }
            for term in &plan.backward_terms[backward.terms.clone()] {
                tape.op(Op::AddProduct(
                    x(term.col) as u32,
                    Coefficient(term.coefficient),
                ));
            }
            tape.op(store(x(backward.col)));
        }
        // What depends on no unknown is not a history: a noise current, held until it is drawn again.
        let histories = (0..layout.n_states).filter(|state| !plan.states[*state].is_empty());
        for state in histories {
            self.doubled(state, &mut tape);
            tape.op(Op::Subtract(memory(layout.h + state)));
            tape.op(store(layout.h + state));
        }
        self.remember_charges(&mut tape);
        self.predict(&mut tape);
        // Everything else follows from the late unknowns, the input and what was finite before.
        let early = plan.backward.iter().map(|backward| backward.col);
        let late = plan.late_cols.iter().copied();
        let cols: Vec<u32> = if plan.late_cols.is_empty() {
            early.collect()
        } else {
            late.collect()
        };
        tape.total(cols.iter().map(|col| (memory(x(*col)), 1.0)));
        tape.op(store(CHECK));
        tape.finish()
    }

    /// Control voltages after the step, and the devices on the parabola of the last three steps for the next one:
    /// `at = v + 2·step − step before`.
    fn predict(&self, tape: &mut Recorder) {
        let layout = self.layout;
        for (control, wanted) in layout.wanted.iter().enumerate() {
            let [v, v_step, at] = [layout.v, layout.v_step, layout.at].map(|array| array + control);
            tape.op(Op::Load(memory(*wanted)));
            tape.op(Op::Subtract(memory(v)));
            tape.op(store(layout.distance));
            tape.op(Op::Add(memory(layout.distance)));
            tape.op(Op::Add(memory(*wanted)));
            tape.op(Op::Subtract(memory(v_step)));
            tape.op(store(at));
            tape.op(Op::Load(memory(layout.distance)));
            tape.op(store(v_step));
            tape.op(Op::Load(memory(*wanted)));
            tape.op(store(v));
        }
    }

    /// Charges at the solution, on the straight lines that the solution was found with, and their histories.
    fn remember_charges(&self, tape: &mut Recorder) {
        let layout = self.layout;
        let charging = Coefficient(self.plan.charging_at as u32);
        for (wiring, places) in self.plan.wiring.iter().zip(&layout.devices) {
            for (branch, charge) in wiring.charges.clone().enumerate() {
                let [w, w_before, i, h] = [
                    layout.w_charge,
                    layout.w_before,
                    layout.i_charge,
                    layout.h_charge,
                ]
                .map(|array| array + charge);
                let depends = wiring.depends.iter().filter(|(on, _)| *on == branch);
                tape.op(Op::Load(memory(w)));
                tape.op(store(w_before));
                tape.op(Op::Zero);
                for (_, control) in depends {
                    let c = (places.response + places.shape.c(branch, *control)) as u32;
                    let at = places.control + control;
                    let (at, wanted) = (memory(layout.at + at), layout.wanted[at]);
                    tape.op(Op::AddProduct(c, memory(wanted)));
                    tape.op(Op::SubtractProduct(c, at));
                }
                tape.op(Op::Multiply(charging));
                tape.op(Op::Add(memory(layout.charge + charge)));
                tape.op(store(w));
                tape.op(Op::Subtract(memory(h)));
                tape.op(store(i));
                tape.op(Op::Multiply(memory(RINGING)));
                tape.op(Op::AddProduct(w as u32, memory(FROM_LAST)));
                tape.op(Op::SubtractProduct(w_before as u32, memory(FROM_BEFORE)));
                tape.op(store(h));
            }
        }
    }

    /// 2·w of every state at the unknowns after the last step.
    pub fn double(&self) -> Box<[Op]> {
        let mut tape = Recorder::default();
        for state in 0..self.layout.n_states {
            self.doubled(state, &mut tape);
            tape.op(store(self.layout.doubled + state));
        }
        tape.finish()
    }

    /// `sum = 2·w` of one state.
    fn doubled(&self, state: usize, tape: &mut Recorder) {
        let x = |col: u32| self.layout.x + col as usize;
        let terms = &self.plan.state_terms[self.plan.states[state].clone()];
        let Some((first, more)) = terms.split_first() else {
            return tape.op(Op::Zero);
        };
        let ends = std::iter::once((memory(x(first.plus)), 1.0));
        tape.total(ends.chain(first.minus.map(|col| (memory(x(col)), -1.0))));
        tape.op(Op::Multiply(Coefficient(first.coefficient)));
        for term in more {
            tape.op(Op::AddProduct(
                x(term.plus) as u32,
                Coefficient(term.coefficient),
            ));
        }
    }
}
