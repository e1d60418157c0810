//! `M`.

use crate::circuit::deck::statement::Statement;
use crate::circuit::elements::NodeOf;
use crate::circuit::elements::card::Card;
use crate::circuit::elements::card::Instance;
use crate::circuit::elements::card::check;
use crate::circuit::elements::card::kind_of;
use crate::circuit::elements::card::with_resistance;
use crate::circuit::elements::push;
use crate::circuit::error::CircuitError;
use crate::circuit::expression::Expression;
use crate::circuit::netlist::Context;
use crate::circuit::netlist::Expansion;
use crate::circuit::netlist::Kind;
use crate::circuit::specimen::Quantity;
use crate::devices::Depletion;
use crate::devices::Device;
use crate::devices::Flicker;
use crate::devices::Mosfet;
use crate::devices::MosfetParameters;
use crate::devices::Temperature;
use crate::units::thermal_voltage;

/// SPICE's width and length where none is given, in m.
const SIZE: f64 = 100e-6;
/// The gate's capacitance per area that SPICE takes for 1/f noise where there is no TOX: 100 nm of oxide, in F/m².
const C_OX: f64 = 3.9 * 8.854_214_871e-12 / 1e-7;

/// `Mname drain gate source bulk MODEL [W=…] [L=…] [M=…] [temp=]`
///
/// A card with TOX asks for Meyer's gate charge, which is refused as any unknown parameter.
pub fn transistor(
    to: &mut Expansion,
    statement: &Statement,
    context: &Context,
    node: NodeOf,
) -> Result<(), CircuitError> {
    let form = "Mname drain gate source bulk MODEL [W=number] [L=number] [M=number] [temp=number]";
    let is_power = |word: &String| kind_of(word, context) == Some("vdmos");
    if statement.words.iter().skip(4).take(2).any(is_power) {
        let what = "a power MOSFET (VDMOS) is not supported; write a card of type NMOS or PMOS with VTO, KP, LAMBDA, RD and RS, a fourth node for the bulk, and its capacitances as C";
        return Err(statement.error(what));
    }
    let mut card = Card::find(
        statement.word(5, form)?,
        &["nmos", "pmos"],
        context,
        statement,
    )?;
    if let Some(word) = statement.words[6..].iter().find(|word| *word != "off") {
        return Err(statement.error(format!("`{word}` is not supported here; write {form}")));
    }
    // Areas, perimeters and squares of drain and source only count for densities that cards may not have.
    let known = ["w", "l", "ad", "as", "pd", "ps", "nrd", "nrs"];
    let instance = Instance::read(statement, context, 6, &known, form)?;
    card.level_one()?;
    let temperature = card.temperature(&instance, context)?;
    let (w, m) = (instance.size("w", SIZE), instance.m);
    let l = instance.size("l", SIZE) - 2.0 * card.take(&["ld"], 0.0);
    let mut parameters = parameters(&mut card, (w, l, m), temperature);
    let [r_d, r_s] = ["rd", "rs"].map(|key| card.take(&[key], 0.0) / m);
    let [c_gs, c_gd] = ["cgso", "cgdo"].map(|key| card.take(&[key], 0.0) * m * w);
    let c_gb = card.take(&["cgbo"], 0.0) * m * l;
    card.end()?;
    check(statement, "is", parameters.i_s)?;
    check(statement, "kp (with W and L)", parameters.beta)?;
    check(statement, "phi", parameters.phi)?;
    parameters.vto *= to.factor(statement, context, Quantity::Threshold, parameters.vto);
    parameters.beta *= to.factor(statement, context, Quantity::Beta, parameters.beta);
    let [d, g, s, b] = [1, 2, 3, 4].map(|place| node(to, &statement.words[place]));
    let d = with_resistance(to, statement, context, "d", d, r_d);
    let s = with_resistance(to, statement, context, "s", s, r_s);
    for (to_node, farads) in [(s, c_gs), (d, c_gd), (b, c_gb)] {
        if farads > 0.0 {
            let farads = Expression::Number(farads);
            let kind = Kind::Capacitor {
                a: g,
                b: to_node,
                farads,
            };
            push(to, statement, context, kind);
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

/// What the card says at the device's temperature, for a width, a length and so many in parallel.
///
/// ```text
/// kp ~ t^−1.5,  is ~ exp(gap(t_nominal)/v_t(t_nominal) − gap(t)/v_t(t))
/// vto + ½·(gap(t_nominal) − gap(t)) ± (½·(phi(t) − phi) + gamma·(√phi(t) − √phi))
/// ```
fn parameters(
    card: &mut Card,
    (w, l, m): (f64, f64, f64),
    temperature: Temperature,
) -> MosfetParameters {
    let polarity = if card.statement.words[2] == "nmos" {
        1.0
    } else {
        -1.0
    };
    let (pb, mj, fc) = (
        card.take(&["pb"], 0.8),
        card.take(&["mj"], 0.5),
        card.take(&["fc"], 0.5),
    );
    let [bulk_drain, bulk_source] = ["cbd", "cbs"].map(|key| {
        temperature.depletion(Depletion {
            cj: card.take(&[key], 0.0) * m,
            vj: pb,
            m: mj,
            fc,
        })
    });
    let (gamma, phi) = (card.take(&["gamma"], 0.0), card.take(&["phi"], 0.6));
    let warm_phi = temperature.potential(phi);
    let (gap, gap_nominal) = temperature.gaps();
    let by_phi = 0.5 * (warm_phi - phi) + gamma * (warm_phi.sqrt() - phi.sqrt());
    let (v_t, v_t_nominal) = (temperature.v_t(), thermal_voltage(temperature.t_nominal));
    let Flicker { kf, af } = card.flicker();
    MosfetParameters {
        polarity,
        vto: card.take(&["vto", "vt0"], 0.0) + 0.5 * (gap_nominal - gap) + polarity * by_phi,
        beta: card.take(&["kp"], 2e-5) * m * w / l * temperature.power(-1.5),
        gamma,
        phi: warm_phi,
        lambda: card.take(&["lambda"], 0.0),
        i_s: card.take(&["is"], 1e-14) * m * (gap_nominal / v_t_nominal - gap / v_t).exp(),
        v_t,
        bulk_source,
        bulk_drain,
        // The gates of parallel transistors count as one area, their drains as one current.
        flicker: Flicker {
            kf: kf / (m * w * l * C_OX * C_OX),
            af,
        },
    }
}
