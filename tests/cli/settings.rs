//! What is set for every call: by variables and by `tunnelog.toml`, and what counts before what.

use std::fs;
use std::path::Path;

use tempfile::TempDir;

use crate::support::folders::folder;
use crate::support::program::{Run, command, finish};
use crate::support::topologies::root;

/// A gateway for which the two models differ: over OpenVPN, Windows clients get routes that they do not get over IKEv2.
const INVENTORY: &str = "facts/s2s-chain-bgp";

fn with(folder: &Path, variables: &[(&str, &str)], arguments: &[&str]) -> Run {
    let mut command = command();
    command.current_dir(folder).args(arguments).arg(root().join(INVENTORY));
    finish(command.envs(variables.iter().copied()))
}

fn reach(folder: &Path, variables: &[(&str, &str)], more: &[&str]) -> Run {
    with(folder, variables, &[&["reach"], more].concat())
}

fn set(text: &str) -> TempDir {
    folder(&[("tunnelog.toml", text)])
}

fn has_classes_of_observed(run: &Run) -> bool {
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    run.stdout.contains("windows-openvpn") || run.stdout.contains("windows-native")
}

#[test]
fn the_file_is_looked_for_upward() {
    let outer = set("model = \"observed\"\n");
    let inner = outer.path().join("one/two");
    fs::create_dir_all(&inner).unwrap();
    assert!(has_classes_of_observed(&reach(&inner, &[], &[])));
    fs::write(outer.path().join("one/tunnelog.toml"), "model = \"article\"\n").unwrap();
    assert!(!has_classes_of_observed(&reach(&inner, &[], &[])), "the nearest counts");
    assert!(!has_classes_of_observed(&reach(folder(&[]).path(), &[], &[])));
}

#[test]
fn the_call_counts_before_a_variable_and_that_before_the_file() {
    let folder = set("model = \"observed\"\n");
    let article = [("TUNNELOG_MODEL", "article")];
    let observed = [("TUNNELOG_MODEL", "observed")];
    assert!(!has_classes_of_observed(&reach(folder.path(), &article, &[])));
    assert!(has_classes_of_observed(&reach(folder.path(), &article, &["--model", "observed"])));
    assert!(!has_classes_of_observed(&reach(folder.path(), &observed, &["--model", "article"])));
    assert!(
        has_classes_of_observed(&reach(folder.path(), &[("TUNNELOG_MODEL", "")], &[])),
        "empty sets nothing"
    );
}

#[test]
fn a_format_is_for_verbs_that_have_it() {
    let folder = set("format = \"ndjson\"\n");
    let rows = reach(folder.path(), &[], &[]);
    assert!(rows.stdout.starts_with('{'), "{}", rows.stdout);
    // Pictures have no such format.
    let graph = with(folder.path(), &[], &["graph"]);
    assert_eq!((graph.code, graph.stdout.starts_with('{')), (Some(0), false), "{}", graph.stderr);
}

#[test]
fn quiet_can_be_unsaid_for_one_call() {
    let folder = set("quiet = true\n");
    let inventory = folder_with_a_warning();
    let run = |more: &[&str]| {
        let mut command = command();
        finish(command.current_dir(folder.path()).arg("reach").args(more).arg(inventory.path()))
    };
    assert_eq!(run(&[]).stderr, "");
    assert!(run(&["--quiet=false"]).stderr.contains("1 warning"), "{}", run(&["--quiet=false"]).stderr);
    assert_eq!(run(&["-q"]).stderr, "");
}

fn folder_with_a_warning() -> TempDir {
    folder(&[
        ("vnets.csv", "name,address_space\nHub,10.0.0.0/16\nApp,10.1.0.0/16\n"),
        ("gateways.csv", "vnet,client_pool\nHub,172.16.0.0/24\n"),
        ("peerings.csv", "vnet,remote_vnet,allow_gateway_transit,use_remote_gateways\nHub,App,true,false\n"),
    ])
}

#[test]
fn every_mistake_is_told_at_once_with_its_place() {
    let folder = set("modle = \"observed\"\nmodel = \"observd\"\njobs = 0\nquiet = \"yes\"\nformat = [\n");
    let run = reach(folder.path(), &[("TUNNELOG_MODEL", "obsreved")], &[]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""));
    for told in [
        "the variable `TUNNELOG_MODEL` is `obsreved`",
        "it may be `article`, `observed`",
        "`modle` is no setting",
        "did you mean `model`?",
        "tunnelog.toml:1:1",
        "`model` cannot have this value",
        "tunnelog.toml:2:9",
        "expected a number from 1 to 256",
        "expected `true` or `false`",
        "is not TOML",
    ] {
        assert!(run.stderr.contains(told), "{told}: {}", run.stderr);
    }
    // Help is given all the same.
    assert_eq!(with(folder.path(), &[], &["reach", "--help"]).code, Some(0));
}

#[test]
fn a_variable_that_sets_nothing_is_named() {
    let run = reach(root(), &[("TUNNELOG_MODLE", "observed")], &[]);
    assert_eq!(run.code, Some(0));
    assert!(
        run.stderr.contains("the variable `TUNNELOG_MODLE` sets nothing; did you mean `TUNNELOG_MODEL`?"),
        "{}",
        run.stderr
    );
}

#[test]
fn what_is_set_is_shown_with_its_place() {
    let folder = set("# for all\njobs = 2\nmodel = \"observed\"\n");
    let mut command = command();
    let run = finish(command.current_dir(folder.path()).arg("config").env("TUNNELOG_JOBS", "1"));
    let lines: Vec<Vec<&str>> = run.stdout.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(lines[0], ["format", "-", "not", "set"]);
    assert_eq!(lines[1], ["jobs", "1", "TUNNELOG_JOBS"]);
    assert_eq!(lines[2][..2], ["model", "observed"]);
    assert!(lines[2][2].ends_with("tunnelog.toml:3"), "{}", run.stdout);
    assert_eq!(lines[3], ["quiet", "-", "not", "set"]);
    assert_eq!(lines.len(), 4);
}
