//! A smooth function of one variable as cubic pieces that give value and exact slope together.

use wide::f64x2;

/// Hermite cubics on a grid, of one function or of two that share their argument; beyond its ends each goes on as a
/// straight line, and above a grid of octaves as the parabola that it has to end with.
#[derive(Clone, Debug)]
pub struct Table {
    /// Two rows of header: first and last x and two numbers of the grid's, each twice for the two lanes. Then for each cell
    /// a row for each function, with the coefficients of 1, u, u², u³ where u is the distance from the cell's start; the
    /// last cell is the straight line beyond the last of them.
    rows: Box<[[f64; 4]]>,
    n_functions: usize,
    spacing: Spacing,
}

/// How cells follow each other.
#[derive(Clone, Copy, Debug)]
pub enum Spacing {
    /// All alike, upwards; cells in a unit and their length are in the header.
    Even,
    /// Downwards, as many in each octave of y = `first` + x_high − x as [`Spacing::shift`] leaves of its bits: y is what
    /// numbers them. `first`, a power of two, and the mask of the bits of y that are a cell's start are in the header.
    Octaves {
        /// There are `1 << bits` cells in an octave.
        bits: u32,
    },
}

impl Spacing {
    /// Bits of y that lie within one of `1 << bits` cells an octave.
    pub fn shift(bits: u32) -> u32 {
        f64::MANTISSA_DIGITS - 1 - bits
    }
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

/// Where in a table an argument lies.
struct Spot {
    /// The argument, or the end that it is beyond of a straight line.
    inside: f64x2,
    /// Distance from the start of the cell.
    u: f64x2,
    /// Cell of each lane.
    cells: [usize; 2],
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
        Self::of([x_low, x_high], cells_per_unit, false, |x| [f(x)])
    }

    /// Tabulates functions of `max(x, 0)` up to `x_high`.
    pub fn above_zero<const N: usize>(
        x_high: f64,
        cells_per_unit: f64,
        f: impl Fn(f64) -> [(f64, f64); N],
    ) -> Self {
        Self::of([0.0, x_high], cells_per_unit, true, f)
    }

    /// Tabulates functions of `x` from `x_low` to `x_high`.
    pub fn between<const N: usize>(
        x: [f64; 2],
        cells_per_unit: f64,
        f: impl Fn(f64) -> [(f64, f64); N],
    ) -> Self {
        Self::of(x, cells_per_unit, false, f)
    }

    /// A `floor` is a cell before the first in which the functions are constant.
    fn of<const N: usize>(
        [x_low, x_high]: [f64; 2],
        cells_per_unit: f64,
        has_floor: bool,
        f: impl Fn(f64) -> [(f64, f64); N],
    ) -> Self {
        let count = ((x_high - x_low) * cells_per_unit).ceil().max(1.0) as usize;
        let step = 1.0 / cells_per_unit;
        let knots: Vec<[(f64, f64); N]> = (0..=count)
            .map(|cell| f(x_low + step * cell as f64))
            .collect();
        let start = if has_floor { x_low - step } else { x_low };
        let x_end = x_low + step * count as f64;
        let mut rows = vec![
            [start, start, x_end, x_end],
            [cells_per_unit, cells_per_unit, step, step],
        ];
        if has_floor {
            rows.extend(knots[0].map(|(y, _)| [y, 0.0, 0.0, 0.0]));
        }
        for ends in knots.windows(2) {
            let ends = |function: usize| [ends[0][function], ends[1][function]];
            rows.extend((0..N).map(|function| piece(ends(function), cells_per_unit)));
        }
        // Rounding may put the end into the cell behind it.
        for _ in 0..2 {
            rows.extend(knots[count].map(|(y, slope)| [y, slope, 0.0, 0.0]));
        }
        Self {
            rows: rows.into(),
            n_functions: N,
            spacing: Spacing::Even,
        }
    }

