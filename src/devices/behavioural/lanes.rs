//! Functions of two lanes at a time: the common ones without leaving the lanes.

use crate::devices::behavioural::Function;
use crate::devices::behavioural::function::EXP_STRAIGHT;
use crate::devices::smooth::softplus;
use wide::f64x2;

impl Function {
    #[inline]
    pub(super) fn value_of_lanes(self, operands: [f64x2; 3]) -> f64x2 {
        let [x, y, _] = operands;
        match self {
            Self::Negate => -x,
            Self::Add => x + y,
            Self::Subtract => x - y,
            Self::Multiply => x * y,
            Self::Softplus => softplus(x.fast_min(f64x2::splat(EXP_STRAIGHT))).0,
            _ => {
                let [x, y, z] = operands.map(f64x2::to_array);
                f64x2::new([0, 1].map(|lane| self.value([x[lane], y[lane], z[lane]])))
            }
        }
    }

    #[inline]
    pub(super) fn slopes_of_lanes(
        self,
        operands: [f64x2; 3],
        value: f64x2,
        is_constant: [bool; 3],
    ) -> [f64x2; 3] {
        let [x, y, _] = operands;
        match self {
            Self::Negate => [-f64x2::ONE, f64x2::ZERO, f64x2::ZERO],
            Self::Add => [f64x2::ONE, f64x2::ONE, f64x2::ZERO],
            Self::Subtract => [f64x2::ONE, -f64x2::ONE, f64x2::ZERO],
            Self::Multiply => [y, x, f64x2::ZERO],
            Self::Softplus => {
                let rises = x.simd_le(f64x2::splat(EXP_STRAIGHT));
                [softplus(x).1 & rises, f64x2::ZERO, f64x2::ZERO]
            }
            _ => {
                let [x, y, z] = operands.map(f64x2::to_array);
                let value = value.to_array();
                let [a, b] = [0, 1]
                    .map(|lane| self.slopes([x[lane], y[lane], z[lane]], value[lane], is_constant));
                std::array::from_fn(|k| f64x2::new([a[k], b[k]]))
            }
        }
    }
}
