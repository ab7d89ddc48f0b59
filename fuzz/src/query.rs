//! Query files: what they say, what they print as, and what they find.

use std::convert::Infallible;

use tunnelog::answer::Analysis;
use tunnelog::change::apply;
use tunnelog::class::Profile;
use tunnelog::diagnostic::Report;
use tunnelog::inventory::Inventory;
use tunnelog::language::parse::{parse, parse_changes};
use tunnelog::language::syntax::{
    Atom, Change, Expectation, Goal, Query, QueryFile, Scenario, Statement, Term,
};
use tunnelog::query::coverage::Coverage;
use tunnelog::query::evaluate::{Evaluator, Rows};
use tunnelog::query::run::{Found, Outcome, run};

use super::files::places;
use super::inventory::written_and_read;
use super::reference::rows;

/// More conditions that need not share a variable than are joined in no time.
const MANY_GOALS: usize = 3;

/// More lines than are worked through in no time.
const MANY_LINES: usize = 12;

/// Parses `input`, prints and parses it again, and asks it of a small inventory.
///
/// # Panics
/// Where one of the steps does not fit the others.
pub fn query(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let mut report = Report::default();
    let file = parse("fuzz.query", &text, &mut report);
    places(&report);
    reprinted(&file);
    if report.has_errors() || !is_small(&file) {
        return;
    }
    let inventory = inventory();
    let analysis = Analysis::new(&inventory);
    for profile in Profile::ALL {
        let mut evaluator = Evaluator::new(&analysis);
        let mut outcomes = Vec::new();
        let mut coverage = Coverage::default();
        let done: Result<(), Infallible> =
            run(&mut evaluator, &file, profile, Some(&mut coverage), &mut report, |outcome| {
                outcomes.push(outcome);
                Ok(())
            });
        let Ok(()) = done;
        places(&report);
        outcomes.iter().for_each(well_formed);
        for scenario in &file.scenarios {
            conditions_in_any_order(&mut evaluator, scenario, profile);
        }
    }
    for scenario in &file.scenarios {
        changed(&inventory, scenario, &text);
    }
}

/// A hub with a spoke, a chain of gateways and a site: something of everything.
fn inventory() -> Inventory {
    let rows = rows::Rows::default()
        .vnet("VNet1", "10.1.0.0/16 fd00:1::/48")
        .vnet("VNet2", "10.2.0.0/16")
        .vnet("hub west", "10.3.0.0/16")
        .gateway("VNet1", "192.168.0.0/24", 65_010)
        .gateway("hub west", "192.168.3.0/24", 65_030)
        .site("Site1", "10.101.0.0/16 0.0.0.0/0", 65_101)
        .peering("VNet1", "VNet2", true)
        .tunnel("VNet1", "hub west", true)
        .tunnel_with("hub west", "Site1", false, "10.101.0.0/17", "192.168.3.0/24");
    rows.inventory()
}

/// Requires that every statement prints as a line that says the same, and nothing else.
fn reprinted(file: &QueryFile) {
    for (statement, _) in file.scenarios.iter().flat_map(|scenario| &scenario.statements) {
        let line = statement.to_string();
        let mut report = Report::default();
        let again = parse("again.query", &line, &mut report);
        let [Scenario { name: None, statements }] = &again.scenarios[..] else {
            panic!("`{line}` is not one scenario: {again:?}")
        };
        let [(other, _)] = &statements[..] else { panic!("`{line}` is not one statement: {again:?}") };
        assert!(same(statement, other), "{statement:?} prints as `{line}`, which is {other:?}");
        assert_eq!(other.to_string(), line);
    }
}

/// True where two statements say the same, wherever they stand.
fn same(one: &Statement, other: &Statement) -> bool {
    match (one, other) {
        (Statement::Change(one), Statement::Change(other)) => {
            one.add == other.add && same_atom(&one.atom, &other.atom)
        }
        (Statement::Ask(one), Statement::Ask(other)) => same_query(one, other),
        (Statement::Expect(one), Statement::Expect(other)) => match (one, other) {
            (Expectation::Some(one), Expectation::Some(other))
            | (Expectation::None(one), Expectation::None(other)) => same_query(one, other),
            (Expectation::Only(one), Expectation::Only(other)) => all(one, other, same_atom),
            _ => false,
        },
        _ => false,
    }
}

fn all<Item>(one: &[Item], other: &[Item], same: impl Fn(&Item, &Item) -> bool) -> bool {
    one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
}

