//! Tapes in the instructions of x86-64: SSE2, which every such machine has.
//!
//! A result that the tape reads again stays in a register, as long as there is one: the result that is read again
//! last gives way. That shortens the chains of waiting, which go through memory otherwise. A *local* result, which
//! nothing but its tape reads, is stored only when it gives way.
//!
//! Encodings are those of the Intel 64 manual, volume 2.

use crate::circuit::tape::Op;
use crate::circuit::tape::Source;
use std::collections::BTreeMap;
use std::ops::Range;

/// Displacements are signed and 32 bits long.
pub const MAX_PLACES: usize = i32::MAX as usize / 16;

const LOAD: u8 = 0x28;
const STORE: u8 = 0x29;
const XOR: u8 = 0x57;
const ADD: u8 = 0x58;
const MULTIPLY: u8 = 0x59;
const SUBTRACT: u8 = 0x5c;
const DIVIDE: u8 = 0x5e;
const MAX: u8 = 0x5f;
const RETURN: u8 = 0xc3;

/// Base registers of coefficients and memory, in an operand's last three bits.
const RSI: u8 = 6;
const RDI: u8 = 7;

/// xmm0 holds a product on its way into the sum.
const PRODUCT: u8 = 0;
/// xmm1 to xmm15 hold the sum and results.
const RESULTS: Range<u8> = 1..16;

/// A result in a register.
#[derive(Clone, Copy)]
struct Held {
    place: u32,
    is_stored: bool,
}

struct Translator {
    bytes: Vec<u8>,
    /// What each register holds besides, or instead of, the sum.
    held: [Option<Held>; RESULTS.end as usize],
    /// Register of the sum.
    sum: u8,
    local: Range<u32>,
    /// Where in the tape each place is read.
    reads: BTreeMap<u32, Vec<usize>>,
    /// Number of the operation that is being translated.
    now: usize,
}

/// The function of a tape: memory in `rdi`, coefficients in `rsi`. Changes no other register than xmm0 to xmm15.
pub fn translate(tape: &[Op], local: Range<usize>) -> Vec<u8> {
    let mut reads: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for (index, op) in tape.iter().enumerate() {
        for place in op.reads().into_iter().flatten() {
            reads.entry(place).or_default().push(index);
        }
    }
    let mut translator = Translator {
        bytes: Vec::new(),
        held: [None; RESULTS.end as usize],
        sum: RESULTS.start,
        local: local.start as u32..local.end as u32,
        reads,
        now: 0,
    };
    if !matches!(tape.first(), Some(Op::Load(_) | Op::Zero)) {
        translator.op(Op::Zero);
    }
    for (index, op) in tape.iter().enumerate() {
        translator.now = index;
        translator.op(*op);
    }
    translator.bytes.push(RETURN);
    translator.bytes
}

impl Translator {
    fn op(&mut self, op: Op) {
        match op {
            Op::Zero => {
                self.sum = self.free_register();
                self.with_register(XOR, self.sum, self.sum);
            }
            Op::Load(source) => {
                let register = self.free_register();
                self.with_source(LOAD, register, source);
                self.sum = register;
            }
            Op::Add(source) => self.change(ADD, source),
            Op::Subtract(source) => self.change(SUBTRACT, source),
            Op::Multiply(source) => self.change(MULTIPLY, source),
            Op::Max(place) => self.change(MAX, Source::Memory(place)),
            Op::AddProduct(place, source) => self.product(ADD, place, source),
            Op::SubtractProduct(place, source) => self.product(SUBTRACT, place, source),
            Op::Square => {
                self.own_sum();
                self.with_register(MULTIPLY, self.sum, self.sum);
            }
            Op::DivideInto(place) => {
                let register = self.free_register();
                self.with_source(LOAD, register, Source::Memory(place));
                self.with_register(DIVIDE, register, self.sum);
                self.sum = register;
            }
            Op::Store(place) => self.store(place),
        }
    }

