//! Running other programs, each printed before it runs.

use anyhow::Context;
use anyhow::Result;
use anyhow::bail;
use std::env;
use std::ffi::OsStr;
use std::process::Command;
use std::process::Stdio;

/// The cargo that runs this xtask, in the clone's root.
pub fn cargo<S: AsRef<OsStr>>(args: impl IntoIterator<Item = S>) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(args).current_dir(crate::project::root());
    command
}

/// Runs a program to its end; anything but success is an error.
pub fn run(command: &mut Command) -> Result<()> {
    let line = line(command);
    println!("$ {line}");
    let status = command
        .status()
        .with_context(|| format!("could not start `{line}`"))?;
    if !status.success() {
        bail!("`{line}` failed ({status})");
    }
    Ok(())
}

/// Runs a program to its end and returns what it prints; anything but success is an error.
pub fn output(command: &mut Command) -> Result<String> {
    let line = line(command);
    println!("$ {line}");
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("could not start `{line}`"))?;
    if !output.status.success() {
        bail!("`{line}` failed ({})", output.status);
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// What a program prints, or `None` if it is not there or fails. For questions that change nothing.
pub fn ask(program: &str, args: &[&str]) -> Option<String> {
    let output = Command::new(program).args(args).output().ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// The command as it would be typed in the clone's root.
fn line(command: &Command) -> String {
    let root = crate::project::root().to_string_lossy().into_owned() + "/";
    let word = |word: &OsStr| {
        let word = word.to_string_lossy().replace(&root, "");
        if word.contains([' ', '$', '*', '\'']) {
            format!("{word:?}")
        } else {
            word
        }
    };
    let program = command.get_program().to_string_lossy();
    let program = if program.ends_with("/cargo") {
        "cargo".to_owned()
    } else {
        word(command.get_program())
    };
    let args = command.get_args().map(word);
    [program]
        .into_iter()
        .chain(args)
        .collect::<Vec<_>>()
        .join(" ")
}
