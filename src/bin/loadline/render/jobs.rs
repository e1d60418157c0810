//! Which file is rendered to which.

use crate::failure::Failure;
use crate::output;
use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::path::PathBuf;

pub struct Job {
    pub input: PathBuf,
    pub output: PathBuf,
}

/// One job for each recording named, or in a folder named.
pub fn jobs(inputs: &[PathBuf], output: &Path) -> Result<Vec<Job>, Failure> {
    let several = inputs.len() > 1 || inputs.iter().any(|input| input.is_dir());
    if !several && !output.is_dir() {
        let job = Job {
            input: inputs[0].clone(),
            output: output.to_owned(),
        };
        return check(vec![job]);
    }
    if output.is_file() {
        let what = format!(
            "{} is a file: several inputs need a folder as OUT",
            output.display()
        );
        return Err(Failure::new(what));
    }
    let mut jobs = Vec::new();
    for input in inputs {
        let files = if input.is_dir() {
            recordings(input)?
        } else {
            vec![input.clone()]
        };
        jobs.extend(files.into_iter().map(|input| {
            let name = Path::new(input.file_name().unwrap_or_default()).with_extension("wav");
            Job {
                output: output.join(name),
                input,
            }
        }));
    }
    let jobs = check(jobs)?;
    output::make_folder(output)?;
    Ok(jobs)
}

/// The WAV and FLAC files directly in a folder, in the order of their names.
fn recordings(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let unreadable = |e| {
        Failure::new(format!(
            "can't read the folder {}: check its rights",
            folder.display()
        ))
        .detail(e)
    };
    let is_recording = |path: &PathBuf| {
        let extension = path.extension().unwrap_or_default().to_ascii_lowercase();
        path.is_file() && (extension == "wav" || extension == "wave" || extension == "flac")
    };
    let entries = fs::read_dir(folder).map_err(unreadable)?;
    let mut files: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(is_recording)
        .collect();
    files.sort();
    if files.is_empty() {
        return Err(Failure::new(format!(
            "there is no WAV or FLAC file in {}: name a folder of recordings",
            folder.display()
        )));
    }
    Ok(files)
}

/// Refuses outputs that are not WAV, that would overwrite an input, or that two inputs share.
fn check(jobs: Vec<Job>) -> Result<Vec<Job>, Failure> {
    let mut owners: HashMap<&Path, &Path> = HashMap::new();
    for Job { input, output } in &jobs {
        if !output
            .extension()
            .is_some_and(|extension| extension.eq_ignore_ascii_case("wav"))
        {
            return Err(Failure::new(format!(
                "{} would hold WAV: give it a name that ends in .wav",
                output.display()
            )));
        }
        output::spare(output, jobs.iter().map(|job| &*job.input))?;
        if let Some(other) = owners.insert(output, input) {
            return Err(Failure::new(format!(
                "two inputs would be written to {}: rename one",
                output.display()
            ))
            .detail(format!("{}\n{}", other.display(), input.display())));
        }
    }
    Ok(jobs)
}
