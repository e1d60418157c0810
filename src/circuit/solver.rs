//! Runs a plan: one trapezoidal step per call, Newton to convergence, two lanes at a time.

mod allowance;
mod corner;
mod glide;
mod histories;
mod leap;
mod newton;
mod program;
mod rescue;
mod soundness;

use crate::circuit::equations::Unknown;
use crate::circuit::equations::unknown;
use crate::circuit::error::CircuitError;
use crate::circuit::factors::Factors;
use crate::circuit::factors::Fixed;
use crate::circuit::floating::Floating;
use crate::circuit::hiss::Hiss;
use crate::circuit::hiss::Noise;
use crate::circuit::netlist::Control;
use crate::circuit::netlist::Kind;
use crate::circuit::operating_point::OperatingPoint;
use crate::circuit::operating_point::across;
use crate::circuit::plan::Plan;
use crate::circuit::plan::charging;
use crate::circuit::plan::layout::CHECK;
use crate::circuit::plan::layout::DevicePlaces;
use crate::circuit::plan::layout::FROM_BEFORE;
use crate::circuit::plan::layout::FROM_LAST;
use crate::circuit::plan::layout::INPUT;
use crate::circuit::plan::layout::ONE;
use crate::circuit::plan::layout::RINGING;
use crate::circuit::solver::allowance::Allowance;
use crate::circuit::solver::corner::Way;
use crate::circuit::solver::corner::bowed;
use crate::circuit::solver::glide::Glide;
use crate::circuit::solver::leap::Leap;
use crate::circuit::solver::program::Phase;
use crate::circuit::solver::program::Program;
use crate::circuit::undetermined;
use crate::circuit::warp::steps_a_tick;
use crate::devices::Device;
use crate::units::Hertz;
use crate::units::Seconds;
use crate::units::Volts;
use std::sync::Arc;
use wide::f64x2;

/// A circuit that plays.
///
/// A tick is one step, or a few where the circuit resonates and exactness is paid for (`warp.rs`).
/// A step is one trapezoidal step of length T. Where Newton does not get there in two passes the step holds a
/// corner (a diode that opens, an op-amp that meets its rail), and where it leads elsewhere than the last three did it is
/// bowed: both are solved again as shorter steps (`corner.rs`), as far as their allowance goes. The trapezoidal rule is
/// exact to second order, and only where the circuit is smooth within a step.
/// What fails there too is rescued (`rescue.rs`).
#[derive(Clone, Debug)]
pub struct Solver {
    program: Arc<Program>,
    factors: Factors,
    /// Devices whose laws are not on the tapes, then those that are watched besides.
    devices: Vec<(Device, DevicePlaces)>,
    n_called: usize,
    /// In the order of [`PARTS`].
    paces: [Pace; PARTS.len()],
    leap: Leap,
    probes: Vec<Probe>,
    /// Everything that a step reads and writes.
    memory: Box<[f64x2]>,
    /// The part of the memory that is the circuit's state, at the operating point.
    rest: Box<[f64x2]>,
    steps_a_tick: u32,
    /// Inputs of the last three ticks and of the last three steps, the last one first.
    v_ticks: [f64x2; 3],
    v_in: [f64x2; 3],
    /// Input at the operating point.
    v_rest: Volts,
    /// What was before a step of each pace that is solved in parts.
    before: [Before; FINEST],
    allowance: Allowance,
    /// Square of the distance up to which a whole step is straight, in tolerances.
    bowed: f64,
    /// Noise currents, if the signal is to have any; they are the last states.
    hiss: Option<Hiss>,
    readings: SolverReadings,
    /// Whether this step misses, in one of its parts or as a whole.
    has_missed: bool,
    /// Steps in a row that missed.
    missed: u32,
}

/// A node that is read: the places in the memory that are summed for it, and where it rests.
#[derive(Clone, Debug)]
struct Probe {
    parts: [Option<usize>; 2],
    rest: Volts,
}

/// Control voltages and w of the devices' charges at the end of a step.
#[derive(Clone, Debug)]
struct Before {
    v: Box<[f64x2]>,
    w: Box<[f64x2]>,
}

/// A length of step: its 2/T and the plan's coefficients for it.
#[derive(Clone, Debug)]
struct Pace {
    /// 2/T, in 1/s.
    s: f64,
    fixed: Fixed,
    coefficients: Glide,
    /// Pieces of the live parameters' ways that there had been when the coefficients last set off.
    pieces: u64,
}

