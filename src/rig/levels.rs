//! What goes on between the stages of a playing rig.

use wide::f64x2;

/// Outputs of source, preamp, coupling and amp, by their slots' places.
pub const N_JUNCTIONS: usize = 4;

/// Sums over samples at the host's rate; a lane is a channel.
#[derive(Clone, Copy, Debug, Default)]
pub struct Levels {
    /// Squares of the volts at the output of each slot that is filled.
    pub junctions: [f64x2; N_JUNCTIONS],
    /// Squares of the sum of both amplifiers behind a splitter, in volts: 0 where one is exactly the other upside down.
    pub sum: f64x2,
    pub samples: u32,
}

impl Levels {
    /// Adds what was summed up elsewhere.
    pub fn add(&mut self, other: Levels) {
        for (level, more) in self.junctions.iter_mut().zip(other.junctions) {
            *level += more;
        }
        self.sum += other.sum;
        self.samples += other.samples;
    }

    /// RMS of the louder channel from a sum of squares, in V.
    pub fn v_rms(&self, squares: f64x2) -> f64 {
        let [left, right] = squares.to_array();
        (left.max(right) / f64::from(self.samples.max(1))).sqrt()
    }
}
