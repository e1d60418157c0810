//! `Q`.

use crate::circuit::deck::statement::Statement;
use crate::circuit::elements::NodeOf;
use crate::circuit::elements::PHASE;
use crate::circuit::elements::card::Card;
use crate::circuit::elements::card::Instance;
use crate::circuit::elements::card::check;
use crate::circuit::elements::card::model_place;
use crate::circuit::elements::card::with_resistance;
use crate::circuit::elements::push;
use crate::circuit::elements::push_part;
use crate::circuit::error::CircuitError;
use crate::circuit::expression::Expression;
use crate::circuit::netlist::Context;
use crate::circuit::netlist::Expansion;
use crate::circuit::netlist::GROUND;
use crate::circuit::netlist::Kind;
use crate::circuit::specimen::Quantity;
use crate::devices::BaseSpread;
use crate::devices::Bjt;
use crate::devices::BjtParameters;
use crate::devices::Depletion;
use crate::devices::Device;
use crate::devices::Diode;
use crate::devices::DiodeParameters;
use crate::devices::Epilayer;
use crate::devices::ExcessPhase;
use crate::devices::GMIN;
use crate::devices::Temperature;

/// `Qname collector base emitter [substrate] MODEL [area] [areab=] [areac=] [m=] [temp=]`
pub fn transistor(
    to: &mut Expansion,
    statement: &Statement,
    context: &Context,
    node: NodeOf,
) -> Result<(), CircuitError> {
    let form = "Qname collector base emitter MODEL [area] [m=number] [temp=number]";
    let place = model_place(statement, context, 4);
    let mut card = Card::find(
        statement.word(place, form)?,
        &["npn", "pnp"],
        context,
        statement,
    )?;
    let instance = Instance::read(statement, context, place + 1, &["areab", "areac"], form)?;
    card.level_one()?;
    // An NPN stands on its collector, a PNP lies with its base on the substrate.
    let is_npn = card.statement.words[2] == "npn";
    let polarity = if is_npn { 1.0 } else { -1.0 };
    let sizes = Sizes::of(&instance, polarity);
    // The temperature coefficients of currents are of TLEV=3.
    let drifts = [
        "tis1", "tis2", "tise1", "tise2", "tisc1", "tisc2", "tiss1", "tiss2",
    ];
    card.without(&[], &drifts)?;
    let temperature = card.temperature(&instance, context)?;
    let size = sizes.emitter;
    let junctions = junctions(&mut card, temperature)?;
    let xti = card.take(&["xti"], 3.0);
    let growth = temperature.saturation(card.take(&["eg"], 1.11), xti);
    let [ibe, ibc] = ["ibe", "ibc"].map(|key| card.given(&[key]));
    if ibe.is_some() != ibc.is_some() {
        let what = "its model's ibe or ibc is ignored: ngspice only reads both";
        to.netlist.notice(statement.error(what).0);
    }
    let own = ibe.zip(ibc);
    let mut parameters = currents(&mut card, &instance, &sizes, own, temperature, growth)?;
    let sized = |depletion: Depletion, size: f64| Depletion {
        cj: depletion.cj * size,
        ..depletion
    };
    let base = base(&mut card, size, temperature);
    let [r_e, r_c] = ["re", "rc"].map(|key| {
        let ohms = card.take(&[key], 0.0) / size;
        card.warm(key, ohms, temperature)
    });
    let inner_part = if base.rb > 0.0 {
        junctions.inner_part
    } else {
        1.0
    };
    parameters.base_emitter = sized(junctions.base_emitter, size);
    parameters.base_collector = sized(junctions.base_collector, sizes.collector * inner_part);
    let delay = card.take(&["ptf"], 0.0).to_radians() * parameters.tf;
    let substrate_depletion = sized(junctions.substrate, sizes.substrate);
    let substrate_diode = substrate(
        &mut card,
        polarity,
        size,
        temperature,
        growth,
        substrate_depletion,
    )?;
    let epilayer = epilayer(&mut card, polarity, instance.m, temperature, xti);
    card.end(to)?;
    check(statement, "is", parameters.i_s)?;
    check(statement, "ibc", parameters.i_sr)?;
    if let Some(layer) = epilayer {
        check(statement, "vo", layer.vo)?;
        check(statement, "gamma", layer.gamma)?;
    }
    if let Some(junction) = substrate_diode {
        check(statement, "ns", junction.v_t)?;
    }
    if delay.is_nan() || delay < 0.0 {
        return Err(statement.error("its model's ptf must not be below 0"));
    }
    check(statement, "bf", parameters.bf)?;
    check(statement, "br", parameters.br)?;
    let (i_s, bf) = (parameters.i_s, parameters.bf);
    let by = to.factor(statement, context, Quantity::TransistorCurrent, i_s);
    parameters.i_s *= by;
    parameters.i_sr *= by;
    parameters.bf *= to.factor(statement, context, Quantity::CurrentGain, bf);
    let [c, b, e] = [1, 2, 3].map(|place| node(to, &statement.words[place]));
    let substrate = if place > 4 {
        node(to, &statement.words[4])
    } else {
        GROUND
    };
    let outer_base = b;
    let c = with_resistance(to, statement, context, "c", c, r_c);
    let outer_collector = c;
    let c = match epilayer {
        Some(_) => to.named(format!("{}{}#ci", context.path, statement.name())),
        None => c,
    };
    let e = with_resistance(to, statement, context, "e", e, r_e);
    let transistor = Bjt::new(parameters);
    let Base { rb, rbm, irb } = base;
    let b = if rb == rbm || rb <= 0.0 {
        with_resistance(to, statement, context, "b", b, rb)
    } else {
        if rbm.is_nan() || rbm < 0.0 {
            return Err(statement.error("its model's rbm must not be below 0"));
        }
        let inner = to.named(format!("{}{}#b", context.path, statement.name()));
        let spread = BaseSpread {
            rb,
            rbm,
            irb,
            transistor,
        };
        let (device, nodes) = (Device::BaseSpread(spread), vec![b, inner, e, c]);
        push(to, statement, context, Kind::Device { device, nodes });
        inner
    };
    let device = Device::Bjt(transistor);
    let nodes = vec![c, b, e];
    push(to, statement, context, Kind::Device { device, nodes });
    if let Some(layer) = epilayer {
        let part = (Device::Epilayer(layer), vec![b, c, outer_collector]);
        push_part(to, statement, context, "epilayer", part);
    }
    if delay > 0.0 {
        let u = to.named(format!("{}{}{PHASE}", context.path, statement.name()));
        let lag = Device::ExcessPhase(ExcessPhase { delay, transistor });
        push_part(to, statement, context, "phase", (lag, vec![c, b, e, u]));
    }
    let outer = sized(
        junctions.base_collector,
        sizes.collector * (1.0 - inner_part),
    );
    let (p, n) = if is_npn {
        (outer_base, c)
    } else {
        (c, outer_base)
    };
    capacitance(to, statement, context, (p, n), outer);
    let stands_on = if is_npn { c } else { b };
    if let Some(parameters) = substrate_diode {
        let part = (
            Device::Diode(Diode::new(parameters)),
            vec![substrate, stands_on],
        );
        push_part(to, statement, context, "substrate", part);
        return Ok(());
    }
    // A junction that holds charge leaks by itself.
    if substrate_depletion.cj > 0.0 {
        let ends = (substrate, stands_on);
        capacitance(to, statement, context, ends, substrate_depletion);
        return Ok(());
    }
    let leak = Kind::Conductance {
        a: substrate,
        b: stands_on,
        siemens: Expression::Number(GMIN),
    };
    push(to, statement, context, leak);
    Ok(())
}

