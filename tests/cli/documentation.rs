//! What the documents say of words, columns and verbs is what the program has.

use serde_json::Value;
use tunnelog::answer::{NameReason, Obstacle, Resolution, Status};
use tunnelog::class::{Class, Profile, RouteReason};
use tunnelog::verify::{Cause, Deviating, Kind};

use super::verify;
use crate::support::program::{answer, command, finish, read};

fn words<'a>(value: &'a Value, pointer: &str) -> Vec<&'a str> {
    let list = value.pointer(pointer).unwrap().as_array().unwrap();
    list.iter().map(|word| word.as_str().unwrap()).collect()
}

#[test]
fn schemas_list_every_word() {
    let schema: Value = serde_json::from_str(&read("docs/schema/names.json")).unwrap();
    assert_eq!(words(&schema, "/$defs/class/enum"), Class::ALL.map(Class::word));
    let statuses = words(&schema, "/$defs/row/properties/status/enum");
    assert_eq!(statuses, Resolution::ALL.map(Resolution::word));
    let reasons = words(&schema, "/$defs/row/properties/reasons/items/enum");
    assert_eq!(reasons, NameReason::ALL.map(NameReason::word));
    for verb in ["routes", "reach"] {
        let schema: Value = serde_json::from_str(&read(&format!("docs/schema/{verb}.json"))).unwrap();
        assert_eq!(words(&schema, "/$defs/class/enum"), Class::ALL.map(Class::word), "{verb}");
        assert_eq!(words(&schema, "/properties/profile/enum"), Profile::ALL.map(Profile::word), "{verb}");
        let mut reasons = RouteReason::ALL.map(RouteReason::word).to_vec();
        if verb == "reach" {
            reasons.extend(Obstacle::ALL.map(Obstacle::word));
            let statuses = words(&schema, "/$defs/row/properties/status/enum");
            assert_eq!(statuses, Status::ALL.map(Status::word));
        }
        assert_eq!(words(&schema, "/$defs/row/properties/reasons/items/enum"), reasons, "{verb}");
    }
}

#[test]
fn the_contract_has_every_word_and_column() {
    let contract = read("docs/formats.md");
    let all = (Class::ALL.map(Class::word).into_iter())
        .chain(Status::ALL.map(Status::word))
        .chain(RouteReason::ALL.map(RouteReason::word))
        .chain(Obstacle::ALL.map(Obstacle::word))
        .chain(Resolution::ALL.map(Resolution::word))
        .chain(NameReason::ALL.map(NameReason::word));
    for word in all {
        assert!(contract.contains(&format!("`{word}`")), "{word}");
    }
    for verb in ["routes", "reach", "names", "check"] {
        let csv = answer(&format!("{verb} facts/isolated-vnet"));
        let header = csv.lines().next().unwrap();
        assert!(contract.contains(&format!("`{header}`")), "{header}");
    }
    assert!(contract.contains(&format!("`{}`", verify::HEADER.trim_end())));
    for verb in ["diff facts/isolated-vnet facts/isolated-vnet", "sweep facts/isolated-vnet --remove s2s"] {
        let header = answer(verb);
        assert!(contract.contains(&format!("`{}`", header.trim_end())), "{header}");
    }
}

#[test]
fn every_kind_of_file_and_every_cause_is_explained() {
    let document = read("docs/verify.md");
    let schema: Value = serde_json::from_str(&read("docs/schema/verify.json")).unwrap();
    let causes: Vec<&str> = Cause::ALL.iter().map(|cause| cause.word()).collect();
    assert_eq!(words(&schema, "/$defs/row/properties/cause/enum"), causes);
    assert_eq!(words(&schema, "/$defs/row/properties/kind/enum"), Deviating::ALL.map(Deviating::word));
    assert_eq!(words(&schema, "/$defs/class/enum"), Class::ALL.map(Class::word));
    let kinds = Kind::ALL.map(Kind::word);
    assert_eq!(words(&schema, "/properties/kind/enum"), kinds);
    for word in causes.iter().chain(&kinds) {
        assert!(document.contains(&format!("\n| `{word}` | ")), "{word}");
    }
    let help = answer("client-config --help");
    let listed = read("docs/client-config.md");
    let (_, kinds) = help.split_once("Possible values:\n").unwrap();
    let kinds = kinds.lines().map_while(|line| line.trim().strip_prefix("- ")?.split(':').next());
    let kinds: Vec<&str> = kinds.collect();
    assert_eq!(kinds.len(), 6, "{help}");
    assert!(kinds.iter().all(|kind| listed.contains(&format!("\n| `{kind}` | "))), "{kinds:?}");
}

