//! Straight-line programs on a flat memory: what a step does, operation by operation.
//!
//! The machine has one register of two lanes, the *sum*. Every result in a circuit's step is a sum of products (a
//! right side, a matrix entry less its eliminations, an unknown, a history), so it is built up in the register and
//! stored once.

use crate::devices::Table;
use crate::devices::add_product;
use std::sync::Arc;
use wide::f64x2;

/// Where an operand stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// A place in the solver's memory.
    Memory(u32),
    /// A coefficient of the plan.
    Coefficient(u32),
}

/// One operation on the sum. A bare number is a place in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    /// `sum = 0`
    Zero,
    /// `sum = source`
    Load(Source),
    /// `sum += source`
    Add(Source),
    /// `sum −= source`
    Subtract(Source),
    /// `sum ·= source`
    Multiply(Source),
    /// `sum += memory·source`, rounded once where the processor can.
    AddProduct(u32, Source),
    /// `sum −= memory·source`, rounded once where the processor can.
    SubtractProduct(u32, Source),
    /// `sum = memory/sum`
    DivideInto(u32),
    /// `sum = √max(sum, memory)`
    RootAtLeast(u32),
    /// The straight line that touches a table at the sum: `memory = slope, sum = value − slope·sum`. Table, the first of two
    /// places with its bounds, memory.
    Line(u32, u32, u32),
    /// Values and slopes of a table's functions at the sum, value by slope from a place on. Table, the first of two places
    /// with its bounds, the first place. The sum is lost.
    Curves(u32, u32, u32),
    /// `memory = sum`
    Store(u32),
}

impl Op {
    fn source(self) -> Option<Source> {
        match self {
            Self::Load(source)
            | Self::Add(source)
            | Self::Subtract(source)
            | Self::Multiply(source)
            | Self::AddProduct(_, source)
            | Self::SubtractProduct(_, source) => Some(source),
            _ => None,
        }
    }

    /// Places in memory that the operation reads.
    pub fn reads(self) -> [Option<u32>; 2] {
        let direct = match self {
            Self::AddProduct(place, _)
            | Self::SubtractProduct(place, _)
            | Self::DivideInto(place)
            | Self::RootAtLeast(place) => Some(place),
            _ => None,
        };
        let by_source = match self.source() {
            Some(Source::Memory(place)) => Some(place),
            _ => None,
        };
        [direct, by_source]
    }

    /// Whether memory and coefficients of these numbers, and these tables, are enough for the operation.
    pub fn fits(self, n_memory: usize, n_coefficients: usize, tables: &[Arc<Table>]) -> bool {
        let last = match self {
            Self::Store(place) | Self::Line(_, _, place) => Some(place),
            Self::Curves(table, _, first) => {
                let n = tables
                    .get(table as usize)
                    .map_or(0, |table| table.n_functions());
                Some(first + 2 * n as u32)
            }
            _ => None,
        };
        let bounds = match self {
            Self::Line(_, bounds, _) | Self::Curves(_, bounds, _) => Some(bounds + 1),
            _ => None,
        };
        let mut memory = self.reads().into_iter().chain([last, bounds]).flatten();
        let coefficient_fits = match self.source() {
            Some(Source::Coefficient(place)) => (place as usize) < n_coefficients,
            _ => true,
        };
        let table_fits = match self {
            Self::Line(table, ..) | Self::Curves(table, ..) => (table as usize) < tables.len(),
            _ => true,
        };
        coefficient_fits && table_fits && memory.all(|place| (place as usize) < n_memory)
    }
}

/// Plays a tape: `memory` is what it works on, `coefficients` are what the knobs move. `FUSED` sums of products are
/// rounded once for each product.
pub fn interpret<const FUSED: bool>(
    tape: &[Op],
    tables: &[Arc<Table>],
    memory: &mut [f64x2],
    coefficients: &[f64x2],
) {
    let mut sum = f64x2::ZERO;
    for op in tape {
        let memory_at = |place: u32| memory[place as usize];
        let at = |source: Source| match source {
            Source::Memory(place) => memory[place as usize],
            Source::Coefficient(place) => coefficients[place as usize],
        };
        match *op {
            Op::Zero => sum = f64x2::ZERO,
            Op::Load(source) => sum = at(source),
            Op::Add(source) => sum += at(source),
            Op::Subtract(source) => sum -= at(source),
            Op::Multiply(source) => sum *= at(source),
            Op::AddProduct(place, source) => {
                sum = add_product::<FUSED>(sum, memory_at(place), at(source));
            }
            Op::SubtractProduct(place, source) => {
                sum = add_product::<FUSED>(sum, -memory_at(place), at(source));
            }
            Op::DivideInto(place) => sum = memory_at(place) / sum,
            Op::RootAtLeast(place) => sum = sum.fast_max(memory_at(place)).sqrt(),
            Op::Line(table, bounds, slope) => {
                let bounds = [bounds, bounds + 1].map(memory_at);
                (sum, memory[slope as usize]) = tables[table as usize].line::<FUSED>(bounds, sum);
            }
            Op::Curves(table, bounds, first) => {
                let (table, bounds) =
                    (&tables[table as usize], [bounds, bounds + 1].map(memory_at));
                let first = first as usize;
                let to = &mut memory[first..first + 2 * table.n_functions()];
                table.curves::<FUSED>(bounds, sum, to);
            }
            Op::Store(place) => memory[place as usize] = sum,
        }
    }
}

/// A tape in the making.
#[derive(Debug, Default)]
pub struct Recorder {
    ops: Vec<Op>,
}

impl Recorder {
    pub fn op(&mut self, op: Op) {
        // What was just stored is still the sum.
        let is_there = matches!((self.ops.last(), op), (Some(Op::Store(to)), Op::Load(Source::Memory(from))) if *to == from);
        if !is_there {
            self.ops.push(op);
        }
    }

    /// `sum = Σ ±source`, from 0 where there are none.
    pub fn total(&mut self, parts: impl IntoIterator<Item = (Source, f64)>) {
        let mut parts: Vec<_> = parts.into_iter().collect();
        match parts.iter().position(|(_, sign)| *sign > 0.0) {
            Some(first) => self.op(Op::Load(parts.remove(first).0)),
            None => self.op(Op::Zero),
        }
        for (source, sign) in parts {
            self.op(if sign > 0.0 {
                Op::Add(source)
            } else {
                Op::Subtract(source)
            });
        }
    }

    /// `sum ±= memory·source`
    pub fn product(&mut self, place: u32, source: Source, sign: f64) {
        self.op(if sign > 0.0 {
            Op::AddProduct(place, source)
        } else {
            Op::SubtractProduct(place, source)
        });
    }

    pub fn finish(self) -> Box<[Op]> {
        self.ops.into_boxed_slice()
    }
}
