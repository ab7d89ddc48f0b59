//! What the command line takes. Arguments are validated here and acted on elsewhere.

mod changes;

use std::net::IpAddr;
use std::path::PathBuf;

pub(crate) use changes::{
    ChangeArguments, DiffArguments, ScopeArguments, Shard, SweepArguments, WhatifArguments,
};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::error::ErrorKind;
use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum, ValueHint};
use tunnelog::answer::Status;
use tunnelog::class::{Class, Profile};
use tunnelog::generate::{Plan, Shape};
use tunnelog::prefix::{Prefix, PrefixError};

const EXIT_CODES: &str = "\
Exit codes:
  0  the answer is clean
  1  the answer is a valid no: a status under `--fail-on`, an expectation that failed, a diagnostic under `--deny`
  2  wrong use, or input that cannot be read or is invalid
  130  interrupted; nothing is left half written";

/// Computes offline which routes an Azure Point-to-Site VPN client gets, what it can reach, and why.
#[derive(Debug, Parser)]
#[command(name = "tunnelog", version, propagate_version = true, after_long_help = EXIT_CODES)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) verb: Verb,

    /// When to colour what a terminal shows; the variable `NO_COLOR` is honoured.
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: Color,

    /// Hide warnings and notes; errors are shown all the same.
    #[arg(long, global = true)]
    pub(crate) quiet: bool,

    /// How many threads work, 256 at most; as many as the machine has cores where this is left out.
    #[arg(long, short, global = true, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub(crate) jobs: Option<u16>,
}

/// What is asked.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    Routes(RoutesArguments),
    Reach(ReachArguments),
    Ask(AskArguments),
    Check(CheckArguments),
    Import(ImportArguments),
    Whatif(WhatifArguments),
    Diff(DiffArguments),
    Sweep(SweepArguments),
    Facts(FactsArguments),
    Generate(GenerateArguments),
    Completions(CompletionsArguments),
    Man(ManArguments),
}

/// List the routes that clients hold.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  tunnelog routes facts/peered-vnets
  tunnelog routes export.json --class windows --format csv
  tunnelog routes inventory --to 10.3.7.4 --by client")]
pub(crate) struct RoutesArguments {
    #[command(flatten)]
    pub(crate) answer: AnswerArguments,
}

/// Say for every network whether clients reach it, and what stands in the way.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  tunnelog reach facts/s2s-chain-branch-bgp
  tunnelog reach inventory --to Site1 --class windows
  tunnelog reach inventory --gateway Hub --fail-on blackhole,unreachable --format markdown")]
pub(crate) struct ReachArguments {
    #[command(flatten)]
    pub(crate) answer: AnswerArguments,

    /// Exit with 1 where a row has one of these statuses.
    #[arg(long, value_name = "STATUS", value_delimiter = ',', value_parser = statuses())]
    pub(crate) fail_on: Vec<Status>,
}

/// Answer questions, and say whether expectations hold.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  tunnelog ask facts/s2s-chain-bgp '? access(VNet1, windows, ?network, ?status)'
  tunnelog ask facts/s2s-chain 'expect access(VNet1, windows, VNet2, reachable)'
  tunnelog ask inventory --query wanted.query --format junit -o report.xml

docs/queries.md has the language.")]
pub(crate) struct AskArguments {
    /// A folder of CSV files, or an export.
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub(crate) path: PathBuf,

    /// Questions and expectations, as in a query file; what begins with no sign is a question.
    #[arg(value_name = "STATEMENT", value_parser = changes::unmasked, required_unless_present = "queries")]
    pub(crate) statements: Vec<String>,

    /// A query file; may be given several times, and `-` reads the standard input.
    #[arg(long = "query", short = 'q', value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) queries: Vec<PathBuf>,

    /// How the answer is written: by default a table on a terminal, and CSV elsewhere.
    #[arg(long, short, help_heading = "Output")]
    pub(crate) format: Option<AskFormat>,

