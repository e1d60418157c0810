//! Laws of tubes after Koren, as tube libraries write them.

use crate::devices::Law;
use crate::devices::Operand;
use crate::devices::behavioural::Program;
use crate::devices::behavioural::form::agree;
use crate::devices::behavioural::function::EXP_STRAIGHT;
use crate::devices::behavioural::program::MAX_SAMPLED;
use crate::devices::law::Drive;
use crate::devices::smooth::power;
use crate::devices::smooth::softplus;
use crate::devices::table::Table;
use crate::devices::tube_tolerance;
use std::sync::Arc;
use wide::f64x2;

/// A law of the form
///
/// ```text
/// f = a(v2)·ln(1 + exp(z))^exponent·h(v3),  z = z_0 + (v1 + shift)·b(v2)
/// ```
///
/// v1 is a triode's or pentode's grid, v2 a triode's plate or a pentode's screen, v3 a pentode's plate. On the tapes a, b,
/// h and the power are tables.
#[derive(Clone, Debug)]
pub struct Tube {
    controls: Controls,
    z_0: f64,
    shift: f64,
    reach: Arc<Table>,
    power: Arc<Table>,
    knee: Option<Arc<Table>>,
}

/// Places of the law's controls.
#[derive(Clone, Copy, Debug)]
struct Controls {
    v1: usize,
    v2: usize,
    v3: Option<usize>,
}

/// The law taken apart: z as a program of the controls, and the law of z's logarithm and the controls.
struct Parts {
    z: Program,
    law: Program,
    n_controls: usize,
    controls: Controls,
    exponent: f64,
    sign: f64,
}

/// Voltages at which laws are compared: of the grid, and of plate and screen.
const GRIDS: [f64; 6] = [-61.0, -7.3, -1.37, 0.0, 0.93, 8.1];
const PLATES: [f64; 7] = [3.1, 11.3, 41.7, 117.0, 252.3, 430.9, 871.1];
const BELOW: [f64; 3] = [-0.41, -17.3, -203.0];
/// Of ln(1 + exp(z)).
const LOGARITHMS: [f64; 5] = [1e-6, 0.03, 0.7, 4.1, 57.0];
/// Where functions of one control are taken while the other stands.
const V_USUAL: f64 = 200.0;
/// Tables of v2 and of v3 start and end here, and beyond go on straight. Plates on inductors swing far.
const V2_ENDS: [f64; 2] = [-256.0, 2048.0];
const V3_ENDS: [f64; 2] = [-1024.0, 4096.0];
const CELLS_PER_VOLT: f64 = 4.0;
/// Of the exponent.
const Z: [f64; 2] = [-36.0, 229.0];
const CELLS_PER_UNIT: f64 = 32.0;
/// Where z has no end at 0 V of plate or screen, it is that of this voltage below.
const V_ENDLESS: f64 = 2.0;
/// How much more z's slope by the grid may be at 0 V than at 10 V before it counts as endless.
const ENDLESS: f64 = 1e3;
/// Exponents of laws: 1 is the drive itself.
const EXPONENTS: std::ops::RangeInclusive<f64> = 0.99..=3.0;
/// Most that the tables may be off, in the largest value at the points of comparison.
const TOL_TABLES: f64 = 1e-6;

impl Tube {
    /// The form of `sign` times a program, and Newton's tolerances.
    pub fn of(program: &Program, n_controls: usize, sign: f64) -> Option<(Self, Vec<f64>)> {
        let parts = Parts::of(program, n_controls, sign)?;
        let [z_0, shift] = parts.straight_in_the_grid()?;
        if !parts.is_product() {
            return None;
        }
        let exponent = parts.exponent;
        let tube = Self {
            controls: parts.controls,
            z_0,
            shift,
            reach: Arc::new(parts.reach()),
            power: Arc::new(softplus_power(exponent)),
            knee: parts.controls.v3.map(|v3| Arc::new(parts.knee(v3))),
        };
        tube.follows(&parts, program).then(|| {
            let Controls { v1, v2, v3 } = parts.controls;
            let mu = (V_USUAL * parts.by_grid(V_USUAL) / z_0).clamp(1.0, 1e3);
            let mut tolerances = vec![0.0; n_controls];
            for (electrode, place) in [Some(v1), Some(v2), v3].into_iter().flatten().enumerate() {
                tolerances[place] = tube_tolerance(electrode, mu);
            }
            (tube, tolerances)
        })
    }

