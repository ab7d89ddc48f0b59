//! Where answers go: what is there keeps its mode, owner and names, what is read is never replaced, and signals leave nothing.

use std::fs;
use std::path::Path;

use tempfile::TempDir;

use super::hostile;
use crate::support::folders::folder;
use crate::support::program::{Run, answer, command, finish};

/// The program on a shipped inventory, writing to a path below a folder.
fn written(arguments: &[&str], folder: &TempDir, output: &str) -> Run {
    finish(command().args(arguments).args(["--quiet", "-o"]).arg(folder.path().join(output)))
}

/// The names in a folder, those of incomplete files too.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort_unstable();
    names
}

/// A copy of a shipped inventory, with its path.
fn copy(topology: &str, folder: &TempDir, name: &str) -> String {
    let target = folder.path().join(name);
    fs::create_dir(&target).unwrap();
    for entry in fs::read_dir(crate::support::topologies::root().join("facts").join(topology)).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            fs::copy(&path, target.join(path.file_name().unwrap())).unwrap();
        }
    }
    target.display().to_string()
}

const ROUTES: [&str; 2] = ["routes", "facts/isolated-vnet"];

#[cfg(unix)]
#[test]
fn what_is_replaced_keeps_its_mode_and_what_has_two_names_both() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};

    let folder = folder(&[("answer", "an old answer"), ("one", &"old ".repeat(10_000))]);
    let at = |name: &str| folder.path().join(name);
    let expected = answer("routes facts/isolated-vnet");
    fs::set_permissions(at("answer"), fs::Permissions::from_mode(0o604)).unwrap();
    assert_eq!(written(&ROUTES, &folder, "answer").code, Some(0));
    assert_eq!(fs::metadata(at("answer")).unwrap().permissions().mode() & 0o7777, 0o604);
    assert_eq!(fs::read_to_string(at("answer")).unwrap(), expected);
    fs::hard_link(at("one"), at("two")).unwrap();
    assert_eq!(written(&ROUTES, &folder, "one").code, Some(0));
    assert_eq!(fs::read_to_string(at("two")).unwrap(), expected);
    assert_eq!(fs::metadata(at("one")).unwrap().nlink(), 2);
    // So do the files of a folder.
    let inventory = copy("isolated-vnet", &folder, "inventory");
    let vnets = Path::new(&inventory).join("vnets.csv");
    fs::set_permissions(&vnets, fs::Permissions::from_mode(0o660)).unwrap();
    let export = "tests/fixtures/terraform/chain-state.json";
    assert_eq!(written(&["import", "--replace", export], &folder, "inventory").code, Some(0));
    assert_eq!(fs::metadata(&vnets).unwrap().permissions().mode() & 0o7777, 0o660);
    assert_eq!(names(folder.path()), ["answer", "inventory", "one", "two"]);
}

#[cfg(unix)]
#[test]
fn streams_and_pipes_are_written_to_as_they_are() {
    use std::process::Command;

    let folder = folder(&[]);
    let expected = answer("routes facts/isolated-vnet");
    // What stands in a file before the answer stays there.
    let program = env!("CARGO_BIN_EXE_tunnelog");
    let script =
        "cd \"$2\"; { echo before; \"$0\" routes facts/isolated-vnet -o /dev/stdout; echo after; } > \"$1\"";
    let root = crate::support::topologies::root();
    let (mut shell, all) = (Command::new("sh"), folder.path().join("all"));
    assert!(shell.args(["-c", script, program]).arg(&all).arg(root).status().unwrap().success());
    assert_eq!(fs::read_to_string(&all).unwrap(), format!("before\n{expected}after\n"));
    let pipe = folder.path().join("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let reader = std::thread::spawn({
        let pipe = pipe.clone();
        move || fs::read_to_string(pipe)
    });
    assert_eq!(written(&ROUTES, &folder, "pipe").code, Some(0));
    assert_eq!(reader.join().unwrap().unwrap(), expected);
    assert_eq!(names(folder.path()), ["all", "pipe"]);
}

