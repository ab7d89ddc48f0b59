//! Findings for build servers: SARIF and the workflow commands of GitHub Actions.

use std::fs;

use serde_json::{Value, json};

use crate::support::folders::folder;
use crate::support::program::{Run, command, finish, read, run};

fn validator() -> jsonschema::Validator {
    let mut schema: Value = serde_json::from_str(&read("tests/fixtures/schemas/sarif-2.1.0.json")).unwrap();
    // The published pattern of a property that is never written has a bracket too many, so it is no regular expression.
    for pointer in ["/definitions/run/properties/language", "/definitions/toolComponent/properties/language"]
    {
        let language = schema.pointer_mut(pointer).unwrap().as_object_mut().unwrap();
        assert!(language.remove("pattern").is_some(), "{pointer}");
    }
    jsonschema::draft7::options().should_validate_formats(true).build(&schema).unwrap()
}

/// The document, which holds to the published schema.
fn sarif(run: &Run) -> Value {
    let document: Value = serde_json::from_str(&run.stdout).unwrap();
    let validator = validator();
    let errors: Vec<String> =
        validator.iter_errors(&document).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    document
}

/// An inventory below `name` in a new folder, checked from there.
fn checked(name: &str, vnets: &str, format: &str) -> Run {
    let folder = folder(&[]);
    fs::create_dir(folder.path().join(name)).unwrap();
    fs::write(folder.path().join(name).join("vnets.csv"), vnets).unwrap();
    let path = format!("./{name}");
    finish(command().current_dir(folder.path()).args(["check", &path, "--format", format]))
}

const BAD: &str = "name,address_space\nHub,10.1.0.1/16\n";

#[test]
fn every_fixture_holds_to_the_published_schema() {
    let fixtures = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/diagnostics");
    let mut seen = 0;
    for entry in fs::read_dir(fixtures).unwrap() {
        let run = finish(command().arg("check").arg(entry.unwrap().path()).args(["--format", "sarif"]));
        let document = sarif(&run);
        let one = &document["runs"][0];
        let results = one["results"].as_array().unwrap();
        assert!(!results.is_empty(), "{document}");
        let rules = one["tool"]["driver"]["rules"].as_array().unwrap();
        for result in results {
            assert!(rules.iter().any(|rule| rule["id"] == result["ruleId"]), "{result}");
        }
        seen += 1;
    }
    assert!(seen > 30, "{seen}");
}

#[test]
fn the_published_schema_refuses_what_is_not_sarif() {
    let text = run("check tests/fixtures/diagnostics/bad-prefix --format sarif").stdout;
    for (from, to) in [
        ("\"level\":\"error\"", "\"level\":\"notice\""),
        ("\"startLine\":2", "\"startLine\":0"),
        ("\"ruleId\"", "\"code\""),
    ] {
        assert!(text.contains(from), "{text}");
        let broken: Value = serde_json::from_str(&text.replace(from, to)).unwrap();
        assert!(!validator().is_valid(&broken), "{to}");
    }
}

#[test]
fn sarif_has_places_rules_and_related_places() {
    let run = run("check tests/fixtures/diagnostics/name-clash --format sarif");
    assert_eq!((run.code, run.stderr.as_str()), (Some(2), ""));
    let document = sarif(&run);
    assert_eq!(document["version"], "2.1.0");
    let one = &document["runs"][0];
    assert_eq!(one["columnKind"], "unicodeCodePoints");
    assert_eq!(one["tool"]["driver"]["name"], "tunnelog");
    assert_eq!(one["tool"]["driver"]["version"], env!("CARGO_PKG_VERSION"));
    let rules = one["tool"]["driver"]["rules"].as_array().unwrap();
    assert_eq!(rules.len(), 1);
    assert_eq!(rules[0]["id"], "name-clash");
    assert_eq!(rules[0]["shortDescription"]["text"], "A VNet and a site have the same name.");
    assert_eq!(rules[0]["defaultConfiguration"]["level"], "error");
    let expected = json!([{
        "ruleId": "name-clash",
        "level": "error",
        "message": {
            "text": "a VNet and a site are called `hub`: the site is defined here \
                     (help: names are compared without regard to case)",
        },
        "locations": [{ "physicalLocation": {
            "artifactLocation": { "uri": "tests/fixtures/diagnostics/name-clash/sites.csv" },
            "region": { "startLine": 2, "startColumn": 1, "endColumn": 4 },
        } }],
        "relatedLocations": [{
            "id": 1,
            "message": { "text": "the VNet is defined here" },
            "physicalLocation": {
                "artifactLocation": { "uri": "tests/fixtures/diagnostics/name-clash/vnets.csv" },
                "region": { "startLine": 2, "startColumn": 1, "endColumn": 4 },
            },
        }],
    }]);
    assert_eq!(one["results"], expected);
}

