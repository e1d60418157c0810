//! Laws as operations on a sum, for the solver's tapes.

use crate::devices::table::Table;
use std::sync::Arc;

/// What an operation reads or writes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Operand {
    /// A control voltage, measured from where it rests.
    Control(usize),
    /// Where a control rests.
    Rest(usize),
    Constant(f64),
    /// A place of the law's own.
    Local(usize),
    /// Slope of a branch's current by a control.
    Slope(usize, usize),
    /// A branch's current where all controls rest, on the straight line that touches the law.
    AtRest(usize),
    /// A branch's current, and the slope of its charge by a control, and its charge: of a law that is not straight yet.
    Current(usize),
    Charge(usize),
    Capacitance(usize, usize),
}

/// One operation.
#[derive(Clone, Debug)]
pub enum LawOp {
    /// `sum = operand`
    Load(Operand),
    /// `sum += operand`
    Add(Operand),
    /// `sum ·= operand`
    Multiply(Operand),
    /// `sum += a·b`
    AddProduct(Operand, Operand),
    /// `sum −= a·b`
    SubtractProduct(Operand, Operand),
    /// `sum = operand/sum`
    DivideInto(Operand),
    /// `sum = √max(sum, operand)`
    RootAtLeast(Operand),
    /// `operand = sum`
    Store(Operand),
    /// The straight line that touches the table at the sum: the sum becomes its value where the controls rest, `slope` its
    /// slope.
    Line {
        table: Arc<Table>,
        argument: Argument,
        slope: Operand,
    },
    /// Values and slopes of the table's functions at the sum, into locals from `to` on, value by slope.
    Curves {
        table: Arc<Table>,
        argument: Argument,
        to: usize,
    },
}

/// Controls with the weights of which the sum is made: a table's argument is measured from where these rest.
pub type Argument = Vec<(usize, f64)>;

/// A law: the operations leave every slope that is not always zero, and every [`Operand::AtRest`]; or, where the law
/// `is_bent`, every current and charge where the controls are.
#[derive(Clone, Debug, Default)]
pub struct Law {
    pub ops: Vec<LawOp>,
    pub n_locals: usize,
    pub is_bent: bool,
}

impl Law {
    pub(super) fn op(&mut self, op: LawOp) {
        self.ops.push(op);
    }

    pub(super) fn local(&mut self) -> Operand {
        self.n_locals += 1;
        Operand::Local(self.n_locals - 1)
    }

    /// `to = a·b`
    pub(super) fn product(&mut self, a: Operand, b: Operand, to: Operand) {
        self.op(LawOp::Load(a));
        self.op(LawOp::Multiply(b));
        self.op(LawOp::Store(to));
    }

    /// `to = Σ a·b`
    pub(super) fn sum_of_products(&mut self, products: &[(Operand, Operand)], to: Operand) {
        for (index, (a, b)) in products.iter().enumerate() {
            if index == 0 {
                self.op(LawOp::Load(*a));
                self.op(LawOp::Multiply(*b));
            } else {
                self.op(LawOp::AddProduct(*a, *b));
            }
        }
        self.op(LawOp::Store(to));
    }

    /// `1/a`
    pub(super) fn reciprocal(&mut self, a: Operand) -> Operand {
        let to = self.local();
        self.op(LawOp::Load(a));
        self.op(LawOp::DivideInto(Operand::Constant(1.0)));
        self.op(LawOp::Store(to));
        to
    }

    /// Value and slope of a table where the sum, of `argument` from rest, and `more` are.
    pub(super) fn shifted(
        &mut self,
        table: &Arc<Table>,
        argument: &[(usize, f64)],
        more: f64,
    ) -> [Operand; 2] {
        self.op(LawOp::Add(Operand::Constant(more)));
        let [found] = self.curves(table, argument);
        found
    }

    /// Value and slope of a table at `weight·control`.
    pub(super) fn looked_up(
        &mut self,
        table: &Arc<Table>,
        control: usize,
        weight: f64,
    ) -> [Operand; 2] {
        self.op(LawOp::Load(Operand::Control(control)));
        if weight != 1.0 {
            self.op(LawOp::Multiply(Operand::Constant(weight)));
        }
        let [found] = self.curves(table, &[(control, weight)]);
        found
    }

    /// Values and slopes of a table's functions where the sum is.
    fn curves<const N: usize>(
        &mut self,
        table: &Arc<Table>,
        argument: &[(usize, f64)],
    ) -> [[Operand; 2]; N] {
        let to = self.n_locals;
        self.op(LawOp::Curves {
            table: table.clone(),
            argument: argument.to_vec(),
            to,
        });
        std::array::from_fn(|_| [self.local(), self.local()])
    }