/// How many unit transistors the parts of one amount to.
struct Sizes {
    polarity: f64,
    /// Also all that is not said below.
    emitter: f64,
    /// Of the base–collector junction's leakage and charge.
    collector: f64,
    /// Of the charge to the substrate.
    substrate: f64,
    /// By which the reverse current is larger than the emitter's size says. ngspice 39 takes the area for a collector's
    /// that the line does not give, and so takes it twice; ours doesn't.
    reverse: f64,
}

impl Sizes {
    /// An NPN's collector has the base's area, a PNP's that of the collector; the substrate has the other one.
    fn of(instance: &Instance, polarity: f64) -> Self {
        let area = instance.area.unwrap_or(1.0);
        let (collector, substrate) = if polarity > 0.0 {
            ("areab", "areac")
        } else {
            ("areac", "areab")
        };
        Self {
            polarity,
            emitter: instance.scale(),
            collector: instance.m * instance.size(collector, area),
            substrate: instance.m * instance.size(substrate, area),
            reverse: instance.size(collector, 1.0),
        }
    }
}

/// The junction to the substrate, where it carries a current.
fn substrate(
    card: &mut Card,
    polarity: f64,
    size: f64,
    temperature: Temperature,
    growth: f64,
    depletion: Depletion,
) -> Result<Option<DiodeParameters>, CircuitError> {
    if card.given(&["subs"]).is_some_and(|subs| subs != polarity) {
        let what = "subs: an NPN stands (1) and a PNP lies (-1) on the substrate; remove it";
        return Err(card.statement.error(what));
    }
    let iss = card.take(&["iss"], 0.0) * size;
    let ns = card.take(&["ns"], 1.0);
    let v_t = card.warm("ns", ns, temperature) * temperature.v_t();
    Ok((iss > 0.0).then(|| DiodeParameters {
        depletion,
        ..DiodeParameters::bare(iss * growth.exp(), v_t)
    }))
}

