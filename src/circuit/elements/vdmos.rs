//! `M` with a `VDMOS` card.

use crate::circuit::deck::statement::Statement;
use crate::circuit::elements::NodeOf;
use crate::circuit::elements::card::Card;
use crate::circuit::elements::card::Instance;
use crate::circuit::elements::card::check;
use crate::circuit::elements::card::is_model;
use crate::circuit::elements::card::with_resistance;
use crate::circuit::elements::push;
use crate::circuit::elements::push_part;
use crate::circuit::error::CircuitError;
use crate::circuit::expression::Expression;
use crate::circuit::netlist::Context;
use crate::circuit::netlist::Control;
use crate::circuit::netlist::Expansion;
use crate::circuit::netlist::Kind;
use crate::circuit::specimen::Quantity;
use crate::devices::Breakdown;
use crate::devices::Depletion;
use crate::devices::Device;
use crate::devices::Diode;
use crate::devices::DiodeParameters;
use crate::devices::Drift;
use crate::devices::Temperature;
use crate::devices::Vdmos;
use crate::devices::VdmosParameters;

const KINDS: [&str; 3] = ["vdmos", "vdmosn", "vdmosp"];

/// Whether the model of this `M` is a VDMOS.
pub fn is_one(statement: &Statement, context: &Context) -> bool {
    let is_card = |word: &String| is_model(word, "vdmos", context);
    statement.words.iter().skip(4).take(2).any(is_card)
}

/// `Mname drain gate source [bulk] MODEL [m=] [temp=]`; the bulk is tied to the source inside.
pub fn transistor(
    to: &mut Expansion,
    statement: &Statement,
    context: &Context,
    node: NodeOf,
) -> Result<(), CircuitError> {
    let form = "Mname drain gate source MODEL [m=number] [temp=number]";
    let place = 4 + usize::from(!is_model(statement.word(4, form)?, "vdmos", context));
    let mut card = Card::find(statement.word(place, form)?, &KINDS, context, statement)?;
    let mut rest = statement.words.iter().skip(place + 1);
    if let Some(word) = rest.find(|word| *word != "off") {
        return Err(statement.error(format!("`{word}` is not supported here; write {form}")));
    }
    let instance = Instance::read(statement, context, place + 1, &[], form)?;
    // Flicker noise; and self-heating, which is off unless the line says `thermal`.
    card.without(&["kf"], &["af", "rthjc", "rthca", "cthj", "phi"])?;
    let temperature = card.temperature(&instance, context)?;
    let m = instance.m;
    let mut parameters = channel(&mut card, m, temperature);
    let drift = drift(&mut card, m, temperature, parameters.polarity);
    let [r_s, r_g, r_b] = ["rs", "rg", "rb"].map(|key| {
        let ohms = card.take(&[key], 0.0) / m;
        card.warm(key, ohms, temperature)
    });
    let r_ds = card.take(&["rds"], 0.0) / m;
    let c_gs = card.take(&["cgs"], 0.0) * m;
    let diode = body_diode(&mut card, m, temperature);
    card.end(to)?;
    check(statement, "kp", parameters.beta)?;
    check(statement, "ksubthres", parameters.ksubthres)?;
    check(statement, "a", parameters.a)?;
    check(statement, "is", diode.i_s)?;
    check(statement, "n", diode.v_t)?;
    parameters.vto *= to.factor(statement, context, Quantity::Threshold, parameters.vto);
    parameters.beta *= to.factor(statement, context, Quantity::Beta, parameters.beta);

    let [d, g, s] = [1, 2, 3].map(|place| node(to, &statement.words[place]));
    let anode = with_resistance(to, statement, context, "b", s, r_b);
    let body = if parameters.polarity > 0.0 {
        vec![anode, d]
    } else {
        vec![d, anode]
    };
    if r_ds > 0.0 {
        let siemens = Expression::Number(1.0 / r_ds);
        push(
            to,
            statement,
            context,
            Kind::Conductance {
                a: d,
                b: s,
                siemens,
            },
        );
    }
    let inner = if drift.rq == 0.0 {
        with_resistance(to, statement, context, "d", d, drift.rd)
    } else {
        to.named(format!("{}{}#d", context.path, statement.name()))
    };
    let g = gate(to, statement, context, g, r_g);
    let source = with_resistance(to, statement, context, "s", s, r_s);
    if c_gs > 0.0 {
        let farads = Expression::Number(c_gs);
        push(
            to,
            statement,
            context,
            Kind::Capacitor {
                a: g,
                b: source,
                farads,
            },
        );
    }
    let (device, nodes) = (Device::Vdmos(Vdmos { parameters }), vec![inner, g, source]);
    push(to, statement, context, Kind::Device { device, nodes });
    let diode = Device::Diode(Diode::new(diode));
    push_part(to, statement, context, "body", (diode, body));
    if drift.rq != 0.0 {
        let part = (Device::Drift(drift), vec![d, inner, s]);
        push_part(to, statement, context, "drift", part);
    }
    Ok(())
}