    /// Tabulates `f`, which returns value and slope, from `x_high` down through so many octaves of
    /// y = `first` + `x_high` − x, with `1 << bits` cells in each; `first` is a power of two.
    ///
    /// For functions that bend as a power of y, and are a parabola in the uppermost cell: a cell is long where they are
    /// straight.
    pub fn in_octaves(
        x_high: f64,
        first: f64,
        octaves: u32,
        bits: u32,
        f: impl Fn(f64) -> (f64, f64),
    ) -> Self {
        let knot = |cell: u32| {
            let (octave, part) = (cell >> bits, cell & ((1 << bits) - 1));
            first * f64::from(1u32 << octave) * (1.0 + f64::from(part) / f64::from(1u32 << bits))
        };
        let count = octaves << bits;
        let x_low = x_high + first - knot(count);
        let mask = f64::from_bits(u64::MAX << Spacing::shift(bits));
        let mut rows = vec![[x_low, x_low, x_high, x_high], [first, first, mask, mask]];
        let mut start = f(x_high + first - knot(0));
        for cell in 0..count {
            let y = [knot(cell), knot(cell + 1)];
            let end = f(x_high + first - y[1]);
            rows.push(piece([start, end], 1.0 / (y[0] - y[1])));
            start = end;
        }
        rows.push([start.0, start.1, 0.0, 0.0]);
        // Without a cube that is nothing but rounding.
        let (top, below) = (f(x_high), f(x_high + first - knot(1)));
        rows[N_HEADER] = [
            top.0,
            top.1,
            0.5 * (top.1 - below.1) / (knot(1) - first),
            0.0,
        ];
        Self {
            rows: rows.into(),
            n_functions: 1,
            spacing: Spacing::Octaves { bits },
        }
    }

    pub fn spacing(&self) -> Spacing {
        self.spacing
    }

    /// All rows, the header's first.
    pub fn data(&self) -> &[[f64; 4]] {
        &self.rows
    }

    pub fn n_functions(&self) -> usize {
        self.n_functions
    }

    /// First and last x, as seen from `origin`.
    pub fn bounds(&self, origin: f64) -> [f64x2; 2] {
        let [x_low, _, x_end, _] = self.rows[0];
        [x_low - origin, x_end - origin].map(f64x2::splat)
    }

    #[inline(always)]
    fn spot<const FUSED: bool>(&self, [low, end]: [f64x2; 2], x: f64x2) -> Spot {
        let inside = x.fast_max(low);
        match self.spacing {
            Spacing::Even => {
                let inside = inside.fast_min(end);
                let [cells_per_unit, _, step, _] = self.rows[1];
                let way = inside - low;
                let cell = (way * cells_per_unit).to_array().map(|place| place as i32);
                let starts = f64x2::new(cell.map(f64::from));
                Spot {
                    inside,
                    u: add_product::<FUSED>(way, -starts, f64x2::splat(step)),
                    cells: cell.map(|cell| cell as usize),
                }
            }
            Spacing::Octaves { bits } => {
                let [first, _, mask, _] = self.rows[1];
                let y = end - inside + f64x2::splat(first);
                let y_bits = y.fast_max(f64x2::splat(first)).to_array().map(f64::to_bits);
                let start = y_bits.map(|y| f64::from_bits(y & mask.to_bits()));
                let cell = y_bits.map(|y| (y - first.to_bits()) >> Spacing::shift(bits));
                Spot {
                    inside,
                    u: f64x2::new(start) - y,
                    cells: cell.map(|cell| cell as usize),
                }
            }
        }
    }

    #[inline(always)]
    fn piece<const FUSED: bool>(&self, function: usize, spot: &Spot) -> (f64x2, f64x2) {
        let Spot { u, cells, .. } = *spot;
        let [p, q] = cells.map(|cell| &self.rows[N_HEADER + cell * self.n_functions + function]);
        let k = |n: usize| f64x2::new([p[n], q[n]]);
        let quadratic = add_product::<FUSED>(k(2), k(3), u);
        let linear = add_product::<FUSED>(k(1), quadratic, u);
        let value = add_product::<FUSED>(k(0), linear, u);
        let bend = add_product::<FUSED>(quadratic, k(3), u);
        (value, add_product::<FUSED>(linear, bend, u))
    }

    /// The straight line that touches the first function at `x`: its value at 0 and its slope. A NaN reads as the lower
    /// end. `x` and the [`bounds`](Self::bounds) have the same origin.
    #[inline(always)]
    pub fn line<const FUSED: bool>(&self, bounds: [f64x2; 2], x: f64x2) -> (f64x2, f64x2) {
        let spot = self.spot::<FUSED>(bounds, x);
        let (value, slope) = self.piece::<FUSED>(0, &spot);
        (add_product::<FUSED>(value, -slope, spot.inside), slope)
    }

