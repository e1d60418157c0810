//! `loadline simulate`: a recording, in volts, through any deck.

use crate::audio;
use crate::deck::DeckArguments;
use crate::failure::Failure;
use crate::output;
use crate::progress::progress_bar;
use crate::settings::read_quality;
use loadline::circuit::OperatingPoint;
use loadline::circuit::Solver;
use loadline::circuit::SolverReadings;
use loadline::dsp::LATENCY_SAMPLES;
use loadline::dsp::MAX_STAGES;
use loadline::dsp::Oversampler;
use loadline::rig::Oversampling;
use loadline::units::Volts;
use std::path::PathBuf;
use wide::f64x2;

/// Play a recording, in volts, through any deck
///
/// 1.0 in IN.wav is 1 V at the voltage source Vin; 1.0 in OUT.wav is 1 V at the probed node. OUT.wav is
/// 32-bit float with one channel for each probe, in their order. Nothing is scaled and no DC is removed; output
/// sample k belongs to input sample k, at every frequency: with --oversample the filters have linear phase.
#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  loadline simulate preamp.cir in.wav -o out.wav --probe plate1 --probe out --set gain=0.7"
)]
pub struct Simulate {
    #[command(flatten)]
    deck: DeckArguments,

    /// Mono WAV or FLAC file, 1.0 = 1 V
    #[arg(value_name = "IN.wav")]
    input: PathBuf,

    /// WAV file to write
    #[arg(short, value_name = "OUT.wav")]
    output: PathBuf,

    /// A node to record; may be repeated [default: out]
    #[arg(long = "probe", value_name = "NODE")]
    probes: Vec<String>,

    /// Solver steps per sample: 1, 2, 4, 8 or 16; 1 solves at the file's rate and filters nothing
    #[arg(long, value_name = "N", default_value = "1", value_parser = read_quality)]
    oversample: Oversampling,
}

impl Simulate {
    pub fn run(&self) -> Result<(), Failure> {
        output::spare(&self.output, [&*self.input, &self.deck.path])?;
        let take = audio::read(&self.input)?;
        let [input] = take.channels.as_slice() else {
            let what = format!(
                "{} is stereo and a deck has one input: export one channel as mono",
                self.input.display()
            );
            return Err(Failure::new(what));
        };
        let probes: Vec<&str> = if self.probes.is_empty() {
            vec!["out"]
        } else {
            self.probes.iter().map(String::as_str).collect()
        };
        let point = OperatingPoint::solve(self.deck.expand()?)?;
        let mut bench = Bench::new(&point, f64::from(take.rate), self.oversample, &probes)?;

        let bar = progress_bar(input.len() as u64);
        let mut channels = vec![Vec::with_capacity(input.len()); probes.len()];
        let padded = input
            .iter()
            .chain(std::iter::repeat_n(&0.0, LATENCY_SAMPLES));
        for (index, sample) in padded.enumerate() {
            bench.tick(f64::from(*sample));
            if index >= LATENCY_SAMPLES {
                channels
                    .iter_mut()
                    .zip(bench.outputs())
                    .for_each(|(channel, v)| channel.push(v as f32));
                bar.inc(1);
            }
        }
        bar.finish_and_clear();
        audio::write(&self.output, take.rate, &channels)?;
        let broken = input.iter().filter(|sample| !sample.is_finite()).count();
        if broken > 0 {
            eprintln!(
                "loadline: {broken} samples of {} are no numbers; the circuit was at rest there",
                self.input.display()
            );
        }
        let SolverReadings { steps, misses, .. } = bench.solver.readings();
        let missed = format!("{misses} of {steps} steps missed their tolerance");
        if 2 * misses > steps {
            return Err(Failure::new(format!(
                "{missed}: {} is not what the circuit does\nLook at its operating point: loadline op",
                self.output.display()
            )));
        }
        if misses > 0 {
            eprintln!("loadline: {missed}; the best value was kept");
        }
        output::say(&format!(
            "{}  {} at {} Hz",
            self.output.display(),
            probes.join(" "),
            take.rate
        ))
    }
}

/// A deck between an input and its probes, with an oversampler around it.
struct Bench {
    solver: Solver,
    /// Input at the operating point: what is no number in the file is that.
    v_rest: Volts,
    /// One for each probe; the first one's way up is the input's.
    filters: Vec<Oversampler>,
    v_probes: Vec<f64x2>,
    /// The samples of the higher rate within one of the file, for each probe.
    steps: Vec<[f64x2; MAX_FACTOR]>,
}

impl Bench {
    fn new(
        point: &OperatingPoint,
        rate: f64,
        oversample: Oversampling,
        probes: &[&str],
    ) -> Result<Self, Failure> {
        let factor = oversample.factor();
        let solver = Solver::new(point, rate * factor as f64, probes)?;
        let (_, v_rest) = point.input()?;
        let nodes = point.nodes();
        let at_rest = |probe: &&str| {
            nodes
                .iter()
                .find(|(name, _)| name.eq_ignore_ascii_case(probe))
                .map_or(0.0, |(_, v)| *v)
        };
        let filter = |probe: &&str| {
            let mut filter = Oversampler::linear_phase(factor.ilog2() as usize);
            filter.settle(f64x2::splat(v_rest), f64x2::splat(at_rest(probe)));
            filter
        };
        Ok(Self {
            solver,
            v_rest,
            filters: probes.iter().map(filter).collect(),
            v_probes: vec![f64x2::ZERO; probes.len()],
            steps: vec![[f64x2::ZERO; MAX_FACTOR]; probes.len()],
        })
    }

    fn tick(&mut self, v_in: Volts) {
        let v_in = if v_in.is_finite() { v_in } else { self.v_rest };
        let mut inputs = [f64x2::ZERO; MAX_FACTOR];
        let factor = self.filters[0].factor();
        self.filters[0].up(f64x2::splat(v_in), &mut inputs);
        for (step, v_in) in inputs[..factor].iter().enumerate() {
            self.solver.tick(*v_in);
            for (probe, steps) in self.steps.iter_mut().enumerate() {
                steps[step] = self.solver.probe(probe);
            }
        }
        for ((v, filter), steps) in self
            .v_probes
            .iter_mut()
            .zip(&mut self.filters)
            .zip(&self.steps)
        {
            *v = filter.down(steps);
        }
    }

    fn outputs(&self) -> impl Iterator<Item = Volts> {
        self.v_probes.iter().map(|v| v.to_array()[0])
    }
}

/// Solver steps per sample at most.
const MAX_FACTOR: usize = 1 << MAX_STAGES;
