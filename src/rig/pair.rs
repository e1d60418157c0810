//! The two rigs of an instance, from host samples to host samples.

use crate::dsp::Delay;
use crate::dsp::End;
use crate::dsp::FlushToZero;
use crate::dsp::LATENCY_SAMPLES;
use crate::dsp::Law;
use crate::dsp::SHORTEST_WAY;
use crate::dsp::flush_subnormal;
use crate::rig::Chain;
use crate::rig::ChainOrder;
use crate::rig::Choices;
use crate::rig::Controls;
use crate::rig::Knobs;
use crate::rig::Levels;
use crate::rig::Library;
use crate::rig::Order;
use crate::rig::Part;
use crate::rig::RigControls;
use crate::rig::RigError;
use crate::rig::Side;
use crate::rig::Speaker;
use crate::rig::SpeakerControls;
use crate::rig::SpeakerOrder;
use crate::rig::automation::Automation;
use crate::rig::chain::CONTROL_TICK;
use crate::rig::gains::Gains;
use crate::rig::swap::Swap;
use crate::rig::switch::Switch;
use crate::units::Hertz;
use crate::units::Seconds;
use crate::units::Volts;
use wide::f64x2;

/// Rigs A and B, the switch between them, calibration, trim and bypass.
///
/// Only what is heard runs; the other rig rests at its operating point. What is told is heard with the sample that it is
/// told with, never before it: knobs by way of [`Automation`], gains and switches sample by sample. Control ticks are
/// counted from reset, so the host's block size can't change one bit of the output.
#[derive(Debug)]
pub struct Pair {
    sample_rate: Hertz,
    places: [Place; 2],
    /// A is rig A, B is rig B.
    side: Switch,
    /// A is the rig, B is the delayed dry signal.
    bypass: Switch,
    dry: Delay<LATENCY_SAMPLES>,
    automation: Automation,
    gains: Gains,
    /// Gains at the input on their way: the first answer to a sample comes before its latency is over.
    early: Delay<{ LATENCY_SAMPLES - SHORTEST_WAY }, Early>,
    told: Switches,
    late: Delay<LATENCY_SAMPLES, Late>,
    /// Samples until the next control tick.
    until_tick: u32,
    /// Nothing has been played yet: the first controls are taken over without a fade.
    is_fresh: bool,
}

/// One rig: its circuit and its cabinet.
#[derive(Debug)]
struct Place {
    chain: Swap<Chain>,
    speaker: Swap<Speaker>,
    asked: Choices,
    asked_speaker: SpeakerControls,
}

/// Positions of the switches.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Switches {
    side: End,
    bypass: End,
}

/// Gains at the input.
#[derive(Clone, Copy, Debug)]
struct Early {
    volts_per_unit: f64,
    /// −1 where the source's leads are swapped.
    signs: [f64; 2],
}

/// What a sample's output has to do with the controls that it was told with.
#[derive(Clone, Copy, Debug)]
struct Late {
    volts_per_unit: f64,
    trims: [f64; 2],
    switches: Switches,
}

/// Length of a switch from A to B, of bypass and of a change of model.
pub(super) const FADE: Seconds = 20e-3;
/// No source drives a rig harder than this.
const V_MAX: Volts = 10e3;

impl Pair {
    /// Builds both rigs. Allocates; never on the audio thread.
    pub fn new(
        sample_rate: Hertz,
        controls: &Controls,
        library: &Library,
    ) -> Result<Self, RigError> {
        let place = |side: Side| Place::build(&controls.rigs[side.index()], sample_rate, library);
        let samples = |time: Seconds| (time * sample_rate).ceil() as u32;
        let gains = Gains::new(controls, sample_rate);
        let told = Switches::of(controls);
        let late = Late::new(&gains, told);
        Ok(Self {
            sample_rate,
            places: [place(Side::A)?, place(Side::B)?],
            side: Switch::new(Law::EqualPower, samples(FADE)),
            bypass: Switch::new(Law::EqualGain, samples(FADE)),
            dry: Delay::new(LATENCY_SAMPLES),
            automation: Automation::new(sample_rate),
            early: Delay::holding(LATENCY_SAMPLES - SHORTEST_WAY, Early::new(&gains)),
            gains,
            told,
            late: Delay::holding(LATENCY_SAMPLES, late),
            until_tick: 0,
            is_fresh: true,
        })
    }

