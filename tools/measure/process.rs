//! Runs of programs with their time and peak memory.
//!
//! A process starts out with the peak memory of the one that starts it, so whoever measures has to be small:
//! inventories are generated, and large ones solved, in processes of their own.

use std::env;
use std::error::Error;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use tunnelog::generate::Shape;
use wait4::Wait4;

pub(crate) type Outcome<T> = Result<T, Box<dyn Error>>;

/// One run of a program.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Run {
    pub(crate) seconds: f64,
    /// The most memory that was resident.
    pub(crate) peak_bytes: u64,
}

/// Runs `command` to its end.
pub(crate) fn run(command: &mut Command) -> Outcome<Run> {
    let start = Instant::now();
    let mut child = command.stdout(Stdio::null()).spawn()?;
    let used = child.wait4()?;
    let seconds = start.elapsed().as_secs_f64();
    if !used.status.success() {
        return Err(format!("{command:?} ends with {}", used.status).into());
    }
    Ok(Run { seconds, peak_bytes: used.rusage.maxrss })
}

/// Several runs of the same.
pub(crate) struct Runs {
    seconds: Vec<f64>,
    pub(crate) peak_bytes: u64,
}

impl Runs {
    pub(crate) fn new(runs: &[Run]) -> Self {
        let mut seconds: Vec<f64> = runs.iter().map(|run| run.seconds).collect();
        seconds.sort_by(f64::total_cmp);
        Self { seconds, peak_bytes: runs.iter().map(|run| run.peak_bytes).max().unwrap_or_default() }
    }

    pub(crate) fn median(&self) -> f64 {
        let middle = self.seconds.len() / 2;
        if self.seconds.len().is_multiple_of(2) {
            f64::midpoint(self.seconds[middle - 1], self.seconds[middle])
        } else {
            self.seconds[middle]
        }
    }

    pub(crate) fn fastest(&self) -> f64 {
        self.seconds[0]
    }

    pub(crate) fn slowest(&self) -> f64 {
        self.seconds[self.seconds.len() - 1]
    }
}

/// Builds the program as it is released, and says where it is.
pub(crate) fn program() -> Outcome<PathBuf> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let arguments = ["build", "--release", "--quiet", "--bin", "tunnelog", "--message-format", "json"];
    let output = Command::new(cargo).args(arguments).stderr(Stdio::inherit()).output()?;
    let messages = String::from_utf8(output.stdout)?;
    let mut executables = messages.lines().filter_map(|line| {
        let message: serde_json::Value = serde_json::from_str(line).ok()?;
        Some(PathBuf::from(message.get("executable")?.as_str()?))
    });
    executables.next_back().ok_or_else(|| "the program cannot be built".into())
}

/// Writes a generated inventory into `folder`, with what `options` add.
pub(crate) fn generate(
    program: &Path,
    shape: Shape,
    vnets: usize,
    options: &[&str],
    folder: &Path,
) -> Outcome<()> {
    let mut command = Command::new(program);
    command.args(["generate", "--quiet", "--shape", shape.word(), "--vnets", &vnets.to_string()]);
    run(command.args(options).arg("-o").arg(folder)).map(|_| ())
}

/// A run of `reach` from the files in `folder` to a CSV file.
pub(crate) fn reach(program: &Path, folder: &Path, output: &Path) -> Command {
    answer(program, "reach", folder, output)
}

/// A run of a verb that answers, from the files in `folder` to a CSV file.
pub(crate) fn answer(program: &Path, verb: &str, folder: &Path, output: &Path) -> Command {
    let mut command = Command::new(program);
    command.args([verb, "--format", "csv", "--quiet", "-o"]).args([output, folder]);
    command
}

/// How many rows a CSV file has.
pub(crate) fn rows(path: &Path) -> Outcome<usize> {
    let mut reader = BufReader::with_capacity(1 << 16, File::open(path)?);
    let mut lines = 0usize;
    loop {
        let read = reader.skip_until(b'\n')?;
        if read == 0 {
            // The first is the header.
            return lines.checked_sub(1).ok_or_else(|| "the answer has no header".into());
        }
        lines += 1;
    }
}
