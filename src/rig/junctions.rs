//! What each stage loses by driving the next: impedances and decibels from the solved circuit.

use crate::circuit::CircuitError;
use crate::circuit::OperatingPoint;
use crate::circuit::driving_point;
use crate::rig::Choices;
use crate::rig::Knobs;
use crate::rig::compose::Circuit;
use crate::rig::compose::compose;
use crate::rig::library::Library;
use crate::rig::slot::Slot;
use crate::units::Decibels;
use crate::units::Hertz;
use crate::units::Ohms;

/// A junction at small signals and one frequency.
///
/// With `Zt` the impedance of the node as it stands and `Zs` that of the stage before it alone, the stage behind it is
/// 1/(1/Zt − 1/Zs), and the voltage is that of the open output times Zt/Zs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Loading {
    pub after: Slot,
    /// |Zs|.
    pub z_source: Ohms,
    /// Of what it drives.
    pub z_load: Ohms,
    /// Negative: what is lost.
    pub loss_db: Decibels,
}

/// Frequency of the report.
pub const F_REPORT: Hertz = 1e3;

/// Of two channels that differ, the one that is told.
const LEFT: usize = 0;

/// All junctions of a rig.
#[derive(Clone, Debug, PartialEq)]
pub struct Loadings {
    /// In the signal's order.
    pub junctions: Vec<Loading>,
    /// Whether a splitter drives a second amplifier upside down.
    pub is_split: bool,
}

/// Every junction of the rig. Allocates; takes as long as building a rig for each stage.
pub fn loadings(
    choices: &Choices,
    knobs: &Knobs,
    library: &Library,
    hz: Hertz,
) -> Result<Loadings, CircuitError> {
    let whole = compose(choices, knobs, library, None)?;
    let is_split = matches!(whole.second, Some((_, true)));
    let points: Vec<OperatingPoint> = whole
        .circuits
        .iter()
        .map(at_rest)
        .collect::<Result<_, _>>()?;
    let mut junctions = Vec::new();
    for junction in whole.junctions {
        let point = &points[junction.circuit];
        let z_total = driving_point(point, &junction.node, &[hz])?[0];
        let open = compose(choices, knobs, library, Some(junction.after))?;
        let open = at_rest(&open.circuits[junction.circuit])?;
        let z_source = driving_point(&open, &junction.node, &[hz])?[0];
        let z_load = (z_total.inv() - z_source.inv()).inv();
        junctions.push(Loading {
            after: junction.after,
            z_source: z_source.norm(),
            z_load: z_load.norm(),
            loss_db: 20.0 * (z_total / z_source).norm().log10(),
        });
    }
    Ok(Loadings {
        junctions,
        is_split,
    })
}

fn at_rest(circuit: &Circuit) -> Result<OperatingPoint, CircuitError> {
    OperatingPoint::solve(circuit.netlist(LEFT)?)
}
