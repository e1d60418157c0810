//! The two rigs of an instance, from host samples to host samples.

use crate::dsp::Delay;
use crate::dsp::FlushToZero;
use crate::dsp::LATENCY_SAMPLES;
use crate::dsp::flush_subnormal;
use crate::rig::Chain;
use crate::rig::ChainOrder;
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
use crate::rig::desk::Desk;
use crate::rig::desk::Front;
use crate::rig::leaving::Leaving;
use crate::rig::sleep::Sleep;
use crate::rig::swap::Swap;
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
    desk: Desk,
    dry: Delay<LATENCY_SAMPLES>,
    /// Samples of silence so far, as far as the dry signal remembers.
    silent: usize,
    automation: Automation,
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
    asked: ChainOrder,
    asked_speaker: SpeakerControls,
    leaving: Leaving,
    sleep: Sleep,
    /// Whether it was reset and has not been asked since what it would take to be as new.
    is_reset: bool,
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
        Ok(Self {
            sample_rate,
            places: [place(Side::A)?, place(Side::B)?],
            desk: Desk::new(controls, sample_rate),
            dry: Delay::new(LATENCY_SAMPLES),
            silent: LATENCY_SAMPLES,
            automation: Automation::new(sample_rate),
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

    /// Back to the operating points that the circuits were built at. Where knobs have been turned since, others may be
    /// right: [`order`](Self::order) then asks for the circuits anew, and once those are installed, all is bit for bit
    /// as freshly built. Never allocates.
    pub fn reset(&mut self) {
        for place in &mut self.places {
            // What was about to be heard is what a new instance would begin with.
            place.swap();
            place.reset();
            place.is_reset = true;
        }
        self.dry.settle(f64x2::ZERO);
        self.silent = LATENCY_SAMPLES;
        self.until_tick = 0;
        self.is_fresh = true;
    }

    /// What has to be built before `side` plays what `controls` choose; told once for each change.
    ///
    /// A rig that rests, and whose knobs have come to stand elsewhere, is ordered anew, so that it wakes as if it had
    /// rested there: a bias that was turned meanwhile would else be heard to settle.
    pub fn order(&mut self, side: Side, controls: &Controls) -> Option<Order> {
        let rig = &controls.rigs[side.index()];
        let wanted = ChainOrder::of(rig, self.sample_rate);
        let rests = self.desk.rests(side) && self.automation.rests_at(side.index(), &rig.knobs);
        let place = &mut self.places[side.index()];
        let may_rest_elsewhere = std::mem::take(&mut place.is_reset) || rests;
        let is_other = place.asked.choices != wanted.choices;
        if is_other {
            place.leaving.begin();
        }
        if is_other || (may_rest_elsewhere && place.asked.knobs != wanted.knobs) {
            place.asked = wanted;
            return Some(Order::Chain(wanted));
        }
        if place.asked_speaker != rig.cabinet {
            place.asked_speaker = rig.cabinet;
            return Some(Order::Speaker(SpeakerOrder::of(rig, self.sample_rate)));
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

    /// Whether the rigs are those that would be built for these controls.
    pub fn is_as_built(&self, controls: &Controls) -> bool {
        let mut rigs = self.places.iter().zip(&controls.rigs);
        rigs.all(|(place, rig)| {
            *place.chain.playing.order() == ChainOrder::of(rig, self.sample_rate)
                && place.speaker.playing.controls() == rig.cabinet
        })
    }

    /// Crossfades a newly built part in, or, before anything is played, puts it in its place at once. Ask
    /// [`can_install`](Self::can_install) first; a part that can't be taken, or that answers an order since overtaken,
    /// comes back to be dropped off the audio thread.
    pub fn install(&mut self, side: Side, part: Part) -> Option<Part> {
        if !self.can_install(side, &part) {
            return Some(part);
        }
        let place = &mut self.places[side.index()];
        match part {
            Part::Chain(chain) if chain.choices() == place.asked.choices => {
                place.chain.coming = Some(chain);
            }
            Part::Speaker(speaker) if speaker.controls() == place.asked_speaker => {
                place.speaker.coming = Some(speaker);
            }
            overtaken => return Some(overtaken),
        }
        if self.is_fresh {
            place.swap();
        }
        None
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
            .filter(|side| !self.desk.is_off(*side));
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
        let (mut left, mut right) = (left, right);
        while !left.is_empty() {
            if self.until_tick == 0 {
                self.until_tick = CONTROL_TICK;
                self.control_tick();
            }
            let n = match self.rest(left, right) {
                0 => self.play(left, right),
                rested => rested,
            };
            (left, right) = (&mut left[n..], &mut right[n..]);
            let ticked = n % CONTROL_TICK as usize;
            self.until_tick = (self.until_tick + CONTROL_TICK - ticked as u32) % CONTROL_TICK;
            self.automation.pass(n as u32);
        }
    }

    /// What the host says from the next sample on.
    fn tell(&mut self, controls: &Controls) {
        self.automation.tell(controls);
        let rested = Side::BOTH.map(|side| self.desk.rests(side));
        self.desk.tell(controls, self.automation.clock());
        for side in Side::BOTH {
            let at = side.index();
            if rested[at] && !self.desk.rests(side) {
                self.places[at].begin(self.automation.knobs(at));
            }
        }
    }

    fn control_tick(&mut self) {
        let are_still = self.automation.is_still();
        for side in Side::BOTH {
            let knobs = self.automation.knobs(side.index());
            let place = &mut self.places[side.index()];
            if self.desk.rests(side) {
                place.rest();
            } else {
                place.control_tick(knobs, are_still);
            }
        }
    }

    /// Plays up to the next control tick. How many samples.
    fn play(&mut self, left: &mut [f32], right: &mut [f32]) -> usize {
        let n = left.len().min(self.until_tick as usize);
        for (left, right) in left.iter_mut().zip(right).take(n) {
            let [l, r] = self.tick(finite(*left), finite(*right));
            (*left, *right) = (sample(l), sample(r));
        }
        n
    }

    /// Lets the silence that comes next pass at once, if it would change nothing: every sample of it is like the first.
    /// How many samples.
    fn rest(&mut self, left: &mut [f32], right: &mut [f32]) -> usize {
        if !self.is_at_rest() {
            return 0;
        }
        let mut frames = left.iter().zip(right.iter());
        let n = frames.position(|(left, right)| *left != 0.0 || *right != 0.0);
        let n = n.unwrap_or(left.len());
        if n > 0 {
            let [l, r] = self.tick(0.0, 0.0);
            left[..n].fill(sample(l));
            right[..n].fill(sample(r));
        }
        n
    }

    /// Whether silence moves nothing any more: neither what is told, nor a circuit, nor the dry signal.
    fn is_at_rest(&self) -> bool {
        let rests = |side: Side| {
            let place = &self.places[side.index()];
            place.stays() && (self.desk.rests(side) || place.sleep.is_asleep())
        };
        self.silent >= LATENCY_SAMPLES
            && self.desk.is_still()
            && self.automation.is_still()
            && !self.desk.measures()
            && Side::BOTH.into_iter().all(rests)
    }

    /// One sample of both channels.
    #[inline]
    fn tick(&mut self, left: f64, right: f64) -> [f64; 2] {
        let dry_in = f64x2::new([left, right]);
        self.silent = if dry_in == f64x2::ZERO {
            self.silent + 1
        } else {
            0
        };
        let dry = self.dry.tick(dry_in);
        let setting = self.desk.tick();
        let (wet_gain, dry_gain) = setting.bypass;
        if setting.is_bypassed {
            return dry.to_array();
        }
        let front = &setting.front;
        let v_in = (dry_in * front.volts_per_unit)
            .fast_max(f64x2::splat(-V_MAX))
            .fast_min(f64x2::splat(V_MAX));
        let v_in = front.channels.encode(v_in);
        let mut wet = f64x2::ZERO;
        let mut told = [[0.0; 2]; 2];
        for (at, place) in self.places.iter_mut().enumerate() {
            if setting.plays[at] {
                let v_in = v_in * front.signs[at];
                let v_out = place.tick(v_in, &setting.back, setting.trims[at]);
                let trimmed = v_out / setting.back.volts_per_unit;
                wet += trimmed * setting.weights[at];
                if setting.measures {
                    told[at] = trimmed.to_array().map(sample);
                }
            }
        }
        if setting.measures
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
        self.desk.jump(controls);
        self.automation.jump(controls);
        for (place, rig) in self.places.iter_mut().zip(&controls.rigs) {
            place.chain.playing.jump_knobs(&rig.knobs);
        }
        self.is_fresh = false;
    }
}

/// A host sample as the rig takes it: what is no number is silence.
fn finite(x: f32) -> f64 {
    // Silence has one sign: −0 + 0 = +0.
    if x.is_finite() {
        f64::from(x) + 0.0
    } else {
        0.0
    }
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
        let asked = ChainOrder::of(rig, sample_rate);
        let chain = Chain::build(&asked, library)?;
        let speaker = Speaker::build(&SpeakerOrder::of(rig, sample_rate), library)?;
        Ok(Self {
            asked,
            asked_speaker: rig.cabinet,
            chain: Swap::new(chain, sample_rate),
            speaker: Swap::new(speaker, sample_rate),
            leaving: Leaving::new(sample_rate),
            sleep: Sleep::new(sample_rate),
            is_reset: false,
        })
    }

    fn reset(&mut self) {
        self.leaving.end();
        self.chain.all(Chain::reset);
        self.speaker.all(Speaker::reset);
        self.sleep.wake();
    }

    /// From rest, with its knobs where they are wanted.
    fn begin(&mut self, knobs: &Knobs) {
        self.reset();
        self.chain.all(|chain| chain.jump_knobs(knobs));
    }

    /// A control tick of a rig that nobody hears.
    fn rest(&mut self) {
        self.leaving.control_tick();
        self.swap();
    }

    /// Parts that were built meanwhile take their places at once: nobody hears this rig.
    fn swap(&mut self) {
        self.chain.swap();
        self.speaker.swap();
        self.arrive();
    }

    /// Whether no part is about to take another's place.
    fn stays(&self) -> bool {
        let coming = self.chain.coming.is_some() || self.speaker.coming.is_some();
        !coming && !self.leaving.is_leaving()
    }

    /// Where what was asked for plays, it does so at its own knobs and trim.
    fn arrive(&mut self) {
        if self.leaving.is_leaving() && self.chain.playing.choices() == self.asked.choices {
            self.leaving.end();
        }
    }

    fn control_tick(&mut self, knobs: &Knobs, are_still: bool) {
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
        if sleep.sleeps_on(knobs, are_still) {
            return;
        }
        if leaving.is_leaving() {
            let coming = chain.coming.iter_mut();
            coming.for_each(|chain| chain.set_knobs(knobs));
        } else {
            chain.all(|chain| chain.set_knobs(knobs));
        }
        if chain.playing.is_restless() {
            return;
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
    fn tick(&mut self, v_in: f64x2, back: &Front, trim: f64) -> f64x2 {
        if let Some(v_out) = self.sleep.through(v_in, trim) {
            return v_out;
        }
        let scale = self.leaving.tick(trim);
        let v_out = self.chain.tick(scale, |chain| chain.tick(v_in));
        if self.leaving.is_leaving() && self.chain.coming.is_none() {
            self.arrive();
        }
        let v_out = back.channels.decode(v_out * trim);
        let v_out = self.speaker.tick(1.0, |speaker| speaker.tick(v_out));
        self.sleep.played(v_in, v_out, back.volts_per_unit);
        v_out
    }
}
