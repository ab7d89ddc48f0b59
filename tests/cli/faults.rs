//! Full disks, interruptions and inputs that are none: an old answer stays, and nothing is half written.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;

use crate::support::program::{command, finish};
use crate::support::topologies::root;

/// The names in a folder, those of incomplete files too.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort_unstable();
    names
}

/// A folder with an inventory of so many VNets; of the shape `onepart` an answer about 1,800 takes seconds.
fn large(shape: &str, vnets: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let arguments = ["generate", "--shape", shape, "--vnets", vnets, "--seed", "1", "--quiet", "-o"];
    let run = finish(command().args(arguments).arg(folder.path().join("large")));
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    folder
}

/// An export of so many VNets.
fn export(vnets: usize) -> tempfile::NamedTempFile {
    let mut file = tempfile::Builder::new().suffix(".json").tempfile().unwrap();
    let vnet = |number: usize| {
        let id = format!(
            "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v{number}"
        );
        let prefix = format!("10.{}.{}.0/24", number / 256 % 256, number % 256);
        serde_json::json!({
            "id": id,
            "type": "microsoft.network/virtualnetworks",
            "properties": { "addressSpace": { "addressPrefixes": [prefix] } },
        })
    };
    let vnets: Vec<_> = (0..vnets).map(vnet).collect();
    file.write_all(serde_json::to_string(&vnets).unwrap().as_bytes()).unwrap();
    file
}

/// A signal by its name, and the exit code that shells show for it.
type Signal = (&'static str, i32);

const INTERRUPTION: Signal = ("-INT", 130);

/// Signals the program in the middle of its work: again where that was too late or too early.
#[cfg(unix)]
fn interrupted(arguments: &[&str], (signal, expected): Signal, output: &Path, mut prepare: impl FnMut()) {
    let mut codes = Vec::new();
    // It may end by itself at any moment before the signal comes, and a busy machine may not have begun:
    // only another attempt tells.
    for pause in [400, 200, 100, 50, 25, 10, 1_600] {
        prepare();
        let mut child = command();
        let child = child.args(arguments).arg("--quiet").arg("-o").arg(output);
        let mut child = child.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(pause));
        let killed = Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap();
        assert!(killed.success());
        let code = child.wait().unwrap().code();
        if code == Some(expected) {
            return;
        }
        codes.push(code);
    }
    panic!("{arguments:?} ended with {codes:?} on {signal}");
}

#[cfg(unix)]
#[test]
fn an_interruption_leaves_the_old_answer() {
    let folder = large("onepart", "1800");
    let large = folder.path().join("large").display().to_string();
    let answer = folder.path().join("answer");
    let mut scenarios = tempfile::NamedTempFile::new().unwrap();
    for number in 0..2_000 {
        writeln!(scenarios, "scenario {number}\n+ address(hub-00000-0000, 203.0.113.0/24)").unwrap();
    }
    let scenarios = scenarios.path().display().to_string();
    let (hub, far) = ("hub-00000-0000", "hub-00000-0500");
    let verbs: [&[&str]; 9] = [
        &["reach", &large, "--format", "csv"],
        &["routes", &large, "--format", "json"],
        &["sweep", &large, "--remove", "s2s", "--pairs", "--format", "csv"],
        &["explain", &large, "--from", hub, "--to", "0.0.0.0/0", "--all", "--format", "json"],
        &["fix", &large, "--from", hub, "--to", far, "--class", "windows", "--never", "custom-route"],
        &["ask", &large, "? delivered(?r, ?n, ?p)"],
        &["whatif", &large, "--query", &scenarios, "--format", "csv"],
        &["diff", "facts/ring", &large, "--format", "csv"],
        &["report", &large, "--gateway", hub],
    ];
    for verb in verbs {
        interrupted(verb, INTERRUPTION, &answer, || fs::write(&answer, "old").unwrap());
        assert_eq!(names(folder.path()), ["answer", "large"], "{verb:?}");
        assert_eq!(fs::read_to_string(&answer).unwrap(), "old", "{verb:?}");
    }
    let (old, exported) = (answer.join("vnets.csv"), export(60_000));
    let exported = exported.path().display().to_string();
    let verbs: [&[&str]; 3] = [
        &["facts", &large],
        &["import", "--replace", &exported],
        &["generate", "--replace", "--shape", "mesh", "--vnets", "200000"],
    ];
    for verb in verbs {
        interrupted(verb, INTERRUPTION, &answer, || {
            if answer.is_dir() {
                fs::remove_dir_all(&answer).unwrap();
            } else {
                fs::remove_file(&answer).unwrap();
            }
            fs::create_dir(&answer).unwrap();
            fs::write(&old, "old").unwrap();
        });
        assert_eq!(names(folder.path()), ["answer", "large"], "{verb:?}");
        assert_eq!(names(&answer), ["vnets.csv"], "{verb:?}");
        assert_eq!(fs::read_to_string(&old).unwrap(), "old", "{verb:?}");
    }
}

