//! Commands: what is about the circuit, what is only about an analysis, what is refused.

use crate::circuit::deck::FunctionDefinition;
use crate::circuit::deck::statement::Statement;
use crate::circuit::deck::value_at;
use crate::circuit::environment::Dialect;
use crate::circuit::environment::Environment;
use crate::circuit::error::CircuitError;
use crate::circuit::error::Place;
use crate::units::Kelvin;
use crate::units::Ohms;
use crate::units::T_NOMINAL;
use crate::units::kelvin;
use std::cell::Cell;

/// Of the circuit, and at which model cards were measured.
#[derive(Clone, Copy, Debug)]
pub struct Temperatures {
    pub circuit: Kelvin,
    pub nominal: Kelvin,
}

impl Default for Temperatures {
    fn default() -> Self {
        Self {
            circuit: T_NOMINAL,
            nominal: T_NOMINAL,
        }
    }
}

/// What concerns the whole circuit.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    pub temperatures: Temperatures,
    /// Nodes that are the same in every subcircuit.
    pub globals: Vec<String>,
    /// Where Newton starts: node and voltage.
    pub nodesets: Vec<(String, f64, Statement)>,
    /// From every node to ground, and where that is said.
    pub shunt: Option<(Ohms, Place)>,
    /// What is read and not followed: file, line and what.
    pub notices: Vec<String>,
}

/// Commands that only concern an analysis by ngspice; they say nothing of the circuit.
const ANALYSES: [&str; 22] = [
    ".tran",
    ".ac",
    ".dc",
    ".op",
    ".noise",
    ".tf",
    ".four",
    ".print",
    ".plot",
    ".save",
    ".probe",
    ".meas",
    ".measure",
    ".sens",
    ".pz",
    ".disto",
    ".title",
    ".width",
    ".backanno",
    ".csparam",
    ".sp",
    ".graph",
];
/// `.options` that steer ngspice's numerics or output and say nothing of the circuit.
const NUMERIC_OPTIONS: [&str; 53] = [
    "reltol",
    "abstol",
    "vntol",
    "chgtol",
    "trtol",
    "gmin",
    "itl1",
    "itl2",
    "itl3",
    "itl4",
    "itl5",
    "itl6",
    "method",
    "maxord",
    "pivtol",
    "pivrel",
    "noacct",
    "numdgt",
    "interp",
    "gminsteps",
    "srcsteps",
    "noopiter",
    "savecurrents",
    "list",
    "node",
    "opts",
    "acct",
    "brief",
    "nopage",
    "nomod",
    "klu",
    "sparse",
    "xmu",
    "lvltim",
    "ltol",
    "trytocompact",
    "post",
    "autostop",
    "limpts",
    "cptime",
    "bypass",
    "keepopinfo",
    "warn",
    "maxwarns",
    "plotwinsize",
    "noinit",
    "ingold",
    "measdgt",
    "probe",
    "csdf",
    "seed",
    "parhier",
    "wnflag",
];

impl Settings {
    /// Takes a command that sets something; `false` if it is no such command.
    pub fn take(&mut self, statement: &Statement, at_top: bool) -> Result<bool, CircuitError> {
        let name = statement.name();
        if name == ".ic" {
            let what = "is not followed: playing starts at the operating point, and .nodeset chooses between two";
            self.notices.push(statement.error(what).0);
            return Ok(true);
        }
        if ![
            ".temp", ".options", ".option", ".opt", ".global", ".nodeset",
        ]
        .contains(&name)
        {
            return Ok(false);
        }
        if !at_top {
            return Err(statement.error("stands inside a .subckt; move it to the top of the deck"));
        }
        match name {
            ".temp" => {
                let form = ".temp number, with one temperature in °C";
                self.temperatures.circuit = temperature(statement, statement.word(1, form)?)?;
                statement.end(2, form)?;
            }
            ".global" => {
                statement.word(1, ".global node…")?;
                if let Some((name, _)) = statement.pairs.first() {
                    return Err(statement.error(format!("`{name}=` is no node")));
                }
                self.globals.extend_from_slice(&statement.words[1..]);
            }
            ".nodeset" => self.nodeset(statement)?,
            _ => self.options(statement)?,
        }
        Ok(true)
    }