    /// Write the answer to this file, which is replaced only once the answer is complete.
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Output")]
    pub(crate) output: Option<PathBuf>,

    /// Which description of the clients' routes is followed: Microsoft's article, or what users and labs report.
    #[arg(long, default_value = "article", value_parser = profiles())]
    pub(crate) profile: Profile,

    #[command(flatten)]
    pub(crate) changes: ChangeArguments,

    #[command(flatten)]
    pub(crate) denied: DenyArguments,
}

/// Find faults and doubtful places in inventories.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  tunnelog check inventory
  tunnelog check inventory --deny warnings --format json
  tunnelog check inventory --format sarif -o findings.sarif

docs/ci.md has whole pipelines.")]
pub(crate) struct CheckArguments {
    #[command(flatten)]
    pub(crate) inventories: InventoryArguments,

    /// How the answer is written: by default a table on a terminal, and CSV elsewhere.
    #[arg(long, short, help_heading = "Output")]
    pub(crate) format: Option<CheckFormat>,

    /// Write the answer to this file, which is replaced only once the answer is complete.
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Output")]
    pub(crate) output: Option<PathBuf>,
}

/// Turn exports of Azure into an inventory of CSV files.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  tunnelog import resource-graph.json -o inventory
  tunnelog import vnets.json gateways.json connections.json -o inventory")]
pub(crate) struct ImportArguments {
    /// Exported files, or folders of them, that together are one inventory.
    #[arg(required = true, value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub(crate) paths: Vec<PathBuf>,

    /// The folder to write the CSV files into; made where it does not exist.
    #[arg(long, short, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) output: PathBuf,

    #[command(flatten)]
    pub(crate) denied: DenyArguments,
}

/// Write the facts of an inventory and all that follows from them, one file a relation.
#[derive(Args, Debug)]
#[command(after_help = "\
Example:
  tunnelog facts inventory -o relations")]
pub(crate) struct FactsArguments {
    /// A folder of CSV files, or an export.
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub(crate) path: PathBuf,

    /// The folder to write the relations into; made where it does not exist.
    #[arg(long, short, value_name = "OUT", value_hint = ValueHint::DirPath)]
    pub(crate) output: PathBuf,

    /// Which description of the clients' routes is followed: Microsoft's article, or what users and labs report.
    #[arg(long, default_value = "article", value_parser = profiles())]
    pub(crate) profile: Profile,

    #[command(flatten)]
    pub(crate) changes: ChangeArguments,

    #[command(flatten)]
    pub(crate) denied: DenyArguments,
}

/// Make up a large inventory, the same for the same shape, size and seed.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  tunnelog generate --shape hubs --vnets 1000000 -o large
  tunnelog generate --shape estate --vnets 5000 --seed 7 --faults 0.05 -o faulty")]
pub(crate) struct GenerateArguments {
    /// The structure.
    #[arg(long, value_parser = one_of(&Shape::ALL, Shape::word))]
    pub(crate) shape: Shape,

    /// How many VNets.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=i64::from(Plan::MOST_VNETS)))]
    pub(crate) vnets: u32,

    /// What the choice of addresses and of faults starts from.
    #[arg(long, default_value = "1")]
    pub(crate) seed: u64,

    /// The share of peerings, tunnels, P2S gateways and sites that get a fault, 0 to 1.
    #[arg(long, value_name = "RATE", default_value = "0", value_parser = share)]
    pub(crate) faults: f64,

    /// The folder to write the CSV files into; made where it does not exist.
    #[arg(long, short, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) output: PathBuf,
}

/// Print what a shell needs to complete this program's arguments.
#[derive(Args, Debug)]
#[command(after_help = "\
Example:
  tunnelog completions bash > ~/.local/share/bash-completion/completions/tunnelog")]
pub(crate) struct CompletionsArguments {
    /// The shell.
    pub(crate) shell: clap_complete::Shell,
}

/// Print the manual page, or write a page for every verb.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  tunnelog man | man -l -
  tunnelog man -o ~/.local/share/man/man1")]
