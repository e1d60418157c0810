//! A smooth function of one variable as cubic pieces that give value and exact slope together.

use wide::f64x2;

/// Hermite cubics on a uniform grid; beyond its ends the function goes on as a straight line.
#[derive(Clone, Debug)]
pub struct Table {
    /// Two rows of header: first and last x, cells in a unit and their length, each twice for the two lanes. Then a
    /// row for each cell, with the coefficients of 1, u, u², u³ where u is the distance from the cell's start; the last
    /// one is the straight line beyond the end.
    rows: Box<[[f64; 4]]>,
}

/// Rows before the first cell.
const N_HEADER: usize = 2;

/// `sum + a·b`, rounded once if `FUSED`.
#[inline(always)]
pub fn add_product<const FUSED: bool>(sum: f64x2, a: f64x2, b: f64x2) -> f64x2 {
    if !FUSED {
        return sum + a * b;
    }
    let ([s0, s1], [a0, a1], [b0, b1]) = (sum.to_array(), a.to_array(), b.to_array());
    f64x2::new([a0.mul_add(b0, s0), a1.mul_add(b1, s1)])
}

impl Table {
    /// Bytes of the header.
    pub const HEADER_BYTES: usize = N_HEADER * size_of::<[f64; 4]>();

    /// Tabulates `f`, which returns value and slope, from `x_low` to `x_high`.
    ///
    /// The error of the value is at most step⁴/384 times the largest fourth derivative.
    pub fn new(
        x_low: f64,
        x_high: f64,
        cells_per_unit: f64,
        f: impl Fn(f64) -> (f64, f64),
    ) -> Self {
        let count = ((x_high - x_low) * cells_per_unit).ceil().max(1.0) as usize;
        let step = 1.0 / cells_per_unit;
        let at = |cell: usize| f(x_low + step * cell as f64);
        let cell = |index: usize| {
            let ((y0, slope0), (y1, slope1)) = (at(index), at(index + 1));
            let rise = (y1 - y0) * cells_per_unit;
            [
                y0,
                slope0,
                (3.0 * rise - 2.0 * slope0 - slope1) * cells_per_unit,
                (slope0 + slope1 - 2.0 * rise) * cells_per_unit * cells_per_unit,
            ]
        };
        let (y, slope) = at(count);
        let x_end = x_low + step * count as f64;
        let header = [
            [x_low, x_low, x_end, x_end],
            [cells_per_unit, cells_per_unit, step, step],
        ];
        Self {
            rows: header
                .into_iter()
                .chain((0..count).map(cell))
                // Rounding may put the end into the cell behind it.
                .chain([[y, slope, 0.0, 0.0]; 2])
                .collect(),
        }
    }

    /// All rows, the header's first.
    pub fn data(&self) -> &[[f64; 4]] {
        &self.rows
    }

    /// The straight line that touches the function at `x`: its value at 0 and its slope. A NaN reads as the lower end.
    #[inline(always)]
    pub fn line<const FUSED: bool>(&self, x: f64x2) -> (f64x2, f64x2) {
        let [[x_low, _, x_end, _], [cells_per_unit, _, step, _]] = [self.rows[0], self.rows[1]];
        let low = f64x2::splat(x_low);
        let inside = x.fast_max(low).fast_min(f64x2::splat(x_end));
        let way = inside - low;
        let cell = (way * cells_per_unit).to_array().map(|place| place as i32);
        let starts = f64x2::new(cell.map(f64::from));
        let u = add_product::<FUSED>(way, -starts, f64x2::splat(step));
        let [p, q] = cell.map(|cell| &self.rows[N_HEADER + cell as usize]);
        let k = |n: usize| f64x2::new([p[n], q[n]]);
        let quadratic = add_product::<FUSED>(k(2), k(3), u);
        let linear = add_product::<FUSED>(k(1), quadratic, u);
        let value = add_product::<FUSED>(k(0), linear, u);
        let bend = add_product::<FUSED>(quadratic, k(3), u);
        let slope = add_product::<FUSED>(linear, bend, u);
        (add_product::<FUSED>(value, -slope, inside), slope)
    }

    /// Value and slope at `x`; a NaN reads as the lower end.
    #[inline(always)]
    pub fn at(&self, x: f64x2) -> (f64x2, f64x2) {
        let (at_zero, slope) = self.line::<false>(x);
        (at_zero + slope * x, slope)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Measured 6.3e-10 for tanh at 64 cells per unit; the bound step⁴/384·max|f⁗| (4.09) is 6.4e-10.
    const TOL_VALUE: f64 = 6.4e-10;
    /// Measured 1.25e-7.
    const TOL_SLOPE: f64 = 2e-7;

    #[test]
    fn follows_tanh_within_the_bound_of_the_formula() {
        let table = Table::new(-6.0, 6.0, 64.0, |x| (x.tanh(), 1.0 / x.cosh().powi(2)));
        let (mut worst, mut worst_slope) = (0.0f64, 0.0f64);
        for n in 0..24_000 {
            let x = -6.0 + n as f64 * 0.0005 + 1.7e-4;
            let (value, slope) = table.at(f64x2::splat(x));
            worst = worst.max((value.to_array()[0] - x.tanh()).abs());
            worst_slope = worst_slope.max((slope.to_array()[1] - 1.0 / x.cosh().powi(2)).abs());
        }
        assert!(worst <= TOL_VALUE && worst > 1e-12, "{worst:e}");
        assert!(worst_slope <= TOL_SLOPE, "{worst_slope:e}");
    }

    #[test]
    fn goes_on_straight_beyond_its_ends() {
        let table = Table::new(0.0, 2.0, 16.0, |x| (x * x, 2.0 * x));
        let (value, slope) = table.at(f64x2::new([5.0, -3.0]));
        assert_eq!(value.to_array(), [4.0 + 4.0 * 3.0, 0.0]);
        assert_eq!(slope.to_array(), [4.0, 0.0]);
        assert!(table.line::<true>(f64x2::splat(f64::NAN)).0.to_array()[0].is_finite());
    }
}
