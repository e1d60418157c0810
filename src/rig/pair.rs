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
use crate::rig::leaving::Leaving;
use crate::rig::listening::Listening;
use crate::rig::mid_side::MidSide;
use crate::rig::sleep::Sleep;
use crate::rig::swap::Swap;
use crate::rig::switch::Switch;
use crate::units::Hertz;
use crate::units::Seconds;
use crate::units::Volts;
use rtrb::Producer;
use wide::f64x2;

/// Rigs A and B, the switch between them, calibration, trim and bypass.
///
/// Only what is heard runs; the other rig rests at its operating point. What is told is heard with the sample that it is
/// told with and never before it: knobs by way of [`Automation`], gains and switches sample by sample. Control ticks are
/// counted from reset, so the host's block size can't change one bit of the output.
#[derive(Debug)]
pub struct Pair {
    sample_rate: Hertz,
    places: [Place; 2],
    listening: Listening,
    /// A is the rig, B is the delayed dry signal.
    bypass: Switch,
    dry: Delay<LATENCY_SAMPLES>,
    /// Around the circuits: a cabinet hears left and right.
    channels: MidSide,
    automation: Automation,
    gains: Gains,
    /// What the input's samples are turned into volts with: a rig's first answer to a sample comes before its latency is
    /// over, and must not tell of a change too early.
    early: Delay<{ LATENCY_SAMPLES - SHORTEST_WAY }, Front>,
    /// What the same samples' output is turned back with.
    back: Delay<LATENCY_SAMPLES, Front>,
    /// Trims, and what makes both rigs equally loud.
    late: Delay<LATENCY_SAMPLES, [[f64; 2]; 2]>,
    /// Samples until the next control tick.
    until_tick: u32,
    /// Nothing has been played yet: the first controls are taken over without a fade.
    is_fresh: bool,
    tap: Option<Tap>,
}

/// The way of both rigs' outputs, left and right each, 1.0 = full scale, to whoever measures them.
pub type Tap = Producer<[[f32; 2]; 2]>;

/// One rig: its circuit and its cabinet.
#[derive(Debug)]
struct Place {
    chain: Swap<Chain>,
    speaker: Swap<Speaker>,
    asked: Choices,
    asked_speaker: SpeakerControls,
    leaving: Leaving,
    sleep: Sleep,
}

/// From full scale to volts and to the lanes of the circuits.
#[derive(Clone, Copy, Debug)]
struct Front {
    volts_per_unit: f64,
    /// −1 where the source's leads are swapped.
    signs: [f64; 2],
    channels: MidSide,
}