#[test]
fn the_readme_has_every_verb() {
    let readme = read("README.md");
    let help = answer("--help");
    let (_, commands) = help.split_once("Commands:\n").unwrap();
    let verbs = commands.lines().take_while(|line| !line.is_empty()).filter_map(|line| {
        // Further lines of a description are indented by more.
        let verb = line.strip_prefix("  ").filter(|rest| !rest.starts_with(' '))?;
        verb.split_whitespace().next()
    });
    let verbs: Vec<&str> = verbs.filter(|verb| *verb != "help").collect();
    assert!(verbs.contains(&"reach"), "{help}");
    for verb in verbs {
        assert!(readme.contains(&format!("`tunnelog {verb}")), "{verb}");
    }
}

/// The words of a command, up to what is the shell's.
fn words_of(line: &str) -> Vec<&str> {
    let words = line.split_whitespace().take_while(|word| !["|", "||", "&&", ">", ">>"].contains(word));
    words.map(|word| word.trim_matches('"')).collect()
}

#[test]
fn pipelines_use_verbs_and_options_that_exist() {
    // With `--help` at the end, arguments are parsed and nothing is read.
    let parsed = |words: &[&str]| finish(command().args(words).arg("--help")).code == Some(0);
    assert!(!parsed(&["check", "inventory", "--format", "checkstyle"]));
    assert!(!parsed(&["diff", "one", "two", "--exit-codes"]));
    let text = read("docs/ci.md");
    let mut verbs = Vec::new();
    for line in text.lines().map(|line| line.trim_start().trim_start_matches("run: ")) {
        if let Some(rest) = line.strip_prefix("tunnelog ") {
            let words = words_of(rest);
            assert!(parsed(&words), "{line}");
            verbs.push(words[0]);
        }
    }
    assert_eq!(verbs, ["diff", "reach"]);
}

/// The names in a section of `Cargo.toml`.
fn dependencies<'a>(manifest: &'a str, section: &str) -> Vec<&'a str> {
    let lines = manifest.lines().skip_while(|line| *line != format!("[{section}]")).skip(1);
    let lines = lines.take_while(|line| !line.starts_with('['));
    lines.filter_map(|line| line.split_once(" = ")).map(|(name, _)| name).collect()
}

#[test]
fn every_dependency_has_a_reason() {
    let (manifest, page) = (read("Cargo.toml"), read("docs/dependencies.md"));
    let mut tables = page.split("\n## ").skip(1).map(|section| {
        let rows = section.lines().filter_map(|line| line.strip_prefix("| `")?.split_once("` | "));
        rows.map(|(name, why)| {
            assert!(why.len() > 15, "{name}");
            name
        })
        .collect::<Vec<_>>()
    });
    let of_systems = ["target.'cfg(unix)'.dependencies", "target.'cfg(windows)'.dependencies"];
    let of_tests = ["dev-dependencies", "target.'cfg(unix)'.dev-dependencies"];
    for sections in [&["dependencies"][..], &of_systems, &of_tests] {
        let names: Vec<_> = sections.iter().flat_map(|section| dependencies(&manifest, section)).collect();
        assert_eq!(tables.next().unwrap(), names, "{sections:?}");
    }
    let optional = |name: &str| manifest.contains(&format!("\"dep:{name}\""));
    for name in dependencies(&manifest, "dependencies") {
        let of = if optional(name) { "program" } else { "library" };
        assert!(page.contains(&format!("| `{name}` | {of} | ")), "{name}");
    }
}
