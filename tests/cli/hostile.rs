//! Names that mean something to whatever shows or runs them: they stay names.

use std::fs;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use crate::support::program::{Run, command, finish};

/// A hub with clients, spokes and a site, called so that each name would do harm somewhere.
pub(super) const NAMES: [&str; 9] = [
    "=cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|'x'!A0",
    "red\u{1b}[31m\u{9b}2J",
    "line\nbreak\rback\ttab",
    "\u{202e}gnp.exe\u{2066}",
    "</script><img src=x onerror=alert(1)>",
    "a\"b'c`d$(touch owned);e&f|g",
    "]]> -->%%{init: {}}%% end\\\"]",
    "*_[x](javascript:alert(1))~#{}",
];

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// The first two are gateways with a tunnel, the third is a site, and all others are spokes of the first.
pub(super) fn inventory() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, header: &str, rows: Vec<String>| {
        fs::write(folder.path().join(name), format!("{header}\n{}\n", rows.join("\n"))).unwrap();
    };
    let name = |index: usize| quoted(NAMES[index]);
    let vnets = (0..NAMES.len()).filter(|index| *index != 2);
    let spokes = 3..NAMES.len();
    write(
        "vnets.csv",
        "name,address_space",
        vnets.map(|index| format!("{},10.{index}.0.0/16", name(index))).collect(),
    );
    write("sites.csv", "name,address_space", vec![format!("{},10.2.0.0/16", name(2))]);
    write(
        "gateways.csv",
        "vnet,client_pool,asn",
        vec![format!("{},192.168.0.0/24,65001", name(0)), format!("{},,65002", name(1))],
    );
    write(
        "peerings.csv",
        "vnet,remote_vnet,allow_gateway_transit,use_remote_gateways,state",
        spokes
            .flat_map(|spoke| {
                let (hub, spoke) = (name(0), name(spoke));
                [format!("{hub},{spoke},true,false,"), format!("{spoke},{hub},false,true,Disconnected")]
            })
            .collect(),
    );
    write(
        "s2s.csv",
        "from,to,bgp,status",
        vec![format!("{},{},false,", name(0), name(1)), format!("{},{},false,", name(0), name(2))],
    );
    write("clients.csv", "name,gateway,os", vec![format!("{},{},windows", quoted("=1+1\u{7}\n"), name(0))]);
    folder
}

fn run(arguments: &[&str], folder: &TempDir) -> Run {
    let mut arguments = arguments.iter();
    finish(command().arg(arguments.next().unwrap()).arg(folder.path()).args(arguments))
}

