//! `M`.

use crate::circuit::deck::statement::Statement;
use crate::circuit::elements::NodeOf;
use crate::circuit::elements::card::Card;
use crate::circuit::elements::card::check;
use crate::circuit::elements::card::with_resistance;
use crate::circuit::elements::push;
use crate::circuit::error::CircuitError;
use crate::circuit::expression::Expression;
use crate::circuit::netlist::Context;
use crate::circuit::netlist::Expansion;
use crate::circuit::netlist::Kind;
use crate::devices::Depletion;
use crate::devices::Device;
use crate::devices::Mosfet;
use crate::devices::MosfetParameters;
use crate::units::T_NOMINAL;
use crate::units::thermal_voltage;

/// SPICE's width and length where none is given, in m.
const SIZE: f64 = 100e-6;

/// `Mname drain gate source bulk MODEL [W=…] [L=…] [M=…]`
///
/// A card with TOX asks for Meyer's gate charge, which is refused as any unknown parameter.
pub fn transistor(
    to: &mut Expansion,
    statement: &Statement,
    context: &Context,
    node: NodeOf,
) -> Result<(), CircuitError> {
    let form = "Mname drain gate source bulk MODEL [W=number] [L=number] [M=number]";
    let mut card = Card::find(
        statement.word(5, form)?,
        &["nmos", "pmos"],
        context,
        statement,
    )?;
    let polarity = if card.statement.words[2] == "nmos" {
        1.0
    } else {
        -1.0
    };
    card.level_one()?;
    let [w, l, m] = sizes(statement, context, form)?;
    let l = l - 2.0 * card.take(&["ld"], 0.0);
    let (pb, mj, fc) = (
        card.take(&["pb"], 0.8),
        card.take(&["mj"], 0.5),
        card.take(&["fc"], 0.5),
    );
    let [bulk_drain, bulk_source] = ["cbd", "cbs"].map(|key| Depletion {
        cj: card.take(&[key], 0.0) * m,
        vj: pb,
        m: mj,
        fc,
    });
    let parameters = MosfetParameters {
        polarity,
        vto: card.take(&["vto", "vt0"], 0.0),
        beta: card.take(&["kp"], 2e-5) * m * w / l,
        gamma: card.take(&["gamma"], 0.0),
        phi: card.take(&["phi"], 0.6),
        lambda: card.take(&["lambda"], 0.0),
        i_s: card.take(&["is"], 1e-14) * m,
        v_t: thermal_voltage(T_NOMINAL),
        bulk_source,
        bulk_drain,
    };
    let [r_d, r_s] = ["rd", "rs"].map(|key| card.take(&[key], 0.0) / m);
    let [c_gs, c_gd] = ["cgso", "cgdo"].map(|key| card.take(&[key], 0.0) * m * w);
    let c_gb = card.take(&["cgbo"], 0.0) * m * l;
    card.end()?;
    check(statement, "is", parameters.i_s)?;
    check(statement, "kp (with W and L)", parameters.beta)?;
    check(statement, "phi", parameters.phi)?;
    let [d, g, s, b] = [1, 2, 3, 4].map(|place| node(to, &statement.words[place]));
    let d = with_resistance(to, statement, context, "d", d, r_d);
    let s = with_resistance(to, statement, context, "s", s, r_s);
    for (to_node, farads) in [(s, c_gs), (d, c_gd), (b, c_gb)] {
        if farads > 0.0 {
            let farads = Expression::Number(farads);
            push(
                to,
                statement,
                context,
                Kind::Capacitor {
                    a: g,
                    b: to_node,
                    farads,
                },
            );
        }
    }
    let device = Device::Mosfet(Mosfet::new(parameters));
    push(
        to,
        statement,
        context,
        Kind::Device {
            device,
            nodes: vec![d, g, s, b],
        },
    );
    Ok(())
}

/// Width, length and how many in parallel.
fn sizes(statement: &Statement, context: &Context, form: &str) -> Result<[f64; 3], CircuitError> {
    let mut sizes = [SIZE, SIZE, 1.0];
    if let Some(word) = statement.words.get(6) {
        return Err(statement.error(format!("`{word}` is not supported here; write {form}")));
    }
    for (name, word) in &statement.pairs {
        let place = ["w", "l", "m"].iter().position(|known| known == name);
        let place = place.ok_or_else(|| {
            statement.error(format!("`{name}=` is not supported here; write {form}"))
        })?;
        let value = context
            .value(statement, word)?
            .constant()
            .filter(|value| *value > 0.0);
        sizes[place] = value
            .ok_or_else(|| statement.error(format!("{name}={word}: must be a number above 0")))?;
    }
    Ok(sizes)
}