    pub fn law(&self) -> Law {
        let Controls { v1, v2, v3 } = self.controls;
        let mut law = Law::default();
        let by = [self.z_0, self.shift];
        match (v3, &self.knee) {
            (Some(v3), Some(knee)) => {
                let drive = law.hidden_drive();
                law.drive([v1, v2], by, &self.reach, &self.power, drive);
                law.shares([0], [v1, v2, v3], drive, knee);
            }
            _ => {
                let to = Drive {
                    value: law.local(),
                    by_1: Operand::Slope(0, v1),
                    by_2: Operand::Slope(0, v2),
                    at_rest: Operand::AtRest(0),
                };
                law.drive([v1, v2], by, &self.reach, &self.power, to);
            }
        }
        law
    }

    /// Value by the tables.
    fn value(&self, v: &[f64]) -> f64 {
        let Controls { v1, v2, v3 } = self.controls;
        let look = |table: &Table, x: f64| {
            let mut found = [f64x2::ZERO; 4];
            let found = &mut found[..2 * table.n_functions()];
            table.curves::<false>(table.bounds(0.0), f64x2::splat(x), found);
            [found[0], found[found.len() - 2]].map(|value| value.to_array()[0])
        };
        let [a, b] = look(&self.reach, v[v2]);
        let [s, _] = look(&self.power, self.z_0 + (v[v1] + self.shift) * b);
        let h = match (v3, &self.knee) {
            (Some(v3), Some(knee)) => look(knee, v[v3])[0],
            _ => 1.0,
        };
        a * s * h
    }

    /// Whether the tables give what the program gives.
    fn follows(&self, parts: &Parts, program: &Program) -> bool {
        let (mut largest, mut worst) = (0.0f64, 0.0f64);
        for grid in GRIDS {
            for second in PLATES.into_iter().chain(BELOW) {
                for third in PLATES.into_iter().chain(BELOW) {
                    let v = parts.at(grid, second, third, 0.0);
                    let v = &v[..parts.n_controls];
                    // Screens below 0 have no law.
                    if second < 0.0 && parts.is_endless() {
                        continue;
                    }
                    let value = parts.sign * program.at(v).0;
                    largest = largest.max(value.abs());
                    worst = worst.max((value - self.value(v)).abs());
                }
            }
        }
        worst <= TOL_TABLES * largest && largest.is_finite()
    }
}

impl Parts {
    fn of(program: &Program, n_controls: usize, sign: f64) -> Option<Self> {
        let (z, law) = program.around_softplus(n_controls)?;
        let places = |is_read: Vec<bool>| -> Vec<usize> {
            let places = is_read.into_iter().enumerate();
            places.filter_map(|(k, is)| is.then_some(k)).collect()
        };
        let inside = places(z.reads(n_controls));
        let outside = places(law.reads(n_controls + 1));
        let [p, q] = inside[..] else {
            return None;
        };
        // The grid does nothing outside.
        let [v1, v2] = match (outside.contains(&p), outside.contains(&q)) {
            (false, true) => [p, q],
            (true, false) => [q, p],
            _ => return None,
        };
        let mut others = (0..n_controls).filter(|k| *k != v1 && *k != v2);
        let v3 = others.next();
        if others.next().is_some() || !outside.contains(&n_controls) {
            return None;
        }
        let controls = Controls { v1, v2, v3 };
        let mut parts = Self {
            z,
            law,
            n_controls,
            controls,
            exponent: 1.0,
            sign,
        };
        let [one, two] = [1.0, 2.0].map(|s| parts.law_at(s, V_USUAL, V_USUAL).0);
        parts.exponent = (two / one).log2();
        EXPONENTS.contains(&parts.exponent).then_some(parts)
    }

    /// All controls, and the logarithm.
    fn at(&self, v1: f64, v2: f64, v3: f64, logarithm: f64) -> [f64; MAX_SAMPLED] {
        let mut v = [v3; MAX_SAMPLED];
        v[self.controls.v1] = v1;
        v[self.controls.v2] = v2;
        v[self.n_controls] = logarithm;
        v
    }

    fn law_at(&self, logarithm: f64, v2: f64, v3: f64) -> (f64, [f64; MAX_SAMPLED]) {
        let v = self.at(0.0, v2, v3, logarithm);
        self.law.at(&v[..=self.n_controls])
    }

    fn z_at(&self, v1: f64, v2: f64) -> (f64, [f64; MAX_SAMPLED]) {
        let v = self.at(v1, v2, 0.0, 0.0);
        self.z.at(&v[..self.n_controls])
    }

