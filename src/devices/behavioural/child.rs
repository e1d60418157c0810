//! Currents by Child's law: screens and rectifiers.

use crate::devices::Law;
use crate::devices::LawOp;
use crate::devices::Operand;
use crate::devices::TOL_GRID;
use crate::devices::behavioural::Program;
use crate::devices::behavioural::form::agree;

/// `sign·max(drive, 0)^1.5`, where the drive is a sum of controls; exact on the tapes.
#[derive(Clone, Debug)]
pub struct Child {
    sign: f64,
    /// Of the drive, in V·(A/V^1.5)^(2/3) for each volt of a control.
    weights: Vec<f64>,
    constant: f64,
}

/// Controls at which laws are compared, in V.
const LEVELS: [f64; 9] = [-310.0, -33.0, -2.1, -0.37, 0.0, 0.21, 7.3, 96.0, 430.0];
/// Most controls of such a law.
const MAX_CONTROLS: usize = 3;

impl Child {
    pub fn of(program: &Program, n_controls: usize, sign: f64) -> Option<(Self, Vec<f64>)> {
        if n_controls == 0 || n_controls > MAX_CONTROLS {
            return None;
        }
        // i^(2/3) is straight where i is above 0: its slopes there are those of the drive.
        let start = vec![100.0; n_controls];
        let (i, slopes) = program.at(&start);
        if !(i > 0.0 && i.is_finite()) {
            return None;
        }
        let weights: Vec<f64> = slopes[..n_controls]
            .iter()
            .map(|g| g / i.cbrt() / 1.5)
            .collect();
        let drive = i.cbrt().powi(2);
        let whole: f64 = weights.iter().map(|weight| weight * 100.0).sum();
        let constant = if agree(drive, whole, drive) {
            0.0
        } else {
            drive - whole
        };
        let child = Self {
            sign,
            weights,
            constant,
        };
        let n_points = LEVELS.len().pow(n_controls as u32);
        let mut is_same = (0..n_points).map(|point| {
            let mut rest = point;
            let v: Vec<f64> = (0..n_controls)
                .map(|_| {
                    let level = LEVELS[rest % LEVELS.len()];
                    rest /= LEVELS.len();
                    level
                })
                .collect();
            agree(program.at(&v).0, child.current(&v), i)
        });
        if !is_same.all(|is_same| is_same) {
            return None;
        }
        let largest = child
            .weights
            .iter()
            .fold(0.0f64, |most, w| most.max(w.abs()));
        let tolerances = child.weights.iter().map(|w| TOL_GRID * largest / w.abs());
        let tolerances: Vec<f64> = tolerances.collect();
        let is_finite = tolerances.iter().all(|tolerance| tolerance.is_finite());
        is_finite.then_some((child, tolerances))
    }

    fn current(&self, v: &[f64]) -> f64 {
        let drive = self.weights.iter().zip(v).map(|(w, v)| w * v).sum::<f64>();
        (drive + self.constant).max(0.0).powf(1.5)
    }

    pub fn law(&self) -> Law {
        let mut law = Law::default();
        law.op(LawOp::Load(Operand::Constant(self.constant)));
        for (k, weight) in self.weights.iter().enumerate() {
            let weight = Operand::Constant(*weight);
            law.op(LawOp::AddProduct(Operand::Control(k), weight));
            law.op(LawOp::AddProduct(Operand::Rest(k), weight));
        }
        law.op(LawOp::RootAtLeast(Operand::Constant(0.0)));
        let root = law.local();
        law.op(LawOp::Store(root));
        for (k, weight) in self.weights.iter().enumerate() {
            let weight = Operand::Constant(1.5 * self.sign * weight);
            law.product(root, weight, Operand::Slope(0, k));
        }
        law.op(LawOp::Load(root));
        law.op(LawOp::Multiply(root));
        law.op(LawOp::Multiply(root));
        if self.sign != 1.0 {
            law.op(LawOp::Multiply(Operand::Constant(self.sign)));
        }
        for k in 0..self.weights.len() {
            law.op(LawOp::SubtractProduct(
                Operand::Slope(0, k),
                Operand::Control(k),
            ));
        }
        law.op(LawOp::Store(Operand::AtRest(0)));
        law
    }
}

#[cfg(test)]
mod tests {
    use crate::devices::Behavioural;
    use crate::devices::Device;
    use crate::devices::behavioural::Function;
    use crate::devices::behavioural::Source;
    use crate::devices::behavioural::Writer;
    use crate::devices::law;

    /// Of current in A and slope in S; measured 1.1e-16 and 2.8e-17, which is rounding.
    const TOL: [f64; 2] = [3e-16, 8e-17];

    /// A screen: `max(v1 + v2/11 − 3, 0)^exponent/4200`.
    fn screen(exponent: f64) -> Behavioural {
        let mut w = Writer::default();
        let [v1, v2] = [0, 1].map(Source::Control);
        let [mu, offset, exponent, kg2] = [11.0, 3.0, exponent, 4200.0].map(|n| w.constant(n));
        let share = w.call(Function::Divide, &[v2, mu]);
        let sum = w.call(Function::Add, &[v1, share]);
        let drive = w.call(Function::Subtract, &[sum, offset]);
        let open = w.call(Function::Ramp, &[drive]);
        let power = w.call(Function::Power, &[open, exponent]);
        let i = w.call(Function::Divide, &[power, kg2]);
        Behavioural::new(w.finish(i), false, vec![1e-6; 2])
    }

    #[test]
    fn screens_are_exact() {
        let known = screen(1.5).recognised().expect("a screen");
        let mut points = Vec::new();
        for grid in -60..20 {
            points.extend((0..40).map(|n| vec![f64::from(grid), 13.7 * f64::from(n) - 50.0]));
        }
        let worst = law::tests::worst(&Device::Behavioural(known), [-7.0, 290.0, 0.0], &points);
        println!("{worst:?}");
        assert!(worst[0] <= TOL[0] && worst[1] <= TOL[1], "{worst:?}");
    }

    #[test]
    fn another_exponent_is_another_law() {
        assert!(screen(1.4999).recognised().is_none());
    }
}