    /// Back to the operating points, as freshly built. Never allocates.
    pub fn reset(&mut self) {
        for place in &mut self.places {
            // What was about to be heard is what a new instance would begin with.
            place.swap();
            place.reset();
        }
        self.dry.settle(f64x2::ZERO);
        self.until_tick = 0;
        self.is_fresh = true;
    }

    /// What has to be built before `side` plays what `controls` choose; told once for each change.
    pub fn order(&mut self, side: Side, controls: &Controls) -> Option<Order> {
        let rig = &controls.rigs[side.index()];
        let sample_rate = self.sample_rate;
        let place = &mut self.places[side.index()];
        if place.asked != rig.choices {
            place.asked = rig.choices;
            return Some(Order::Chain(ChainOrder::of(rig, sample_rate)));
        }
        if place.asked_speaker != rig.cabinet {
            place.asked_speaker = rig.cabinet;
            return Some(Order::Speaker(SpeakerOrder::of(rig, sample_rate)));
        }
        None
    }

    /// Whether [`install`](Self::install) may be called: no other part of its kind is being faded in.
    pub fn can_install(&self, side: Side, part: &Part) -> bool {
        let place = &self.places[side.index()];
        match part {
            Part::Chain(_) => place.chain.is_free(),
            Part::Speaker(_) => place.speaker.is_free(),
        }
    }

    /// Whether no circuit is coming, nor waiting to be dropped.
    #[cfg(test)]
    pub fn is_settled(&self, side: Side) -> bool {
        self.places[side.index()].chain.is_free()
    }

    /// Crossfades a newly built part in. Ask [`can_install`](Self::can_install) first; a part that can't be taken, or
    /// that answers an order since overtaken, comes back to be dropped off the audio thread.
    pub fn install(&mut self, side: Side, part: Part) -> Option<Part> {
        if !self.can_install(side, &part) {
            return Some(part);
        }
        let place = &mut self.places[side.index()];
        match part {
            Part::Chain(chain) if chain.choices() == place.asked => {
                place.chain.coming = Some(chain);
                None
            }
            Part::Speaker(speaker) if speaker.controls() == place.asked_speaker => {
                place.speaker.coming = Some(speaker);
                None
            }
            overtaken => Some(overtaken),
        }
    }

    /// A part that has been faded out, to be dropped off the audio thread.
    pub fn retired(&mut self) -> Option<Part> {
        self.places.iter_mut().find_map(|place| {
            let chain = place.chain.retired.take().map(Part::Chain);
            chain.or_else(|| place.speaker.retired.take().map(Part::Speaker))
        })
    }

    /// Solver steps of both rigs that missed their tolerance.
    pub fn misses(&self) -> u64 {
        self.places
            .iter()
            .map(|place| place.chain.playing.misses())
            .sum()
    }

    /// What was summed up between the stages of a rig since it was last taken; of a rig that rests, nothing.
    pub fn take_levels(&mut self, side: Side) -> Levels {
        self.places[side.index()].chain.playing.take_levels()
    }

    /// Plays a block in place. Slices are of equal length; for a mono host, pass the same samples twice.
    pub fn process(&mut self, left: &mut [f32], right: &mut [f32], controls: &Controls) {
        let _flush = FlushToZero::enable();
        if left.is_empty() {
            return;
        }
        if self.is_fresh {
            self.jump(controls);
        }
        self.tell(controls);
        for (left, right) in left.iter_mut().zip(right.iter_mut()) {
            if self.until_tick == 0 {
                self.until_tick = CONTROL_TICK;
                self.control_tick();
            }
            self.until_tick -= 1;
            let [l, r] = self.tick(finite(*left), finite(*right));
            (*left, *right) = (sample(l), sample(r));
            self.automation.tick();
        }
    }

    /// What the host says from the next sample on.
    fn tell(&mut self, controls: &Controls) {
        self.automation.tell(controls);
        self.gains.tell(controls, self.automation.clock());
        let switches = Switches::of(controls);
        if switches.bypass != self.told.bypass
            && self.bypass.foresee(switches.bypass)
            && switches.bypass == End::A
        {
            self.places.iter_mut().for_each(Place::reset);
        }
        if switches.side != self.told.side && self.side.foresee(switches.side) {
            self.places[controls.side.index()].reset();
        }
        self.told = switches;
    }

