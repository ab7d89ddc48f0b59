use std::collections::BTreeMap;
use std::path::Path;

use tunnelog::check::{check, check_paths};
use tunnelog::diagnostic::Code;
use tunnelog::import::load::{Loaded, load};
use tunnelog::source::Span;

use super::*;

fn rendered(report: &Report, colour: bool, width: usize) -> String {
    let mut out = Vec::new();
    render(report, &mut out, colour, width).unwrap();
    String::from_utf8(out).unwrap()
}

/// A report of one file with a finding for each of the marks `«…»` in `text`, the first place the main one.
fn one_finding(text: &str) -> Report {
    let mut report = Report::default();
    let (mut plain, mut places) = (String::new(), Vec::new());
    for letter in text.chars() {
        let at = plain.len();
        match letter {
            '«' => places.push(at..at),
            '»' => places.last_mut().unwrap().end = at,
            letter => plain.push(letter),
        }
    }
    let file = report.sources.add("vnets.csv".into(), plain, None);
    let mut spans = places.into_iter().map(|place| Span::new(file, place));
    let mut finding = Diagnostic::new(Code::BadPrefix, "a message").at(spans.next().unwrap(), "here");
    finding.related = spans.map(|span| (span, "and here".to_owned())).collect();
    report.push(finding);
    report
}

#[test]
fn a_cell_is_underlined_and_related_places_follow() {
    let report = one_finding("name\n1,«cell»\n2,x\n3,«other»\r\n");
    let expected = "\
error[bad-prefix]: a message
 --> vnets.csv:2:3
  |
2 | 1,cell
  |   ^^^^ here
  |
 ::: vnets.csv:4:3
  |
4 | 3,other
  |   ----- and here

1 error
";
    assert_eq!(rendered(&report, false, 100), expected);
}

#[test]
fn places_in_one_line_are_marked_together() {
    let report = one_finding("Hü\u{1b},«Hub»,«hub»\n");
    let expected = "\
error[bad-prefix]: a message
 --> vnets.csv:1:5
  |
1 | Hü\u{fffd},Hub,hub
  |     ^^^ --- and here
  |     |
  |     here

1 error
";
    assert_eq!(rendered(&report, false, 100), expected);
}

#[test]
fn nothing_that_a_terminal_obeys_is_written() {
    let mut report = one_finding("a\u{1b}[31m,«b\u{9b}2J»\u{202e}\u{7},c\n");
    report.diagnostics[0].message = "a \u{1b}[2J message\u{9b}\nin\u{202e} two lines".into();
    report.diagnostics[0].label = "la\u{1b}bel".into();
    report.diagnostics[0].help = Some("he\u{1b}lp".into());
    let text = rendered(&report, false, 100);
    let is_obeyed = |letter: char| (letter.is_control() && letter != '\n') || letter == '\u{202e}';
    assert!(!text.contains(is_obeyed), "{text:?}");
    assert!(
        text.starts_with("error[bad-prefix]: a \u{fffd}[2J message\u{fffd} in\u{fffd} two lines\n"),
        "{text}"
    );
    // Colours are commands to the terminal, so this shows that the check above can fail.
    assert!(rendered(&report, true, 100).contains(is_obeyed));
}

#[test]
fn of_a_very_long_line_only_what_fits_is_written() {
    let filler = "10.0.0.0/8;".repeat(100_000);
    let report = one_finding(&format!("Hub,{filler}«10.1.2.3/8»;{filler}\n"));
    let text = rendered(&report, false, 100);
    let column = "Hub,".len() + filler.len() + 1;
    assert!(text.contains(&format!(" --> vnets.csv:1:{column}\n")), "{text}");
    assert!(text.contains("10.1.2.3/8"), "{text}");
    assert!(text.contains("^^^^^^^^^^ here"), "{text}");
    assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
}

#[test]
fn a_place_as_long_as_its_line_is_cut_too() {
    let report = one_finding(&format!("«{}»\n", "10.0.0.0/8;".repeat(100_000)));
    let text = rendered(&report, false, 100);
    assert!(text.len() < 5_000, "{} bytes", text.len());
}

#[test]
fn a_hundred_findings_are_shown_and_the_rest_counted() {
    let mut report = Report::default();
    assert_eq!(rendered(&report, false, 100), "");
    report.push(Diagnostic::new(Code::UnknownColumn, "last"));
    for number in 0..100 {
        report.push(Diagnostic::new(Code::BadPrefix, format!("number {number}")));
        report.push(Diagnostic::new(Code::TunnelDown, format!("number {number}")));
    }
    report.sort();
    let text = rendered(&report, false, 100);
    assert!(text.ends_with("\n\n… and 101 more\n\n100 errors, 100 warnings, 1 note\n"), "{text}");
    assert_eq!(text.matches("[bad-prefix]").count(), 100);
    assert_eq!(text.matches("[tunnel-down]").count(), 0);
}

/// The first block of each section of the documentation, by the section's code.
fn documented() -> BTreeMap<String, String> {
    let document = std::fs::read_to_string("docs/diagnostics.md").unwrap();
    let sections = document.split("\n## ").skip(1);
    let block = |section: &str| {
        let (_, rest) = section.split_once("```text\n")?;
        rest.split_once("```\n").map(|(block, _)| block.to_owned())
    };
    sections
        .filter_map(|section| Some((section.lines().next()?.trim_matches('`').to_owned(), block(section)?)))
        .collect()
}

#[test]
fn the_documentation_shows_what_is_rendered() {
    let documented = documented();
    let mut fixtures = 0;
    for entry in std::fs::read_dir("tests/fixtures/diagnostics").unwrap() {
        let code = entry.unwrap().file_name().into_string().unwrap();
        let folder = format!("tests/fixtures/diagnostics/{code}");
        let mut report = match load(&folder) {
            Ok(Loaded { inventory, mut report }) => {
                let facts = check(&inventory, &mut report);
                check_paths(&inventory, &facts, &mut report);
                report
            }
            Err(report) => report,
        };
        // What only exports tell has one as its fixture, and in that more is found.
        if Path::new(&folder).join("export.json").exists() {
            report.diagnostics.retain(|finding| finding.code.name() == code);
        }
        fixtures += 1;
        assert_eq!(documented.get(&code), Some(&rendered(&report, false, 100)), "the example of `{code}`");
    }
    assert!(fixtures >= 35, "{fixtures} fixtures");
}
