//! How a release is packed, installed and used as a gate: the scripts under `packaging/`, run on the program as it was
//! built for tests; and that workflow, manifests, actions and documents speak of the same targets and variables.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::support::folders::folder;
use crate::support::program::{Run, finish, read};
use crate::support::topologies::root;

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// A script of the repository, in its root.
fn script(path: &str) -> Command {
    let mut command = Command::new("sh");
    command.arg(root().join(path)).current_dir(root());
    for variable in ["GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY", "TF_BUILD"] {
        command.env_remove(variable);
    }
    command
}

/// The program as a few lines that call it, which are packed sooner than the program with all that tests need.
fn program(folder: &Path) -> PathBuf {
    let path = folder.join("tunnelog");
    fs::write(&path, format!("#!/bin/sh\nexec '{}' \"$@\"\n", env!("CARGO_BIN_EXE_tunnelog"))).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path
}

/// The target whose archive `install.sh` takes on this machine.
fn target() -> String {
    match std::env::consts::OS {
        "macos" => format!("{}-apple-darwin", std::env::consts::ARCH),
        _ => format!("{}-unknown-linux-musl", std::env::consts::ARCH),
    }
}

/// A release of this version with one archive, and the name of that.
fn release() -> (TempDir, String) {
    let folder = folder(&[]);
    let target = target();
    let program = program(folder.path());
    let run = finish(script("packaging/archive.sh").arg(program).arg(&target).arg(folder.path()));
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
    let archive = format!("tunnelog-{VERSION}-{target}.tar.gz");
    let sums = format!("{}  {archive}\n", digest(&folder.path().join(&archive)));
    fs::write(folder.path().join("SHA256SUMS"), sums).unwrap();
    (folder, archive)
}

fn digest(path: &Path) -> String {
    let command = if cfg!(target_os = "macos") { "shasum -a 256" } else { "sha256sum" };
    let run = finish(Command::new("sh").arg("-c").arg(format!("{command} < \"$0\"")).arg(path));
    run.stdout.split_whitespace().next().unwrap().to_owned()
}

#[test]
fn an_archive_holds_the_program_its_pages_and_completions() {
    let (release, archive) = release();
    let listed = finish(Command::new("tar").arg("-tzf").arg(release.path().join(&archive)));
    let top = archive.strip_suffix(".tar.gz").unwrap();
    for file in [
        "tunnelog",
        "README.md",
        "CHANGELOG.md",
        "LICENSE-APACHE",
        "LICENSE-MIT",
        "man/man1/tunnelog.1",
        "man/man1/tunnelog-reach.1",
        "completions/tunnelog.bash",
        "completions/_tunnelog",
        "completions/tunnelog.fish",
        "completions/tunnelog.elv",
        "completions/_tunnelog.ps1",
    ] {
        let path = format!("{top}/{file}");
        assert!(listed.stdout.lines().any(|line| line == path), "{path}: {}", listed.stdout);
    }
    let completion = fs::read_to_string(release.path().join(top).join("completions/_tunnelog.ps1")).unwrap();
    assert!(completion.contains("Register-ArgumentCompleter"), "{completion}");
}

fn install(source: &str, version: &str, into: &Path, sha256: &str) -> Run {
    finish(script("packaging/gate/install.sh").args([source, version]).arg(into).arg(sha256))
}

#[test]
fn a_release_is_installed_where_its_checksum_holds() {
    let (release, archive) = release();
    let place = release.path().display().to_string();
    let digest = digest(&release.path().join(&archive));
    let into = folder(&[]);
    // The address of a file goes through curl, as that of a release does.
    for (source, version, pinned) in [
        (place.clone(), VERSION.to_owned(), ""),
        (format!("file://{place}/"), format!("v{VERSION}"), digest.as_str()),
    ] {
        let run = install(&source, &version, into.path(), pinned);
        assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "{source}");
        let program = Path::new(run.stdout.trim_end()).join("tunnelog");
        assert_eq!(finish(Command::new(program).arg("--version")).stdout, format!("tunnelog {VERSION}\n"));
    }
    let refused = |source: &str, version: &str, pinned: &str, why: &str| {
        let into = folder(&[]);
        let run = install(source, version, into.path(), pinned);
        assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{why}: {}", run.stderr);
        assert!(run.stderr.contains(why), "{why}: {}", run.stderr);
        // Nothing that was refused can be run by what comes next.
        assert!(!into.path().join(archive.strip_suffix(".tar.gz").unwrap()).exists(), "{why}");
        assert!(why.contains("list") || !into.path().join(&archive).exists(), "{why}");
    };
    let other = "0".repeat(64);
    refused(&place, VERSION, &other, &format!("is {digest}, and has to be {other}"));
    refused(&place, "main", "", "`main` is no release");
    refused(&place, "", "", "`` is no release");
    refused(&place, "99.0.0", "", "has no tunnelog-99.0.0-");
    refused(&format!("file://{place}/none"), VERSION, "", "has no SHA256SUMS");
    fs::write(release.path().join("SHA256SUMS"), format!("{digest}  {archive}.old\n")).unwrap();
    refused(&place, VERSION, "", "does not list");
    fs::write(release.path().join("SHA256SUMS"), format!("{other}  {archive}\n")).unwrap();
    refused(&place, VERSION, "", &format!("has to be {other}"));
}

