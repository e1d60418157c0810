//! Circuits and cabinets travel between the audio thread, which plays them, and the background thread, which builds and drops
//! them, through queues that neither locks nor allocates at the audio end.

use crate::meters;
use crate::meters::Meters;
use crate::params::LoadlineParams;
use crate::params::library;
use crate::plugin::matching;
use crate::plugin::matching::Matching;
use crate::plugin::matching::find_same_thd;
use crate::rig::Choices;
use crate::rig::Controls;
use crate::rig::F_REPORT;
use crate::rig::Knobs;
use crate::rig::Order;
use crate::rig::Pair;
use crate::rig::Part;
use crate::rig::Side;
use crate::rig::Tap;
use crate::rig::loadings;
use nice_plug_egui::RepaintNotifier;
use rtrb::Consumer;
use rtrb::Producer;
use rtrb::RingBuffer;
use std::sync::Arc;
use std::time::Duration;

/// Orders under way and parts on their way back, at most.
const QUEUE: usize = 16;

/// What an offline render waits for a chain, at most.
const OFFLINE_PATIENCE: Duration = Duration::from_secs(10);

struct Job {
    side: Side,
    order: Order,
    /// Orders of an earlier activation are not delivered.
    generation: u64,
}

/// The rig that is heard, to be looked at without playing it.
#[derive(Clone, Copy, PartialEq)]
struct Weighed {
    choices: Choices,
    knobs: Knobs,
}

/// The answer to a job; no part where it was superseded or could not be built.
struct Delivery {
    side: Side,
    generation: u64,
    part: Option<Part>,
}

/// The audio thread's end.
pub struct Builder {
    jobs: Producer<Job>,
    deliveries: Consumer<Delivery>,
    retired: Producer<Part>,
    weighings: Producer<Weighed>,
    /// What was sent to be weighed last.
    weighed: Option<Weighed>,
    /// For the first pair; each next one gets its predecessor's.
    tap: Option<Tap>,
    generation: u64,
    /// Jobs of this generation that have not been answered.
    awaited: usize,
}

/// The background thread's end.
pub struct Workbench {
    jobs: Consumer<Job>,
    deliveries: Producer<Delivery>,
    retired: Consumer<Part>,
    weighings: Consumer<Weighed>,
    /// Why the last order of each side and kind could not be filled.
    troubles: [[Option<String>; 2]; 2],
    matching: Matching,
    params: Arc<LoadlineParams>,
    meters: Arc<Meters>,
    notifier: RepaintNotifier,
}

pub fn new(
    params: Arc<LoadlineParams>,
    meters: Arc<Meters>,
    notifier: RepaintNotifier,
) -> (Builder, Workbench) {
    let (tap, matching) = matching::new();
    let (jobs_in, jobs) = RingBuffer::new(QUEUE);
    // Twice, because those of the last activation may still lie there.
    let (deliveries, deliveries_out) = RingBuffer::new(2 * QUEUE);
    let (retired_in, retired) = RingBuffer::new(QUEUE);
    // One at a time: what changes meanwhile is weighed after it.
    let (weighings_in, weighings) = RingBuffer::new(1);
    let builder = Builder {
        weighings: weighings_in,
        weighed: None,
        tap: Some(tap),
        jobs: jobs_in,
        deliveries: deliveries_out,
        retired: retired_in,
        generation: 0,
        awaited: 0,
    };
    (
        builder,
        Workbench {
            jobs,
            deliveries,
            retired,
            weighings,
            troubles: Default::default(),
            matching,
            params,
            meters,
            notifier,
        },
    )
}

impl Builder {
    /// Orders what `controls` choose, installs what has been built, sends back what has been faded out. True where
    /// the background thread has something to do.
    pub fn exchange(&mut self, pair: &mut Pair, controls: &Controls) -> bool {
        let mut wake = self.install(pair);
        while self.retired.slots() > 0
            && let Some(part) = pair.retired()
        {
            wake |= self.retire(part);
        }
        for side in Side::BOTH {
            // An order is told once, so it must find room.
            while self.jobs.slots() > 0
                && self.awaited < QUEUE
                && let Some(order) = pair.order(side, controls)
            {
                let job = Job {
                    side,
                    order,
                    generation: self.generation,
                };
                if self.jobs.push(job).is_ok() {
                    self.awaited += 1;
                    wake = true;
                }
            }
        }
        wake
    }