    /// b, the slope of z by the grid.
    fn by_grid(&self, v2: f64) -> f64 {
        self.z_at(0.0, v2).1[self.controls.v1]
    }

    /// Whether z has no end where v2 is 0.
    fn is_endless(&self) -> bool {
        let (at_zero, at_ten) = (self.by_grid(0.0).abs(), self.by_grid(10.0).abs());
        at_zero.is_nan() || at_zero > ENDLESS * at_ten
    }

    /// `z_0` and `shift`, if z is what they say.
    fn straight_in_the_grid(&self) -> Option<[f64; 2]> {
        let v = [PLATES[1], V_USUAL];
        let ([z_a, z_b], [b_a, b_b]) = (v.map(|v| self.z_at(0.0, v).0), v.map(|v| self.by_grid(v)));
        let shift = (z_a - z_b) / (b_a - b_b);
        let shift = if agree(z_a, z_b, 0.0) { 0.0 } else { shift };
        let z_0 = z_b - shift * b_b;
        let is_straight = GRIDS.into_iter().all(|grid| {
            PLATES.into_iter().all(|plate| {
                let (z, slopes) = self.z_at(grid, plate);
                let b = self.by_grid(plate);
                agree(slopes[self.controls.v1], b, 0.0)
                    && agree(z, z_0 + (grid + shift) * b, z_0.abs() + (grid * b).abs())
            })
        });
        (is_straight && z_0 > 0.0).then_some([z_0, shift])
    }

    /// Whether the law is a power of the logarithm, times a function of v2, times one of v3.
    fn is_product(&self) -> bool {
        let usual = self.law_at(1.0, V_USUAL, V_USUAL).0;
        let (power, a) = (
            |s: f64| s.powf(self.exponent),
            |v2: f64| self.law_at(1.0, v2, V_USUAL).0,
        );
        let h = |v3: f64| self.law_at(1.0, V_USUAL, v3).0 / usual;
        PLATES.into_iter().all(|v2| {
            PLATES.into_iter().chain(BELOW).all(|v3| {
                let scale = a(v2) * h(v3);
                LOGARITHMS.into_iter().all(|s| {
                    let value = self.law_at(s, v2, v3).0;
                    agree(value, power(s) * scale, 0.0)
                }) && self.law_at(0.0, v2, v3).0 == 0.0
            })
        })
    }

    /// a and b.
    fn reach(&self) -> Table {
        let v2 = self.controls.v2;
        let low = if self.is_endless() {
            V_ENDLESS
        } else {
            f64::NEG_INFINITY
        };
        let f = |v: f64| {
            let (a, by) = self.law_at(1.0, v, V_USUAL);
            let inside = v.max(low);
            // z is straight in the grid.
            let [(z_0, by_0), (z_1, by_1)] = [0.0, 1.0].map(|grid| self.z_at(grid, inside));
            let db = if v > low { by_1[v2] - by_0[v2] } else { 0.0 };
            [(self.sign * a, self.sign * by[v2]), (z_1 - z_0, db)]
        };
        let is_floored = BELOW.into_iter().chain([0.0]).all(|v| f(v)[0].0 == 0.0);
        tabulated(is_floored, V2_ENDS, f)
    }

    /// h.
    fn knee(&self, v3: usize) -> Table {
        let usual = self.law_at(1.0, V_USUAL, V_USUAL).0;
        let f = |v: f64| {
            let (value, by) = self.law_at(1.0, V_USUAL, v);
            [(value / usual, by[v3] / usual)]
        };
        let at_zero = f(0.0)[0].0;
        let is_floored = BELOW.into_iter().all(|v| f(v)[0].0 == at_zero);
        tabulated(is_floored, V3_ENDS, |v| {
            // At a corner it is the slope above that counts.
            let from_above = if is_floored { f64::MIN_POSITIVE } else { v };
            f(v.max(from_above))
        })
    }
}

/// Functions of a voltage; floored ones rest below 0.
fn tabulated<const N: usize>(
    is_floored: bool,
    ends: [f64; 2],
    f: impl Fn(f64) -> [(f64, f64); N],
) -> Table {
    if is_floored {
        Table::above_zero(ends[1], CELLS_PER_VOLT, f)
    } else {
        Table::between(ends, CELLS_PER_VOLT, f)
    }
}

