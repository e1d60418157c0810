//! Instructions of the running program, counted by valgrind.

use std::process::Command;

/// Instructions that this program needs in all when it is started as `--play CASE STEPS`; `None` without valgrind.
fn all(case: usize, steps: usize) -> Option<u64> {
    let run = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(std::env::current_exe().ok()?)
        .args(["--play", &case.to_string(), &steps.to_string()])
        .output()
        .ok()?;
    let text = String::from_utf8_lossy(&run.stderr);
    let count = text
        .lines()
        .find_map(|line| line.split_once("Collected :"))?
        .1;
    count.trim().parse().ok()
}

/// Instructions of one step of a case: two runs, the longer less the shorter, so that what is not a step drops out.
pub fn instructions(case: usize, short: usize) -> Option<u64> {
    Some((all(case, 2 * short)? - all(case, short)?) / short as u64)
}

/// The case and the steps of `--play CASE STEPS`, where the program was started so.
pub fn asked() -> Option<(usize, usize)> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.as_slice() {
        [play, case, steps, ..] if play == "--play" => {
            Some((case.parse().ok()?, steps.parse().ok()?))
        }
        _ => None,
    }
}
