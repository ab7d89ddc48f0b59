//! A copy of the repository with other rules, its tests built once and run for one mutant after the other.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::mutants::CHOICE;

/// Tests that say something of the rules, the quickest first.
const TESTS: [(&str, &[&str]); 3] = [
    ("it", &["topologies::"]),
    ("properties", &["article", "coverage", "laws::the_simulator", "steered", "names::"]),
    ("properties", &["proofs::the_checker_accepts_every_explanation_of_shipped", "clean", "proofs"]),
];

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
        Ok(Self { root, programs, cases })
    }

    /// Runs the tests for a mutant until one fails.
    pub(crate) fn test(&self, mutant: usize, limit: Duration) -> Result<Verdict, String> {
        for (name, filters) in TESTS {
            let program = self.programs.iter().find(|(built, _)| built == name);
            let (_, program) = program.ok_or_else(|| format!("there are no tests `{name}`"))?;
            if let Some(by) = self.failure(program, filters, mutant, limit)? {
                return Ok(Verdict::Killed(format!("{name} {by}").trim_end().to_owned()));
            }
        }
        Ok(Verdict::Survived)
    }

    /// The first test that fails.
    fn failure(
        &self,
        program: &Path,
        filters: &[&str],
        mutant: usize,
        limit: Duration,
    ) -> Result<Option<String>, String> {
        let told = |error: io::Error| format!("{}: {error}", program.display());
        let output = self.root.join("output.txt");
        let mut child = Command::new(program)
            .args(filters)
            .current_dir(&self.root)
            .env("CARGO_MANIFEST_DIR", &self.root)
            .env("TUNNELOG_MUTANT", mutant.to_string())
            .env("PROPTEST_CASES", self.cases.to_string())
            // The same inventories for every mutant, and no time spent on making the one that fails small.
            .env("PROPTEST_RNG_SEED", "1")
            .env("PROPTEST_MAX_SHRINK_ITERS", "0")
            .env("RUST_BACKTRACE", "0")
            .stdout(fs::File::create(&output).map_err(told)?)
            .stderr(Stdio::null())
            .spawn()
            .map_err(told)?;
        let end = Instant::now() + limit;
        let status = loop {
            if let Some(status) = child.try_wait().map_err(told)? {
                break status;
            }
            let text = fs::read_to_string(&output).map_err(told)?;
            let failed = first_failure(&text);
            if failed.is_some() || Instant::now() > end {
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
    for (name, _) in TESTS {
        cargo.args(["--test", name]);
    }
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