    /// A branch whose current is a function of one variable: `factor·table(Σ weight·control)`.
    pub fn kernel(
        &mut self,
        branch: usize,
        table: &Arc<Table>,
        argument: &[(usize, f64)],
        factor: f64,
    ) {
        let Some(((first, weight), others)) = argument.split_first() else {
            return;
        };
        self.op(LawOp::Load(Operand::Control(*first)));
        if *weight != 1.0 {
            self.op(LawOp::Multiply(Operand::Constant(*weight)));
        }
        for (control, weight) in others {
            self.op(LawOp::AddProduct(
                Operand::Control(*control),
                Operand::Constant(*weight),
            ));
        }
        // The first slope's place holds the table's own slope until the others are made of it.
        let slope = Operand::Slope(branch, *first);
        self.op(LawOp::Line {
            table: table.clone(),
            argument: argument.to_vec(),
            slope,
        });
        if factor != 1.0 {
            self.op(LawOp::Multiply(Operand::Constant(factor)));
        }
        self.op(LawOp::Store(Operand::AtRest(branch)));
        for (control, weight) in others.iter().chain([&(*first, *weight)]) {
            let scale = factor * weight;
            if scale != 1.0 {
                let to = Operand::Slope(branch, *control);
                self.product(slope, Operand::Constant(scale), to);
            }
        }
    }

    /// The drive of Koren's and Reefman's tubes, `f = a(v2)·s(z)` with `z = z_0 + (v1 + shift)·b(v2)`: `table` has a
    /// and b. What it gives is written to `to`.
    pub fn drive(
        &mut self,
        [v1, v2]: [usize; 2],
        [z_0, shift]: [f64; 2],
        table: &Arc<Table>,
        s: &Arc<Table>,
        to: Drive,
    ) {
        self.op(LawOp::Load(Operand::Control(v2)));
        let [[a, da], [b, db]] = self.curves(table, &[(v2, 1.0)]);
        let whole = self.local();
        self.op(LawOp::Load(Operand::Control(v1)));
        self.op(LawOp::Add(Operand::Rest(v1)));
        if shift != 0.0 {
            self.op(LawOp::Add(Operand::Constant(shift)));
        }
        self.op(LawOp::Store(whole));
        self.op(LawOp::Load(Operand::Constant(z_0)));
        self.op(LawOp::AddProduct(whole, b));
        let [[s, ds]] = self.curves(s, &[]);
        let a_ds = self.local();
        self.product(a, ds, a_ds);
        self.product(a_ds, b, to.by_1);
        self.op(LawOp::Load(a_ds));
        self.op(LawOp::Multiply(whole));
        self.op(LawOp::Multiply(db));
        self.op(LawOp::AddProduct(da, s));
        self.op(LawOp::Store(to.by_2));
        self.product(a, s, to.value);
        self.op(LawOp::SubtractProduct(to.by_1, Operand::Control(v1)));
        self.op(LawOp::SubtractProduct(to.by_2, Operand::Control(v2)));
        self.op(LawOp::Store(to.at_rest));
    }

    /// Branches that share a drive: each is the drive times a function of control `v`; `table` has those functions.
    pub fn shares<const N: usize>(
        &mut self,
        branches: [usize; N],
        [v1, v2, v]: [usize; 3],
        drive: Drive,
        table: &Arc<Table>,
    ) {
        self.op(LawOp::Load(Operand::Control(v)));
        let shares: [[Operand; 2]; N] = self.curves(table, &[(v, 1.0)]);
        for (branch, [h, dh]) in branches.into_iter().zip(shares) {
            let by_v = Operand::Slope(branch, v);
            self.product(drive.by_1, h, Operand::Slope(branch, v1));
            self.product(drive.by_2, h, Operand::Slope(branch, v2));
            self.product(drive.value, dh, by_v);
            self.op(LawOp::Load(drive.at_rest));
            self.op(LawOp::Multiply(h));
            self.op(LawOp::SubtractProduct(by_v, Operand::Control(v)));
            self.op(LawOp::Store(Operand::AtRest(branch)));
        }
    }

    /// Places for a drive that is not a branch itself.
    pub fn hidden_drive(&mut self) -> Drive {
        Drive {
            value: self.local(),
            by_1: self.local(),
            by_2: self.local(),
            at_rest: self.local(),
        }
    }

