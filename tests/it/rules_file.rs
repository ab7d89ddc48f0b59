//! The rules file keeps its promises: ids, sources, order, and no clause that never fires.

use std::collections::BTreeSet;

use tunnelog::answer::{Analysis, Evaluation};
use tunnelog::class::Profile;
use tunnelog::rule::Rule;
use tunnelog::schema::ENTRIES;

use crate::support::topologies::{topologies, topology};

const RULES: &str = include_str!("../../src/rules.rs");

/// A clause of the rules file with the comment above it.
struct Clause<'file> {
    comment: Vec<&'file str>,
    text: String,
}

/// The clauses are the paragraphs whose text holds an arrow.
fn clauses() -> Vec<Clause<'static>> {
    let body =
        RULES.split_once("// ---------------------------------------------------------------- Attachment");
    let paragraphs = body.expect("the rules follow the relations").1.split("\n\n").map(str::trim);
    paragraphs
        .filter(|paragraph| paragraph.contains("<-"))
        .map(|paragraph| {
            let lines = paragraph.lines().map(str::trim);
            let (comment, text): (Vec<_>, Vec<_>) = lines.partition(|line| line.starts_with("// "));
            Clause { comment, text: text.join(" ") }
        })
        .collect()
}

fn id(clause: &Clause<'static>) -> &'static str {
    let first = clause.comment.first().unwrap_or_else(|| panic!("no comment above {}", clause.text));
    let id = first.strip_prefix("// [").and_then(|rest| rest.split_once(']'));
    id.unwrap_or_else(|| panic!("no id above {}", clause.text)).0
}

#[test]
fn each_clause_has_one_arrow_and_an_id_known_to_the_program_in_the_same_order() {
    let clauses = clauses();
    assert_eq!(clauses.iter().filter(|clause| clause.text.matches("<-").count() != 1).count(), 0);
    assert_eq!(RULES.matches("<-").count(), clauses.len(), "a clause stands outside the paragraphs");
    let written: Vec<&str> = clauses.iter().map(id).collect();
    let known: Vec<&str> = Rule::ALL.iter().map(|rule| rule.id()).collect();
    assert_eq!(written, known);
    assert_eq!(known.iter().collect::<BTreeSet<_>>().len(), known.len(), "an id stands twice");
}

#[test]
fn each_relation_is_in_the_schema_with_as_many_fields_in_the_same_order() {
    let declared: Vec<(&str, usize)> = RULES
        .lines()
        .filter_map(|line| line.trim().strip_prefix("pub struct "))
        .map(|declaration| {
            let (name, fields) = declaration.split_once('(').expect("a relation has fields");
            // A witness is no field: it says how a row was reached.
            let fields = fields.matches("pub ").count() - fields.matches("pub W").count();
            (name.split('<').next().unwrap_or(name), fields)
        })
        // What an earlier run derived is given to the next as it is, by `solve/slices.rs`.
        .filter(|(name, _)| *name != "Returned")
        .collect();
    let given = |given: &[&str]| -> Vec<(&str, usize)> {
        let entries = ENTRIES.iter().filter(|entry| given.contains(&entry.given));
        // A session is given with the AS paths of both ends.
        entries
            .map(|entry| (entry.variant, entry.fields + 2 * usize::from(entry.given == "by_session")))
            .collect()
    };
    let derived = given(&["derived"]);
    let (facts, rest) = declared.split_at(declared.len() - derived.len());
    assert_eq!(rest, derived);
    let facts: BTreeSet<_> = facts.iter().copied().collect();
    assert_eq!(
        facts,
        given(&["whole", "by_prefix", "by_network", "by_session", "by_address", "prepared"])
            .into_iter()
            .collect()
    );
    let known = [
        "whole",
        "by_prefix",
        "by_network",
        "by_session",
        "by_address",
        "unasked",
        "of_clients",
        "of_tables",
        "of_names",
        "prepared",
        "derived",
    ];
    assert_eq!(ENTRIES.iter().find(|entry| !known.contains(&entry.given)), None);
}

#[test]
fn each_clause_leaves_its_own_rule_as_witness() {
    for (clause, rule) in clauses().iter().zip(Rule::ALL) {
        let witness = format!("W::step(Rule::{rule:?}, ");
        assert_eq!(clause.text.matches("W::step(").count(), 1, "{}", id(clause));
        assert!(clause.text.contains(&witness), "{} does not leave {witness}", id(clause));
    }
}

#[test]
fn each_clause_names_its_source_and_says_what_stands_there() {
    const SOURCES: [&str; 7] = [
        "§ ",
        "VPN Gateway FAQ",
        "Advertise custom routes",
        "Advertised gateway prefixes",
        "Configure subnet peering",
        "azure-docs 109560",
        "INFERENCE: ",
    ];
    let sections = [
        "One isolated VNet",
        "Multiple peered VNets",
        "Multiple VNets connected using an S2S VPN",
        "Multiple VNets connected using an S2S VPN (BGP)",
        "One VNet and a branch office",
        "One VNet and a branch office (BGP)",
        "Multiple VNets connected using S2S and a branch office",
        "Multiple VNets connected using S2S and a branch office (BGP)",
    ];
    for clause in clauses() {
        let id = id(&clause);
        let source = clause.comment[0].split_once("] ").unwrap_or_else(|| panic!("{id} has no source")).1;
        assert!(SOURCES.iter().any(|known| source.starts_with(known)), "{id} has no known source: {source}");
        if let Some(section) = source.strip_prefix("§ ") {
            assert!(
                sections.contains(&section),
                "{id} names a section that is not in the article: {section}"
            );
        }
        let said = clause.comment[1..].join(" ");
        assert!(said.len() > 20 || source.len() > 40, "{id} does not say what stands in its source");
    }
}

#[test]
fn each_rule_says_its_sentence() {
    for rule in Rule::ALL {
        let sentence = rule.sentence();
        assert!(sentence.ends_with('.') && sentence.len() > 20, "{}: {sentence}", rule.id());
    }
}

#[test]
fn each_clause_fires_in_a_shipped_topology() {
    let mut fired = BTreeSet::new();
    for name in topologies() {
        let inventory = topology(&name);
        fired.extend(
            Analysis::new(&inventory).rules_fired(Profile::ALL, &[Evaluation::Whole, Evaluation::Single]),
        );
    }
    let silent: Vec<&str> =
        Rule::ALL.iter().filter(|rule| !fired.contains(rule)).map(|rule| rule.id()).collect();
    assert_eq!(silent, Vec::<&str>::new());
}
