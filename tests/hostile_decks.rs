//! Whatever a deck says, reading it ends: with a circuit or with an error, soon, and without much memory.
//!
//! `PROPTEST_CASES=100000 cargo test --release --no-default-features --test hostile_decks` runs for longer.

use loadline::circuit::Deck;
use loadline::circuit::Netlist;
use loadline::circuit::OperatingPoint;
use loadline::circuit::Solver;
use proptest::prelude::*;
use proptest::sample::Index;
use std::path::Path;
use std::time::Duration;
use std::time::Instant;
use wide::f64x2;

const CASES: u32 = 300;
/// Of one deck, from text to its first sample. Measured 0.4 s for the worst below.
const PATIENCE: Duration = Duration::from_secs(5);
/// Circuits up to this size are played, too.
const PLAYED_ELEMENTS: usize = 40;

const LIBRARY: &str = include_str!("../plugin-assets/circuits/devices.lib");
const REAL: [&str; 4] = [
    include_str!("../plugin-assets/circuits/preamps/tube_two_stage.cir"),
    include_str!("../plugin-assets/circuits/preamps/opamp_baxandall.cir"),
    LAWFUL,
    LIBRARY,
];
const LAWFUL: &str = "* laws
.param gain=0.5 k={2*gain}
.func bend(x, a) {tanh(a*x)/a}
Vin in 0 dc 0.1 ac 1
B1 a 0 V = bend(v(in), 3) + 0.1*sinh(v(in)) m=2
Ra a 0 1k tc1=1m
E1 b 0 VALUE = {gain*v(a) + k*atan(v(a,in)*2) + sqrt(abs(v(a)) + 0.1)}
E2 e 0 TABLE {v(b)} = (-3,-2) (-0.5,-1) (0,0) (1,0.5) (4,1)
F1 0 c Vin 20
H1 d 0 POLY(1) Vin 1 2 3
G1 0 g POLY(2) (b,0) (e,0) 1m 2m 0.5m 0.1m
Rg g c 1k
Rc c 0 1k
L1 c 0 1
L2 d 0 2 ; primary
K1 L1 L2 0.99
X1 g q s PARAMS: A=1
.SUBCKT s 1 2 PARAMS: A=2 B={A*2}
D1 1 2 dx
Q1 1 2 0 qx
R1 2 0 {B}
.MODEL dx D(IS=1N RS=1 CJO=10PF TT=1N)
.model qx npn(bf=100)
.ENDS
.temp 40
.nodeset v(a)=1
.if (k > 2)
X2 g q s m=2
.elseif (gain)
R9 g q RM 1k tc=1m 2u
.else
Q9 g q 0 qy 2 OFF IC=0.6, 5
.endif
.param t(x)='x+1' u = 2 * t(1)
.model rm R(tc1=1m)
.model qy npn
B9 h 0 I=i(Ra)*u tc1=1m m=2
R8 h 0 1k scale=2
.end
";

/// Reads a deck as far as it goes; it may include itself and the library.
fn read(text: &str) -> Result<usize, String> {
    let start = Instant::now();
    let result = through(text);
    let taken = start.elapsed();
    assert!(taken < PATIENCE, "{taken:?} for {text:.2000}");
    result
}

fn through(text: &str) -> Result<usize, String> {
    let files = |path: &Path| match path.extension() {
        Some(kind) if kind == "lib" => Ok(LIBRARY.to_string()),
        Some(_) => Ok(text.to_string()),
        None => Err("no such file".to_string()),
    };
    let deck = Deck::parse(Path::new("x.cir"), text, &files).map_err(|why| why.0)?;
    let netlist = Netlist::expand(&deck).map_err(|why| why.0)?;
    let size = netlist.elements.len();
    if size > PLAYED_ELEMENTS {
        return Ok(size);
    }
    let probe = netlist.nodes[netlist.nodes.len() - 1].clone();
    let point = OperatingPoint::solve(netlist).map_err(|why| why.0)?;
    let mut solver = Solver::new(&point, 48_000.0, &[&probe]).map_err(|why| why.0)?;
    for v in [0.0, 1.0, -1.0, 1e3] {
        solver.tick(f64x2::splat(v));
        assert!(solver.probe(0).to_array().iter().all(|y| y.is_finite()));
    }
    Ok(size)
}

