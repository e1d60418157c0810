//! Tables on the screen.

use std::fmt;

/// Rows of cells; the first column is flush left, the others flush right.
pub struct Table<const N: usize = 3> {
    rows: Vec<[String; N]>,
}

impl<const N: usize> Table<N> {
    pub fn new(heading: [&str; N]) -> Self {
        Self {
            rows: vec![heading.map(str::to_owned)],
        }
    }

    pub fn row(&mut self, cells: [String; N]) {
        self.rows.push(cells);
    }
}

impl<const N: usize> fmt::Display for Table<N> {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        let width = |column: usize| {
            self.rows
                .iter()
                .map(|row| row[column].chars().count())
                .max()
                .unwrap_or(0)
        };
        let widths: Vec<usize> = (0..N).map(width).collect();
        for (row_idx, row) in self.rows.iter().enumerate() {
            write!(out, "{:<width$}", row[0], width = widths[0])?;
            for (cell, width) in row.iter().zip(&widths).skip(1) {
                write!(out, "  {cell:>width$}")?;
            }
            writeln!(out)?;
            if row_idx == 0 {
                writeln!(
                    out,
                    "{}",
                    "─".repeat(widths.iter().sum::<usize>() + 2 * (N - 1))
                )?;
            }
        }
        Ok(())
    }
}