fn same_query(one: &Query, other: &Query) -> bool {
    all(&one.goals, &other.goals, |one, other| match (one, other) {
        (Goal::Holds(one), Goal::Holds(other)) | (Goal::Fails(one), Goal::Fails(other)) => {
            same_atom(one, other)
        }
        (Goal::Within(one, two), Goal::Within(other, second))
        | (Goal::Contains(one, two), Goal::Contains(other, second))
        | (Goal::Equal(one, two), Goal::Equal(other, second))
        | (Goal::Different(one, two), Goal::Different(other, second)) => {
            same_term(one, other) && same_term(two, second)
        }
        _ => false,
    })
}

fn same_atom(one: &Atom, other: &Atom) -> bool {
    one.relation.text == other.relation.text && all(&one.terms, &other.terms, same_term)
}

fn same_term(one: &Term, other: &Term) -> bool {
    match (one, other) {
        (Term::Constant(one), Term::Constant(other)) | (Term::Variable(one), Term::Variable(other)) => {
            one.text == other.text
        }
        (Term::Anything(_), Term::Anything(_)) => true,
        _ => false,
    }
}

fn is_small(file: &QueryFile) -> bool {
    let statements = || file.scenarios.iter().flat_map(|scenario| &scenario.statements);
    statements().count() <= MANY_LINES
        && statements().all(|(statement, _)| match statement {
            Statement::Change(_) => true,
            Statement::Ask(query)
            | Statement::Expect(Expectation::Some(query) | Expectation::None(query)) => {
                query.goals.len() <= MANY_GOALS
            }
            Statement::Expect(Expectation::Only(patterns)) => patterns.len() <= MANY_GOALS,
        })
}

/// Requires that a table has its columns in each row, and its rows in order and once.
fn well_formed(outcome: &Outcome) {
    match &outcome.result {
        Found::Answer(Rows { columns, rows }) => {
            assert!(rows.iter().all(|row| row.len() == columns.len()), "{outcome:?}");
            assert!(rows.is_sorted_by(|one, other| one < other), "{outcome:?}");
        }
        Found::Verdict(verdict) => {
            let is_reasoned = !verdict.missing.is_empty() || !verdict.found.is_empty();
            assert!(verdict.passed || is_reasoned, "{outcome:?}");
        }
    }
}

/// Requires that a question has the same answer when its conditions are turned round, and that expectations fit it.
fn conditions_in_any_order(evaluator: &mut Evaluator<'_>, scenario: &Scenario, profile: Profile) {
    for (statement, _) in &scenario.statements {
        let (query, expected) = match statement {
            Statement::Ask(query) => (query, None),
            Statement::Expect(Expectation::Some(query)) => (query, Some(true)),
            Statement::Expect(Expectation::None(query)) => (query, Some(false)),
            _ => continue,
        };
        let Ok(rows) = evaluator.ask(query, profile) else { continue };
        let mut turned = query.clone();
        turned.goals.reverse();
        let Ok(others) = evaluator.ask(&turned, profile) else { panic!("only one of the two is too large") };
        assert_eq!(by_column(&rows), by_column(&others), "{statement}");
        if let (Some(expected), Statement::Expect(expectation)) = (expected, statement) {
            let verdict = evaluator.expect(expectation, profile).expect("small enough to be asked");
            assert_eq!(verdict.passed, rows.holds() == expected, "{statement}");
        }
    }
}

/// The rows with their columns in the order of their names.
fn by_column(Rows { columns, rows }: &Rows) -> Vec<Vec<(&str, &str)>> {
    let mut rows: Vec<Vec<(&str, &str)>> = rows
        .iter()
        .map(|row| {
            let mut cells: Vec<_> =
                columns.iter().map(String::as_str).zip(row.iter().map(String::as_str)).collect();
            cells.sort_unstable();
            cells
        })
        .collect();
    rows.sort_unstable();
    rows
}

/// Requires that the last of some changes is made, and that what they make of an inventory can be written and read.
fn changed(inventory: &Inventory, scenario: &Scenario, text: &str) {
    let changes: Vec<Change> = scenario
        .statements
        .iter()
        .filter_map(|(statement, _)| match statement {
            Statement::Change(change) => Some(change.clone()),
            _ => None,
        })
        .collect();
    let Some(last) = changes.last() else { return };
    // Findings point into the text that the changes were read from.
    let mut report = Report::default();
    parse_changes("fuzz.query", text, &mut report);
    let Some(after) = apply(inventory, &changes, false, &mut report) else { return };
    places(&report);
    let holds = |inventory: &Inventory| {
        let query = Query { goals: vec![Goal::Holds(last.atom.clone())], span: last.atom.span };
        let rows = Evaluator::new(&Analysis::new(inventory)).ask(&query, Profile::Article);
        rows.expect("a fact is small enough").holds()
    };
    assert_eq!(holds(&after), last.add, "after `{last}`");
    assert_eq!(holds(&written_and_read(&after)), last.add, "after `{last}`, written and read");
}
