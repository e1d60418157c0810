//! A law between two nodes: straight where it can be, compiled where it can't.

use crate::circuit::deck::statement::Statement;
use crate::circuit::elements::AMMETER;
use crate::circuit::elements::NodeOf;
use crate::circuit::elements::push;
use crate::circuit::error::CircuitError;
use crate::circuit::expression::Expression;
use crate::circuit::expression::Probe;
use crate::circuit::netlist::Context;
use crate::circuit::netlist::Control;
use crate::circuit::netlist::Element;
use crate::circuit::netlist::Expansion;
use crate::circuit::netlist::GROUND;
use crate::circuit::netlist::Kind;
use crate::devices::Behavioural;
use crate::devices::Device;
use crate::devices::behavioural::Function;
use crate::devices::behavioural::Source;
use crate::devices::behavioural::TOL_CURRENT;
use crate::devices::behavioural::TOL_VOLTAGE;
use crate::devices::behavioural::Writer;

/// Where a source stands and what it drives.
pub struct Placing {
    pub p: usize,
    pub n: usize,
    pub is_voltage: bool,
}

/// Adds a source that follows `law`.
pub fn place(
    to: &mut Expansion,
    statement: &Statement,
    context: &Context,
    node: NodeOf,
    placing: &Placing,
    law: Expression,
) -> Result<(), CircuitError> {
    let Placing { p, n, is_voltage } = *placing;
    let mut probes = Vec::new();
    law.any(&mut |part| {
        if let Expression::Probe(probe) = part
            && !probes.contains(probe)
        {
            probes.push(probe.clone());
        }
        false
    });
    let mut controls = Vec::new();
    for probe in &probes {
        controls.push(match probe {
            Probe::Voltage(a, b) => {
                let a = node(to, a);
                let b = b.as_ref().map_or(GROUND, |b| node(to, b));
                to.read
                    .extend([a, b].map(|node| (node, statement.place.clone())));
                Control::Voltage(a, b)
            }
            Probe::Current(name) => {
                let mut full = format!("{}{}", context.path, bare(name));
                let measured = context.scopes.last().map(|scope| &scope.measured);
                if measured.is_some_and(|measured| measured.contains(name)) {
                    full += AMMETER;
                }
                to.currents.push((full.clone(), statement.clone()));
                Control::Current(full)
            }
        });
    }
    if let Some(straight) = Straight::of(&law, &probes) {
        if let Some(value) = straight.unbounded(to) {
            return Err(statement.error(format!("its gain is {value}, not a number")));
        }
        let terms = controls.into_iter().zip(straight.gains);
        let kind = Kind::Controlled {
            p,
            n,
            is_voltage,
            terms: terms
                .filter_map(|(control, gain)| Some((control, gain?)))
                .collect(),
            constant: straight.constant,
        };
        push(to, statement, context, kind);
        return Ok(());
    }
    let mut compiler = Compiler {
        probes: &probes,
        knobs: Vec::new(),
        writer: Writer::default(),
    };
    let result = compiler.compile(&law);
    let Compiler { knobs, writer, .. } = compiler;
    let mut tolerances: Vec<f64> = probes
        .iter()
        .map(|probe| match probe {
            Probe::Voltage(..) => TOL_VOLTAGE,
            Probe::Current(_) => TOL_CURRENT,
        })
        .collect();
    // What follows knobs is a hidden voltage: it glides as every other value does.
    for (k, volts) in knobs.into_iter().enumerate() {
        let name = format!("{}{}#{k}", context.path, statement.name());
        let hidden = to.named(name.clone());
        let kind = Kind::Voltage {
            p: hidden,
            n: GROUND,
            volts,
            is_input: false,
        };
        let place = statement.place.clone();
        to.netlist.elements.push(Element { name, place, kind });
        controls.push(Control::Voltage(hidden, GROUND));
        tolerances.push(TOL_VOLTAGE);
    }
    let device = Behavioural::new(writer.finish(result), is_voltage, tolerances);
    let kind = Kind::Behavioural {
        p,
        n,
        is_voltage,
        controls,
        device: Device::Behavioural(device),
    };
    push(to, statement, context, kind);
    Ok(())
}

/// `v.x1.vs` is how ngspice calls the source vs inside x1; here it is `x1.vs`.
fn bare(name: &str) -> &str {
    match name.split_once('.') {
        Some((letter, rest)) if letter.len() == 1 => rest,
        _ => name,
    }
}

