//! `loadline render`: files through a rig.

mod jobs;
mod junctions;
mod parts;

use crate::audio;
use crate::failure::Failure;
use crate::output;
use crate::player;
use crate::progress::progress_bar;
use crate::render::jobs::Job;
use crate::render::jobs::jobs;
use crate::settings::Settings;
use indicatif::ProgressBar;
use loadline::rig::Controls;
use loadline::rig::Side;
use loadline::units::v_full_scale;
use serde_json::Value;
use serde_json::json;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;
use std::thread;

/// Play files through a rig, faster than they sound
///
/// The output is 32-bit float WAV with the rate, the length and the channels of the input; the latency is
/// taken out. Several inputs, or a folder (the WAV and FLAC files directly in it), are rendered in parallel,
/// and OUT is a folder then.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  loadline render take.wav -o through-a.wav --set a_gain=7.5 --set a_source=humbucker --quality 8x
  loadline render take.wav -o crunch.wav --preset \"British crunch\" --set a_gain=5
  loadline render take.wav -o seven.wav --tolerance 100 --unit 7 --channels dual-mono --json
  loadline render takes/ -o rendered/ --rig B --set calibration=\"+18 dBu\"")]
pub struct Render {
    /// WAV or FLAC files, mono or stereo, or folders of them
    #[arg(value_name = "IN", required = true)]
    inputs: Vec<PathBuf>,

    /// WAV file to write, or a folder for several
    #[arg(short, value_name = "OUT")]
    output: PathBuf,

    /// The rig that is heard
    #[arg(long, value_name = "A|B", default_value = "A", value_parser = read_side)]
    rig: Side,

    /// Preset for that rig, by its name (`loadline list --presets`) or as a .json file; --set goes on top of it
    #[arg(long, value_name = "NAME|FILE")]
    preset: Option<String>,

    #[command(flatten)]
    settings: Settings,

    /// Print JSON: volts, impedances and what is lost between the stages, and of a unit every part's deviation
    #[arg(long)]
    json: bool,
}

impl Render {
    pub fn run(&self) -> Result<(), Failure> {
        let mut presets = [None; 2];
        presets[self.rig.index()] = self.preset.as_deref();
        let mut controls = self.settings.controls(presets)?;
        controls.side = self.rig;
        let jobs = jobs(&self.inputs, &self.output)?;
        let bar = progress_bar(jobs.len() as u64 * PER_FILE);
        let (reports, mut failures) = self.render_all(&jobs, &controls, &bar);
        bar.finish_and_clear();
        match failures.len() {
            0 if self.json => {
                let unit = parts::report(&controls.rigs[self.rig.index()])?;
                output::say_json(&json!({ "files": reports, "unit": unit }))
            }
            0 => Ok(()),
            1 if jobs.len() == 1 => Err(failures.remove(0)),
            n => {
                let detail: Vec<String> = failures.iter().map(Failure::to_string).collect();
                let what = format!(
                    "{n} of {} files could not be rendered, the others are done: see below",
                    jobs.len()
                );
                Err(Failure::new(what).detail(detail.join("\n")))
            }
        }
    }
}

impl Render {
    /// Renders on as many threads as the machine has; reports and failures come in the order of the jobs.
    fn render_all(
        &self,
        jobs: &[Job],
        controls: &Controls,
        bar: &ProgressBar,
    ) -> (Vec<Value>, Vec<Failure>) {
        let next = AtomicUsize::new(0);
        let outcomes = Mutex::new(Vec::new());
        let work = || {
            while let Some((index, job)) = {
                let index = next.fetch_add(1, Ordering::Relaxed);
                jobs.get(index).map(|job| (index, job))
            } {
                let outcome = self.render(job, controls, bar);
                let mut outcomes = outcomes.lock().unwrap_or_else(PoisonError::into_inner);
                outcomes.push((index, outcome));
            }
        };
        let threads = thread::available_parallelism()
            .map_or(1, usize::from)
            .min(jobs.len());
        thread::scope(|scope| {
            (0..threads).for_each(|_| {
                scope.spawn(work);
            })
        });
        let mut outcomes = outcomes
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        outcomes.sort_by_key(|(index, _)| *index);
        let (mut reports, mut failures) = (Vec::new(), Vec::new());
        for (_, outcome) in outcomes {
            match outcome {
                Ok(report) => reports.push(report),
                Err(failure) => failures.push(failure),
            }
        }
        (reports, failures)
    }

    fn render(&self, job: &Job, controls: &Controls, bar: &ProgressBar) -> Result<Value, Failure> {
        let take = audio::read(&job.input)?;
        bar.set_message(job.input.display().to_string());
        let total = take.frames() as u64;
        let (done, shown) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let played = player::play(&take, controls, |samples| {
            let done = (done.fetch_add(samples, Ordering::Relaxed) + samples) as u64;
            let now = (done * PER_FILE / total).min(PER_FILE);
            bar.inc(now - shown.swap(now as usize, Ordering::Relaxed) as u64);
        })?;
        audio::write(&job.output, take.rate, &played.take.channels)?;
        let seconds = take.duration().as_secs_f64();
        let speed = seconds / played.time.as_secs_f64();
        if self.json {
            let rig = &controls.rigs[controls.side.index()];
            let v_source = take.rms() * v_full_scale(controls.calibration_dbu);
            return Ok(json!({
                "input": job.input, "output": job.output, "seconds": seconds, "times_real_time": speed,
                "rig": junctions::report(rig, v_source, &played.levels)?,
            }));
        }
        bar.suspend(|| {
            output::say(&format!(
                "{}  {seconds:.1} s, {speed:.1} times real time",
                job.output.display(),
            ))
        })?;
        Ok(Value::Null)
    }
}

/// Steps of the progress bar for a file, however long it is.
const PER_FILE: u64 = 1000;

fn read_side(text: &str) -> Result<Side, String> {
    match text {
        "A" | "a" => Ok(Side::A),
        "B" | "b" => Ok(Side::B),
        _ => Err("choose A or B".to_owned()),
    }
}
