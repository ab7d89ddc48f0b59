//! Random questions have the answers that trying every combination of tuples gives.
//!
//! The tuples come from questions of one condition each, so that the order of conditions, indexes,
//! and what is solved for a question in the first place are what is tried.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use proptest::sample::select;
use tunnelog::answer::Analysis;
use tunnelog::class::Profile;
use tunnelog::diagnostic::Report;
use tunnelog::inventory::Inventory;
use tunnelog::language::parse::parse;
use tunnelog::language::relations::{Kind, Relation};
use tunnelog::language::syntax::{Query, Statement};
use tunnelog::prefix::Prefix;
use tunnelog::query::evaluate::Evaluator;

use crate::support::topologies::topology;

const TOPOLOGIES: [&str; 6] =
    ["custom-route", "dual-stack", "half-covered", "lab-cascaded-hub", "one-sided-peering", "two-gateways"];

type Tuples = BTreeMap<Relation, Vec<Vec<String>>>;

fn question(text: &str) -> Query {
    let mut report = Report::default();
    let file = parse("test.query", &format!("? {text}"), &mut report);
    assert!(report.diagnostics.is_empty(), "{text}: {:?}", report.diagnostics);
    match &file.scenarios[0].statements[0].0 {
        Statement::Ask(query) => query.clone(),
        other => panic!("{other}"),
    }
}

/// Every tuple of every relation.
fn tuples(inventory: &Inventory) -> Tuples {
    let analysis = Analysis::new(inventory);
    let mut evaluator = Evaluator::new(&analysis);
    let all = |relation: &Relation| {
        let variables: Vec<String> =
            (0..relation.columns().len()).map(|column| format!("?c{column}")).collect();
        let query = question(&format!("{}({})", relation.name(), variables.join(", ")));
        (*relation, evaluator.ask(&query, Profile::Article).unwrap().rows)
    };
    Relation::ALL.iter().map(all).collect()
}

/// A condition as numbers, which become terms once it is known what there is.
#[derive(Clone, Debug)]
struct Raw {
    relation: Relation,
    terms: Vec<u8>,
    row: usize,
    is_negated: bool,
}

#[derive(Clone, Debug)]
enum Condition {
    Relation { relation: Relation, terms: Vec<String>, is_negated: bool },
    Comparison(String, &'static str, String),
}

fn raw() -> impl Strategy<Value = Raw> {
    (select(Relation::ALL), proptest::collection::vec(0u8..8, 5), any::<prop::sample::Index>(), 0u8..4)
        .prop_map(|(relation, terms, row, negated)| Raw {
            relation,
            terms,
            row: row.index(1000),
            is_negated: negated == 0,
        })
}

fn letter(kind: Kind) -> char {
    match kind {
        Kind::Network => 'n',
        Kind::Client => 'k',
        Kind::Prefix => 'p',
        Kind::Class => 'c',
        Kind::Status => 's',
        Kind::Reason => 'r',
        Kind::Os => 'o',
        Kind::Number => 'a',
        Kind::Label => 'l',
        Kind::Hop => 'h',
        Kind::Address => 'i',
        Kind::Source => 'e',
        Kind::Direction => 'd',
        Kind::Resolution => 'v',
    }
}

/// Conditions whose variables are bound, over constants that occur.
fn conditions(raw: &[Raw], comparisons: &[(u8, u8, usize)], tuples: &Tuples) -> Vec<Condition> {
    let mut conditions = Vec::new();
    let mut bound: BTreeSet<String> = BTreeSet::new();
    for (index, raw) in raw.iter().enumerate() {
        let is_negated = raw.is_negated && index > 0;
        let rows = &tuples[&raw.relation];
        let constants = rows.get(raw.row % rows.len().max(1));
        let term = |(column, number): (usize, &u8)| {
            let variable = format!("?{}{}", letter(raw.relation.columns()[column].kind), number % 2);
            match (number, constants) {
                (0..=4, _) if !is_negated || bound.contains(&variable) => variable,
                (5, Some(constants)) => constants[column].clone(),
                _ => "_".to_owned(),
            }
        };
        let terms: Vec<String> =
            raw.terms[..raw.relation.columns().len()].iter().enumerate().map(term).collect();
        if !is_negated {
            bound.extend(terms.iter().filter(|term| term.starts_with('?')).cloned());
        }
        conditions.push(Condition::Relation { relation: raw.relation, terms, is_negated });
    }
    let known: Vec<&String> = bound.iter().collect();
    for (one, operator, other) in comparisons {
        let Some(one) = known.get(usize::from(*one) % known.len().max(1)) else { continue };
        let alike: Vec<&&String> = known.iter().filter(|name| name[..2] == one[..2]).collect();
        let other = alike[other % alike.len()];
        let is_prefix = one.starts_with("?p");
        let operator = match operator % 4 {
            0 if is_prefix => "within",
            1 if is_prefix => "contains",
            2 => "=",
            _ => "!=",
        };
        conditions.push(Condition::Comparison((*one).clone(), operator, (*other).clone()));
    }
    conditions
}

impl std::fmt::Display for Condition {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Relation { relation, terms, is_negated } => {
                write!(
                    f,
                    "{}{}({})",
                    if *is_negated { "not " } else { "" },
                    relation.name(),
                    terms.join(", ")
                )
            }
            Self::Comparison(one, operator, other) => write!(f, "{one} {operator} {other}"),
        }
    }
}