/// The gate with these variables: how it ended, what it said, and the folder of its results.
fn gate(variables: &[(&str, &str)]) -> (Run, TempDir) {
    let results = folder(&[]);
    let binaries = folder(&[]);
    program(binaries.path());
    let path = format!("{}:{}", binaries.path().display(), std::env::var("PATH").unwrap());
    let mut command = script("packaging/gate/gate.sh");
    command.env("PATH", path).env("GATE_RESULTS", results.path()).envs(variables.iter().copied());
    (finish(&mut command), results)
}

#[test]
fn a_gate_ends_as_its_worst_step_does() {
    let (before, after) = ("docs/tour/export", "docs/tour/export-after");
    let plan = "tests/fixtures/what-if/chain-to-bgp.json";
    // The tour begins with a warning, and `wanted.query` holds once the change is made.
    for (variables, code) in [
        (&[("GATE_INVENTORY", before)][..], 0),
        (&[("GATE_INVENTORY", before), ("GATE_DENY_WARNINGS", "true")], 1),
        (&[("GATE_INVENTORY", before), ("GATE_DENY_WARNINGS", "false")], 0),
        (&[("GATE_INVENTORY", after), ("GATE_DENY_WARNINGS", "true")], 0),
        (&[("GATE_INVENTORY", after), ("GATE_QUERIES", "docs/tour")], 0),
        (&[("GATE_INVENTORY", before), ("GATE_QUERIES", "docs/tour")], 1),
        (&[("GATE_INVENTORY", after), ("GATE_BEFORE", before)], 0),
        (&[("GATE_INVENTORY", after), ("GATE_BEFORE", before), ("GATE_FAIL_ON_DIFFERENCE", "true")], 1),
        (&[("GATE_INVENTORY", after), ("GATE_BEFORE", after), ("GATE_FAIL_ON_DIFFERENCE", "true")], 0),
        (&[("GATE_PLAN", plan)], 0),
        (&[("GATE_PLAN", plan), ("GATE_FAIL_ON_DIFFERENCE", "true")], 1),
        (&[("GATE_INVENTORY", "README.md"), ("GATE_BEFORE", before)], 2),
        // What can gate nothing is wrong use, and no green light.
        (&[], 2),
        (&[("GATE_BEFORE", before)], 2),
        (&[("GATE_PLAN", plan), ("GATE_QUERIES", "docs/tour")], 2),
        (&[("GATE_PLAN", plan), ("GATE_INVENTORY", after), ("GATE_BEFORE", before)], 2),
        (&[("GATE_INVENTORY", after), ("GATE_QUERIES", "docs/report")], 2),
    ] {
        let (run, _) = gate(variables);
        assert_eq!(run.code, Some(code), "{variables:?}\n{}{}", run.stdout, run.stderr);
    }
}

