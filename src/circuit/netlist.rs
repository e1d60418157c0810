//! A deck expanded: one flat list of elements between numbered nodes.

use crate::circuit::composed;
use crate::circuit::deck::Deck;
use crate::circuit::deck::Scope;
use crate::circuit::deck::Subcircuit;
use crate::circuit::deck::statement::Statement;
use crate::circuit::deck::value_at;
use crate::circuit::elements;
use crate::circuit::elements::Native;
use crate::circuit::elements::PHASE;
use crate::circuit::environment::Dialect;
use crate::circuit::environment::Environment;
use crate::circuit::error::CircuitError;
use crate::circuit::error::Place;
use crate::circuit::expression::Expression;
use crate::circuit::specimen::Nesting;
use crate::circuit::specimen::Specimen;
use crate::circuit::specimen::cores;
use crate::devices::Device;
use crate::units::Kelvin;
use crate::units::Ohms;
use crate::units::Volts;
use std::cell::Cell;
use std::collections::HashMap;

/// Ground.
pub const GROUND: usize = 0;
/// Expansion stops here; the deck is then recursive, or no circuit that plays in real time.
const MAX_ELEMENTS: usize = 4000;
const MAX_DEPTH: usize = 16;
/// Statements and parts of expressions that an expansion may meet: far more than any circuit has, done in a second.
const MAX_WORK: usize = 2_000_000;

/// An element of the flat circuit.
#[derive(Clone, Debug)]
pub struct Element {
    /// Designator with the path of its subcircuits, `xpre.x1.rk`.
    pub name: String,
    pub place: Place,
    pub kind: Kind,
}

/// Elements by their equation; nodes are places in [`Netlist::nodes`].
#[derive(Clone, Debug)]
pub enum Kind {
    /// Between two nodes, in S.
    Conductance {
        a: usize,
        b: usize,
        siemens: Expression,
    },
    Capacitor {
        a: usize,
        b: usize,
        farads: Expression,
    },
    Inductor {
        a: usize,
        b: usize,
        henries: f64,
    },
    /// Between two inductors, by their places among the inductors.
    Mutual {
        first: usize,
        second: usize,
        henries: f64,
    },
    Voltage {
        p: usize,
        n: usize,
        volts: Expression,
        is_input: bool,
    },
    /// From p through the source to n.
    Current {
        p: usize,
        n: usize,
        amps: Expression,
    },
    /// A voltage, or a current from p through the source to n: constant + Σ gain·control.
    Controlled {
        p: usize,
        n: usize,
        is_voltage: bool,
        terms: Vec<(Control, Expression)>,
        constant: Expression,
    },
    /// A voltage, or a current from p through the source to n, by a law.
    Behavioural {
        p: usize,
        n: usize,
        is_voltage: bool,
        controls: Vec<Control>,
        device: Device,
    },
    Device {
        device: Device,
        nodes: Vec<usize>,
    },
}

/// What a source follows.
#[derive(Clone, Debug, PartialEq)]
pub enum Control {
    /// Between two nodes.
    Voltage(usize, usize),
    /// Through the element of this full name.
    Current(String),
}

impl Kind {
    /// A conductance without noise: a source that follows its own voltage.
    pub fn noiseless(a: usize, b: usize, siemens: Expression) -> Self {
        Self::Controlled {
            p: a,
            n: b,
            is_voltage: false,
            terms: vec![(Control::Voltage(a, b), siemens)],
            constant: Expression::Number(0.0),
        }
    }

    /// Nodes that it connects; a mutual inductance has none.
    pub fn nodes(&self) -> Vec<usize> {
        match self {
            Self::Conductance { a, b, .. }
            | Self::Capacitor { a, b, .. }
            | Self::Inductor { a, b, .. } => vec![*a, *b],
            Self::Voltage { p, n, .. }
            | Self::Current { p, n, .. }
            | Self::Controlled { p, n, .. }
            | Self::Behavioural { p, n, .. } => vec![*p, *n],
            Self::Device { nodes, .. } => nodes.clone(),
            Self::Mutual { .. } => Vec::new(),
        }
    }

