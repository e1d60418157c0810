//! `D`.

use crate::circuit::deck::statement::Statement;
use crate::circuit::elements::NodeOf;
use crate::circuit::elements::card::Card;
use crate::circuit::elements::card::Instance;
use crate::circuit::elements::card::check;
use crate::circuit::elements::card::with_resistance;
use crate::circuit::elements::push;
use crate::circuit::elements::push_part;
use crate::circuit::error::CircuitError;
use crate::circuit::netlist::Context;
use crate::circuit::netlist::Expansion;
use crate::circuit::netlist::Kind;
use crate::circuit::specimen::Quantity;
use crate::devices::Breakdown;
use crate::devices::Depletion;
use crate::devices::Device;
use crate::devices::Diode;
use crate::devices::DiodeParameters;
use crate::devices::Recombination;
use crate::devices::Temperature;

/// `Dname anode cathode MODEL [area] [m=] [pj=] [temp=]`; as in ngspice, a width and a length only count at level 3.
pub fn diode(
    to: &mut Expansion,
    statement: &Statement,
    context: &Context,
    node: NodeOf,
) -> Result<(), CircuitError> {
    let form = "Dname anode cathode MODEL [area] [m=number] [pj=number] [temp=number]";
    let mut card = Card::find(statement.word(3, form)?, &["d"], context, statement)?;
    let instance = Instance::read(statement, context, 4, &["pj", "w", "l"], form)?;
    card.level_one()?;
    if instance.says("w") || instance.says("l") {
        let what = "its w and l are ignored: at level 1 ngspice reads area and pj";
        to.netlist.notice(statement.error(what).0);
    }
    // What only level 3 reads, and self-heating.
    card.without(
        &[],
        &["lm", "lp", "wm", "wp", "xom", "xoi", "xm", "xp", "cth0"],
    )?;
    let temperature = card.temperature(&instance, context)?;
    let factor = |quantity, nominal| to.factor(statement, context, quantity, nominal);
    let Parts {
        bottom,
        sidewall,
        tunnel,
        r_s,
    } = parts(&mut card, &instance, temperature, factor)?;
    card.end(to)?;
    check(statement, "is", bottom.i_s)?;
    check(statement, "n", bottom.v_t)?;
    for (key, part) in [("ns", &sidewall), ("ntun", &tunnel)] {
        part.map_or(Ok(()), |part| check(statement, key, part.v_t))?;
    }
    let (anode, cathode) = (node(to, &statement.words[1]), node(to, &statement.words[2]));
    let inner = with_resistance(to, statement, context, "a", anode, r_s);
    let diode = |parameters| Device::Diode(Diode::new(parameters));
    let (device, nodes) = (diode(bottom), vec![inner, cathode]);
    push(to, statement, context, Kind::Device { device, nodes });
    if let Some(sidewall) = sidewall {
        let part = (diode(sidewall), vec![inner, cathode]);
        push_part(to, statement, context, "sidewall", part);
    }
    if let Some(tunnel) = tunnel {
        let part = (diode(tunnel), vec![cathode, inner]);
        push_part(to, statement, context, "tunnel", part);
    }
    Ok(())
}

/// What the card says at the device's temperature: the junction's bottom; along its edge; tunnelling, an exponential the
/// other way round; the series resistance.
struct Parts {
    bottom: DiodeParameters,
    sidewall: Option<DiodeParameters>,
    tunnel: Option<DiodeParameters>,
    r_s: f64,
}

