//! Tapes in the instructions of x86-64 with AVX and FMA: three operands, and a product joins its sum in one rounding.
//!
//! A place that the tape reads again stays in a register, as long as there is one: the place that is read again last
//! gives way. That shortens the chains of waiting, which go through memory otherwise. A *local* result, which nothing
//! but its tape reads, is stored only when it gives way.
//!
//! Encodings are those of the Intel 64 manual, volume 2.

use crate::circuit::tape::Op;
use crate::circuit::tape::Source;
use crate::devices::Spacing;
use crate::devices::Table;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

/// Displacements are signed and 32 bits long.
pub const MAX_PLACES: usize = i32::MAX as usize / 16;

/// An instruction: its map, prefix, 64-bit flag and operation code.
#[derive(Clone, Copy)]
struct Code(u8, u8, u8, u8);

const LOAD: Code = Code(1, 1, 0, 0x28);
const STORE: Code = Code(1, 1, 0, 0x29);
const LOAD_UNALIGNED: Code = Code(1, 1, 0, 0x10);
const LOW_HALVES: Code = Code(1, 1, 0, 0x14);
const HIGH_HALVES: Code = Code(1, 1, 0, 0x15);
const ROOT: Code = Code(1, 1, 0, 0x51);
const AND: Code = Code(1, 1, 0, 0x54);
const XOR: Code = Code(1, 1, 0, 0x57);
const ADD: Code = Code(1, 1, 0, 0x58);
const MULTIPLY: Code = Code(1, 1, 0, 0x59);
const SUBTRACT: Code = Code(1, 1, 0, 0x5c);
const MIN: Code = Code(1, 1, 0, 0x5d);
const DIVIDE: Code = Code(1, 1, 0, 0x5e);
const MAX: Code = Code(1, 1, 0, 0x5f);
/// `vcvttpd2dq`, `vcvtdq2pd`, `vpslld`, `vpsubq`, `vpsrlq`, `vmovd`, `vpextrd`.
const TO_INTEGERS: Code = Code(1, 1, 0, 0xe6);
const FROM_INTEGERS: Code = Code(1, 2, 0, 0xe6);
const SHIFT: Code = Code(1, 1, 0, 0x72);
const SHIFT_LEFT: u8 = 6;
const SUBTRACT_LONG: Code = Code(1, 1, 0, 0xfb);
const SHIFT_LONG: Code = Code(1, 1, 0, 0x73);
const SHIFT_RIGHT: u8 = 2;
const FIRST_INTEGER: Code = Code(1, 1, 0, 0x7e);
const AN_INTEGER: Code = Code(3, 1, 0, 0x16);
/// `d += a·b`, `d −= a·b`, `d = d·a + b`.
const ADD_PRODUCT: Code = Code(2, 1, 1, 0xb8);
const SUBTRACT_PRODUCT: Code = Code(2, 1, 1, 0xbc);
const MULTIPLY_ADD: Code = Code(2, 1, 1, 0xa8);
const RETURN: u8 = 0xc3;
/// `mov rdx, imm64`
const LOAD_RDX: [u8; 2] = [0x48, 0xba];

/// General registers: cells of the two lanes, table, coefficients, memory.
const RAX: u8 = 0;
const RCX: u8 = 1;
const RDX: u8 = 2;
const RSI: u8 = 6;
const RDI: u8 = 7;

const REGISTERS: Range<u8> = 0..16;

/// The last operand of an instruction.
#[derive(Clone, Copy)]
enum Operand {
    Register(u8),
    /// Base register and distance.
    At(u8, u32),
    /// The half of the cell that this register numbers.
    Cell(u8, u8),
}

/// A place in a register.
#[derive(Clone, Copy)]
struct Held {
    place: u32,
    is_stored: bool,
}

