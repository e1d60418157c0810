//! Subcircuits of `devices.lib` that are evaluated natively, known by their names.

use crate::circuit::deck::Subcircuit;
use crate::circuit::deck::statement::Statement;
use crate::circuit::environment::Dialect;
use crate::circuit::environment::Environment;
use crate::circuit::error::CircuitError;
use crate::circuit::expression::Expression;
use crate::circuit::netlist::Context;
use crate::circuit::netlist::Expansion;
use crate::circuit::specimen::MU_OF_TUBES;
use crate::circuit::specimen::Nesting;
use crate::circuit::specimen::Quantity;
use crate::devices::Device;
use crate::devices::DiffPair;
use crate::devices::Grid;
use crate::devices::KorenPentode;
use crate::devices::KorenTriode;
use crate::devices::Magnet;
use crate::devices::MagnetParameters;
use crate::devices::Rectifier;
use crate::devices::ReefmanPentode;
use crate::devices::Triode;
use crate::devices::TriodeParameters;
use crate::units::T_NOMINAL;
use std::path::Path;

/// A subcircuit as the solver takes it.
#[expect(
    clippy::large_enum_variant,
    reason = "one at a time, while an element is read"
)]
pub enum Native {
    Device(Device),
    /// Its text is the circuit.
    Text,
    /// A law that is zero for these parameters: it adds nothing.
    Nothing,
}

/// The file whose subcircuits these are; another's of the same name is what its own text says.
const LIBRARY: &str = "devices.lib";

/// What stands for a subcircuit between these nodes, with the parameters in force in it.
pub fn native(
    to: &mut Expansion,
    statement: &Statement,
    context: &Context,
    (name, subcircuit): (&str, &Subcircuit),
    environment: &Environment,
    nodes: &[usize],
) -> Result<Native, CircuitError> {
    let file = subcircuit.defaults.first().map(|first| &first.place.file);
    if !file.is_some_and(|file| Path::new(&**file).ends_with(LIBRARY)) {
        return Ok(Native::Text);
    }
    let given = Given {
        statement,
        context,
        environment,
    };
    // Of several in parallel ngspice multiplies some elements and not others.
    if subcircuit.defaults.iter().any(|known| known.name == "m") && given.number("m")? != 1.0 {
        return Ok(Native::Text);
    }
    Ok(Native::Device(match name {
        "triode_dz" => given.triode_dz(to)?,
        "triode_koren" => given.triode_koren(to)?,
        "pentode_koren" => given.pentode_koren(to)?,
        "pentode_reefman" => given.pentode_reefman(to)?,
        "rectifier_child" => Device::Rectifier(Rectifier {
            p: given.of_specimen(to, "p", Quantity::Perveance)?,
        }),
        // A core without iron: the air's flux is a capacitor beside it.
        "ja_magnet" if given.number("ms")? == 0.0 => return Ok(Native::Nothing),
        "ja_magnet" => given.magnet()?,
        "diff_pair" => {
            let (mut gm, mut imax) = (given.positive("gm")?, given.positive("imax")?);
            // An op-amp's own. Written straight into a deck it is a law; with its output on an input, a clamp.
            let is_clamp = matches!(nodes, [p, n, out] if p == out || n == out);
            if context.nesting == Nesting::Model && !is_clamp {
                gm = given.of_specimen(to, "gm", Quantity::PairTransconductance)?;
                imax = given.of_specimen(to, "imax", Quantity::TailCurrent)?;
            }
            let warmth = environment.temperatures().circuit / T_NOMINAL;
            Device::DiffPair(DiffPair::new(gm * warmth.powf(-given.number("gmt")?), imax))
        }
        _ => return Ok(Native::Text),
    }))
}

/// The parameters of one call.
struct Given<'a> {
    statement: &'a Statement,
    context: &'a Context<'a>,
    environment: &'a Environment<'a>,
}