    /// Values and slopes of all functions at `x`, value by slope.
    #[inline(always)]
    pub fn curves<const FUSED: bool>(&self, bounds: [f64x2; 2], x: f64x2, to: &mut [f64x2]) {
        let spot = self.spot::<FUSED>(bounds, x);
        let beyond = x - spot.inside;
        for (function, to) in to.chunks_exact_mut(2).enumerate() {
            let (value, slope) = self.piece::<FUSED>(function, &spot);
            (to[0], to[1]) = (add_product::<FUSED>(value, slope, beyond), slope);
        }
    }

    /// Value and slope of the first function at `x`; a NaN reads as the lower end.
    #[inline(always)]
    pub fn at(&self, x: f64x2) -> (f64x2, f64x2) {
        let (at_zero, slope) = self.line::<false>(self.bounds(0.0), x);
        (at_zero + slope * x, slope)
    }
}

/// Coefficients of the cubic with such values and slopes at a cell's start and end, the reciprocal of the way between
/// them given.
fn piece([(y0, slope0), (y1, slope1)]: [(f64, f64); 2], per_unit: f64) -> [f64; 4] {
    let rise = (y1 - y0) * per_unit;
    [
        y0,
        slope0,
        (3.0 * rise - 2.0 * slope0 - slope1) * per_unit,
        (slope0 + slope1 - 2.0 * rise) * per_unit * per_unit,
    ]
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

    /// Relative to the value; measured 2.2e-10, by the formula step⁴/384·15/16·y⁻⁴ = 1.5e-10 and rounding of the slopes.
    const TOL_ROOT: f64 = 6e-10;

    #[test]
    fn octaves_follow_a_root_over_five_decades_and_a_parabola_above() {
        let root = |x: f64| ((3.0 - x).sqrt(), -0.5 / (3.0 - x).sqrt());
        let parabola = |x: f64| (1.0 - 0.5 * (x - 2.0) - 0.125 * (x - 2.0).powi(2), -0.25 * x);
        let law = |x: f64| if x < 2.0 { root(x) } else { parabola(x) };
        let table = Table::in_octaves(2.75, 0.25, 18, 7, law);
        let mut worst = 0.0f64;
        for n in 0..88_000 {
            let y = 1.000_124_7f64.powi(n);
            let (value, slope) = table.at(f64x2::splat(3.0 - y));
            worst = worst.max((value.to_array()[0] / y.sqrt() - 1.0).abs());
            assert!((slope.to_array()[1] * y.sqrt() + 0.5).abs() < 1e-6, "{y}");
        }
        println!("{worst:e}");
        assert!(worst <= TOL_ROOT && worst > 1e-12, "{worst:e}");
        for x in [2.6, 2.75, 40.0, 1e3] {
            let (value, slope) = table.at(f64x2::splat(x));
            let off = [
                value.to_array()[0] / parabola(x).0,
                slope.to_array()[1] / parabola(x).1,
            ];
            assert!(
                off.iter().all(|off| (off - 1.0).abs() < 1e-10),
                "{x}: {off:?}"
            );
        }
        let (_, slope) = table.at(f64x2::new([4.75, f64::NAN]));
        assert!(slope.to_array()[1].abs() < 0.002);
    }

    #[test]
    fn goes_on_straight_beyond_its_ends() {
        let table = Table::new(0.0, 2.0, 16.0, |x| (x * x, 2.0 * x));
        let (value, slope) = table.at(f64x2::new([5.0, -3.0]));
        assert_eq!(value.to_array(), [4.0 + 4.0 * 3.0, 0.0]);
        assert_eq!(slope.to_array(), [4.0, 0.0]);
        assert!(
            table
                .line::<true>(table.bounds(0.0), f64x2::splat(f64::NAN))
                .0
                .to_array()[0]
                .is_finite()
        );
    }

    #[test]
    fn two_functions_share_their_argument_and_rest_below_zero() {
        let table = Table::above_zero(2.0, 16.0, |x| [(x * x + 1.0, 2.0 * x), (3.0 * x, 3.0)]);
        let mut to = [f64x2::ZERO; 4];
        table.curves::<true>(table.bounds(0.5), f64x2::new([-4.0, 0.5]), &mut to);
        let lane = |to: &[f64x2; 4], lane: usize| to.map(|value| value.to_array()[lane]);
        assert_eq!(lane(&to, 0), [1.0, 0.0, 0.0, 0.0]);
        assert_eq!(lane(&to, 1), [2.0, 2.0, 3.0, 3.0]);
        table.curves::<true>(table.bounds(0.5), f64x2::splat(4.5), &mut to);
        assert_eq!(lane(&to, 0), [5.0 + 4.0 * 3.0, 4.0, 15.0, 3.0]);
    }
}