/// `ln(1 + exp(z))^exponent`, which ends where ngspice's does.
fn softplus_power(exponent: f64) -> Table {
    Table::new(Z[0], Z[1], CELLS_PER_UNIT, |z| {
        let (s, ds) = softplus(f64x2::splat(z.min(EXP_STRAIGHT)));
        let (value, slope) = power(s, exponent);
        let rises = if z < EXP_STRAIGHT { 1.0 } else { 0.0 };
        (value.to_array()[0], rises * (slope * ds).to_array()[0])
    })
}

#[cfg(test)]
mod tests {
    use crate::devices::Behavioural;
    use crate::devices::Device;
    use crate::devices::behavioural::Function;
    use crate::devices::behavioural::Source;
    use crate::devices::behavioural::Writer;
    use crate::devices::law;

    /// Of current in A and slope in S against the formula, from 5 V of plate or screen on. Measured 1.6e-8 and 4.3e-7,
    /// where a screen of 5 V has 8 V of grid before it.
    const TOL: [f64; 2] = [4e-8, 1.2e-6];
    const REST: [f64; 3] = [-1.3, 187.0, 211.0];

    /// Koren's 12AX7, or his EL34, with `more` amperes for each volt of the grid.
    fn tube(is_pentode: bool, more: f64) -> Behavioural {
        let mut w = Writer::default();
        let [v1, v2, v3] = [0, 1, 2].map(Source::Control);
        let [mu, ex, kg1, kp, kvb] = match is_pentode {
            true => [11.0, 1.35, 650.0, 60.0, 24.0],
            false => [100.0, 1.4, 1060.0, 600.0, 300.0],
        };
        let [per_mu, ex, kg1, kp, kvb] = [1.0 / mu, ex, kg1, kp, kvb].map(|n| w.constant(n));
        let (two, zero) = (w.constant(2.0), w.constant(0.0));
        let below = if is_pentode {
            v2
        } else {
            let square = w.call(Function::Multiply, &[v2, v2]);
            let sum = w.call(Function::Add, &[kvb, square]);
            w.call(Function::Sqrt, &[sum])
        };
        let ratio = w.call(Function::Divide, &[v1, below]);
        let sum = w.call(Function::Add, &[per_mu, ratio]);
        let z = w.call(Function::Multiply, &[kp, sum]);
        let s = w.call(Function::Softplus, &[z]);
        let share = w.call(Function::Divide, &[v2, kp]);
        let e = w.call(Function::Multiply, &[share, s]);
        let open = w.call(Function::Maximum, &[e, zero]);
        let power = w.call(Function::Power, &[open, ex]);
        let twice = w.call(Function::Multiply, &[two, power]);
        let mut i = w.call(Function::Divide, &[twice, kg1]);
        if is_pentode {
            let u = w.call(Function::Divide, &[v3, kvb]);
            let knee = w.call(Function::Atan, &[u]);
            i = w.call(Function::Multiply, &[i, knee]);
        }
        if more != 0.0 {
            let more = w.constant(more);
            let leak = w.call(Function::Multiply, &[more, v1]);
            i = w.call(Function::Add, &[i, leak]);
        }
        let n_controls = if is_pentode { 3 } else { 2 };
        Behavioural::new(w.finish(i), false, vec![1e-6; n_controls])
    }

    #[test]
    fn tables_give_what_is_written() {
        for is_pentode in [false, true] {
            let known = tube(is_pentode, 0.0).recognised().expect("a tube");
            let mut points = Vec::new();
            for grid in -80..24 {
                for n in 0..60 {
                    for plate in [-30.3, -1.1, 0.0, 0.7, 13.9, 140.1, 512.7, 1700.0] {
                        let second = 5.0 * 1.1f64.powi(n) + 0.013 * f64::from(grid);
                        let mut v = vec![0.37 * f64::from(grid), second];
                        v.extend(is_pentode.then_some(plate));
                        points.push(v);
                    }
                }
            }
            let worst = law::tests::worst(&Device::Behavioural(known), REST, &points);
            println!("{is_pentode} {worst:?}");
            assert!(worst[0] <= TOL[0] && worst[1] <= TOL[1], "{worst:?}");
        }
    }

    #[test]
    fn newton_is_as_patient_as_with_a_native_tube() {
        let known = tube(true, 0.0).recognised().expect("a tube");
        let tolerances = [0, 1, 2].map(|control| known.tolerance(control));
        assert!((tolerances[1] - 0.044).abs() < 1e-12 && tolerances[0] == 8e-3);
        assert_eq!(tolerances[2], 5e-2);
    }

    #[test]
    fn what_is_another_law_stays_what_it_is() {
        for is_pentode in [false, true] {
            assert!(tube(is_pentode, 1e-9).recognised().is_none());
        }
    }
}
