//! What the command line takes. Arguments are validated here and acted on elsewhere.

mod changes;
mod clients;
mod explain;
mod fix;
mod graph;
mod report;
mod writing;

use std::net::IpAddr;
use std::path::PathBuf;

pub(crate) use changes::{ChangeArguments, DiffArguments, Shard, SweepArguments, WhatifArguments};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::error::ErrorKind;
use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum, ValueHint};
pub(crate) use clients::{ClientConfigArguments, ConfigKind, SubjectArguments, VerifyArguments};
pub(crate) use explain::{ExplainArguments, ExplainFormat, RulesArguments};
pub(crate) use fix::FixArguments;
pub(crate) use graph::{GraphArguments, GraphFormat};
pub(crate) use report::{ReportArguments, ReportFormat};
use tunnelog::answer::Status;
use tunnelog::class::{Class, Profile};
use tunnelog::prefix::{Prefix, PrefixError};
pub(crate) use writing::{
    CompletionsArguments, ExportQueryArguments, ExportWhat, FactsArguments, GenerateArguments,
    ImportArguments, InitArguments, ManArguments,
};

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

    /// Hide warnings and notes on the standard error; errors are shown all the same, and so is what `check` finds.
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
    Explain(ExplainArguments),
    Ask(AskArguments),
    Check(CheckArguments),
    Init(InitArguments),
    ExportQuery(ExportQueryArguments),
    Import(ImportArguments),
    Whatif(WhatifArguments),
    Diff(DiffArguments),
    Sweep(SweepArguments),
    Fix(FixArguments),
    Report(ReportArguments),
    ClientConfig(ClientConfigArguments),
    Verify(VerifyArguments),
    Graph(GraphArguments),
    Facts(FactsArguments),
    Rules(RulesArguments),
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
  tunnelog routes inventory --to 10.3.7.4 --by client
  tunnelog routes inventory --format parquet -o routes.parquet")]
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
  tunnelog reach inventory --gateway Hub --fail-on blackhole,unreachable --format markdown
  tunnelog reach inventory --format xlsx -o reach.xlsx")]
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
  tunnelog ask inventory --query wanted.query --coverage

docs/queries.md has the language.")]
pub(crate) struct AskArguments {
    #[command(flatten)]
    pub(crate) inventory: PathArguments,

    /// Questions and expectations, as in a query file; what begins with no sign is a question.
    #[arg(value_name = "STATEMENT", value_parser = changes::unmasked, required_unless_present = "queries")]
    pub(crate) statements: Vec<String>,

    /// A query file; may be given several times, and `-` reads the standard input.
    #[arg(long = "query", short = 'q', value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) queries: Vec<PathBuf>,

    /// Also say which rows of the inventory and which rules the expectations rest on, and which they do not; as CSV
    /// or Markdown, say that alone.
    #[arg(long)]
    pub(crate) coverage: bool,

    /// Run only the K-th of N equal shares of the scenarios; only the first share has a header, so that the outputs of all join to one.
    #[arg(long, value_name = "K/N", requires = "queries", conflicts_with = "coverage")]
    pub(crate) shard: Option<Shard>,

    #[command(flatten)]
    pub(crate) output: OutputArguments<AskFormat>,

    #[command(flatten)]
    pub(crate) profile: ProfileArguments,

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

    #[command(flatten)]
    pub(crate) output: OutputArguments<CheckFormat>,
}

/// What the verbs that give an answer take.
#[derive(Args, Debug)]
pub(crate) struct AnswerArguments {
    #[command(flatten)]
    pub(crate) inventories: InventoryArguments,

    #[command(flatten)]
    pub(crate) output: OutputArguments<AnswerFormat>,

    #[command(flatten)]
    pub(crate) scope: ScopeArguments,

    /// How much of a route's path a BGP router looks at before it takes the route.
    #[arg(long, value_name = "EXTENT", default_value = "origin")]
    pub(crate) as_paths: Paths,

    /// Only what leads to a network, overlaps a prefix, or covers an address with the longest prefix.
    #[arg(long, value_name = "NETWORK|PREFIX|ADDRESS", value_parser = destination, help_heading = "Narrowing", value_hint = ValueHint::Other)]
    pub(crate) to: Option<To>,
}

/// How much of a route's path matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Paths {
    /// The ASN of the router where the route started.
    Origin,
    /// The ASN of every router that the route passed, which matters where routers share ASNs.
    Whole,
}

/// Whose answers or differences are listed.
#[derive(Args, Debug)]
pub(crate) struct ScopeArguments {
    /// Only the clients of this gateway, named by its VNet; may be given several times.
    #[arg(long, value_name = "NAME", help_heading = "Narrowing", value_hint = ValueHint::Other)]
    pub(crate) gateway: Vec<String>,

    /// Only this class of clients; may be given several times.
    #[arg(long, value_delimiter = ',', value_parser = classes(), help_heading = "Narrowing")]
    pub(crate) class: Vec<Class>,

    /// Whose routes and destinations are listed.
    #[arg(long, value_name = "WHOM", default_value = "class")]
    pub(crate) by: Whose,

    #[command(flatten)]
    pub(crate) profile: ProfileArguments,
}

impl ScopeArguments {
    /// The profile, and the classes that are asked for.
    fn classes(&self) -> (Profile, &[Class]) {
        (self.profile.get(), &self.class)
    }
}

/// What clients are taken to do.
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct ProfileArguments {
    /// Which description of the clients' routes is followed: Microsoft's article, or what users and labs report.
    #[arg(long, default_value = "article", value_parser = profiles())]
    profile: Profile,
}

impl ProfileArguments {
    pub(crate) fn get(self) -> Profile {
        self.profile
    }
}

/// The one inventory of a call.
#[derive(Args, Debug)]
pub(crate) struct PathArguments {
    /// A folder of CSV files, or an export; `-` reads an export from the standard input.
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub(crate) path: PathBuf,
}

/// The inventories of one call.
#[derive(Args, Debug)]
pub(crate) struct InventoryArguments {
    /// Folders of CSV files, or exports, `-` for one from the standard input; the rows of several say which one they belong to.
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
pub(crate) struct OutputArguments<Formats: ValueEnum + Send + Sync + 'static> {
    /// How the answer is written: by default a table on a terminal, and CSV elsewhere.
    #[arg(long, short, help_heading = "Output")]
    pub(crate) format: Option<Formats>,

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

/// How the answers of `routes` and `reach` are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum AnswerFormat {
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
    /// An Excel workbook: a matrix, a list, and what `check` finds.
    Xlsx,
    /// A Parquet file with the columns of the CSV, for a data lake.
    Parquet,
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
            Verb::Routes(arguments) => arguments.answer.scope.classes(),
            Verb::Reach(arguments) => arguments.answer.scope.classes(),
            Verb::Explain(arguments) => (arguments.profile.get(), &arguments.class[..]),
            Verb::Whatif(arguments) => arguments.scope.classes(),
            Verb::Sweep(arguments) => arguments.scope.classes(),
            Verb::Diff(arguments) => arguments.scope.classes(),
            Verb::ClientConfig(arguments) => arguments.subject.classes(),
            Verb::Verify(arguments) => arguments.subject.classes(),
            Verb::Graph(arguments) => (arguments.profile.get(), arguments.class.as_slice()),
            Verb::Fix(arguments) => (arguments.profile.get(), &arguments.class[..]),
            Verb::Report(arguments) => (arguments.profile.get(), &arguments.class[..]),
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