#[test]
fn what_is_read_is_not_replaced() {
    let folder = folder(&[("scenarios.query", "? gateway(?g)\n"), ("answer.csv", "")]);
    let inventory = copy("branch-office", &folder, "inventory");
    let exports = folder.path().join("exports");
    fs::create_dir_all(exports.join("inner")).unwrap();
    fs::copy("tests/fixtures/terraform/chain-state.json", exports.join("state.json")).unwrap();
    let exports = exports.display().to_string();
    let at = |name: &str| folder.path().join(name).display().to_string();
    let before = fs::read_to_string(Path::new(&inventory).join("vnets.csv")).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::symlink;
        symlink(Path::new(&inventory).join("vnets.csv"), at("link.csv")).unwrap();
        symlink(&inventory, at("linked")).unwrap();
        fs::hard_link(Path::new(&inventory).join("vnets.csv"), at("hard.csv")).unwrap();
    }
    let vnets = format!("{inventory}/vnets.csv");
    let state = format!("{exports}/state.json");
    let scenarios = at("scenarios.query");
    let mut refused = vec![
        (vec!["reach", &inventory], vnets.clone()),
        (vec!["reach", &inventory], format!("{inventory}/../inventory/Vnets.CSV")),
        // A file that the next call would read counts though it is not there yet.
        (vec!["reach", &inventory], format!("{inventory}/clients.csv")),
        (vec!["reach", &vnets], format!("{inventory}/gateways.csv")),
        (vec!["ask", &inventory, "--query", &scenarios], scenarios.clone()),
        (vec!["reach", &exports], format!("{exports}/answer.csv")),
        (vec!["reach", &exports], format!("{exports}/inner/answer.json")),
        (vec!["reach", &state], state.clone()),
        (vec!["diff", "facts/ring", "--plan", &state], state.clone()),
        (vec!["facts", &inventory], inventory.clone()),
        (vec!["import", &exports], exports.clone()),
        (vec!["import", &exports], format!("{exports}/inner")),
        (vec!["import", &exports], format!("{exports}/new")),
        (vec!["import", "--replace", &vnets], inventory.clone()),
    ];
    if cfg!(unix) {
        refused.extend([
            (vec!["reach", &inventory], at("link.csv")),
            (vec!["reach", &inventory], at("hard.csv")),
            (vec!["reach", &inventory], at("linked/s2s.csv")),
        ]);
    }
    for (arguments, output) in refused {
        let run = finish(command().args(&arguments).args(["-o", &output]));
        assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{arguments:?} {output}");
        assert!(run.stderr.contains("is among what is read"), "{arguments:?} {output}: {}", run.stderr);
    }
    assert_eq!(fs::read_to_string(&vnets).unwrap(), before);
    // What no call would read may lie beside what they do.
    for (arguments, output) in [
        (vec!["reach", &inventory], format!("{inventory}/answer.csv")),
        (vec!["reach", &inventory], at("answer.csv")),
        (vec!["reach", &exports], format!("{exports}/answer.md")),
        (vec!["facts", &inventory], format!("{inventory}/relations")),
        (vec!["import", &state], at("imported")),
        (vec!["import", &state], exports.clone()),
    ] {
        let run = finish(command().args(&arguments).args(["--quiet", "-o", &output]));
        assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "{arguments:?} {output}");
    }
}

#[cfg(unix)]
#[test]
fn an_export_from_a_redirected_file_does_not_replace_it() {
    use std::process::Stdio;

    let folder = folder(&[]);
    let path = folder.path().join("state.json");
    fs::copy("tests/fixtures/terraform/chain-state.json", &path).unwrap();
    let input = Stdio::from(fs::File::open(&path).unwrap());
    let run = finish(command().args(["reach", "-", "-o"]).arg(&path).stdin(input));
    assert!(run.code == Some(2) && run.stderr.contains("is among what is read"), "{run:?}");
}

#[cfg(unix)]
#[test]
fn two_runs_do_not_write_into_one_folder() {
    let folder = folder(&[("README.md", "")]);
    let lock = fs::File::open(folder.path()).unwrap();
    lock.lock().unwrap();
    let export = "tests/fixtures/terraform/chain-state.json";
    let run = finish(command().args(["import", export, "-o"]).arg(folder.path()));
    assert_eq!(run.code, Some(2), "{}", run.stderr);
    assert!(run.stderr.contains("cannot be written: another run writes into it"), "{}", run.stderr);
    assert_eq!(names(folder.path()), ["README.md"]);
    drop(lock);
    assert_eq!(finish(command().args(["import", export, "-o"]).arg(folder.path())).code, Some(0));
}

