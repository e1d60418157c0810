//! Elimination of a sparse matrix on paper: which pivots, and what they fill.

use crate::circuit::order::InStates;
use crate::circuit::order::N_STATES;
use crate::circuit::order::Pivot;

/// A sparse matrix as rows, each in the order of its columns, with the numbers that choose stable pivots.
#[derive(Clone, Debug)]
pub struct Rows(Vec<Row>);

type Row = Vec<(usize, InStates)>;

impl Rows {
    pub fn new(size: usize) -> Self {
        Self(vec![Row::new(); size])
    }

    pub fn size(&self) -> usize {
        self.0.len()
    }

    pub fn add(&mut self, row: usize, col: usize, values: &InStates) {
        add(&mut self.0[row], col, values);
    }

    pub fn clear(&mut self, row: usize) {
        self.0[row].clear();
    }

    /// Eliminates allowed pivots, cheapest first (Markowitz), until none is left; rows are reduced in place.
    pub fn eliminate(
        &mut self,
        threshold: f64,
        allowed: impl Fn(usize, usize) -> bool,
    ) -> Vec<Pivot> {
        let mut elimination = Elimination::new(&mut self.0, threshold, allowed);
        std::iter::from_fn(|| elimination.next()).collect()
    }
}

/// Adds to an entry; whether it is a new one.
fn add(row: &mut Row, col: usize, values: &InStates) -> bool {
    match row.binary_search_by_key(&col, |(col, _)| *col) {
        Ok(at) => {
            let entry = row[at].1.iter_mut().zip(values);
            entry.for_each(|(to, value)| *to += value);
            false
        }
        Err(at) => {
            row.insert(at, (col, *values));
            true
        }
    }
}

/// The larger magnitude in each state.
fn larger(a: InStates, b: &InStates) -> InStates {
    std::array::from_fn(|state| a[state].max(b[state].abs()))
}

/// An entry that may become a pivot: what it fills at the most, and its least share of its column in any state.
#[derive(Clone, Copy, Debug)]
struct Candidate {
    cost: usize,
    share: f64,
    col: usize,
}

impl Candidate {
    fn beats(&self, other: &Self) -> bool {
        self.cost < other.cost || self.cost == other.cost && self.share > other.share
    }
}

/// A matrix on the way. What a pivot changes lies in the rows below it and in the columns right of it, so only there
/// candidates are looked for anew.
struct Elimination<'a, F> {
    rows: &'a mut [Row],
    threshold: f64,
    allowed: F,
    /// Of each row, one over its largest entry at the start.
    scale: Vec<InStates>,
    /// Rows of each column that are not eliminated.
    in_col: Vec<Vec<usize>>,
    /// Each column's largest entry in its row's scale.
    top: Vec<InStates>,
    /// Each row's best candidate.
    best: Vec<Option<Candidate>>,
}

impl<'a, F: Fn(usize, usize) -> bool> Elimination<'a, F> {
    fn new(rows: &'a mut [Row], threshold: f64, allowed: F) -> Self {
        let size = rows.len();
        let largest = |row: &Row| {
            let values = row.iter().map(|(_, values)| values);
            values.fold([0.0; N_STATES], larger)
        };
        let mut in_col = vec![Vec::new(); size];
        for (row, entries) in rows.iter().enumerate() {
            entries.iter().for_each(|(col, _)| in_col[*col].push(row));
        }
        let scale = rows
            .iter()
            .map(|row| largest(row).map(|top| 1.0 / top.max(f64::MIN_POSITIVE)))
            .collect();
        let mut started = Self {
            rows,
            threshold,
            allowed,
            scale,
            in_col,
            top: vec![[0.0; N_STATES]; size],
            best: vec![None; size],
        };
        (0..size).for_each(|col| started.measure(col));
        (0..size).for_each(|row| started.best[row] = started.candidate(row));
        started
    }

    fn scaled(&self, row: usize, values: &InStates) -> InStates {
        let scale = &self.scale[row];
        std::array::from_fn(|state| values[state].abs() * scale[state])
    }

    /// Finds a column's largest entry.
    fn measure(&mut self, col: usize) {
        let mut top = [0.0; N_STATES];
        for row in &self.in_col[col] {
            let entries = &self.rows[*row];
            if let Ok(at) = entries.binary_search_by_key(&col, |(col, _)| *col) {
                top = larger(top, &self.scaled(*row, &entries[at].1));
            }
        }
        self.top[col] = top;
    }

    fn candidate(&self, row: usize) -> Option<Candidate> {
        let entries = &self.rows[row];
        let mut best: Option<Candidate> = None;
        for (col, values) in entries.iter().filter(|(col, _)| (self.allowed)(row, *col)) {
            let cost = (self.in_col[*col].len() - 1) * (entries.len() - 1);
            if best.is_some_and(|best| best.cost < cost) {
                continue;
            }
            let shares = self.scaled(row, values).into_iter().zip(&self.top[*col]);
            let share = shares
                .map(|(size, top)| size / top.max(f64::MIN_POSITIVE))
                .fold(1.0, f64::min);
            let found = Candidate {
                cost,
                share,
                col: *col,
            };
            let is_large = share >= self.threshold && share > 0.0;
            if is_large && best.is_none_or(|best| found.beats(&best)) {
                best = Some(found);
            }
        }
        best
    }

    /// Eliminates the best candidate of all; none is left where there is none.
    fn next(&mut self) -> Option<Pivot> {
        let mut best: Option<(usize, Candidate)> = None;
        for (row, found) in self.best.iter().enumerate() {
            let Some(found) = found else { continue };
            if best.is_none_or(|(_, best)| found.beats(&best)) {
                best = Some((row, *found));
            }
        }
        let (row, Candidate { col, .. }) = best?;
        self.best[row] = None;
        let mut pivot_row = std::mem::take(&mut self.rows[row]);
        for (col, _) in &pivot_row {
            self.in_col[*col].retain(|r| *r != row);
        }
        let at = pivot_row.binary_search_by_key(&col, |(col, _)| *col).ok()?;
        let (_, pivot) = pivot_row.remove(at);
        let mut below = std::mem::take(&mut self.in_col[col]);
        below.sort_unstable();
        for r in &below {
            self.take_from(*r, col, &pivot, &pivot_row);
        }
        let right: Vec<usize> = pivot_row.iter().map(|(col, _)| *col).collect();
        right.iter().for_each(|col| self.measure(*col));
        let beside = right.iter().flat_map(|col| &self.in_col[*col]);
        let mut changed: Vec<usize> = beside.chain(&below).copied().collect();
        changed.sort_unstable();
        changed.dedup();
        for row in changed {
            self.best[row] = self.candidate(row);
        }
        Some(Pivot {
            row,
            col,
            below,
            right,
        })
    }

    /// Takes so much of the pivot's row from a row below it that its entry in the pivot's column is gone.
    fn take_from(&mut self, row: usize, col: usize, pivot: &InStates, pivot_row: &Row) {
        let entries = &mut self.rows[row];
        let Ok(at) = entries.binary_search_by_key(&col, |(col, _)| *col) else {
            return;
        };
        let (_, left) = entries.remove(at);
        for (col, above) in pivot_row {
            let update: InStates =
                std::array::from_fn(|state| -left[state] / pivot[state] * above[state]);
            if add(entries, *col, &update) {
                self.in_col[*col].push(row);
            }
        }
    }
}
