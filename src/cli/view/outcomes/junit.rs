//! Expectations as a JUnit report, which build servers show.

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use crate::cli::shell::exit::Failure;
use crate::cli::shell::screen::one_line;
use crate::cli::view::json::ask::{Found, Outcome, VerdictShape};

/// A suite for each scenario, a case for each expectation. Nothing is timed, so that reports of equal runs are equal.
pub(crate) fn report(outcomes: &[Outcome]) -> Result<String, Failure> {
    let mut report = Report::new("tunnelog ask");
    let key = |outcome: &Outcome| (outcome.file.clone(), outcome.scenario.clone());
    for group in outcomes.chunk_by(|one, other| key(one) == key(other)) {
        let first = &group[0];
        let name = match &first.scenario {
            Some(scenario) => format!("{}: {scenario}", first.file),
            None => first.file.clone(),
        };
        let mut suite = TestSuite::new(one_line(&name));
        for outcome in group {
            if let Found::Verdict(verdict) = &outcome.found {
                suite.add_test_case(case(outcome, verdict));
            }
        }
        if !suite.test_cases.is_empty() {
            report.add_test_suite(suite);
        }
    }
    report.to_string().map_err(|error| Failure::new(format!("the report cannot be written: {error}")))
}

fn case(outcome: &Outcome, verdict: &VerdictShape) -> TestCase {
    let status = if verdict.passed {
        TestCaseStatus::success()
    } else {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
        let missing = verdict.missing.iter().map(|text| format!("missing: {}", one_line(text)));
        let found = verdict.found.iter().map(|text| format!("found: {}", one_line(text)));
        status.set_type("expectation").set_message("the expectation does not hold");
        status.set_description(missing.chain(found).collect::<Vec<_>>().join("\n"));
        status
    };
    let statement = one_line(&outcome.statement);
    let mut case = TestCase::new(format!("line {}: {statement}", outcome.line), status);
    case.set_classname(one_line(&outcome.file));
    case
}