#[test]
fn a_gate_leaves_results_and_a_summary() {
    let summary = folder(&[("summary.md", "before\n")]);
    let summary = summary.path().join("summary.md");
    let all = [
        ("GATE_INVENTORY", "docs/tour/export-after"),
        ("GATE_BEFORE", "docs/tour/export"),
        ("GATE_QUERIES", "docs/tour"),
        ("GITHUB_STEP_SUMMARY", summary.to_str().unwrap()),
    ];
    let (run, results) = gate(&all);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let result = |name: &str| fs::read_to_string(results.path().join(name)).unwrap();
    let difference = result("difference.md");
    assert!(difference.contains("gateway_transit(hub, shop)"), "{difference}");
    assert_eq!(fs::read_to_string(&summary).unwrap(), format!("before\n{difference}"));
    assert!(result("findings.sarif").contains("\"2.1.0\""));
    assert!(result("expectations-wanted.xml").contains("<testsuites"));
    // Findings stand beside the lines of a change on GitHub, and Azure Pipelines is told where the summary is.
    let (run, _) = gate(&[("GATE_INVENTORY", "docs/tour/export"), ("GITHUB_ACTIONS", "true")]);
    assert!(run.stdout.contains("::warning file=docs/tour/export/page-1.json,line=132"), "{}", run.stdout);
    let (run, results) = gate(&[all[0], all[1], ("TF_BUILD", "True")]);
    let told = format!("##vso[task.uploadsummary]{}/difference.md", results.path().display());
    assert!(run.stdout.contains(&told), "{}", run.stdout);
}

/// The targets of the workflow, in its order.
fn targets() -> Vec<String> {
    let workflow = read(".github/workflows/release.yml");
    let lines = workflow.lines().filter_map(|line| line.trim_start().strip_prefix("- { target: "));
    lines.map(|rest| rest.split(',').next().unwrap().to_owned()).collect()
}

/// The name of a target's archive.
fn archive(target: &str, version: &str) -> String {
    let ending = if target.contains("windows") { "zip" } else { "tar.gz" };
    format!("tunnelog-{version}-{target}.{ending}")
}

#[test]
fn documents_and_scripts_name_the_targets_of_the_workflow() {
    let targets = targets();
    assert_eq!(targets.len(), 7);
    let document = read("docs/releases.md");
    let listed =
        document.lines().filter_map(|line| line.strip_prefix("| `tunnelog-VERSION-")?.split('`').next());
    let listed = listed.filter(|name| !name.contains("-abi3-"));
    let expected = targets.iter().map(|target| archive(target, "VERSION"));
    let expected: Vec<String> = expected.map(|name| name["tunnelog-VERSION-".len()..].to_owned()).collect();
    assert_eq!(listed.collect::<Vec<_>>(), expected);
    let names: BTreeSet<String> = targets.iter().map(|target| archive(target, "$version")).collect();
    let install = read("packaging/gate/install.sh");
    let taken = install.lines().filter_map(|line| line.split_once(") archive=")?.1.strip_suffix(" ;;"));
    let taken: BTreeSet<String> = taken.map(str::to_owned).collect();
    assert_eq!(taken.len(), 5);
    assert!(taken.is_subset(&names), "{taken:?}");
}

#[test]
fn wheels_are_for_targets_that_have_a_program() {
    let workflow = read(".github/workflows/release.yml");
    let lines = workflow.lines().filter_map(|line| line.trim_start().strip_prefix("- { wheel: "));
    let wheels: Vec<String> = lines.map(|rest| rest.split(',').next().unwrap().to_owned()).collect();
    let programs: Vec<String> = targets().into_iter().filter(|target| !target.ends_with("-musl")).collect();
    assert_eq!(wheels, programs);
    // What builds them is what `pip install .` takes.
    let maturin = read("bindings/python/pyproject.toml");
    let (_, version) = maturin.split_once("requires = [\"").unwrap();
    assert!(workflow.contains(version.split('"').next().unwrap()));
    assert!(workflow.contains("needs: [build, wheels, image]"));
}