/// True where whoever runs the tests has the program go on when a terminal is closed, as `nohup` does.
#[cfg(unix)]
fn ignores_hang_ups() -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.is_some_and(|mask| u64::from_str_radix(mask.trim(), 16).unwrap() & 1 == 1)
}

#[cfg(unix)]
#[test]
fn every_signal_that_ends_a_process_leaves_nothing() {
    let folder = large("onepart", "1800");
    let large = folder.path().join("large").display().to_string();
    let (answer, new) = (folder.path().join("answer"), folder.path().join("new"));
    let mut signals = vec![("-TERM", 143)];
    if !ignores_hang_ups() {
        signals.push(("-HUP", 129));
    }
    for signal in signals {
        interrupted(&["reach", &large, "--format", "csv"], signal, &answer, || {
            fs::write(&answer, "old").unwrap();
        });
        assert_eq!(fs::read_to_string(&answer).unwrap(), "old", "{signal:?}");
        // A folder that was not there is not there afterwards.
        interrupted(&["facts", &large], signal, &new.join("inner"), || {
            let _ = fs::remove_dir_all(&new);
        });
        assert_eq!(names(folder.path()), ["answer", "large"], "{signal:?}");
    }
}

/// What `nohup` starts goes on.
#[cfg(target_os = "linux")]
#[test]
fn a_hang_up_that_is_to_be_ignored_is() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("vnets.csv");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let mut child = Command::new("nohup");
    child.arg(env!("CARGO_BIN_EXE_tunnelog")).arg("reach").arg(folder.path());
    let child = child.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // Once the pipe is open, the program reads it and is waiting for signals.
    let mut writer = fs::File::options().write(true).open(&pipe).unwrap();
    assert!(Command::new("kill").args(["-HUP", &child.id().to_string()]).status().unwrap().success());
    std::thread::sleep(Duration::from_millis(600));
    writer.write_all(b"name,address_space\nHub,10.1.0.0/16\n").unwrap();
    drop(writer);
    let ended = child.wait_with_output().unwrap();
    assert_eq!(ended.status.code(), Some(0), "{}", String::from_utf8_lossy(&ended.stderr));
}

/// Runs a verb where no file may grow beyond eight kilobytes, as on a disk that is full.
#[cfg(unix)]
fn on_a_full_disk(arguments: &[&str], output: &Path) -> std::process::Output {
    let mut shell = Command::new("bash");
    let script = "ulimit -f 8; exec \"$@\"";
    shell.args(["-c", script, "bash", env!("CARGO_BIN_EXE_tunnelog")]).args(arguments).arg("-o").arg(output);
    shell.current_dir(root()).output().unwrap()
}