/// The gate behind its resistance, which makes no noise in ngspice: a current that follows its own voltage.
fn gate(
    to: &mut Expansion,
    statement: &Statement,
    context: &Context,
    outer: usize,
    ohms: f64,
) -> usize {
    if ohms <= 0.0 {
        return outer;
    }
    let inner = to.named(format!("{}{}#g", context.path, statement.name()));
    let siemens = Expression::Number(1.0 / ohms);
    let kind = Kind::Controlled {
        p: outer,
        n: inner,
        is_voltage: false,
        terms: vec![(Control::Voltage(outer, inner), siemens)],
        constant: Expression::Number(0.0),
    };
    push(to, statement, context, kind);
    inner
}

fn polarity(card: &Card) -> f64 {
    let words = &card.statement.words;
    let is_p = words[2] == "vdmosp" || words[3..].iter().any(|word| word == "pchan");
    if is_p { -1.0 } else { 1.0 }
}

/// Channel and gate–drain charge at the device's temperature, for `m` in parallel.
fn channel(card: &mut Card, m: f64, temperature: Temperature) -> VdmosParameters {
    let polarity = polarity(card);
    let dt = temperature.t - temperature.t_nominal;
    let mut take = |names: &[&str], default: f64| card.take(names, default);
    let mu = take(&["mu", "bex"], -1.5);
    let by_t = [take(&["tksubthres1"], 0.0), take(&["tksubthres2"], 0.0)];
    VdmosParameters {
        polarity,
        vto: take(&["vto", "vth0"], 0.0) - polarity * take(&["tcvth", "vtotc"], 0.0) * dt,
        beta: take(&["kp"], 1.0) * m * temperature.power(mu),
        lambda: take(&["lambda"], 0.0),
        theta: take(&["theta"], 0.0),
        mtriode: take(&["mtriode"], 1.0),
        ksubthres: take(&["ksubthres"], 0.1) * temperature.polynomial(by_t),
        subshift: take(&["subshift"], 0.0),
        cgdmin: take(&["cgdmin"], 0.0) * m,
        cgdmax: take(&["cgdmax"], 0.0) * m,
        a: take(&["a"], 1.0),
    }
}

/// The drain's resistance, which grows with the voltage where the card has RQ and VQ.
fn drift(card: &mut Card, m: f64, temperature: Temperature, polarity: f64) -> Drift {
    let rd = card.take(&["rd"], 0.0) / m;
    let polynomial = card.warming("rd", temperature).unwrap_or(1.0);
    let power = card.given(&["texp0"]).map(|texp0| temperature.power(texp0));
    let (rq, vq) = (card.given(&["rq"]), card.given(&["vq"]));
    let texp1 = card.take(&["texp1"], 0.3);
    // Without a voltage to saturate at there is no saturation.
    let is_given = vq.is_some_and(|vq| vq != 0.0);
    let rq = rq.filter(|_| is_given).unwrap_or(0.0);
    Drift {
        polarity,
        rd: rd * power.unwrap_or(polynomial),
        rq: rq / m * temperature.power(texp1),
        vq: vq.unwrap_or(1.0),
    }
}

/// The diode from source to drain, at the device's temperature, for `m` in parallel.
fn body_diode(card: &mut Card, m: f64, temperature: Temperature) -> DiodeParameters {
    let (eg, xti) = (card.take(&["eg"], 1.11), card.take(&["xti"], 3.0));
    let n = card.take(&["n"], 1.0);
    let kt_q = temperature.v_t();
    let i_s = card.take(&["is"], 1e-14) * m * (temperature.saturation(eg, xti) / n).exp();
    let (bv, ibv) = (card.take(&["bv"], 0.0).abs(), card.take(&["ibv"], 1e-10));
    let nbv = card.take(&["nbv"], 1.0);
    let breakdown = (bv > 0.0).then(|| Breakdown::fitted(bv, ibv, i_s, nbv * kt_q, kt_q));
    let depletion = Depletion {
        cj: card.take(&["cjo"], 0.0) * m,
        vj: card.take(&["vj"], 0.8),
        m: card.take(&["m"], 0.5),
        fc: card.take(&["fc"], 0.5),
    };
    DiodeParameters {
        breakdown,
        tt: card.take(&["tt"], 0.0),
        depletion: temperature.depletion(depletion),
        ..DiodeParameters::bare(i_s, n * kt_q)
    }
}
