//! Nothing on the audio thread allocates: a counting allocator watches a pair of rigs play, a cabinet and a converter.

use loadline::dsp::Converter;
use loadline::dsp::ConverterSettings;
use loadline::rig::Cabinet;
use loadline::rig::CabinetChoice;
use loadline::rig::CabinetModel;
use loadline::rig::CabinetOrder;
use loadline::rig::Channels;
use loadline::rig::Controls;
use loadline::rig::Library;
use loadline::rig::Listen;
use loadline::rig::Other;
use loadline::rig::Oversampling;
use loadline::rig::Pair;
use loadline::rig::Side;
use loadline::rig::Slot;
use rtrb::RingBuffer;
use std::alloc::GlobalAlloc;
use std::alloc::Layout;
use std::alloc::System;
use std::cell::Cell;
use wide::f64x2;

/// The system's allocator, counting what this thread asks of it.
struct Counting;

thread_local! {
    static CALLS: Cell<usize> = const { Cell::new(0) };
}

fn count() {
    let _ = CALLS.try_with(|calls| calls.set(calls.get() + 1));
}

// Every method hands its arguments on unchanged, so the system allocator's own guarantees hold.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count();
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        count();
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count();
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn calls(work: impl FnOnce()) -> usize {
    let before = CALLS.with(Cell::get);
    work();
    CALLS.with(Cell::get) - before
}

#[test]
fn the_counter_counts() {
    assert_eq!(calls(|| drop(std::hint::black_box(Box::new(1)))), 2);
    let grow = || {
        let mut bytes = Vec::with_capacity(1);
        bytes.extend_from_slice(std::hint::black_box(&[1u8; 100]));
        drop(std::hint::black_box(bytes));
    };
    assert_eq!(calls(grow), 3);
    assert_eq!(calls(|| {}), 0);
}

/// A loud take with a corner in every period, and what a hostile host sends.
fn block(n: usize) -> Vec<f32> {
    let hostile = |k: usize| match k % 997 {
        5 => f32::NAN,
        6 => f32::INFINITY,
        7 => 1e30,
        8 => 1e-40,
        _ => (k as f32 * 0.05).sin(),
    };
    (0..n).map(hostile).collect()
}

#[test]
fn playing_allocates_nothing() {
    let mut controls = Controls::default();
    controls.rigs[0].choices.noise = Some(1);
    controls.rigs[0].choices.is_double = true;
    controls.rigs[0].choices.tolerance.percent = 100;
    let mut pair = Pair::new(48_000.0, &controls, &Library::factory()).unwrap();
    let (mut left, mut right) = (block(4096), block(4096));
    // What the background thread hands over is made before the count starts.
    let mut wanted = controls;
    wanted.rigs[0].choices.oversampling = Oversampling::X2;
    let order = pair
        .order(Side::A, &wanted)
        .expect("another choice is an order");
    let mut chain = Some(order.build(&Library::factory()).unwrap());
    let mut retired = Vec::with_capacity(2);
    // Smaller than what is measured: a measurement that comes too late must not matter either.
    let (tap, frames) = RingBuffer::new(4096);
    pair.tap(Some(tap));

    let allocations = calls(|| {
        for round in 0..24_u32 {
            controls.side = if round % 6 < 3 { Side::A } else { Side::B };
            controls.bypass = round % 8 == 7;
            controls.channels = [Channels::DualMono, Channels::MidSide][round as usize / 4 % 2];
            controls.listen = [Listen::Rig, Listen::Difference][round as usize / 2 % 2];
            controls.comparison.other =
                [Other::Rests, Other::Measured, Other::Runs][round as usize / 3 % 3];
            controls.comparison.match_db[1] = f64::from(round) - 12.0;
            controls.comparison.is_muted = round % 7 == 5;
            for rig in &mut controls.rigs {
                rig.knobs[(Slot::Preamp, "gain")] = f64::from(round % 5) / 4.0;
                rig.knobs[(Slot::Preamp, "z_in")] = if round % 2 == 0 { 300.0 } else { 1e7 };
                rig.trim_db = f64::from(round);
            }
            if round == 3 {
                controls.rigs[0].choices = wanted.rigs[0].choices;
                retired.extend(pair.install(Side::A, chain.take().unwrap()));
            }
            if round == 20 {
                pair.reset();
            }
            for (left, right) in left.chunks_mut(61).zip(right.chunks_mut(61)) {
                pair.process(left, right, &controls);
            }
            retired.extend(pair.retired());
        }
    });
    assert_eq!(allocations, 0);
    assert_eq!(frames.slots(), 4096, "what was measured was told");
    assert_eq!(
        retired.len(),
        1,
        "the chain that was replaced comes back to be dropped elsewhere"
    );
}

#[test]
fn cabinets_and_converters_allocate_nothing() {
    let choice = CabinetChoice {
        model: CabinetModel::Open1x12,
        mix: 0.5,
        ..CabinetChoice::default()
    };
    let order = CabinetOrder {
        choice,
        sample_rate: 48e3,
    };
    let mut cabinet = Cabinet::build(&order).unwrap();
    let mut converter = Converter::new(&ConverterSettings::default(), 176.4e3);
    let allocations = calls(|| {
        for k in 0..4096 {
            let v = f64x2::splat(f64::from(k % 50) - 25.0);
            std::hint::black_box(cabinet.tick(converter.tick(v)));
            if k == 3000 {
                converter.set_gain(4.0);
                converter.reset();
                cabinet.reset();
            }
        }
    });
    assert_eq!(allocations, 0);
}