type Bindings = BTreeMap<String, String>;

/// The bindings with which `row` matches `terms`.
fn matched(terms: &[String], row: &[String], bindings: &Bindings) -> Option<Bindings> {
    let mut bindings = bindings.clone();
    for (term, value) in terms.iter().zip(row) {
        if term.starts_with('?') {
            if bindings.entry(term.clone()).or_insert_with(|| value.clone()) != value {
                return None;
            }
        } else if term != "_" && term != value {
            return None;
        }
    }
    Some(bindings)
}

fn holds(condition: &Condition, tuples: &Tuples, bindings: &Bindings) -> bool {
    match condition {
        Condition::Relation { relation, terms, .. } => {
            !tuples[relation].iter().any(|row| matched(terms, row, bindings).is_some())
        }
        Condition::Comparison(one, operator, other) => {
            let (one, other) = (&bindings[one], &bindings[other]);
            let covers =
                |outer: &str, inner: &str| outer.parse::<Prefix>().unwrap().covers(inner.parse().unwrap());
            match *operator {
                "within" => covers(other, one),
                "contains" => covers(one, other),
                "=" => one == other,
                _ => one != other,
            }
        }
    }
}

/// Every answer, by trying every tuple for every condition in the order given.
fn every(conditions: &[Condition], tuples: &Tuples) -> BTreeSet<Bindings> {
    let mut all: BTreeSet<Bindings> = BTreeSet::from([Bindings::new()]);
    for condition in conditions {
        if let Condition::Relation { relation, terms, is_negated: false } = condition {
            let extended = |bindings: &Bindings| {
                tuples[relation].iter().filter_map(|row| matched(terms, row, bindings)).collect::<Vec<_>>()
            };
            all = all.iter().flat_map(extended).collect();
        }
    }
    let is_positive =
        |condition: &&Condition| matches!(condition, Condition::Relation { is_negated: false, .. });
    for condition in conditions.iter().filter(|condition| !is_positive(condition)) {
        all.retain(|bindings| holds(condition, tuples, bindings));
    }
    all
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn answers_are_those_of_every_combination(
        name in select(&TOPOLOGIES[..]),
        raw in proptest::collection::vec(raw(), 1..4),
        comparisons in proptest::collection::vec((any::<u8>(), any::<u8>(), 0usize..4), 0..3),
        order in any::<u64>(),
    ) {
        let inventory = topology(name);
        let tuples = tuples(&inventory);
        let mut conditions = conditions(&raw, &comparisons, &tuples);
        let expected = every(&conditions, &tuples);
        // The order in which conditions are written does not matter.
        let count = conditions.len();
        conditions.rotate_left(usize::try_from(order % 8).unwrap() % count);
        let text = conditions.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let analysis = Analysis::new(&inventory);
        let answer = Evaluator::new(&analysis).ask(&question(&text), Profile::Article).unwrap();
        let found: BTreeSet<Bindings> = answer
            .rows
            .iter()
            .map(|row| answer.columns.iter().map(|name| format!("?{name}")).zip(row.iter().cloned()).collect())
            .collect();
        prop_assert_eq!(found.len(), answer.rows.len());
        prop_assert_eq!(found, expected, "{}", text);
    }
}

/// Relations with a prefix, and in which of so many columns it stands.
const PREFIXED: [(Relation, usize, usize); 6] = [
    (Relation::Address, 1, 2),
    (Relation::ClientPool, 1, 2),
    (Relation::CustomRoute, 1, 2),
    (Relation::StaticRoute, 2, 3),
    (Relation::Advertised, 2, 4),
    (Relation::Delivered, 2, 3),
];

#[test]
fn nested_prefixes_are_those_of_every_pair() {
    let mut nested = 0;
    for name in ["dual-stack", "half-covered", "lab-forced-tunnelling", "supernet-route"] {
        let inventory = topology(name);
        let tuples = tuples(&inventory);
        let analysis = Analysis::new(&inventory);
        let mut evaluator = Evaluator::new(&analysis);
        for (one, column, width) in PREFIXED {
            for (other, other_column, other_width) in PREFIXED {
                let terms = |variable: &str, column: usize, width: usize| {
                    let term = |index| if index == column { variable.to_owned() } else { "_".to_owned() };
                    (0..width).map(term).collect::<Vec<_>>()
                };
                for (inner, operator, outer) in [("?p", "within", "?q"), ("?p", "contains", "?q")] {
                    let conditions = [
                        Condition::Relation {
                            relation: one,
                            terms: terms("?p", column, width),
                            is_negated: false,
                        },
                        Condition::Relation {
                            relation: other,
                            terms: terms("?q", other_column, other_width),
                            is_negated: false,
                        },
                        Condition::Comparison(inner.into(), operator, outer.into()),
                    ];
                    let text = conditions.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
                    let answer = evaluator.ask(&question(&text), Profile::Article).unwrap();
                    let expected: BTreeSet<Vec<String>> = every(&conditions, &tuples)
                        .into_iter()
                        .map(|row| row.into_values().collect())
                        .collect();
                    let found: BTreeSet<Vec<String>> = answer.rows.into_iter().collect();
                    nested += found.iter().filter(|row| row[0] != row[1]).count();
                    assert_eq!(found, expected, "{name}: {text}");
                }
            }
        }
    }
    assert!(nested > 100, "{nested}");
}