    fn control_tick(&mut self) {
        for side in Side::BOTH {
            let unheard = self.side.sleeps(end_of(side)) || self.bypass.sleeps(End::A);
            let place = &mut self.places[side.index()];
            if unheard {
                place.swap();
            }
            place.control_tick(self.automation.knobs(side.index()));
        }
    }

    /// One sample of both channels.
    #[inline]
    fn tick(&mut self, left: f64, right: f64) -> [f64; 2] {
        self.gains.tick();
        let early = self.early.tick(Early::new(&self.gains));
        let late = self.late.tick(Late::new(&self.gains, self.told));
        let dry_in = f64x2::new([left, right]);
        let dry = self.dry.tick(dry_in);
        let (wet_gain, dry_gain) = self.bypass.tick(late.switches.bypass);
        let gains = <[f64; 2]>::from(self.side.tick(late.switches.side));
        if self.bypass.sleeps(End::A) {
            return dry.to_array();
        }
        let v_in = (dry_in * early.volts_per_unit)
            .fast_max(f64x2::splat(-V_MAX))
            .fast_min(f64x2::splat(V_MAX));
        let mut wet = f64x2::ZERO;
        for side in Side::BOTH {
            if !self.side.sleeps(end_of(side)) {
                let side = side.index();
                let v_out = self.places[side].tick(v_in * early.signs[side]);
                wet += v_out * (gains[side] * late.trims[side] / late.volts_per_unit);
            }
        }
        if dry_gain == 0.0 {
            wet.to_array()
        } else {
            (wet * wet_gain + dry * dry_gain).to_array()
        }
    }

    /// Takes over controls without a fade.
    fn jump(&mut self, controls: &Controls) {
        self.told = Switches::of(controls);
        self.side.jump(self.told.side);
        self.bypass.jump(self.told.bypass);
        self.automation.jump(controls);
        self.gains = Gains::new(controls, self.sample_rate);
        self.early.settle(Early::new(&self.gains));
        self.late.settle(Late::new(&self.gains, self.told));
        for (place, rig) in self.places.iter_mut().zip(&controls.rigs) {
            place.chain.playing.jump_knobs(&rig.knobs);
        }
        self.is_fresh = false;
    }
}

impl Switches {
    fn of(controls: &Controls) -> Self {
        Self {
            side: end_of(controls.side),
            bypass: if controls.bypass { End::B } else { End::A },
        }
    }
}

impl Early {
    #[inline]
    fn new(gains: &Gains) -> Self {
        Self {
            volts_per_unit: gains.volts_per_unit(),
            signs: gains.signs(),
        }
    }
}

impl Late {
    #[inline]
    fn new(gains: &Gains, switches: Switches) -> Self {
        Self {
            volts_per_unit: gains.volts_per_unit(),
            trims: gains.trims(),
            switches,
        }
    }
}

fn end_of(side: Side) -> End {
    match side {
        Side::A => End::A,
        Side::B => End::B,
    }
}

/// A host sample as the rig takes it: what is no number is silence.
fn finite(x: f32) -> f64 {
    if x.is_finite() { f64::from(x) } else { 0.0 }
}

/// A rig's sample as the host gets it: finite, and never subnormal.
fn sample(x: f64) -> f32 {
    let x = x as f32;
    if x.is_finite() {
        flush_subnormal(x)
    } else {
        0.0
    }
}

impl Place {
    fn build(rig: &RigControls, sample_rate: Hertz, library: &Library) -> Result<Self, RigError> {
        let chain = Chain::build(&ChainOrder::of(rig, sample_rate), library)?;
        let speaker = Speaker::build(&SpeakerOrder::of(rig, sample_rate), library)?;
        Ok(Self {
            asked: rig.choices,
            asked_speaker: rig.cabinet,
            chain: Swap::new(chain, sample_rate),
            speaker: Swap::new(speaker, sample_rate),
        })
    }

    fn reset(&mut self) {
        self.chain.all(Chain::reset);
        self.speaker.all(Speaker::reset);
    }

    /// Parts that were built meanwhile take their places at once: nobody hears this rig.
    fn swap(&mut self) {
        self.chain.swap();
        self.speaker.swap();
    }

    fn control_tick(&mut self, knobs: &Knobs) {
        self.chain.all(|chain| chain.set_knobs(knobs));
    }

    #[inline]
    fn tick(&mut self, v_in: f64x2) -> f64x2 {
        let v_out = self.chain.tick(|chain| chain.tick(v_in));
        self.speaker.tick(|speaker| speaker.tick(v_out))
    }
}