/// Part steps in a whole one, at every pace.
const PARTS: [u32; 4] = [1, 4, 16, 256];
/// Places among them: of the whole step, of the parts of one with a weak or a strong corner, and of the parts of such a
/// part where the circuit flips. A part that Newton doesn't solve goes on in parts of the next.
const WHOLE: usize = 0;
const QUARTER: usize = 1;
const SIXTEENTH: usize = 2;
const FINEST: usize = 3;
/// A circuit that misses every step for so long does not find back by itself: it goes back to its operating point.
const PATIENCE: Seconds = 20e-3;
/// Shares of their column that pivots must not fall short of: small ones fill less, large ones are exact.
const PIVOT_SHARES: [f64; 3] = [1e-4, 1e-2, 0.3];

/// What a solver has met since it was made.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct SolverReadings {
    pub steps: u64,
    /// Newton passes of all steps.
    pub passes: u64,
    /// Steps with a corner in them, or bowed ones, solved in parts.
    pub corners: u64,
    /// Whole or part steps that needed damping or backward Euler.
    pub rescues: u64,
    /// Steps that missed their tolerance all the same, whole or in parts; the best finite point was kept.
    pub misses: u64,
}

impl Solver {
    /// Plans the circuit at its operating point for `rate` ticks a second; `probes` are read after each tick, and the
    /// first of them is what is listened to.
    pub fn new(point: &OperatingPoint, rate: Hertz, probes: &[&str]) -> Result<Self, CircuitError> {
        Self::ticking(point, rate, steps_a_tick(point, rate, probes), probes)
    }

    fn ticking(
        point: &OperatingPoint,
        rate: Hertz,
        steps_a_tick: u32,
        probes: &[&str],
    ) -> Result<Self, CircuitError> {
        Ok(Self {
            steps_a_tick,
            allowance: Allowance::new(rate),
            ..Self::stepping(point, f64::from(steps_a_tick) * rate, probes)?
        })
    }

    /// One whose ticks are steps.
    fn stepping(
        point: &OperatingPoint,
        rate: Hertz,
        probes: &[&str],
    ) -> Result<Self, CircuitError> {
        let (_, v_rest) = point.input()?;
        let netlist = point.netlist();
        let floating = Floating::new(&point.equations);
        let probes = probes
            .iter()
            .map(|name| Ok(floating.parts(unknown(netlist.node(name)?))))
            .collect::<Result<Vec<_>, CircuitError>>()?;
        let outputs = probes.concat();
        let point = &point.restated(floating.equations.clone(), floating.values(&point.x));
        let s = 2.0 * rate;
        let leap = Leap::at(&point.netlist().live, is_active(point));
        let pivots = [false, true].map(|trusts| PIVOT_SHARES.map(|share| (share, trusts)));
        let plans = pivots
            .into_iter()
            .flatten()
            .filter_map(|(share, trusts)| Plan::new(point, s, &outputs, share, trusts));
        let mut solvers = plans.filter_map(|(plan, factors)| {
            let mut solver = Self::with_plan(point, &plan, factors, &leap, s, &probes, v_rest);
            solver.is_sound(point, &plan).then_some(solver)
        });
        solvers
            .next()
            .ok_or_else(|| undetermined::in_steps(point, s))
    }

