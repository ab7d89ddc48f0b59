//! The questions under `queries/` have the answers that they expect, and would notice if they had not.

use std::fs;
use std::path::PathBuf;

use tunnelog::answer::Analysis;
use tunnelog::class::Profile;
use tunnelog::diagnostic::{Report, Severity};
use tunnelog::inventory::Inventory;
use tunnelog::language::parse::parse;
use tunnelog::language::relations::Relation;
use tunnelog::query::evaluate::Evaluator;
use tunnelog::query::expect::Verdict;
use tunnelog::query::run::{Found, run};

use crate::support::topologies::{read, root};

/// The query files, each with its text.
fn queries() -> Vec<(PathBuf, String)> {
    let entries = fs::read_dir(root().join("queries")).unwrap().map(|entry| entry.unwrap().path());
    let mut paths: Vec<PathBuf> = entries.collect();
    paths.sort();
    paths.into_iter().map(|path| (path.clone(), fs::read_to_string(path).unwrap())).collect()
}

/// The inventory that the first line of a query file names.
fn inventory(text: &str) -> Inventory {
    let topology = text.lines().next().unwrap().strip_prefix("# inventory: ").expect("an inventory");
    read(&root().join(topology))
}

/// The verdicts of a query text, with the lines they stand in.
fn verdicts(inventory: &Inventory, name: &str, text: &str) -> Vec<(usize, Verdict)> {
    let mut report = Report::default();
    let file = parse(name, text, &mut report);
    assert!(!report.has_errors(), "{name}: {:?}", report.diagnostics);
    let analysis = Analysis::new(inventory);
    let mut found = Vec::new();
    let keep = |outcome| {
        found.push(outcome);
        Ok::<(), ()>(())
    };
    run(&mut Evaluator::new(&analysis), &file, Profile::Article, None, &mut report, keep).unwrap();
    let doubts: Vec<_> =
        report.diagnostics.iter().filter(|finding| finding.severity() > Severity::Note).collect();
    assert!(doubts.is_empty(), "{name}: {doubts:?}");
    let verdict = |outcome: tunnelog::query::run::Outcome| match outcome.result {
        Found::Verdict(verdict) => Some((report.sources.position(outcome.span).line, verdict)),
        Found::Answer(_) => None,
    };
    found.into_iter().filter_map(verdict).collect()
}

#[test]
fn every_expectation_holds() {
    let queries = queries();
    assert!(queries.len() >= 12);
    for (path, text) in queries {
        let name = path.file_name().unwrap().to_str().unwrap();
        assert_eq!(path.extension().unwrap(), "query", "{name}");
        let question = text.lines().nth(1).unwrap();
        assert!(question.starts_with("# ") && question.ends_with('?'), "{name} asks something: {question}");
        let verdicts = verdicts(&inventory(&text), name, &text);
        assert!(!verdicts.is_empty(), "{name} expects something");
        for (line, verdict) in verdicts {
            assert!(verdict.passed, "{name}:{line}: {verdict:?}");
        }
    }
}

/// The opposite of what `line` expects, if it is an expectation that has one.
fn broken(line: &str) -> Option<String> {
    let (indent, rest) = line.split_at(line.len() - line.trim_start().len());
    let expectation = rest.strip_prefix("expect ")?;
    if expectation.starts_with("only ") {
        return None;
    }
    Some(match expectation.strip_prefix("no ") {
        Some(query) => format!("{indent}expect {query}"),
        None => format!("{indent}expect no {expectation}"),
    })
}

#[test]
fn every_expectation_fails_when_it_says_the_opposite() {
    for (path, text) in queries() {
        let inventory = inventory(&text);
        let name = path.file_name().unwrap().to_str().unwrap();
        let lines: Vec<&str> = text.lines().collect();
        for (index, line) in lines.iter().enumerate() {
            let Some(opposite) = broken(line) else { continue };
            let mut changed = lines.clone();
            changed[index] = &opposite;
            for (number, verdict) in verdicts(&inventory, name, &changed.join("\n")) {
                assert_eq!(verdict.passed, number != index + 1, "{name}:{number} after `{opposite}`");
            }
        }
    }
}

#[test]
fn only_fails_without_one_of_its_patterns() {
    let mut tried = 0;
    for (path, text) in queries() {
        let inventory = inventory(&text);
        let name = path.file_name().unwrap().to_str().unwrap();
        for line in text.lines() {
            let Some(patterns) = line.trim().strip_prefix("expect only ") else { continue };
            let patterns: Vec<&str> =
                patterns.split_inclusive(')').map(|one| one.trim_start_matches(", ")).collect();
            for left_out in 0..patterns.len() {
                let mut fewer = patterns.clone();
                fewer.remove(left_out);
                if fewer.is_empty() {
                    continue;
                }
                let verdicts = verdicts(&inventory, name, &format!("expect only {}", fewer.join(", ")));
                assert!(!verdicts[0].1.passed, "{name}: without {}", patterns[left_out]);
                assert!(verdicts[0].1.missing.is_empty() && !verdicts[0].1.found.is_empty(), "{name}");
                tried += 1;
            }
        }
    }
    assert!(tried >= 10, "{tried}");
}

#[test]
fn the_documentation_shows_every_query_and_relation() {
    let document = fs::read_to_string(root().join("docs/queries.md")).unwrap();
    for (path, text) in queries() {
        let name = path.file_name().unwrap().to_str().unwrap();
        let section = format!("### `queries/{name}`\n\n```text\n{text}```\n");
        assert!(document.contains(&section), "docs/queries.md does not show\n{section}");
    }
    let shown = document.matches("\n### `queries/").count();
    assert_eq!(shown, queries().len(), "docs/queries.md shows queries that are not there");
    for relation in Relation::ALL {
        let row = format!("| `{}` | {} |", relation.signature(), relation.meaning());
        assert!(document.contains(&row), "docs/queries.md lacks\n{row}");
    }
    let rows = document.lines().filter(|line| line.starts_with("| `") && line.contains('(')).count();
    assert_eq!(rows, Relation::ALL.len(), "docs/queries.md has relations that do not exist");
}
