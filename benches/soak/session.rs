//! What a soak plays and what has to stay as it was.

use crate::meter;
use crate::report::Report;
use crate::takes::take;
use loadline::rig::Controls;
use loadline::rig::Library;
use loadline::rig::Pair;
use loadline::rig::Side;
use loadline::rig::Slot;
use std::f64::consts::TAU;
use std::time::Duration;

/// In Hz.
pub const RATES: [f64; 3] = [44.1e3, 48e3, 96e3];
/// Odd ones among them.
const BLOCKS: [usize; 5] = [37, 509, 64, 1023, 1];
/// Between two turns of the knobs, in blocks.
const TURN_EVERY: usize = 20;
/// Before the excerpt that is compared, and the excerpt, in s.
const QUIET: f64 = 2.0;
const EXCERPT: f64 = 2.0;
/// Pieces of it, each of which is timed.
const PIECES: usize = 50;
/// Of the square, in Hz, and its peak; the direct voltage; of full scale.
const SQUARE: f64 = 110.0;
const LOUD: f64 = 0.9;
const DC: f64 = 0.5;

/// The shipped recordings that are played, one after the other.
const TAKES: [&str; 3] = ["guit_em9", "bass_woodsy_c", "loop_amen"];

/// Both channels of all takes.
pub fn music() -> [Vec<f32>; 2] {
    let mut music = [Vec::new(), Vec::new()];
    for name in TAKES {
        let (channels, _) = take(name, f64::INFINITY);
        for (music, channel) in music.iter_mut().zip(channels) {
            music.extend(channel);
        }
    }
    music
}

#[derive(Clone, Copy)]
enum Part {
    Silence,
    /// From a sample on.
    Music(usize),
    Square,
    Dc,
}

const PARTS: [Part; 4] = [Part::Silence, Part::Music(0), Part::Square, Part::Dc];

/// How long to play at one rate.
pub struct Session {
    /// In all, at least.
    pub seconds: f64,
    /// Of each part of a cycle.
    pub part: f64,
}

/// One rig's excerpt.
struct Heard {
    db: f64,
    /// Time of each piece.
    times: [Duration; PIECES],
}

/// One rig's excerpt, and that of a new instance right after it: a machine that slows down slows both.
struct Cycle {
    old: Heard,
    new: Heard,
}

/// An instance that plays on.
struct Player<'a> {
    pair: Pair,
    rate: f64,
    music: &'a [Vec<f32>; 2],
    /// Samples played.
    at: usize,
    n_block: usize,
    chance: u32,
    is_finite: bool,
}

impl Session {
    pub fn play(&self, rate: f64, music: &[Vec<f32>; 2]) -> Report {
        let controls = Controls::default();
        let mut player = Player::new(rate, &controls, music);
        let (mut heard, mut memory) = ([Vec::new(), Vec::new()], Vec::new());
        while (player.at as f64) < self.seconds * rate {
            for side in Side::BOTH {
                for part in PARTS {
                    player.part(part, self.part, Controls { side, ..controls }, true);
                }
                let controls = Controls { side, ..controls };
                heard[side.index()].push(Cycle {
                    old: player.excerpt(controls),
                    new: Player::new(rate, &controls, music).excerpt(controls),
                });
            }
            memory.push(meter::resident());
        }
        let (first, last) = (memory.first().copied(), memory.last().copied());
        let misses = player.pair.misses();
        let (at, is_finite) = (player.at, player.is_finite);
        player.pair.reset();
        let is_as_new =
            player.start(&controls) == Player::new(rate, &controls, music).start(&controls);
        Report {
            rate,
            seconds: at as f64 / rate,
            cycles: memory.len(),
            drift_db: heard.each_ref().map(|heard| drift(heard)),
            slower: slower(&heard),
            grown: last.unwrap_or(0) - first.unwrap_or(0),
            misses,
            is_as_new,
            is_finite,
        }
    }
}

/// Silence, whose level is no number, counts as infinitely far away.
fn drift(heard: &[Cycle]) -> f64 {
    let away = |one: &Cycle| (one.old.db - heard[0].old.db).abs();
    let away = heard.iter().map(away);
    away.map(|db| if db.is_nan() { f64::INFINITY } else { db })
        .fold(0.0, f64::max)
}

