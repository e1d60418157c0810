//! Commands: what is about the circuit, what is only about an analysis, what is refused.

use crate::circuit::deck::FunctionDefinition;
use crate::circuit::deck::statement::Statement;
use crate::circuit::deck::value_at;
use crate::circuit::environment::Dialect;
use crate::circuit::environment::Environment;
use crate::circuit::error::CircuitError;
use std::cell::Cell;

/// What concerns the whole circuit.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Of the circuit, in °C.
    pub temperature: f64,
    /// At which model cards were measured, in °C.
    pub nominal_temperature: f64,
    /// Nodes that are the same in every subcircuit.
    pub globals: Vec<String>,
    /// Where Newton starts: node and voltage.
    pub nodesets: Vec<(String, f64, Statement)>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            temperature: T_NOMINAL_CELSIUS,
            nominal_temperature: T_NOMINAL_CELSIUS,
            globals: Vec::new(),
            nodesets: Vec::new(),
        }
    }
}

const T_NOMINAL_CELSIUS: f64 = 27.0;
const T_ZERO_CELSIUS: f64 = -273.15;

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
const NUMERIC_OPTIONS: [&str; 46] = [
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
];

impl Settings {
    /// Takes a command that sets something; `false` if it is no such command.
    pub fn take(&mut self, statement: &Statement, at_top: bool) -> Result<bool, CircuitError> {
        let name = statement.name();
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
                self.temperature = celsius(statement, statement.word(1, form)?)?;
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
                "temp" => self.temperature = celsius(statement, value)?,
                "tnom" => self.nominal_temperature = celsius(statement, value)?,
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
        "option `{name}` is not supported; there are temp, tnom and those of ngspice's numerics"
    )))
}

fn celsius(statement: &Statement, word: &str) -> Result<f64, CircuitError> {
    let celsius = number(statement, word)?;
    if celsius > T_ZERO_CELSIUS {
        Ok(celsius)
    } else {
        Err(statement.error(format!("{celsius} °C is below absolute zero")))
    }
}

/// A number or an expression without parameters.
fn number(statement: &Statement, word: &str) -> Result<f64, CircuitError> {
    let budget = Cell::new(usize::MAX);
    let nowhere = Environment::new(T_NOMINAL_CELSIUS, T_NOMINAL_CELSIUS, &budget);
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

/// Nothing, for commands that say nothing of the circuit; an error for all others.
pub fn refuse(statement: &Statement) -> Result<(), CircuitError> {
    let name = statement.name();
    if ANALYSES.contains(&name) {
        return Ok(());
    }
    Err(statement.error(match name {
        ".ic" => "initial conditions are not supported: playing starts at the operating point; use .nodeset to choose between two",
        ".if" | ".elseif" | ".else" | ".endif" => {
            "conditions are not supported; choose by an expression: {x > 1 ? 2 : 3}"
        }
        ".step" | ".alter" | ".data" | ".mc" | ".wcase" => {
            "variations are not supported; write one value, or make it a .param and set that"
        }
        _ => "this command is not supported; there are .model .param .func .subckt .include .lib .global .temp .options .nodeset .end",
    }))
}
