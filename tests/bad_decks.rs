//! A broken deck is refused with file, line, element and what to write instead.

use loadline::circuit::Deck;
use loadline::circuit::Netlist;
use loadline::circuit::OperatingPoint;
use loadline::circuit::Solver;
use std::path::Path;

/// The error of a deck whose body is `lines`, below a title and a `Vin`.
fn refusal(lines: &str) -> String {
    let text = format!("* title\nVin in 0 dc 0 ac 1 sin(0 1 1k)\n{lines}");
    let play = || {
        let deck = Deck::parse(Path::new("x.cir"), &text, &|_| Err("no such file".into()))?;
        let point = OperatingPoint::solve(Netlist::expand(&deck)?)?;
        Solver::new(&point, 48_000.0, &["in"]).map(|_| ())
    };
    play().expect_err(lines).0
}

#[test]
fn names_line_element_and_remedy() {
    let cases = [
        ("R1 in 0 2k2", "x.cir:3: r1:", "2.2k"),
        ("L1 in 0 -1n", "x.cir:3: l1:", "must not be below 0"),
        ("R1 in 0", "x.cir:3: r1:", "Rname node node value"),
        ("R1 in 0 1k w=1", "x.cir:3: r1:", "`w=1` is not supported"),
        ("R1 in 0 {1k", "x.cir:3:", "not closed"),
        ("R1 in 0 {foo*2}", "x.cir:3: r1:", "define it by .param"),
        ("R1 in 0 1k\nR1 in 0 1k", "x.cir:4: r1:", "rename"),
        (
            ".param a={b} b={a}",
            "x.cir:3: parameter",
            "depends on itself",
        ),
        ("D1 in 0 dx", "x.cir:3: d1:", "no .model `dx`"),
        ("D1 in 0 dx\n.model dx npn", "x.cir:3: d1:", "needed is d"),
        (
            ".model dx d(is=1n foo=2)\nD1 in 0 dx",
            "x.cir:3: .model:",
            "foo=2 is not supported",
        ),
        (
            ".model q npn(ptf=-3 tf=1n)\nQ1 in 0 0 q",
            "x.cir:4: q1:",
            "ptf must not be below 0",
        ),
        (
            ".model q npn(rco=3 vo=0)\nQ1 in 0 0 q",
            "x.cir:4: q1:",
            "vo must be above 0",
        ),
        (
            ".model m nmos(tox=1u nsub=1e9)\nM1 in 0 0 0 m",
            "x.cir:3: .model:",
            "nsub must be above",
        ),
        (
            ".model m nmos(level=3)\nM1 in 0 0 0 m",
            "x.cir:3: .model:",
            "fit vto, kp",
        ),
        (
            ".model m vdmos(ksubthres=0)\nM1 in 0 0 m",
            "x.cir:4: m1:",
            "ksubthres must be above 0",
        ),
        ("X1 in 0 12ax7", "x.cir:3: x1:", ".include"),
        (".subckt a p q\n.ends\nX1 in a", "x.cir:5: x1:", "2 ports"),
        (
            ".subckt a p g=1\n.ends\nX1 in a f=2",
            "x.cir:5: x1:",
            "there are: g",
        ),
        (".subckt a p\nR1 p 0 1k", "x.cir:3: .subckt:", "write .ends"),
        (".ends", "x.cir:3: .ends:", "remove it"),
        (".include nowhere.lib", "x.cir:3:", "nowhere.lib"),
        (".options scale=2", "x.cir:3: .options:", "scale"),
        ("V2 a 0 sin(0 1 1k)", "x.cir:3: v2:", "DC value"),
        ("E1 a 0 poly(1) in 0", "x.cir:3: e1:", "POLY(n)"),
        ("E1 a 0 laplace {v(in)} = {1/s}", "x.cir:3: e1:", "VALUE="),
        (
            "E1 a 0 table {v(in)} = (1,0) (0,1)",
            "x.cir:3: e1:",
            "x rise",
        ),
        ("B1 a 0 v(in)", "x.cir:3: b1:", "V={expression}"),
        ("B1 a 0 V=v(in)*time", "x.cir:3: b1:", "`time`"),
        ("B1 a 0 V=ddt(v(in))", "x.cir:3: b1:", "C or an L"),
        ("B1 a 0 V=i(Vnone)", "x.cir:3: b1:", "0 V source"),
        ("B1 a 0 V=v(inn)", "x.cir:3:", "`inn`"),
        ("B1 a 0 V=foo(v(in))", "x.cir:3: b1:", ".func"),
        ("F1 a 0 R2 2\nR2 in 0 1", "x.cir:3: f1:", "0 V source"),
        ("C1 in 0 {v(in)}", "x.cir:3: c1:", "read by"),
        (".func f(x) x*y\nR1 in 0 {f(2)}", "x.cir:4: r1:", "`y`"),
        (
            ".func f(x) {f(x)}\nR1 in 0 {f(2)}",
            "x.cir:4: r1:",
            "32 deep",
        ),
        (".temp -300", "x.cir:3: .temp:", "absolute zero"),
        (".options rshunt=0", "x.cir:3: .options:", "above 0"),
        (
            "Q1 in 0 0 q areab=0\n.model q npn",
            "x.cir:3: q1:",
            "above 0",
        ),
        (".if (1)", "x.cir:3: .if:", "write .endif"),
        (".if\n.endif", "x.cir:3: .if:", "ends too early"),
        (".endif", "x.cir:3: .endif:", "remove it"),
        (".if (1)\n.else\n.else\n.endif", "x.cir:5: .else:", ".endif"),
        (
            ".if (1)\n.param a=1\n.endif",
            "x.cir:4: .param:",
            "move it out",
        ),
        (".if (foo)\nR1 in 0 1\n.endif", "x.cir:3: .if:", "`foo`"),
        (
            "L1 in 0 1\nL2 a 0 1\nL3 b 0 1\nK1 L1 L2 L3 0.9",
            "x.cir:6: k1:",
            "each pair",
        ),
        (
            "L1 in 0 1 m=2\nL2 a 0 1 m=2\nK1 L1 L2 0.9",
            "x.cir:5: k1:",
            "without m=",
        ),
        ("S1 in 0 in 0 sw", "x.cir:3: s1:", "write an R"),
        (
            "C1 in 0 cm 1n\n.model cm cap",
            "x.cir:3: c1:",
            "needed is c",
        ),
        ("R1 in 0 rm", "x.cir:3: r1:", "`rm`"),
        ("R1 in 0 rm\n.model rm r", "x.cir:3: r1:", "too short"),
        ("E1 a 0 in 0 2 m=2", "x.cir:3: e1:", "`m=2`"),
        (
            ".param a=1\nB1 b 0 V=v(in)*{a+1}",
            "x.cir:4: b1:",
            "write ()",
        ),
        (".temp=50", "x.cir:3:", "write .temp 50"),
        (".param 1k", "x.cir:3: .param:", "no value"),
        (".step param a 1 2 1", "x.cir:3: .step:", ".param"),
        (".tran 1u 1m uic", "x.cir:3: .tran:", "operating point"),
        (".nodeset v(nowhere)=1", "x.cir:3: .nodeset:", "no node"),
        (".lib nowhere.lib tt", "x.cir:3:", "nowhere.lib"),
        ("Z1 in 0 1k", "x.cir:3: z1:", "not supported"),
        ("K1 L1 L2 0.9", "x.cir:3: k1:", "no inductor `l1`"),
        ("V2 in 0 1", "x.cir:3: v2:", "the loop of vin v2"),
        (
            "V2 in a 1\nB3 a b V=v(in)*v(in)\nE4 b 0 in 0 2",
            "x.cir:5: e4:",
            "the loop of vin v2 b3 e4\n",
        ),
        (
            "L1 in 0 1\nL2 b 0 1\nK1 L1 L2 1\nV2 b 0 0",
            "x.cir:6: v2:",
            "the loop of vin l1 l2 v2\n",
        ),
        (
            "I1 0 a 1m\nC1 a in 1u",
            "x.cir:3: i1:",
            "nothing but i1 c1\nGive it a resistor",
        ),
        (
            ".subckt s p\nI1 0 q 1m\nR1 q r 1k\nC1 r p 1n\n.ends\nX1 in s",
            "x.cir:4: x1.i1:",
            "at x1.q x1.r, since at x1.q",
        ),
        (
            "R1 in 0 1k\nG1 0 a in 0 1m\nE1 b 0 a 0 2\nR2 b 0 1k",
            "x.cir:4: g1:",
            "at a b, since at a there is nothing but g1\n",
        ),
        (
            "B1 0 a I=1+v(a)*v(a)\nR1 a 0 1k",
            "x.cir:3: b1:",
            "would not settle: a, at b1\n",
        ),
    ];
    for (lines, place, remedy) in cases {
        let error = refusal(lines);
        assert!(
            error.starts_with(place) && error.contains(remedy),
            "{lines}\n  gave: {error}"
        );
    }
}