pub(crate) struct ManArguments {
    /// The folder to write one page a verb into; without it the main page is printed.
    #[arg(long, short, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) output: Option<PathBuf>,
}

/// What the verbs that give an answer take.
#[derive(Args, Debug)]
pub(crate) struct AnswerArguments {
    #[command(flatten)]
    pub(crate) inventories: InventoryArguments,

    #[command(flatten)]
    pub(crate) output: OutputArguments,

    /// Only the clients of this gateway, named by its VNet; may be given several times.
    #[arg(long, value_name = "NAME", help_heading = "Narrowing")]
    pub(crate) gateway: Vec<String>,

    /// Only this class of clients; may be given several times.
    #[arg(long, value_delimiter = ',', value_parser = classes(), help_heading = "Narrowing")]
    pub(crate) class: Vec<Class>,

    /// Only what leads to a network, overlaps a prefix, or covers an address with the longest prefix.
    #[arg(long, value_name = "NETWORK|PREFIX|ADDRESS", value_parser = destination, help_heading = "Narrowing")]
    pub(crate) to: Option<To>,

    /// Whose routes and destinations are listed.
    #[arg(long, value_name = "WHOM", default_value = "class")]
    pub(crate) by: Whose,

    /// Which description of the clients' routes is followed: Microsoft's article, or what users and labs report.
    #[arg(long, default_value = "article", value_parser = profiles())]
    pub(crate) profile: Profile,
}

/// The inventories of one call.
#[derive(Args, Debug)]
pub(crate) struct InventoryArguments {
    /// Folders of CSV files, or exports; the rows of several say which one they belong to.
    #[arg(required = true, value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub(crate) paths: Vec<PathBuf>,

    #[command(flatten)]
    pub(crate) changes: ChangeArguments,

    #[command(flatten)]
    pub(crate) denied: DenyArguments,
}

/// What counts as a no.
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct DenyArguments {
    /// Exit with 1 where a diagnostic is of this weight or above.
    #[arg(long, value_name = "WEIGHT")]
    pub(crate) deny: Option<Deny>,
}

/// How and where an answer is written.
#[derive(Args, Debug)]
pub(crate) struct OutputArguments {
    /// How the answer is written: by default a table on a terminal, and CSV elsewhere.
    #[arg(long, short, help_heading = "Output")]
    pub(crate) format: Option<Format>,

    /// Write the answer to this file, which is replaced only once the answer is complete.
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Output")]
    pub(crate) output: Option<PathBuf>,
}

/// How an answer is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people.
    Table,
    /// One row a line, separated by commas.
    Csv,
    /// One JSON document.
    Json,
    /// One JSON object a line.
    Ndjson,
    /// A Markdown table, for a ticket.
    Markdown,
}

/// How the answers of `ask` are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum AskFormat {
    /// For people.
    Table,
    /// One row a line, separated by commas.
    Csv,
    /// One JSON document.
    Json,
    /// One JSON object a line.
    Ndjson,
    /// A Markdown table, for a ticket.
    Markdown,
    /// A JUnit report of the expectations, for a build server.
    Junit,
}

/// How the findings of `check` are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum CheckFormat {
    /// For people.
    Table,
    /// One row a line, separated by commas.
    Csv,
    /// One JSON document.
    Json,
    /// One JSON object a line.
    Ndjson,
    /// A Markdown table, for a ticket.
    Markdown,
    /// A SARIF 2.1.0 document, for code scanning.
    Sarif,
    /// Workflow commands of GitHub Actions, which mark lines of a change.
    Github,
}

/// When colour is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    Auto,
    Always,
    Never,
}

/// The weight from which a diagnostic counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Deny {
    Warnings,
}

/// Whose routes and destinations are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Whose {
    /// Classes of clients that get the same routes.
    Class,
    /// Clients by name, with the routes that their users added.
    Client,
}

/// What `--to` names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum To {
    Network(String),
    Prefix(Prefix),
    Address(IpAddr),
}

fn classes() -> impl TypedValueParser<Value = Class> {
    one_of(&Class::ALL, Class::word)
}