fn config() -> ProptestConfig {
    let cases = std::env::var("PROPTEST_CASES").ok();
    ProptestConfig {
        cases: cases.and_then(|cases| cases.parse().ok()).unwrap_or(CASES),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

/// Pieces of statements.
const TOKENS: &[&str] = &[
    "R1",
    "C1",
    "L1",
    "K1",
    "V1",
    "Vin",
    "I1",
    "E1",
    "F1",
    "G1",
    "H1",
    "B1",
    "D1",
    "Q1",
    "J1",
    "M1",
    "X1",
    "X2",
    "in",
    "out",
    "a",
    "b",
    "0",
    "1",
    "1k",
    "-1",
    "1e999",
    "1e-300",
    "{a}",
    "{a*b}",
    "'a+1'",
    "v(a)",
    "v(a,b)",
    "i(vin)",
    "V=",
    "I=",
    "value=",
    "value",
    "table",
    "poly(1)",
    "poly(99)",
    "=",
    "(",
    ")",
    "{",
    "}",
    "'",
    ",",
    "+",
    "*",
    "**",
    "^",
    "?",
    ":",
    "<",
    ">",
    "&&",
    "!",
    "-",
    "/",
    "exp(",
    "ln(",
    "pwr(",
    "limit(",
    "f(",
    "{f(1)}",
    "m=2",
    "tc1=1",
    "ic=0",
    "area=2",
    "off",
    "ic=1,2",
    "tc=1m 2u",
    "i(r1)",
    "i(r0)",
    "rm",
    "\nX3 in 0 s m=3",
    "\n.if (a)",
    "\n.if (1)",
    "\n.elseif (b)",
    "\n.else",
    "\n.endif",
    "\\\\\n",
    "dx",
    "qx",
    "s",
    "t",
    "params:",
    "a=1",
    "b={a}",
    "dc",
    "ac",
    "sin(0 1 1k)",
    ".param",
    ".model",
    ".subckt",
    ".ends",
    ".func",
    ".include",
    ".lib",
    ".temp",
    ".options",
    ".global",
    ".nodeset",
    ".end",
    "x.cir",
    "devices.lib",
    "triode_dz",
    "d(is=1n)",
    "npn",
    "*@",
    "knob",
    ";",
    "\n",
    "\n+",
    "\n.param",
    "\nR2",
    "\nX1",
    "\nB2",
    "\n.subckt",
    "\n.ends",
    "é",
    "\u{0}",
];

fn token() -> impl Strategy<Value = String> {
    proptest::sample::select(TOKENS).prop_map(str::to_string)
}

/// A real deck with a few places changed.
fn mutated() -> impl Strategy<Value = String> {
    let change = (any::<Index>(), any::<Index>(), 0..6u8, token());
    (0..REAL.len(), prop::collection::vec(change, 1..8)).prop_map(|(which, changes)| {
        let mut text: Vec<char> = REAL[which].chars().collect();
        for (at, to, how, token) in changes {
            if text.is_empty() {
                break;
            }
            let (a, b) = (at.index(text.len()), to.index(text.len()));
            let few = a..(a + 1 + b % 40).min(text.len());
            match how {
                0 => text.splice(few, []).for_each(drop),
                1 => text.splice(a..a, token.chars()).for_each(drop),
                2 => text.splice(few, token.chars()).for_each(drop),
                3 => text.swap(a, b),
                4 => {
                    let copy = text[few].to_vec();
                    text.splice(b..b, copy).for_each(drop);
                }
                _ => text.truncate(a),
            }
        }
        text.into_iter().collect()
    })
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn bytes_end(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = read(&format!("t\n{}", String::from_utf8_lossy(&bytes)));
    }

    #[test]
    fn statements_end(tokens in prop::collection::vec(token(), 0..80)) {
        let _ = read(&format!("t\nVin in 0 1\nR0 in 0 1k\n{}", tokens.join(" ")));
    }

    #[test]
    fn mutated_decks_end(text in mutated()) {
        let _ = read(&text);
    }

    #[test]
    fn expressions_end(tokens in prop::collection::vec(token(), 0..40)) {
        let text = tokens.join("").replace('\n', "");
        let _ = read(&format!("t\n.func f(x) {{x*x}}\nVin in 0 1\nB1 a 0 V={text}\nR1 a 0 {{{text}}}"));
    }
}

/// Refused with a reason that holds this.
fn refused(text: &str, reason: &str) {
    let why = read(text).expect_err(&text[..text.len().min(200)]);
    assert!(why.contains(reason), "{why:.500}");
}

#[test]
fn bombs_are_refused() {
    let doubled = |line: &dyn Fn(usize) -> String| -> String { (1..60).map(line).collect() };
    let params = doubled(&|k| format!(".param p{k}={{p{}+p{}}}\n", k - 1, k - 1));
    refused(
        &format!("t\n.func p0() 1\n{params}B1 a 0 V={{v(a)*p59}}"),
        "parameter",
    );
    let functions = doubled(&|k| format!(".func f{k}(x) {{f{}(x)+f{}(x)}}\n", k - 1, k - 1));
    refused(
        &format!("t\n.func f0(x) {{x}}\n{functions}B1 a 0 V={{f59(v(a))}}"),
        "deep",
    );
    refused(
        &format!("t\n.func f0(x) {{x}}\n{functions}B1 a 0 V={{f20(v(a))}}"),
        "parts",
    );
    refused(
        &format!("t\n.func f0(x) {{x}}\n{functions}R1 a 0 {{f30(1)}}"),
        "repeats itself",
    );
    let empty = doubled(&|k| {
        let calls: String = (0..10).map(|n| format!("X{n} a s{}\n", k + 1)).collect();
        format!(".subckt s{k} a\n{calls}.ends\n")
    });
    refused(&format!("t\n{empty}X1 in s1"), "");
    refused("t\n.include x.cir\n.include x.cir", "include each other");
    refused(&format!("t\nR1 a 0 {{{}1", "(".repeat(1_000_000)), "");
    refused(
        &format!("t\nR1 a 0 {{1{}}}", "+1".repeat(1_000_000)),
        "parts",
    );
    refused(&format!("t\nR1 a 0 {{{}1}}", "-".repeat(1_000_000)), "deep");
    refused(
        &format!("t\nR1 a 0 {{{}1}}", "2^".repeat(1_000_000)),
        "parts",
    );
    refused(&format!("t\nB1 a 0 V={}", "v(a)*".repeat(100_000)), "parts");
    refused(&format!("t\nR1 a 0 1{}", "0".repeat(1000)), "not a number");
    refused("t\nE1 a 0 POLY(4000000000) a 0 1", "POLY(n)");
    refused(
        &format!("t\nE1 a 0 POLY(1) a 0 {}", "1 ".repeat(100_000)),
        "coefficients",
    );
    refused(&"t\n.param a=1\n+ ".repeat(2_000_000), "larger");
    let ifs: String = (0..20_000).map(|k| format!(".elseif ({k})\n")).collect();
    refused(&format!("t\n.if (0)\n{ifs}.endif"), "branches");
    refused(&format!("t\n{}", ".if (0)\n".repeat(100)), "deep");
    let body = ".if (1)\nR1 a b 1\n.endif";
    let many: String = (0..20_000).map(|k| format!("R{k}x a b 1\n")).collect();
    let calls: String = (0..500).map(|k| format!("X{k} in 0 s m=2\n")).collect();
    refused(
        &format!("t\n.subckt s a b\n{body}\n{many}.ends\n{calls}"),
        "",
    );
}

#[test]
fn long_decks_end() {
    let chain: String = (1..50_000)
        .map(|k| format!(".param p{k}={{p{}+1}}\n", k - 1))
        .collect();
    assert_eq!(
        read(&format!(
            "t\n.param p0=1\n{chain}Vin a 0 1\nR1 a 0 {{p49999}}"
        )),
        Ok(2)
    );
    let backwards: String = (1..50_000)
        .rev()
        .map(|k| format!(".param p{k}={{p{}+1}}\n", k - 1))
        .collect();
    assert_eq!(
        read(&format!(
            "t\n{backwards}.param p0=1\nVin a 0 1\nR1 a 0 {{p49999}}"
        )),
        Ok(2)
    );
    let continued = "+ p=1\n".repeat(300_000);
    assert_eq!(
        read(&format!("t\nVin a 0 1\nR1 a 0 1k\n.param q=1\n{continued}")),
        Ok(2)
    );
    let multiplied: String = (0..20_000)
        .map(|k| format!(".subckt s{k} a\nX1 a s{}\n.ends\n", k + 1))
        .collect();
    let long = format!("Q1 a a 0 q ic=1{}", " 1".repeat(500_000));
    assert!(read(&format!("t\nVin a 0 1\n{long}\n.model q npn")).is_err());
    let chained = read(&format!("t\n{multiplied}Vin a 0 1\nX1 a s0 m=2"));
    assert!(chained.is_err_and(|why| why.contains("deep")));
    let resistors: String = (0..3_000)
        .map(|k| format!("R{k} n{k} n{} 1k\n", k + 1))
        .collect();
    assert_eq!(read(&format!("t\nVin n0 0 1\n{resistors}")), Ok(3001));
}
