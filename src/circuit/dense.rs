//! Dense LU with partial pivoting, real or complex: for operating points, small signals and checks.

use realfft::num_complex::Complex;
use std::ops::AddAssign;
use std::ops::Div;
use std::ops::Mul;
use std::ops::SubAssign;

/// A number that a circuit's matrix may hold.
pub trait Number:
    Copy + Default + AddAssign + SubAssign + Mul<Output = Self> + Div<Output = Self>
{
    fn magnitude(self) -> f64;
}

impl Number for f64 {
    fn magnitude(self) -> f64 {
        self.abs()
    }
}

impl Number for Complex<f64> {
    fn magnitude(self) -> f64 {
        self.norm()
    }
}

/// A square matrix, row by row.
#[derive(Clone, Debug)]
pub struct Matrix<T> {
    size: usize,
    entries: Vec<T>,
}

impl<T: Number> Matrix<T> {
    pub fn zero(size: usize) -> Self {
        Self {
            size,
            entries: vec![T::default(); size * size],
        }
    }

    pub fn size(&self) -> usize {
        self.size
    }

    pub fn add(&mut self, row: usize, col: usize, value: T) {
        self.entries[row * self.size + col] += value;
    }

    pub fn transposed(&self) -> Self {
        let mut turned = Self::zero(self.size);
        for row in 0..self.size {
            for col in 0..self.size {
                turned.entries[col * self.size + row] = self.get(row, col);
            }
        }
        turned
    }

    pub fn get(&self, row: usize, col: usize) -> T {
        self.entries[row * self.size + col]
    }

    /// Lower and upper triangle; `Err` names the column without a pivot.
    pub fn factored(mut self) -> Result<Factored<T>, usize> {
        let n = self.size;
        let mut swaps = Vec::with_capacity(n);
        for col in 0..n {
            let largest = |a: &usize, b: &usize| {
                self.get(*a, col)
                    .magnitude()
                    .total_cmp(&self.get(*b, col).magnitude())
            };
            let pivot = (col..n).max_by(largest).unwrap_or(col);
            let magnitude = self.get(pivot, col).magnitude();
            if !(magnitude > 1e-250 && magnitude.is_finite()) {
                return Err(col);
            }
            swaps.push(pivot);
            if pivot != col {
                for k in 0..n {
                    self.entries.swap(pivot * n + k, col * n + k);
                }
            }
            let (above, below) = self.entries.split_at_mut((col + 1) * n);
            let above = &above[col * n + col..];
            for row in below.chunks_exact_mut(n) {
                if row[col].magnitude() == 0.0 {
                    continue;
                }
                let factor = row[col] / above[0];
                row[col] = factor;
                for (entry, above) in row[col + 1..].iter_mut().zip(&above[1..]) {
                    *entry -= factor * *above;
                }
            }
        }
        Ok(Factored {
            triangles: self,
            swaps,
        })
    }
}

impl Matrix<f64> {
    /// b − A·x, as if in twice the precision.
    ///
    /// Source: T. Ogita, S. Rump, S. Oishi, "Accurate sum and dot product", SIAM J. Sci. Comput. 26(6), 2005.
    pub fn residual(&self, x: &[f64], b: &[f64]) -> Vec<f64> {
        let rows = self.entries.chunks_exact(self.size).zip(b);
        rows.map(|(row, b)| {
            let (mut sum, mut lost) = (*b, 0.0);
            for (entry, x) in row.iter().zip(x) {
                let product = -entry * x;
                let rounded = (-entry).mul_add(*x, -product);
                let next = sum + product;
                let back = next - sum;
                lost += (sum - (next - back)) + (product - back) + rounded;
                sum = next;
            }
            sum + lost
        })
        .collect()
    }
}

/// A matrix as the product of a lower triangle with ones on its diagonal and an upper one.
pub struct Factored<T> {
    triangles: Matrix<T>,
    /// The row that each row changed places with, one after the other.
    swaps: Vec<usize>,
}

impl<T: Number> Factored<T> {
    /// Solves A·x = b in place of `b`.
    pub fn solve(&self, b: &mut [T]) {
        let n = self.triangles.size;
        for (row, other) in self.swaps.iter().enumerate() {
            b.swap(row, *other);
        }
        for row in 0..n {
            for k in 0..row {
                let known = b[k];
                b[row] -= self.triangles.get(row, k) * known;
            }
        }
        for row in (0..n).rev() {
            for k in row + 1..n {
                let known = b[k];
                b[row] -= self.triangles.get(row, k) * known;
            }
            b[row] = b[row] / self.triangles.get(row, row);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn solves_with_a_zero_on_the_diagonal() {
        let mut a = Matrix::zero(3);
        for (row, col, value) in [
            (0, 1, 2.0),
            (0, 2, 1.0),
            (1, 0, 4.0),
            (1, 1, 1.0),
            (2, 0, 1.0),
            (2, 2, -3.0),
        ] {
            a.add(row, col, value);
        }
        let (x, kept) = ([1.0, -2.0, 0.5], a.clone());
        let mut b: Vec<f64> = (0..3)
            .map(|row| (0..3).map(|col| kept.get(row, col) * x[col]).sum())
            .collect();
        a.factored().unwrap().solve(&mut b);
        assert!(
            b.iter()
                .zip(x)
                .all(|(got, want)| (got - want).abs() < 1e-14),
            "{b:?}"
        );
    }

    #[test]
    fn names_the_column_of_a_singular_matrix() {
        let mut a = Matrix::zero(2);
        a.add(0, 0, 1.0);
        assert_eq!(a.factored().err(), Some(1));
    }
}
