//! LU with partial pivoting, real or complex, of a matrix that is stored in full: for operating points, small signals and
//! checks.

use realfft::num_complex::Complex;
use std::ops::AddAssign;
use std::ops::Div;
use std::ops::Mul;
use std::ops::Range;
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

    /// b − A·x.
    pub fn left_over(&self, x: &[T], b: &[T]) -> Vec<T> {
        let rows = self.entries.chunks_exact(self.size.max(1)).zip(b);
        rows.map(|(row, b)| {
            let mut left = *b;
            for (entry, x) in row.iter().zip(x) {
                left -= *entry * *x;
            }
            left
        })
        .collect()
    }

    /// Lower and upper triangle; `Err` names a column without a pivot.
    ///
    /// The column with the fewest entries comes first, as circuits leave most of a matrix empty; its pivot is its largest
    /// entry.
    pub fn factored(mut self) -> Result<Factored<T>, usize> {
        let n = self.size;
        let is_entry = |value: &T| value.magnitude() != 0.0;
        // Rows with an entry in each column, and how many of them are not eliminated.
        let mut in_col = vec![Vec::new(); n];
        for (row, entries) in self.entries.chunks_exact(n.max(1)).enumerate() {
            let filled = in_col.iter_mut().zip(entries);
            let filled = filled.filter(|(_, value)| is_entry(value));
            filled.for_each(|(rows, _)| rows.push(row));
        }
        let mut counts: Vec<usize> = in_col.iter().map(Vec::len).collect();
        let mut is_open = vec![true; n];
        let mut cols: Vec<usize> = (0..n).collect();
        let mut factored = Factored::default();
        while let Some(at) = (0..cols.len()).min_by_key(|at| counts[cols[*at]]) {
            let col = cols.remove(at);
            let mut rows = std::mem::take(&mut in_col[col]);
            rows.retain(|row| is_open[*row]);
            let magnitude = |row: &usize| self.get(*row, col).magnitude();
            let largest = |a: &usize, b: &usize| magnitude(a).total_cmp(&magnitude(b));
            let row = rows.iter().copied().max_by(largest).ok_or(col)?;
            let pivot = self.get(row, col);
            if !(pivot.magnitude() > 1e-250 && pivot.magnitude().is_finite()) {
                return Err(col);
            }
            is_open[row] = false;
            let first = factored.right.len();
            let right = cols.iter().map(|col| (*col, self.get(row, *col)));
            let right = right.filter(|(_, value)| is_entry(value));
            factored.right.extend(right);
            let right = &factored.right[first..];
            right.iter().for_each(|(col, _)| counts[*col] -= 1);
            for below in rows.into_iter().filter(|below| *below != row) {
                let entries = &mut self.entries[below * n..][..n];
                // What was empty for a while is listed twice.
                let left = std::mem::take(&mut entries[col]);
                if !is_entry(&left) {
                    continue;
                }
                let factor = left / pivot;
                factored.below.push((below, row, factor));
                for (col, above) in right {
                    if !is_entry(&entries[*col]) {
                        in_col[*col].push(below);
                        counts[*col] += 1;
                    }
                    entries[*col] -= factor * *above;
                }
            }
            let right = first..factored.right.len();
            factored.pivots.push((row, col, pivot, right));
        }
        Ok(factored)
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
            for (entry, x) in row.iter().zip(x).filter(|(entry, _)| **entry != 0.0) {
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

/// A matrix as the product of a lower triangle with ones on its diagonal and an upper one, row by row as they were
/// eliminated; nothing is stored where they are empty.
pub struct Factored<T> {
    /// Row and column of each pivot, the pivot, and what is right of it in `right`.
    pivots: Vec<(usize, usize, T, Range<usize>)>,
    /// Column and value.
    right: Vec<(usize, T)>,
    /// A row, the pivot's row that was taken from it, and how often.
    below: Vec<(usize, usize, T)>,
}

impl<T> Default for Factored<T> {
    fn default() -> Self {
        Self {
            pivots: Vec::new(),
            right: Vec::new(),
            below: Vec::new(),
        }
    }
}

impl<T: Number> Factored<T> {
    /// Solves A·x = b in place of `b`.
    pub fn solve(&self, b: &mut [T]) {
        for (row, pivot, factor) in &self.below {
            let known = b[*pivot];
            b[*row] -= *factor * known;
        }
        let mut x = vec![T::default(); b.len()];
        for (row, col, pivot, right) in self.pivots.iter().rev() {
            let mut left = b[*row];
            for (col, value) in &self.right[right.clone()] {
                left -= *value * x[*col];
            }
            x[*col] = left / *pivot;
        }
        b.copy_from_slice(&x);
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