/// By each piece's least time in the last third of the cycles: neighbours, who share caches, can only add to it.
fn slower(heard: &[Vec<Cycle>; 2]) -> Option<[f64; 2]> {
    let third = heard[0].len() / 3;
    let ratio = |cycles: &Vec<Cycle>| {
        let last = &cycles[cycles.len() - third..];
        let least = |of: fn(&Cycle) -> &Heard| -> f64 {
            let piece = |n: usize| last.iter().map(move |cycle| of(cycle).times[n]).min();
            (0..PIECES)
                .filter_map(piece)
                .sum::<Duration>()
                .as_secs_f64()
        };
        least(|cycle| &cycle.old) / least(|cycle| &cycle.new)
    };
    (third > 0).then(|| heard.each_ref().map(ratio))
}

impl<'a> Player<'a> {
    fn new(rate: f64, controls: &Controls, music: &'a [Vec<f32>; 2]) -> Self {
        let pair = Pair::new(rate, controls, &Library::factory());
        Self {
            pair: pair.unwrap_or_else(|why| panic!("{why}")),
            rate,
            music,
            at: 0,
            n_block: 0,
            chance: 1,
            is_finite: true,
        }
    }

    /// From 0 to 1.
    fn random(&mut self) -> f64 {
        // Numerical Recipes' generator.
        self.chance = self
            .chance
            .wrapping_mul(1_664_525)
            .wrapping_add(1_013_904_223);
        f64::from(self.chance >> 8) / f64::from(1u32 << 24)
    }

    fn turn(&mut self, controls: &mut Controls) {
        for rig in &mut controls.rigs {
            for knob in ["gain", "bass", "mid", "treble"] {
                rig.knobs[(Slot::Preamp, knob)] = self.random();
            }
            rig.trim_db = -30.0 - 10.0 * self.random();
        }
    }

    /// Plays a part for some seconds; gives its squares summed up, and how many.
    fn part(
        &mut self,
        part: Part,
        seconds: f64,
        mut controls: Controls,
        is_turned: bool,
    ) -> (f64, usize) {
        let n = (seconds * self.rate) as usize;
        let (mut done, mut squares) = (0, 0.0);
        while done < n {
            if is_turned && self.n_block.is_multiple_of(TURN_EVERY) {
                self.turn(&mut controls);
            }
            let length = BLOCKS[self.n_block % BLOCKS.len()].min(n - done);
            let sample = |channel: usize, k: usize| match part {
                Part::Silence => 0.0,
                Part::Music(from) => self.music[channel][(from + k) % self.music[channel].len()],
                Part::Square => {
                    (LOUD * (TAU * SQUARE * k as f64 / self.rate).sin().signum()) as f32
                }
                Part::Dc => DC as f32,
            };
            let [mut left, mut right] = [0, 1].map(|channel| {
                (done..done + length)
                    .map(|k| sample(channel, k))
                    .collect::<Vec<f32>>()
            });
            self.pair.process(&mut left, &mut right, &controls);
            self.is_finite &= left.iter().chain(&right).all(|x| x.is_finite());
            squares += left
                .iter()
                .chain(&right)
                .map(|x| f64::from(x * x))
                .sum::<f64>();
            done += length;
            self.n_block += 1;
        }
        self.at += n;
        (squares, 2 * n)
    }

    /// Quiet, then the same music as every time, with the knobs where they were at first.
    fn excerpt(&mut self, controls: Controls) -> Heard {
        self.part(Part::Silence, QUIET, controls, false);
        self.n_block = 0;
        let (mut squares, mut n, mut times) = (0.0, 0, [Duration::ZERO; PIECES]);
        for time in &mut times {
            let (from, before) = (n / 2, meter::worked());
            let piece = self.part(Part::Music(from), EXCERPT / PIECES as f64, controls, false);
            *time = meter::worked() - before;
            (squares, n) = (squares + piece.0, n + piece.1);
        }
        Heard {
            db: 10.0 * (squares / n as f64).log10(),
            times,
        }
    }

    /// The first samples of the music, as they come.
    fn start(&mut self, controls: &Controls) -> [Vec<f32>; 2] {
        let n = (EXCERPT * self.rate) as usize;
        let [mut left, mut right] = self
            .music
            .each_ref()
            .map(|channel| channel[..n.min(channel.len())].to_vec());
        self.pair.process(&mut left, &mut right, controls);
        [left, right]
    }
}