impl Given<'_> {
    fn number(&self, key: &str) -> Result<f64, CircuitError> {
        let name = Expression::Name(key.to_string());
        let value = self.environment.resolve(&name, Dialect::Value);
        let value = value
            .map_err(|why| self.statement.error(why))?
            .constant()
            .filter(|v| v.is_finite());
        value.ok_or_else(|| {
            self.statement
                .error(format!("`{key}` can't follow a knob; give it a number"))
        })
    }

    fn positive(&self, key: &str) -> Result<f64, CircuitError> {
        match self.number(key)? {
            value if value > 0.0 => Ok(value),
            value => Err(self
                .statement
                .error(format!("{key}={value}: must be above 0"))),
        }
    }

    /// A parameter as this specimen has it.
    fn of_specimen(
        &self,
        to: &mut Expansion,
        key: &str,
        quantity: Quantity,
    ) -> Result<f64, CircuitError> {
        let nominal = self.positive(key)?;
        Ok(nominal * to.factor(self.statement, self.context, quantity, nominal))
    }

    /// Factors of μ and perveance of a tube: 1 for a triode that is none.
    fn tube(&self, to: &mut Expansion, perveance: f64) -> Result<(f64, f64), CircuitError> {
        let mu = self.positive("mu")?;
        if mu > MU_OF_TUBES {
            return Ok((mu, 1.0));
        }
        let mu = self.of_specimen(to, "mu", Quantity::Amplification)?;
        let by = to.factor(self.statement, self.context, Quantity::Perveance, perveance);
        Ok((mu, by))
    }

    fn grid(&self) -> Result<Grid, CircuitError> {
        Ok(Grid {
            gg: self.number("gg")?,
            xi: self.positive("xi")?,
            cg: self.positive("cg")?,
            ig0: self.number("ig0")?,
        })
    }

    fn triode_dz(&self, to: &mut Expansion) -> Result<Device, CircuitError> {
        let Grid { gg, xi, cg, ig0 } = self.grid()?;
        let g = self.positive("g")?;
        let (mu, by) = self.tube(to, g)?;
        let parameters = TriodeParameters {
            g: g * by,
            mu,
            gamma: self.positive("gamma")?,
            c: self.positive("c")?,
            gg,
            xi,
            cg,
            ig0,
        };
        let known = to.tubes.iter().find_map(|tube| tube.same(&parameters));
        let tube = known.unwrap_or_else(|| {
            to.tubes.push(Triode::new(parameters));
            to.tubes[to.tubes.len() - 1].clone()
        });
        Ok(Device::Triode(tube))
    }

    fn magnet(&self) -> Result<Device, CircuitError> {
        let p = MagnetParameters {
            length: self.positive("length")?,
            ms: self.positive("ms")?,
            ha: self.positive("ha")?,
            alpha: self.number("alpha")?,
            hk: self.positive("hk")?,
            c: self.number("c")?,
            rs: self.positive("rs")?,
            v0: self.positive("v0")?,
            gm: self.positive("gm")?,
        };
        let slope = p.alpha * p.ms / (3.0 * p.ha);
        if !(0.0..1.0).contains(&p.c) || slope >= 1.0 {
            let what = format!(
                "c={} must be from 0 to below 1 and alpha·ms/(3·ha)={slope} below 1",
                p.c
            );
            return Err(self.statement.error(what));
        }
        Ok(Device::Magnet(Magnet { p }))
    }

    fn triode_koren(&self, to: &mut Expansion) -> Result<Device, CircuitError> {
        let kg1 = self.positive("kg1")?;
        let (mu, by) = self.tube(to, 1.0 / kg1)?;
        Ok(Device::KorenTriode(KorenTriode {
            mu,
            ex: self.positive("ex")?,
            kg1: kg1 / by,
            kp: self.positive("kp")?,
            kvb: self.positive("kvb")?,
            grid: self.grid()?,
        }))
    }

    fn pentode_koren(&self, to: &mut Expansion) -> Result<Device, CircuitError> {
        let kg1 = self.positive("kg1")?;
        let (mu, by) = self.tube(to, 1.0 / kg1)?;
        Ok(Device::KorenPentode(KorenPentode {
            mu,
            ex: self.positive("ex")?,
            kg1: kg1 / by,
            kg2: self.positive("kg2")? / by,
            kp: self.positive("kp")?,
            kvb: self.positive("kvb")?,
            grid: self.grid()?,
        }))
    }

    fn pentode_reefman(&self, to: &mut Expansion) -> Result<Device, CircuitError> {
        let is_beam = match self.number("beam")? {
            0.0 => false,
            1.0 => true,
            other => {
                return Err(self
                    .statement
                    .error(format!("beam={other}: 0 for Derk, 1 for DerkE")));
            }
        };
        let kg1 = self.positive("kg1")?;
        let (mu, by) = self.tube(to, 1.0 / kg1)?;
        Ok(Device::ReefmanPentode(ReefmanPentode {
            mu,
            ex: self.positive("ex")?,
            kg1: kg1 / by,
            kg2: self.positive("kg2")? / by,
            kp: self.positive("kp")?,
            kvb: self.positive("kvb")?,
            alpha_s: self.number("alphas")?,
            a: self.number("aplate")?,
            beta: self.positive("beta")?,
            is_beam,
            grid: self.grid()?,
        }))
    }
}