/// The card's parts, times what `factor` says of this specimen.
fn parts(
    card: &mut Card,
    instance: &Instance,
    temperature: Temperature,
    mut factor: impl FnMut(Quantity, f64) -> f64,
) -> Result<Parts, CircuitError> {
    let area = card.take(&["area"], 1.0);
    let size = instance.m * instance.area.unwrap_or(area);
    let perimeter = instance.m * instance.size("pj", card.take(&["pj"], 0.0));
    let (eg, xti) = (card.take(&["eg"], 1.11), card.take(&["xti"], 3.0));
    let growth = |n: f64| (temperature.saturation(eg, xti) / n).exp();
    let kt_q = temperature.v_t();
    let n = card.take(&["n"], 1.0);
    let i_s = card.take(&["is", "js"], 1e-14) * size * growth(n);
    let i_s = i_s * factor(Quantity::DiodeCurrent, i_s);
    let nr = card.take(&["nr"], 1.0);
    let recombination = card.given(&["isr"]).map(|isr| Recombination {
        i_s: isr * size * growth(nr),
        v_t: nr * kt_q,
    });
    // Without an ideality of its own the edge is more of the bottom.
    let ns = card.given(&["ns"]);
    let i_side = card.take(&["jsw"], 0.0) * perimeter * growth(ns.unwrap_or(n));
    let (i_bottom, i_side) = match ns {
        Some(_) => (i_s, i_side),
        None => (i_s + i_side, 0.0),
    };
    let (xti_tunnel, keg) = (card.take(&["xtitun"], 3.0), card.take(&["keg"], 1.0));
    let ntun = card.take(&["ntun"], 30.0);
    let i_tunnel = (card.take(&["jtun"], 0.0) * size + card.take(&["jtunsw"], 0.0) * perimeter)
        * (temperature.saturation(keg * eg, xti_tunnel) / ntun).exp();

    let (bv, ibv, nbv, tcv) = (
        card.take(&["bv"], 0.0),
        card.take(&["ibv", "ib"], 1e-3) * instance.m,
        card.take(&["nbv"], n),
        card.take(&["tcv"], 0.0),
    );
    let tcv = match card.take(&["tlev"], 0.0) {
        0.0 => tcv,
        1.0 => tcv * bv,
        _ => return Err(card.statement.error("tlev: there are 0 and 1")),
    };
    let bv = bv - tcv * (temperature.t - temperature.t_nominal);
    let breakdown = (bv > 0.0).then(|| {
        let bv = bv * factor(Quantity::Breakdown, bv);
        Breakdown::fitted(bv, ibv, i_s, nbv * kt_q, kt_q)
    });

    let [depletion, edge] = depletions(card, [size, perimeter], temperature)?;
    let (tt, r_s) = (card.take(&["tt"], 0.0), card.take(&["rs"], 0.0) / size);
    let tt = card.warm("tt", tt, temperature);
    let r_s = card.warm("rs", r_s, temperature);
    let bottom = DiodeParameters {
        breakdown,
        recombination,
        ikf: card.take_or_infinite(&["ikf", "ik"]) * size,
        ikr: card.take_or_infinite(&["ikr"]) * size,
        tt,
        depletion,
        flicker: card.flicker(),
        ..DiodeParameters::bare(i_bottom, n * kt_q)
    };
    let sidewall = DiodeParameters {
        breakdown: breakdown.filter(|_| i_side > 0.0),
        depletion: edge,
        ..DiodeParameters::bare(i_side, ns.unwrap_or(n) * kt_q)
    };
    Ok(Parts {
        bottom,
        sidewall: (i_side > 0.0 || edge.cj > 0.0).then_some(sidewall),
        tunnel: (i_tunnel > 0.0).then(|| DiodeParameters::bare(i_tunnel, ntun * kt_q)),
        r_s,
    })
}

/// Depletion charges of the bottom and of the sidewall.
fn depletions(
    card: &mut Card,
    [size, perimeter]: [f64; 2],
    temperature: Temperature,
) -> Result<[Depletion; 2], CircuitError> {
    let (fc, fcs) = (card.take(&["fc"], 0.5), card.take(&["fcs"], 0.5));
    let cj = ["cjo", "cj0", "cj"];
    let mut bottom = card.depletion(&cj, (&["vj", "pb"], 1.0), (&["m", "mj"], 0.5), fc);
    let mut edge = card.depletion(&["cjp", "cjsw"], (&["php"], 1.0), (&["mjsw"], 0.33), fcs);
    bottom.cj *= size;
    edge.cj *= perimeter;
    bottom.m = card.warm("m", bottom.m, temperature);
    let drifts = [(["cta", "ctc"], ["tpb", "tvj"]), (["ctp"; 2], ["tphp"; 2])]
        .map(|(cj, vj)| (card.take(&cj, 0.0), card.take(&vj, 0.0)));
    let is_linear = card.is_linear_in_temperature()?;
    let warmed = |depletion, (by_cj, by_vj)| {
        if is_linear {
            temperature.depletion_linearly(depletion, by_cj, by_vj)
        } else {
            temperature.depletion(depletion)
        }
    };
    Ok([warmed(bottom, drifts[0]), warmed(edge, drifts[1])])
}
