//! What holds of every inventory.

use proptest::prelude::*;
use proptest::test_runner::Config;
use tunnelog::answer::{Analysis, AsPaths, Evaluation, Request};
use tunnelog::check::check;
use tunnelog::class::Class;
use tunnelog::diagnostic::{Code, Report};
use tunnelog::generate::{Plan, Shape, generate};
use tunnelog::inventory::read_folder;

use crate::agreement::{answers_agree, ask, questions, relations_agree, request, same_lines, solve, solved};
use crate::generate::{inventories, sized};
use crate::rows::Rows;
use crate::simulator::{Lines, Paths, Question, Simulator};

/// Fewer cases for laws that hold the solver against itself, unless `PROPTEST_CASES` says otherwise.
pub(crate) fn fewer() -> Config {
    let asked = std::env::var_os("PROPTEST_CASES").is_some();
    Config { cases: if asked { config().cases } else { 64 }, ..config() }
}

/// Cases by the environment variable `PROPTEST_CASES`, otherwise 256.
pub(crate) fn config() -> Config {
    Config { failure_persistence: None, max_shrink_iters: 20_000, ..Config::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn the_simulator_answers_like_the_solver(rows in inventories()) {
        answers_agree(&rows.inventory())?;
    }

    #[test]
    fn the_simulator_derives_the_relations_of_the_solver(rows in inventories()) {
        relations_agree(&rows.inventory())?;
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn the_simulator_follows_paths_like_the_solver(rows in sized([3..8, 0..4, 0..3, 4..12])) {
        let inventory = rows.inventory();
        let simulator = Simulator::with(&inventory, Paths::Whole);
        let question = Question { observed: false, by_client: false };
        let expected = simulator.answer(question);
        for evaluation in [Evaluation::Auto, Evaluation::Whole, Evaluation::Single] {
            let request = Request { as_paths: AsPaths::Whole, ..request(question, evaluation) };
            let analysis = Analysis::new(&inventory);
            if analysis.not_followed(&request).is_none() {
                same_lines(&expected, &ask(&analysis, &request))?;
            }
        }
        // Where whole paths change a status or a route, there is a warning.
        let statuses = |mut lines: Lines| {
            lines.reach.iter_mut().for_each(|line| line.reason.clear());
            lines
        };
        let by_origin = statuses(Simulator::new(&inventory).answer(question));
        let expected = statuses(expected);
        let warned = codes(&rows)?.contains(&Code::RepeatedAsn);
        prop_assert!(warned || by_origin == expected);
    }
}

proptest! {
    #![proptest_config(fewer())]

    #[test]
    fn files_hold_the_whole_inventory(rows in inventories()) {
        let folder = tempfile::tempdir()?;
        // Where a name is only mentioned, its case does not matter.
        for (name, text) in rows.mentioning(str::to_uppercase).files() {
            std::fs::write(folder.path().join(name), text)?;
        }
        let mut report = Report::default();
        let read = read_folder(folder.path(), &mut report);
        let Some(read) = read else {
            return Err(TestCaseError::fail(format!("{:?}", report.diagnostics)));
        };
        for question in questions() {
            let [one, other] = [&rows.inventory(), &read].map(|from| solve(from, question, Evaluation::Auto));
            same_lines(&one, &other)?;
        }
    }

    #[test]
    fn a_narrower_question_gets_the_same_rows(rows in inventories()) {
        let inventory = rows.inventory();
        let analysis = Analysis::new(&inventory);
        let questions = [(false, false), (true, true)];
        for (observed, by_client) in questions {
            let question = Question { observed, by_client };
            let whole = solve(&inventory, question, Evaluation::Auto);
            for gateway in analysis.gateways() {
                for class in Class::ALL {
                    let narrow = Request {
                        gateways: Some(vec![gateway]),
                        classes: Some(vec![class]),
                        ..request(question, Evaluation::Auto)
                    };
                    let name = inventory.names.text(gateway);
                    let mut expected = whole.clone();
                    expected.routes.retain(|line| line.gateway == name && line.class == class.word());
                    expected.reach.retain(|line| line.gateway == name && line.class == class.word());
                    same_lines(&expected, &ask(&analysis, &narrow))?;
                }
            }
        }
    }

    #[test]
    fn the_order_of_rows_changes_nothing(rows in inventories(), seed in any::<u64>()) {
        for question in questions() {
            let [one, other] = [&rows, &rows.shuffled(seed)].map(|rows| solved(rows, question, Evaluation::Auto));
            same_lines(&one, &other)?;
        }
    }

    #[test]
    fn names_change_nothing(rows in inventories()) {
        // Turns the order of names round, so that nothing can depend on it.
        let rename = |name: &str| {
            if name == "Internet" {
                return name.to_owned();
            }
            let digits: String = name.chars().filter(char::is_ascii_digit).collect();
            let number: u32 = digits.parse().expect("every generated name holds a number");
            format!("{} of {}", 99 - number, name.trim_end_matches(&digits).to_uppercase())
        };
        for question in questions() {
            let renamed = solved(&rows.renamed(rename), question, Evaluation::Auto);
            same_lines(&in_order(solved(&rows, question, Evaluation::Auto), rename), &renamed)?;
        }
    }

    #[test]
    fn what_is_not_connected_changes_nothing(one in inventories(), other in inventories()) {
        let [mut one, mut other] = [one, other.renamed(|name| format!("other {name}"))];
        if one.clients.is_none() || other.clients.is_none() {
            (one.clients, other.clients) = (None, None);
        }
        let both = one.clone().beside(&other);
        for question in questions() {
            let mut sum = solved(&one, question, Evaluation::Auto);
            let more = solved(&other, question, Evaluation::Auto);
            sum.routes.extend(more.routes);
            sum.reach.extend(more.reach);
            same_lines(&in_order(sum, str::to_owned), &solved(&both, question, Evaluation::Auto))?;
        }
    }
}

/// The codes of what `check` finds in the files of an inventory.
fn codes(rows: &Rows) -> Result<Vec<Code>, TestCaseError> {
    let folder = tempfile::tempdir()?;
    for (name, text) in rows.files() {
        std::fs::write(folder.path().join(name), text)?;
    }
    let mut report = Report::default();
    if let Some(inventory) = read_folder(folder.path(), &mut report) {
        check(&inventory, &mut report);
    }
    Ok(report.diagnostics.iter().map(|finding| finding.code).collect())
}

#[test]
fn the_simulator_answers_like_the_solver_on_made_estates() {
    for shape in Shape::ALL {
        // Some gateways of each shape, with what hangs on them; the simulator takes its time.
        let vnets = match shape {
            Shape::Hubs => 120,
            Shape::Landing => 60,
            Shape::Estate => 210,
            Shape::Onepart | Shape::Chain => 40,
            Shape::Mesh => 16,
            Shape::Dense => 2,
        };
        for (seed, faults) in [(1, 0.0), (2, 0.2)] {
            let inventory = generate(&Plan { shape, vnets, seed, faults });
            let simulator = Simulator::new(&inventory);
            let question = Question { observed: false, by_client: false };
            let expected = simulator.answer(question);
            for evaluation in [Evaluation::Auto, Evaluation::Whole, Evaluation::Single] {
                let same = same_lines(&expected, &solve(&inventory, question, evaluation));
                assert!(same.is_ok(), "{shape:?} {seed}: {same:?}");
            }
        }
    }
}

#[test]
fn slices_of_a_large_part_add_up() {
    // More pairs of a router and a prefix than one run takes.
    for (shape, vnets) in [(Shape::Onepart, 330), (Shape::Chain, 200)] {
        let mut inventory = generate(&Plan { shape, vnets, seed: 3, faults: 0.01 });
        // With a custom route the routers are not alike, and no shortcut spares the slices.
        inventory.gateways[0].custom_routes.push("172.16.0.0/12".parse().expect("a canonical prefix"));
        let question = Question { observed: true, by_client: false };
        let [auto, whole] = [Evaluation::Auto, Evaluation::Whole].map(|how| solve(&inventory, question, how));
        let same = same_lines(&whole, &auto);
        assert!(same.is_ok(), "{shape:?}: {same:?}");
    }
}

/// The lines with other names, sorted again.
fn in_order(mut lines: Lines, rename: impl Fn(&str) -> String) -> Lines {
    let rename = |name: &mut String| {
        if !name.is_empty() {
            *name = rename(name);
        }
    };
    for line in &mut lines.routes {
        [&mut line.client, &mut line.gateway].into_iter().for_each(rename);
    }
    for line in &mut lines.reach {
        [&mut line.client, &mut line.gateway, &mut line.network].into_iter().for_each(rename);
    }
    lines.routes.sort();
    lines.reach.sort();
    lines
}