struct Translator<'a> {
    bytes: Vec<u8>,
    /// What each register holds besides, or instead of, the sum.
    held: [Option<Held>; REGISTERS.end as usize],
    /// Register of the sum.
    sum: u8,
    /// Registers that the operation being translated works in.
    busy: u16,
    local: Range<u32>,
    /// Where in the tape each place is read.
    reads: BTreeMap<u32, Vec<usize>>,
    /// Number of the operation that is being translated.
    now: usize,
    tables: &'a [Arc<Table>],
}

/// The function of a tape: memory in `rdi`, coefficients in `rsi`. Changes no other registers than xmm0 to xmm15, rax,
/// rcx and rdx; reads the tables where they are.
pub fn translate(tape: &[Op], tables: &[Arc<Table>], local: Range<usize>) -> Vec<u8> {
    let mut reads: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for (index, op) in tape.iter().enumerate() {
        for place in op.reads().into_iter().flatten() {
            reads.entry(place).or_default().push(index);
        }
    }
    let mut translator = Translator {
        bytes: Vec::new(),
        held: [None; REGISTERS.end as usize],
        sum: 0,
        busy: 0,
        local: local.start as u32..local.end as u32,
        reads,
        now: 0,
        tables,
    };
    if !matches!(tape.first(), Some(Op::Load(_) | Op::Zero)) {
        translator.op(Op::Zero);
    }
    for (index, op) in tape.iter().enumerate() {
        (translator.now, translator.busy) = (index, 0);
        translator.op(*op);
    }
    translator.bytes.push(RETURN);
    translator.bytes
}

