//! One specimen of a circuit: the parts of a deck, told one by one, each with what it is worth there.
//!
//! A part is an element of the circuit, or a subcircuit of a library file (`.lib`) that has devices in it: a tube with
//! its capacitances, an op-amp. Of such a macro-model only the devices that stand directly in it differ; what else it is
//! written with stays.

use crate::circuit::deck::Subcircuit;
use crate::circuit::deck::statement::Statement;
use crate::circuit::expression::Expression;
use crate::circuit::netlist::Context;
use crate::circuit::netlist::Expansion;
use std::collections::HashMap;

/// What differs from one specimen of a part to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Quantity {
    /// Of a resistor, in Ω.
    Resistance,
    /// Of a resistor that follows a knob by a formula, as the arms of a pot do, in Ω.
    Track,
    /// In F.
    Capacitance,
    /// In H. Coupled inductors are one part.
    Inductance,
    /// Of a tube.
    Amplification,
    /// Of a tube, in A/V^x.
    Perveance,
    /// IS of a diode, in A.
    DiodeCurrent,
    /// BV of a diode, in V.
    Breakdown,
    /// BF.
    CurrentGain,
    /// IS of a bipolar transistor, in A.
    TransistorCurrent,
    /// VTO of a JFET or MOSFET, in V.
    Threshold,
    /// BETA of a JFET, KP·W/L of a MOSFET, in A/V².
    Beta,
    /// Of an input pair, in S: an op-amp's gain–bandwidth product goes with it.
    PairTransconductance,
    /// Of an input pair, in A: an op-amp's slew rate goes with it.
    TailCurrent,
}

/// A part whose value is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Part<'a> {
    /// Designator with the path of its subcircuits, `xpreamp.r3`.
    pub name: &'a str,
    pub quantity: Quantity,
    /// What the deck says, in the quantity's unit, with the knobs where they start.
    pub nominal: f64,
    /// Live parameter that a track follows.
    pub knob: Option<&'a str>,
}

/// Says by what a part's value is multiplied in this specimen.
pub type Specimen<'a> = dyn FnMut(&Part) -> f64 + 'a;

/// Where a statement stands among the parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nesting {
    /// It is a part.
    Circuit,
    /// It is a piece of a part's macro-model.
    Model,
    /// It is a piece of a piece.
    Piece,
}

/// Above this it is no tube's μ: decks make the exponential laws of transistors out of such triodes.
pub const MU_OF_TUBES: f64 = 1e3;

impl Nesting {
    /// Of what stands in a subcircuit that is called from here.
    pub fn inside(self, called: &Subcircuit) -> Self {
        match self {
            Self::Circuit if is_macro_model(called) => Self::Model,
            Self::Circuit => Self::Circuit,
            Self::Model | Self::Piece => Self::Piece,
        }
    }
}

/// Whether it comes from a library file and has a device in it.
fn is_macro_model(called: &Subcircuit) -> bool {
    called.body.elements.iter().any(|element| {
        element.place.file.ends_with(".lib")
            && element.name().starts_with(['x', 'd', 'q', 'j', 'm'])
    })
}

impl Expansion<'_> {
    /// What this specimen multiplies a passive part's value by; `value` is what the deck says.
    pub fn factor_of_passive(
        &mut self,
        statement: &Statement,
        context: &Context,
        quantity: Quantity,
        value: &Expression,
    ) -> f64 {
        if context.nesting != Nesting::Circuit {
            return 1.0;
        }
        let nominal = self.netlist.start(value);
        let mut knob = None;
        value.any(&mut |part| {
            if let Expression::Live(index) = part {
                knob = knob.or(self.knobs.get(*index).copied());
            }
            false
        });
        // A resistor that is the knob itself is no pot: its value is what is dialled in.
        let is_track = knob.is_some() && !matches!(value, Expression::Live(_));
        let part = Part {
            name: &format!("{}{}", context.path, context.core_of(statement.name())),
            quantity: if is_track { Quantity::Track } else { quantity },
            nominal,
            knob: knob.filter(|_| is_track),
        };
        (self.specimen)(&part)
    }

    /// What this specimen multiplies a quantity of a device by, which is `nominal` in the deck.
    pub fn factor(
        &mut self,
        statement: &Statement,
        context: &Context,
        quantity: Quantity,
        nominal: f64,
    ) -> f64 {
        let own = format!("{}{}", context.path, statement.name());
        let name = match context.nesting {
            Nesting::Circuit => &own,
            Nesting::Model => context.path.trim_end_matches('.'),
            Nesting::Piece => return 1.0,
        };
        let knob = None;
        (self.specimen)(&Part {
            name,
            quantity,
            nominal,
            knob,
        })
    }
}

/// Inductors that `K` statements couple, each with the one that stands for its core.
pub fn cores<'a>(couplings: &[&'a Statement]) -> HashMap<&'a str, &'a str> {
    let mut cores: HashMap<&str, &str> = HashMap::new();
    for coupling in couplings {
        let [_, first, second, ..] = coupling.words.as_slice() else {
            continue;
        };
        let core = *cores.entry(first).or_insert(first);
        let joined = *cores.entry(second).or_insert(second);
        cores
            .values_mut()
            .filter(|known| **known == joined)
            .for_each(|known| *known = core);
    }
    cores
}
