//! `tunnelog rules`: what the answers follow from, each rule with its source.

use std::io::Write;

use anstyle::Style;
use tunnelog::explain::rulebook::{Clause, Written, clauses, example, steering};

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
                let mut each: Vec<String> =
                    clauses.iter().map(|clause| summary(clause, bold, width)).collect();
                each.push(paragraph::wrapped(WHERE_SUBNETS_ARE_LISTED, "  ", "  ", width));
                each.extend(steering.iter().map(|written| steering_summary(written, bold, width)));
                each.join("\n")
            }
            Some(wanted) => {
                let is_wanted = |id: &str| id.eq_ignore_ascii_case(wanted);
                let found = clauses.iter().filter(|clause| is_wanted(clause.rule.id()));
                let found = found.map(|clause| whole(clause, bold, width));
                let steered = steering.iter().filter(|written| is_wanted(written.id));
                let steered = steered.map(|written| steering_whole(written, bold, width));
                let found: Vec<String> = found.chain(steered).collect();
                if found.is_empty() {
                    let failure = Failure::new(format!("no rule is called `{wanted}`"));
                    let ids = clauses.iter().map(|clause| clause.rule.id());
                    let ids = ids.chain(steering.iter().map(|written| written.id));
                    let help = names::did_you_mean(wanted, ids);
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
    headed(clause.rule.id(), clause.rule.sentence(), &clause.source, bold, width)
}

fn steering_summary(written: &Written, bold: Style, width: usize) -> String {
    headed(written.id, &written.says, &written.source, bold, width)
}

fn headed(id: &str, sentence: &str, source: &str, bold: Style, width: usize) -> String {
    let sentence = paragraph::wrapped(sentence, "  ", "  ", width);
    let source = paragraph::wrapped(source, "  source: ", "          ", width);
    format!("{bold}{id}{bold:#}\n{sentence}{source}")
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("    {line}")).collect::<Vec<_>>().join("\n")
}

fn steering_whole(written: &Written, bold: Style, width: usize) -> String {
    let (summary, text) = (steering_summary(written, bold, width), indented(&written.text));
    format!(
        "{summary}\n{text}\n\n  It is used where subnets are listed, as in:\n    tunnelog reach facts/hub-and-firewall\n"
    )
}

fn whole(clause: &Clause, bold: Style, width: usize) -> String {
    let says = paragraph::wrapped(&clause.says, "  ", "  ", width);
    let clause_text = indented(&clause.text);
    let example = example(clause.rule);
    let topology = example.topology;
    let command = if example.arguments.is_empty() {
        format!("tunnelog reach facts/{topology}")
    } else {
        format!("tunnelog explain facts/{topology} {}", example.arguments)
    };
    format!("{}\n{says}\n{clause_text}\n\n  It is used in:\n    {command}\n", summary(clause, bold, width))
}
