//! An expression as a flat list of operations; slopes by going through it backwards.

use crate::devices::behavioural::Function;
use crate::devices::behavioural::Table;
use std::collections::HashMap;
use wide::f64x2;

/// Where an operand comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Source {
    Control(u32),
    Constant(u32),
    /// What an earlier operation gave.
    Result(u32),
}

#[derive(Clone, Debug)]
enum Operation {
    Call(Function, [Source; 3]),
    Table(Table, Source),
}

/// A program of one result.
#[derive(Clone, Debug, Default)]
pub struct Program {
    constants: Vec<f64>,
    operations: Vec<Operation>,
    result: Option<Source>,
}

/// Writes a program; what is computed twice is written once.
#[derive(Debug, Default)]
pub struct Writer {
    program: Program,
    constants: HashMap<u64, Source>,
    calls: HashMap<(Function, [Source; 3]), Source>,
}

impl Writer {
    pub fn constant(&mut self, value: f64) -> Source {
        let constants = &mut self.program.constants;
        *self.constants.entry(value.to_bits()).or_insert_with(|| {
            constants.push(value);
            Source::Constant((constants.len() - 1) as u32)
        })
    }

    pub fn call(&mut self, function: Function, operands: &[Source]) -> Source {
        let last = operands[operands.len() - 1];
        let all = std::array::from_fn(|k| operands.get(k).copied().unwrap_or(last));
        let operations = &mut self.program.operations;
        *self.calls.entry((function, all)).or_insert_with(|| {
            operations.push(Operation::Call(function, all));
            Source::Result((operations.len() - 1) as u32)
        })
    }

    pub fn table(&mut self, table: Table, operand: Source) -> Source {
        let operations = &mut self.program.operations;
        operations.push(Operation::Table(table, operand));
        Source::Result((operations.len() - 1) as u32)
    }

    pub fn finish(mut self, result: Source) -> Program {
        self.program.result = Some(result);
        self.program
    }
}

impl Program {
    /// Places that [`run`](Self::run) works in.
    pub fn n_scratch(&self) -> usize {
        2 * self.operations.len()
    }

    /// Value of the program at these controls; its slopes are written to `slopes`, one a control.
    pub fn run(&self, controls: &[f64x2], slopes: &mut [f64x2], scratch: &mut [f64x2]) -> f64x2 {
        let n = self.operations.len();
        let (results, weights) = scratch.split_at_mut(n);
        for (k, operation) in self.operations.iter().enumerate() {
            results[k] = match operation {
                Operation::Call(function, sources) => {
                    let operands = sources.map(|source| self.read(source, controls, results));
                    function.value_of_lanes(operands)
                }
                Operation::Table(table, source) => {
                    table.at(self.read(*source, controls, results)).0
                }
            };
        }
        slopes.fill(f64x2::ZERO);
        weights[..n].fill(f64x2::ZERO);
        let Some(result) = self.result else {
            return f64x2::ZERO;
        };
        let mut add = |to: Source, weight: f64x2, weights: &mut [f64x2]| match to {
            Source::Control(k) => slopes[k as usize] += weight,
            Source::Result(k) => weights[k as usize] += weight,
            Source::Constant(_) => {}
        };
        add(result, f64x2::ONE, weights);
        for (k, operation) in self.operations.iter().enumerate().rev() {
            let weight = weights[k];
            match operation {
                Operation::Call(function, sources) => {
                    let operands = sources.map(|source| self.read(source, controls, results));
                    let is_constant = sources.map(|s| matches!(s, Source::Constant(_)));
                    let by = function.slopes_of_lanes(operands, results[k], is_constant);
                    for place in 0..function.operands() {
                        add(sources[place], weight * by[place], weights);
                    }
                }
                Operation::Table(table, source) => {
                    let slope = table.at(self.read(*source, controls, results)).1;
                    add(*source, weight * slope, weights);
                }
            }
        }
        self.read(result, controls, results)
    }

    #[inline(always)]
    fn read(&self, source: Source, controls: &[f64x2], results: &[f64x2]) -> f64x2 {
        match source {
            Source::Control(k) => controls[k as usize],
            Source::Constant(k) => f64x2::splat(self.constants[k as usize]),
            Source::Result(k) => results[k as usize],
        }
    }
}
