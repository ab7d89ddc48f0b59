//! However many threads there are, the answer is the same to the byte.

use crate::support::program::{Run, command, finish};

fn run(arguments: &[&str]) -> Run {
    finish(command().args(arguments))
}

/// A generated inventory, which goes with its folder.
fn generated(shape: &str, vnets: &str, faults: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_str().unwrap();
    let made =
        run(&["generate", "--shape", shape, "--vnets", vnets, "--seed", "5", "--faults", faults, "-o", path]);
    assert_eq!(made.code, Some(0), "{}", made.stderr);
    folder
}

/// Asserts that the verb says the same on one, two and seven threads.
fn says_the_same(arguments: &[&str], folder: &tempfile::TempDir) {
    let with = |jobs: &str| {
        let path = folder.path().to_str().unwrap();
        let run = run(&[&["--jobs", jobs, arguments[0], path], &arguments[1..]].concat());
        (run.code, run.stdout, run.stderr)
    };
    let one = with("1");
    assert!(one.0.is_some_and(|code| code < 2) && one.1.lines().count() > 1, "{arguments:?}: {one:?}");
    for jobs in ["2", "7"] {
        assert!(with(jobs) == one, "{arguments:?} with {jobs} threads");
    }
}

#[test]
fn files_that_are_read_in_stretches() {
    let folder = generated("hubs", "40000", "0");
    assert!(folder.path().join("vnets.csv").metadata().unwrap().len() > 1 << 20, "too short to be shared");
    says_the_same(&["reach", "--format", "csv"], &folder);
}

#[test]
fn inventories_with_faults() {
    for (shape, vnets) in
        [("hubs", "300"), ("landing", "300"), ("estate", "300"), ("onepart", "40"), ("dense", "2")]
    {
        let folder = generated(shape, vnets, "0.1");
        for arguments in [
            &["reach", "--format", "csv"][..],
            &["routes", "--format", "json"],
            &["reach", "--format", "markdown", "--model", "observed"],
            &["check", "--format", "json"],
            &["ask", "? access(?g, _, ?n, ?s)"],
        ] {
            says_the_same(arguments, &folder);
        }
    }
    let folder = generated("hubs", "150", "0.1");
    says_the_same(&["sweep", "--remove", "s2s,bgp", "--format", "csv"], &folder);
}