    /// Sends the rig that is heard to be weighed if it has changed since. True where the background thread has
    /// something to do.
    pub fn weigh(&mut self, controls: &Controls) -> bool {
        let rig = &controls.rigs[controls.side.index()];
        let heard = Weighed {
            choices: rig.choices,
            knobs: rig.knobs,
        };
        let is_new = self.weighed != Some(heard) && self.weighings.push(heard).is_ok();
        if is_new {
            self.weighed = Some(heard);
        }
        is_new
    }

    /// Lets a new pair tell what is measured, in the place of an old one. Not on the audio thread.
    pub fn connect(&mut self, pair: &mut Pair, old: Option<Pair>) {
        let tap = old.and_then(|mut old| old.tap(None));
        pair.tap(tap.or(self.tap.take()));
    }

    /// Waits until every order is answered; for offline rendering, where automation must not race with building.
    pub fn wait(&mut self, pair: &mut Pair) {
        let nap = Duration::from_micros(200);
        for _ in 0..OFFLINE_PATIENCE.as_micros() / nap.as_micros() {
            if self.awaited == 0 || self.jobs.is_abandoned() || self.must_fade_first(pair) {
                break;
            }
            std::thread::sleep(nap);
            self.install(pair);
        }
    }

    /// Whether every order has been answered.
    pub fn is_idle(&self) -> bool {
        self.awaited == 0
    }

    /// From here on, deliveries for orders of before are sent back. Not on the audio thread.
    pub fn forget_orders(&mut self) {
        self.generation += 1;
        self.awaited = 0;
    }

    /// Takes deliveries as far as the pair has room for them.
    fn install(&mut self, pair: &mut Pair) -> bool {
        let mut wake = false;
        while self.retired.slots() > 0
            && !self.must_fade_first(pair)
            && let Ok(delivery) = self.deliveries.pop()
        {
            let current = delivery.generation == self.generation;
            self.awaited -= usize::from(current);
            let Some(part) = delivery.part else {
                continue;
            };
            let unused = if current {
                pair.install(delivery.side, part)
            } else {
                Some(part)
            };
            if let Some(part) = unused {
                wake |= self.retire(part);
            }
        }
        wake
    }

    /// Whether the next delivery is for a side that is still fading to an earlier one.
    fn must_fade_first(&self, pair: &Pair) -> bool {
        self.deliveries.peek().is_ok_and(|next| {
            let part = next.part.as_ref();
            next.generation == self.generation
                && part.is_some_and(|part| !pair.can_install(next.side, part))
        })
    }

    /// Callers have seen a free slot.
    fn retire(&mut self, part: Part) -> bool {
        self.retired.push(part).is_ok()
    }
}

impl Workbench {
    /// Drops what came back, then builds what was ordered; of several orders for a side only the last.
    pub fn work(&mut self) {
        while self.retired.pop().is_ok() {}
        while let Ok(job) = self.jobs.pop() {
            let superseded = self.is_superseded(&job);
            let part = if superseded {
                None
            } else {
                self.build(job.side, &job.order)
            };
            let delivery = Delivery {
                side: job.side,
                generation: job.generation,
                part,
            };
            // More places than jobs under way: this finds room, and what did not would be dropped here, off the
            // audio thread.
            drop(self.deliveries.push(delivery));
        }
        while let Ok(rig) = self.weighings.pop() {
            self.weigh(&rig);
        }
        self.matching.follow(&self.params, &self.meters);
        find_same_thd(&self.params, &self.meters);
        self.notifier.request_repaint();
    }

    /// Tells the panel what the stages of a rig lose by driving each other; nothing where it can't be built, which
    /// the order for it has told already.
    fn weigh(&self, rig: &Weighed) {
        let Ok(found) = loadings(&rig.choices, &rig.knobs, &library(), F_REPORT) else {
            return;
        };
        let mut told = meters::Loadings {
            is_split: found.is_split,
            ..meters::Loadings::default()
        };
        for loading in found.junctions {
            told.junctions[loading.after.index()] = Some(meters::Loading {
                z_source: loading.z_source as f32,
                z_load: loading.z_load as f32,
                loss_db: loading.loss_db as f32,
            });
        }
        self.meters.loadings(told);
    }

    fn is_superseded(&mut self, job: &Job) -> bool {
        let waiting = self.jobs.slots();
        // Looked at and, not being committed, left where it is.
        let Ok(chunk) = self.jobs.read_chunk(waiting) else {
            return false;
        };
        let (first, second) = chunk.as_slices();
        first
            .iter()
            .chain(second)
            .any(|later| later.side == job.side && later.order.is_like(&job.order))
    }