    /// Whether its current is an unknown, which others may follow.
    pub fn has_current(&self) -> bool {
        match self {
            Self::Inductor { .. } | Self::Voltage { .. } => true,
            Self::Controlled { is_voltage, .. } | Self::Behavioural { is_voltage, .. } => {
                *is_voltage
            }
            _ => false,
        }
    }
}

/// The flat circuit.
#[derive(Clone, Debug)]
pub struct Netlist {
    /// The deck's file, as errors name it.
    pub file: String,
    /// Node names; place 0 is ground.
    pub nodes: Vec<String>,
    pub elements: Vec<Element>,
    /// Values of the live parameters at the start.
    pub live: Vec<f64>,
    /// The same at either end of their ways.
    pub ends: [Vec<f64>; 2],
    pub temperature: Kelvin,
    /// Nodes and the voltages from which the search for the operating point starts.
    pub nodesets: Vec<(usize, Volts)>,
    /// What the deck says and the circuit ignores, as ngspice does: file, line and what, once each.
    pub notices: Vec<String>,
}

impl Netlist {
    /// Takes note of something that is ignored.
    pub fn notice(&mut self, what: String) {
        if !self.notices.contains(&what) {
            self.notices.push(what);
        }
    }

    /// `.options rshunt`: from every node to ground, the devices' inner ones among them, and without noise, as in
    /// ngspice. An excess phase has a node here alone.
    fn shunt(&mut self, ohms: Ohms, place: &Place) {
        let nodes = self.nodes.iter().enumerate().skip(1);
        let shunts = nodes.filter(|(_, name)| !name.ends_with(PHASE));
        let shunts = shunts.map(|(node, name)| Element {
            name: format!("rshunt#{name}"),
            place: place.clone(),
            kind: Kind::noiseless(node, GROUND, Expression::Number(1.0 / ohms)),
        });
        self.elements.extend(shunts);
    }

    /// The circuit as the deck has it.
    pub fn expand(deck: &Deck) -> Result<Self, CircuitError> {
        Self::expand_specimen(deck, &mut |_| 1.0)
    }

    /// The circuit with the values that its parts have in one specimen.
    pub fn expand_specimen(deck: &Deck, specimen: &mut Specimen) -> Result<Self, CircuitError> {
        let mut netlist = Self {
            file: deck.file.clone(),
            nodes: vec!["0".to_string()],
            elements: Vec::new(),
            live: deck.live.iter().map(|live| live.value).collect(),
            ends: [0, 1].map(|end| deck.live.iter().map(|live| live.ends[end]).collect()),
            temperature: deck.settings.temperatures.circuit,
            nodesets: Vec::new(),
            notices: deck.settings.notices.clone(),
        };
        let mut node_of = HashMap::from([("0".to_string(), GROUND), ("gnd".to_string(), GROUND)]);
        for name in &deck.settings.globals {
            let nodes = &mut netlist.nodes;
            node_of.entry(name.clone()).or_insert_with(|| {
                nodes.push(name.clone());
                nodes.len() - 1
            });
        }
        let globals = node_of.clone();
        let mut expansion = Expansion {
            netlist,
            node_of,
            globals,
            inductors: HashMap::new(),
            tubes: Vec::new(),
            currents: Vec::new(),
            read: Vec::new(),
            knobs: deck.live.iter().map(|live| live.name.as_str()).collect(),
            specimen,
        };
        let budget = Cell::new(MAX_WORK);
        let mut environment = Environment::new(deck.settings.temperatures, &budget);
        for (index, live) in deck.live.iter().enumerate() {
            environment.set(&live.name, Expression::Live(index));
        }
        environment.enter(&deck.top)?;
        let top = deck.top.active(&environment)?;
        let within = Within {
            path: "",
            nesting: Nesting::Circuit,
            scopes: &[&top],
        };
        expansion.scope(&top, &within, &environment, &HashMap::new())?;
        expansion.check_currents()?;
        expansion.check_read_nodes()?;
        composed::recognise(&mut expansion.netlist.elements);
        if let Some((ohms, place)) = &deck.settings.shunt {
            expansion.netlist.shunt(*ohms, place);
        }
        for (name, volts, statement) in &deck.settings.nodesets {
            let node = expansion.node_of.get(name).copied();
            let node = node.ok_or_else(|| statement.error(format!("no node `{name}`")))?;
            expansion.netlist.nodesets.push((node, *volts));
        }
        Ok(expansion.netlist)
    }