/// A law that is a sum of controls, each times a value that does not depend on any.
struct Straight {
    constant: Expression,
    /// `None` is 0.
    gains: Vec<Option<Expression>>,
}

impl Straight {
    fn of(law: &Expression, probes: &[Probe]) -> Option<Self> {
        if is_free(law) {
            return Some(Self {
                constant: law.clone(),
                gains: vec![None; probes.len()],
            });
        }
        match law {
            Expression::Probe(probe) => Some(Self {
                constant: Expression::Number(0.0),
                gains: probes
                    .iter()
                    .map(|known| (known == probe).then_some(Expression::Number(1.0)))
                    .collect(),
            }),
            Expression::Call(Function::Negate, x) => Self::of(&x[0], probes)
                .map(|x| x.scaled(Function::Multiply, &Expression::Number(-1.0))),
            Expression::Call(function @ (Function::Add | Function::Subtract), x) => {
                let (a, b) = (Self::of(&x[0], probes)?, Self::of(&x[1], probes)?);
                let both = |a: Expression, b: Expression| joined(*function, a, b);
                let zero = || Expression::Number(0.0);
                let gains = a.gains.into_iter().zip(b.gains);
                Some(Self {
                    constant: both(a.constant, b.constant),
                    gains: gains
                        .map(|(a, b)| match (a, b) {
                            (None, None) => None,
                            (a, b) => Some(both(a.unwrap_or_else(zero), b.unwrap_or_else(zero))),
                        })
                        .collect(),
                })
            }
            Expression::Call(Function::Multiply, x) if is_free(&x[0]) => {
                Self::of(&x[1], probes).map(|b| b.scaled(Function::Multiply, &x[0]))
            }
            Expression::Call(function @ (Function::Multiply | Function::Divide), x)
                if is_free(&x[1]) =>
            {
                Self::of(&x[0], probes).map(|a| a.scaled(*function, &x[1]))
            }
            _ => None,
        }
    }

    fn scaled(self, function: Function, by: &Expression) -> Self {
        let scale = |value: Expression| joined(function, value, by.clone());
        Self {
            constant: scale(self.constant),
            gains: self.gains.into_iter().map(|gain| gain.map(scale)).collect(),
        }
    }

    /// A value that is not finite at the start.
    fn unbounded(&self, to: &Expansion) -> Option<f64> {
        let all = self.gains.iter().flatten().chain([&self.constant]);
        all.map(|value| to.netlist.start(value))
            .find(|value| !value.is_finite())
    }
}

/// A call, or its number.
pub fn joined(function: Function, a: Expression, b: Expression) -> Expression {
    match (a.constant(), b.constant()) {
        (Some(a), Some(b)) => Expression::Number(function.value([a, b, 0.0])),
        _ => Expression::call(function, [a, b]),
    }
}

/// Whether it reads no voltage and no current.
fn is_free(expression: &Expression) -> bool {
    !expression.any(&mut |part| matches!(part, Expression::Probe(_)))
}

struct Compiler<'a> {
    probes: &'a [Probe],
    /// Values that follow knobs only; their controls come after those of the probes.
    knobs: Vec<Expression>,
    writer: Writer,
}

impl Compiler<'_> {
    fn compile(&mut self, expression: &Expression) -> Source {
        let control = |k: usize| Source::Control(k as u32);
        match expression {
            Expression::Number(value) => return self.writer.constant(*value),
            Expression::Probe(probe) => {
                let place = self.probes.iter().position(|known| known == probe);
                return place.map_or(Source::Constant(0), control);
            }
            knob if is_free(knob) => {
                let known = self.knobs.iter().position(|known| known == knob);
                let place = known.unwrap_or_else(|| {
                    self.knobs.push(knob.clone());
                    self.knobs.len() - 1
                });
                return control(self.probes.len() + place);
            }
            _ => {}
        }
        match expression {
            Expression::Table(x, table) => {
                let x = self.compile(x);
                self.writer.table(table.clone(), x)
            }
            Expression::Call(function, parts) => {
                let operands: Vec<Source> = parts.iter().map(|part| self.compile(part)).collect();
                self.writer.call(*function, &operands)
            }
            // Names and functions are resolved by now.
            _ => self.writer.constant(f64::NAN),
        }
    }
}
