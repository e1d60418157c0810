//! Cards of R, C and L, and what their lines say behind the value.

use crate::circuit::deck::statement::Statement;
use crate::circuit::elements::card::Card;
use crate::circuit::error::CircuitError;
use crate::circuit::netlist::Context;
use crate::circuit::netlist::Expansion;
use crate::units::Kelvin;
use crate::units::T_NOMINAL;
use crate::units::kelvin;

/// Width of a part of a card with a sheet resistance or a capacitance per area, and a resistor's length, in m.
const SIZE: f64 = 10e-6;
/// Permittivity of vacuum as ngspice has it, in F/m.
const EPSILON_0: f64 = 8.854_187_817e-12;
/// What TCE is a power of: 1 % per unit.
const TCE_BASE: f64 = 1.01;

/// What the line of a passive element says: how many are parallel, how much larger, how warm.
pub struct PassiveInstance {
    pub m: f64,
    /// Before its subcircuit's.
    own_m: Option<f64>,
    pub scale: f64,
    pub is_noisy: bool,
    t: Kelvin,
    t_nominal: Kelvin,
    tc1: Option<f64>,
    tc2: Option<f64>,
    tce: Option<f64>,
    /// Length and width, in m.
    size: [Option<f64>; 2],
}

impl PassiveInstance {
    /// Reads what stands behind nodes, value and model; a length and a width only count with a card.
    pub fn read(
        to: &mut Expansion,
        statement: &Statement,
        context: &Context,
        letter: char,
        is_carded: bool,
        form: &str,
    ) -> Result<Self, CircuitError> {
        let mut instance = Self {
            m: 1.0,
            own_m: None,
            scale: 1.0,
            is_noisy: true,
            t: context.temperature(),
            t_nominal: context.nominal(),
            tc1: None,
            tc2: None,
            tce: None,
            size: [None; 2],
        };
        for (name, word) in &statement.pairs {
            // IC only counts in an analysis that begins without an operating point, which `.tran … uic` asks for.
            if *name == letter.to_string() || (name == "ic" && letter != 'r') {
                continue;
            }
            let number = |word: &str| {
                let value = context.value(statement, word)?.constant();
                value.ok_or_else(|| {
                    statement.error(format!("{name} can't follow a knob; give it a number"))
                })
            };
            if name == "tc" {
                let mut words = word.split(' ');
                instance.tc1 = words.next().map(number).transpose()?;
                instance.tc2 = words.next().map(number).transpose()?;
                continue;
            }
            let value = number(word)?;
            match name.as_str() {
                "m" if value > 0.0 => {
                    instance.m = value;
                    instance.own_m = instance.own_m.or(Some(value));
                }
                "scale" if value > 0.0 => instance.scale = value,
                "tc1" => instance.tc1 = Some(value),
                "tc2" => instance.tc2 = Some(value),
                "tce" if letter == 'r' => instance.tce = Some(value),
                "noisy" | "noise" if letter == 'r' => instance.is_noisy = value != 0.0,
                "ac" if letter == 'r' => {
                    let what =
                        "its ac= is ignored: while it plays ngspice doesn't follow it either";
                    to.netlist.notice(statement.error(what).0);
                }
                "temp" => instance.t = kelvin(value),
                "dtemp" => instance.t = context.temperature() + value,
                "l" if is_carded => instance.size[0] = Some(value),
                "w" if is_carded => instance.size[1] = Some(value),
                _ => {
                    let what = format!("`{name}={word}` is not supported here; write {form}");
                    return Err(statement.error(what));
                }
            }
        }
        Ok(instance)
    }

    /// Of a resistor with a law ngspice 39 knows the circuit's temperature only, no TNOM, and the first `m=`.
    pub fn follows_law(&mut self, context: &Context) {
        self.m = self.own_m.unwrap_or(1.0);
        (self.t, self.t_nominal) = (context.temperature(), T_NOMINAL);
    }

    /// By what its temperature multiplies its value.
    pub fn warmth(&self, statement: &Statement) -> Result<f64, CircuitError> {
        let dt = self.t - self.t_nominal;
        let (tc1, tc2) = (self.tc1.unwrap_or(0.0), self.tc2.unwrap_or(0.0));
        let warmth = match self.tce {
            Some(tce) => TCE_BASE.powf(tce * dt),
            None => 1.0 + tc1 * dt + tc2 * dt * dt,
        };
        if warmth > 0.0 {
            Ok(warmth)
        } else {
            Err(statement.error("its temperature coefficients make its value negative"))
        }
    }
}

/// Takes from a card what the line does not say itself; gives the card's own value, where it has one.
///
/// ```text
/// R = RSH·(L − 2·SHORT)/(W − 2·NARROW)
/// C = CJ·A + CJSW·P,  A = (L − SHORT)·(W − NARROW),  P = 2·(L − SHORT + W − NARROW),  CJ = DI·ε0/THICK if not given
/// ```
pub fn passive_card(
    to: &mut Expansion,
    statement: &Statement,
    context: &Context,
    letter: char,
    name: &str,
    instance: &mut PassiveInstance,
) -> Result<Option<f64>, CircuitError> {
    let kinds: &[&str] = match letter {
        'r' => &["r", "res"],
        'c' => &["c"],
        _ => &["l"],
    };
    let mut card = Card::find(name, kinds, context, statement)?;
    if let Some(t_nominal) = card.given(&["tnom"]) {
        instance.t_nominal = kelvin(t_nominal);
    }
    for (own, key) in [(&mut instance.tc1, "tc1"), (&mut instance.tc2, "tc2")] {
        *own = own.or(card.given(&[key]));
    }
    let [length, width] = instance.size;
    let value = match letter {
        'r' => {
            instance.tce = instance.tce.or(card.given(&["tce"]));
            card.without(&["kf"], &["af", "ef", "lf", "wf"])?;
            let (l, w) = (
                card.take(&["defl", "l"], SIZE),
                card.take(&["defw", "w"], SIZE),
            );
            let (short, narrow) = (
                card.take(&["short", "dlr"], 0.0),
                card.take(&["narrow", "dw"], 0.0),
            );
            let own = card.given(&["r", "res"]);
            let by_sheet = |rsh: f64| {
                rsh * (length.unwrap_or(l) - 2.0 * short) / (width.unwrap_or(w) - 2.0 * narrow)
            };
            card.given(&["rsh"])
                .filter(|rsh| *rsh > 0.0)
                .map(by_sheet)
                .or(own)
        }
        'c' => {
            let (l, w) = (card.given(&["defl"]), card.take(&["defw"], SIZE));
            let (short, narrow) = (card.take(&["short"], 0.0), card.take(&["narrow"], 0.0));
            let [di, thick] = ["di", "thick"].map(|key| card.given(&[key]));
            let dielectric = di.zip(thick).map(|(di, thick)| di * EPSILON_0 / thick);
            let cj = card.given(&["cj"]).or(dielectric);
            let cjsw = card.take(&["cjsw"], 0.0);
            let by_area = length.or(l).zip(cj).map(|(length, cj)| {
                let (length, width) = (length - short, width.unwrap_or(w) - narrow);
                cj * length * width + cjsw * 2.0 * (length + width)
            });
            card.given(&["cap"]).or(by_area)
        }
        _ => card.given(&["ind"]),
    };
    card.end(to)?;
    Ok(value)
}