    /// Place of the node of this name.
    pub fn node(&self, name: &str) -> Result<usize, CircuitError> {
        let wanted = name.to_ascii_lowercase();
        let wanted = wanted
            .strip_prefix("v(")
            .and_then(|w| w.strip_suffix(')'))
            .unwrap_or(&wanted);
        self.nodes
            .iter()
            .position(|node| node == wanted)
            .ok_or_else(|| {
                CircuitError::new(format!(
                    "{}: no node `{name}`; there are: {}",
                    self.file,
                    self.nodes[1..].join(" ")
                ))
            })
    }

    /// Start value of an expression of live parameters.
    pub fn start(&self, expression: &Expression) -> f64 {
        expression.value(&self.live)
    }
}

/// An inductor as K finds it.
#[derive(Clone, Copy)]
pub struct Winding {
    /// Among the inductors.
    pub place: usize,
    pub henries: f64,
    /// Without its `m=`, which ngspice 39 leaves out of couplings.
    pub of_one: f64,
}

/// The flat circuit while it grows.
pub struct Expansion<'a> {
    pub netlist: Netlist,
    node_of: HashMap<String, usize>,
    /// Nodes that are the same in every scope.
    globals: HashMap<String, usize>,
    /// Inductors by full name, for K.
    pub inductors: HashMap<String, Winding>,
    /// Tubes met so far: equal ones share their tables.
    pub tubes: Vec<crate::devices::Triode>,
    /// Full names of elements whose currents are read, and who reads them.
    pub currents: Vec<(String, Statement)>,
    /// Nodes that are read, and where.
    pub read: Vec<(usize, Place)>,
    /// Names of the live parameters.
    pub knobs: Vec<&'a str>,
    pub specimen: &'a mut Specimen<'a>,
}

/// Where a scope is expanded: `path` ends in a dot or is empty; `scopes` are the definitions in sight, innermost last.
struct Within<'a> {
    path: &'a str,
    nesting: Nesting,
    scopes: &'a [&'a Scope],
}

