//! What a host tells of levels, channels and switches, in time with the audio.

use crate::dsp::Delay;
use crate::dsp::End;
use crate::dsp::LATENCY_SAMPLES;
use crate::dsp::Law;
use crate::dsp::SHORTEST_WAY;
use crate::rig::Controls;
use crate::rig::Side;
use crate::rig::gains::Gains;
use crate::rig::listening::Listening;
use crate::rig::mid_side::MidSide;
use crate::rig::ramp::Clock;
use crate::rig::switch::Switch;
use crate::units::Hertz;

/// Everything around the rigs that follows its controls sample by sample.
///
/// What has stood still for as long as its delays are is the same in all of them, so nothing is moved until something is
/// told again.
#[derive(Debug)]
pub struct Desk {
    sample_rate: Hertz,
    listening: Listening,
    /// A is the rig, B is the delayed dry signal.
    bypass: Switch,
    channels: MidSide,
    gains: Gains,
    /// What the input's samples are turned into volts with: a rig's first answer to a sample comes before its latency is
    /// over, and must not tell of a change too early.
    early: Delay<EARLY, Front>,
    /// What the same samples' output is turned back with.
    back: Delay<LATENCY_SAMPLES, Front>,
    /// Trims, and what makes both rigs equally loud.
    late: Delay<LATENCY_SAMPLES, [[f64; 2]; 2]>,
    /// Samples until what is told now has come through all of them.
    unsettled: usize,
    now: Setting,
}

/// What one sample is played with.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    pub front: Front,
    pub back: Front,
    pub trims: [f64; 2],
    /// Of what is heard of either rig, behind its trim.
    pub weights: [f64; 2],
    /// Whether it runs.
    pub plays: [bool; 2],
    /// Of the rigs and of the dry signal; and whether only that is heard.
    pub bypass: (f64, f64),
    pub is_bypassed: bool,
    /// Whether both outputs are measured.
    pub measures: bool,
}

/// From full scale to volts and to the lanes of the circuits.
#[derive(Clone, Copy, Debug)]
pub struct Front {
    pub volts_per_unit: f64,
    /// −1 where the source's leads are swapped.
    pub signs: [f64; 2],
    pub channels: MidSide,
}

/// Samples by which the front waits.
const EARLY: usize = LATENCY_SAMPLES - SHORTEST_WAY;

impl Desk {
    pub fn new(controls: &Controls, sample_rate: Hertz) -> Self {
        let channels = MidSide::new(controls.channels, sample_rate);
        let gains = Gains::new(controls, sample_rate);
        let front = Front::new(&gains, channels);
        let late = gains.behind();
        Self {
            sample_rate,
            listening: Listening::new(sample_rate),
            bypass: Switch::new(Law::EqualGain, sample_rate),
            channels,
            early: Delay::holding(EARLY, front),
            back: Delay::holding(LATENCY_SAMPLES, front),
            late: Delay::holding(LATENCY_SAMPLES, late),
            gains,
            unsettled: 1,
            now: Setting {
                front,
                back: front,
                trims: late[0],
                weights: late[1],
                plays: [false; 2],
                bypass: (1.0, 0.0),
                is_bypassed: false,
                measures: false,
            },
        }
    }

    /// Takes over controls without a fade.
    pub fn jump(&mut self, controls: &Controls) {
        self.listening.jump(controls);
        self.bypass.jump(end_of(controls.bypass));
        self.channels = MidSide::new(controls.channels, self.sample_rate);
        self.gains = Gains::new(controls, self.sample_rate);
        let front = Front::new(&self.gains, self.channels);
        self.early.settle(front);
        self.back.settle(front);
        self.late.settle(self.gains.behind());
        self.unsettled = 1;
    }

    /// What the host says from the next sample on.
    pub fn tell(&mut self, controls: &Controls, clock: Clock) {
        self.gains.tell(controls, clock);
        self.channels.aim(controls.channels);
        self.bypass.want(end_of(controls.bypass));
        self.listening.want(controls);
        self.unsettled = self.unsettled.max(1);
    }

    /// Whether what a sample is played with is what every later one is played with until more is told.
    #[inline]
    pub fn is_still(&self) -> bool {
        self.unsettled == 0
    }

    /// Whether this rig does nothing: it is neither heard nor about to be, nor measured.
    #[inline]
    pub fn rests(&self, side: Side) -> bool {
        self.is_bypassed() || self.listening.rests(side)
    }

    /// Whether only the dry signal is heard, and goes on to be.
    #[inline]
    pub fn is_bypassed(&self) -> bool {
        self.bypass.sleeps(End::A)
    }

    /// Whether this rig would be neither heard nor measured without bypass.
    pub fn is_off(&self, side: Side) -> bool {
        self.listening.rests(side)
    }

    #[inline]
    pub fn measures(&self) -> bool {
        self.listening.measures()
    }

    /// One sample further.
    #[inline]
    pub fn tick(&mut self) -> &Setting {
        if self.unsettled > 0 {
            self.advance();
        }
        &self.now
    }

    #[cold]
    #[inline(never)]
    fn advance(&mut self) {
        let still = self.gains.is_still()
            && self.channels.is_still()
            && self.bypass.is_still()
            && self.listening.is_still();
        self.unsettled = if still {
            self.unsettled - 1
        } else {
            EARLY + LATENCY_SAMPLES
        };
        self.gains.tick();
        self.channels.tick();
        let front = self.early.tick(Front::new(&self.gains, self.channels));
        let back = self.back.tick(front);
        let [trims, matches] = self.late.tick(self.gains.behind());
        let bypass = self.bypass.tick();
        let [a, b] = self.listening.tick();
        self.now = Setting {
            front,
            back,
            trims,
            weights: [a * matches[0], b * matches[1]],
            plays: Side::BOTH.map(|side| !self.rests(side)),
            bypass,
            is_bypassed: self.is_bypassed(),
            measures: self.measures(),
        };
    }
}

fn end_of(bypass: bool) -> End {
    if bypass { End::B } else { End::A }
}

impl Front {
    fn new(gains: &Gains, channels: MidSide) -> Self {
        Self {
            volts_per_unit: gains.volts_per_unit(),
            signs: gains.signs(),
            channels,
        }
    }
}
