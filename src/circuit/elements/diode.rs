//! `D`.

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
use crate::devices::Breakdown;
use crate::devices::Depletion;
use crate::devices::Device;
use crate::devices::Diode;
use crate::devices::DiodeParameters;
use crate::devices::Recombination;
use crate::devices::Temperature;

/// `Dname anode cathode MODEL [area] [m=] [temp=]`
pub fn diode(
    to: &mut Expansion,
    statement: &Statement,
    context: &Context,
    node: NodeOf,
) -> Result<(), CircuitError> {
    let form = "Dname anode cathode MODEL [area] [m=number] [temp=number]";
    let mut card = Card::find(statement.word(3, form)?, &["d"], context, statement)?;
    // A sidewall is refused, and so its perimeter says nothing.
    let instance = Instance::read(statement, context, 4, &["pj"], form)?;
    card.level_one()?;
    card.without(
        &[
            "jsw", "cjp", "cjsw", "jtun", "jtunsw", "lm", "lp", "wm", "wp",
        ],
        &[
            "ns", "pj", "php", "mjsw", "fcs", "ctp", "tphp", "ntun", "xtitun", "keg", "xom", "xoi",
            "xm", "xp", "cth0",
        ],
    )?;
    let temperature = card.temperature(&instance, context)?;
    let factor = |quantity, nominal| to.factor(statement, context, quantity, nominal);
    let (parameters, r_s) = parameters(&mut card, &instance, temperature, factor)?;
    card.end()?;
    check(statement, "is", parameters.i_s)?;
    check(statement, "n", parameters.v_t)?;
    let (anode, cathode) = (node(to, &statement.words[1]), node(to, &statement.words[2]));
    let inner = with_resistance(to, statement, context, "a", anode, r_s);
    let device = Device::Diode(Diode::new(parameters));
    let nodes = vec![inner, cathode];
    push(to, statement, context, Kind::Device { device, nodes });
    Ok(())
}

/// What the card says at the device's temperature, times what `factor` says of this specimen, and the series resistance.
fn parameters(
    card: &mut Card,
    instance: &Instance,
    temperature: Temperature,
    mut factor: impl FnMut(Quantity, f64) -> f64,
) -> Result<(DiodeParameters, f64), CircuitError> {
    let area = card.take(&["area"], 1.0);
    let size = instance.m * instance.area.unwrap_or(area);
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

    let depletion = depletion(card, size, temperature)?;
    let (tt, r_s) = (card.take(&["tt"], 0.0), card.take(&["rs"], 0.0) / size);
    let tt = card.warm("tt", tt, temperature);
    let r_s = card.warm("rs", r_s, temperature);
    let parameters = DiodeParameters {
        i_s,
        v_t: n * kt_q,
        breakdown,
        recombination,
        ikf: card.take_or_infinite(&["ikf", "ik"]) * size,
        ikr: card.take_or_infinite(&["ikr"]) * size,
        tt,
        depletion,
        flicker: card.flicker(),
    };
    Ok((parameters, r_s))
}

fn depletion(
    card: &mut Card,
    size: f64,
    temperature: Temperature,
) -> Result<Depletion, CircuitError> {
    let fc = card.take(&["fc"], 0.5);
    let mut depletion = card.depletion(
        &["cjo", "cj0", "cj"],
        (&["vj", "pb"], 1.0),
        (&["m", "mj"], 0.5),
        fc,
    );
    depletion.cj *= size;
    depletion.m = card.warm("m", depletion.m, temperature);
    let (by_cj, by_vj) = (
        card.take(&["cta", "ctc"], 0.0),
        card.take(&["tpb", "tvj"], 0.0),
    );
    Ok(if card.is_linear_in_temperature()? {
        temperature.depletion_linearly(depletion, by_cj, by_vj)
    } else {
        temperature.depletion(depletion)
    })
}