#[test]
fn what_fails_leaves_no_folder() {
    let folder = folder(&[("file", "")]);
    let invalid = "tests/fixtures/diagnostics/bad-prefix";
    for arguments in [["facts", invalid], ["import", "facts/ring"], ["facts", "facts/no-such-folder"]] {
        assert_eq!(written(&arguments, &folder, "new/inner").code, Some(2), "{arguments:?}");
    }
    let run = written(&["facts", "facts/ring"], &folder, "file");
    assert!(run.stderr.contains("cannot be written: not a directory"), "{}", run.stderr);
    assert_eq!(names(folder.path()), ["file"]);
}

#[cfg(unix)]
#[test]
fn pages_of_the_manual_take_their_places_together() {
    use std::os::unix::fs::PermissionsExt;

    let folder = folder(&[("tunnelog.1", "an old page"), ("other.1", "")]);
    let at = |name: &str| folder.path().join(name);
    fs::set_permissions(at("tunnelog.1"), fs::Permissions::from_mode(0o640)).unwrap();
    // What cannot be replaced is known before anything is.
    fs::create_dir(at("tunnelog-reach.1")).unwrap();
    let run = finish(command().args(["man", "-o"]).arg(folder.path()));
    assert_eq!(run.code, Some(2), "{}", run.stderr);
    assert_eq!(names(folder.path()), ["other.1", "tunnelog-reach.1", "tunnelog.1"]);
    assert_eq!(fs::read_to_string(at("tunnelog.1")).unwrap(), "an old page");
    fs::remove_dir(at("tunnelog-reach.1")).unwrap();
    assert_eq!(finish(command().args(["man", "-o"]).arg(folder.path())).code, Some(0));
    assert_eq!(fs::metadata(at("tunnelog.1")).unwrap().permissions().mode() & 0o7777, 0o640);
    assert!(fs::read_to_string(at("tunnelog.1")).unwrap().contains(".TH tunnelog 1"));
    assert!(names(folder.path()).iter().all(|name| name.ends_with(".1")));
    // A new folder is there once it is complete.
    assert_eq!(finish(command().args(["man", "-o"]).arg(at("man/man1"))).code, Some(0));
    assert_eq!(names(&at("man/man1")).len(), names(folder.path()).len() - 2);
}

/// Every cell is the inside of a JSON string, so the names that went in come out.
#[test]
fn relations_hold_the_names_that_went_in_whatever_they_are() {
    let inventory = hostile::inventory();
    let folder = folder(&[]);
    let run = finish(
        command().arg("facts").arg(inventory.path()).args(["--quiet", "-o"]).arg(folder.path().join("all")),
    );
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let cells = |line: &str| -> Vec<String> {
        let text =
            |cell: &str| serde_json::from_str(&format!("\"{cell}\"")).unwrap_or_else(|_| panic!("{cell}"));
        line.split('\t').map(text).collect()
    };
    let rows = |name: &str| -> Vec<Vec<String>> {
        let text = fs::read_to_string(folder.path().join("all").join(name)).unwrap();
        text.lines().map(cells).collect()
    };
    let mut widths = 0;
    let list = fs::read_to_string(folder.path().join("all/relations.csv")).unwrap();
    for line in list.lines().skip(1) {
        let [name, kind, columns] = line.split(',').collect::<Vec<_>>()[..] else { panic!("{line}") };
        let ending = if kind == "fact" { "facts" } else { "tsv" };
        for row in rows(&format!("{name}.{ending}")) {
            assert_eq!(row.len(), columns.split(';').count(), "{name}: {row:?}");
            widths += 1;
        }
    }
    assert!(widths > 100, "{widths} rows");
    let mut found: Vec<String> = rows("address.facts").into_iter().map(|row| row[0].clone()).collect();
    found.sort_unstable();
    found.dedup();
    let mut expected = hostile::NAMES.map(str::to_owned);
    expected.sort_unstable();
    assert_eq!(found, expected);
}
