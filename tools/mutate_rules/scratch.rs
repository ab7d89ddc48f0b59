//! A copy of the repository with other rules, its tests built once and run for one mutant after the other.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::mutants::CHOICE;

/// Tests that say something of rules.
struct Stage {
    program: &'static str,
    filters: &'static [&'static str],
    /// How many times as many random inventories as are asked for.
    times: u32,
}

const fn stage(program: &'static str, filters: &'static [&'static str], times: u32) -> Stage {
    Stage { program, filters, times }
}

/// What is run for the first file of rules, the quickest first.
const OF_ROUTERS: [Stage; 4] = [
    stage("it", &["topologies::"], 1),
    stage("properties", &["corners::", "article", "coverage", "laws::the_simulator", "steered::solver"], 1),
    stage("properties", &["endpoints::"], 1),
    stage("properties", &["proofs", "clean"], 1),
];

/// What is run for the rules of subnets and ways, which only components with subnets are solved by.
const OF_STEERING: [Stage; 5] = [
    stage("it", &["topologies::", "queries::every_expectation_holds", "query_routing::"], 1),
    stage("properties", &["corners::", "steered::solver", "steered::random"], 1),
    stage("properties", &["endpoints::"], 1),
    stage(
        "properties",
        &["proofs::the_checker_accepts_every_explanation_of_shipped", "where_route_tables_steer"],
        1,
    ),
    stage("properties", &["steered::solver"], 16),
];

/// What is run for the rules of names, which nothing else rests on.
const OF_NAMES: [Stage; 2] =
    [stage("it", &["topologies::"], 1), stage("properties", &["names::the_simulator", "names::random"], 4)];

fn stages(file: &str) -> &'static [Stage] {
    match file {
        "tables" | "ways" => &OF_STEERING,
        "names" => &OF_NAMES,
        _ => &OF_ROUTERS,
    }
}

/// A mutant that takes so many times as long as the rules as they are is noticed, too.
const SLOWER: u32 = 10;

/// What programs leave in a checkout, and no build begins with.
const LEFT_OUT: [&str; 2] = ["target", "node_modules"];

/// What became of a mutant.
pub(crate) enum Verdict {
    /// By that test, or as it took too long.
    Killed(String),
    Survived,
}

/// The copy and the programs built from it.
pub(crate) struct Scratch {
    root: PathBuf,
    programs: Vec<(String, PathBuf)>,
    cases: u32,
    /// The longest that each stage of a file may take.
    limits: BTreeMap<&'static str, Vec<Duration>>,
}

impl Scratch {
    /// Builds the tests with these files in place of those of the repository.
    pub(crate) fn build(repository: &Path, rules: &[(&str, String)], cases: u32) -> Result<Self, String> {
        let folder = repository.join("target/mutants");
        let root = folder.join("copy");
        let told = |error: io::Error| format!("{}: {error}", root.display());
        let library = fs::read_to_string(repository.join("src/lib.rs")).map_err(told)? + CHOICE;
        let others = [("src/lib.rs", library)];
        let instead: Vec<(PathBuf, &str)> =
            rules.iter().chain(&others).map(|(file, text)| (root.join(file), &**text)).collect();
        copy(repository, &root, &instead).map_err(told)?;
        for (file, text) in &instead {
            update(file, text.as_bytes()).map_err(told)?;
        }
        let programs = build(&root, &folder.join("target"))?;
        Ok(Self { root, programs, cases, limits: BTreeMap::new() })
    }

    /// Runs the tests of a file on the rules as they are, which have to pass, and takes the time.
    pub(crate) fn measure(&mut self, file: &'static str) -> Result<(), String> {
        let mut limits = Vec::new();
        for stage in stages(file) {
            let start = Instant::now();
            if let Some(by) = self.failure(stage, 0, Duration::MAX)? {
                return Err(format!("the rules as they are fail {by}"));
            }
            // What is over at once may take a second when the machine has other work.
            limits.push(SLOWER * start.elapsed().max(Duration::from_secs(2)));
        }
        self.limits.insert(file, limits);
        Ok(())
    }

