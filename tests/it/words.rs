//! Words that do not come back: what the program says and what the documents say is in the words of the field.

use std::fs;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use proc_macro2::{TokenStream, TokenTree};

/// What is not said, and what is said in its place. A star stands for any end of a word.
const GONE: &[(&str, &str)] = &[
    ("announc*", "BGP advertises, re-advertises and withdraws"),
    ("way there", "forward path"),
    ("way back", "return path"),
    ("get no further", "traffic is dropped at a router"),
    ("longest entry", "longest-prefix match"),
    ("handed to", "a gateway pushes routes to clients"),
    ("client pool*", "address pool, as Azure's portal has it"),
    ("sides of peerings", "peering links, one per direction"),
    ("side of a peering", "peering link"),
    ("connected part*", "connected component, the word of graph theory"),
    ("tunnel between", "Azure calls it a connection; a tunnel is what a client opens"),
    ("tunnels between", "connection"),
    ("tunnel to", "connection"),
    ("tunnels to", "connection"),
    ("and tunnels", "connections"),
    ("doubtful", "likely misconfiguration, or warning"),
    ("client notices", "impact on VPN clients"),
    ("'s world", "connected to it by peerings and connections"),
    ("has no form", "is not supported, or cannot be written"),
    ("cannot be had", "cannot be started"),
    ("gets no further", "traffic is dropped at a router"),
    ("hold no route", "clients have no route"),
    ("holds no route", "the client has no route"),
    ("nothing would answer", "there is no return path"),
    ("what is no text", "binary output"),
];

/// Where such a word is right: in the name of a file, a column, a code or a rule.
const NAMES: &[&str] = &["doubtful-summary"];

/// The lines that say what is said no more.
fn found(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let mut line = line.to_lowercase();
        for name in NAMES {
            line = line.replace(name, "");
        }
        for (gone, better) in GONE {
            let word = gone.trim_end_matches('*');
            let ends = |after: &str| {
                gone.ends_with('*')
                    || !after.starts_with(|next: char| next.is_alphanumeric() || "-_".contains(next))
            };
            let begins =
                |before: &str| !before.ends_with(|last: char| last.is_alphanumeric() || "-_".contains(last));
            let is_there = line.match_indices(word).any(|(at, _)| {
                (word.starts_with('\'') || begins(&line[..at])) && ends(&line[at + word.len()..])
            });
            if is_there {
                found.push(format!("{}: `{gone}`: {better}", number + 1));
            }
        }
    }
    found
}

/// The texts in the literals of a file, and with `documented` those of its documentation, which help shows.
fn literals(stream: TokenStream, documented: bool, into: &mut String) {
    let mut is_documentation = false;
    for token in stream {
        match token {
            TokenTree::Group(group) => literals(group.stream(), documented, into),
            TokenTree::Ident(word) => is_documentation = word == "doc",
            TokenTree::Punct(_) => {}
            TokenTree::Literal(literal) => {
                if documented || !is_documentation {
                    // A line that goes on in the next one is one line.
                    let text = literal.to_string();
                    let lines: Vec<&str> = text.split("\\\n").map(str::trim_start).collect();
                    into.push_str(&lines.concat());
                    into.push('\n');
                }
                is_documentation = false;
            }
        }
    }
}

fn collect(folder: &Path, ending: &str, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, ending, files);
        } else if path.extension().is_some_and(|it| it == ending) {
            files.push(path);
        }
    }
    files.sort();
}

#[test]
fn documents_use_the_words_of_the_field() {
    let mut files = vec!["README.md".into(), "ARCHITECTURE.md".into(), "CONTRIBUTING.md".into()];
    for folder in ["docs", "facts", "src"] {
        collect(folder.as_ref(), "md", &mut files);
    }
    collect("queries".as_ref(), "query", &mut files);
    let mut all = Vec::new();
    for path in &files {
        let text = fs::read_to_string(path).unwrap();
        all.extend(found(&text).into_iter().map(|one| format!("{}:{one}", path.display())));
    }
    assert!(files.len() > 90, "{} documents", files.len());
    assert!(all.is_empty(), "{}", all.join("\n"));
}

#[test]
fn the_program_uses_the_words_of_the_field() {
    let mut files = Vec::new();
    collect("src".as_ref(), "rs", &mut files);
    let mut all = Vec::new();
    for path in &files {
        let text = fs::read_to_string(path).unwrap();
        let is_help =
            ["src/cli.rs", "src/cli/verb", "src/cli/arguments"].iter().any(|it| path.starts_with(it));
        let mut said = String::new();
        literals(TokenStream::from_str(&text).unwrap(), is_help, &mut said);
        all.extend(found(&said).into_iter().map(|one| format!("{}: text {one}", path.display())));
    }
    assert!(all.is_empty(), "{}", all.join("\n"));
}

#[test]
fn a_word_is_found_and_a_name_is_not() {
    assert_eq!(
        found("a router Announces it"),
        ["1: `announc*`: BGP advertises, re-advertises and withdraws"]
    );
    assert_eq!(found("`no-way-back`, `way-back` and `client_pool`, `client-pool`"), [""; 0]);
    assert_eq!(found("warning[doubtful-summary]"), [""; 0]);
    assert_eq!(
        found("\nit is out of Hub's world"),
        ["2: `'s world`: connected to it by peerings and connections"]
    );
}
