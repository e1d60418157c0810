//! One specimen of a circuit: the parts of a deck, told one by one, each with what it is worth there.
//!
//! A part is an element of the circuit, or a subcircuit of a library file (`.lib`) that has devices in it: a tube with
//! its capacitances, an op-amp. Of such a macro-model only the devices that stand directly in it differ; what else it is
//! written with stays.

use crate::circuit::deck::Subcircuit;

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
