//! `Q`.

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
use crate::devices::Bjt;
use crate::devices::BjtParameters;
use crate::devices::Depletion;
use crate::devices::Device;
use crate::units::T_NOMINAL;
use crate::units::thermal_voltage;

/// `Qname collector base emitter MODEL [area]`
pub fn transistor(
    to: &mut Expansion,
    statement: &Statement,
    context: &Context,
    node: NodeOf,
) -> Result<(), CircuitError> {
    let form = "Qname collector base emitter MODEL [area]";
    let mut card = Card::find(
        statement.word(4, form)?,
        &["npn", "pnp"],
        context,
        statement,
    )?;
    let polarity = if card.statement.words[2] == "npn" {
        1.0
    } else {
        -1.0
    };
    card.level_one()?;
    let area = area(statement, context, 5, form)?;
    let v_t = thermal_voltage(T_NOMINAL);
    let fc = card.take(&["fc"], 0.5);
    let base_emitter = card.depletion(&["cje"], (&["vje", "pe"], 0.75), (&["mje", "me"], 0.33), fc);
    let base_collector =
        card.depletion(&["cjc"], (&["vjc", "pc"], 0.75), (&["mjc", "mc"], 0.33), fc);
    let sized = |depletion: Depletion| Depletion {
        cj: depletion.cj * area,
        ..depletion
    };
    let parameters = BjtParameters {
        polarity,
        i_s: card.take(&["is"], 1e-16) * area,
        bf: card.take(&["bf"], 100.0),
        br: card.take(&["br"], 1.0),
        v_tf: card.take(&["nf"], 1.0) * v_t,
        v_tr: card.take(&["nr"], 1.0) * v_t,
        vaf: card.take_or_infinite(&["vaf", "va"]),
        var: card.take_or_infinite(&["var", "vb"]),
        ikf: card.take_or_infinite(&["ikf", "ik"]) * area,
        ikr: card.take_or_infinite(&["ikr"]) * area,
        ise: card.take(&["ise"], 0.0) * area,
        isc: card.take(&["isc"], 0.0) * area,
        v_te: card.take(&["ne"], 1.5) * v_t,
        v_tc: card.take(&["nc"], 2.0) * v_t,
        tf: card.take(&["tf"], 0.0),
        tr: card.take(&["tr"], 0.0),
        base_emitter: sized(base_emitter),
        base_collector: sized(base_collector),
    };
    let [r_b, r_e, r_c] = ["rb", "re", "rc"].map(|key| card.take(&[key], 0.0) / area);
    card.end()?;
    check(statement, "is", parameters.i_s)?;
    check(statement, "bf", parameters.bf)?;
    check(statement, "br", parameters.br)?;
    let [c, b, e] = [1, 2, 3].map(|place| node(to, &statement.words[place]));
    let c = with_resistance(to, statement, context, "c", c, r_c);
    let b = with_resistance(to, statement, context, "b", b, r_b);
    let e = with_resistance(to, statement, context, "e", e, r_e);
    push(
        to,
        statement,
        context,
        Kind::Device {
            device: Device::Bjt(Bjt::new(parameters)),
            nodes: vec![c, b, e],
        },
    );
    Ok(())
}
