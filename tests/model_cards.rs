//! Every parameter that ngspice 39 knows on a `.model` card is either part of the law or refused by its name; those of
//! other simulators that it ignores are ignored.

use loadline::circuit::Deck;
use loadline::circuit::Netlist;
use std::path::Path;

/// A device on a card with one parameter set.
fn read(element: &str, kind: &str, parameter: &str) -> Result<Netlist, String> {
    let text = format!("* title\nVin a 0 dc 0\n{element}\n.model card {kind}({parameter}=0.3)\n");
    let deck = Deck::parse(Path::new("x.cir"), &text, &|_| Err("no such file".into()));
    deck.and_then(|deck| Netlist::expand(&deck))
        .map_err(|why| why.0)
}

/// Element, kind, what is honoured, what is refused. What neither list has only shapes a part that is refused.
const CARDS: [(&str, &str, &str, &str); 5] = [
    (
        "D1 a 0 card",
        "d",
        "is js tnom tref rs trs trs1 trs2 n tt ttt1 ttt2 cjo cj0 cj vj pb m mj tm1 tm2 ikf ik ikr nbv area eg xti cta ctc tpb \
         tvj kf af fc bv ibv ib tcv isr nr jsw ns pj cjp cjsw php mjsw fcs ctp tphp jtun jtunsw ntun xtitun keg",
        "level tlev tlevc",
    ),
    (
        "Q1 a a 0 card",
        "npn",
        "tnom tref is ibe ibc bf nf vaf va ikf ik ise c2 ne br nr var vb ikr isc c4 nc rb irb rbm re rc cje vje pe mje me tf xtf vtf \
         itf cjc vjc pc mjc mc xcjc tr cjs csub ccs vjs ps mjs ms xtb eg xti fc kf af tbf1 tbf2 tbr1 tbr2 tikf1 tikf2 tikr1 \
         tikr2 tirb1 tirb2 tnc1 tnc2 tne1 tne2 tnf1 tnf2 tnr1 tnr2 trb1 trb trb2 trc1 trc trc2 tre1 tre tre2 trm1 trm2 \
         tvaf1 tvaf2 tvar1 tvar2 ctc cte cts tvjc tvje tvjs titf1 titf2 ttf1 ttf2 ttr1 ttr2 tmje1 tmje2 tmjc1 tmjc2 tmjs1 \
         tmjs2 nkf nk ptf iss ns tns1 tns2 rco vo gamma qco quasimod vg cn d",
        "level subs tlev tlevc",
    ),
    (
        "J1 a 0 0 card",
        "njf",
        "vt0 vto beta lambda rd rs cgs cgd pb is fc b tnom tcv vtotc bex betatce xti eg kf af",
        "level",
    ),
    (
        "M1 a a 0 0 card",
        "nmos",
        "vto vt0 kp gamma phi lambda rd rs cbd cbs is pb cgso cgdo cgbo mj ld fc tnom kf af rsh cj cjsw mjsw js tox u0 uo \
         nsub tpg nss",
        "level",
    ),
    (
        "M1 a a 0 card",
        "vdmos",
        "vto vth0 kp phi lambda theta rd rs rg tnom rq vq mtriode tcvth vtotc mu bex texp0 texp1 trd1 trd2 trg1 trg2 trs1 \
         trs2 trb1 trb2 subshift ksubthres tksubthres1 tksubthres2 bv ibv nbv rds rb n tt eg xti is vj cjo m fc cgdmin \
         cgdmax a cgs rthjc rthca cthj vgs_max vgd_max vds_max vgsr_max vgdr_max pd_max id_max idr_max te_max rth_ext \
         derating",
        "kf",
    ),
];

#[test]
fn parameters_are_honoured_or_refused() {
    for (element, kind, honoured, refused) in CARDS {
        for parameter in honoured.split_whitespace() {
            // 0.3 m of lateral diffusion, 0.3 K, 0.3 Ω beside none: only whether it is read counts here.
            if let Err(why) = read(element, kind, parameter) {
                let is_value = !why.contains("not supported");
                assert!(is_value, "{kind} {parameter}: {why}");
            }
        }
        for parameter in refused.split_whitespace() {
            let why = read(element, kind, parameter).expect_err(parameter);
            assert!(why.contains(parameter), "{kind} {parameter}: {why}");
        }
    }
}

/// What PSpice's, LTspice's and HSPICE's cards say besides, and ngspice ignores.
const FOREIGN: [(&str, &str, &str); 5] = [
    (
        "D1 a 0 card",
        "d",
        "ibvl nbvl tbv1 tbv2 tikf ron roff vfwd vrev rrev ilimit revilimit epsilon revepsilon vp t_abs",
    ),
    (
        "Q1 a a 0 card",
        "npn",
        "bvcbo nbvcbo bvbe ibvbe nbvbe t_measured",
    ),
    ("J1 a 0 0 card", "njf", "isr n nr alpha vk m t_rel_global"),
    (
        "M1 a a 0 0 card",
        "nmos",
        "l w xj n rg rb rds jssw pbsw tt wd delta eta theta kappa vmax nfs neff ucrit uexp utra xqc nlev gdsnoi",
    ),
    ("M1 a a 0 card", "vdmos", "subthres"),
];

#[test]
fn what_ngspice_ignores_is_ignored_and_told() {
    for (element, kind, foreign) in FOREIGN {
        for parameter in foreign.split_whitespace() {
            let netlist = read(element, kind, parameter).unwrap_or_else(|why| panic!("{why}"));
            let notice = netlist.notices.first().map_or("", String::as_str);
            assert!(
                notice.contains(&format!("ignores {parameter}:")),
                "{kind} {parameter}: {notice}"
            );
        }
        for rating in ["mfg", "vceo", "icrating", "iave", "vpk"] {
            let netlist = read(element, kind, rating).unwrap_or_else(|why| panic!("{why}"));
            assert!(netlist.notices.is_empty(), "{kind} {rating}");
        }
    }
}

/// Parts that a card switches off by 0 are no reason to refuse it.
#[test]
fn zero_switches_a_part_off() {
    for (element, kind, pairs) in [
        ("D1 a 0 card", "d", "jsw=0 cjsw=0 php=0.8 mjsw=0.3 wm=1u"),
        (
            "Q1 a a 0 card",
            "npn",
            "ptf=0 iss=0 ns=1 rco=0 cjs=0 mjs=0.5 irb=0 itf=0 vtf=0 xtf=0",
        ),
    ] {
        let text = format!("* title\nVin a 0 dc 0\n{element}\n.model card {kind}({pairs})\n");
        let deck = Deck::parse(Path::new("x.cir"), &text, &|_| Err("no such file".into()));
        let netlist = deck.and_then(|deck| Netlist::expand(&deck));
        assert!(
            netlist.is_ok(),
            "{kind} {pairs}: {}",
            netlist.unwrap_err().0
        );
    }
}
