//! Piecewise linear tables of behavioural sources.

use wide::f64x2;

/// Points joined by straight lines.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    points: Vec<(f64, f64)>,
    /// How it goes on outside its points, and whether its corners are round.
    kind: TableKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TableKind {
    /// Level outside; corners rounded by parabolas over a tenth of the shorter line beside them, as ngspice does it
    /// for `TABLE`.
    Rounded,
    /// The outer lines go on; as ngspice does it for `pwl()`.
    Straight,
    /// Level outside, sharp corners.
    Level,
}

/// Half the width of a rounded corner, as a share of the shorter line beside it.
const ROUNDED_SHARE: f64 = 0.1;

impl Table {
    /// A table of at least two points whose x rise; `None` if they don't.
    pub fn new(points: Vec<(f64, f64)>, kind: TableKind) -> Option<Self> {
        let rises = points.windows(2).all(|pair| pair[0].0 < pair[1].0);
        let is_finite = points.iter().all(|(x, y)| x.is_finite() && y.is_finite());
        (points.len() >= 2 && rises && is_finite).then_some(Self { points, kind })
    }

    /// Value and slope.
    pub(super) fn at(&self, x: f64x2) -> (f64x2, f64x2) {
        let [a, b] = x.to_array().map(|x| self.scalar(x));
        (f64x2::new([a.0, b.0]), f64x2::new([a.1, b.1]))
    }

    pub fn scalar(&self, x: f64) -> (f64, f64) {
        let points = &self.points;
        // Line k lies before point k; lines 0 and n lie outside.
        let line = points.partition_point(|(at, _)| *at <= x);
        let nearest = line.saturating_sub(1);
        if self.kind == TableKind::Rounded {
            for (corner, (x_0, y_0)) in points.iter().enumerate().skip(nearest).take(2) {
                let (u, d) = (x - x_0, self.half_width(corner));
                if u.abs() < d {
                    let (before, after) = (self.slope(corner), self.slope(corner + 1));
                    let bend = (after - before) / (4.0 * d);
                    return (
                        y_0 + before * u + bend * (u + d) * (u + d),
                        before + 2.0 * bend * (u + d),
                    );
                }
            }
        }
        let (x_0, y_0) = points[nearest];
        let slope = self.slope(line);
        (y_0 + slope * (x - x_0), slope)
    }

    /// Slope of line `line`.
    fn slope(&self, line: usize) -> f64 {
        let last = self.points.len() - 1;
        let is_outside = line == 0 || line > last;
        if is_outside && self.kind != TableKind::Straight {
            return 0.0;
        }
        let end = line.clamp(1, last);
        let ((x_0, y_0), (x_1, y_1)) = (self.points[end - 1], self.points[end]);
        (y_1 - y_0) / (x_1 - x_0)
    }

    fn half_width(&self, corner: usize) -> f64 {
        let length = |from: usize| {
            self.points
                .get(from + 1)
                .map(|(x, _)| x - self.points[from].0)
        };
        let before = corner.checked_sub(1).and_then(length);
        let shorter = before
            .into_iter()
            .chain(length(corner))
            .fold(f64::INFINITY, f64::min);
        ROUNDED_SHARE * shorter
    }
}
