//! `M`.

use crate::circuit::deck::statement::Statement;
use crate::circuit::elements::NodeOf;
use crate::circuit::elements::card::Card;
use crate::circuit::elements::card::Instance;
use crate::circuit::elements::card::check;
use crate::circuit::elements::card::with_resistance;
use crate::circuit::elements::push;
use crate::circuit::elements::push_part;
use crate::circuit::error::CircuitError;
use crate::circuit::expression::Expression;
use crate::circuit::netlist::Context;
use crate::circuit::netlist::Expansion;
use crate::circuit::netlist::Kind;
use crate::circuit::specimen::Quantity;
use crate::devices::Depletion;
use crate::devices::Device;
use crate::devices::Diode;
use crate::devices::Flicker;
use crate::devices::GateCharge;
use crate::devices::Mosfet;
use crate::devices::MosfetParameters;
use crate::devices::Temperature;
use crate::units::ELEMENTARY_CHARGE;
use crate::units::thermal_voltage;

/// SPICE's width and length where none is given, in m.
const SIZE: f64 = 100e-6;
/// SPICE's permittivities, in F/m.
const EPSILON_0: f64 = 8.854_214_871e-12;
const EPSILON_OXIDE: f64 = 3.9 * EPSILON_0;
const EPSILON_SILICON: f64 = 11.7 * EPSILON_0;
/// SPICE's intrinsic density of silicon, in 1/m³.
const INTRINSIC: f64 = 1.45e16;
/// The oxide that SPICE takes for 1/f noise where there is no TOX, in m.
const OXIDE: f64 = 1e-7;

/// `Mname drain gate source bulk MODEL [W=…] [L=…] [M=…] [AD=…] [AS=…] [PD=…] [PS=…] [NRD=…] [NRS=…] [temp=]`
pub fn transistor(
    to: &mut Expansion,
    statement: &Statement,
    context: &Context,
    node: NodeOf,
) -> Result<(), CircuitError> {
    let form = "Mname drain gate source bulk MODEL [W=number] [L=number] [M=number] [temp=number]";
    let mut card = Card::find(
        statement.word(5, form)?,
        &["nmos", "pmos"],
        context,
        statement,
    )?;
    if let Some(word) = statement.words[6..].iter().find(|word| *word != "off") {
        return Err(statement.error(format!("`{word}` is not supported here; write {form}")));
    }
    let known = ["w", "l", "ad", "as", "pd", "ps", "nrd", "nrs"];
    let instance = Instance::read(statement, context, 6, &known, form)?;
    card.level_one()?;
    let temperature = card.temperature(&instance, context)?;
    let (w, m) = (instance.size("w", SIZE), instance.m);
    let l = instance.size("l", SIZE) - 2.0 * card.take(&["ld"], 0.0);
    let oxide = oxide(&mut card, temperature)?;
    let mut parameters = parameters(&mut card, &oxide, (w, l, m), temperature);
    let edges = bulk(&mut card, &instance, temperature, &mut parameters);
    let rsh = card.take(&["rsh"], 0.0);
    let [r_d, r_s] = [("rd", "nrd"), ("rs", "nrs")].map(|(key, squares)| {
        let sheet = rsh * instance.size(squares, 1.0);
        card.take(&[key], sheet) / m
    });
    let [c_gs, c_gd] = ["cgso", "cgdo"].map(|key| card.take(&[key], 0.0) * m * w);
    let c_gb = card.take(&["cgbo"], 0.0) * m * l;
    card.end(to)?;
    check(statement, "is", parameters.i_s[0].min(parameters.i_s[1]))?;
    check(statement, "kp (with W and L)", parameters.beta)?;
    check(statement, "phi", parameters.phi)?;
    parameters.vto *= to.factor(statement, context, Quantity::Threshold, parameters.vto);
    parameters.beta *= to.factor(statement, context, Quantity::Beta, parameters.beta);
    let [d, g, s, b] = [1, 2, 3, 4].map(|place| node(to, &statement.words[place]));
    let d = with_resistance(to, statement, context, "d", d, r_d);
    let s = with_resistance(to, statement, context, "s", s, r_s);
    let transistor = Mosfet::new(parameters);
    let (device, nodes) = (Device::Mosfet(transistor), vec![d, g, s, b]);
    push(to, statement, context, Kind::Device { device, nodes });
    let overlap = [c_gs, c_gd, c_gb];
    if let Some(c_area) = oxide.c_area {
        let charge = GateCharge {
            c_ox: c_area * m * w * l,
            overlap,
            transistor,
        };
        let part = (Device::GateCharge(charge), vec![d, g, s, b]);
        push_part(to, statement, context, "gate", part);
    } else {
        for (b, farads) in [s, d, b].into_iter().zip(overlap) {
            if farads > 0.0 {
                let farads = Expression::Number(farads);
                let kind = Kind::Capacitor { a: g, b, farads };
                push(to, statement, context, kind);
            }
        }
    }
    for (edge, end) in edges.into_iter().zip([d, s]) {
        if edge.cj > 0.0 {
            let nodes = if parameters.polarity > 0.0 {
                vec![b, end]
            } else {
                vec![end, b]
            };
            let part = (Device::Diode(Diode::capacitance(edge)), nodes);
            push_part(to, statement, context, "edge", part);
        }
    }
    Ok(())
}

