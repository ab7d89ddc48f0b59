//! `tunnelog rules`: what the answers follow from, each rule with its source.

use std::io::Write;

use anstyle::Style;
use tunnelog::explain::rulebook::{Clause, clauses, example, naming, steering};

use crate::cli::arguments::Classes;
use crate::cli::shell::call::{Call, Verb};
use crate::cli::shell::exit::{Exit, Failure};
use crate::cli::shell::names;
use crate::cli::view::paragraph;

/// List the rules that answers follow from, or explain one.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  tunnelog rules
  tunnelog rules bgp-relay")]
pub(crate) struct Args {
    /// The rule to explain.
    #[arg(value_name = "ID")]
    rule: Option<String>,
}

impl Verb for Args {
    fn classes(&self) -> Option<Classes<'_>> {
        None
    }

    fn run(&self, call: &Call) -> Result<Exit, Failure> {
        let groups = groups();
        let mut output = call.output(None)?;
        let bold = if output.screen.colour { Style::new().bold() } else { Style::new() };
        let width = paragraph::width(output.screen);
        let text = match &self.rule {
            None => {
                let listed = groups.iter().flat_map(|group| {
                    let introduced = (!group.begins.is_empty())
                        .then(|| paragraph::wrapped(group.begins, "  ", "  ", width));
                    introduced
                        .into_iter()
                        .chain(group.clauses.iter().map(|clause| summary(clause, bold, width)))
                });
                listed.collect::<Vec<_>>().join("\n")
            }
            Some(wanted) => {
                let all =
                    || groups.iter().flat_map(|group| group.clauses.iter().map(move |one| (one, group)));
                let found = all().filter(|(clause, _)| clause.id.eq_ignore_ascii_case(wanted));
                let found: Vec<String> =
                    found.map(|(clause, group)| whole(clause, group.used, bold, width)).collect();
                if found.is_empty() {
                    let failure = Failure::new(format!("no rule is called `{wanted}`"));
                    let help = names::did_you_mean(wanted, all().map(|(clause, _)| clause.id));
                    return Err(failure.help(help.unwrap_or_else(|| "`tunnelog rules` lists all".to_owned())));
                }
                found.join("\n")
            }
        };
        output.write_all(text.as_bytes())?;
        output.finish()?;
        Ok(Exit::Clean)
    }
}

/// Rules that belong together.
struct Group {
    /// What stands before them in a list.
    begins: &'static str,
    /// Where they are used; each rule of the first group tells an example of its own.
    used: &'static str,
    clauses: Vec<Clause>,
}

fn groups() -> [Group; 3] {
    [
        Group { begins: "", used: "", clauses: clauses() },
        Group {
            begins: "Where subnets are listed, route tables and appliances steer packets by these, on what routers hold by those above:",
            used: "It is used where subnets are listed, as in:\n    tunnelog reach facts/hub-and-firewall",
            clauses: steering(),
        },
        Group {
            begins: "Which names clients resolve follows by these from what can be said of the addresses of their DNS servers:",
            used: "It is used for names, as in:\n    tunnelog names facts/names-resolver-in-hub",
            clauses: naming(),
        },
    ]
}

/// The rule's id, what it says, and where that comes from.
fn summary(clause: &Clause, bold: Style, width: usize) -> String {
    let id = clause.id;
    let sentence = clause.rule.map_or(clause.says.as_str(), |rule| rule.sentence());
    let sentence = paragraph::wrapped(sentence, "  ", "  ", width);
    let source = paragraph::wrapped(&clause.source, "  source: ", "          ", width);
    format!("{bold}{id}{bold:#}\n{sentence}{source}")
}

fn whole(clause: &Clause, used: &str, bold: Style, width: usize) -> String {
    let summary = summary(clause, bold, width);
    let clause_text = clause.text.lines().map(|line| format!("    {line}")).collect::<Vec<_>>().join("\n");
    let Some(rule) = clause.rule else {
        return format!("{summary}\n{clause_text}\n\n  {used}\n");
    };
    let says = paragraph::wrapped(&clause.says, "  ", "  ", width);
    let example = example(rule);
    let topology = example.topology;
    let command = if example.arguments.is_empty() {
        format!("tunnelog reach facts/{topology}")
    } else {
        format!("tunnelog explain --proof facts/{topology} {}", example.arguments)
    };
    format!("{summary}\n{says}\n{clause_text}\n\n  It is used in:\n    {command}\n")
}
