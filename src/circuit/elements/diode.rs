//! `D`.

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
use crate::devices::Breakdown;
use crate::devices::Device;
use crate::devices::Diode;
use crate::devices::DiodeParameters;
use crate::units::T_NOMINAL;
use crate::units::thermal_voltage;

/// `Dname anode cathode MODEL [area]`
pub fn diode(
    to: &mut Expansion,
    statement: &Statement,
    context: &Context,
    node: NodeOf,
) -> Result<(), CircuitError> {
    let form = "Dname anode cathode MODEL [area=number]";
    let mut card = Card::find(statement.word(3, form)?, &["d"], context, statement)?;
    card.level_one()?;
    let area = area(statement, context, 4, form)?;
    let kt_q = thermal_voltage(T_NOMINAL);
    let i_s = card.take(&["is", "js"], 1e-14) * area;
    let n = card.take(&["n"], 1.0);
    let r_s = card.take(&["rs"], 0.0) / area;
    let (bv, ibv, nbv) = (
        card.take(&["bv"], 0.0),
        card.take(&["ibv"], 1e-3) * area,
        card.take(&["nbv"], n),
    );
    let tt = card.take(&["tt"], 0.0);
    let fc = card.take(&["fc"], 0.5);
    let mut depletion = card.depletion(
        &["cjo", "cj0", "cj"],
        (&["vj", "pb"], 1.0),
        (&["m", "mj"], 0.5),
        fc,
    );
    depletion.cj *= area;
    card.end()?;
    check(statement, "is", i_s)?;
    check(statement, "n", n)?;
    check(statement, "nbv", nbv)?;
    let breakdown = (bv > 0.0).then(|| Breakdown::fitted(bv, ibv, i_s, nbv * kt_q, kt_q));
    let device = Device::Diode(Diode::new(DiodeParameters {
        i_s,
        v_t: n * kt_q,
        breakdown,
        tt,
        depletion,
    }));
    let (anode, cathode) = (node(to, &statement.words[1]), node(to, &statement.words[2]));
    let inner = with_resistance(to, statement, context, "a", anode, r_s);
    push(
        to,
        statement,
        context,
        Kind::Device {
            device,
            nodes: vec![inner, cathode],
        },
    );
    Ok(())
}