    fn with_plan(
        point: &OperatingPoint,
        plan: &Plan,
        mut factors: Factors,
        leap: &Leap,
        s: f64,
        probes: &[[Unknown; 2]],
        v_rest: Volts,
    ) -> Self {
        let placed = &point.equations.devices;
        let program = Program::new(plan, placed);
        let paces = PARTS.map(|parts| {
            let s = s * f64::from(parts);
            let mut start = vec![0.0; plan.n_coefficients];
            let fixed = factors.fixed(s, &mut start);
            factors.look_ahead(&leap.live);
            factors.refactor(&fixed, &mut start);
            Pace {
                s,
                fixed,
                coefficients: Glide::at(&start),
                pieces: 0,
            }
        });
        let layout = &program.layout;
        let of = |is_called: bool| {
            let both = placed.iter().zip(&layout.devices);
            both.filter(move |(_, places)| {
                places.law.is_none() == is_called && (is_called || places.is_watched)
            })
            .map(|(placed, places)| (placed.device.clone(), places.clone()))
        };
        let mut devices: Vec<_> = of(true).collect();
        let n_called = devices.len();
        devices.extend(of(false));
        let mut solver = Self {
            factors,
            devices,
            n_called,
            paces,
            leap: leap.clone(),
            probes: probes
                .iter()
                .map(|parts| Probe {
                    parts: parts.map(|part| part.map(|k| layout.x + k)),
                    rest: parts.iter().map(|part| point.at(*part)).sum(),
                })
                .collect(),
            memory: vec![f64x2::ZERO; layout.size].into(),
            rest: Box::default(),
            steps_a_tick: 1,
            v_ticks: [f64x2::splat(v_rest); 3],
            v_in: [f64x2::splat(v_rest); 3],
            v_rest,
            before: [(); FINEST].map(|()| Before {
                v: vec![f64x2::ZERO; layout.n_controls].into(),
                w: vec![f64x2::ZERO; layout.n_charges].into(),
            }),
            allowance: Allowance::new(s / 2.0),
            bowed: bowed(s / 2.0),
            hiss: None,
            readings: SolverReadings::default(),
            has_missed: false,
            missed: 0,
            program: Arc::new(program),
        };
        solver.settle(point);
        solver
    }

    /// Fills the memory at the operating point.
    fn settle(&mut self, point: &OperatingPoint) {
        let Self {
            program, memory, ..
        } = self;
        let layout = &program.layout;
        let pool = layout.constants.iter().enumerate();
        let pool = pool.map(|(index, constant)| (layout.constants_at + index, *constant));
        for (place, constant) in [
            (ONE, 1.0),
            (FROM_LAST, charging::FROM_LAST),
            (FROM_BEFORE, charging::FROM_BEFORE),
            (RINGING, charging::RINGING),
        ]
        .into_iter()
        .chain(pool)
        {
            memory[place] = f64x2::splat(constant);
        }
        for (placed, places) in point.equations.devices.iter().zip(&layout.devices) {
            for control in 0..places.shape.controls {
                let scale = f64x2::splat(1.0 / placed.device.tolerance(control));
                memory[layout.scales + places.control + control] = scale;
            }
        }
        for (placed, places) in point.equations.devices.iter().zip(&layout.devices) {
            for (control, ports) in placed.controls.iter().enumerate() {
                let v = f64x2::splat(across(&point.x, *ports));
                memory[layout.v_rest + places.control + control] = v;
            }
            for (place, table, argument) in places.law.iter().flat_map(|law| &law.tables) {
                let at_rest = |(control, weight): &(usize, f64)| {
                    weight * memory[layout.v_rest + places.control + control].to_array()[0]
                };
                let origin = argument.iter().map(at_rest).sum();
                let bounds = layout.tables[*table as usize].bounds(origin);
                memory[*place..*place + 2].copy_from_slice(&bounds);
            }
        }
        let state = layout.state.clone();
        self.load_resting_histories(WHOLE);
        self.rest = self.memory[state].into();
    }

    /// As [`new`](Self::new), with the noise that is heard at the first probe in the signal.
    pub fn with_noise(
        point: &OperatingPoint,
        rate: Hertz,
        probes: &[&str],
        noise: &Noise,
    ) -> Result<Self, CircuitError> {
        let mut noisy = point.clone();
        let heard = probes.first().map(|name| point.netlist().node(name));
        let heard = heard.transpose()?.and_then(unknown);
        let steps_a_tick = steps_a_tick(point, rate, probes);
        let hiss = Hiss::inject(&mut noisy, heard, noise, rate * f64::from(steps_a_tick))?;
        let mut solver = Self::ticking(&noisy, rate, steps_a_tick, probes)?;
        solver.hiss = Some(hiss);
        Ok(solver)
    }

    /// Back to the operating point. Never allocates.
    pub fn reset(&mut self) {
        self.missed = 0;
        self.allowance.reset();
        self.hiss.iter_mut().for_each(Hiss::reset);
        self.memory[self.program.layout.state.clone()].copy_from_slice(&self.rest);
        self.v_in = [f64x2::splat(self.v_rest); 3];
        self.v_ticks = self.v_in;
    }

    /// Steps a second.
    pub fn rate(&self) -> Hertz {
        self.paces[WHOLE].s / 2.0
    }

