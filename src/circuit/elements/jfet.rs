//! `J`.

use crate::circuit::deck::statement::Statement;
use crate::circuit::elements::NodeOf;
use crate::circuit::elements::card::Card;
use crate::circuit::elements::card::Instance;
use crate::circuit::elements::card::check;
use crate::circuit::elements::card::with_resistance;
use crate::circuit::elements::push;
use crate::circuit::error::CircuitError;
use crate::circuit::netlist::Context;
use crate::circuit::netlist::Expansion;
use crate::circuit::netlist::Kind;
use crate::circuit::specimen::Quantity;
use crate::devices::Depletion;
use crate::devices::Device;
use crate::devices::Jfet;
use crate::devices::JfetParameters;
use crate::devices::Temperature;

/// Exponent of both gate junctions.
const GRADING: f64 = 0.5;
/// What BETATCE is a power of: 1 % per unit.
const BETATCE_BASE: f64 = 1.01;

/// `Jname drain gate source MODEL [area] [m=] [temp=]`
pub fn transistor(
    to: &mut Expansion,
    statement: &Statement,
    context: &Context,
    node: NodeOf,
) -> Result<(), CircuitError> {
    let form = "Jname drain gate source MODEL [area] [m=number] [temp=number]";
    let mut card = Card::find(
        statement.word(4, form)?,
        &["njf", "pjf"],
        context,
        statement,
    )?;
    let instance = Instance::read(statement, context, 5, &[], form)?;
    card.level_one()?;
    if card.given(&["nlev"]).is_some_and(|nlev| nlev >= 3.0) {
        return Err(card.statement.error("nlev=3 is not supported; remove it"));
    }
    // It only scales the noise of nlev=3.
    card.without(&[], &["gdsnoi"])?;
    let temperature = card.temperature(&instance, context)?;
    let mut parameters = parameters(&mut card, &instance, temperature);
    let [r_d, r_s] = ["rd", "rs"].map(|key| card.take(&[key], 0.0) / instance.scale());
    card.end(to)?;
    check(statement, "is", parameters.i_s)?;
    check(statement, "beta", parameters.beta)?;
    check(statement, "pb", parameters.gate_source.vj)?;
    parameters.vto *= to.factor(statement, context, Quantity::Threshold, parameters.vto);
    parameters.beta *= to.factor(statement, context, Quantity::Beta, parameters.beta);
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

/// What the card says at the device's temperature.
fn parameters(card: &mut Card, instance: &Instance, temperature: Temperature) -> JfetParameters {
    let size = instance.scale();
    let dt = temperature.t - temperature.t_nominal;
    let vto = card.take(&["vto", "vt0"], -2.0);
    let (pb, fc, b) = (
        card.take(&["pb"], 1.0),
        card.take(&["fc"], 0.5),
        card.take(&["b"], 1.0),
    );
    let [gate_source, gate_drain] = ["cgs", "cgd"].map(|key| {
        temperature.depletion(Depletion {
            cj: card.take(&[key], 0.0) * size,
            vj: pb,
            m: GRADING,
            fc,
        })
    });
    let tcv = card.take(&["tcv"], 0.0);
    let vto_drift = card.given(&["vtotc"]).unwrap_or(-tcv) * dt;
    let bex = card.take(&["bex"], 0.0);
    let beta_growth = match card.given(&["betatce"]) {
        Some(betatce) => BETATCE_BASE.powf(betatce * dt),
        None => temperature.power(bex),
    };
    // ngspice lists XTI=3 and counts 0 where the card has none.
    let growth = temperature.saturation(card.take(&["eg"], 1.11), card.take(&["xti"], 0.0));
    JfetParameters {
        polarity: if card.statement.words[2] == "njf" {
            1.0
        } else {
            -1.0
        },
        vto: vto + vto_drift,
        beta: card.take(&["beta"], 1e-4) * size * beta_growth,
        lambda: card.take(&["lambda"], 0.0),
        b,
        b_slope: (1.0 - b) / (pb - vto),
        i_s: card.take(&["is"], 1e-14) * size * growth.exp(),
        v_t: temperature.v_t(),
        gate_source,
        gate_drain,
        flicker: card.flicker().parallel(instance.m),
    }
}
