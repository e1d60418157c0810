//! Volts that play, slowed down so that they can be read.

use crate::meters::N_JUNCTIONS;
use crate::meters::Readings;

/// Time constant of the mean squares; a VU meter's needle takes as long.
const TAU_S: f32 = 0.3;
/// Relative change of a mean square that three digits don't show.
const STILL: f32 = 2e-3;
/// Less is shown as silence, in V².
const SILENT: f32 = 1e-14;

/// Mean squares at the junctions and, last, of the sum of both amplifiers.
#[derive(Default)]
pub struct Steady([f32; N_JUNCTIONS + 1]);

impl Steady {
    /// Puts the slow volts in place of the fast ones; true while they still move.
    pub fn advance(&mut self, readings: &mut Readings, dt_s: f32) -> bool {
        let share = 1.0 - (-dt_s / TAU_S).exp();
        let junctions = readings.junctions.iter_mut().flatten();
        let volts = junctions.map(|junction| &mut junction.v_rms);
        let mut moves = false;
        for (slow, v_rms) in self.0.iter_mut().zip(volts.chain(&mut readings.sum_rms)) {
            let goal = *v_rms * *v_rms;
            if (goal - *slow).abs() > STILL * goal.max(*slow) + SILENT {
                *slow += share * (goal - *slow);
                moves = true;
            } else {
                *slow = goal;
            }
            *v_rms = slow.sqrt();
        }
        moves
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::meters::Junction;

    #[test]
    fn volts_come_to_rest_where_they_play() {
        let mut steady = Steady::default();
        let mut moves = true;
        let mut shown = 0.0;
        for _ in 0..100 {
            let mut readings = Readings::default();
            readings.junctions[1] = Some(Junction {
                v_rms: 2.0,
                loading: Default::default(),
            });
            moves = steady.advance(&mut readings, 0.033);
            shown = readings.junctions[1].unwrap().v_rms;
        }
        assert!(!moves);
        assert_eq!(shown, 2.0);
    }
}
