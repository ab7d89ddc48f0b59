//! The query language: what is a mistake and where, and what is the answer.
//!
//! Answers are written by hand from the article's sections and from the semantics.

use proptest::prelude::*;
use tunnelog::answer::Analysis;
use tunnelog::class::Profile;
use tunnelog::diagnostic::{Diagnostic, Report};
use tunnelog::language::parse::{parse, parse_changes};
use tunnelog::language::print::quoted;
use tunnelog::language::syntax::{Statement, Term};
use tunnelog::query::evaluate::Evaluator;
use tunnelog::query::expect::Verdict;
use tunnelog::query::run::{Found, Outcome, run};

use crate::support::topologies::topology;

/// The code, line and column of a mistake.
type Place = (&'static str, usize, usize);

/// Each mistake in `text`.
fn mistakes(text: &str) -> Vec<Place> {
    let mut report = Report::default();
    parse("test.query", text, &mut report);
    let place = |finding: &Diagnostic| {
        let position = report.sources.position(finding.span.expect("every mistake has a place"));
        (finding.code.name(), position.line, position.column)
    };
    report.diagnostics.iter().map(place).collect()
}

fn helps(text: &str) -> Vec<String> {
    let mut report = Report::default();
    parse("test.query", text, &mut report);
    report.diagnostics.into_iter().map(|finding| finding.help.unwrap_or_default()).collect()
}

#[test]
fn every_mistake_is_found_at_its_place() {
    let cases: [(&str, &[Place]); 34] = [
        ("", &[]),
        ("\u{feff}# a comment\r\n\r\n  ? vnet(?v) # another\r\n", &[]),
        ("scenario # 1 (a, b)\n+ vnet(a#1)", &[]),
        ("hello", &[("query-syntax", 1, 1)]),
        ("? ", &[("query-syntax", 1, 3)]),
        ("?\n? vnet(?v),", &[("query-syntax", 1, 2), ("query-syntax", 2, 12)]),
        ("? vnet(?v) gateway(?v)", &[("query-syntax", 1, 12)]),
        ("? vnet(?v", &[("query-syntax", 1, 10)]),
        ("? vnet(hub west)", &[("query-syntax", 1, 12)]),
        ("? vnet(,)", &[("query-syntax", 1, 8)]),
        ("? vnet(\"hub)", &[("query-syntax", 1, 13)]),
        ("? vnet(\"hu\\b\")", &[("query-syntax", 1, 12)]),
        ("? vnet(?)", &[("query-syntax", 1, 9)]),
        ("? vnet", &[("query-syntax", 1, 7)]),
        ("? address(?n, ?p), ?p inside 10.0.0.0/8", &[("query-syntax", 1, 23)]),
        ("? address(?n, ?p), ?p within", &[("query-syntax", 1, 29)]),
        ("scenario", &[("query-syntax", 1, 9)]),
        ("expects vnet(a)", &[("query-syntax", 1, 1)]),
        ("expect only vnet(?v), ?v = a", &[("query-syntax", 1, 23)]),
        ("+ not vnet(a)", &[("query-syntax", 1, 7)]),
        ("? vnett(?v)\n? reachable(_)", &[("unknown-relation", 1, 3), ("unknown-relation", 2, 3)]),
        ("  ? bgp(VNet1)\n? vnet()", &[("wrong-arity", 1, 5), ("wrong-arity", 2, 3)]),
        ("+ bgp(?a, _)", &[("bad-term", 1, 7), ("bad-term", 1, 11)]),
        ("- access(VNet1, ?class, VNet2)", &[("derived-relation", 1, 3)]),
        ("? access(_, windos, _, reachble)", &[("bad-term", 1, 13), ("bad-term", 1, 24)]),
        (
            "? address(_, 10.1.0.1/16), os(_, dos), asn(_, -1)",
            &[("bad-term", 1, 14), ("bad-term", 1, 34), ("bad-term", 1, 47)],
        ),
        ("? address(_, 10.1.0.1)", &[("bad-term", 1, 14)]),
        ("? address(?n, ?p), ?p contains 10.1.0.1", &[]),
        ("? address(?n, ?p), ?n within 10.0.0.0/8", &[("bad-term", 1, 20)]),
        ("? address(?n, ?n)", &[("bad-term", 1, 15)]),
        ("? address(?n, ?p), ?n = ?p", &[("bad-term", 1, 25)]),
        ("? vnet(?v), ?v != _, a = b", &[("bad-term", 1, 19), ("bad-term", 1, 22)]),
        (
            "? vnet(?v), not peered(?v, ?w), ?x != ?v",
            &[("unbound-variable", 1, 28), ("unbound-variable", 1, 33)],
        ),
        ("? vnet(ü, ?v)\n? \"ü\" = ?é", &[("wrong-arity", 1, 3), ("unbound-variable", 2, 9)]),
    ];
    for (text, expected) in cases {
        assert_eq!(mistakes(text), expected, "{text}");
    }
}

#[test]
fn help_names_what_was_meant() {
    assert_eq!(helps("? bgpp(a, b)"), ["did you mean `bgp(Router, Router)`?"]);
    assert_eq!(helps("? access(_, _, _, reachabel)"), ["did you mean `reachable`?"]);
    assert_eq!(helps("+ address(a, 10.1.0.1/16)"), ["did you mean `10.1.0.0/16`?"]);
    assert_eq!(
        helps("? vnet(hub west)"),
        ["a name that holds a blank, comma, parenthesis or quote stands in double quotes"]
    );
    assert_eq!(helps("? os(_, beos)"), ["write one of `windows`, `linux`, `macos`, `ios`, `android`"]);
}

#[test]
fn only_changes_are_changes() {
    let mut report = Report::default();
    let changes =
        parse_changes("--change", "+ bgp(a, b)\n? vnet(?v)\n- \"hub west\"(a)\n-vnet(\"a, b\")", &mut report);
    let texts: Vec<_> = changes.iter().map(ToString::to_string).collect();
    assert_eq!(texts, ["+ bgp(a, b)", "- vnet(\"a, b\")"]);
    let codes: Vec<_> = report.diagnostics.iter().map(|finding| finding.code.name()).collect();
    assert_eq!(codes, ["query-syntax", "query-syntax"]);
}

#[test]
fn statements_print_as_they_are_written() {
    let lines = [
        "+ static_route(VNet1, VNet2, 10.2.0.0/16)",
        "? access(?g, _, ?n, reachable), not access(?g, windows, ?n, reachable), ?n != VNet1",
        "? advertised(VNet1, _, ?p, _), ?p within 10.0.0.0/8, ?p contains 10.1.0.0/24",
        "expect no vnet(\"hub \\\"west\\\"\")",
        "expect only gateway(\"_\"), gateway(\"?x\"), gateway(_x)",
        "expect peered(a, b), ?x = ?y",
    ];
    let mut report = Report::default();
    let file = parse("test.query", &lines.join("\n"), &mut report);
    let printed: Vec<_> =
        file.scenarios[0].statements.iter().map(|(statement, _)| statement.to_string()).collect();
    assert_eq!(printed, lines);
}

proptest! {
    #[test]
    fn any_name_prints_and_parses_back(name in any::<String>(), other in "[ ,()\"\\\\?_#a-c\n\r\t\u{85}\u{2028}]{0,6}") {
        for name in [name, other] {
            let mut report = Report::default();
            let file = parse("test.query", &format!("? address({}, ?p)", quoted(&name)), &mut report);
            prop_assert!(report.diagnostics.is_empty());
            let (Statement::Ask(query), _) = &file.scenarios[0].statements[0] else { panic!("a question") };
            let tunnelog::language::syntax::Goal::Holds(atom) = &query.goals[0] else { panic!("a relation") };
            let Term::Constant(word) = &atom.terms[0] else { panic!("a name") };
            prop_assert_eq!(&word.text, &name);
        }
    }

    #[test]
    fn no_text_breaks_the_parser(text in "(\\?|\\+|-|expect|expect only|scenario)? ?(not )?[a-z_]{0,8}[(),?\"\\\\ a-z0-9./:#é\u{3000}]{0,30}\n?.{0,9}") {
        mistakes(&text);
    }
}

fn outcomes(name: &str, text: &str, profile: Profile) -> (Vec<Outcome>, Report) {
    let mut report = Report::default();
    let file = parse("test.query", text, &mut report);
    assert!(!report.has_errors(), "{:?}", report.diagnostics);
    let inventory = topology(name);
    let analysis = Analysis::new(&inventory);
    let mut outcomes = Vec::new();
    let keep = |outcome| {
        outcomes.push(outcome);
        Ok::<(), ()>(())
    };
    run(&mut Evaluator::new(&analysis), &file, profile, None, &mut report, keep).unwrap();
    (outcomes, report)
}

/// The rows of the answer to one question, cells with blanks between them.
fn rows(topology: &str, question: &str) -> Vec<String> {
    let (outcomes, _) = outcomes(topology, &format!("? {question}"), Profile::Article);
    let Found::Answer(rows) = &outcomes[0].result else { panic!("{question}") };
    rows.rows.iter().map(|row| row.join(" ")).collect()
}

fn verdict(topology: &str, expectation: &str) -> Verdict {
    let (outcomes, _) = outcomes(topology, expectation, Profile::Article);
    let Found::Verdict(verdict) = &outcomes[0].result else { panic!("{expectation}") };
    verdict.clone()
}

#[test]
fn facts_are_answered() {
    assert_eq!(rows("peered-vnets", "vnet(?v)"), ["VNet1", "VNet2", "VNet3", "VNet4"]);
    assert_eq!(rows("peered-vnets", "gateway_transit(?hub, ?spoke)"), ["VNet1 VNet2", "VNet1 VNet4"]);
    assert_eq!(rows("s2s-chain", "s2s(VNet2, ?far)"), ["VNet1", "VNet3"]);
    assert_eq!(
        rows("s2s-chain", "static_route(VNet2, ?far, ?p)"),
        ["VNet1 10.1.0.0/16", "VNet3 10.3.0.0/16"]
    );
    assert_eq!(rows("s2s-chain", "bgp(_, _)"), Vec::<String>::new());
    assert_eq!(rows("branch-office", "site(?s), address(?s, ?p)"), ["Site1 10.101.0.0/16"]);
    // Names do not depend on case, and are printed as first written.
    assert_eq!(rows("s2s-chain", "vnet(?v), ?v = vnet3"), ["VNet3"]);
    // Yes is one row without cells.
    assert_eq!(rows("s2s-chain", "gateway(VNET1)"), [""]);
    assert_eq!(rows("s2s-chain", "site(_)"), Vec::<String>::new());
}

#[test]
fn what_follows_is_answered() {
    let access = "access(VNet1, windows, ?n, ?s)";
    assert_eq!(rows("s2s-chain", access), ["VNet1 reachable", "VNet2 unreachable", "VNet3 unreachable"]);
    assert_eq!(rows("s2s-chain-bgp", access), ["VNet1 reachable", "VNet2 needs-route", "VNet3 needs-route"]);
    assert_eq!(
        rows("peered-vnets", "advertised(?g, windows, ?p, ?why)"),
        [
            "VNet1 10.1.0.0/16 own-vnet",
            "VNet1 10.2.0.0/16 transit-spoke",
            "VNet1 10.4.0.0/16 transit-spoke",
            "VNet1 192.168.0.0/24 client-pool"
        ]
    );
    assert_eq!(
        rows("peered-vnets", "attached(VNet1, ?n, ?p)"),
        ["VNet1 10.1.0.0/16", "VNet1 192.168.0.0/24", "VNet2 10.2.0.0/16", "VNet4 10.4.0.0/16"]
    );
    // Over BGP the far ends learn VNet1's space and its address pool.
    assert_eq!(
        rows("s2s-chain-bgp", "learned(VNet3, ?from, ?p)"),
        ["VNet2 10.1.0.0/16", "VNet2 10.2.0.0/16", "VNet2 192.168.0.0/24"]
    );
    // Without BGP a gateway routes the next VNet and no further, and nobody routes the pool.
    assert_eq!(
        rows("s2s-chain", "delivered(VNet1, ?n, ?p)"),
        ["VNet1 10.1.0.0/16", "VNet1 192.168.0.0/24", "VNet2 10.2.0.0/16"]
    );
    assert_eq!(rows("s2s-chain", "delivered(?r, ?n, 192.168.0.0/24)"), ["VNet1 VNet1"]);
}

#[test]
fn conditions_are_joined() {
    // What the Windows clients of the chain have to add by hand.
    assert_eq!(
        rows("s2s-chain-branch-bgp", "access(?g, windows, ?n, needs-route), address(?n, ?p)"),
        ["VNet1 Site1 10.101.0.0/16", "VNet1 VNet2 10.2.0.0/16", "VNet1 VNet3 10.3.0.0/16"]
    );
    assert_eq!(
        rows(
            "s2s-chain-bgp",
            "access(?g, non-windows, ?n, reachable), not access(?g, windows, ?n, reachable)"
        ),
        ["VNet1 VNet2", "VNet1 VNet3"]
    );
    assert_eq!(
        rows("peered-vnets", "peered(?a, ?b), peered(?b, ?c), not peered(?a, ?c), ?a != ?c"),
        ["VNet1 VNet2 VNet3", "VNet2 VNet1 VNet4", "VNet3 VNet2 VNet1", "VNet4 VNet1 VNet2"]
    );
    // Conditions may stand in any order, and share a variable within one relation.
    assert_eq!(rows("peered-vnets", "?v != VNet3, not gateway(?v), vnet(?v)"), ["VNet2", "VNet4"]);
    assert_eq!(rows("peered-vnets", "peered(?a, ?a)"), Vec::<String>::new());
    // Conditions without a common variable give every pair.
    assert_eq!(rows("branch-office", "vnet(?v), site(?s)"), ["VNet1 Site1"]);
    // The columns stand in the order of first mention.
    let (outcomes, _) = outcomes("branch-office", "? ?p != 10.1.0.0/16, address(?n, ?p)", Profile::Article);
    let Found::Answer(rows) = &outcomes[0].result else { panic!("a question") };
    assert_eq!(
        (&*rows.columns.join(" "), &rows.rows),
        ("p n", &vec![vec!["10.101.0.0/16".to_owned(), "Site1".to_owned()]])
    );
}

#[test]
fn prefixes_lie_within_each_other() {
    assert_eq!(
        rows("s2s-chain", "address(?n, ?p), ?p within 10.2.0.0/15"),
        ["VNet2 10.2.0.0/16", "VNet3 10.3.0.0/16"]
    );
    assert_eq!(rows("s2s-chain", "address(?n, ?p), ?p contains 10.2.7.9"), ["VNet2 10.2.0.0/16"]);
    assert_eq!(rows("s2s-chain", "address(?n, ?p), ?p within ::/0"), Vec::<String>::new());
    let all = rows("dual-stack", "address(?n, ?p)");
    let (six, four) = (
        rows("dual-stack", "address(?n, ?p), ?p within ::/0"),
        rows("dual-stack", "address(?n, ?p), ?p within 0.0.0.0/0"),
    );
    assert!(!six.is_empty() && six.iter().all(|row| row.contains(':')), "{six:?}");
    assert!(!four.is_empty() && four.iter().all(|row| !row.contains(':')), "{four:?}");
    assert_eq!(all.len(), six.len() + four.len());
    assert_eq!(
        rows("s2s-chain", "address(?n, ?p), address(?m, ?q), ?p within ?q, ?n != ?m"),
        Vec::<String>::new()
    );
}

#[test]
fn unknown_names_match_nothing_and_are_said() {
    let (outcomes, report) = outcomes(
        "s2s-chain",
        "? vnet(VNet9), vnet(?v)\n? vnet(?v), not peered(?v, VNet9)\n? vnet(?v), ?v != VNet9\n? access(VNet2, windows-native, _, _)",
        Profile::Article,
    );
    let counts: Vec<_> = outcomes
        .iter()
        .map(|outcome| match &outcome.result {
            Found::Answer(rows) => rows.rows.len(),
            Found::Verdict(_) => 99,
        })
        .collect();
    assert_eq!(counts, [0, 3, 3, 0]);
    let said: Vec<_> =
        report.diagnostics.iter().map(|finding| (finding.code.name(), &*finding.message)).collect();
    let unknown = ("no-such-name", "no network is called `VNet9`");
    assert_eq!(
        said,
        [
            unknown,
            unknown,
            unknown,
            ("no-such-name", "`VNet2` has no Point-to-Site gateway"),
            ("no-such-name", "profile `article` has no class `windows-native`"),
        ]
    );
    assert_eq!(report.diagnostics[0].help.as_deref(), Some("did you mean `VNet1`?"));
}

#[test]
fn expectations_say_what_was_found_instead() {
    let passed = Verdict { passed: true, ..Verdict::default() };
    assert_eq!(verdict("s2s-chain", "expect access(VNet1, windows, VNet1, reachable)"), passed);
    assert_eq!(
        verdict("s2s-chain", "expect access(VNet1, windows, VNet2, reachable)"),
        Verdict {
            missing: vec!["access(VNet1, windows, VNet2, reachable)".into()],
            found: vec!["access(VNet1, windows, VNet2, unreachable)".into()],
            passed: false,
        }
    );
    assert_eq!(verdict("s2s-chain", "expect no bgp(_, _)"), passed);
    assert_eq!(
        verdict("s2s-chain", "expect no access(?g, windows, ?n, unreachable)"),
        Verdict {
            missing: Vec::new(),
            found: vec![
                "access(VNet1, windows, VNet2, unreachable)".into(),
                "access(VNet1, windows, VNet3, unreachable)".into()
            ],
            passed: false,
        }
    );
    assert_eq!(verdict("s2s-chain", "expect only s2s(VNet1, VNet2), s2s(vnet2, vnet3)"), passed);
    assert_eq!(
        verdict("s2s-chain", "expect only address(_, 10.2.0.0/16), address(VNet1, _), address(VNet3, ?p)"),
        passed
    );
    assert_eq!(
        verdict("s2s-chain", "expect only gateway(VNet1), gateway(VNet2), site(_)"),
        Verdict { missing: vec!["site(_)".into()], found: vec!["gateway(VNet3)".into()], passed: false }
    );
}

#[test]
fn scenarios_start_from_the_same_inventory() {
    let text = "\
? bgp(VNet1, VNet2)
scenario with numbers of their own
+ asn(VNet2, 65002)
+ bgp(VNet1, VNet2)
? bgp(VNet1, VNet2)
- bgp(VNet1, VNet2)
? bgp(VNet1, VNet2)
scenario as it is
? bgp(VNet1, VNet2)
";
    let (outcomes, report) = outcomes("s2s-chain", text, Profile::Article);
    assert!(!report.has_errors(), "{:?}", report.diagnostics);
    let answers: Vec<_> = outcomes
        .iter()
        .map(|outcome| {
            let Found::Answer(rows) = &outcome.result else { panic!("a question") };
            (outcome.scenario.as_deref(), report.sources.position(outcome.span).line, rows.holds())
        })
        .collect();
    let changed = Some("with numbers of their own");
    assert_eq!(
        answers,
        [(None, 1, false), (changed, 5, true), (changed, 7, false), (Some("as it is"), 9, false)]
    );
}