/// What the card's oxide and its doping say where the law's own parameters are missing.
struct Oxide {
    /// The gate's capacitance per area, in F/m², where the card has an oxide.
    c_area: Option<f64>,
    kp: f64,
    phi: f64,
    gamma: f64,
    vto: f64,
}

/// ```text
/// c = 3.9·ε_0/tox,  kp = uo·c,  phi = 2·v_t·ln(nsub/n_i) ≥ 0.1 V,  gamma = √(2·11.7·ε_0·q·nsub)/c
/// vto = φ_g − (3.25 + gap/2 ± phi/2) − q·nss/c ± (gamma·√phi + phi)
/// φ_g = 3.25 + gap/2 ∓ tpg·gap/2 of polysilicon, 3.2 of metal (tpg = 0)        [V]
/// ```
fn oxide(card: &mut Card, temperature: Temperature) -> Result<Oxide, CircuitError> {
    let polarity = polarity(card);
    let tox = card.take(&["tox"], 0.0);
    let c_area = (tox > 0.0).then(|| EPSILON_OXIDE / tox);
    let uo = card.take(&["uo", "u0"], 600.0);
    let (nss, tpg) = (card.take(&["nss"], 0.0), card.take(&["tpg"], 1.0));
    // From 1/cm³ and cm²/Vs.
    let nsub = card.given(&["nsub"]).map(|nsub| nsub * 1e6);
    let [kp, phi, gamma] = ["kp", "phi", "gamma"].map(|key| card.given(&[key]));
    let vto = card.given(&["vto", "vt0"]);
    let kp = kp.unwrap_or(c_area.map_or(2e-5, |c| uo * 1e-4 * c));
    let (Some(c), Some(nsub)) = (c_area, nsub) else {
        return Ok(Oxide {
            c_area,
            kp,
            phi: phi.unwrap_or(0.6),
            gamma: gamma.unwrap_or(0.0),
            vto: vto.unwrap_or(0.0),
        });
    };
    if nsub.is_nan() || nsub <= INTRINSIC {
        return Err(card.statement.error("nsub must be above 1.45e10, in 1/cm³"));
    }
    let fermi = || 2.0 * thermal_voltage(temperature.t_nominal) * (nsub / INTRINSIC).ln();
    let phi = phi.unwrap_or_else(|| fermi().max(0.1));
    let from_doping = || (2.0 * EPSILON_SILICON * ELEMENTARY_CHARGE * nsub).sqrt() / c;
    let gamma = gamma.unwrap_or_else(from_doping);
    let vto = vto.unwrap_or_else(|| {
        let (_, gap) = temperature.gaps();
        let gate = match tpg {
            0.0 => 3.2,
            _ => 3.25 + 0.5 * gap * (1.0 - polarity * tpg),
        };
        let work = gate - (3.25 + 0.5 * gap + 0.5 * polarity * phi);
        work - nss * 1e4 * ELEMENTARY_CHARGE / c + polarity * (gamma * phi.sqrt() + phi)
    });
    Ok(Oxide {
        c_area,
        kp,
        phi,
        gamma,
        vto,
    })
}

