//! What devices answer, packed: currents, their slopes branch by branch, then charges and theirs.

use wide::f64x2;

/// How many branches and controls a device has, and how many of the first branches hold charge. Says at which place
/// of the packed answer everything stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    pub branches: usize,
    pub controls: usize,
    pub charged: usize,
}

impl Shape {
    /// Number of values.
    pub fn size(&self) -> usize {
        (self.branches + self.charged) * (1 + self.controls)
    }

    /// Current of a branch, in A.
    pub fn i(&self, branch: usize) -> usize {
        branch
    }

    /// Slope of a branch's current by a control, in S.
    pub fn g(&self, branch: usize, control: usize) -> usize {
        self.branches + branch * self.controls + control
    }

    /// Charge of a charged branch, in C.
    pub fn q(&self, branch: usize) -> usize {
        self.branches * (1 + self.controls) + branch
    }

    /// Slope of a charged branch's charge by a control, in F.
    pub fn c(&self, branch: usize, control: usize) -> usize {
        self.q(self.charged) + branch * self.controls + control
    }
}

/// One lane of an answer with its shape, for analyses.
#[derive(Clone, Debug)]
pub struct Answer {
    shape: Shape,
    values: Vec<f64>,
}

impl Answer {
    pub fn new(shape: Shape, values: &[f64x2]) -> Self {
        let values = values[..shape.size()].iter();
        Self {
            shape,
            values: values.map(|value| value.to_array()[0]).collect(),
        }
    }

    pub fn i(&self, branch: usize) -> f64 {
        self.values[self.shape.i(branch)]
    }

    pub fn g(&self, branch: usize, control: usize) -> f64 {
        self.values[self.shape.g(branch, control)]
    }

    /// Charge of a branch; 0 where it holds none.
    pub fn q(&self, branch: usize) -> f64 {
        let is_charged = branch < self.shape.charged;
        if is_charged {
            self.values[self.shape.q(branch)]
        } else {
            0.0
        }
    }

    /// Slope of a branch's charge; 0 where it holds none.
    pub fn c(&self, branch: usize, control: usize) -> f64 {
        let is_charged = branch < self.shape.charged;
        if is_charged {
            self.values[self.shape.c(branch, control)]
        } else {
            0.0
        }
    }
}