/// What acts on a terminal instead of being shown.
fn acts(letter: char) -> bool {
    (letter.is_control() && letter != '\n')
        || matches!(letter, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn is_harmless(text: &str, what: &str) {
    let acting: Vec<char> = text.chars().filter(|letter| acts(*letter)).collect();
    assert!(acting.is_empty(), "{what}: {acting:?} in {text:?}");
}

const HUB: &str = NAMES[0];
const FAR: &str = NAMES[1];

/// Every verb that answers about an inventory, with the formats that it has for people and for programs.
fn verbs() -> Vec<(Vec<&'static str>, &'static [&'static str])> {
    const ROWS: &[&str] = &["table", "csv", "json", "ndjson", "markdown"];
    const EXPLAIN: &[&str] = &["text", "markdown", "json", "dot", "mermaid"];
    vec![
        (vec!["routes"], ROWS),
        (vec!["reach"], ROWS),
        (vec!["reach", "--by", "client"], ROWS),
        (vec!["check"], &["table", "csv", "json", "markdown", "sarif", "github"]),
        (vec!["ask", "? access(?g, ?c, ?n, ?s)", "expect site(_)", "expect no site(?s)"], ROWS),
        (vec!["ask", "expect no gateway(?g)"], &["junit"]),
        (vec!["ask", "expect gateway(_)", "--coverage"], &["table", "csv", "json", "markdown"]),
        (vec!["explain", "--from", HUB, "--to", FAR], EXPLAIN),
        (vec!["explain", "--from", HUB, "--to", NAMES[5]], EXPLAIN),
        (vec!["fix", "--from", HUB, "--to", FAR], ROWS),
        (vec!["whatif", "+ peered(\"line\\nbreak\\rback\\ttab\", \"*_[x](javascript:alert(1))~#{}\")"], ROWS),
        (vec!["sweep", "--remove", "s2s,peered,gateway", "--quiet"], ROWS),
    ]
}

/// Markdown without its code: what stands between two runs of as many backquotes.
fn outside_code(text: &str) -> String {
    let run = |text: &str| text.chars().take_while(|letter| *letter == '`').count();
    let (mut outside, mut rest) = (String::new(), text);
    while let Some(start) = rest.find('`') {
        outside.push_str(&rest[..start]);
        rest = &rest[start..];
        let length = run(rest);
        rest = &rest[length..];
        let mut ends = rest.match_indices('`').map(|(at, _)| at);
        let is_end = |at: &usize| !rest[..*at].ends_with('`') && run(&rest[*at..]) == length;
        rest = ends.find(is_end).map_or(rest, |end| &rest[end + length..]);
    }
    outside + rest
}

#[test]
fn names_stay_names_in_every_output() {
    let folder = inventory();
    for (verb, formats) in verbs() {
        for format in formats {
            let what = format!("{verb:?} {format}");
            let run = run(&[&verb[..], &["--format", format]].concat(), &folder);
            assert!(matches!(run.code, Some(0 | 1)), "{what}: {:?} {}", run.code, run.stderr);
            assert!(!run.stdout.is_empty(), "{what}");
            is_harmless(&run.stderr, &what);
            match *format {
                "csv" => no_formulas(&run.stdout, &what),
                "json" | "sarif" => drop(serde_json::from_str::<Value>(&run.stdout).expect(&what)),
                "ndjson" => run
                    .stdout
                    .lines()
                    .for_each(|line| drop(serde_json::from_str::<Value>(line).expect(&what))),
                "markdown" => {
                    is_harmless(&run.stdout, &what);
                    // Between fences and in code marks mean nothing, and nothing there ends them.
                    let unescaped = outside_code(&run.stdout).replace("\\<", "").replace("\\[", "");
                    assert!(!unescaped.contains(['<', '[']), "{what}: {}", run.stdout);
                }
                "mermaid" => {
                    is_harmless(&run.stdout, &what);
                    assert!(
                        !run.stdout.contains("<img") && !run.stdout.contains("%%{init"),
                        "{what}: {}",
                        run.stdout
                    );
                }
                "junit" => {
                    let mut reader = quick_xml::Reader::from_str(&run.stdout);
                    while reader.read_event().expect(&what) != quick_xml::events::Event::Eof {}
                    assert!(!run.stdout.contains('\u{1b}'), "{what}");
                }
                _ => is_harmless(&run.stdout, &what),
            }
        }
    }
}

/// Asserts that no cell begins like a formula, but for changes, whose names a spreadsheet finds in quotes.
fn no_formulas(text: &str, what: &str) {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    for record in reader.records() {
        for cell in &record.expect(what) {
            let is_change = cell.starts_with(['+', '-']) && cell.ends_with(')') && cell.contains('(');
            assert!(is_change || !cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{what}: {cell:?}");
            assert!(
                !is_change || !cell.contains("cmd|") || cell.contains("\"=cmd|") || cell.contains("\"@SUM"),
                "{what}: {cell}"
            );
        }
    }
}

#[test]
fn commands_quote_names_for_the_shell() {
    let folder = inventory();
    for kind in ["bash", "powershell", "openvpn", "strongswan", "azurevpnconfig"] {
        let arguments = ["client-config", "--gateway", HUB, "--class", "windows", "--kind", kind];
        let run = run(&arguments, &folder);
        assert_eq!(run.code, Some(0), "{kind}: {}", run.stderr);
        is_harmless(&run.stdout, kind);
    }
    let run = run(&["fix", "--from", HUB, "--to", NAMES[6], "--format", "json"], &folder);
    let document: Value = serde_json::from_str(&run.stdout).unwrap();
    let plans = document["plans"].as_array().unwrap();
    assert!(!plans.is_empty(), "{document}");
    let mut script = "az() { printf '%s\\n' \"$@\"; }\n".to_owned();
    for line in plans.iter().flat_map(|plan| plan["commands"].as_array().unwrap()) {
        let line = line.as_str().unwrap();
        is_harmless(line, "az");
        script.push_str(line);
        script.push('\n');
    }
    let shell = Command::new("bash").current_dir(folder.path()).args(["-c", &script]).output().unwrap();
    let told = String::from_utf8(shell.stdout).unwrap();
    assert!(told.lines().any(|word| word == NAMES[6]), "{script}\n{told}");
    assert!(!folder.path().join("owned").exists(), "{script}");
    assert_eq!(String::from_utf8(shell.stderr).unwrap(), "", "{script}");
}