fn polarity(card: &Card) -> f64 {
    if card.statement.words[2] == "nmos" {
        1.0
    } else {
        -1.0
    }
}

/// The diodes of drain and source by their areas, where the card has densities; returns the depletion charges of their
/// edges, of drain and source.
fn bulk(
    card: &mut Card,
    instance: &Instance,
    temperature: Temperature,
    parameters: &mut MosfetParameters,
) -> [Depletion; 2] {
    let m = instance.m;
    let size = |key: &str| instance.size(key, 0.0) * m;
    let (pb, fc) = (card.take(&["pb"], 0.8), card.take(&["fc"], 0.5));
    let (cj, mj) = (card.take(&["cj"], 0.0), card.take(&["mj"], 0.5));
    let (cjsw, mjsw) = (card.take(&["cjsw"], 0.0), card.take(&["mjsw"], 0.5));
    let depletion = |cj: f64, m: f64| temperature.depletion(Depletion { cj, vj: pb, m, fc });
    let [drain, source] = [("cbd", "ad"), ("cbs", "as")].map(|(key, area)| {
        let whole = card.given(&[key]).map(|cj| cj * m);
        depletion(whole.unwrap_or(cj * size(area)), mj)
    });
    (parameters.bulk_drain, parameters.bulk_source) = (drain, source);
    let (gap, gap_nominal) = temperature.gaps();
    let (v_t, v_t_nominal) = (temperature.v_t(), thermal_voltage(temperature.t_nominal));
    let growth = (gap_nominal / v_t_nominal - gap / v_t).exp();
    let (is, js) = (card.take(&["is"], 1e-14), card.take(&["js"], 0.0));
    let is_dense = js != 0.0 && size("ad") != 0.0 && size("as") != 0.0;
    let whole = |area: &str| if is_dense { js * size(area) } else { is * m };
    parameters.i_s = ["as", "ad"].map(|area| whole(area) * growth);
    ["pd", "ps"].map(|perimeter| depletion(cjsw * size(perimeter), mjsw))
}

/// What the card says at the device's temperature, for a width, a length and so many in parallel.
///
/// ```text
/// kp ~ t^−1.5,  is ~ exp(gap(t_nominal)/v_t(t_nominal) − gap(t)/v_t(t))
/// vto + ½·(gap(t_nominal) − gap(t)) ± (½·(phi(t) − phi) + gamma·(√phi(t) − √phi))
/// ```
fn parameters(
    card: &mut Card,
    oxide: &Oxide,
    (w, l, m): (f64, f64, f64),
    temperature: Temperature,
) -> MosfetParameters {
    let polarity = polarity(card);
    let Oxide { gamma, phi, .. } = *oxide;
    let warm_phi = temperature.potential(phi);
    let (gap, gap_nominal) = temperature.gaps();
    let by_phi = 0.5 * (warm_phi - phi) + gamma * (warm_phi.sqrt() - phi.sqrt());
    let c_area = oxide.c_area.unwrap_or(EPSILON_OXIDE / OXIDE);
    let Flicker { kf, af } = card.flicker();
    MosfetParameters {
        polarity,
        vto: oxide.vto + 0.5 * (gap_nominal - gap) + polarity * by_phi,
        beta: oxide.kp * m * w / l * temperature.power(-1.5),
        gamma,
        phi: warm_phi,
        lambda: card.take(&["lambda"], 0.0),
        i_s: [0.0; 2],
        v_t: temperature.v_t(),
        bulk_source: Depletion::NONE,
        bulk_drain: Depletion::NONE,
        // The gates of parallel transistors count as one area, their drains as one current.
        flicker: Flicker {
            kf: kf / (m * w * l * c_area * c_area),
            af,
        },
    }
}