/// The epitaxial layer of the collector, where the card has one. As in ngspice, only `m` of them are parallel: an area
/// leaves the layer alone.
fn epilayer(
    card: &mut Card,
    polarity: f64,
    m: f64,
    temperature: Temperature,
    xti: f64,
) -> Option<Epilayer> {
    let is_npn = polarity > 0.0;
    let rco = card.take(&["rco"], 0.0);
    let (vo, gamma) = (card.take(&["vo"], 10.0), card.take(&["gamma"], 1e-11));
    let qco = card.take(&["qco"], 0.0);
    let vg = card.take(&["vg"], 1.206);
    let cn = card.take(&["cn"], if is_npn { 2.42 } else { 2.2 });
    let d = card.take(&["d"], if is_npn { 0.87 } else { 0.52 });
    let [rco, vo, gamma] = match card.take(&["quasimod"], 0.0) {
        0.0 => [rco, vo, gamma],
        _ => [
            rco * temperature.power(cn),
            vo * temperature.power(d),
            gamma * temperature.saturation(vg, xti).exp(),
        ],
    };
    (rco > 0.0).then(|| Epilayer {
        polarity,
        rco: rco / m,
        vo,
        gamma,
        qco: qco * m,
        v_t: temperature.v_t(),
    })
}

/// A junction that holds charge and carries no current.
fn capacitance(
    to: &mut Expansion,
    statement: &Statement,
    context: &Context,
    (p, n): (usize, usize),
    depletion: Depletion,
) {
    if depletion.cj > 0.0 {
        let device = Device::Diode(Diode::capacitance(depletion));
        push(
            to,
            statement,
            context,
            Kind::Device {
                device,
                nodes: vec![p, n],
            },
        );
    }
}

/// Depletion charges at the device's temperature, for an area of 1.
struct Junctions {
    base_emitter: Depletion,
    base_collector: Depletion,
    substrate: Depletion,
    /// Part of the base–collector capacitance behind the base resistance.
    inner_part: f64,
}

fn junctions(card: &mut Card, temperature: Temperature) -> Result<Junctions, CircuitError> {
    let fc = card.take(&["fc"], 0.5);
    let mut base_emitter =
        card.depletion(&["cje"], (&["vje", "pe"], 0.75), (&["mje", "me"], 0.33), fc);
    let mut base_collector =
        card.depletion(&["cjc"], (&["vjc", "pc"], 0.75), (&["mjc", "mc"], 0.33), fc);
    let mut substrate = card.depletion(
        &["cjs", "csub", "ccs"],
        (&["vjs", "ps"], 0.75),
        (&["mjs", "ms"], 0.0),
        0.0,
    );
    base_emitter.m = card.warm("mje", base_emitter.m, temperature);
    base_collector.m = card.warm("mjc", base_collector.m, temperature);
    substrate.m = card.warm("mjs", substrate.m, temperature);
    let is_linear = card.is_linear_in_temperature()?;
    let mut warmed = |depletion: Depletion, by_cj: &str, by_vj: &str| {
        let (by_cj, by_vj) = (card.take(&[by_cj], 0.0), card.take(&[by_vj], 0.0));
        if is_linear {
            temperature.depletion_linearly(depletion, by_cj, by_vj)
        } else {
            temperature.depletion(depletion)
        }
    };
    Ok(Junctions {
        base_emitter: warmed(base_emitter, "cte", "tvje"),
        base_collector: warmed(base_collector, "ctc", "tvjc"),
        substrate: warmed(substrate, "cts", "tvjs"),
        inner_part: card.take(&["xcjc"], 1.0),
    })
}