#[cfg(unix)]
#[test]
fn a_full_disk_leaves_the_old_answer() {
    let folder = large("hubs", "2000");
    let large = folder.path().join("large").display().to_string();
    let answer = folder.path().join("answer");
    fs::write(&answer, "old").unwrap();
    for verb in [
        vec!["reach", &large, "--format", "csv", "--quiet"],
        vec!["routes", &large, "--format", "json", "--quiet"],
        vec!["ask", &large, "? address(?n, ?p)", "--quiet"],
        vec!["reach", &large, "--format", "xlsx", "--quiet"],
        vec!["reach", &large, "--format", "parquet", "--quiet"],
        vec!["report", &large, "--quiet"],
        vec!["graph", &large, "--around", "hub-00000-0000", "--expand", "all", "--format", "svg", "--quiet"],
        vec!["sweep", &large, "--remove", "s2s,peered", "--quiet"],
        vec!["diff", "facts/s2s-chain", &large, "--quiet"],
    ] {
        let ended = on_a_full_disk(&verb, &answer);
        let told = String::from_utf8(ended.stderr).unwrap();
        assert_eq!(ended.status.code(), Some(2), "{verb:?}: {told}");
        let lines: Vec<&str> = told.lines().filter(|line| !line.is_empty()).collect();
        // Where a workbook is too large for temporary files, a help names the variable.
        assert!(
            lines[0].starts_with("error: ") && lines[0].contains("cannot be written"),
            "{verb:?}: {told}"
        );
        assert!(lines[1..].iter().all(|line| line.starts_with("help: ")), "{verb:?}: {told}");
        assert_eq!(names(folder.path()), ["answer", "large"], "{verb:?}");
        assert_eq!(fs::read_to_string(&answer).unwrap(), "old", "{verb:?}");
    }
    let other = folder.path().join("other");
    fs::create_dir(&other).unwrap();
    fs::write(other.join("vnets.csv"), "old").unwrap();
    let exported = export(2_000);
    let exported = exported.path().display().to_string();
    let verbs: [&[&str]; 3] = [
        &["facts", &large, "--quiet"],
        &["import", &exported, "--replace", "--quiet"],
        &["generate", "--replace", "--shape", "hubs", "--vnets", "2000", "--seed", "1", "--quiet"],
    ];
    for verb in verbs {
        let new = folder.path().join("new");
        let ended = on_a_full_disk(verb, &new);
        let told = String::from_utf8(ended.stderr).unwrap();
        let told: Vec<&str> = told.lines().collect();
        assert_eq!((ended.status.code(), told.len()), (Some(2), 1), "{verb:?}: {told:?}");
        assert!(told[0].ends_with("cannot be written: file too large"), "{verb:?}: {told:?}");
        assert!(!new.exists(), "{verb:?}");
        let ended = on_a_full_disk(verb, &other);
        assert_eq!(ended.status.code(), Some(2), "{verb:?}: {}", String::from_utf8_lossy(&ended.stderr));
        assert_eq!(names(&other), ["vnets.csv"], "{verb:?}");
        assert_eq!(fs::read_to_string(other.join("vnets.csv")).unwrap(), "old", "{verb:?}");
    }
}

/// A device without room ends every format with one line.
#[cfg(target_os = "linux")]
#[test]
fn a_device_without_room_is_told_of_in_a_line() {
    for format in ["table", "csv", "json", "ndjson", "markdown", "xlsx", "parquet"] {
        let run = finish(command().args([
            "reach",
            "facts/branch-office",
            "--quiet",
            "-o",
            "/dev/full",
            "--format",
            format,
        ]));
        let told = "error: the answer cannot be written: no space left on device\n";
        assert_eq!((run.code, run.stderr.as_str()), (Some(2), told), "{format}");
    }
    for arguments in [&["--help"][..], &["--version"], &["reach", "-h"], &["man"], &["completions", "bash"]] {
        let full = fs::File::options().write(true).open("/dev/full").unwrap();
        let ended = command().args(arguments).stdout(full).stderr(Stdio::piped()).spawn().unwrap();
        let ended = ended.wait_with_output().unwrap();
        let told = String::from_utf8(ended.stderr).unwrap();
        let expected = "error: the answer cannot be written: no space left on device\n";
        assert_eq!((ended.status.code(), told.as_str()), (Some(2), expected), "{arguments:?}");
    }
}

/// An answer that is larger than the memory streams through it.
#[cfg(target_os = "linux")]
#[test]
fn memory_does_not_hold_the_answer() {
    const MEMORY: u64 = 150_000 << 10;
    let folder = large("onepart", "1800");
    let (large, answer) = (folder.path().join("large"), folder.path().join("answer"));
    let script = format!("ulimit -v {}; exec \"$@\"", MEMORY >> 10);
    let mut shell = Command::new("bash");
    shell.args([
        "-c",
        &script,
        "bash",
        env!("CARGO_BIN_EXE_tunnelog"),
        "reach",
        "--format",
        "csv",
        "--quiet",
    ]);
    // For each thread the allocator would set addresses aside, which count as memory here and hold nothing.
    shell.env("MALLOC_ARENA_MAX", "1");
    let ended = shell.args(["--jobs", "2", "-o"]).args([&answer, &large]).output().unwrap();
    assert_eq!(ended.status.code(), Some(0), "{}", String::from_utf8_lossy(&ended.stderr));
    let size = fs::metadata(&answer).unwrap().len();
    assert!(size > MEMORY, "{size} bytes would have fitted");
    // 600 of the VNets are gateways with clients of two classes, each of which has an answer about every VNet.
    let rows = fs::read_to_string(&answer).unwrap().lines().count() - 1;
    assert_eq!(rows, 600 * 2 * 1_800);
}

