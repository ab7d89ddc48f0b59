//! Every link between documents leads to a file and a heading that are there, and every page of `docs/` is in the book.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use crate::support::topologies::root;

/// The pages of releases, as GitHub shows them from README.md: no file.
const ELSEWHERE: [&str; 1] = ["../../releases"];

/// The lines that are text, without blocks of code.
fn prose(document: &str) -> impl Iterator<Item = &str> {
    let mut fence: Option<&str> = None;
    document.lines().filter(move |line| {
        let mark = line.trim_start();
        let ticks = &mark[..mark.len() - mark.trim_start_matches('`').len()];
        match fence {
            Some(open) if ticks == open && mark.trim_end() == open => fence = None,
            None if ticks.len() >= 3 => fence = Some(ticks),
            Some(_) => {}
            None => return true,
        }
        false
    })
}

/// A line without what stands between backticks.
fn without_code(line: &str) -> String {
    let mut parts = line.split('`');
    let mut kept = parts.next().unwrap().to_owned();
    while let (Some(_), Some(text)) = (parts.next(), parts.next()) {
        kept.push_str("``");
        kept.push_str(text);
    }
    kept
}

/// The targets of a document's links: `[text](target)` and `[name]: target`.
fn links(document: &str) -> Vec<String> {
    let mut found = Vec::new();
    for line in prose(document) {
        let line = without_code(line);
        found.extend(line.split("](").skip(1).filter_map(|rest| rest.split(')').next()).map(str::to_owned));
        if let Some((_, target)) = line.strip_prefix('[').and_then(|rest| rest.split_once("]: ")) {
            found.push(target.to_owned());
        }
    }
    found
}

/// What comes behind `#` for each heading, as GitHub and mdBook make it.
fn anchors(document: &str) -> BTreeSet<String> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut anchors = BTreeSet::new();
    for line in prose(document) {
        let title = line.trim_start_matches('#');
        if title.len() == line.len() || !title.starts_with(' ') {
            continue;
        }
        let letters = title.trim().to_lowercase();
        let letters = letters.chars().filter(|it| it.is_alphanumeric() || " -_".contains(*it));
        let anchor: String = letters.map(|letter| if letter == ' ' { '-' } else { letter }).collect();
        let times = seen.entry(anchor.clone()).or_default();
        anchors.insert(if *times == 0 { anchor } else { format!("{anchor}-{times}") });
        *times += 1;
    }
    anchors
}

/// Why a link of the document at `path` leads nowhere.
fn broken(path: &Path, link: &str) -> Option<String> {
    if link.contains("://") || ELSEWHERE.contains(&link) {
        return None;
    }
    let (target, anchor) = link.split_once('#').unwrap_or((link, ""));
    let there = if target.is_empty() { path.to_owned() } else { path.parent().unwrap().join(target) };
    let name = path.strip_prefix(root()).unwrap().display();
    if !there.exists() {
        return Some(format!("{name}: {link}: no such file"));
    }
    let is_there = anchor.is_empty()
        || there.extension().is_some_and(|it| it == "md")
            && anchors(&fs::read_to_string(&there).unwrap()).contains(anchor);
    (!is_there).then(|| format!("{name}: {link}: no such heading"))
}

fn collect(folder: &Path, documents: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if path.is_dir() && !name.starts_with('.') && !["target", "node_modules"].contains(&name.as_str()) {
            collect(&path, documents);
        } else if path.extension().is_some_and(|it| it == "md") {
            documents.push(path);
        }
    }
}

