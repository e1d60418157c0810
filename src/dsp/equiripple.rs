//! The mathematics of the symmetric half-band.

use std::f64::consts::PI;
use std::f64::consts::TAU;

/// One side of the symmetric half-band with the least ripple, by Remez' exchange.
///
/// ```text
/// H(f) = ½ + Σ 2·c[k]·cos(2π·(2k + 1)·f),   k = 0…N−1        zero phase, f in cycles per sample of the higher rate
/// ```
///
/// The coefficients c[k] are those of the taps 2k + 1 away from the middle one, which is ½; all others are 0. H(f) and
/// H(½ − f) add up to 1, so that ripple in the pass-band, 0 to `pass`, and in the stop-band, from ½ − `pass`, are the
/// same. `pass` in (0, ¼).
///
/// Source: T. W. Parks, J. H. McClellan, "Chebyshev approximation for nonrecursive digital filters with linear phase",
/// IEEE Trans. Circuit Theory 19 (2), 1972.
pub fn half_band<const N: usize>(pass: f64) -> [f64; N] {
    let grid: Vec<f64> = (0..=GRID * N)
        .map(|i| pass * i as f64 / (GRID * N) as f64)
        .collect();
    // The extrema of a Chebyshev polynomial crowd at the edge in the same way.
    let spread = |i: usize| (PI * i as f64 / (2 * N) as f64).sin();
    let mut extrema: Vec<f64> = (0..=N).map(|i| pass * spread(i)).collect();
    let mut sides = [0.0; N];
    for _ in 0..EXCHANGES {
        sides = level(&extrema);
        let error = |f: f64| {
            basis::<N>(f)
                .iter()
                .zip(&sides)
                .map(|(b, c)| b * c)
                .sum::<f64>()
                - 0.5
        };
        extrema = peaks::<N>(&grid, &grid.iter().map(|f| error(*f)).collect::<Vec<f64>>());
    }
    sides
}

/// Points of the grid for each coefficient.
const GRID: usize = 64;
/// The half-bands here stand still after six.
const EXCHANGES: usize = 12;

fn basis<const N: usize>(f: f64) -> [f64; N] {
    std::array::from_fn(|k| 2.0 * (TAU * (2 * k + 1) as f64 * f).cos())
}

/// Coefficients with which the error at these N + 1 frequencies is the same, with alternating sign.
fn level<const N: usize>(extrema: &[f64]) -> [f64; N] {
    let row = |(i, f): (usize, &f64)| {
        let sign = if i % 2 == 0 { 1.0 } else { -1.0 };
        let mut row = basis::<N>(*f).to_vec();
        row.extend([sign, 0.5]);
        row
    };
    let mut rows: Vec<Vec<f64>> = extrema.iter().enumerate().map(row).collect();
    for col in 0..=N {
        let size = |row: &Vec<f64>| row[col].abs();
        let pivot = (col..=N).max_by(|a, b| size(&rows[*a]).total_cmp(&size(&rows[*b])));
        rows.swap(col, pivot.unwrap_or(col));
        let pivot = rows[col].clone();
        for (i, row) in rows.iter_mut().enumerate() {
            let share = row[col] / pivot[col];
            if i != col {
                row.iter_mut()
                    .zip(&pivot)
                    .for_each(|(a, b)| *a -= share * b);
            }
        }
    }
    std::array::from_fn(|k| rows[k][N + 1] / rows[k][k])
}

/// Where the error is largest in each stretch of one sign, N + 1 of them up to the edge.
fn peaks<const N: usize>(grid: &[f64], errors: &[f64]) -> Vec<f64> {
    let mut peaks: Vec<usize> = vec![0];
    for (i, error) in errors.iter().enumerate() {
        let last = peaks.len() - 1;
        if error * errors[peaks[last]] < 0.0 {
            peaks.push(i);
        } else if error.abs() > errors[peaks[last]].abs() {
            peaks[last] = i;
        }
    }
    let surplus = peaks.len().saturating_sub(N + 1);
    peaks.drain(..surplus);
    peaks.into_iter().map(|i| grid[i]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn response(sides: &[f64], f: f64) -> f64 {
        let side = |(k, c): (usize, &f64)| 2.0 * c * (TAU * (2 * k + 1) as f64 * f).cos();
        0.5 + sides.iter().enumerate().map(side).sum::<f64>()
    }

    /// Ripple of a filter, and how often it reaches it in the pass-band.
    fn ripple<const N: usize>(pass: f64) -> (f64, usize) {
        let sides = half_band::<N>(pass);
        let error = |i: i32| response(&sides, pass * f64::from(i) / 20_000.0) - 1.0;
        let errors: Vec<f64> = (0..=20_000).map(error).collect();
        let worst = errors
            .iter()
            .fold(0.0f64, |worst, error| worst.max(error.abs()));
        let (mut touched, mut sign) = (0, 0.0);
        for error in errors {
            if error.abs() > 0.99 * worst && error.signum() != sign {
                (touched, sign) = (touched + 1, error.signum());
            }
        }
        (worst, touched)
    }

    /// What alternates N + 1 times can't be done better: the alternation theorem.
    fn is_best<const N: usize>(pass: f64, stop_db: f64) {
        let (worst, touched) = ripple::<N>(pass);
        let db = 20.0 * worst.log10();
        assert_eq!(touched, N + 1, "{N} at {pass}");
        assert!((db - stop_db).abs() < 0.01, "{N} at {pass}: {db:.3} dB");
    }

    #[test]
    fn the_error_alternates_as_often_as_it_can() {
        let pass = 18.0 / 44.1;
        is_best::<17>(pass / 2.0, -102.28);
        is_best::<5>(pass / 4.0, -107.90);
        is_best::<3>(pass / 8.0, -105.06);
        is_best::<3>(pass / 16.0, -141.53);
    }

    #[test]
    fn what_passes_and_what_stops_add_up() {
        let sides = half_band::<5>(0.1);
        for i in 0..50 {
            let f = 0.005 * f64::from(i);
            let sum = response(&sides, f) + response(&sides, 0.5 - f);
            assert!((sum - 1.0).abs() < 1e-15, "{f}: {sum}");
        }
    }
}
