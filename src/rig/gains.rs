//! Calibration, trim, match and polarity: gains that follow their controls without a step, sample by sample.

use crate::rig::Controls;
use crate::rig::ramp::Clock;
use crate::rig::ramp::Ramp;
use crate::rig::ranges;
use crate::units::Decibels;
use crate::units::Hertz;
use crate::units::Seconds;
use crate::units::db_to_ratio;
use crate::units::v_full_scale;

#[derive(Clone, Debug)]
pub struct Gains {
    volts_per_unit: Ramp,
    trims: [Ramp; 2],
    /// What makes both rigs equally loud, and the level of both.
    matches: [Ramp; 2],
    /// −1 where the source's leads are swapped.
    signs: [Ramp; 2],
    /// Samples of a way as long as the larger of its ends.
    whole_way: f64,
    is_still: bool,
}

/// From silence to any gain, or from there to silence.
const WHOLE_WAY: Seconds = 5e-3;

impl Gains {
    pub fn new(controls: &Controls, sample_rate: Hertz) -> Self {
        let [volts, trims, matches, signs] = wanted(controls);
        Self {
            volts_per_unit: Ramp::at(volts[0]),
            trims: trims.map(Ramp::at),
            matches: matches.map(Ramp::at),
            signs: signs.map(Ramp::at),
            whole_way: WHOLE_WAY * sample_rate,
            is_still: true,
        }
    }

    /// What the host says from here on.
    pub fn tell(&mut self, controls: &Controls, clock: Clock) {
        let [volts, trims, matches, signs] = wanted(controls);
        let volts = std::iter::once((&mut self.volts_per_unit, volts[0]));
        let gains = volts
            .chain(self.trims.iter_mut().zip(trims))
            .chain(self.matches.iter_mut().zip(matches))
            .chain(self.signs.iter_mut().zip(signs));
        for (ramp, wanted) in gains {
            if ramp.wanted() != wanted {
                let now = ramp.now();
                // A pedal may be at 0 on both ends.
                let most = wanted.abs().max(now.abs()).max(f64::MIN_POSITIVE);
                let way = (wanted - now).abs() / most;
                ramp.tell(wanted, clock, way * self.whole_way);
                self.is_still = false;
            }
        }
    }

    /// Whether all have arrived.
    pub fn is_still(&self) -> bool {
        self.is_still
    }

    /// One sample further.
    #[inline]
    pub fn tick(&mut self) {
        if self.is_still {
            return;
        }
        let Self {
            volts_per_unit,
            trims,
            matches,
            signs,
            ..
        } = self;
        let all = std::iter::once(volts_per_unit)
            .chain(trims)
            .chain(matches)
            .chain(signs);
        self.is_still = all.fold(true, |still, ramp| {
            ramp.tick();
            still & ramp.is_still()
        });
    }

    /// Volts of the host's full scale.
    #[inline]
    pub fn volts_per_unit(&self) -> f64 {
        self.volts_per_unit.now()
    }

    /// Of the output: trims and matches.
    #[inline]
    pub fn behind(&self) -> [[f64; 2]; 2] {
        [&self.trims, &self.matches].map(|gains| gains.each_ref().map(Ramp::now))
    }

    #[inline]
    pub fn signs(&self) -> [f64; 2] {
        self.signs.each_ref().map(Ramp::now)
    }
}

/// Volts per unit, trims, matches, signs.
fn wanted(controls: &Controls) -> [[f64; 2]; 4] {
    let finite = |db: Decibels| if db.is_finite() { db } else { 0.0 };
    let sign = |inverted: bool| if inverted { -1.0 } else { 1.0 };
    [
        [v_full_scale(finite(controls.calibration_dbu)); 2],
        controls.rigs.map(|rig| db_to_ratio(finite(rig.trim_db))),
        controls.comparison.match_db.map(|db| {
            let (least, most) = ranges::MATCH.into_inner();
            db_to_ratio(finite(db).clamp(least, most)) * controls.level
        }),
        controls.rigs.map(|rig| sign(rig.inverted)),
    ]
}
