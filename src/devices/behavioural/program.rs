//! An expression as a flat list of operations; slopes by going through it backwards.

use crate::devices::behavioural::Function;
use crate::devices::behavioural::Table;
use std::collections::HashMap;
use wide::f64x2;

/// Most controls of a program that is sampled.
pub const MAX_SAMPLED: usize = 4;

/// Where an operand comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Source {
    Control(u32),
    Constant(u32),
    /// What an earlier operation gave.
    Result(u32),
}

#[derive(Clone, Debug, PartialEq)]
enum Operation {
    Call(Function, [Source; 3]),
    Table(Table, Source),
}

/// A program of one result.
#[derive(Clone, Debug, Default, PartialEq)]
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

    /// Another program's result, with these in the places of its controls, and `softplus`, if given, in the place of its
    /// [`Function::Softplus`].
    pub fn inline(
        &mut self,
        program: &Program,
        controls: &[Source],
        softplus: Option<Source>,
    ) -> Source {
        let mut results: Vec<Source> = Vec::new();
        let place = |source: Source, results: &[Source], to: &mut Self| match source {
            Source::Control(k) => controls[k as usize],
            Source::Constant(k) => to.constant(program.constants[k as usize]),
            Source::Result(k) => results[k as usize],
        };
        for operation in &program.operations {
            let result = match (operation, softplus) {
                (Operation::Call(Function::Softplus, _), Some(softplus)) => softplus,
                (Operation::Call(function, sources), _) => {
                    let operands = sources.map(|source| place(source, &results, self));
                    self.call(*function, &operands[..function.operands()])
                }
                (Operation::Table(table, source), _) => {
                    let operand = place(*source, &results, self);
                    self.table(table.clone(), operand)
                }
            };
            results.push(result);
        }
        match program.result {
            Some(result) => place(result, &results, self),
            None => self.constant(0.0),
        }
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

    /// What stands in the only [`Function::Softplus`], as a program of the same controls, and the program with that
    /// function's value as one more control, the last of `n_controls + 1`. `None` if there are others, or none.
    pub fn around_softplus(&self, n_controls: usize) -> Option<(Self, Self)> {
        let mut arguments = self
            .operations
            .iter()
            .filter_map(|operation| match operation {
                Operation::Call(Function::Softplus, sources) => Some(sources[0]),
                _ => None,
            });
        let (Some(argument), None) = (arguments.next(), arguments.next()) else {
            return None;
        };
        let inside = Self {
            result: Some(argument),
            ..self.clone()
        };
        let controls: Vec<Source> = (0..=n_controls as u32).map(Source::Control).collect();
        let mut writer = Writer::default();
        let result = writer.inline(self, &controls, Some(controls[n_controls]));
        Some((inside, writer.finish(result)))
    }

    /// Which of so many controls the result depends on.
    pub fn reads(&self, n_controls: usize) -> Vec<bool> {
        let mut is_read = vec![false; n_controls];
        let mut is_needed = vec![false; self.operations.len()];
        let mut need = |source: Source, is_needed: &mut [bool]| match source {
            Source::Control(k) => is_read[k as usize] = true,
            Source::Result(k) => is_needed[k as usize] = true,
            Source::Constant(_) => {}
        };
        self.result
            .into_iter()
            .for_each(|result| need(result, &mut is_needed));
        for (k, operation) in self.operations.iter().enumerate().rev() {
            match operation {
                _ if !is_needed[k] => {}
                Operation::Call(function, sources) => sources[..function.operands()]
                    .iter()
                    .for_each(|source| need(*source, &mut is_needed)),
                Operation::Table(_, source) => need(*source, &mut is_needed),
            }
        }
        is_read
    }

    /// Value and slopes at these controls, [`MAX_SAMPLED`] at most; not for the audio path.
    pub fn at(&self, controls: &[f64]) -> (f64, [f64; MAX_SAMPLED]) {
        let lanes: [f64x2; MAX_SAMPLED] =
            std::array::from_fn(|k| f64x2::splat(controls.get(k).copied().unwrap_or(0.0)));
        let mut slopes = [f64x2::ZERO; MAX_SAMPLED];
        let mut scratch = vec![f64x2::ZERO; self.n_scratch()];
        let value = self.run(&lanes, &mut slopes, &mut scratch);
        let first = |value: f64x2| value.to_array()[0];
        (first(value), slopes.map(first))
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
