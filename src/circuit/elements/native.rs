//! Subcircuits of `devices.lib` that are evaluated natively, known by their names.

use crate::circuit::deck::Subcircuit;
use crate::circuit::deck::statement::Statement;
use crate::circuit::environment::Dialect;
use crate::circuit::environment::Environment;
use crate::circuit::error::CircuitError;
use crate::circuit::expression::Expression;
use crate::circuit::netlist::Expansion;
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

/// What stands for a subcircuit.
pub fn native(
    to: &mut Expansion,
    statement: &Statement,
    (name, subcircuit): (&str, &Subcircuit),
    environment: &Environment,
) -> Result<Native, CircuitError> {
    let file = subcircuit.defaults.first().map(|first| &first.place.file);
    if !file.is_some_and(|file| Path::new(&**file).ends_with(LIBRARY)) {
        return Ok(Native::Text);
    }
    let given = Given {
        statement,
        environment,
    };
    Ok(Native::Device(match name {
        "triode_dz" => given.triode_dz(to)?,
        "triode_koren" => given.triode_koren()?,
        "pentode_koren" => given.pentode_koren()?,
        "pentode_reefman" => given.pentode_reefman()?,
        "rectifier_child" => Device::Rectifier(Rectifier {
            p: given.positive("p")?,
        }),
        // A core without iron: the air's flux is a capacitor beside it.
        "ja_magnet" if given.number("ms")? == 0.0 => return Ok(Native::Nothing),
        "ja_magnet" => given.magnet()?,
        "diff_pair" => {
            let warmth = environment.temperatures().circuit / T_NOMINAL;
            let gm = given.positive("gm")? * warmth.powf(-given.number("gmt")?);
            Device::DiffPair(DiffPair::new(gm, given.positive("imax")?))
        }
        _ => return Ok(Native::Text),
    }))
}

/// The parameters of one call.
struct Given<'a> {
    statement: &'a Statement,
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
        let parameters = TriodeParameters {
            g: self.positive("g")?,
            mu: self.positive("mu")?,
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

    fn triode_koren(&self) -> Result<Device, CircuitError> {
        Ok(Device::KorenTriode(KorenTriode {
            mu: self.positive("mu")?,
            ex: self.positive("ex")?,
            kg1: self.positive("kg1")?,
            kp: self.positive("kp")?,
            kvb: self.positive("kvb")?,
            grid: self.grid()?,
        }))
    }

    fn pentode_koren(&self) -> Result<Device, CircuitError> {
        Ok(Device::KorenPentode(KorenPentode {
            mu: self.positive("mu")?,
            ex: self.positive("ex")?,
            kg1: self.positive("kg1")?,
            kg2: self.positive("kg2")?,
            kp: self.positive("kp")?,
            kvb: self.positive("kvb")?,
            grid: self.grid()?,
        }))
    }

    fn pentode_reefman(&self) -> Result<Device, CircuitError> {
        let is_beam = match self.number("beam")? {
            0.0 => false,
            1.0 => true,
            other => {
                return Err(self
                    .statement
                    .error(format!("beam={other}: 0 for Derk, 1 for DerkE")));
            }
        };
        Ok(Device::ReefmanPentode(ReefmanPentode {
            mu: self.positive("mu")?,
            ex: self.positive("ex")?,
            kg1: self.positive("kg1")?,
            kg2: self.positive("kg2")?,
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
