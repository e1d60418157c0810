//! What goes on between the stages of a playing rig.

use wide::f64x2;

/// Outputs of source, preamp, coupling and amp, by their slots' places.
pub const N_JUNCTIONS: usize = 4;

/// A voltage summed up; a lane is a channel.
#[derive(Clone, Copy, Debug, Default)]
pub struct Level {
    volts: f64x2,
    squares: f64x2,
}

/// Sums over samples at the host's rate.
#[derive(Clone, Copy, Debug, Default)]
pub struct Levels {
    /// At the output of each slot that is filled.
    pub junctions: [Level; N_JUNCTIONS],
    /// Sum of both amplifiers behind a splitter: silent where one is exactly the other upside down.
    pub sum: Level,
    pub samples: u32,
}

impl Level {
    /// One sample.
    #[inline]
    pub fn add(&mut self, v: f64x2) {
        self.volts += v;
        self.squares += v * v;
    }

    fn append(&mut self, later: Level) {
        self.volts += later.volts;
        self.squares += later.squares;
    }
}

impl Levels {
    /// Adds what was summed up later.
    pub fn add(&mut self, later: Levels) {
        for (level, more) in self.junctions.iter_mut().zip(later.junctions) {
            level.append(more);
        }
        self.sum.append(later.sum);
        self.samples += later.samples;
    }

    /// RMS of the louder channel, in V, without DC: a grid's current through a pickup is no signal.
    pub fn v_rms(&self, level: Level) -> f64 {
        let n = f64::from(self.samples.max(1));
        let mean = level.volts / n;
        let [left, right] = (level.squares / n - mean * mean).to_array();
        left.max(right).max(0.0).sqrt()
    }
}