#[test]
fn many_faults_are_counted_and_the_first_hundred_shown() {
    let folder = tempfile::tempdir().unwrap();
    let row = |number: usize| format!("V{number},10.0.0.1/8\n");
    let rows: String = (0..20_000).map(row).collect();
    fs::write(folder.path().join("vnets.csv"), format!("name,address_space\n{rows}")).unwrap();
    let run = finish(command().args(["reach", "--color", "never"]).arg(folder.path()));
    assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""));
    assert_eq!(run.stderr.matches("error[bad-prefix]").count(), 100);
    assert!(run.stderr.contains("… and 19900 more") && run.stderr.contains("20000 errors"), "{}", run.stderr);
    // As an answer they are listed to the last.
    let run = finish(command().args(["check", "--format", "csv"]).arg(folder.path()));
    assert_eq!(run.stdout.lines().count(), 20_001);
}

#[test]
fn nesting_costs_no_stack() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: String| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path
    };
    let deep = 200_000;
    let lists = "[".repeat(deep) + &"]".repeat(deep);
    let open = "[".repeat(deep);
    let objects = "{\"value\":".repeat(deep) + "1" + &"}".repeat(deep);
    let inside = format!(
        "{{\"value\":[{{\"id\":\"/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/V\",\
         \"properties\":{{\"addressSpace\":{lists}}}}}]}}"
    );
    for (name, text) in
        [("lists.json", lists), ("open.json", open), ("objects.json", objects), ("inside.json", inside)]
    {
        let path = write(name, text);
        let run = finish(command().arg("reach").arg(&path));
        // A resource may hold what no reader looks at, and is told to lack what should be there.
        let told = if name == "inside.json" { "note[incomplete]" } else { "error[" };
        assert_eq!(run.code, Some(2), "{name}: {}", run.stderr);
        assert!(run.stderr.contains(told), "{name}: {}", run.stderr);
        let run = finish(
            command()
                .args(["verify", "facts/isolated-vnet", "--gateway", "VNet1", "--class", "windows"])
                .arg(&path),
        );
        assert_eq!(run.code, Some(2), "{name}: {}", run.stderr);
    }
    let statement = format!("? {}gateway(?g)", "not ".repeat(deep));
    let path = write("deep.query", statement);
    let run = finish(command().args(["ask", "facts/isolated-vnet", "--query"]).arg(path));
    assert_eq!(run.code, Some(2), "{}", run.stderr);
}

/// By default one of 16 megabytes; `TUNNELOG_CELL_MEGABYTES` says another size.
#[test]
fn a_cell_may_be_as_large_as_a_file() {
    let asked = std::env::var("TUNNELOG_CELL_MEGABYTES").ok().and_then(|text| text.parse().ok());
    let size = asked.unwrap_or(16usize) << 20;
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("vnets.csv"), format!("name,address_space\nV,{}\n", "x".repeat(size)))
        .unwrap();
    let run = finish(command().args(["reach", "--color", "never"]).arg(folder.path()));
    assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""));
    assert!(run.stderr.contains("error[bad-prefix]"));
    assert!(run.stderr.len() < 10_000, "{} bytes tell of one fault", run.stderr.len());
}

#[test]
fn what_is_no_file_is_said_to_be_none() {
    let folder = tempfile::tempdir().unwrap();
    let inventory = folder.path().join("inventory");
    fs::create_dir_all(inventory.join("vnets.csv")).unwrap();
    let empty = folder.path().join("empty");
    fs::create_dir(&empty).unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink("nowhere", folder.path().join("link")).unwrap();
    for (path, told) in [
        (inventory.clone(), "inventory"),
        (empty, "empty"),
        (folder.path().join("missing"), "missing"),
        #[cfg(unix)]
        (folder.path().join("link"), "link"),
        #[cfg(unix)]
        (Path::new("/dev/null").to_path_buf(), "/dev/null"),
    ] {
        let run = finish(command().arg("reach").arg(&path));
        assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{path:?}: {}", run.stderr);
        assert!(run.stderr.contains("error[") && run.stderr.contains(told), "{path:?}: {}", run.stderr);
    }
}

