//! `tunnelog rules`: what the answers follow from, each rule with its source.

use std::io::Write;

use anstyle::Style;
use tunnelog::explain::rulebook::{Clause, clauses, example, steering};

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
        let (clauses, steering) = (clauses(), steering());
        let mut output = call.output(None)?;
        let bold = if output.screen.colour { Style::new().bold() } else { Style::new() };
        let width = paragraph::width(output.screen);
        let text = match &self.rule {
            None => {
                let listed = |clause: &Clause| summary(clause, bold, width);
                let where_listed = paragraph::wrapped(WHERE_SUBNETS_ARE_LISTED, "  ", "  ", width);
                let each =
                    clauses.iter().map(listed).chain([where_listed]).chain(steering.iter().map(listed));
                each.collect::<Vec<_>>().join("\n")
            }
            Some(wanted) => {
                let all = || clauses.iter().chain(&steering);
                let found = all().filter(|clause| clause.id.eq_ignore_ascii_case(wanted));
                let found: Vec<String> = found.map(|clause| whole(clause, bold, width)).collect();
                if found.is_empty() {
                    let failure = Failure::new(format!("no rule is called `{wanted}`"));
                    let help = names::did_you_mean(wanted, all().map(|clause| clause.id));
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

const WHERE_SUBNETS_ARE_LISTED: &str = "Where subnets are listed, route tables and appliances steer packets by these, on what routers hold by those above:";

/// The rule's id, what it says, and where that comes from.
fn summary(clause: &Clause, bold: Style, width: usize) -> String {
    let id = clause.id;
    let sentence = clause.rule.map_or(clause.says.as_str(), |rule| rule.sentence());
    let sentence = paragraph::wrapped(sentence, "  ", "  ", width);
    let source = paragraph::wrapped(&clause.source, "  source: ", "          ", width);
    format!("{bold}{id}{bold:#}\n{sentence}{source}")
}

fn whole(clause: &Clause, bold: Style, width: usize) -> String {
    let summary = summary(clause, bold, width);
    let clause_text = clause.text.lines().map(|line| format!("    {line}")).collect::<Vec<_>>().join("\n");
    let Some(rule) = clause.rule else {
        let used = "It is used where subnets are listed, as in:\n    tunnelog reach facts/hub-and-firewall";
        return format!("{summary}\n{clause_text}\n\n  {used}\n");
    };
    let says = paragraph::wrapped(&clause.says, "  ", "  ", width);
    let example = example(rule);
    let topology = example.topology;
    let command = if example.arguments.is_empty() {
        format!("tunnelog reach facts/{topology}")
    } else {
        format!("tunnelog explain facts/{topology} {}", example.arguments)
    };
    format!("{summary}\n{says}\n{clause_text}\n\n  It is used in:\n    {command}\n")
}