fn statuses() -> impl TypedValueParser<Value = Status> {
    one_of(&Status::ALL, Status::word)
}

fn profiles() -> impl TypedValueParser<Value = Profile> {
    one_of(&Profile::ALL, Profile::word)
}

/// A parser of words into the values that they stand for.
fn one_of<T: Copy + Send + Sync>(
    values: &'static [T],
    word: fn(T) -> &'static str,
) -> impl TypedValueParser<Value = T> {
    PossibleValuesParser::new(values.iter().map(|value| word(*value))).try_map(move |text| {
        values.iter().copied().find(|value| word(*value) == text).ok_or("not one of the words")
    })
}

fn share(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(share) if (0.0..=1.0).contains(&share) => Ok(share),
        _ => Err("expected a number from 0 to 1".into()),
    }
}

fn destination(text: &str) -> Result<To, String> {
    match text.parse() {
        Ok(prefix) => Ok(To::Prefix(prefix)),
        Err(PrefixError::NoLength(_)) => text.parse().map(To::Address).map_err(|_| "not an address".into()),
        Err(error @ PrefixError::HostBits(_)) => Err(error.to_string()),
        Err(PrefixError::NotAPrefix) => Ok(To::Network(text.to_owned())),
    }
}

impl Arguments {
    /// Parses the command line, including what one argument demands of another.
    pub(crate) fn read() -> Result<Self, clap::Error> {
        Self::try_parse_from(std::env::args_os().map(changes::masked))?.validated()
    }

    fn validated(self) -> Result<Self, clap::Error> {
        let (profile, wanted) = match &self.verb {
            Verb::Routes(arguments) => (arguments.answer.profile, &arguments.answer.class),
            Verb::Reach(arguments) => (arguments.answer.profile, &arguments.answer.class),
            Verb::Whatif(arguments) => (arguments.scope.profile, &arguments.scope.class),
            Verb::Sweep(arguments) => (arguments.scope.profile, &arguments.scope.class),
            Verb::Diff(arguments) => (arguments.scope.profile, &arguments.scope.class),
            _ => return Ok(self),
        };
        let known = profile.classes();
        if let Some(class) = wanted.iter().find(|class| !known.contains(class)) {
            let words: Vec<_> = known.iter().map(|class| format!("`{}`", class.word())).collect();
            let message = format!(
                "profile `{}` has no class `{}`; it has {}",
                profile.word(),
                class.word(),
                words.join(", ")
            );
            return Err(Self::command().error(ErrorKind::ArgumentConflict, message));
        }
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definitions_agree_with_each_other() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn a_share_lies_between_nothing_and_all() {
        assert_eq!(["0", "0.05", "1"].map(share), [Ok(0.0), Ok(0.05), Ok(1.0)]);
        assert!(["-0.1", "1.1", "NaN", "many"].into_iter().all(|text| share(text).is_err()));
    }

    #[test]
    fn a_destination_is_told_from_its_form() {
        assert_eq!(destination("10.2.0.0/16"), Ok(To::Prefix("10.2.0.0/16".parse().unwrap())));
        assert_eq!(destination("fd00::9"), Ok(To::Address("fd00::9".parse().unwrap())));
        assert_eq!(destination("hub/west"), Ok(To::Network("hub/west".into())));
        let error = destination("10.2.0.1/16").unwrap_err();
        assert!(error.contains("`10.2.0.0/16`"), "{error}");
    }

    #[test]
    fn a_class_of_another_profile_is_wrong_use() {
        let parse = |words: &[&str]| {
            Arguments::try_parse_from([&["tunnelog", "reach", "x"], words].concat())
                .and_then(Arguments::validated)
        };
        let error = parse(&["--class", "windows-openvpn"]).unwrap_err().to_string();
        assert!(error.contains("profile `article` has no class `windows-openvpn`"), "{error}");
        assert!(parse(&["--class", "windows-openvpn", "--profile", "observed"]).is_ok());
    }
}