/// What a pipe gives is read once, and what never ends is not read at all.
#[cfg(unix)]
#[test]
fn pipes_are_read_and_devices_are_not() {
    let folder = tempfile::tempdir().unwrap();
    let fifo = |name: &str| {
        let path = folder.path().join(name);
        assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
        path
    };
    let feed = |path: std::path::PathBuf, text: String| std::thread::spawn(move || fs::write(path, text));
    let read = |name: &str| fs::read_to_string(format!("facts/isolated-vnet/{name}")).unwrap();
    let answer = read("expected/reach.csv");
    let writers: Vec<_> =
        ["vnets.csv", "gateways.csv"].into_iter().map(|name| feed(fifo(name), read(name))).collect();
    let run = finish(command().arg("reach").arg(folder.path()));
    assert_eq!((run.code, run.stdout.as_str(), run.stderr.as_str()), (Some(0), answer.as_str(), ""));
    for writer in writers {
        writer.join().unwrap().unwrap();
    }
    for path in ["/dev/zero", "/dev/urandom"] {
        for arguments in
            [vec!["reach", path], vec!["verify", "facts/isolated-vnet", "--gateway", "VNet1", path]]
        {
            let run = finish(command().args(&arguments).args(["--class", "windows"]));
            assert_eq!(run.code, Some(2), "{arguments:?}");
            assert!(run.stderr.contains("it is a device"), "{arguments:?}: {}", run.stderr);
        }
    }
}

#[test]
fn an_export_comes_over_the_standard_input() {
    let path = "tests/fixtures/terraform/chain-to-bgp.json";
    let given = finish(command().args(["reach", "--quiet", path]));
    assert!(given.code == Some(0) && given.stdout.lines().count() > 3, "{}", given.stderr);
    let piped = |text: &str, arguments: &[&str]| {
        let mut child = command()
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        (
            output.status.code(),
            String::from_utf8(output.stdout).unwrap(),
            String::from_utf8(output.stderr).unwrap(),
        )
    };
    let text = fs::read_to_string(path).unwrap();
    assert_eq!(piped(&text, &["reach", "--quiet", "-"]), (Some(0), given.stdout, String::new()));
    let (code, answer, told) = piped("[{]", &["check", "-", "--format", "github"]);
    assert_eq!((code, told.as_str()), (Some(2), ""));
    assert!(answer.starts_with("::error file=-,line=1,col=3"), "{answer}");
}

#[test]
fn the_shortest_and_the_longest_prefixes_are_prefixes() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write("vnets.csv", "name,address_space\nV,10.0.0.0/8;fd00::1/128;10.0.0.1/32\nW,fd00::2/128\n");
    write("sites.csv", "name,address_space\nS,0.0.0.0/0;::/0;192.0.2.1/32\n");
    write(
        "gateways.csv",
        "vnet,client_pool,custom_routes\nV,192.168.0.0/32;fd01::/128,0.0.0.0/0;::/0\nW,,\n",
    );
    write(
        "s2s.csv",
        "from,to,bgp,from_static,to_static\nV,S,false,0.0.0.0/0;::/0,0.0.0.0/0;::/0\nV,W,false,,\n",
    );
    write("clients.csv", "name,gateway,os,manual_routes\nc,V,windows,0.0.0.0/0;fd00::2/128\n");
    for arguments in [
        vec!["reach"],
        vec!["routes", "--by", "client"],
        vec!["reach", "--to", "fd00::2"],
        vec!["reach", "--to", "::/0"],
        vec!["explain", "--from", "V", "--to", "0.0.0.0/0"],
        vec!["ask", "? advertised(V, _, ?p, _), ?p within 0.0.0.0/0"],
        vec!["client-config", "--client", "c", "--kind", "bash"],
    ] {
        let run = finish(command().arg(arguments[0]).arg(folder.path()).args(&arguments[1..]).arg("--quiet"));
        assert!(matches!(run.code, Some(0 | 1)), "{arguments:?}: {:?} {}", run.code, run.stderr);
    }
    // The host that the pool's only client could ask for.
    let run = finish(
        command().args(["reach", "--to", "10.0.0.1", "--class", "windows", "--quiet"]).arg(folder.path()),
    );
    let header = "gateway,class,network,destination,status,reason\n";
    assert_eq!(run.stdout, format!("{header}V,windows,V,10.0.0.1/32,reachable,own-vnet\n"));
}
