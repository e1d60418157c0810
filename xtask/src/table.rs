//! Tables of three columns on the screen.

use std::fmt;

/// Rows of cells; the first column is flush left, the others flush right.
pub struct Table {
    rows: Vec<[String; 3]>,
}

impl Table {
    pub fn new(heading: [&str; 3]) -> Self {
        Self {
            rows: vec![heading.map(str::to_owned)],
        }
    }

    pub fn row(&mut self, cells: [String; 3]) {
        self.rows.push(cells);
    }
}

impl fmt::Display for Table {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        let n_columns = self.rows[0].len();
        let width = |column: usize| {
            self.rows
                .iter()
                .map(|row| row[column].chars().count())
                .max()
                .unwrap_or(0)
        };
        let widths: Vec<usize> = (0..n_columns).map(width).collect();
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
                    "─".repeat(widths.iter().sum::<usize>() + 2 * (n_columns - 1))
                )?;
            }
        }
        Ok(())
    }
}