    fn change(&mut self, operation: u8, source: Source) {
        self.own_sum();
        self.with_source(operation, self.sum, source);
    }

    fn product(&mut self, operation: u8, place: u32, source: Source) {
        self.with_source(LOAD, PRODUCT, Source::Memory(place));
        self.with_source(MULTIPLY, PRODUCT, source);
        self.own_sum();
        self.with_register(operation, self.sum, PRODUCT);
    }

    fn store(&mut self, place: u32) {
        for held in &mut self.held {
            *held = held.filter(|held| held.place != place);
        }
        let is_local = self.local.contains(&place);
        if !is_local {
            self.with_memory(STORE, self.sum, Source::Memory(place));
        }
        if self.next_read(place).is_some() {
            self.give_way(self.sum);
            self.held[self.sum as usize] = Some(Held {
                place,
                is_stored: !is_local,
            });
        }
    }

    /// Where a place is read next after this operation; a place that is written before is none the worse.
    fn next_read(&self, place: u32) -> Option<usize> {
        let reads = self.reads.get(&place)?;
        reads
            .get(reads.partition_point(|at| *at <= self.now))
            .copied()
    }

    /// Makes the sum's register its own, so that it can change.
    fn own_sum(&mut self) {
        if let Some(held) = self.held[self.sum as usize] {
            let old = self.sum;
            let is_read_now = self.reads[&held.place].contains(&self.now);
            if self.next_read(held.place).is_some() || is_read_now {
                self.sum = self.free_register();
                self.with_register(LOAD, self.sum, old);
            } else {
                self.held[old as usize] = None;
            }
        }
    }

    /// A register other than the sum's that holds nothing.
    fn free_register(&mut self) -> u8 {
        let next = |register: u8| {
            let held = self.held[register as usize]?;
            // What this operation itself reads must not go.
            let is_read_now = self.reads[&held.place].contains(&self.now);
            if is_read_now {
                Some(self.now)
            } else {
                self.next_read(held.place)
            }
        };
        let latest = |register: &u8| next(*register).unwrap_or(usize::MAX);
        let others = RESULTS.filter(|register| *register != self.sum);
        let register = others.max_by_key(latest).unwrap_or(RESULTS.start);
        self.give_way(register);
        register
    }

    /// Stores what a register holds, if it is needed and nowhere else.
    fn give_way(&mut self, register: u8) {
        if let Some(Held { place, is_stored }) = self.held[register as usize].take() {
            let is_read = self.reads[&place].iter().any(|at| *at >= self.now);
            if is_read && !is_stored {
                self.with_memory(STORE, register, Source::Memory(place));
            }
        }
    }

    /// `operation register, source`, wherever the source is at the moment.
    fn with_source(&mut self, operation: u8, register: u8, source: Source) {
        let is_here =
            |held: &Option<Held>| held.is_some_and(|held| Source::Memory(held.place) == source);
        match self.held.iter().position(is_here) {
            Some(other) => self.with_register(operation, register, other as u8),
            None => self.with_memory(operation, register, source),
        }
    }

    /// `operation register, [base + 16·place]`
    fn with_memory(&mut self, operation: u8, register: u8, source: Source) {
        let (base, place) = match source {
            Source::Memory(place) => (RDI, place),
            Source::Coefficient(place) => (RSI, place),
        };
        self.opcode(operation, register, base);
        self.bytes.push(0x80 | (register & 7) << 3 | base);
        self.bytes.extend((place * 16).to_le_bytes());
    }

    /// `operation register, other`
    fn with_register(&mut self, operation: u8, register: u8, other: u8) {
        self.opcode(operation, register, other);
        self.bytes.push(0xc0 | (register & 7) << 3 | other & 7);
    }

    fn opcode(&mut self, operation: u8, register: u8, other: u8) {
        self.bytes.push(0x66);
        let extension = 0x40 | (register & 8) >> 1 | (other & 8) >> 3;
        if extension != 0x40 {
            self.bytes.push(extension);
        }
        self.bytes.extend([0x0f, operation]);
    }
}