    /// Moves the live parameters; the coefficients get there in `ticks` ticks. Never allocates.
    pub fn glide(&mut self, live: &[f64], ticks: u32) {
        self.hiss.iter_mut().for_each(|hiss| hiss.follow(live));
        self.leap.set_off(live, ticks * self.steps_a_tick);
        self.stride();
    }

    /// Sends the coefficients on the next piece of the way, the longest that is not steep among halves of halves.
    #[cold]
    #[inline(never)]
    fn stride(&mut self) {
        let mut steps = self.leap.steps_left();
        while self.factors.look_ahead(self.leap.after(steps)) > self.leap.steep && steps > 1 {
            steps /= 2;
        }
        self.leap.pass(steps);
        self.set_off(WHOLE);
    }

    /// Sends a pace's coefficients to where the factors look, by the end of the piece.
    fn set_off(&mut self, pace: usize) {
        let pace = &mut self.paces[pace];
        self.factors
            .refactor(&pace.fixed, pace.coefficients.target());
        pace.coefficients.set_off(self.leap.piece);
        pace.pieces = self.leap.pieces;
    }

    /// A part step's coefficients move only where they are needed.
    fn catch_up(&mut self, pace: usize) {
        let behind = self.leap.pieces - self.paces[pace].pieces;
        if behind > 1 {
            self.factors.look_ahead(&self.leap.from);
            let pace = &mut self.paces[pace];
            self.factors
                .refactor(&pace.fixed, pace.coefficients.target());
            pace.coefficients.jump();
        }
        if behind > 0 {
            self.paces[pace].coefficients.move_to(0);
            self.factors.look_ahead(&self.leap.live);
            self.set_off(pace);
        }
        let steps_left = self.paces[WHOLE].coefficients.steps_left();
        self.paces[pace].coefficients.move_to(steps_left);
    }

    /// Volts at a probe after the last tick.
    #[inline]
    pub fn probe(&self, index: usize) -> f64x2 {
        let Probe { parts, rest } = &self.probes[index];
        let [a, b] = parts.map(|place| place.map_or(f64x2::ZERO, |place| self.memory[place]));
        a + b + f64x2::splat(*rest)
    }

    /// What the next tick starts from, in whatever units: for telling whether anything still moves.
    pub fn state(&self) -> &[f64x2] {
        &self.memory[self.program.layout.state.clone()]
    }

    pub fn readings(&self) -> SolverReadings {
        self.readings
    }

    /// One tick to `v_in` at the input; what is no finite number there is silence. Never allocates, never leaves a
    /// non-finite value behind.
    pub fn tick(&mut self, v_in: f64x2) {
        let is_finite = v_in.abs().simd_lt(f64x2::splat(f64::INFINITY));
        let v_in = is_finite.select(v_in, f64x2::splat(self.v_rest));
        if self.steps_a_tick == 1 {
            self.step(v_in);
        } else {
            self.in_steps(v_in);
        }
    }

    #[inline(never)]
    fn in_steps(&mut self, v_in: f64x2) {
        let way = Way::new(v_in, self.v_ticks);
        for step in 1..=self.steps_a_tick {
            self.step(way.at(f64::from(step) / f64::from(self.steps_a_tick)));
        }
        self.v_ticks = [v_in, self.v_ticks[0], self.v_ticks[1]];
    }

    #[inline(always)]
    fn step(&mut self, v_in: f64x2) {
        if !self.leap.is_over() && self.paces[WHOLE].coefficients.steps_left() == 0 {
            self.stride();
        }
        self.paces[WHOLE].coefficients.tick();
        self.readings.steps += 1;
        self.allowance.earn();
        self.has_missed = false;
        if let Some(hiss) = &mut self.hiss {
            let layout = &self.program.layout;
            let end = layout.h + layout.n_states;
            hiss.tick(&mut self.memory[end - hiss.len()..end]);
        }
        let moved = self.start(WHOLE, v_in);
        if moved <= f64::min(self.bowed, 1.0) {
            self.finish(WHOLE);
        } else {
            self.bend(moved, v_in);
        }
        self.v_in = [v_in, self.v_in[0], self.v_in[1]];
        let [a, b] = self.memory[CHECK].to_array();
        if !(a + b).is_finite() {
            self.reset();
            self.has_missed = true;
        }
        if self.has_missed {
            self.miss();
        } else {
            self.missed = 0;
        }
    }