#[test]
fn weights_have_the_words_of_each_format() {
    for (name, level, annotation) in [
        ("bad-prefix", "error", "::error "),
        ("limit-exceeded", "warning", "::warning "),
        ("unknown-column", "note", "::notice "),
    ] {
        let path = format!("tests/fixtures/diagnostics/{name}");
        let document = sarif(&run(&format!("check {path} --format sarif")));
        assert_eq!(document["runs"][0]["results"][0]["level"], level);
        let text = run(&format!("check {path} --format github")).stdout;
        assert!(text.lines().all(|line| line.starts_with(annotation)), "{text}");
    }
}

#[test]
fn nothing_found_is_a_run_without_results_and_no_annotation() {
    let clean = run("check facts/isolated-vnet --format sarif");
    assert_eq!(clean.code, Some(0));
    assert_eq!(sarif(&clean)["runs"][0]["results"], json!([]));
    assert_eq!(run("check facts/isolated-vnet --format github").stdout, "");
}

#[cfg(unix)]
#[test]
fn paths_are_escaped_and_stay_relative() {
    let document = sarif(&checked("a,b: 50%", BAD, "sarif"));
    let location = &document["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
    let expected = json!({
        "artifactLocation": { "uri": "a%2Cb%3A%2050%25/vnets.csv" },
        "region": { "startLine": 2, "startColumn": 5, "endColumn": 16 },
    });
    assert_eq!(*location, expected);
    let expected = "::error file=a%2Cb%3A 50%25/vnets.csv,line=2,col=5,title=bad-prefix::\
        `10.1.0.1/16` is not a canonical prefix%0A\
        bits are set to the right of the length%0A\
        help: did you mean `10.1.0.0/16`?\n";
    assert_eq!(checked("a,b: 50%", BAD, "github").stdout, expected);
}

#[test]
fn nothing_from_an_inventory_acts_on_who_reads_it() {
    let vnets = "name,address_space\nHub,\"50%\r\n::error::\u{1b}[2J, no\"\n";
    let github = checked("inventory", vnets, "github").stdout;
    // Each element of the list is a finding, and each finding is one line whatever the element holds.
    assert_eq!(github.lines().count(), 4, "{github}");
    assert!(github.lines().all(|line| line.starts_with("::error file=inventory/vnets.csv,")), "{github}");
    assert!(github.contains("50%25"), "{github}");
    assert!(!github.replace('\n', "").contains(char::is_control), "{github:?}");
    let document = sarif(&checked("inventory", vnets, "sarif"));
    let text = document["runs"][0]["results"][0]["message"]["text"].as_str().unwrap();
    assert!(text.contains("50%"), "{text}");
    assert!(!text.contains(char::is_control), "{text:?}");
}

#[test]
fn what_has_no_place_is_located_at_the_inventory() {
    let document = sarif(&run("check no/such/inventory facts/isolated-vnet --format sarif"));
    let expected = json!([{
        "ruleId": "unreadable-file",
        "level": "error",
        "message": { "text": "`no/such/inventory` cannot be read: it does not exist" },
        "locations": [{ "physicalLocation": { "artifactLocation": { "uri": "no/such/inventory" } } }],
    }]);
    assert_eq!(document["runs"][0]["results"], expected);
    let expected = "::error file=no/such/inventory,title=unreadable-file::\
        `no/such/inventory` cannot be read: it does not exist\n";
    assert_eq!(run("check no/such/inventory facts/isolated-vnet --format github").stdout, expected);
}

#[test]
fn only_check_annotates() {
    for verb in ["routes", "reach"] {
        for format in ["sarif", "github"] {
            let run = run(&format!("{verb} facts/isolated-vnet --format {format}"));
            assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{verb} {format}");
        }
    }
}
