//! Left and right as middle and side, and back, without a click between the two.

use crate::rig::Channels;
use crate::rig::pair::FADE;
use crate::units::Hertz;
use wide::f64x2;

/// With t from 0, left and right, to 1, the lanes are
///
/// ```text
/// lane 0 = (L − t·R)/(1 + t)      S = (L − R)/2 at t = 1
/// lane 1 = (t·L + R)/(1 + t)      M = (L + R)/2 at t = 1
/// L = k·(lane 0 + t·lane 1),  R = k·(lane 1 − t·lane 0),  k = (1 + t)/(1 + t²)
/// ```
///
/// a rotation with a gain, so it can be undone at every t: a change glides. A centred signal is as loud in the middle as
/// it was in both channels, at every t: full scale stays as many volts.
#[derive(Clone, Copy, Debug)]
pub struct MidSide {
    t: f64,
    wanted: f64,
    step: f64,
}

impl MidSide {
    pub fn new(channels: Channels, sample_rate: Hertz) -> Self {
        let mut matrix = Self {
            t: 0.0,
            wanted: 0.0,
            step: 1.0 / (FADE * sample_rate).ceil(),
        };
        matrix.aim(channels);
        matrix.t = matrix.wanted;
        matrix
    }

    /// Sets off towards these channels.
    pub fn aim(&mut self, channels: Channels) {
        self.wanted = f64::from(channels == Channels::MidSide);
    }

    /// Whether it has arrived.
    pub fn is_still(&self) -> bool {
        self.t == self.wanted
    }

    /// One sample further.
    #[inline]
    pub fn tick(&mut self) {
        let missing = self.wanted - self.t;
        if missing != 0.0 {
            self.t = if missing.abs() <= self.step {
                self.wanted
            } else {
                self.t + self.step.copysign(missing)
            };
        }
    }

    /// Left and right as the lanes of a circuit.
    #[inline]
    pub fn encode(&self, stereo: f64x2) -> f64x2 {
        if self.t == 0.0 {
            return stereo;
        }
        let [left, right] = stereo.to_array();
        f64x2::new([left - self.t * right, self.t * left + right]) / (1.0 + self.t)
    }

    /// The lanes of a circuit as left and right.
    #[inline]
    pub fn decode(&self, lanes: f64x2) -> f64x2 {
        if self.t == 0.0 {
            return lanes;
        }
        let [side, mid] = lanes.to_array();
        let k = (1.0 + self.t) / (1.0 + self.t * self.t);
        f64x2::new([side + self.t * mid, mid - self.t * side]) * k
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Relative; measured 2.2e-16.
    const TOL: f64 = 6e-16;

    #[test]
    fn whatever_is_on_its_way_comes_back() {
        let mut matrix = MidSide::new(Channels::Stereo, 48e3);
        matrix.aim(Channels::MidSide);
        let (stereo, centred) = (f64x2::new([0.7, -0.2]), f64x2::splat(0.3));
        let mut n = 0;
        let mut worst = 0.0f64;
        while matrix.t < 1.0 {
            matrix.tick();
            n += 1;
            for v in [stereo, centred] {
                let back = (matrix.decode(matrix.encode(v)) - v).abs().to_array();
                worst = worst.max(back[0]).max(back[1]);
            }
            let mid = matrix.encode(centred).to_array()[1];
            worst = worst.max((mid - 0.3).abs());
        }
        println!("{n} samples, worst {worst:e}");
        assert!(n == 960 && worst <= TOL);
        assert_eq!(matrix.encode(centred).to_array(), [0.0, 0.3]);
        let lanes = matrix.encode(f64x2::new([1.0, 0.0])).to_array();
        assert_eq!(lanes, [0.5, 0.5]);
        matrix.aim(Channels::DualMono);
        (0..960).for_each(|_| matrix.tick());
        assert_eq!(matrix.encode(stereo), stereo);
    }
}