#[test]
fn manifests_are_filled_in_with_version_address_and_checksums() {
    let place = folder(&[]);
    let sums = place.path().join("SHA256SUMS");
    let targets = targets();
    let line = |number: usize, target: &str| format!("{number:064x}  {}\n", archive(target, "1.2.3"));
    let all: Vec<String> = targets.iter().enumerate().map(|(number, it)| line(number, it)).collect();
    fs::write(&sums, all.concat()).unwrap();
    let fill = || {
        let mut command = script("packaging/manifests.sh");
        finish(command.args(["1.2.3", "https://example.com/owner/name"]).arg(&sums).arg(place.path()))
    };
    let run = fill();
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
    let text = |name: &str| fs::read_to_string(place.path().join(name)).unwrap();
    let digest = |target: &str| {
        let number = targets.iter().position(|it| it == target).unwrap();
        (
            format!("https://example.com/owner/name/releases/download/v1.2.3/{}", archive(target, "1.2.3")),
            number,
        )
    };
    let formula = text("tunnelog.rb");
    for target in targets.iter().filter(|it| it.contains("darwin") || it.contains("gnu")) {
        let (address, number) = digest(target);
        assert!(formula.contains(&format!("url \"{address}\"\n      sha256 \"{number:064x}\"")), "{formula}");
    }
    let installer = text("owner.tunnelog.installer.yaml");
    let (address, number) = digest("x86_64-pc-windows-msvc");
    let expected = format!("InstallerUrl: \"{address}\"\n    InstallerSha256: \"{number:064x}\"");
    assert!(installer.contains(&expected), "{installer}");
    for name in ["owner.tunnelog.yaml", "owner.tunnelog.installer.yaml", "owner.tunnelog.locale.en-US.yaml"] {
        let manifest = text(name);
        assert!(
            manifest.contains("PackageIdentifier: \"owner.tunnelog\"\nPackageVersion: \"1.2.3\""),
            "{manifest}"
        );
    }
    // An archive that is missing leaves a place that nothing fills.
    fs::write(&sums, all[1..].concat()).unwrap();
    let run = fill();
    assert_eq!(run.code, Some(1));
    assert!(run.stderr.contains("has a place that nothing fills"), "{}", run.stderr);
}

#[test]
fn a_tag_is_the_version_and_has_its_section_of_the_changelog() {
    let place = folder(&[
        (
            "Cargo.toml",
            "[package]\nname = \"tunnelog\"\nversion = \"1.2.3\"\n\n[dependencies]\nversion = \"9\"\n",
        ),
        (
            "CHANGELOG.md",
            "# Changelog\n\n## [Unreleased]\n\n- later\n\n## [1.2.3] - 2026-11-28\n\n- now\n\n## [1.2.2]\n\n- then\n",
        ),
    ]);
    fs::create_dir(place.path().join("packaging")).unwrap();
    let notes = place.path().join("packaging/notes.sh");
    fs::copy(root().join("packaging/notes.sh"), &notes).unwrap();
    let run = |tag: &str| finish(Command::new("sh").arg(&notes).arg(tag));
    let told = run("v1.2.3");
    assert_eq!((told.code, told.stdout.trim()), (Some(0), "- now"), "{}", told.stderr);
    let told = run("v1.2.2");
    assert_eq!(told.code, Some(1));
    assert!(told.stderr.contains("the tag has to be v1.2.3"), "{}", told.stderr);
    fs::write(place.path().join("CHANGELOG.md"), "## [Unreleased]\n\n- now\n").unwrap();
    let told = run("v1.2.3");
    assert_eq!((told.code, told.stdout.as_str()), (Some(1), ""));
    assert!(told.stderr.contains("no section ## [1.2.3]"), "{}", told.stderr);
}

/// The words of a text that begin so.
fn words(text: &str, begin: &str) -> BTreeSet<String> {
    let words = text.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
    words.filter(|word| word.starts_with(begin)).map(str::to_owned).collect()
}

#[test]
fn the_action_and_the_steps_set_every_variable_of_the_gate() {
    let gate = words(&read("packaging/gate/gate.sh"), "GATE_");
    assert_eq!(gate.len(), 7);
    let (action, steps) = (read("action.yml"), read("packaging/azure-devops/gate.yml"));
    assert_eq!(words(&action, "GATE_"), gate);
    assert_eq!(words(&steps, "GATE_"), gate);
    // Both take the same, by the names that are usual on either side.
    let inputs = action.split("\ninputs:\n").nth(1).unwrap().split("\noutputs:\n").next().unwrap();
    let inputs = inputs.lines().filter_map(|line| line.strip_prefix("  ")?.strip_suffix(':'));
    let inputs: Vec<&str> = inputs.filter(|line| !line.starts_with(' ')).collect();
    let named = steps.lines().filter_map(|line| line.strip_prefix("  - name: "));
    let mut parameters: BTreeSet<String> = named.map(str::to_lowercase).collect();
    // Where the scripts are, and where to run them, is known to an action.
    assert!(parameters.remove("checkout") && parameters.remove("workingdirectory"));
    let joined: BTreeSet<String> = inputs.iter().map(|input| input.replace('-', "")).collect();
    assert_eq!(joined, parameters);
    let document = read("docs/ci.md");
    for input in inputs {
        assert!(document.contains(&format!("| `{input}` | ")), "docs/ci.md lacks `{input}`");
    }
}