#[test]
fn every_link_leads_somewhere() {
    let mut documents = Vec::new();
    collect(root(), &mut documents);
    let mut wrong = Vec::new();
    let mut checked = 0;
    for path in &documents {
        for link in links(&fs::read_to_string(path).unwrap()) {
            checked += 1;
            wrong.extend(broken(path, &link));
        }
    }
    wrong.sort();
    assert!(checked > 200, "{checked} links");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_book_has_every_page_by_its_heading_and_begins_with_the_tour() {
    let summary = fs::read_to_string(root().join("docs/SUMMARY.md")).unwrap();
    let listed: Vec<&str> = summary.lines().filter(|line| line.contains("](")).collect();
    let mut pages = BTreeSet::new();
    for entry in fs::read_dir(root().join("docs")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if path.extension().is_some_and(|it| it == "md") && name != "SUMMARY.md" {
            let text = fs::read_to_string(&path).unwrap();
            let heading = text.lines().next().unwrap().strip_prefix("# ").unwrap();
            pages.insert(format!("[{heading}]({name})"));
        }
    }
    assert!(listed[0].ends_with("(tour.md)"), "{}", listed[0]);
    let in_book: BTreeSet<String> =
        listed.iter().map(|line| line.trim_start_matches("- ").to_owned()).collect();
    assert_eq!(in_book, pages);
    assert_eq!(listed.len(), pages.len(), "a page is in the book once");
}

/// What no PowerShell of Windows runs as a shell does.
const SHELL_ONLY: [&str; 8] =
    [" && ", "\\\n", "; do\n", "sudo ", "sh export.sh", "cp -r ", "sha256sum ", "=$("];

/// The sections of a document with a block for a shell that has no twin for PowerShell beside it.
fn without_twin(document: &str) -> Vec<&str> {
    let sections = document.split("\n## ");
    let lacking = sections.filter(|section| {
        let blocks = section.split("```sh\n").skip(1).filter_map(|rest| rest.split("```").next());
        let is_shell_only = |block: &str| SHELL_ONLY.iter().any(|word| block.contains(word));
        blocks.into_iter().any(is_shell_only)
            && !["```powershell\n", "PowerShell", "On Windows: `"].iter().any(|twin| section.contains(twin))
    });
    lacking.map(|section| section.lines().next().unwrap()).collect()
}

#[test]
fn what_only_a_shell_runs_has_a_twin_for_powershell() {
    // Those who work on tunnelog itself, and those who release it, have a shell.
    let of_maintainers = ["docs/testing.md", "docs/performance.md"];
    let mut documents = vec![root().join("README.md")];
    documents.extend(fs::read_dir(root().join("docs")).unwrap().map(|entry| entry.unwrap().path()));
    documents.retain(|path| !of_maintainers.iter().any(|document| path.ends_with(document)));
    let mut wrong = Vec::new();
    for path in documents.iter().filter(|path| path.extension().is_some_and(|it| it == "md")) {
        let text = fs::read_to_string(path).unwrap();
        wrong.extend(without_twin(&text).into_iter().map(|section| format!("{}: {section}", path.display())));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(without_twin("# A\n\n## B\n\n```sh\ncp -r a b\n```\n"), ["B"]);
    assert_eq!(without_twin("## B\n\n```sh\ntunnelog reach a\n```\n"), [""; 0]);
}

#[test]
fn links_are_found_and_followed() {
    let text = "# A `b` & C\n\nSee [one](x.md) and `[two](y.md)`, [three](z.md#b).\n\n```md\n[four](w.md)\n# No\n```\n\n\
                [five]: v.md\n## A b\n## A b\n";
    assert_eq!(links(text), ["x.md", "z.md#b", "v.md"]);
    assert_eq!(anchors(text), ["a-b", "a-b--c", "a-b-1"].map(str::to_owned).into());
    let at = root().join("docs/tour.md");
    assert_eq!(broken(&at, "export.md#terraform"), None);
    assert_eq!(broken(&at, "../facts"), None);
    assert_eq!(broken(&at, "exports.md").unwrap(), "docs/tour.md: exports.md: no such file");
    assert_eq!(broken(&at, "export.md#no").unwrap(), "docs/tour.md: export.md#no: no such heading");
    assert_eq!(broken(&at, "#no").unwrap(), "docs/tour.md: #no: no such heading");
}