impl Expansion<'_> {
    /// Expands one scope.
    fn scope(
        &mut self,
        scope: &Scope,
        within: &Within,
        environment: &Environment,
        ports: &HashMap<&str, usize>,
    ) -> Result<(), CircuitError> {
        let Within {
            path,
            nesting,
            scopes,
        } = *within;
        if scopes.len() > MAX_DEPTH {
            let file = &self.netlist.file;
            return Err(CircuitError::new(format!(
                "{file}: subcircuits call each other more than {MAX_DEPTH} deep at {path}"
            )));
        }
        // K names inductors that may stand below it.
        let (couplings, others): (Vec<_>, Vec<_>) = scope
            .elements
            .iter()
            .partition(|s| s.name().starts_with('k'));
        let cores = cores(&couplings);
        for statement in others.into_iter().chain(couplings) {
            if self.netlist.elements.len() > MAX_ELEMENTS {
                return Err(statement.error(format!(
                    "the deck expands to more than {MAX_ELEMENTS} elements"
                )));
            }
            let context = Context {
                path,
                nesting,
                cores: &cores,
                environment,
                scopes,
            };
            environment.spend(1).map_err(|why| statement.error(why))?;
            if statement.name().starts_with('x') {
                self.call(statement, &context, ports)?;
            } else {
                let mut node = |to: &mut Expansion, name: &str| to.node(name, path, ports);
                elements::expand(self, statement, &context, &mut node)?;
            }
        }
        Ok(())
    }

    /// `X` element: a native device by its name, or a subcircuit by its text.
    fn call(
        &mut self,
        statement: &Statement,
        context: &Context,
        ports: &HashMap<&str, usize>,
    ) -> Result<(), CircuitError> {
        let form = "Xname node… SUBCKT [name=value…]";
        statement.word(1, form)?;
        let words: Vec<&str> = statement.words[1..].iter().map(String::as_str).collect();
        let (name, node_names) = words
            .split_last()
            .ok_or_else(|| statement.error(format!("write {form}")))?;
        let found = context
            .scopes
            .iter()
            .rev()
            .find_map(|scope| scope.subcircuits.get(*name));
        let Some(subcircuit) = found else {
            return Err(statement.error(format!(
                "no .subckt `{name}` in sight; .include the file that holds it"
            )));
        };
        check_call(statement, name, subcircuit, node_names)?;
        let nodes: Vec<usize> = node_names
            .iter()
            .map(|n| self.node(n, context.path, ports))
            .collect();
        let mut inner = context.environment.inner();
        give(statement, context, subcircuit, &mut inner)?;
        inner.define(&subcircuit.defaults)?;
        let called = (*name, subcircuit);
        match elements::native(self, statement, context, called, &inner, &nodes)? {
            Native::Device(device) => {
                let kind = Kind::Device { device, nodes };
                self.netlist.elements.push(Element {
                    name: format!("{}{}", context.path, statement.name()),
                    place: statement.place.clone(),
                    kind,
                });
                return Ok(());
            }
            Native::Nothing => return Ok(()),
            Native::Text => {}
        }
        inner.enter(&subcircuit.body)?;
        let path = format!("{}{}.", context.path, statement.name());
        let bound: HashMap<&str, usize> = subcircuit
            .ports
            .iter()
            .map(String::as_str)
            .zip(nodes)
            .collect();
        let body = subcircuit.body.active(&inner)?;
        let mut scopes = context.scopes.to_vec();
        scopes.push(&body);
        let within = Within {
            path: &path,
            nesting: context.nesting.inside(subcircuit),
            scopes: &scopes,
        };
        self.scope(&body, &within, &inner, &bound)
    }

    /// Every current that is read must be an unknown.
    fn check_currents(&self) -> Result<(), CircuitError> {
        let elements = self.netlist.elements.iter();
        let known: std::collections::HashSet<&str> = elements
            .filter(|element| element.kind.has_current())
            .map(|element| element.name.as_str())
            .collect();
        match self
            .currents
            .iter()
            .find(|(name, _)| !known.contains(name.as_str()))
        {
            Some((name, reader)) => {
                let name = name.trim_end_matches(elements::AMMETER);
                Err(reader.error(format!(
                    "no V, E, H, L or voltage B called `{name}` whose current could be read; put a 0 V source into that branch"
                )))
            }
            None => Ok(()),
        }
    }

    /// Every voltage that is read must be one of the circuit: a misspelt node would be 0 V.
    fn check_read_nodes(&self) -> Result<(), CircuitError> {
        let mut is_connected = vec![false; self.netlist.nodes.len()];
        is_connected[GROUND] = true;
        let ends = self.netlist.elements.iter().flat_map(|e| e.kind.nodes());
        ends.for_each(|node| is_connected[node] = true);
        match self.read.iter().find(|(node, _)| !is_connected[*node]) {
            Some((node, place)) => {
                let name = &self.netlist.nodes[*node];
                Err(place.error(format!(
                    "nothing is connected to node `{name}`, which is read here"
                )))
            }
            None => Ok(()),
        }
    }

    /// Place of a node as seen from a scope: a port, ground, or a node of its own.
    fn node(&mut self, name: &str, path: &str, ports: &HashMap<&str, usize>) -> usize {
        if let Some(place) = ports.get(name).or_else(|| self.globals.get(name)) {
            return *place;
        }
        self.named(format!("{path}{name}"))
    }

    /// Place of the node with this full name, made if it is new.
    pub fn named(&mut self, full: String) -> usize {
        let nodes = &mut self.netlist.nodes;
        *self.node_of.entry(full.clone()).or_insert_with(|| {
            nodes.push(full);
            nodes.len() - 1
        })
    }
}

