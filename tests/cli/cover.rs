//! The plans that the long test with the real command line runs: each measure and each command is in one of them.

use std::collections::BTreeSet;

use serde_json::Value;
use tunnelog::fix::Kind;

use crate::support::program::{command, finish, read};

/// A direction with the word of a kind.
type Taken = (&'static str, String);

/// What the plans of a case take, and the commands that they print.
fn planned(case: &Value) -> (BTreeSet<Taken>, Vec<String>) {
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let inventory = match case.get("of") {
        Some(of) => format!("facts/{}", text(of)),
        None => format!("tools/azloop/{}", text(&case["own"])),
    };
    let arguments: Vec<String> = case["args"].as_array().expect("arguments").iter().map(text).collect();
    let direction = if arguments.iter().any(|it| it == "--break") { "close" } else { "open" };
    let run = finish(command().args(["fix", &inventory, "--format", "json", "--quiet"]).args(&arguments));
    assert_eq!(run.code, Some(0), "{case}: {}", run.stderr);
    let answer: Value = serde_json::from_str(&run.stdout).expect("a document");
    let plans = answer["plans"].as_array().expect("plans");
    let measures = plans.iter().flat_map(|plan| plan["measures"].as_array().expect("measures"));
    let commands = plans.iter().flat_map(|plan| plan["commands"].as_array().expect("commands"));
    (measures.map(|measure| (direction, text(&measure["kind"]))).collect(), commands.map(text).collect())
}

/// The commands that the program's source can print: what stands after `az` in each.
fn printed() -> BTreeSet<String> {
    let mut printed = BTreeSet::new();
    for file in [
        "commands",
        "commands/named",
        "commands/names",
        "commands/peerings",
        "commands/tables",
        "commands/tunnels",
    ] {
        let source = read(&format!("src/fix/{file}.rs"));
        for (place, _) in source.match_indices("\"network ") {
            let rest = &source[place + 1..];
            printed.insert(rest[..rest.find('"').expect("an end")].to_owned());
        }
    }
    printed
}

#[test]
fn every_measure_and_every_command_has_a_case() {
    let cases: Vec<Value> = serde_json::from_str(&read("tools/azloop/cases.json")).expect("cases");
    let (mut taken, mut commands) = (BTreeSet::new(), Vec::new());
    for case in &cases {
        let (measures, lines) = planned(case);
        taken.extend(measures);
        commands.extend(lines);
    }
    let all = Kind::ALL.into_iter().flat_map(|kind| {
        let closes = (!kind.closes().is_empty()).then(|| ("close", kind.word().to_owned()));
        [Some(("open", kind.word().to_owned())), closes].into_iter().flatten()
    });
    let missing: Vec<Taken> = all.filter(|kind| !taken.contains(kind)).collect();
    assert_eq!(missing, [], "measures without a case in tools/azloop/cases.json");
    let printed = printed();
    assert!(printed.len() > 10, "{printed:?}");
    let is_in_none = |command: &&String| {
        // One that asks for an id or a field goes on with `show`.
        let forms = [format!("az {command} --"), format!("az {command} show --")];
        !commands.iter().any(|line| forms.iter().any(|form| line.contains(form.as_str())))
    };
    let missing: Vec<&String> = printed.iter().filter(is_in_none).collect();
    assert!(missing.is_empty(), "commands without a case in tools/azloop/cases.json: {missing:?}");
}
