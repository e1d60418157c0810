//! What transistors share: a polarity, one lane computed at a time, junctions whose steps are limited.

use crate::devices::MAX_CONTROLS;
use crate::devices::Response;
use crate::devices::junction::limit_step;
use crate::units::Volts;
use std::ops::Range;
use wide::f64x2;

/// One lane's answer of a three-branch device whose first two branches are junctions: currents and their slopes by
/// control, charges of the junctions and theirs. For polarity +1.
#[derive(Clone, Copy)]
pub struct Point<const CONTROLS: usize> {
    pub i: [f64; 3],
    pub g: [[f64; CONTROLS]; 3],
    pub q: [f64; 2],
    pub c: [[f64; CONTROLS]; 2],
}

/// Both lanes of a device from its law for polarity +1. Turning every voltage and current round keeps the slopes.
#[inline]
pub fn evaluate<const CONTROLS: usize>(
    polarity: f64,
    v: [f64x2; MAX_CONTROLS],
    response: &mut Response,
    law: impl Fn([Volts; CONTROLS]) -> Point<CONTROLS>,
) {
    let v = v.map(f64x2::to_array);
    let [a, b] = [0, 1].map(|lane| law(std::array::from_fn(|k| polarity * v[k][lane])));
    let turned = |a: f64, b: f64| f64x2::new([polarity * a, polarity * b]);
    for branch in 0..3 {
        response.i[branch] = turned(a.i[branch], b.i[branch]);
        for control in 0..CONTROLS {
            response.g[branch][control] = f64x2::new([a.g[branch][control], b.g[branch][control]]);
        }
    }
    for branch in 0..2 {
        response.q[branch] = turned(a.q[branch], b.q[branch]);
        for control in 0..CONTROLS {
            response.c[branch][control] = f64x2::new([a.c[branch][control], b.c[branch][control]]);
        }
    }
}

/// Limits the steps of the controls that lie across junctions with this thermal voltage.
#[inline]
pub fn limit(
    polarity: f64,
    v: &mut [f64x2],
    v_old: &[f64x2],
    junctions: Range<usize>,
    v_t: Volts,
    v_crit: Volts,
) {
    for control in junctions {
        let (new, old) = (v[control].to_array(), v_old[control].to_array());
        let lane =
            |k: usize| polarity * limit_step(polarity * new[k], polarity * old[k], v_t, v_crit);
        v[control] = f64x2::new([lane(0), lane(1)]);
    }
}
