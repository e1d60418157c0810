//! How far each kind of part may be off what its deck says.

use crate::circuit::Part;
use crate::circuit::Quantity;
use crate::rig::slot::Slot;

/// What a part belongs to.
#[derive(Clone, Debug)]
pub struct Maker {
    pub slot: Slot,
    /// `family=` of its deck.
    pub family: String,
}

/// Carbon film, the E24 series of IEC 60063.
const CARBON_FILM: f64 = 0.05;
/// Metal film, E96.
const METAL_FILM: f64 = 0.01;
/// Of pots: Bourns PDB24, the guitar potentiometer, states ±20 %.
const TRACK: f64 = 0.20;
/// Film and ceramic, E12; marked K.
const FILM: f64 = 0.10;
/// Marked M; the old ones' −20/+50 % without its longer side.
const ELECTROLYTIC: f64 = 0.20;
/// Copper and turns of pickups, cartridges, voice coils, chokes and transformers: our estimate.
const WINDING: f64 = 0.10;
/// Our estimate: μ is geometry, the wire's pitch and its distance.
const AMPLIFICATION: f64 = 0.10;
/// New tubes have from 0.66 to 1.33 of the transconductance that data books give them (R. Matthews, "The myth of tests
/// as new", Leeds Radio); this and μ together come to half of that, as of tubes that were sorted for equipment.
const PERVEANCE: f64 = 0.15;
/// 7 mV of forward voltage: our estimate for one make and type.
const SATURATION: f64 = 0.30;
/// The suffix A of the series 1N4728A to 1N4764A.
const ZENER: f64 = 0.05;
/// A gain group: the BC547C has 420 to 800.
const CURRENT_GAIN: f64 = 0.30;
/// Of FETs that were selected for their stage, as builders do: our estimate. Data sheets allow far more (J201: −0.3 to
/// −1.5 V), with which the stage would not run.
const FET: f64 = 0.15;
/// Op-amps' gain–bandwidth product and slew rate, of which data sheets give typical values only: our estimate.
const OP_AMP: f64 = 0.20;

/// Electrolytic from here on, in F.
const C_ELECTROLYTIC: f64 = 1e-6;
/// Up to here it is a stray capacitance or an open switch, in F.
const C_STRAY: f64 = 5e-12;
/// Up to here it is a contact or a switch that is closed, in Ω.
const R_CONTACT: f64 = 0.1;
/// From here on it is a leak or a switch that is open, in Ω.
const R_LEAK: f64 = 50e6;

/// Families whose resistors are metal film.
const PRECISE: [&str; 5] = ["opamp", "digital", "switching", "transistor", "transformer"];
/// Families whose resistors, inductors and capacitors stand for windings and what moves in them.
const WOUND: [&str; 4] = ["pickup", "cartridge", "speaker", "headphones"];
/// In `guitar_wiring` of `devices.lib`, the load that the take was recorded with: it belongs to no unit.
const RECORDED: [&str; 7] = [
    ".xw.r4", ".xw.r5", ".xw.r6", ".xw.r7", ".xw.r8", ".xw.c3", ".xw.c4",
];

/// Largest relative deviation of a part at 100 % of the usual tolerances; `None` for what every unit has alike.
///
/// As drawn stay sources, supplies, behavioural laws, cores, contacts, leaks and stray capacitances.
pub fn limit(maker: &Maker, part: &Part) -> Option<f64> {
    let is_wound = WOUND.contains(&&*maker.family);
    if maker.slot == Slot::Source && RECORDED.iter().any(|of| part.name.ends_with(of)) {
        return None;
    }
    Some(match part.quantity {
        Quantity::Resistance if part.nominal <= R_CONTACT || part.nominal >= R_LEAK => {
            return None;
        }
        Quantity::Resistance if is_wound => WINDING,
        Quantity::Resistance if PRECISE.contains(&&*maker.family) => METAL_FILM,
        Quantity::Resistance => CARBON_FILM,
        Quantity::Track => TRACK,
        Quantity::Capacitance if part.nominal <= C_STRAY => return None,
        Quantity::Capacitance if part.nominal < C_ELECTROLYTIC || is_wound => FILM,
        Quantity::Capacitance => ELECTROLYTIC,
        Quantity::Inductance => WINDING,
        Quantity::Amplification => AMPLIFICATION,
        Quantity::Perveance => PERVEANCE,
        Quantity::DiodeCurrent | Quantity::TransistorCurrent => SATURATION,
        Quantity::Breakdown => ZENER,
        Quantity::CurrentGain => CURRENT_GAIN,
        Quantity::Threshold | Quantity::Beta => FET,
        Quantity::PairTransconductance | Quantity::TailCurrent => OP_AMP,
    })
}
