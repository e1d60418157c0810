//! What a frame costs in a whole rig as the plugin plays it: oversampler, source, preamp and gains; stereo, 4× 48 kHz.
//!
//! Instructions as callgrind counts them, which needs valgrind.

mod callgrind;

use loadline::rig::Controls;
use loadline::rig::Library;
use loadline::rig::Pair;
use loadline::rig::Slot;
use loadline::rig::library::Model;
use std::hint::black_box;
use std::process::ExitCode;

const RATE: f64 = 48e3;
/// Instructions per second of the core that the shares are of.
const CORE: f64 = 10e9;
const BLOCK: usize = 512;
/// Frames of the shorter counted run: 11 periods of the sine.
const SHORT: usize = 2400;
/// Frames of silence after a sine until what is silent is counted: the rig is asleep by then.
const REST: usize = 288_000;
/// Of the sine, in Hz.
const HZ: f64 = 220.0;

/// Peak of the sine, re full scale, with its name.
const LEVELS: [(&str, f64); 2] = [("clean", 0.005), ("hot", 1.0)];

/// What is counted.
#[derive(Clone, Copy)]
enum Take {
    /// A sine of one of [`LEVELS`].
    Sine(usize),
    /// Silence after the first of them.
    Silence,
}

/// A source into a preamp at a level.
struct Case {
    source: usize,
    preamp: usize,
    take: Take,
}

fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    let library = Library::factory();
    for (preamp, _) in filled(&library, Slot::Preamp) {
        for (source, _) in filled(&library, Slot::Source) {
            cases.extend((0..LEVELS.len()).map(|level| Case {
                source,
                preamp,
                take: Take::Sine(level),
            }));
        }
    }
    // Asleep, they are all the same.
    cases.push(Case {
        source: 0,
        preamp: 0,
        take: Take::Silence,
    });
    cases
}

/// Places and models of a slot, without the empty one.
fn filled(library: &Library, slot: Slot) -> impl Iterator<Item = (usize, &Model)> {
    library.models(slot).filter(|(_, model)| !model.is_none())
}

fn play(case: &Case, frames: usize) {
    let mut controls = Controls::default();
    for rig in &mut controls.rigs {
        rig.choices[Slot::Source] = case.source;
        rig.choices[Slot::Preamp] = case.preamp;
    }
    let mut pair =
        Pair::new(RATE, &controls, &Library::factory()).unwrap_or_else(|why| panic!("{why}"));
    let turn = std::f64::consts::TAU * HZ / RATE;
    let sine = |level: usize, frames: usize| -> Vec<f32> {
        let at = |frame: usize| (LEVELS[level].1 * (turn * frame as f64).sin()) as f32;
        (0..frames).map(at).collect()
    };
    let take = match case.take {
        Take::Sine(level) => sine(level, frames),
        Take::Silence => [sine(0, SHORT), vec![0.0; REST + frames]].concat(),
    };
    for block in take.chunks(BLOCK) {
        let (mut left, mut right) = (block.to_vec(), block.to_vec());
        pair.process(&mut left, &mut right, &controls);
        black_box((left, right));
    }
}

fn main() -> ExitCode {
    let cases = cases();
    if let Some((case, frames)) = callgrind::asked() {
        play(&cases[case], frames);
        return ExitCode::SUCCESS;
    }
    println!("{:36} {:>12} {:>12}", "", "instructions", "of a core");
    for (index, case) in cases.iter().enumerate() {
        let library = Library::factory();
        let source = library.at(Slot::Source, case.source);
        let preamp = library.at(Slot::Preamp, case.preamp);
        let level = match case.take {
            Take::Sine(level) => LEVELS[level].0,
            Take::Silence => "silent",
        };
        let name = format!("{} into {}, {level}", source.id, preamp.id);
        let Some(count) = callgrind::instructions(index, SHORT) else {
            eprintln!("valgrind could not be started; install it: apt-get install valgrind");
            return ExitCode::FAILURE;
        };
        let share = 100.0 * count as f64 * RATE / CORE;
        println!("{name:42} {count:>8} {share:>10.1} %");
    }
    ExitCode::SUCCESS
}
