//! `loadline compare`: the same take through A and B, equally loud, with pictures and numbers.

mod bands;
mod report;
mod sine;

use crate::audio;
use crate::audio::Take;
use crate::charts;
use crate::compare::report::Report;
use crate::compare::report::RigReport;
use crate::failure::Failure;
use crate::output;
use crate::player;
use crate::progress::progress_bar;
use crate::settings::Settings;
use crate::shelf::library;
use indicatif::ProgressBar;
use loadline::dsp::integrated_lufs;
use loadline::rig::Controls;
use loadline::rig::Side;
use loadline::rig::Slot;
use loadline::units::Volts;
use loadline::units::db_to_ratio;
use loadline::units::ratio_to_db;
use loadline::units::v_full_scale;
use loadline::units::v_rms_to_dbu;
use std::path::Path;
use std::path::PathBuf;

/// Play a take through A and B, match their loudness and measure them
///
/// Both rigs are trimmed to the loudness of the dry take (ITU-R BS.1770), so that only their sound differs.
/// DIR receives A.wav and B.wav, the pictures waveform.png, spectrum.png, harmonics.png and transfer.png, and
/// report.json.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  loadline compare take.wav -o comparison/ --set a_gain=7 --set b_gain=7 --quality 8x
  loadline compare take.wav -o comparison/ --a \"Tweed edge\" --b \"EL84 chime\"")]
pub struct Compare {
    /// WAV or FLAC file, mono or stereo
    #[arg(value_name = "IN")]
    input: PathBuf,

    /// Folder to write into
    #[arg(short, value_name = "DIR")]
    output: PathBuf,

    /// Preset for rig A, by its name (`loadline list --presets`) or as a .json file; --set goes on top of it
    #[arg(long, value_name = "PRESET")]
    a: Option<String>,

    /// Preset for rig B
    #[arg(long, value_name = "PRESET")]
    b: Option<String>,

    #[command(flatten)]
    settings: Settings,

    /// Print the report as JSON instead of a table
    #[arg(long)]
    json: bool,
}

/// What DIR receives.
const WRITTEN: [&str; 7] = [
    "A.wav",
    "B.wav",
    "waveform.png",
    "spectrum.png",
    "harmonics.png",
    "transfer.png",
    "report.json",
];

/// What a rig gave, matched in loudness, and what was measured on it.
struct Outcome {
    take: Take,
    sines: sine::Sines,
    report: RigReport,
}

impl Compare {
    pub fn run(&self) -> Result<(), Failure> {
        if self
            .settings
            .set
            .iter()
            .any(|setting| setting.starts_with("a_trim") || setting.starts_with("b_trim"))
        {
            return Err(Failure::new(
                "compare finds the trims itself: leave a_trim and b_trim out",
            ));
        }
        let presets = [self.a.as_deref(), self.b.as_deref()];
        let read = || presets.into_iter().flatten().map(Path::new);
        for file in WRITTEN {
            let read = read().chain([&*self.input]);
            output::spare(&self.output.join(file), read)?;
        }
        let mut controls = self.settings.controls(presets)?;
        controls.rigs.iter_mut().for_each(|rig| rig.trim_db = 0.0);
        let dry = audio::read(&self.input)?;
        let target = loudness(&dry).ok_or_else(|| {
            Failure::new(format!(
                "{} is too soft or too short to match: it needs 0.4 s of sound",
                self.input.display()
            ))
        })?;
        let v_full_scale = v_full_scale(controls.calibration_dbu);
        let v_sine = sine::loudest_v_rms(&dry, v_full_scale);

        let bar = progress_bar(2 * (dry.frames() as u64 + sine::STEPS * u64::from(dry.rate)));
        let measure = |side| measure(&dry, target, v_sine, Controls { side, ..controls }, &bar);
        let sides = [measure(Side::A)?, measure(Side::B)?];
        bar.finish_and_clear();
        let report = Report {
            take: self.input.display().to_string(),
            rate: dry.rate,
            channels: dry.channels.len(),
            seconds: dry.duration().as_secs_f64(),
            loudness_lufs: target,
            peak_dbfs: ratio_to_db(dry.peak()),
            sine_dbu: v_rms_to_dbu(v_sine),
            controls,
            rigs: [&sides[0].report, &sides[1].report],
        };
        self.write(&dry, &sides, &report)?;
        if self.json {
            output::say_json(&report.as_json())
        } else {
            output::say(&report.as_table(&self.output))
        }
    }