/// The base resistance at low and at high current, and the base current half way.
struct Base {
    rb: f64,
    rbm: f64,
    irb: Option<f64>,
}

fn base(card: &mut Card, size: f64, temperature: Temperature) -> Base {
    let rb = card.take(&["rb"], 0.0) / size;
    let rbm = card.given(&["rbm"]).map_or(rb, |rbm| rbm / size);
    let irb = card.take(&["irb"], 0.0) * size;
    let [rb, rbm, irb] = [("rb", rb), ("rm", rbm), ("irb", irb)]
        .map(|(key, value)| card.warm(key, value, temperature));
    Base {
        rb,
        rbm,
        irb: (irb > 0.0).then_some(irb),
    }
}

/// All but the charges of the junctions; a card with IBE and IBC has its `own` currents instead of IS.
fn currents(
    card: &mut Card,
    instance: &Instance,
    sizes: &Sizes,
    own: Option<(f64, f64)>,
    temperature: Temperature,
    growth: f64,
) -> Result<BjtParameters, CircuitError> {
    let (size, v_t) = (sizes.emitter, temperature.v_t());
    let xtb = card.take(&["xtb"], 0.0);
    let beta_growth = match card.take(&["tlev"], 0.0) {
        0.0 => temperature.power(xtb),
        1.0 => temperature.polynomial([xtb, 0.0]),
        _ => return Err(card.statement.error("tlev: there are 0 and 1")),
    };
    let i_s = card.take(&["is"], 1e-16);
    let (i_s, i_sr) = own.unwrap_or((i_s, i_s));
    let [i_s, i_sr] = [i_s, i_sr * sizes.reverse].map(|i_s| i_s * size * growth.exp());
    let (bf, br) = (card.take(&["bf"], 100.0), card.take(&["br"], 1.0));
    let mut warm = |names: &[&str], default: f64| {
        let value = card.take(names, default);
        card.warm(names[0], value, temperature)
    };
    let (nf, nr) = (warm(&["nf"], 1.0), warm(&["nr"], 1.0));
    let [vaf, var, ikf, ikr] =
        [&["vaf", "va"][..], &["var", "vb"], &["ikf", "ik"], &["ikr"]].map(|names| {
            let value = warm(names, 0.0);
            if value == 0.0 { f64::INFINITY } else { value }
        });
    let (tf, tr, itf) = (warm(&["tf"], 0.0), warm(&["tr"], 0.0), warm(&["itf"], 0.0));
    let mut leak = |i: &[&str], name: &str, default: f64, size: f64| {
        let (i, n) = (card.take(i, 0.0), card.take(&[name], default));
        let i = i * size * (growth / n).exp() / beta_growth;
        (i, card.warm(name, n, temperature) * v_t)
    };
    let ((ise, v_te), (isc, v_tc)) = (
        leak(&["ise", "c2"], "ne", 1.5, size),
        leak(&["isc", "c4"], "nc", 2.0, sizes.collector),
    );
    Ok(BjtParameters {
        polarity: sizes.polarity,
        i_s,
        i_sr,
        bf: bf * card.warming("bf", temperature).unwrap_or(beta_growth),
        br: br * card.warming("br", temperature).unwrap_or(beta_growth),
        v_tf: nf * v_t,
        v_tr: nr * v_t,
        vaf,
        var,
        ikf: ikf * size,
        ikr: ikr * size,
        nkf: card.take(&["nkf", "nk"], 0.5),
        ise,
        isc,
        v_te,
        v_tc,
        tf,
        tr,
        xtf: card.take(&["xtf"], 0.0),
        vtf: card.take_or_infinite(&["vtf"]),
        itf: itf * size,
        base_emitter: Depletion::NONE,
        base_collector: Depletion::NONE,
        flicker: card.flicker().parallel(instance.m),
    })
}
