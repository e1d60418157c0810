//! `J`.

use crate::circuit::deck::statement::Statement;
use crate::circuit::elements::NodeOf;
use crate::circuit::elements::card::Card;
use crate::circuit::elements::card::area;
use crate::circuit::elements::card::check;
use crate::circuit::elements::card::with_resistance;
use crate::circuit::elements::push;
use crate::circuit::error::CircuitError;
use crate::circuit::netlist::Context;
use crate::circuit::netlist::Expansion;
use crate::circuit::netlist::Kind;
use crate::devices::Depletion;
use crate::devices::Device;
use crate::devices::Jfet;
use crate::devices::JfetParameters;
use crate::units::T_NOMINAL;
use crate::units::thermal_voltage;

/// Exponent of both gate junctions.
const GRADING: f64 = 0.5;

/// `Jname drain gate source MODEL [area]`
pub fn transistor(
    to: &mut Expansion,
    statement: &Statement,
    context: &Context,
    node: NodeOf,
) -> Result<(), CircuitError> {
    let form = "Jname drain gate source MODEL [area]";
    let mut card = Card::find(
        statement.word(4, form)?,
        &["njf", "pjf"],
        context,
        statement,
    )?;
    let polarity = if card.statement.words[2] == "njf" {
        1.0
    } else {
        -1.0
    };
    card.level_one()?;
    let area = area(statement, context, 5, form)?;
    let vto = card.take(&["vto", "vt0"], -2.0);
    let (pb, fc, b) = (
        card.take(&["pb"], 1.0),
        card.take(&["fc"], 0.5),
        card.take(&["b"], 1.0),
    );
    let [gate_source, gate_drain] = ["cgs", "cgd"].map(|key| Depletion {
        cj: card.take(&[key], 0.0) * area,
        vj: pb,
        m: GRADING,
        fc,
    });
    let parameters = JfetParameters {
        polarity,
        vto,
        beta: card.take(&["beta"], 1e-4) * area,
        lambda: card.take(&["lambda"], 0.0),
        b,
        b_slope: (1.0 - b) / (pb - vto),
        i_s: card.take(&["is"], 1e-14) * area,
        v_t: thermal_voltage(T_NOMINAL),
        gate_source,
        gate_drain,
    };
    let [r_d, r_s] = ["rd", "rs"].map(|key| card.take(&[key], 0.0) / area);
    card.end()?;
    check(statement, "is", parameters.i_s)?;
    check(statement, "beta", parameters.beta)?;
    check(statement, "pb", pb)?;
    let [d, g, s] = [1, 2, 3].map(|place| node(to, &statement.words[place]));
    let d = with_resistance(to, statement, context, "d", d, r_d);
    let s = with_resistance(to, statement, context, "s", s, r_s);
    let device = Device::Jfet(Jfet::new(parameters));
    push(
        to,
        statement,
        context,
        Kind::Device {
            device,
            nodes: vec![d, g, s],
        },
    );
    Ok(())
}
