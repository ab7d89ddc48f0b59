//! Measures what the project promises of its speed, in one run, and prints one Markdown table.
//!
//! ```text
//! cargo run --release --example ratios
//! ```
//!
//! What stands side by side is run in turns, so that a busy moment of the machine meets both.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "the table is the answer, the rest is progress"
)]

use std::convert::Infallible;
use std::env;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use clap::Parser;
use tunnelog::answer::{Analysis, GatewayAnswer, Request};
use tunnelog::generate::{Plan, Shape, generate};
use tunnelog::names::NameId;

#[path = "../benches/process/bare.rs"]
mod bare;
#[path = "../benches/baseline/solver.rs"]
mod baseline;
#[path = "measure/changes.rs"]
mod changes;
#[path = "measure/process.rs"]
mod process;

use process::{Outcome, Run, Runs};

#[derive(Parser)]
struct Arguments {
    /// How many times each is run.
    #[arg(long, default_value = "5")]
    runs: usize,

    /// Divides every number of VNets, to see the table before the night is over.
    #[arg(long, default_value = "1")]
    divide: usize,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let done = match (bare::asked(&arguments), solve_asked(&arguments)) {
        (Some(done), _) | (None, Some(done)) => done,
        (None, None) => Ratios::new(&Arguments::parse()).and_then(|mut ratios| ratios.measure()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Takes over where the arguments of this process ask to solve one generated inventory:
/// `solve baseline|rules SHAPE VNETS`. Prints the seconds from the inventory to the last row, and the rows.
fn solve_asked(arguments: &[String]) -> Option<Outcome<()>> {
    let [word, solver, shape, vnets] = arguments else { return None };
    let shape = Shape::ALL.into_iter().find(|known| known.word() == shape)?;
    let vnets = vnets.parse().ok()?;
    if word != "solve" {
        return None;
    }
    let inventory = generate(&Plan { shape, vnets, seed: 1, faults: 0.0 });
    let mut rows = 0usize;
    let start = Instant::now();
    if solver == "baseline" {
        baseline::rows(&inventory, |row| {
            black_box(row);
            rows += 1;
        });
    } else {
        let count = |_: NameId, answer: &GatewayAnswer| {
            rows += black_box(&answer.reach).len();
            Ok::<(), Infallible>(())
        };
        let Ok(()) = Analysis::new(&inventory).answer(&Request::default(), count);
    }
    println!("{} {rows}", start.elapsed().as_secs_f64());
    Some(Ok(()))
}

/// Longer than a file counts as just written.
const SETTLED: Duration = Duration::from_secs(3);

/// What is known while measuring.
struct Ratios {
    program: PathBuf,
    itself: PathBuf,
    runs: usize,
    divide: usize,
    lines: Vec<Line>,
}

/// One line of the table.
struct Line {
    what: String,
    measured: String,
    beside: String,
    ratio: String,
    promised: &'static str,
}

impl Ratios {
    fn new(arguments: &Arguments) -> Outcome<Self> {
        Ok(Self {
            program: process::program()?,
            itself: env::current_exe()?,
            runs: arguments.runs.max(1),
            divide: arguments.divide.max(1),
            lines: Vec::new(),
        })
    }

    fn measure(&mut self) -> Outcome<()> {
        self.version()?;
        self.cold(Shape::Hubs, 5_000)?;
        self.cold(Shape::Estate, 5_000)?;
        self.whole(Shape::Hubs, 1_000_000, "≤ 4")?;
        self.names(1_000_000)?;
        self.whole(Shape::Landing, 1_000_000, "≤ 9")?;
        self.whole(Shape::Estate, 101_000, "")?;
        self.whole(Shape::Onepart, 4_500, "≤ 2")?;
        for (shape, vnets) in [
            (Shape::Hubs, 100_000),
            (Shape::Estate, 101_000),
            (Shape::Onepart, 4_500),
            (Shape::Chain, 1_500),
            (Shape::Mesh, 500),
            (Shape::Dense, 100),
        ] {
            self.solvers(shape, vnets)?;
        }
        self.changes(101_000, 10_000);
        println!("| what | measured | beside | ratio | promised |\n|---|---|---|---|---|");
        for line in &self.lines {
            let Line { what, measured, beside, ratio, promised } = line;
            println!("| {what} | {measured} | {beside} | {ratio} | {promised} |");
        }
        Ok(())
    }

    fn vnets(&self, vnets: usize) -> usize {
        (vnets / self.divide).max(1)
    }

    fn add(&mut self, what: String, measured: String, beside: &str, ratio: String, promised: &'static str) {
        eprintln!("{what}: {measured}{}{beside} {ratio}", if beside.is_empty() { "" } else { ", beside " });
        self.lines.push(Line { what, measured, beside: beside.to_owned(), ratio, promised });
    }

    /// Runs each of `commands` in turns; each writes `output` anew.
    fn in_turns<const COUNT: usize>(
        &self,
        output: Option<&Path>,
        commands: [&dyn Fn() -> Command; COUNT],
    ) -> Outcome<[Runs; COUNT]> {
        let mut runs: [Vec<Run>; COUNT] = std::array::from_fn(|_| Vec::new());
        for _ in 0..self.runs {
            for (runs, command) in runs.iter_mut().zip(commands) {
                // To give a large file back to the system takes a while, and is nobody's work here.
                if let Some(output) = output {
                    match std::fs::remove_file(output) {
                        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                            return Err(error.into());
                        }
                        _ => {}
                    }
                }
                runs.push(process::run(&mut command())?);
            }
        }
        Ok(runs.map(|runs| Runs::new(&runs)))
    }

    fn version(&mut self) -> Outcome<()> {
        let program = self.program.clone();
        let version = || {
            let mut command = Command::new(&program);
            command.arg("--version");
            command
        };
        let [runs] = self.in_turns(None, [&version])?;
        self.add("`--version`".into(), seconds(&runs), "", String::new(), "≤ 0.01 s");
        Ok(())
    }

    fn cold(&mut self, shape: Shape, vnets: usize) -> Outcome<()> {
        let vnets = self.vnets(vnets);
        let folder = tempfile::tempdir()?;
        process::generate(&self.program, shape, vnets, &[], folder.path())?;
        let output = folder.path().join("answer.csv");
        let program = self.program.clone();
        let [runs] = self.in_turns(Some(&output), [&|| process::reach(&program, folder.path(), &output)])?;
        let what = format!("`reach`, `{}` of {vnets} VNets", shape.word());
        self.add(what, seconds(&runs), "", String::new(), "≤ 0.1 s");
        Ok(())
    }

    /// Whole runs beside the bare program, and on one core beside two.
    fn whole(&mut self, shape: Shape, vnets: usize, promised: &'static str) -> Outcome<()> {
        let vnets = self.vnets(vnets);
        let folder = tempfile::tempdir()?;
        process::generate(&self.program, shape, vnets, &[], folder.path())?;
        // Of files that were written in the last seconds texts are kept, which is not what is measured.
        std::thread::sleep(SETTLED);
        let output = folder.path().join("answer.csv");
        let (program, itself) = (self.program.clone(), self.itself.clone());
        let reach = || process::reach(&program, folder.path(), &output);
        process::run(&mut reach())?;
        let rows = process::rows(&output)?;
        let bare = || bare_command(&itself, folder.path(), rows, &output);
        let jobs = |count: &str| {
            let mut command = reach();
            command.args(["--jobs", count]);
            command
        };
        let [all, one, two, bare] =
            self.in_turns(Some(&output), [&reach, &|| jobs("1"), &|| jobs("2"), &bare])?;
        let what = format!("`reach`, `{}` of {vnets} VNets, {rows} rows", shape.word());
        let beside = format!("{} bare", seconds(&bare));
        self.add(what.clone(), seconds(&all), &beside, ratio(&all, &bare), promised);
        let beside = format!("{} with `--jobs 2`", seconds(&two));
        self.add(format!("{what}, `--jobs 1`"), seconds(&one), &beside, ratio(&one, &two), "");
        let a_vnet = all.peak_bytes / vnets as u64;
        let memory = format!("{} MiB, {a_vnet} bytes a VNet", all.peak_bytes >> 20);
        let beside = format!("{} MiB bare", bare.peak_bytes >> 20);
        let promised = match shape {
            Shape::Hubs => "≤ 450 bytes a VNet",
            Shape::Landing => "≤ 1,500 bytes a VNet",
            _ => "",
        };
        self.add(format!("{what}, peak memory"), memory, &beside, String::new(), promised);
        Ok(())
    }

    /// Names beside what is reached, with a resolver for the clients of each part.
    fn names(&mut self, vnets: usize) -> Outcome<()> {
        let vnets = self.vnets(vnets);
        let folder = tempfile::tempdir()?;
        process::generate(&self.program, Shape::Hubs, vnets, &["--resolvers"], folder.path())?;
        let output = folder.path().join("answer.csv");
        let program = self.program.clone();
        let of = |verb: &str| process::answer(&program, verb, folder.path(), &output);
        process::run(&mut of("names"))?;
        let rows = process::rows(&output)?;
        let [names, reach] = self.in_turns(Some(&output), [&|| of("names"), &|| of("reach")])?;
        let what = format!("`names`, `hubs` of {vnets} VNets with a resolver in each part, {rows} rows");
        let beside = format!("{} `reach`", seconds(&reach));
        self.add(what, seconds(&names), &beside, ratio(&names, &reach), "≤ 1.3");
        Ok(())
    }

    /// Changes to an estate, each by itself.
    fn changes(&mut self, vnets: usize, count: usize) {
        let (vnets, count) = (self.vnets(vnets), (count / self.divide).max(1));
        let timed = changes::measure(vnets, count);
        let what = format!("{count} scenarios of one change, `estate` of {vnets} VNets");
        self.add(what, format!("{:.1} s", timed.together), "", String::new(), "≤ 5 s");
        let measured =
            format!("{} (median {})", milliseconds(timed.quantile(0.99)), milliseconds(timed.quantile(0.5)));
        self.add("one change after loading, 99th percentile".into(), measured, "", String::new(), "≤ 2 ms");
    }

    /// From an inventory in memory to rows in memory, the rules on one thread and on all beside the baseline.
    fn solvers(&mut self, shape: Shape, vnets: usize) -> Outcome<()> {
        let vnets = self.vnets(vnets);
        let mut runs: [Vec<Run>; 3] = [const { Vec::new() }; 3];
        let mut counts = Vec::new();
        for _ in 0..self.runs {
            for (runs, (solver, threads)) in
                runs.iter_mut().zip([("baseline", "1"), ("rules", "1"), ("rules", "0")])
            {
                let mut command = Command::new(&self.itself);
                command.args(["solve", solver, shape.word(), &vnets.to_string()]);
                // 0 stands for as many as there are cores.
                let output = command.env("RAYON_NUM_THREADS", threads).output()?;
                let text = String::from_utf8(output.stdout)?;
                let numbers = text.trim().split_once(' ').ok_or("a solver says nothing")?;
                runs.push(Run { seconds: numbers.0.parse()?, peak_bytes: 0 });
                counts.push(numbers.1.to_owned());
            }
        }
        counts.dedup();
        let [rows] = &counts[..] else { return Err(format!("solvers differ in rows: {counts:?}").into()) };
        let [baseline, one, all] = runs.map(|runs| Runs::new(&runs));
        let what = format!("solve `{}` of {vnets} VNets, {rows} rows", shape.word());
        let beside = format!("{} baseline", seconds(&baseline));
        self.add(format!("{what}, one thread"), seconds(&one), &beside, ratio(&one, &baseline), "≤ 4");
        self.add(format!("{what}, all threads"), seconds(&all), &beside, ratio(&all, &baseline), "≤ 4");
        Ok(())
    }
}

/// As milliseconds.
fn milliseconds(seconds: f64) -> String {
    format!("{:.1} ms", seconds * 1e3)
}

fn bare_command(itself: &Path, folder: &Path, rows: usize, output: &Path) -> Command {
    let mut command = Command::new(itself);
    command.arg("bare").arg(folder).arg(rows.to_string()).arg(output);
    command
}

/// The median with the fastest and the slowest.
fn seconds(runs: &Runs) -> String {
    let digits = if runs.median() < 0.1 { 4 } else { 2 };
    let [median, fastest, slowest] =
        [runs.median(), runs.fastest(), runs.slowest()].map(|seconds| format!("{seconds:.digits$}"));
    format!("{median} s ({fastest}–{slowest})")
}

fn ratio(one: &Runs, other: &Runs) -> String {
    format!("{:.2}", one.median() / other.median())
}
