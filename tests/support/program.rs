//! Running the program on shipped topologies and on inventories made for one test.

use std::fs;
use std::process::Command;

use tempfile::TempDir;

use super::folders::folder;
use super::topologies::root;

/// What a run left behind.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// The program, in the root of the repository, untouched by the variables of whoever runs the tests.
pub(crate) fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tunnelog"));
    command.current_dir(root());
    let colours = ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE"];
    let set =
        ["TUNNELOG_FORMAT", "TUNNELOG_JOBS", "TUNNELOG_MODEL", "TUNNELOG_QUIET", "TUNNELOG_CELL_MEGABYTES"];
    for variable in colours.into_iter().chain(set) {
        command.env_remove(variable);
    }
    command
}

pub(crate) fn finish(command: &mut Command) -> Run {
    let output = command.output().unwrap();
    Run {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Runs the program on `arguments`, cut at blanks.
pub(crate) fn run(arguments: &str) -> Run {
    finish(command().args(arguments.split_whitespace()))
}

/// Runs the program on `arguments`, without its warnings, and gives its answer where it ends with 0.
pub(crate) fn answer(arguments: &str) -> String {
    let run = run(&format!("{arguments} --quiet"));
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "{arguments}");
    run.stdout
}

pub(crate) fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap()
}

/// Two hubs joined by BGP, with a client of each whose names stand in the opposite order.
pub(crate) fn two_hubs() -> TempDir {
    folder(&[
        ("vnets.csv", "name,address_space\nEast,10.1.0.0/16\nWest,10.2.0.0/16\n"),
        ("gateways.csv", "vnet,client_pool,asn\nEast,192.168.1.0/24,65001\nWest,192.168.2.0/24,65002\n"),
        ("s2s.csv", "from,to,bgp\nEast,West,true\n"),
        ("clients.csv", "name,gateway,os,manual_routes\nzoe,East,windows,10.2.0.0/16\nadam,West,windows,\n"),
    ])
}
