//! What a frame costs in a whole rig as the plugin plays it: oversampler, source, preamp and gains; stereo, 4× 48 kHz.
//!
//! Instructions as callgrind counts them, which needs valgrind.

mod callgrind;

use loadline::rig::Controls;
use loadline::rig::Library;
use loadline::rig::Pair;
use loadline::rig::Slot;
use loadline::rig::library::Model;
use loadline::rig::library::NONE;
use std::hint::black_box;
use std::process::ExitCode;

const RATE: f64 = 48e3;
/// Instructions per second of the core that the shares are of.
const CORE: f64 = 10e9;
const BLOCK: usize = 512;
/// Frames of the shorter counted run: 11 periods of the sine.
const SHORT: usize = 2400;
/// And of silence: what building a rig takes varies by more than a short rest costs.
const LONG: usize = 40 * SHORT;
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

/// A source into a preamp, and maybe on into a tube amplifier with its loudspeaker, at a level.
struct Case {
    source: usize,
    preamp: usize,
    has_amp: bool,
    take: Take,
}

/// The amplifier and its load.
const AMP: [(Slot, &str); 2] = [
    (Slot::Amp, "tube_pp_6l6"),
    (Slot::Load, "speaker_1x12_open"),
];

fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    let library = Library::factory();
    for (preamp, _) in filled(&library, Slot::Preamp) {
        for (source, _) in filled(&library, Slot::Source) {
            cases.extend((0..LEVELS.len()).map(|level| Case {
                source,
                preamp,
                has_amp: false,
                take: Take::Sine(level),
            }));
        }
    }
    // The cheapest, asleep too: there all are the same. And a power stage.
    let none = library.find(Slot::Preamp, NONE).unwrap_or(0);
    let cheapest = [Take::Sine(0), Take::Silence].map(|take| (none, false, take));
    let power = [Take::Sine(0), Take::Sine(1)].map(|take| (0, true, take));
    cases.extend(
        cheapest
            .into_iter()
            .chain(power)
            .map(|(preamp, has_amp, take)| Case {
                source: 0,
                preamp,
                has_amp,
                take,
            }),
    );
    cases
}

/// Places and models of a slot, without the empty one.
fn filled(library: &Library, slot: Slot) -> impl Iterator<Item = (usize, &Model)> {
    library.models(slot).filter(|(_, model)| !model.is_none())
}

fn play(case: &Case, frames: usize) {
    let library = Library::factory();
    let mut controls = Controls::default();
    for rig in &mut controls.rigs {
        rig.choices[Slot::Source] = case.source;
        rig.choices[Slot::Preamp] = case.preamp;
        for (slot, id) in AMP.iter().filter(|_| case.has_amp) {
            rig.choices[*slot] = library.find(*slot, id).unwrap_or(0);
        }
    }
    let mut pair = Pair::new(RATE, &controls, &library).unwrap_or_else(|why| panic!("{why}"));
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
    println!("{:50} {:>12} {:>12}", "", "instructions", "of a core");
    for (index, case) in cases.iter().enumerate() {
        let library = Library::factory();
        let source = library.at(Slot::Source, case.source);
        let preamp = library.at(Slot::Preamp, case.preamp);
        let level = match case.take {
            Take::Sine(level) => LEVELS[level].0,
            Take::Silence => "silent",
        };
        let amp = if case.has_amp { AMP[0].1 } else { NONE };
        let name = format!("{} into {} into {amp}, {level}", source.id, preamp.id);
        let frames = match case.take {
            Take::Sine(_) => SHORT,
            Take::Silence => LONG,
        };
        let Some(count) = callgrind::instructions(index, frames) else {
            eprintln!("valgrind could not be started; install it: apt-get install valgrind");
            return ExitCode::FAILURE;
        };
        let share = 100.0 * count as f64 * RATE / CORE;
        println!("{name:56} {count:>8} {share:>10.1} %");
    }
    ExitCode::SUCCESS
}
