//! What answers look like in every format that programs read.

use serde_json::Value;

use crate::support::folders::folder;
use crate::support::program::{answer, command, finish, read, run, two_hubs};
use crate::support::topologies::topologies;

pub(crate) fn valid(schema: &str, document: &Value) {
    let schema: Value = serde_json::from_str(&read(&format!("docs/schema/{schema}.json"))).unwrap();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let errors: Vec<String> =
        validator.iter_errors(document).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

#[test]
fn csv_is_what_was_written_by_hand_for_every_topology() {
    let names = topologies();
    assert!(names.len() >= 8, "{names:?}");
    for name in names {
        let has_names = std::path::Path::new(&format!("facts/{name}/expected/names.csv")).exists();
        for verb in ["routes", "reach"].into_iter().chain(has_names.then_some("names")) {
            let expected = read(&format!("facts/{name}/expected/{verb}.csv"));
            assert_eq!(run(&format!("{verb} facts/{name}")).stdout, expected, "{verb} {name}");
        }
    }
}

#[test]
fn documents_hold_to_their_schemas() {
    for name in topologies() {
        for profile in ["article", "observed"] {
            for verb in ["routes", "reach", "names"] {
                let text = run(&format!("{verb} facts/{name} --format json --model {profile}")).stdout;
                valid(verb, &serde_json::from_str(&text).unwrap());
            }
        }
        let text = run(&format!("check facts/{name} --format json")).stdout;
        valid("check", &serde_json::from_str(&text).unwrap());
    }
    let faults = "tests/fixtures/diagnostics/bad-prefix tests/fixtures/diagnostics/duplicate-name";
    let text = run(&format!("check {faults} --format json")).stdout;
    let document: Value = serde_json::from_str(&text).unwrap();
    valid("check", &document);
    let findings = document["diagnostics"].as_array().unwrap();
    let of = |path: &str| findings.iter().filter(|finding| finding["inventory"] == path).count();
    assert_eq!(of("tests/fixtures/diagnostics/bad-prefix"), 3);
    assert!(of("tests/fixtures/diagnostics/duplicate-name") > 0);
}

#[test]
fn a_schema_refuses_what_the_contract_does_not_know() {
    let text = answer("reach facts/isolated-vnet --format json");
    let schema: Value = serde_json::from_str(&read("docs/schema/reach.json")).unwrap();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    for (from, to) in [
        ("\"reachable\"", "\"sometimes\""),
        ("\"own-vnet\"", "\"no-way-back\""),
        ("10.1.0.0/16", "10.1.0.0"),
        ("\"gateway\"", "\"hub\""),
    ] {
        let broken: Value = serde_json::from_str(&text.replace(from, to)).unwrap();
        assert!(!validator.is_valid(&broken), "{to}");
    }
}

#[test]
fn json_is_one_document() {
    let expected = r#"{"schema":"tunnelog/routes/1","profile":"article","inventories":["facts/isolated-vnet"],"diagnostics":[],"rows":[
{"gateway":"VNet1","class":"windows","prefix":"10.1.0.0/16","reasons":["own-vnet"]},
{"gateway":"VNet1","class":"windows","prefix":"192.168.0.0/24","reasons":["client-pool"]}
]}
"#;
    assert_eq!(answer("routes facts/isolated-vnet --class windows --format json"), expected);
}

#[test]
fn ndjson_has_the_same_rows() {
    let paths = "facts/s2s-chain facts/half-covered";
    let document: Value = serde_json::from_str(&answer(&format!("reach {paths} --format json"))).unwrap();
    let text = answer(&format!("reach {paths} --format ndjson"));
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(document["rows"], Value::from(lines));
    let first = text.lines().next().unwrap();
    let expected = r#"{"inventory":"facts/half-covered","gateway":"VNet1","class":"non-windows","network":"VNet1","destination":"10.1.0.0/16","status":"reachable","reasons":["own-vnet"]}"#;
    assert_eq!(first, expected);
}

#[test]
fn clients_are_in_every_format() {
    let folder = two_hubs();
    let routes = |format: &str| {
        let mut command = command();
        let only = ["--by", "client", "--gateway", "east", "--to", "10.2.0.0/16", "--format", format];
        finish(command.arg("routes").arg(folder.path()).args(only)).stdout
    };
    assert_eq!(routes("csv"), "client,gateway,class,prefix,reason\nzoe,East,windows,10.2.0.0/16,manual\n");
    let object =
        r#"{"client":"zoe","gateway":"East","class":"windows","prefix":"10.2.0.0/16","reasons":["manual"]}"#;
    assert_eq!(routes("ndjson"), format!("{object}\n"));
    let table = "\
### zoe: Windows client of East

| prefix | reason |
| --- | --- |
| 10.2.0.0/16 | added by hand |

Download the profile again after a change to peerings or topology: until then Windows clients keep the routes of the last download.

Model: article.
";
    assert_eq!(routes("markdown"), table);
}

#[test]
fn markdown_shows_names_as_they_are() {
    let folder = folder(&[
        ("vnets.csv", "name,address_space\n`Hub`|1,10.1.0.0/16\n"),
        ("gateways.csv", "vnet,client_pool\n`Hub`|1,192.168.0.0/24\n"),
    ]);
    let mut command = command();
    let run = finish(command.arg("reach").arg(folder.path()).args(["--format=markdown", "--class=windows"]));
    let expected = "\
### Windows clients of `Hub`\\|1

| status | network | destination | reason |
| --- | --- | --- | --- |
| ✓ reachable | \\`Hub\\`\\|1 | 10.1.0.0/16 | own VNet |

Reachable: 1 of 1.
";
    assert!(run.stdout.starts_with(expected), "{}", run.stdout);
}