    /// Runs the tests for a mutant of a file that was measured, until one fails.
    pub(crate) fn test(&self, file: &str, mutant: usize) -> Result<Verdict, String> {
        for (stage, limit) in stages(file).iter().zip(&self.limits[file]) {
            if let Some(by) = self.failure(stage, mutant, *limit)? {
                return Ok(Verdict::Killed(format!("{} {by}", stage.program).trim_end().to_owned()));
            }
        }
        Ok(Verdict::Survived)
    }

    /// The first test that fails.
    fn failure(&self, stage: &Stage, mutant: usize, limit: Duration) -> Result<Option<String>, String> {
        let program = self.programs.iter().find(|(built, _)| built == stage.program);
        let (_, program) = program.ok_or_else(|| format!("there are no tests `{}`", stage.program))?;
        let told = |error: io::Error| format!("{}: {error}", program.display());
        let output = self.root.join("output.txt");
        let mut child = Command::new(program)
            .args(stage.filters)
            .current_dir(&self.root)
            .env("CARGO_MANIFEST_DIR", &self.root)
            .env("TUNNELOG_MUTANT", mutant.to_string())
            .env("PROPTEST_CASES", (self.cases * stage.times).to_string())
            // The same inventories for every mutant, and no time spent on making the one that fails small.
            .env("PROPTEST_RNG_SEED", "1")
            .env("PROPTEST_MAX_SHRINK_ITERS", "0")
            .env("RUST_BACKTRACE", "0")
            .stdout(fs::File::create(&output).map_err(told)?)
            .stderr(Stdio::null())
            .spawn()
            .map_err(told)?;
        let start = Instant::now();
        let status = loop {
            if let Some(status) = child.try_wait().map_err(told)? {
                break status;
            }
            let text = fs::read_to_string(&output).map_err(told)?;
            let failed = first_failure(&text);
            if failed.is_some() || start.elapsed() > limit {
                child.kill().and_then(|()| child.wait()).map_err(told)?;
                return Ok(Some(failed.unwrap_or_else(|| format!("takes more than {limit:?}"))));
            }
            sleep(Duration::from_millis(20));
        };
        let text = fs::read_to_string(&output).map_err(told)?;
        Ok((!status.success()).then(|| first_failure(&text).unwrap_or_default()))
    }
}

fn first_failure(text: &str) -> Option<String> {
    let failed = text.lines().find_map(|line| line.strip_prefix("test ")?.strip_suffix(" ... FAILED"));
    failed.map(str::to_owned)
}

/// Builds the tests and tells where they are.
fn build(root: &Path, target: &Path) -> Result<Vec<(String, PathBuf)>, String> {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["test", "--no-run", "--locked", "--message-format=json-render-diagnostics"]);
    // Hundreds of runs pay for a slower build.
    cargo.args([
        "--config",
        "profile.dev.package.tunnelog.opt-level=1",
        "--test",
        "it",
        "--test",
        "properties",
    ]);
    let cargo = cargo.current_dir(root).env("CARGO_TARGET_DIR", target).stderr(Stdio::inherit());
    let output = cargo.output().map_err(|error| format!("cargo: {error}"))?;
    if !output.status.success() {
        return Err("the mutants are no program".to_owned());
    }
    let text = String::from_utf8_lossy(&output.stdout);
    let messages = text.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    let program = |message: serde_json::Value| {
        let name = message["target"]["name"].as_str()?.to_owned();
        Some((name, PathBuf::from(message["executable"].as_str()?)))
    };
    Ok(messages.filter_map(program).collect())
}

/// Copies what differs, so that little has to be built again, but for the files that others take the place of.
fn copy(from: &Path, to: &Path, instead: &[(PathBuf, &str)]) -> io::Result<()> {
    if from.is_dir() {
        fs::create_dir_all(to)?;
        for entry in from.read_dir()? {
            let entry = entry?;
            let name = entry.file_name();
            if !name.as_encoded_bytes().starts_with(b".") && !LEFT_OUT.iter().any(|out| name == *out) {
                copy(&entry.path(), &to.join(name), instead)?;
            }
        }
        Ok(())
    } else if instead.iter().any(|(file, _)| file == to) {
        Ok(())
    } else {
        update(to, &fs::read(from)?)
    }
}

fn update(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if fs::read(path).is_ok_and(|before| before == bytes) {
        return Ok(());
    }
    fs::write(path, bytes)
}