    fn write(&self, dry: &Take, sides: &[Outcome; 2], report: &Report) -> Result<(), Failure> {
        output::make_folder(&self.output)?;
        let [a_wav, b_wav, waveform, spectrum, harmonics, transfer, json] =
            WRITTEN.map(|name| self.output.join(name));
        let [a, b] = sides;
        let names = [
            format!("A  {}", a.report.name),
            format!("B  {}", b.report.name),
        ];
        audio::write(&a_wav, dry.rate, &a.take.channels)?;
        audio::write(&b_wav, dry.rate, &b.take.channels)?;

        charts::waveform(&waveform, dry, [&a.take, &b.take], &names)?;
        let spectra = [dry, &a.take, &b.take].map(bands::levels);
        charts::spectrum(&spectrum, &spectra, &names)?;
        let level = sine::describe(report.sine_dbu);
        charts::harmonics(&harmonics, &level, [&a.sines.dbc, &b.sines.dbc], &names)?;
        let below = sine::describe_transfer(report.sine_dbu, [a.sines.phase, b.sines.phase]);
        charts::transfer(&transfer, &below, [&a.sines.loops, &b.sines.loops], &names)?;
        output::replace(&json, |draft| {
            std::fs::write(draft, format!("{:#}\n", report.as_json()))
        })
    }
}

/// Plays the take and the sines through the rig that is heard, and trims it to `target`, in LUFS.
fn measure(
    dry: &Take,
    target: f64,
    v_sine: Volts,
    controls: Controls,
    bar: &ProgressBar,
) -> Result<Outcome, Failure> {
    let rig = controls.rigs[controls.side.index()];
    let library = library();
    let model = library.at(Slot::Preamp, rig.choices[Slot::Preamp]);
    let progress = |samples: usize| bar.inc(samples as u64);
    bar.set_message(model.name.to_string());
    let played = player::play(dry, &controls, progress)?;
    let mut take = played.take;
    let v_full_scale = v_full_scale(controls.calibration_dbu);
    let level_out_dbu = v_rms_to_dbu(take.rms() * v_full_scale);
    let silent = || {
        Failure::new(format!(
            "rig {:?} is silent at these settings: turn its gain up",
            controls.side
        ))
    };
    // As the report prints it, so that whoever dials it in hears these very samples.
    let trim_db = ((target - loudness(&take).ok_or_else(silent)?) * 100.0).round() / 100.0;
    take.channels
        .iter_mut()
        .flatten()
        .for_each(|x| *x = (f64::from(*x) * db_to_ratio(trim_db)) as f32);

    let sines = sine::play(dry.rate, v_sine, trim_db, &controls, progress)?;
    let report = RigReport {
        name: model.name.to_string(),
        trim_db,
        level_in_dbu: v_rms_to_dbu(dry.rms() * v_full_scale),
        level_out_dbu,
        loudness_lufs: loudness(&take).ok_or_else(silent)?,
        peak_dbfs: ratio_to_db(take.peak()),
        harmonics_dbc: sines.dbc.clone(),
        thd: sines.thd,
        phase: sines.phase,
        times_real_time: dry.duration().as_secs_f64() / played.time.as_secs_f64(),
    };
    Ok(Outcome {
        take,
        sines,
        report,
    })
}

/// Integrated loudness in LUFS; a mono take counts as heard from two loudspeakers.
fn loudness(take: &Take) -> Option<f64> {
    let right = take.channels.last()?;
    integrated_lufs(&take.channels[0], right, take.rate)
}
