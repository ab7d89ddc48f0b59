//! `docs/diagnostics.md` has a section for every code, with its severity and what it finds.

use std::collections::BTreeMap;

use tunnelog::diagnostic::Code;

/// The sections by their titles; a title that stands twice is an error.
fn sections(document: &str) -> BTreeMap<&str, &str> {
    let mut sections = BTreeMap::new();
    for section in document.split("\n## ").skip(1) {
        let (title, text) = section.split_once('\n').unwrap_or((section, ""));
        assert!(sections.insert(title, text).is_none(), "two sections {title}");
    }
    sections
}

#[test]
fn every_code_has_a_section() {
    let document = std::fs::read_to_string("docs/diagnostics.md").unwrap();
    let mut sections = sections(&document);
    for code in Code::ALL {
        let text = sections.remove(format!("`{}`", code.name()).as_str());
        let text = text.unwrap_or_else(|| panic!("no section for `{}`", code.name()));
        let word = code.severity().word();
        let severity = format!("**{}{}.** ", word[..1].to_uppercase(), &word[1..]);
        let first = text.trim_start().lines().next().unwrap_or_default();
        assert_eq!(first, format!("{severity}{}", code.summary()), "`{}`", code.name());
        assert!(text.contains("\n*What to do:* "), "`{}` says what to do", code.name());
    }
    assert_eq!(sections.keys().collect::<Vec<_>>(), Vec::<&&str>::new(), "sections without a code");
}

#[test]
fn every_fixture_is_named_after_a_code_that_has_an_example() {
    let document = std::fs::read_to_string("docs/diagnostics.md").unwrap();
    let sections = sections(&document);
    for entry in std::fs::read_dir("tests/fixtures/diagnostics").unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let text = sections.get(format!("`{name}`").as_str());
        let text = text.unwrap_or_else(|| panic!("no section for `{name}`"));
        assert!(text.contains("```text\n"), "`{name}` has a fixture and no example");
    }
}