/// Length of a switch from A to B, of bypass and of a change of model.
pub(super) const FADE: Seconds = 20e-3;
/// Of any circuit in the library, from full scale to −120 dB of it: measured 9.8 s at most, a phono preamp whose lowest
/// corner is subsonic. A rig that is done sooner falls asleep, so a host that waits too long pays little.
const TAIL: Seconds = 10.0;
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
        let channels = MidSide::new(controls.channels, sample_rate);
        let gains = Gains::new(controls, sample_rate);
        let front = Front::new(&gains, channels);
        Ok(Self {
            sample_rate,
            places: [place(Side::A)?, place(Side::B)?],
            listening: Listening::new(sample_rate),
            bypass: Switch::new(Law::EqualGain, sample_rate),
            dry: Delay::new(LATENCY_SAMPLES),
            channels,
            automation: Automation::new(sample_rate),
            early: Delay::holding(LATENCY_SAMPLES - SHORTEST_WAY, front),
            back: Delay::holding(LATENCY_SAMPLES, front),
            late: Delay::holding(LATENCY_SAMPLES, gains.behind()),
            gains,
            until_tick: 0,
            is_fresh: true,
            tap: None,
        })
    }

    /// Who is told both rigs' outputs, behind their trims and before their match gains, while
    /// [`Other::Measured`](crate::rig::Other) is asked for; comes back from one pair to be given to the next. What
    /// finds no room is not told. Not on the audio thread.
    pub fn tap(&mut self, tap: Option<Tap>) -> Option<Tap> {
        std::mem::replace(&mut self.tap, tap)
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
            place.leaving.begin();
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

    /// Samples for which the rigs that are heard go on after their input; `None` where they make noise of their own.
    pub fn tail_samples(&self) -> Option<usize> {
        let heard = Side::BOTH
            .into_iter()
            .filter(|side| !self.listening.rests(*side));
        let mut tails = heard.map(|side| self.places[side.index()].tail_samples(self.sample_rate));
        tails.try_fold(0, |longest, tail| Some(longest.max(tail?)))
    }

    /// Plays a block in place. Slices are of equal length; for a mono host, pass the same samples twice.
    pub fn process(&mut self, left: &mut [f32], right: &mut [f32], controls: &Controls) {
        if left.is_empty() {
            return;
        }
        let _flush = FlushToZero::enable();
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
        self.channels.aim(controls.channels);
        let was_asleep = self.bypass.sleeps(End::A);
        let rested = Side::BOTH.map(|side| self.listening.rests(side));
        self.bypass
            .want(if controls.bypass { End::B } else { End::A });
        self.listening.want(controls);
        let wakes = was_asleep && !self.bypass.sleeps(End::A);
        for side in Side::BOTH {
            if wakes || rested[side.index()] && !self.listening.rests(side) {
                self.places[side.index()].reset();
            }
        }
    }

    fn control_tick(&mut self) {
        for side in Side::BOTH {
            let unheard = self.listening.rests(side) || self.bypass.sleeps(End::A);
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
        self.channels.tick();
        let front = self.early.tick(Front::new(&self.gains, self.channels));
        let back = self.back.tick(front);
        let [trims, matches] = self.late.tick(self.gains.behind());
        let dry_in = f64x2::new([left, right]);
        let dry = self.dry.tick(dry_in);
        let (wet_gain, dry_gain) = self.bypass.tick();
        let weights = self.listening.tick();
        if self.bypass.sleeps(End::A) {
            return dry.to_array();
        }
        let v_in = (dry_in * front.volts_per_unit)
            .fast_max(f64x2::splat(-V_MAX))
            .fast_min(f64x2::splat(V_MAX));
        let v_in = front.channels.encode(v_in);
        let mut wet = f64x2::ZERO;
        let mut told = [[0.0; 2]; 2];
        for side in Side::BOTH {
            if !self.listening.rests(side) {
                let at = side.index();
                let v_in = v_in * front.signs[at];
                let v_out = self.places[at].tick(v_in, &back.channels, trims[at]);
                let trimmed = v_out / back.volts_per_unit;
                wet += trimmed * (weights[at] * matches[at]);
                if self.listening.measures() {
                    told[at] = trimmed.to_array().map(sample);
                }
            }
        }
        if self.listening.measures()
            && let Some(tap) = &mut self.tap
        {
            // Whoever measures and is late misses both rigs alike.
            let _ = tap.push(told);
        }
        if dry_gain == 0.0 {
            wet.to_array()
        } else {
            (wet * wet_gain + dry * dry_gain).to_array()
        }
    }

    /// Takes over controls without a fade.
    fn jump(&mut self, controls: &Controls) {
        self.listening.jump(controls);
        self.bypass
            .jump(if controls.bypass { End::B } else { End::A });
        self.channels = MidSide::new(controls.channels, self.sample_rate);
        self.automation.jump(controls);
        self.gains = Gains::new(controls, self.sample_rate);
        let front = Front::new(&self.gains, self.channels);
        self.early.settle(front);
        self.back.settle(front);
        self.late.settle(self.gains.behind());
        for (place, rig) in self.places.iter_mut().zip(&controls.rigs) {
            place.chain.playing.jump_knobs(&rig.knobs);
        }
        self.is_fresh = false;
    }
}

impl Front {
    #[inline]
    fn new(gains: &Gains, channels: MidSide) -> Self {
        Self {
            volts_per_unit: gains.volts_per_unit(),
            signs: gains.signs(),
            channels,
        }
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
            leaving: Leaving::new(sample_rate),
            sleep: Sleep::new(),
        })
    }

    fn reset(&mut self) {
        self.leaving.end();
        self.chain.all(Chain::reset);
        self.speaker.all(Speaker::reset);
        self.sleep.wake();
    }

    /// Parts that were built meanwhile take their places at once: nobody hears this rig.
    fn swap(&mut self) {
        self.chain.swap();
        self.speaker.swap();
        self.arrive();
    }

    /// Where what was asked for plays, it does so at its own knobs and trim.
    fn arrive(&mut self) {
        if self.leaving.is_leaving() && self.chain.playing.choices() == self.asked {
            self.leaving.end();
        }
    }

    fn control_tick(&mut self, knobs: &Knobs) {
        let Self {
            chain,
            speaker,
            leaving,
            sleep,
            ..
        } = self;
        leaving.control_tick();
        if chain.coming.is_some() || speaker.coming.is_some() {
            sleep.wake();
        }
        if sleep.sleeps_on(knobs) {
            return;
        }
        if leaving.is_leaving() {
            let coming = chain.coming.iter_mut();
            coming.for_each(|chain| chain.set_knobs(knobs));
        } else {
            chain.all(|chain| chain.set_knobs(knobs));
        }
        let tail = speaker.playing.tail_samples();
        sleep.look(knobs, tail, || chain.playing.has_settled());
    }

    /// Samples for which this rig goes on by itself; `None` for one that makes noise of its own.
    fn tail_samples(&self, sample_rate: Hertz) -> Option<usize> {
        let circuit = (TAIL * sample_rate) as usize;
        let tail = LATENCY_SAMPLES + circuit + self.speaker.playing.tail_samples();
        (!self.chain.playing.is_restless()).then_some(tail)
    }

    /// One sample. The trim comes before the cabinet, so that what still rings there of an earlier circuit keeps its
    /// own.
    #[inline]
    fn tick(&mut self, v_in: f64x2, channels: &MidSide, trim: f64) -> f64x2 {
        if let Some(v_out) = self.sleep.through(v_in, trim) {
            return v_out;
        }
        let scale = self.leaving.tick(trim);
        let v_out = self.chain.tick(scale, |chain| chain.tick(v_in));
        if self.leaving.is_leaving() && self.chain.coming.is_none() {
            self.arrive();
        }
        let v_out = channels.decode(v_out * trim);
        let v_out = self.speaker.tick(1.0, |speaker| speaker.tick(v_out));
        self.sleep.played(v_in, v_out);
        v_out
    }
}