#[test]
fn names_what_cancels_at_a_knobs_end() {
    let text = "* title\nVin in 0 0\n.param g=0\nR1 in a 1\nR2 a 0 1\nG1 a 0 a 0 {-2*g}\n";
    let mut deck = Deck::parse(Path::new("x.cir"), text, &|_| Err("no such file".into())).unwrap();
    deck.set_live_within("g", 0.5, [0.0, 1.0]).unwrap();
    let point = OperatingPoint::solve(Netlist::expand(&deck).unwrap()).unwrap();
    let error = Solver::new(&point, 48_000.0, &["a"]).unwrap_err().0;
    assert!(
        error.starts_with("x.cir:4: r1:") && error.contains("nothing but r1 r2 g1\n"),
        "{error}"
    );
}

#[test]
fn a_deck_that_calls_itself_ends() {
    assert!(refusal(".subckt a p\nX1 p a\n.ends\nX1 in a").contains("16 deep"));
    let doubling: String = (0..13)
        .map(|k| format!(".subckt s{k} p\nX1 p s{}\nX2 p s{}\n.ends\n", k + 1, k + 1))
        .collect();
    let flood = format!("{doubling}.subckt s13 p\nR1 p 0 1k\n.ends\nX1 in s0");
    assert!(refusal(&flood).contains("4000 elements"));
}