impl Translator<'_> {
    fn op(&mut self, op: Op) {
        match op {
            Op::Zero => {
                self.sum = self.take();
                self.code(XOR, self.sum, self.sum, Operand::Register(self.sum));
            }
            Op::Load(Source::Memory(place)) => self.sum = self.fetch(place),
            Op::Load(coefficient) => {
                self.sum = self.take();
                self.code(LOAD, self.sum, 0, self.operand(coefficient));
            }
            Op::Add(source) => self.change(ADD, source),
            Op::Subtract(source) => self.change(SUBTRACT, source),
            Op::Multiply(source) => self.change(MULTIPLY, source),
            Op::AddProduct(place, source) => self.product(ADD_PRODUCT, place, source),
            Op::SubtractProduct(place, source) => self.product(SUBTRACT_PRODUCT, place, source),
            Op::DivideInto(place) => {
                let dividend = self.fetch(place);
                let to = self.target();
                self.code(DIVIDE, to, dividend, Operand::Register(self.sum));
                self.sum = to;
            }
            Op::RootAtLeast(place) => {
                self.change(MAX, Source::Memory(place));
                self.code(ROOT, self.sum, 0, Operand::Register(self.sum));
            }
            Op::Line(table, bounds, slope) => self.line(table, bounds, slope),
            Op::Curves(table, bounds, first) => self.curves(table, bounds, first),
            Op::Store(place) => self.store(self.sum, place),
        }
    }

    fn change(&mut self, code: Code, source: Source) {
        let operand = self.operand(source);
        let to = self.target();
        self.code(code, to, self.sum, operand);
        self.sum = to;
    }

    fn product(&mut self, code: Code, place: u32, source: Source) {
        let (factor, other) = match (self.find(place), self.operand(source)) {
            (None, Operand::Register(other)) => (other, self.operand(Source::Memory(place))),
            (Some(factor), other) => (factor, other),
            (None, other) => (self.fetch(place), other),
        };
        self.busy |= 1 << factor;
        let to = self.target();
        if to != self.sum {
            self.code(LOAD, to, 0, Operand::Register(self.sum));
            self.sum = to;
        }
        self.code(code, to, factor, other);
    }

    /// `Table::spot` in the same order: registers of the argument inside the bounds and of u, the cells' rows in rax and
    /// rcx, the table in rdx. Then free registers.
    fn spot<const FREE: usize>(&mut self, table: u32, bounds: u32) -> ([u8; 2], [u8; FREE]) {
        let table = &self.tables[table as usize];
        self.bytes.extend(LOAD_RDX);
        self.bytes
            .extend((table.data().as_ptr() as u64).to_le_bytes());
        // An index counts eights, and a cell has four or eight of them.
        let (shift, spacing) = (1 + table.n_functions() as u8, table.spacing());
        let header = |row: u32| Operand::At(RDX, 16 * row);
        let [low, end] = [bounds, bounds + 1].map(|place| self.operand(Source::Memory(place)));
        let [inside, u] = std::array::from_fn(|_| self.take());
        let free: [u8; FREE] = std::array::from_fn(|_| self.take());
        let (cells, starts) = (free[0], free[1]);
        let register = Operand::Register;
        self.code(MAX, inside, self.sum, low);
        // The second lane's cell is the second or, of long integers, the third of four integers.
        let second = match spacing {
            Spacing::Even => {
                self.code(MIN, inside, inside, end);
                self.code(SUBTRACT, u, inside, low);
                self.code(MULTIPLY, cells, u, header(2));
                self.code(TO_INTEGERS, cells, 0, register(cells));
                self.code(FROM_INTEGERS, starts, 0, register(cells));
                self.code(SUBTRACT_PRODUCT, u, starts, header(3));
                1
            }
            Spacing::Octaves { bits } => {
                self.code(LOAD, u, 0, end);
                self.code(SUBTRACT, u, u, register(inside));
                self.code(ADD, u, u, header(2));
                self.code(MAX, cells, u, header(2));
                self.code(AND, starts, cells, header(3));
                self.code(SUBTRACT_LONG, cells, cells, header(2));
                self.code(SUBTRACT, u, starts, register(u));
                self.code(SHIFT_LONG, SHIFT_RIGHT, cells, register(cells));
                self.bytes.push(Spacing::shift(bits) as u8);
                2
            }
        };
        self.code(SHIFT, SHIFT_LEFT, cells, register(cells));
        self.bytes.push(shift);
        self.code(FIRST_INTEGER, cells, 0, register(RAX));
        self.code(AN_INTEGER, cells, 0, register(RCX));
        self.bytes.push(second);
        ([inside, u], free)
    }

    /// `Table::piece` in the same order: the value comes to be in `k0`, the slope in `k3`.
    fn piece(&mut self, function: u8, u: u8, [k3, k1, k0, k2]: [u8; 4]) {
        let register = Operand::Register;
        let half = |index: u8, half: u8| Operand::Cell(index, 2 * function + half);
        self.code(LOAD_UNALIGNED, k0, 0, half(RAX, 0));
        self.code(LOAD_UNALIGNED, k2, 0, half(RAX, 1));
        self.code(HIGH_HALVES, k1, k0, half(RCX, 0));
        self.code(LOW_HALVES, k0, k0, half(RCX, 0));
        self.code(HIGH_HALVES, k3, k2, half(RCX, 1));
        self.code(LOW_HALVES, k2, k2, half(RCX, 1));
        self.code(ADD_PRODUCT, k2, k3, register(u));
        self.code(ADD_PRODUCT, k1, k2, register(u));
        self.code(ADD_PRODUCT, k0, k1, register(u));
        self.code(MULTIPLY_ADD, k3, u, register(k2));
        self.code(MULTIPLY_ADD, k3, u, register(k1));
    }

    /// `Table::line` in the same order.
    fn line(&mut self, table: u32, bounds: u32, slope: u32) {
        let ([inside, u], free) = self.spot::<4>(table, bounds);
        self.piece(0, u, free);
        let [k3, _, k0, _] = free;
        self.code(SUBTRACT_PRODUCT, k0, k3, Operand::Register(inside));
        self.store(k3, slope);
        self.sum = k0;
    }

    /// `Table::curves` in the same order.
    fn curves(&mut self, table: u32, bounds: u32, first: u32) {
        let n_functions = self.tables[table as usize].n_functions();
        let ([inside, u], [k3, k1, k0, k2, other_k3, other_k0]) = self.spot::<6>(table, bounds);
        let beyond = inside;
        self.code(SUBTRACT, beyond, self.sum, Operand::Register(inside));
        let free = [[k3, k1, k0, k2], [other_k3, k1, other_k0, k2]];
        for (function, free) in free.into_iter().enumerate().take(n_functions) {
            self.piece(function as u8, u, free);
            let [slope, _, value, _] = free;
            self.code(ADD_PRODUCT, value, slope, Operand::Register(beyond));
            let to = first + 2 * function as u32;
            self.store(value, to);
            self.store(slope, to + 1);
        }
        self.sum = k0;
    }

    fn store(&mut self, register: u8, place: u32) {
        for held in &mut self.held {
            *held = held.filter(|held| held.place != place);
        }
        let is_local = self.local.contains(&place);
        if !is_local {
            self.code(STORE, register, 0, self.operand(Source::Memory(place)));
        }
        if self.next_read(place).is_some() {
            self.give_way(register);
            self.held[register as usize] = Some(Held {
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

    /// The register that holds a place.
    fn find(&self, place: u32) -> Option<u8> {
        REGISTERS
            .into_iter()
            .find(|register| self.held[*register as usize].is_some_and(|held| held.place == place))
    }

    /// A register with what stands at a place.
    fn fetch(&mut self, place: u32) -> u8 {
        self.find(place).unwrap_or_else(|| {
            let register = self.take();
            self.code(LOAD, register, 0, self.operand(Source::Memory(place)));
            if self.next_read(place).is_some() {
                self.held[register as usize] = Some(Held {
                    place,
                    is_stored: true,
                });
            }
            register
        })
    }

    /// Where the sum's successor may go: the sum's own register, unless what it holds is read again.
    fn target(&mut self) -> u8 {
        let held = self.held[self.sum as usize];
        if held.is_some_and(|held| self.next_read(held.place).is_some()) {
            return self.take();
        }
        self.held[self.sum as usize] = None;
        self.sum
    }

    /// A register other than the sum's that nothing is in, for this operation.
    fn take(&mut self) -> u8 {
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
        let is_free = |register: &u8| *register != self.sum && self.busy & 1 << register == 0;
        let register = REGISTERS.filter(is_free).max_by_key(latest).unwrap_or(0);
        self.give_way(register);
        self.busy |= 1 << register;
        register
    }

    /// Stores what a register holds, if it is needed and nowhere else.
    fn give_way(&mut self, register: u8) {
        if let Some(Held { place, is_stored }) = self.held[register as usize].take() {
            let is_read = self.reads[&place].iter().any(|at| *at >= self.now);
            if is_read && !is_stored {
                self.code(STORE, register, 0, self.operand(Source::Memory(place)));
            }
        }
    }

    /// Wherever a source is at the moment.
    fn operand(&self, source: Source) -> Operand {
        match source {
            Source::Memory(place) => self
                .find(place)
                .map_or(Operand::At(RDI, place * 16), Operand::Register),
            Source::Coefficient(place) => Operand::At(RSI, place * 16),
        }
    }

    /// `code register, second, operand`
    fn code(&mut self, code: Code, register: u8, second: u8, operand: Operand) {
        let Code(map, prefix, wide, operation) = code;
        let (base, mode, rest) = match operand {
            Operand::Register(other) => (other, 0xc0 | other & 7, Vec::new()),
            Operand::At(base, distance) => (base, 0x80 | base, distance.to_le_bytes().to_vec()),
            Operand::Cell(index, half) => {
                let distance = Table::HEADER_BYTES as u8 + 16 * half;
                (RDX, 0x44, vec![0xc0 | index << 3 | RDX, distance])
            }
        };
        let (not_register, not_base) = (!register & 8, !base & 8);
        let last = wide << 7 | (!second & 15) << 3 | prefix;
        if map == 1 && wide == 0 && not_base != 0 {
            self.bytes.extend([0xc5, not_register << 4 | last]);
        } else {
            self.bytes
                .extend([0xc4, not_register << 4 | 0x40 | not_base << 2 | map, last]);
        }
        self.bytes.extend([operation, mode | (register & 7) << 3]);
        self.bytes.extend(rest);
    }
}