/// Where a statement is expanded.
pub struct Context<'a> {
    pub path: &'a str,
    pub nesting: Nesting,
    /// Inductors of this scope that are wound on another one's core, and that other one.
    cores: &'a HashMap<&'a str, &'a str>,
    pub environment: &'a Environment<'a>,
    pub scopes: &'a [&'a Scope],
}

impl Context<'_> {
    /// The inductor that stands for all that are coupled with this one; any other element stands for itself.
    pub fn core_of<'b>(&'b self, name: &'b str) -> &'b str {
        self.cores.get(name).copied().unwrap_or(name)
    }

    /// The circuit's temperature.
    pub fn temperature(&self) -> Kelvin {
        self.environment.temperatures().circuit
    }

    /// The temperature of cards that name none.
    pub fn nominal(&self) -> Kelvin {
        self.environment.temperatures().nominal
    }

    /// A value word, resolved.
    pub fn value(&self, statement: &Statement, word: &str) -> Result<Expression, CircuitError> {
        let resolved = self
            .environment
            .resolve(&value_at(statement, word)?, Dialect::Value)
            .map_err(|why| statement.error(why))?;
        match resolved.constant() {
            Some(value) if !value.is_finite() => {
                Err(statement.error(format!("`{word}` is {value}, not a number")))
            }
            _ => Ok(resolved),
        }
    }
}

/// Sets what a call gives, in the order of the subcircuit's own list. As in ngspice, a value may name what was given
/// before it, or the subcircuit's plain numbers, rather than the caller's parameter of that name.
fn give<'a>(
    statement: &Statement,
    context: &Context,
    subcircuit: &'a Subcircuit,
    inner: &mut Environment<'a>,
) -> Result<(), CircuitError> {
    let given = |name: &str| statement.pairs.iter().find(|(given, _)| given == name);
    for default in &subcircuit.defaults {
        if given(&default.name).is_none()
            && let Expression::Number(_) = default.value
        {
            inner.set(&default.name, default.value.clone());
        }
    }
    for default in &subcircuit.defaults {
        if let Some((_, word)) = given(&default.name) {
            let here = Context {
                environment: inner,
                ..*context
            };
            let value = here.value(statement, word)?;
            inner.set(&default.name, value);
        }
    }
    Ok(())
}

fn check_call(
    statement: &Statement,
    name: &str,
    subcircuit: &Subcircuit,
    node_names: &[&str],
) -> Result<(), CircuitError> {
    let (wanted, got) = (subcircuit.ports.len(), node_names.len());
    if wanted != got {
        let ports = subcircuit.ports.join(" ");
        return Err(statement.error(format!(
            "`{name}` has {wanted} ports ({ports}), and {got} nodes are given"
        )));
    }
    let unknown = statement
        .pairs
        .iter()
        .find(|(name, _)| !subcircuit.defaults.iter().any(|known| known.name == *name));
    match unknown {
        Some((parameter, _)) => {
            let known: Vec<&str> = subcircuit
                .defaults
                .iter()
                .map(|known| known.name.as_str())
                .collect();
            let known = if known.is_empty() {
                "none".to_string()
            } else {
                known.join(" ")
            };
            Err(statement.error(format!(
                "`{name}` has no parameter `{parameter}`; there are: {known}"
            )))
        }
        None => Ok(()),
    }
}
