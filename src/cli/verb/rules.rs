//! `tunnelog rules`: what the answers follow from, each rule with its source.

use std::io::Write;

use anstyle::Style;
use tunnelog::explain::rulebook::{Clause, clauses, example};

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
        let clauses = clauses();
        let mut output = call.output(None)?;
        let bold = if output.screen.colour { Style::new().bold() } else { Style::new() };
        let width = paragraph::width(output.screen);
        let text = match &self.rule {
            None => {
                let each: Vec<String> = clauses.iter().map(|clause| summary(clause, bold, width)).collect();
                each.join("\n")
            }
            Some(wanted) => {
                let found = clauses.iter().find(|clause| clause.rule.id().eq_ignore_ascii_case(wanted));
                let Some(clause) = found else {
                    let failure = Failure::new(format!("no rule is called `{wanted}`"));
                    let ids = clauses.iter().map(|clause| clause.rule.id());
                    let help = names::did_you_mean(wanted, ids);
                    return Err(failure.help(help.unwrap_or_else(|| "`tunnelog rules` lists all".to_owned())));
                };
                whole(clause, bold, width)
            }
        };
        output.write_all(text.as_bytes())?;
        output.finish()?;
        Ok(Exit::Clean)
    }
}

/// The rule's id, what it says, and where that comes from.
fn summary(clause: &Clause, bold: Style, width: usize) -> String {
    let id = clause.rule.id();
    let sentence = paragraph::wrapped(clause.rule.sentence(), "  ", "  ", width);
    let source = paragraph::wrapped(&clause.source, "  source: ", "          ", width);
    format!("{bold}{id}{bold:#}\n{sentence}{source}")
}

fn whole(clause: &Clause, bold: Style, width: usize) -> String {
    let says = paragraph::wrapped(&clause.says, "  ", "  ", width);
    let clause_text = clause.text.lines().map(|line| format!("    {line}")).collect::<Vec<_>>().join("\n");
    let example = example(clause.rule);
    let topology = example.topology;
    let command = if example.arguments.is_empty() {
        format!("tunnelog reach facts/{topology}")
    } else {
        format!("tunnelog explain facts/{topology} {}", example.arguments)
    };
    format!("{}\n{says}\n{clause_text}\n\n  It is used in:\n    {command}\n", summary(clause, bold, width))
}