    fn build(&mut self, side: Side, order: &Order) -> Option<Part> {
        let built = order.build(&library());
        let kind = usize::from(matches!(order, Order::Speaker(_)));
        self.troubles[side.index()][kind] = built.as_ref().err().map(ToString::to_string);
        let trouble = self.troubles.iter().flatten().flatten().next();
        self.meters.trouble(trouble.cloned());
        built.ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rig::Oversampling;
    use crate::rig::Slot;

    const RATE: f64 = 48e3;

    fn bench() -> (Builder, Workbench) {
        let meters = Arc::new(Meters::default());
        new(Arc::default(), meters, RepaintNotifier::new())
    }

    fn with_quality(oversampling: Oversampling) -> Controls {
        let mut controls = Controls::default();
        controls.rigs[0].choices.oversampling = oversampling;
        controls
    }

    fn play(pair: &mut Pair, controls: &Controls) {
        pair.process(&mut [0.0; 4800], &mut [0.0; 4800], controls);
    }

    #[test]
    fn a_choice_is_built_played_and_the_old_chain_comes_back() {
        let mut pair = Pair::new(RATE, &Controls::default(), &library()).unwrap();
        // One that has not played yet would swap at once.
        play(&mut pair, &Controls::default());
        let (mut builder, mut workbench) = bench();
        let controls = with_quality(Oversampling::X2);
        assert!(builder.exchange(&mut pair, &controls), "an order");
        assert!(!builder.exchange(&mut pair, &controls), "asked for once");
        assert!(!builder.is_idle());
        workbench.work();
        builder.exchange(&mut pair, &controls);
        assert!(builder.is_idle());
        play(&mut pair, &controls);
        assert!(builder.exchange(&mut pair, &controls), "a chain to drop");
        assert_eq!(workbench.retired.slots(), 1);
        workbench.work();
        assert_eq!(workbench.retired.slots(), 0);
    }

    #[test]
    fn of_many_orders_the_last_is_built() {
        let mut pair = Pair::new(RATE, &Controls::default(), &library()).unwrap();
        // One that has not played yet would swap at once.
        play(&mut pair, &Controls::default());
        let (mut builder, mut workbench) = bench();
        for oversampling in [Oversampling::X2, Oversampling::X8, Oversampling::X1] {
            builder.exchange(&mut pair, &with_quality(oversampling));
        }
        workbench.work();
        assert_eq!(builder.deliveries.slots(), 3);
        let last = with_quality(Oversampling::X1);
        builder.exchange(&mut pair, &last);
        assert!(builder.is_idle() && !pair.is_settled(Side::A));
        play(&mut pair, &last);
        assert!(pair.retired().is_some());
    }

    #[test]
    fn a_rig_that_rests_is_built_where_its_knobs_have_stopped() {
        let mut pair = Pair::new(RATE, &Controls::default(), &library()).unwrap();
        play(&mut pair, &Controls::default());
        let (mut builder, mut workbench) = bench();
        let mut controls = Controls::default();
        controls.rigs[1].knobs[(Slot::Preamp, "gain")] = 0.9;
        assert!(!builder.exchange(&mut pair, &controls), "it may go on");
        play(&mut pair, &controls);
        assert!(builder.exchange(&mut pair, &controls), "an order");
        workbench.work();
        builder.exchange(&mut pair, &controls);
        play(&mut pair, &controls);
        assert!(builder.is_idle() && pair.is_as_built(&controls));
    }

    #[test]
    fn nobody_waits_for_a_bench_that_is_gone() {
        let mut pair = Pair::new(RATE, &Controls::default(), &library()).unwrap();
        let (mut builder, workbench) = bench();
        builder.exchange(&mut pair, &with_quality(Oversampling::X2));
        drop(workbench);
        let start = std::time::Instant::now();
        builder.wait(&mut pair);
        assert!(!builder.is_idle() && start.elapsed() < OFFLINE_PATIENCE / 2);
    }

    #[test]
    fn an_order_of_before_is_not_delivered() {
        let mut pair = Pair::new(RATE, &Controls::default(), &library()).unwrap();
        let (mut builder, mut workbench) = bench();
        let controls = with_quality(Oversampling::X2);
        builder.exchange(&mut pair, &controls);
        builder.forget_orders();
        workbench.work();
        assert!(builder.exchange(&mut pair, &controls), "it is sent back");
        assert!(pair.is_settled(Side::A) && builder.is_idle());
    }
}