    fn options(&mut self, statement: &Statement) -> Result<(), CircuitError> {
        for (name, value) in &statement.pairs {
            match name.as_str() {
                "temp" => self.temperatures.circuit = temperature(statement, value)?,
                "tnom" => self.temperatures.nominal = temperature(statement, value)?,
                "rshunt" => self.shunt = Some((shunt(statement, value)?, statement.place.clone())),
                _ => known_option(statement, name)?,
            }
        }
        statement.words[1..]
            .iter()
            .try_for_each(|name| known_option(statement, name))
    }

    /// `.nodeset v(a)=1 v(b)=2`, which is cut into the word `v` and the pair `a=1`.
    fn nodeset(&mut self, statement: &Statement) -> Result<(), CircuitError> {
        let form = "write .nodeset v(node)=number …";
        let is_form = statement.words[1..].iter().all(|word| word == "v")
            && statement.words.len() == 1 + statement.pairs.len();
        if !is_form || statement.pairs.is_empty() {
            return Err(statement.error(form));
        }
        for (node, word) in &statement.pairs {
            let value = number(statement, word)?;
            self.nodesets.push((node.clone(), value, statement.clone()));
        }
        Ok(())
    }
}

fn known_option(statement: &Statement, name: &str) -> Result<(), CircuitError> {
    if NUMERIC_OPTIONS.contains(&name) {
        return Ok(());
    }
    Err(statement.error(format!(
        "option `{name}` is not supported; there are temp, tnom, rshunt and those of ngspice's numerics"
    )))
}

fn shunt(statement: &Statement, word: &str) -> Result<Ohms, CircuitError> {
    let ohms = number(statement, word)?;
    let is_one = ohms > 0.0;
    is_one
        .then_some(ohms)
        .ok_or_else(|| statement.error(format!("rshunt={ohms} must be above 0")))
}

fn temperature(statement: &Statement, word: &str) -> Result<Kelvin, CircuitError> {
    let celsius = number(statement, word)?;
    if kelvin(celsius) > 0.0 {
        Ok(kelvin(celsius))
    } else {
        Err(statement.error(format!("{celsius} °C is below absolute zero")))
    }
}

/// A number or an expression without parameters.
fn number(statement: &Statement, word: &str) -> Result<f64, CircuitError> {
    let budget = Cell::new(usize::MAX);
    let nowhere = Environment::new(Temperatures::default(), &budget);
    let value = nowhere.resolve(&value_at(statement, word)?, Dialect::Value);
    let value = value.ok().and_then(|value| value.constant());
    value
        .filter(|value| value.is_finite())
        .ok_or_else(|| statement.error(format!("`{word}` must be a number")))
}

/// Parses `.func name(arguments) {body}`.
pub fn function(statement: &Statement) -> Result<FunctionDefinition, CircuitError> {
    let form = ".func name(argument, …) {expression}";
    let law = statement.law.as_ref();
    let law = law.ok_or_else(|| statement.error(format!("write {form}")))?;
    let name = statement.word(1, form)?.to_string();
    if let Some((name, _)) = statement.pairs.first() {
        return Err(statement.error(format!("`{name}=` is not understood; write {form}")));
    }
    Ok(FunctionDefinition {
        name,
        arguments: statement.words[2..].to_vec(),
        body: value_at(statement, &law.text)?,
    })
}

/// A function that stands in a `.param` line: `name`, `x, y)` and what it is.
pub fn named(
    statement: &Statement,
    name: &str,
    arguments: &str,
    body: &str,
) -> Result<FunctionDefinition, CircuitError> {
    let arguments = arguments.trim_end().trim_end_matches(')');
    let arguments = arguments.split([',', ' ']).filter(|name| !name.is_empty());
    Ok(FunctionDefinition {
        name: name.trim_end().to_string(),
        arguments: arguments.map(str::to_string).collect(),
        body: value_at(statement, body)?,
    })
}

/// Whether it only concerns an analysis.
pub fn is_analysis(name: &str) -> bool {
    ANALYSES.contains(&name)
}

/// Nothing, for commands that say nothing of the circuit; an error for all others.
pub fn refuse(statement: &Statement) -> Result<(), CircuitError> {
    let name = statement.name();
    if name == ".tran" && statement.words.iter().any(|word| word == "uic") {
        return Err(statement.error("`uic`: playing starts at the operating point; remove it"));
    }
    if is_analysis(name) {
        return Ok(());
    }
    Err(statement.error(match name {
        ".step" | ".alter" | ".data" | ".mc" | ".wcase" => {
            "variations are not supported; write one value, or make it a .param and set that"
        }
        _ => "this command is not supported; there are .model .param .func .subckt .include .lib .global .temp .options .nodeset .end",
    }))
}