    /// Counts steps that miss, altogether and in a row.
    #[cold]
    #[inline(never)]
    fn miss(&mut self) {
        self.readings.misses += 1;
        self.missed += 1;
        if f64::from(self.missed) > PATIENCE * self.rate() {
            self.reset();
        }
    }

    #[inline]
    fn run(&mut self, phase: Phase, pace: usize) {
        let coefficients = self.paces[pace].coefficients.now();
        self.program.run(phase, &mut self.memory, coefficients);
    }

    /// Right sides of the late rows from histories and input; devices where the last three steps lead.
    fn load(&mut self, pace: usize, v_in: f64x2) {
        self.memory[INPUT] = v_in;
        self.run(Phase::Load, pace);
    }

    /// Unknowns, histories and control voltages after the last pass.
    fn finish(&mut self, pace: usize) {
        self.run(Phase::Finish, pace);
    }
}

/// Whether a controlled voltage follows a node at which a live parameter moves an element.
fn is_active(point: &OperatingPoint) -> bool {
    let equations = &point.equations;
    let moves = |node: &usize| {
        let mut stamps = equations.stamps.iter();
        stamps.any(|stamp| {
            unknown(*node) == Some(stamp.col) && equations.values[stamp.value].constant().is_none()
        })
    };
    let elements = point.netlist().elements.iter();
    let followed = elements.filter_map(|element| match &element.kind {
        Kind::Controlled {
            is_voltage: true,
            terms,
            ..
        } => Some(terms.iter().map(|(control, _)| control)),
        _ => None,
    });
    let mut followed = followed.flatten();
    followed.any(|control| matches!(control, Control::Voltage(p, n) if moves(p) || moves(n)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::circuit::Deck;
    use crate::circuit::Netlist;
    use std::path::Path;

    const RATE: Hertz = 192e3;
    const KNOBS: [&str; 3] = ["gain", "bass", "treble"];

    /// The solver of a deck, in machine code and interpreted.
    fn both(path: &str) -> [Solver; 2] {
        let circuits = Path::new(env!("CARGO_MANIFEST_DIR")).join("plugin-assets/circuits");
        let mut deck = Deck::open(&circuits.join(path)).unwrap();
        for knob in KNOBS {
            let _ = deck.set_live(knob, 0.5);
        }
        let point = OperatingPoint::solve(Netlist::expand(&deck).unwrap()).unwrap();
        let native = Solver::new(&point, RATE, &["out"]).unwrap();
        assert_eq!(
            native.program.is_native(),
            cfg!(target_arch = "x86_64") && crate::circuit::native::is_fused()
        );
        let mut interpreted = native.clone();
        interpreted.program = Arc::new(native.program.interpreted());
        assert!(!interpreted.program.is_native());
        [native, interpreted]
    }

    /// A different sine in each lane; knobs move in every tick of 64 steps.
    fn play(solver: &mut Solver, peak: f64) -> Vec<[u64; 2]> {
        let mut out = Vec::new();
        for step in 0..12_000 {
            if step % 64 == 0 {
                let share = 0.5 + 0.4 * (f64::from(step) * 1e-3).sin();
                let n_live = solver.leap.live.len();
                solver.glide(&[share; KNOBS.len()][..n_live], 64);
            }
            let phase = f64::from(step) / RATE * std::f64::consts::TAU;
            solver.tick(f64x2::new([(220.0 * phase).sin(), (997.0 * phase).cos()]) * peak);
            out.push(solver.probe(0).to_array().map(f64::to_bits));
        }
        out
    }

    #[test]
    fn machine_code_and_interpreter_give_the_same_bits() {
        let mut corners = Vec::new();
        for (path, peaks) in [
            ("preamps/tube_two_stage.cir", [0.02, 1.0]),
            ("preamps/opamp_baxandall.cir", [0.1, 2.0]),
            ("../../tests/circuits/push_pull.cir", [0.1, 8.0]),
        ] {
            for peak in peaks {
                let [mut native, mut interpreted] = both(path);
                let (a, b) = (play(&mut native, peak), play(&mut interpreted, peak));
                assert!(a == b, "{path} at {peak} V");
                assert_eq!(native.readings(), interpreted.readings());
                corners.push(native.readings().corners);
            }
        }
        assert!(corners[1] > 100 && corners[3] > 100, "{corners:?}");
    }
}
