//! `tunnelog rules`: what the answers follow from, each rule with its source.

use std::io::Write;
use std::path::PathBuf;

use anstyle::Style;
use clap::{ValueEnum, ValueHint};
use tunnelog::explain::rulebook::{Clause, clauses, example, naming, steering};

use crate::cli::arguments::Classes;
use crate::cli::shell::call::{Call, Verb};
use crate::cli::shell::exit::{Exit, Failure};
use crate::cli::shell::names;
use crate::cli::view::json::rules::Document;
use crate::cli::view::paragraph;

/// List the rules that answers follow from, or explain one.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  tunnelog rules
  tunnelog rules bgp-relay
  tunnelog rules --format json -o rules.json")]
pub(crate) struct Args {
    /// The rule to explain.
    #[arg(value_name = "ID")]
    rule: Option<String>,

    /// How the rules are written.
    #[arg(long, short, default_value = "text", help_heading = "Output")]
    format: RulesFormat,

    /// Write to this file, which is replaced atomically.
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Output")]
    output: Option<PathBuf>,
}

/// How rules are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum RulesFormat {
    /// Text to read.
    Text,
    /// One JSON document, with the clause of every rule.
    Json,
}

impl Verb for Args {
    fn classes(&self) -> Option<Classes<'_>> {
        None
    }

    fn run(&self, call: &Call) -> Result<Exit, Failure> {
        let mut groups = groups();
        if let Some(wanted) = &self.rule {
            keep(&mut groups, wanted)?;
        }
        let mut output = call.output(self.output.as_deref())?;
        match output.format(Some(self.format), RulesFormat::Text, RulesFormat::Text) {
            RulesFormat::Text => {
                let bold = if output.screen.colour { Style::new().bold() } else { Style::new() };
                let width = paragraph::width(output.screen);
                let each = groups.iter().flat_map(|group| match &self.rule {
                    None => group.listed(bold, width),
                    Some(_) => group.whole(bold, width),
                });
                let text = each.collect::<Vec<_>>().join("\n");
                output.write_all(text.as_bytes())?;
            }
            RulesFormat::Json => {
                let all =
                    groups.iter().flat_map(|group| group.clauses.iter().map(|one| (one, group.used(one))));
                output.json(&Document::new(all))?;
            }
        }
        output.finish()?;
        Ok(Exit::Clean)
    }
}

/// Keeps the rules that are called so.
fn keep(groups: &mut [Group], wanted: &str) -> Result<(), Failure> {
    let all: Vec<&'static str> = groups.iter().flat_map(|group| &group.clauses).map(|one| one.id).collect();
    if !all.iter().any(|id| id.eq_ignore_ascii_case(wanted)) {
        let failure = Failure::new(format!("no rule is called `{wanted}`"));
        let help = names::did_you_mean(wanted, all.into_iter());
        return Err(failure.help(help.unwrap_or_else(|| "`tunnelog rules` lists all".to_owned())));
    }
    for group in groups {
        group.clauses.retain(|clause| clause.id.eq_ignore_ascii_case(wanted));
    }
    Ok(())
}

/// Rules that belong together.
struct Group {
    /// What stands before them in a list.
    begins: &'static str,
    /// Where they are used: when, and a command that shows it. Each rule of the first group tells an example of its own.
    used: Option<(&'static str, &'static str)>,
    clauses: Vec<Clause>,
}

fn groups() -> [Group; 3] {
    [
        Group { begins: "", used: None, clauses: clauses() },
        Group {
            begins: "Where subnets are listed, route tables and appliances steer packets by these, on what routers hold by those above:",
            used: Some((
                "It is used where subnets are listed, as in:",
                "tunnelog reach facts/hub-and-firewall",
            )),
            clauses: steering(),
        },
        Group {
            begins: "Which names clients resolve follows by these from what can be said of the addresses of their DNS servers:",
            used: Some(("It is used for names, as in:", "tunnelog names facts/names-resolver-in-hub")),
            clauses: naming(),
        },
    ]
}

impl Group {
    fn listed(&self, bold: Style, width: usize) -> Vec<String> {
        let introduced =
            (!self.begins.is_empty()).then(|| paragraph::wrapped(self.begins, "  ", "  ", width));
        let clauses = self.clauses.iter().map(|clause| summary(clause, bold, width));
        introduced.into_iter().chain(clauses).collect()
    }

    /// Each rule with its clause and a command that shows its use.
    fn whole(&self, bold: Style, width: usize) -> Vec<String> {
        let when = self.used.map_or("It is used in:", |(when, _)| when);
        let whole = |clause: &Clause| {
            let summary = summary(clause, bold, width);
            let text: Vec<String> = clause.text.lines().map(|line| format!("    {line}")).collect();
            // The summary of a rule with a sentence of its own leaves out what its source says in other words.
            let says = clause.rule.map_or_else(String::new, |_| {
                format!("{}\n", paragraph::wrapped(&clause.says, "  ", "  ", width))
            });
            let text = text.join("\n");
            format!("{summary}\n{says}{text}\n\n  {when}\n    {}\n", self.used(clause))
        };
        self.clauses.iter().map(whole).collect()
    }

    /// A command whose answer rests on the rule.
    fn used(&self, clause: &Clause) -> String {
        match clause.rule.map(example) {
            Some(example) if example.arguments.is_empty() => {
                format!("tunnelog reach facts/{}", example.topology)
            }
            Some(example) => {
                format!("tunnelog explain --proof facts/{} {}", example.topology, example.arguments)
            }
            None => self.used.map_or_else(String::new, |(_, command)| command.to_owned()),
        }
    }
}

/// The rule's id, what it says, and where that comes from.
fn summary(clause: &Clause, bold: Style, width: usize) -> String {
    let id = clause.id;
    let sentence = clause.rule.map_or(clause.says.as_str(), |rule| rule.sentence());
    let sentence = paragraph::wrapped(sentence, "  ", "  ", width);
    let source = paragraph::wrapped(&clause.source, "  source: ", "          ", width);
    format!("{bold}{id}{bold:#}\n{sentence}{source}")
}