    /// Places for a drive that is a branch.
    pub fn drive_of_branch(&mut self, branch: usize) -> Drive {
        Drive {
            value: self.local(),
            by_1: Operand::Slope(branch, 0),
            by_2: Operand::Slope(branch, 1),
            at_rest: Operand::AtRest(branch),
        }
    }
}

/// A function of two controls: its value, its slopes, and its value where both rest, on the plane that touches it.
#[derive(Clone, Copy, Debug)]
pub struct Drive {
    pub value: Operand,
    pub by_1: Operand,
    pub by_2: Operand,
    pub at_rest: Operand,
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use crate::devices::Device;
    use crate::devices::Shape;
    use std::collections::HashMap;
    use wide::f64x2;

    /// Currents where the controls are, and slopes, of a law at control voltages `v` seen from `rest`.
    fn played(law: &Law, rest: &[f64], v: &[f64]) -> HashMap<String, f64> {
        let key = |operand: &Operand| format!("{operand:?}");
        let mut places: HashMap<String, f64> = HashMap::new();
        let mut sum = 0.0;
        for op in &law.ops {
            let at = |operand: &Operand| match operand {
                Operand::Control(control) => v[*control] - rest[*control],
                Operand::Rest(control) => rest[*control],
                Operand::Constant(value) => *value,
                other => places[&key(other)],
            };
            let origin =
                |argument: &Argument| -> f64 { argument.iter().map(|(c, w)| w * rest[*c]).sum() };
            match op {
                LawOp::Load(a) => sum = at(a),
                LawOp::Add(a) => sum += at(a),
                LawOp::Multiply(a) => sum *= at(a),
                LawOp::AddProduct(a, b) => sum += at(a) * at(b),
                LawOp::SubtractProduct(a, b) => sum -= at(a) * at(b),
                LawOp::DivideInto(a) => sum = at(a) / sum,
                LawOp::RootAtLeast(a) => sum = sum.max(at(a)).sqrt(),
                LawOp::Store(to) => {
                    places.insert(key(to), sum);
                }
                LawOp::Line {
                    table,
                    argument,
                    slope,
                } => {
                    let bounds = table.bounds(origin(argument));
                    let (value, by) = table.line::<true>(bounds, f64x2::splat(sum));
                    sum = value.to_array()[0];
                    places.insert(key(slope), by.to_array()[0]);
                }
                LawOp::Curves {
                    table,
                    argument,
                    to,
                } => {
                    let mut found = [f64x2::ZERO; 4];
                    let found = &mut found[..2 * table.n_functions()];
                    table.curves::<true>(table.bounds(origin(argument)), f64x2::splat(sum), found);
                    for (n, value) in found.iter().enumerate() {
                        places.insert(key(&Operand::Local(to + n)), value.to_array()[0]);
                    }
                }
            }
        }
        places
    }

    /// Largest errors of a device's law on the tapes against the formula: of currents in A, of slopes in S, of charges in C
    /// and of their slopes in F.
    pub fn worst(device: &Device, rest: [f64; 3], points: &[Vec<f64>]) -> [f64; 4] {
        let law = device.law().expect("a law for the tapes");
        let Shape {
            branches: n_branches,
            controls: n_controls,
            ..
        } = device.shape();
        let mut worst = [0.0f64; 4];
        for v in points {
            let lanes: Vec<f64x2> = v.iter().map(|v| f64x2::splat(*v)).collect();
            let formula = device.at(&lanes);
            let places = played(&law, &rest, v);
            for branch in 0..n_branches {
                let mut i = 0.0;
                if !law.is_bent {
                    i = places[&format!("{:?}", Operand::AtRest(branch))];
                }
                for control in (0..n_controls).filter(|control| device.depends(branch, *control)) {
                    let g = places[&format!("{:?}", Operand::Slope(branch, control))];
                    i += g * (v[control] - rest[control]);
                    worst[1] = worst[1].max((g - formula.g(branch, control)).abs());
                    if branch < device.charged_branches() {
                        let c = places[&format!("{:?}", Operand::Capacitance(branch, control))];
                        worst[3] = worst[3].max((c - formula.c(branch, control)).abs());
                    }
                }
                if law.is_bent {
                    i = places[&format!("{:?}", Operand::Current(branch))];
                }
                if branch < device.charged_branches() {
                    let q = places[&format!("{:?}", Operand::Charge(branch))];
                    worst[2] = worst[2].max((q - formula.q(branch)).abs());
                }
                worst[0] = worst[0].max((i - formula.i(branch)).abs());
            }
        }
        worst
    }
}
